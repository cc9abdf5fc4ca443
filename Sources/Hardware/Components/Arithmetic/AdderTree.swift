import HDL

/// The exact sum of several terms: a tree of adders, with a register behind every few levels.
///
/// For unsigned terms put a zero above each.
public struct AdderTree: WidthConfigurable, FixedLatencyGenerator {
  public var count = 8
  public var width = 8
  public var levelsPerStage = 0

  public init() {}

  public static let parameters: [Parameter<Self>] = [
    .integer("count", \.count, in: 1...4096, "Number of terms"),
    .integer("width", \.width, in: 1...1024, "Bits of a term"),
    .integer("levelsPerStage", \.levelsPerStage, in: 0...12, "Levels of adders between two registers; 0 for none"),
  ]

  public struct Ports {
    public let term: [Input<SInt>]
    public let sum: Output<SInt>
  }

  /// Levels of adders.
  public var levels: Int { count > 1 ? bits(for: count - 1) : 0 }

  public var ports: Ports {
    Ports(
      term: (0..<max(0, count)).map { _ in .init(width, "The terms") }, sum: .init(width + levels, "Their exact sum"))
  }

  public var documentation: String {
    let stages = latency
    return "Sum of \(count) terms. " + (stages == 0 ? "Combinational." : "Shows \(stages) clock edges after the terms.")
  }

  /// Clock edges from terms to sum.
  public var latency: Int { levelsPerStage > 0 ? levels / levelsPerStage : 0 }

  public func build(_ io: Interior<Ports>, in m: Module) {
    let sum = io.term.treeSum(alone: { $0.extended(to: $0.width + 1) }) { level, sums in
      guard levelsPerStage > 0, level % levelsPerStage == 0 else { return sums }
      return sums.enumerated().map { m.register("sum_\(level)_\($0)", $1) }
    }
    if let sum { io.sum <== sum }
  }
}
