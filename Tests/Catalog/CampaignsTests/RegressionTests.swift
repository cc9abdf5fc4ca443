import Campaigns
import Catalog
import Foundation
import HDL
import Netlist
import TestFiles
import Testbench
import Testing
import Tools
import Verilator
import Verilog

extension Regression {
  /// The default configuration of each entry, and all configurations in the long tests.
  static let ofTier = all.filter { Tier.isFull || $0.configuration == "default" }
}

@Suite struct RegressionTests {
  @Test(arguments: Regression.ofTier)
  func `Every tool takes the emitted Verilog without a warning`(regression: Regression) throws {
    let design = EmittedDesign(
      try regression.block().elaborate(reset: ResetStyle()), VerilogOptions(license: Catalog.license))
    let folder = try TemporaryFolder()
    try design.write(to: folder.path)
    let findings = try Toolbox().lint(
      files: design.manifest.files.map { folder.path + "/" + $0 }, top: design.manifest.top)
    #expect(findings.count >= 5, "only \(findings.map(\.tool)) found; run 'make setup'")
    for finding in findings { #expect(finding.isClean, "\(finding.tool) says\n\(finding.messages)") }
  }

  // Every configuration runs in one Verilator with every change, side by side with the native engine: see LockstepTests.
  @Test(.enabled(if: Tier.isFull), arguments: Regression.all)
  func `The emitted Verilog does what the golden model does`(regression: Regression) throws {
    try expectPassed(regression, Cosimulation(regression.block(), seed: 0x5EED), .init(5, 6))
  }

  @Test(.enabled(if: Tier.isFull), arguments: Regression.all)
  func `It does so in the newest Verilator`(regression: Regression) throws {
    try expectPassed(regression, Cosimulation(regression.block(), seed: 0x5EED), .init(5, 48))
  }

  @Test(arguments: ["stream-fifo", "matmul"], [ResetKind.synchronous, .asynchronous])
  func `It does so with a reset that is active low`(entry: String, kind: ResetKind) throws {
    let regression = Regression(entry: entry, configuration: "default")
    var job = Cosimulation(try regression.block(), seed: 3)
    job.reset = ResetStyle(kind, .activeLow)
    try expectPassed(regression, job, .init(5, 6))
  }

  private func expectPassed(
    _ regression: Regression, _ job: Cosimulation, _ release: VerilatorInstallation.Release
  ) throws {
    var job = job
    job.profile = .debug
    let outcome = try job.run(with: try Checkout.builder(release))
    let result = try #require(outcome.report.results.first)
    #expect(outcome.report.passed, "\(result.text())")
    #expect(result.valuesCompared > 0)
  }

  @Test func `A seed gives the same results`() throws {
    let block = try Regression(entry: "stream-fifo", configuration: "default").block()
    func results(_ seed: Seed) throws -> [BenchResult] {
      var job = Cosimulation(block, seed: seed, runs: 2..<4)
      job.profile = .debug
      var results = try job.run(with: try Checkout.builder(.init(5, 6))).report.results
      for index in results.indices { results[index].seconds = nil }
      return results
    }
    let first = try results(11)
    #expect(first.map(\.index) == [2, 3])
    #expect(try results(11) == first)
    #expect(try results(12).map(\.cycles) != first.map(\.cycles))
  }

  @Test(arguments: Regression.all)
  func `Generated holds what the catalog gives, byte for byte`(regression: Regression) throws {
    let design = EmittedDesign(
      try regression.block().elaborate(reset: ResetStyle()), VerilogOptions(license: Catalog.license))
    let folder = Checkout.root.appending(path: "Generated/\(regression.folder)").path
    let names = try FileManager.default.contentsOfDirectory(atPath: folder)
    #expect(Set(names) == Set(design.files.map(\.name)), "run 'make generate'")
    for file in design.files {
      let kept = try Data(contentsOf: URL(fileURLWithPath: folder + "/" + file.name))
      #expect(kept == Data(file.text.utf8), "\(regression.folder)/\(file.name) differs; run 'make generate'")
    }
  }

  @Test func `Generated holds nothing else`() throws {
    let names = try FileManager.default.contentsOfDirectory(atPath: Checkout.root.appending(path: "Generated").path)
    #expect(names.sorted() == Regression.all.map(\.folder).sorted())
  }
}
