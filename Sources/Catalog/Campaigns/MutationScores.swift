import Catalog
import Entries
import Formal
import Foundation
import HDL
import Mutation
import Netlist
import Testbench

/// How many of the mistakes put into it the bench of each entry finds, as the project keeps it.
public struct MutationScores: Hashable, Sendable, Codable {
  /// A mutant that no run found and no solver proved equivalent.
  public struct Survivor: Hashable, Sendable, Codable {
    /// Number of the mutant.
    public var number: Int
    /// The Swift line; nil where none is known.
    public var place: String?
    /// What is wrong.
    public var mutant: String
    /// What the solver says of it.
    public var note: String
  }

  /// The score of one entry: of its own logic, without modules that have an entry themselves.
  public struct Score: Hashable, Sendable, Codable {
    /// Name of the entry.
    public var entry: String
    /// The configuration that was mutated.
    public var configuration: String
    /// SHA-256 of the modules that were mutated and of the ports of their children, names aside.
    public var fingerprint: String
    /// Mistakes that can be put into these modules.
    public var possible: Int
    /// Of these, how many were looked at: fewer in a sample.
    public var sampled: Int
    /// Mutants tried.
    public var mutants: Int
    /// Found by a run of the bench.
    public var killed: Int
    /// Proved to be no mistakes.
    public var equivalent: Int
    /// The others.
    public var survived: Int
    /// Killed, as a share of those not equivalent, rounded down to four digits.
    public var score: Double
    /// The others, one by one.
    public var survivors: [Survivor]
  }

  /// Mutants tried of an entry at most.
  public static let sample = 1500

  /// The scores in the order of the catalog.
  public var scores: [Score]

  /// These scores.
  public init(scores: [Score] = []) { self.scores = scores }

  /// The lowest score; nil when there are none.
  public var minimum: Double? { scores.map(\.score).min() }

  /// The score of an entry.
  public subscript(entry: String) -> Score? { scores.first { $0.entry == entry } }

  /// Entries of the catalog that have no score, or one of a circuit that has changed since.
  public func stale() throws -> [String] {
    try Catalog.entries.filter { entry in
      guard let score = self[entry.name] else { return true }
      return try Self.fingerprint(of: entry) != score.fingerprint
    }.map(\.name)
  }

  /// Puts a score in the place of the one of the same entry, in the order of the catalog; entries that are gone go.
  public mutating func update(_ score: Score) {
    var known = Dictionary(scores.map { ($0.entry, $0) }) { $1 }
    known[score.entry] = score
    scores = Catalog.entries.compactMap { known[$0.name] }
  }

  /// Mutates the scored configuration of an entry.
  ///
  /// - Parameters:
  ///   - entry: What is mutated.
  ///   - configure: Sets the threads, the progress and the like.
  /// - Returns: Nil when the work was called off.
  /// - Throws: As ``BlockMutation/run()``.
  public static func measure(
    _ entry: any CatalogEntry, _ configure: (inout BlockMutation) -> Void
  ) throws -> Score? {
    let block = try entry.block(configuration: entry.scoredConfiguration, settings: [], workload: [])
    var mutation = BlockMutation(block)
    mutation.sample = sample
    mutation.isOwnLogic = true
    configure(&mutation)
    let result = try mutation.run()
    guard result.isComplete, !mutation.isCancelled() else { return nil }
    let count = result.count
    return Score(
      entry: entry.name, configuration: entry.scoredConfiguration, fingerprint: try fingerprint(of: entry),
      possible: result.possible, sampled: result.sampled, mutants: count.mutants, killed: count.killed,
      equivalent: count.equivalent, survived: count.survived, score: (count.score * 10_000).rounded(.down) / 10_000,
      survivors: result.survivors.map { survivor in
        var note = ""
        if case .survived(let text) = survivor.verdict { note = text.isEmpty ? "not asked" : text }
        return Survivor(
          number: survivor.mutant.number, place: survivor.mutant.place?.description,
          mutant: "\(survivor.mutant.operation.description) in \(survivor.mutant.module): \(survivor.mutant.change)",
          note: note)
      })
  }

  private static func fingerprint(of entry: any CatalogEntry) throws -> String {
    let block = try entry.block(configuration: entry.scoredConfiguration, settings: [], workload: [])
    return OwnLogic(of: try block.elaborate(reset: ResetStyle()), apart: Catalog.generators).fingerprint
  }
}

extension MutationScores {
  /// Reads what ``json()`` wrote.
  public init(json: Data) throws { self = try JSONDecoder().decode(Self.self, from: json) }

  /// The scores as text with stable keys.
  public func json() throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(self) + Data("\n".utf8)
  }

  /// The page of the documentation.
  public var page: String {
    let rows = scores.map { score in
      let tried = score.sampled < score.possible ? "\(score.mutants) of \(score.possible)" : "\(score.mutants)"
      return
        "| `\(score.entry)` | \(score.configuration) | \(tried) | \(score.killed) | \(score.equivalent) | \(score.survived) "
        + "| \(Self.percent(score.score)) |"
    }
    let survivors = scores.filter { !$0.survivors.isEmpty }.map { score in
      let items = score.survivors.map { survivor in
        "- \(survivor.place.map { "`\($0)`: " } ?? "")\(survivor.mutant).\n  Solver: \(survivor.note)."
      }
      return "\n### \(score.entry)\n\n" + items.joined(separator: "\n") + "\n"
    }
    return """
      # Mutation scores

      How many of the mistakes put into a block its bench finds.

      ## Overview

      Made by `make scores`. Each entry is mutated in the configuration that stands beside it; a mutant survives when it passes \
      \(Catalog.defaultRuns) runs of the bench and no solver proves that it is no mistake. Where more than \(Self.sample) mistakes \
      are possible, a sample of them is tried that has its share of every kind. Mistakes are put into the block's own modules: one \
      that has an entry itself is scored there, once.

      The least score is \(minimum.map(Self.percent) ?? "not known").

      | entry | configuration | mutants | killed | equivalent | survived | score |
      |---|---|---:|---:|---:|---:|---:|
      \(rows.joined(separator: "\n"))

      ## Survivors

      Each with the line of Swift nearest to it, and what the solver says of it. What differs for some input only does so \
      for input that the bench does not make.
      \(survivors.isEmpty ? "\nNone.\n" : survivors.joined())
      """
  }

  private static func percent(_ share: Double) -> String { String(format: "%.2f %%", share * 100) }
}
