import HDL

/// One bit of another clock, or of none, as this clock sees it.
///
/// `levelSeen` follows `level` after `stages` clocks, or one later: the first register may take either value where `level`
/// changes at the edge, and has `stages` - 1 clocks to settle. A pulse that is shorter than a clock may be missed. Bits
/// that belong together arrive apart; send them through a ``BusSynchronizer``.
public struct BitSynchronizer: DefaultConfigurable, FixedLatencyGenerator {
  /// Registers in a row.
  public var stages: Int
  /// Whether the registers are 1 in reset.
  public var isSetInReset: Bool

  /// A synchronizer of `stages` registers.
  public init(stages: Int = 2, isSetInReset: Bool = false) {
    self.stages = stages
    self.isSetInReset = isSetInReset
  }

  /// Two registers.
  public init() { self.init(stages: 2) }

  /// One bit in and out.
  public struct Ports {
    public let level: Input<Bit>
    public let levelSeen: Output<Bit>
  }

  /// The interface for these parameters.
  public var ports: Ports {
    Ports(
      level: .init("The bit, which may change at any time").asynchronous(),
      levelSeen: .init("The bit in step with the clock"))
  }

  /// What stands above the emitted module.
  public var documentation: String {
    "Brings one bit into step with the clock: \(stages) registers. The input may change at any time."
  }

  /// From the input to the output.
  public var latency: Int { stages }

  /// Rejects parameters for which there is no hardware.
  public func validate(_ parameters: inout ParameterCheck) { parameters.require("stages", stages, in: 2...16) }

  /// Makes the hardware.
  public func build(_ io: Interior<Ports>, in m: Module) {
    io.levelSeen <== m.synchronizer("stage", io.level, stages: stages, reset: isSetInReset ? 1 : 0)
  }
}
