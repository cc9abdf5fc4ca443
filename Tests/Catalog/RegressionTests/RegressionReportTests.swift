import Campaigns
import Foundation
import Testing

@testable import Regression

@Suite struct RegressionReportTests {
  @Test func `A failure stands in every form of the report, with the command that repeats it`() throws {
    let path = NSTemporaryDirectory() + "systole-regression-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: path) }
    let folder = RegressionFolder(path)
    let plan = try RegressionPlanTests.plan(["counter"], ["default"], runs: 3)
    try folder.begin(plan)
    var outcome = try #require(plan.units[0].run(plan, waves: folder.waves))
    outcome.results[1].verdict = .failed
    try folder.store(outcome, of: 0)

    let report = RegressionReport(plan, in: folder)
    #expect(report.isComplete && !report.passed)
    #expect((report.passedRuns, report.failedRuns, report.missingRuns) == (2, 1, 0))
    let command = plan.units[0].recipe(in: plan).command(run: 1)
    #expect(report.text().contains("2 of 3 runs passed, 1 failed"))
    #expect(report.text().contains(command))
    #expect(report.html().contains(command))
    #expect(report.html().contains("tr class=\"bad\""))
    #expect(report.junit().contains("<testsuite name=\"counter\" tests=\"3\" failures=\"1\" errors=\"0\""))
    let read = try JSONDecoder().decode(RegressionReport.self, from: Data(try report.json().utf8))
    #expect(read == report)
  }

  @Test func `A failure is explained, and every form of the report has the command of the smallest case`() throws {
    let path = NSTemporaryDirectory() + "systole-regression-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: path) }
    let folder = RegressionFolder(path)
    let plan = try RegressionPlanTests.plan(["counter"], ["default"], runs: 1)
    try folder.begin(plan)
    var outcome = try #require(plan.units[0].run(plan, waves: folder.waves))
    var failing = FailingCase(block: "counter", seed: plan.seed)
    failing.mutant = 20
    let files = folder.waves + "/counter-default-0"
    let explanation = try #require(
      try RegressionUnit.explanation(of: failing, files: files, isCancelled: { false }))
    outcome.results[0].verdict = .failed
    outcome.results[0].failure = explanation.failure
    outcome.results[0].explanation = explanation
    try folder.store(outcome, of: 0)

    for ending in ["json", "fst", "gtkw"] {
      #expect(FileManager.default.fileExists(atPath: "\(files).case.\(ending)"), "\(ending)")
    }
    let report = RegressionReport(plan, in: folder)
    let command = "systole cosim --case \(files).case.json"
    for text in [report.text(), report.html(), report.junit(), try report.json()] { #expect(text.contains(command)) }
    #expect(try FailingCase(contentsOf: files + ".case.json").tapes == explanation.inputs.tapes)
  }

  @Test func `Units that are not done are said to be so`() throws {
    let path = NSTemporaryDirectory() + "systole-regression-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: path) }
    let folder = RegressionFolder(path)
    let plan = try RegressionPlanTests.plan(["counter", "stream-fifo"], runs: 1)
    try folder.begin(plan)
    try RegressionWorker.run([1], in: folder, isCancelled: { false })
    let report = RegressionReport(plan, in: folder)
    #expect(!report.isComplete && !report.passed)
    #expect(report.text().contains("4 of 5 units are not done"))
  }
}
