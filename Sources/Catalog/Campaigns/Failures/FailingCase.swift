import Catalog
import Entries
import HDL
import Netlist
import Testbench
import Verilator

/// A run of a block's bench with everything that decides it: a file that repeats it anywhere.
public struct FailingCase: Hashable, Sendable {
  /// The version of the file that this program reads and writes.
  public static let version = 1

  /// Name of the catalog entry.
  public var block: String
  /// The configuration to start from; nil for the default one.
  public var configuration: String?
  /// Changes to the parameters of the hardware.
  public var settings: [Setting] = []
  /// Changes to the parameters of the bench.
  public var workload: [Setting] = []
  /// The mistake that is put into the block, by its number; nil for none.
  public var mutant: Int?
  /// Somebody else's Verilog; nil for the block's own.
  public var foreign: ForeignVerilog?
  /// Whether the timing of the block is judged beside its function; nil for that of the block's own Verilog alone.
  public var judgesTiming: Bool?
  /// What runs it.
  public var engine = EngineChoice.native
  /// How registers are reset.
  public var resetKind = ResetKind.synchronous
  /// The level at which they are.
  public var resetPolarity = ResetPolarity.activeHigh
  /// The master seed.
  public var seed: Seed
  /// Number of the run.
  public var run = 0
  /// Stalls on all streams; nil for the bench's own choice.
  public var stalls: StallProfile?
  /// Decides what state holds that the design does not define; nil for zeros.
  public var initialState: UInt64?
  /// What the random generators give; nil where the seed decides it.
  public var tapes: DrawTapes?
  /// Cycles of each run that a reset ends before the one that counts; nil for the bench's own choice.
  public var rehearsals: [Int]?

  /// The run with this number of the bench of `block`, drawn from the seed.
  public init(block: String, seed: Seed, run: Int = 0) {
    self.block = block
    self.seed = Seed(seed.value)
    self.run = run
    initialState = seed.derived("initial state", index: run).value
  }

  /// How registers are reset.
  public var reset: ResetStyle {
    get { ResetStyle(resetKind, resetPolarity) }
    set { (resetKind, resetPolarity) = (newValue.kind, newValue.polarity) }
  }

  /// The block.
  public func catalogBlock() throws(CatalogError) -> any CatalogBlock {
    try Catalog.entry(block).block(configuration: configuration, settings: settings, workload: workload)
  }
}
