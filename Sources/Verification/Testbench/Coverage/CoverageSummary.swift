import Foundation

/// The figures of blocks' coverage for machines and for the documentation, without the counts of each run.
public struct CoverageSummary: Hashable, Sendable, Codable {
  /// One point or cross.
  public struct Point: Hashable, Sendable, Codable {
    /// Its name.
    public var name: String
    /// What it looks at.
    public var over: String
    /// Bins that are goals.
    public var goals: Int
    /// Of these, how many are reached.
    public var reached: Int
    /// Hits by the names of the bins.
    public var hits: [String: Int]
  }

  /// One block in one configuration.
  public struct Block: Hashable, Sendable, Codable {
    /// Name of the block.
    public var block: String
    /// Name of the configuration; nil for one without a name.
    public var configuration: String?
    /// The generator's value.
    public var generator: String
    /// Digits of the coverage model.
    public var model: String
    /// Whether all goals are reached.
    public var isClosed: Bool
    /// Bins that are goals.
    public var goals: Int
    /// Of these, how many are reached.
    public var reached: Int
    /// Bins that are excluded for a reason.
    public var excluded: Int
    /// Share of the whole by the points' weights.
    public var share: Double
    /// Runs that count.
    public var runs: Int
    /// Their clocks after reset.
    public var cycles: Int
    /// Goals that are not reached.
    public var gaps: [CoverageGap]
    /// Bins that are excluded and were hit all the same.
    public var surprises: [CoverageGap]
    /// All points; nil in a short summary.
    public var points: [Point]?
    /// Clocks from input streams to output streams; nil in a short summary.
    public var latencies: [RunCoverage.StreamLatency]?
    /// Transactions in windows of time; nil in a short summary.
    public var throughputs: [RunCoverage.StreamThroughput]?
    /// Lines and bits of the Verilog; nil where nobody looked, or in a short summary.
    public var structure: Structure?
  }

  /// Lines and bits of the Verilog.
  public struct Structure: Hashable, Sendable, Codable {
    /// What counted.
    public var tool: String
    /// Blocks and branches, and how many of them ran.
    public var lines, linesReached: Int
    /// Bits, or their edges, and how many of them were seen.
    public var toggles, togglesReached: Int
    /// Blocks and branches that never ran.
    public var missed: [StructuralCoverage.Item]
    /// Bits that never changed, such as `module.count[7:4]`.
    public var still: [String]
  }

  /// Version of the JSON keys; a change that breaks a reader raises it.
  public private(set) var version = 1
  /// The blocks.
  public var blocks: [Block]

  /// The figures of `blocks`.
  ///
  /// - Parameter detailed: Every point with its hits, histograms, and the Verilog.
  public init(_ blocks: [BlockCoverage], detailed: Bool) {
    self.blocks = blocks.map { Block($0, detailed: detailed) }
  }

  /// Whether all goals of all blocks are reached.
  public var isClosed: Bool { blocks.allSatisfy(\.isClosed) }

  /// As JSON, keys sorted.
  public func json() throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(self) + Data("\n".utf8)
  }

  /// The page of the documentation.
  public var page: String {
    let goals = blocks.reduce(0) { $0 + $1.goals }
    let rows = blocks.map { block in
      "| `\(block.block)` | \(block.configuration ?? "") | \(block.reached) of \(block.goals) | \(block.excluded) "
        + "| \(block.runs) | \(block.cycles) | \(percent(block.share)) |"
    }
    let gaps = blocks.flatMap { block in
      block.gaps.map { "- `\(block.block)` \(block.configuration ?? ""), \($0.point): \($0.bin): \($0.reason)." }
    }
    return """
      # Coverage

      What the benches of all blocks make happen.

      ## Overview

      Made by `make coverage`. Each entry runs in each configuration until every goal is reached: the bins that follow \
      from its interface, and those that the entry declares beside its golden model. Bins that cannot be hit are excluded \
      with a reason, which `systole cover BLOCK --bins` prints.

      \(blocks.count { $0.isClosed }) of \(blocks.count) configurations reach all of their \(goals) goals.

      | entry | configuration | goals | excluded | runs | clocks | coverage |
      |---|---|---:|---:|---:|---:|---:|
      \(rows.joined(separator: "\n"))
      \(gaps.isEmpty ? "" : "\n## Goals that are not reached\n\n" + gaps.joined(separator: "\n") + "\n")
      """
  }
}

extension CoverageSummary.Block {
  init(_ coverage: BlockCoverage, detailed: Bool) {
    block = coverage.block
    configuration = coverage.configuration
    generator = coverage.generator
    model = coverage.model
    isClosed = coverage.isClosed
    (reached, goals) = coverage.goals
    excluded = coverage.points.reduce(0) { $0 + $1.bins.count { $0.because != nil } }
    share = (coverage.share * 10_000).rounded(.down) / 10_000
    runs = coverage.runs.count
    cycles = coverage.cycles
    gaps = coverage.gaps
    surprises = coverage.surprises
    guard detailed else { return }
    points = zip(coverage.points, coverage.hits).map { point, hits in
      let goals = zip(point.bins, hits).filter { $0.0.goal > 0 }
      return CoverageSummary.Point(
        name: point.name, over: point.over, goals: goals.count, reached: goals.count { $1 >= $0.goal },
        hits: Dictionary(uniqueKeysWithValues: zip(point.bins.map(\.name), hits)))
    }
    latencies = coverage.latencies
    throughputs = coverage.throughputs
    structure = coverage.structure.map(CoverageSummary.Structure.init)
  }
}

extension CoverageSummary.Structure {
  init(_ structure: StructuralCoverage) {
    tool = structure.tool
    (linesReached, lines) = structure.share(of: StructuralCoverage.lineKinds)
    (togglesReached, toggles) = structure.share(of: [.toggle])
    missed = structure.missed(StructuralCoverage.lineKinds)
    still = structure.stillBits.map { "\($0.module).\($0.signal)" }
  }
}
