import Foundation

/// The results of several benches, for people and for machines.
public struct BenchReport: Hashable, Sendable, Codable {
  /// Version of the JSON keys; a change that breaks a reader raises it.
  public var version = 1
  /// Name of the run.
  public var name: String
  /// What ran the module, with its version where it has one; nil when nobody said so.
  public var engine: String?
  /// One result a bench, in the order of running.
  public var results: [BenchResult]

  /// A report of `results`.
  public init(_ name: String, _ results: [BenchResult], engine: String? = nil) {
    self.name = name
    self.results = results
    self.engine = engine
  }

  /// True when there are results and every one passed.
  public var passed: Bool { !results.isEmpty && results.allSatisfy { $0.verdict == .passed } }

  /// The most results of which those that passed have their whole text.
  public static let wholeTexts = 3

  /// All results for a person, and a line that sums them up. Of more than ``wholeTexts``, those that passed have a line
  /// each.
  ///
  /// - Parameters:
  ///   - colour: Whether to mark verdicts with ANSI colours.
  ///   - passedAreShown: Whether the reader has seen ``BenchResult/line(colour:)`` of each run that passed when it ended;
  ///     they are left out then.
  ///   - failedAreShown: Whether the reader has seen ``BenchResult/verdictText(colour:)`` of each run that failed.
  public func text(colour: Bool = false, passedAreShown: Bool = false, failedAreShown: Bool = false) -> String {
    func count(_ verdict: BenchResult.Verdict) -> Int { results.count { $0.verdict == verdict } }
    let counts = [("passed", count(.passed)), ("failed", count(.failed)), ("cancelled", count(.cancelled))]
    let summary = counts.filter { $0.1 > 0 }.map { "\($0.1) \($0.0)" }.joined(separator: ", ")
    let isLong = passedAreShown || results.count > Self.wholeTexts
    let texts = results.filter { !passedAreShown || $0.verdict != .passed }.map { result in
      if isLong, result.verdict == .passed { return result.line(colour: colour) + "\n" }
      if failedAreShown, result.verdict == .failed { return result.evidenceText(colour: colour) + "\n" }
      return result.text(colour: colour) + "\n"
    }
    // A line for each run has no room for what all have in common.
    let seed = isLong && Set(results.map(\.seed)).count == 1 ? ", seed \(results[0].seed)" : ""
    return texts.joined() + (isLong ? "\n" : "")
      + "\(name): \(summary.isEmpty ? "no bench ran" : summary)\(engine.map { " (\($0))" } ?? "")\(seed)\n"
  }

  /// All results as JSON, keys sorted.
  public func json() throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(self)
  }

  /// Reads what ``json()`` wrote.
  public init(json: Data) throws { self = try JSONDecoder().decode(BenchReport.self, from: json) }

  /// All results as JUnit XML, as continuous integration servers read it: see ``JUnitDocument``.
  public func junit() -> String { JUnitDocument(name, suites: [JUnitDocument.Suite(self)]).text }
}
