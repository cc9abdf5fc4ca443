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

  private var circuit: Circuit?
  private var bench: BenchReport?
  private var coverage: BlockCoverage?
  private var failedSeed: BenchResult?
  private var proof: BlockProof.Outcome?
  private var evidence: PackageEvidence?
  private var synthesised: SynthesisResult?
  private var errors: (row: FunctionErrorTable.Row, plot: FunctionErrorPlot)?
  private var problems: [(part: Part, text: String)] = []

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

  /// The page.
  public var html: String {
    guard let circuit else { return ReportPage(block.name, lead: "Nothing has run.").text }
    var page = ReportPage(
      "\(block.name)\(configuration.map { ", \($0)" } ?? "")", lead: circuit.top.summary)
    describe(circuit, on: &page)
    addBench(to: &page)
    addCoverage(to: &page)
    addProofs(to: &page)
    addEvidence(to: &page)
    addErrors(to: &page)
    addSynthesis(to: &page)
    if !problems.isEmpty {
      for (part, _) in problems { page.mark("\(part.rawValue) not run", .open, section: "omitted") }
      page.section(
        "omitted", "Not run",
        ReportPage.table(["part", "why"], problems.map { [$0.part.rawValue, $0.text] }, texts: [1]))
    }
    return page.text
  }

  private func describe(_ circuit: Circuit, on page: inout ReportPage) {
    let top = circuit.top
    if !top.documentation.isEmpty { page.section("about", "About", ReportPage.plain(top.documentation)) }
    let declared = top.parameters.declared
    if !declared.isEmpty {
      page.section(
        "parameters", "Parameters",
        ReportPage.table(
          ["parameter", "value", "may be", "meaning"], declared.map { [$0.name, $0.value, $0.choices, $0.sentence] },
          texts: [1, 2, 3]))
    }
    page.section(
      "inside", "Inside",
      ReportPage.wide(BlockDiagram(circuit).svg) + "<h3>Modules</h3>" + HierarchyTree(circuit: circuit).html)
    let interface = top.interface
    page.section(
      "ports", "Ports",
      ReportPage.table(
        ["port", "direction", "bits", "clock"],
        interface.ports.map {
          [
            $0.name, $0.direction.rawValue, "\($0.width)\($0.isSigned ? " signed" : "")",
            $0.clock ?? (interface.clocks.count == 1 ? interface.clocks[0].clock : ""),
          ]
        }, texts: [1, 3]))
  }

  private func addBench(to page: inout ReportPage) {
    guard let bench else { return }
    let passed = bench.results.count { $0.verdict == .passed }
    page.mark(
      "bench: \(passed) of \(bench.results.count) runs passed", bench.passed ? .good : .bad, section: "bench")
    let rows = bench.results.map { result in
      [
        "\(result.index)", result.verdict.rawValue, "\(result.transactionsCompared)", "\(result.valuesCompared)",
        "\(result.cycles)",
      ]
    }
    let failures = bench.results.filter { $0.verdict == .failed }.map { ReportPage.plain($0.text()) }
    page.section(
      "bench", "Bench",
      "<p>\(HTMLDocument.escaped(bench.engine ?? "")), seed \(conditions.seed)</p>"
        + ReportPage.table(["run", "verdict", "transactions", "values compared", "cycles"], rows, texts: [1])
        + failures.joined())
  }

  private func addCoverage(to page: inout ReportPage) {
    guard let coverage else { return }
    let goals = coverage.goals
    page.mark(
      "coverage: \(goals.reached) of \(goals.total) goals", coverage.isClosed ? .good : .bad, section: "coverage")
    let rows = zip(coverage.points, coverage.hits).map { point, hits in
      let counted = zip(point.bins, hits).filter { $0.0.goal > 0 }
      let missing = counted.filter { $0.1 < $0.0.goal }.map(\.0.name)
      return [
        point.name, point.over, "\(counted.count { $0.1 >= $0.0.goal }) of \(counted.count)",
        missing.isEmpty ? "" : missing.prefix(6).joined(separator: ", ") + (missing.count > 6 ? ", …" : ""),
      ]
    }
    page.section(
      "coverage", "Coverage",
      "<p>\(coverage.runs.count) run\(coverage.runs.count == 1 ? "" : "s"), \(coverage.cycles) clocks.</p>"
        + ReportPage.table(["point", "over", "goals", "missing"], rows, texts: [1, 3])
        + (failedSeed.map { "<p>A run failed:</p>" + ReportPage.plain($0.text()) } ?? ""))
  }

  private func addProofs(to page: inout ReportPage) {
    guard let proof else { return }
    let proved = proof.results.count(where: \.outcome.isProved)
    if proof.results.isEmpty && proof.violations.isEmpty {
      page.section("proofs", "Proofs", "<p>The block promises nothing that a solver could prove.</p>")
      return
    }
    page.mark(
      "proofs: \(proved) of \(proof.results.count)", proof.isFailure ? .bad : proof.isProved ? .good : .open,
      section: "proofs")
    let warnings =
      proof.violations + (proof.isVacuous ? ["No input satisfies the assumptions: nothing is proved."] : [])
    page.section(
      "proofs", "Proofs",
      warnings.map { "<p>\(HTMLDocument.escaped($0))</p>" }.joined()
        + ReportPage.table(
          ["property", "outcome"], proof.results.map { [$0.property.name, "\($0.outcome)"] }, texts: [1])
        + proof.results.compactMap { result in
          if case .refuted(let trace) = result.outcome { ReportPage.plain(trace.table) } else { nil }
        }.joined())
  }

  private func addEvidence(to page: inout ReportPage) {
    guard let evidence else { return }
    let clean = evidence.lint.count(where: \.isClean)
    page.mark(
      evidence.lint.isEmpty ? "no linter found" : "lint: \(clean) of \(evidence.lint.count) tools clean",
      evidence.lint.isEmpty ? .open : clean == evidence.lint.count ? .good : .bad, section: "lint")
    page.section(
      "lint", "Linters and records",
      "<ul>"
        + evidence.statements.map { "<li>\(HTMLDocument.escaped($0.replacing("`", with: "")))</li>" }.joined() + "</ul>"
        + ReportPage.table(
          ["tool", "says"], evidence.lint.map { [$0.tool, $0.isClean ? "nothing" : $0.messages] }, texts: [1])
        + (evidence.latchCount.map { "<p>Latches in the netlist of Yosys: \($0).</p>" } ?? ""))
  }

  private func addErrors(to page: inout ReportPage) {
    guard let (row, plot) = errors else { return }
    page.mark(
      "error: at most \(String(format: "%.3f", row.maximumUlp)) ulp", row.wrong == 0 ? .good : .bad, section: "errors")
    page.section(
      "errors", "Errors over all operands",
      ReportPage.wide(plot.svg)
        + ReportPage.table(
          ["function", "max ulp", "mean ulp", "max absolute", "mean absolute", "wrong"],
          [
            [
              row.function, String(format: "%.3f", row.maximumUlp), String(format: "%.3f", row.meanUlp),
              String(format: "%.2e", row.maximumAbsolute), String(format: "%.2e", row.meanAbsolute), "\(row.wrong)",
            ]
          ]))
  }

  private func addSynthesis(to page: inout ReportPage) {
    guard let synthesised else { return }
    page.section(
      "synthesis", "Area and timing",
      ReportPage.plain(SynthesisReport(synthesised, generator: block.summary).text))
  }
}
