import Foundation
import HDL
import Netlist
import Synthesis
import Testbench

extension BlockReport {
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
