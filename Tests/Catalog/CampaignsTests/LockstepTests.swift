import Campaigns
import Catalog
import Entries
import HDL
import Simulator
import TestFiles
import Testbench
import Testing

@Suite struct LockstepTests {
  @Test(arguments: Regression.all)
  func `Both engines show the same in every cycle`(regression: Regression) throws {
    var job = Cosimulation(try regression.block(), seed: 0x10C)
    job.engine = .both
    // The newest Verilator where the block is as most people have it, the oldest in the other configurations.
    let release = regression.configuration == "default" ? (5, 48) : (5, 6)
    let outcome = try job.run(with: try Checkout.builder(.init(release.0, release.1)))
    #expect(outcome.report.passed, "\(outcome.report.text())")
    #expect(outcome.report.engine?.hasPrefix("native simulator and Verilator ") == true)
  }

  @Test(arguments: Regression.ofTier)
  func `The native engine alone gives the verdict, and says who it was`(regression: Regression) throws {
    var job = Cosimulation(try regression.block(), seed: 0x10D, runs: 0..<2)
    job.engine = .native
    let outcome = try job.run(with: try Checkout.builder(.init(0, 0)))
    #expect(outcome.report.passed, "\(outcome.report.text())")
    #expect(outcome.record == nil)
    #expect(outcome.report.text().hasSuffix("\(regression.entry): 2 passed (native simulator)\n"))
    let read = try BenchReport(json: try outcome.report.json())
    #expect(read.engine == "native simulator")
  }

  /// Addresses past the last word, words that nobody has written: what is undefined is not compared.
  @Test(arguments: [
    ("simple-dual-port-memory", ["depth=5"]),
    ("simple-dual-port-memory", ["depth=3", "duringWrite=newData", "width=64"]),
    ("simple-dual-port-memory", ["depth=5", "duringWrite=noChange"]), ("single-port-memory", ["depth=5", "width=7"]),
    ("true-dual-port-memory", ["depth=6", "lanes=2"]), ("stream-fifo", ["depth=5"]), ("credit-receiver", ["credits=5"]),
  ])
  func `What is undefined is no difference`(entry: String, settings: [String]) throws {
    let block = try Catalog.entry(entry).block(
      configuration: nil, settings: settings.map { Setting($0)! }, workload: [Setting("count", "300")])
    var job = Cosimulation(block, seed: 1, runs: 0..<4)
    job.engine = .both
    let outcome = try job.run(with: try Checkout.builder(.init(5, 6)))
    #expect(outcome.report.passed, "\(outcome.report.text())")
  }
}
