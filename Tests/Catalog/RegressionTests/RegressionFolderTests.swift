import Foundation
import Testing
import Tools

@testable import Regression

@Suite struct RegressionFolderTests {
  private let path = NSTemporaryDirectory() + "systole-regression-\(UUID().uuidString)"

  private func inFolder(_ body: (RegressionFolder) throws -> Void) throws {
    defer { try? FileManager.default.removeItem(atPath: path) }
    try body(RegressionFolder(path))
  }

  @Test func `A worker does its units, and those that are done are left alone`() throws {
    try inFolder { folder in
      let plan = try RegressionPlanTests.plan(["counter", "stream-fifo"], runs: 10)
      try folder.begin(plan)
      #expect(folder.plan == plan)
      #expect(folder.open(of: plan) == Array(plan.units.indices))
      try RegressionWorker.run([0, 1], in: folder, isCancelled: { false })
      #expect(folder.open(of: plan) == Array(plan.units.indices.dropFirst(2)))
      let first = try #require(folder.outcome(of: 0))
      #expect(first.passed && first.results.map(\.index) == Array(0..<first.unit.runs))
      try RegressionWorker.run(plan.units.indices, in: folder, isCancelled: { false })
      #expect(folder.open(of: plan).isEmpty)
      #expect(folder.outcome(of: 0) == first, "time included: it was not done again")
      let report = RegressionReport(plan, in: folder)
      #expect(report.passed && report.passedRuns == plan.totalRuns)
    }
  }

  @Test func `Tasks share the units without gap or overlap`() throws {
    try inFolder { folder in
      let plan = try RegressionPlanTests.plan([], runs: 9)
      try folder.begin(plan)
      let shares = (0..<7).map { RegressionWorker.stripe($0, of: 7, in: folder) }
      #expect(shares.flatMap { $0 }.sorted() == Array(plan.units.indices))
    }
  }

  @Test func `A half-written or foreign outcome counts as not done`() throws {
    try inFolder { folder in
      let plan = try RegressionPlanTests.plan(["counter"], runs: 1)
      try folder.begin(plan)
      try "{\"unit\": {".write(toFile: path + "/units/0.json", atomically: true, encoding: .utf8)
      #expect(folder.outcome(of: 0) == nil)
    }
  }

  @Test func `Two regressions cannot write to one folder`() throws {
    try inFolder { folder in
      let lock = try folder.lock()
      #expect(throws: RegressionFailure.self) { try folder.lock() }
      withExtendedLifetime(lock) {}
    }
  }

  @Test func `Only an interruption leaves no outcome`() throws {
    try inFolder { folder in
      let plan = try RegressionPlanTests.plan(["counter"], runs: 2)
      try folder.begin(plan)
      try RegressionWorker.run([0], in: folder, isCancelled: { true })
      #expect(folder.open(of: plan).contains(0))
    }
  }

  @Test func `A worker that crashes is a problem of its unit`() throws {
    try inFolder { folder in
      let plan = try RegressionPlanTests.plan(["counter"], ["default"], runs: 1)
      try folder.begin(plan)
      let worker = IsolatedWorker(program: Program(path: "/bin/sh", leadingArguments: ["-c", "kill -SEGV $$"]))
      try LocalExecutor(jobs: 2, worker: worker, isCancelled: { false }, finished: { _ in }).run(plan, in: folder)
      let report = RegressionReport(plan, in: folder)
      #expect(report.isComplete && !report.passed && report.missingRuns == 1)
      #expect(report.outcomes[0].problem?.contains("SIGSEGV") == true)
      #expect(report.junit().contains("errors=\"1\""))
      #expect(report.html().contains("SIGSEGV"))
    }
  }
}
