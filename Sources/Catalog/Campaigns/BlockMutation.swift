import Catalog
import Formal
import HDL
import Mutation
import Netlist
import Testbench

/// Puts mistakes into a block and counts how many of them its own bench finds.
public struct BlockMutation: Sendable {
  /// The block.
  public var block: any CatalogBlock
  /// Reset of the block's Verilog.
  public var reset = ResetStyle()
  /// The master seed of the benches and of the sample.
  public var seed = Seed(1)
  /// Runs of the bench, each with its own stimuli, that a mutant has to pass to survive.
  public var runs = Catalog.defaultRuns
  /// Whether survivors are put before a solver.
  public var proves = true
  /// How long the solver may try.
  public var limits = EquivalenceProver.Limits()
  /// Threads.
  public var jobs = 1
  /// Whether modules with an entry of their own are left alone: they are scored there.
  public var isOwnLogic = false
  /// How many mutants to try; nil for all.
  public var sample: Int?
  /// Called now and then.
  public var progress: (@Sendable (MutationCampaign.Progress) -> Void)?
  /// True to end with what is known by then.
  public var isCancelled: @Sendable () -> Bool = { false }

  /// All mutants of `block`.
  public init(_ block: any CatalogBlock) { self.block = block }

  /// Tries the mutants.
  ///
  /// - Throws: `DiagnosticList` for a block that cannot be built, ``/Catalog/CatalogError``, `BenchError`, `MutationError`,
  ///   `ToolMissing` without Yosys, `ProofFailure`.
  public func run() throws -> MutationResult {
    let circuit = try block.elaborate(reset: reset)
    let interface = circuit.top.interface
    var campaign = MutationCampaign(
      circuit,
      runs: try (0..<runs).map { index in
        MutationCampaign.Run(
          bench: try block.bench(for: interface, seed: seed, index: index, stalls: nil),
          initialState: seed.derived("initial state", index: index).value)
      })
    if proves {
      var judge = EquivalenceJudge(circuit, assumptions: try block.checkers(reset: reset))
      judge.limits = limits
      campaign.judge = { [judge] in try judge($0) }
    }
    if isOwnLogic { campaign.modules = OwnLogic(of: circuit, apart: Catalog.generators).modules }
    campaign.jobs = jobs
    campaign.sample = sample
    campaign.seed = seed
    campaign.progress = progress
    campaign.isCancelled = isCancelled
    return try campaign.run()
  }
}
