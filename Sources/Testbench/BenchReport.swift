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

  /// All results for a person, and a line that sums them up.
  public func text(colour: Bool = false) -> String {
    func count(_ verdict: BenchResult.Verdict) -> Int { results.count { $0.verdict == verdict } }
    let counts = [("passed", count(.passed)), ("failed", count(.failed)), ("cancelled", count(.cancelled))]
    let summary = counts.filter { $0.1 > 0 }.map { "\($0.1) \($0.0)" }.joined(separator: ", ")
    return results.map { $0.text(colour: colour) + "\n" }.joined()
      + "\(name): \(summary.isEmpty ? "no bench ran" : summary)\(engine.map { " (\($0))" } ?? "")\n"
  }

  /// All results as JSON, keys sorted.
  public func json() throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(self)
  }

  /// Reads what ``json()`` wrote.
  public init(json: Data) throws { self = try JSONDecoder().decode(BenchReport.self, from: json) }

  /// All results as JUnit XML, as continuous integration servers read it: one `testsuite`, one `testcase` a bench. A
  /// cancelled bench counts as skipped.
  public func junit() -> String {
    let failed = results.count { $0.verdict == .failed }
    let cancelled = results.count { $0.verdict == .cancelled }
    let time = decimal(results.reduce(0) { $0 + ($1.seconds ?? 0) }, 6)
    let counts =
      "tests=\"\(results.count)\" failures=\"\(failed)\" errors=\"0\" skipped=\"\(cancelled)\" time=\"\(time)\""
    var lines = [
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>",
      "<testsuites name=\"\(escaped(name))\" \(counts)>",
      "  <testsuite name=\"\(escaped(name))\" \(counts)>",
    ]
    for result in results {
      let test = result.test + (result.index == 0 ? "" : " #\(result.index)")
      lines.append(
        "    <testcase classname=\"\(escaped(result.module))\" name=\"\(escaped(test))\" "
          + "time=\"\(decimal(result.seconds ?? 0, 6))\">")
      if let failure = result.failure {
        lines.append(
          "      <failure type=\"\(failure.kind.rawValue)\" message=\"\(escaped(failure.description))\">"
            + escaped(result.text(), inAttribute: false) + "</failure>")
      } else if result.verdict == .cancelled {
        lines.append("      <skipped message=\"cancelled after \(result.cycles) cycles\"/>")
      }
      lines.append("      <system-out>\(escaped(result.text(), inAttribute: false))</system-out>")
      lines.append("    </testcase>")
    }
    lines += ["  </testsuite>", "</testsuites>", ""]
    return lines.joined(separator: "\n")
  }
}

/// Text as XML takes it; characters that XML 1.0 cannot hold become U+FFFD.
private func escaped(_ text: String, inAttribute: Bool = true) -> String {
  var result = ""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "&": result += "&amp;"
    case "<": result += "&lt;"
    case ">": result += "&gt;"
    case "\"": result += "&quot;"
    case "\n" where inAttribute: result += "&#10;"
    case "\t" where inAttribute: result += "&#9;"
    case "\r": result += "&#13;"
    case "\n", "\t": result.unicodeScalars.append(scalar)
    case "\u{0}"..<"\u{20}", "\u{FFFE}"..."\u{FFFF}": result += "\u{FFFD}"
    default: result.unicodeScalars.append(scalar)
    }
  }
  return result
}
