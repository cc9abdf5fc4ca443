import Campaigns
import Catalog
import Entries
import Foundation
import HDL
import Netlist
import Packaging
import Synthesis
import Testbench
import Tools
import Verilator
import Verilog

/// Everything that is known of a block in one page: its parameters, a drawing of its inside, and what its bench, coverage,
/// solvers, linters and synthesis say of it.
///
/// Each part that is asked for is run, not looked up, but for the mutation score, which takes minutes and is the one on record.
///
///     var report = BlockReport(block, configuration: "default")
///     report.parts = [.bench, .coverage]
///     try report.run { try ModelBuilder() }
///     print(report.html)
public struct BlockReport: Sendable {
  /// What may be run.
  public enum Part: String, CaseIterable, Hashable, Sendable {
    /// The bench, a number of runs.
    case bench
    /// Runs until the goals of coverage are reached, and no more than 64.
    case coverage
    /// Proofs of what the block promises.
    case proofs
    /// Verilog read by every linter, and the records of the project.
    case lint
    /// Gates, or lookup tables and frequency.
    case synthesis
    /// Errors of a function over all operands, where the block computes one.
    case errors
  }

  /// The block.
  public let block: any CatalogBlock
  /// The name of its configuration; nil where parameters were set.
  public let configuration: String?
  /// What is run.
  public var parts = Set(Part.allCases)
  /// Engine, reset, seed and stalls of the runs.
  public var conditions = RunConditions(.verilator, seed: 1)
  /// Runs of the bench.
  public var runs = Catalog.defaultRuns
  /// What is synthesised for.
  public var synthesis = SynthesisOptions(.generic, seeds: 0)
  /// The folder of the project's records; nil for none.
  public var records: String?
  /// Told what begins.
  public var progress: @Sendable (String) -> Void = { _ in }
  /// True to leave out what has not begun.
  public var isCancelled: @Sendable () -> Bool = { false }

  private(set) var circuit: Circuit?
  private(set) var bench: BenchReport?
  private(set) var coverage: BlockCoverage?
  private(set) var failedSeed: BenchResult?
  private(set) var proof: BlockProof.Outcome?
  private(set) var evidence: PackageEvidence?
  private(set) var synthesised: SynthesisResult?
  private(set) var errors: (row: FunctionErrorTable.Row, plot: FunctionErrorPlot)?
  private(set) var problems: [(part: Part, text: String)] = []

  /// A report of `block`, of which nothing has run yet.
  public init(_ block: any CatalogBlock, configuration: String?) {
    self.block = block
    self.configuration = configuration
  }

  /// Whether something that was run failed: a run of the bench, a goal of coverage, a proof, a linter.
  public var hasFailures: Bool {
    bench?.passed == false || failedSeed != nil || coverage?.isClosed == false || proof?.isFailure == true
      || evidence?.lint.contains { !$0.isClean } == true || (errors?.row.wrong ?? 0) > 0
  }

  /// What could not be run, and why: a tool that is missing, a flow that ended early.
  public var omissions: [String] { problems.map { "\($0.part.rawValue): \($0.text)" } }

  /// Runs the parts one after the other. A part that cannot be run is named on the page, and the others go on.
  ///
  /// - Parameter builder: Makes the builder of Verilated models.
  /// - Throws: `DiagnosticList` for a block that cannot be built.
  public mutating func run(with builder: () throws -> ModelBuilder) throws {
    let circuit = try block.elaborate(reset: conditions.reset)
    self.circuit = circuit
    let done = Part.allCases.filter { parts.contains($0) }
    for part in done where !isCancelled() {
      progress(part.rawValue)
      do { try run(part, circuit, builder) } catch { problems.append((part, "\(error)")) }
    }
  }

  private mutating func run(_ part: Part, _ circuit: Circuit, _ builder: () throws -> ModelBuilder) throws {
    switch part {
    case .bench:
      var job = Cosimulation(block, conditions, runs: 0..<runs)
      job.isCancelled = isCancelled
      bench = try job.run(with: try builder()).report
    case .coverage:
      var native = conditions
      native.engine = .native
      var campaign = CoverageCampaign(block, configuration: configuration, native)
      campaign.isCancelled = isCancelled
      let outcome = try campaign.run(with: try builder())
      (coverage, failedSeed) = (outcome.coverage, outcome.failure)
    case .proofs:
      var prover = BlockProof(block)
      prover.reset = conditions.reset
      proof = try prover.run()
    case .lint:
      let isKept = configuration != nil && conditions.reset == ResetStyle()
      evidence = try .measured(
        of: block, EmittedDesign(circuit, VerilogOptions(license: Catalog.license)), tools: Toolbox(),
        records: records, configuration: isKept ? configuration : nil)
    case .synthesis: synthesised = try SynthesisFlow(circuit, synthesis).run()
    case .errors:
      let names = circuit.top.parameters.declared.filter { $0.name == "function" }.map(\.value)
      guard let name = names.first(where: FunctionErrorTable.functions.contains),
        let (row, errors) = try FunctionErrorTable.measure(name)
      else { return }
      self.errors = (row, FunctionErrorPlot(name, errors: errors))
    }
  }
}
