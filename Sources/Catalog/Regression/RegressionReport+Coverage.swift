import Catalog
import Entries
import HDL
import Testbench

extension RegressionReport {
  /// What all runs covered together, configuration by configuration; nil where the plan did not ask for it.
  ///
  /// - Throws: `DiagnosticList`, `CatalogError` and `CoverageError`.
  package func coverage() throws -> CoverageDatabase? {
    guard plan.covers else { return nil }
    var blocks: [BlockCoverage] = []
    for outcome in outcomes {
      let unit = outcome.unit
      if blocks.last?.block != unit.block || blocks.last?.configuration != unit.configuration {
        let block = try Catalog.entry(unit.block).block(
          configuration: unit.configuration, settings: [], workload: [])
        let interface = try block.elaborate(reset: ResetStyle()).top.interface
        blocks.append(
          BlockCoverage(
            try block.coverage(for: interface), block: unit.block, configuration: unit.configuration,
            generator: block.summary))
      }
      for run in outcome.results.compactMap(\.coverage) { try blocks[blocks.count - 1].add(run) }
    }
    return CoverageDatabase(blocks)
  }

  /// The same report without the counts of coverage, which stand in a file of their own.
  package var withoutCoverage: RegressionReport {
    var report = self
    for outcome in report.outcomes.indices {
      for result in report.outcomes[outcome].results.indices { report.outcomes[outcome].results[result].coverage = nil }
    }
    return report
  }
}
