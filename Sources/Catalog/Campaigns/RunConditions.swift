import HDL
import Testbench
import Verilator

/// What decides a run of a bench beside the block: engine, reset, seed, stalls, and whose Verilog it is.
public struct RunConditions: Hashable, Sendable {
  /// What runs it. Somebody else's Verilog runs in Verilator only.
  public var engine: EngineChoice
  /// Reset of the block's own Verilog.
  public var reset = ResetStyle()
  /// Somebody else's Verilog in place of the block's own.
  public var foreign: ForeignVerilog?
  /// Whether the timing of the block is judged beside its function; nil for that of the block's own Verilog alone.
  public var judgesTiming: Bool?
  /// The master seed; run `i` uses the seed derived for index `i`.
  public var seed: Seed
  /// Stalls on all streams; nil for the bench's own choice.
  public var stalls: StallProfile?

  /// The block's own Verilog, or its netlist, with the bench's own stalls.
  public init(_ engine: EngineChoice = .verilator, seed: Seed) {
    self.engine = engine
    self.seed = seed
  }
}
