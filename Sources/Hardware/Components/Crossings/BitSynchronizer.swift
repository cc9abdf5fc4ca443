import HDL

/// One bit of another clock, or of none, as this clock sees it.
///
/// `levelSeen` follows `level` after `stages` clocks, or one later: the first register may take either value where `level`
/// changes at the edge, and has `stages` - 1 clocks to settle. A pulse that is shorter than a clock may be missed. Bits
/// that belong together arrive apart; send them through a ``BusSynchronizer``.
public struct BitSynchronizer: DefaultConfigurable, FixedLatencyGenerator {
  public var stages = 2
  public var isSetInReset = false

  public init() {}

  public static let parameters: [Parameter<Self>] = [
    .integer("stages", \.stages, in: 2...16, "Registers in a row"),
    .flag("isSetInReset", \.isSetInReset, "Whether the registers are 1 in reset"),
  ]

  public struct Ports {
    public let level: Input<Bit>
    public let levelSeen: Output<Bit>
  }

  public var ports: Ports {
    Ports(
      level: .init("The bit, which may change at any time").asynchronous(),
      levelSeen: .init("The bit in step with the clock"))
  }

  public var documentation: String {
    "Brings one bit into step with the clock: \(stages) registers. The input may change at any time."
  }

  /// From the input to the output.
  public var latency: Int { stages }

  public func build(_ io: Interior<Ports>, in m: Module) {
    io.levelSeen <== m.synchronizer("stage", io.level, stages: stages, reset: isSetInReset ? 1 : 0)
  }
}
