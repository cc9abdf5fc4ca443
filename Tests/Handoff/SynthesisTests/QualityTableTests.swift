import Foundation
import Synthesis
import TestFiles
import Testing
import Tools

/// The figures on record are what the generators give.
@Suite struct QualityTableTests {
  private func record() throws -> QualityTable {
    try QualityTable(json: Data(contentsOf: Checkout.root.appending(path: "Scores/quality.json")))
  }

  @Test func everyRowIsOnRecord() throws {
    #expect(try record().figures.map(\.unit) == QualityRow.all.map(\.name))
  }

  @Test func pageIsTheRecord() throws {
    let page = try String(
      contentsOf: Checkout.root.appending(path: "Sources/Handoff/Synthesis/Synthesis.docc/Quality-of-results.md"),
      encoding: .utf8)
    #expect(page.hasSuffix(try record().markdown))
  }

  /// Gates of every row whose synthesis takes seconds; all with `SYSTOLE_TESTS_ALL`.
  @Test(arguments: QualityRow.all.indices) func gatesAreAsOnRecord(_ index: Int) throws {
    let row = QualityRow.all[index]
    guard Tier.isFull || row.block != "requantizer" else { return }
    let cache = try TemporaryFolder()
    let result = try row.gates(tools: Toolbox(folder: Checkout.tools), cache: SynthesisCache(cache.path))
    let kept = try #require(try record().figures.first { $0.unit == row.name })
    let now = "\(result.gates ?? 0) gates, depth \(result.depth ?? 0), \(result.flipFlops) flip-flops"
    #expect(
      now == "\(kept.gates) gates, depth \(kept.depth), \(kept.flipFlops) flip-flops",
      "run 'systole quality --record' when the change is meant")
  }
}
