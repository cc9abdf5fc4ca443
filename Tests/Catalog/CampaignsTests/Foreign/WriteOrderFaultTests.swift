import Campaigns
import Catalog
import Entries
import Foundation
import TestFiles
import Testbench
import Testing
import Verilator

/// Managers of AXI that wait for one channel of a write before they offer on the other, made by editing the text of the
/// catalog's own: a subordinate may wait for both, so such a manager may wait for ever.
@Suite struct WriteOrderFaultTests {
  private static let writer = [
    ("assign w_valid = may_go & push_valid;", "assign w_valid = may_go & push_valid & is_ahead;"),
    ("assign push_ready = may_go & w_ready;", "assign push_ready = is_ahead & w_ready;"),
  ]

  /// A block, and edits that make its words wait for the address or its address wait for the words.
  static let wrong: [(block: String, edits: [(right: String, wrong: String)])] = [
    ("burst-writer", writer), ("axi-burst-master", writer),
    (
      "axi-lite-manager",
      [("assign axi_wvalid = offers_word;", "assign axi_wvalid = offers_word & (axi_wready | !offers_write_address);")]
    ),
    (
      "axi-lite-manager",
      [
        (
          "assign axi_awvalid = offers_write_address;",
          "assign axi_awvalid = offers_write_address & (axi_awready | !offers_word);"
        )
      ]
    ),
  ]

  private func failing(_ number: Int) throws -> (text: String, block: any CatalogBlock) {
    let (name, edits) = Self.wrong[number]
    let block = try Catalog.entry(name).block(
      configuration: nil, settings: [], workload: [try #require(Setting("count=40"))])
    var text = try block.elaborate(reset: .init()).verilog().map(\.text).joined(separator: "\n")
    for (right, wrong) in edits {
      try #require(text.contains(right), "the text has no '\(right)'")
      text = text.replacing(right, with: wrong)
    }
    return (text, block)
  }

  @Test(arguments: wrong.indices, [1, 2, 3] as [Seed])
  func `Words that wait for their address are stuck, and so is an address that waits for words`(
    number: Int, seed: Seed
  ) throws {
    let folder = try TemporaryFolder()
    let (text, block) = try failing(number)
    var job = Cosimulation(block, seed: seed, runs: 0..<Catalog.defaultRuns)
    job.foreign = ForeignVerilog(files: [try folder.write(text, to: "foreign.v")])
    job.profile = .debug
    let report = try job.run(with: try Checkout.builder(.init(5, 6))).report
    let failure = try #require(report.results.last?.failure, "it passed")
    #expect([.stuck, .missing, .validWithdrawn].contains(failure.kind), "\(report.text())")
  }

  /// No subordinate responds before it has accepted address and words, so a manager need not wait for them to be ready.
  @Test(arguments: ["burst-writer", "axi-burst-master"], [1, 2, 3] as [Seed])
  func `A manager that is always ready for responses is right`(name: String, seed: Seed) throws {
    let folder = try TemporaryFolder()
    let block = try Catalog.entry(name).block(
      configuration: nil, settings: [], workload: [try #require(Setting("count=40"))])
    let right = /assign b_ready = bursts_unanswered != [0-9]+'d0;/
    let text = try block.elaborate(reset: .init()).verilog().map(\.text).joined(separator: "\n")
    try #require(text.contains(right))
    var job = Cosimulation(block, seed: seed, runs: 0..<Catalog.defaultRuns)
    job.foreign = ForeignVerilog(
      files: [try folder.write(text.replacing(right, with: "assign b_ready = 1'b1;"), to: "foreign.v")])
    job.profile = .debug
    let report = try job.run(with: try Checkout.builder(.init(5, 6))).report
    #expect(report.passed, "\(report.text())")
  }

  @Test func `The smallest case of a manager that waits is stuck too, and repeats`() throws {
    let folder = try TemporaryFolder()
    var failing = FailingCase(block: "burst-writer", seed: 1, run: 0)
    failing.workload = [try #require(Setting("count=40"))]
    failing.foreign = ForeignVerilog(files: [try folder.write(try self.failing(0).text, to: "foreign.v")])
    failing.judgesTiming = false
    failing.engine = .verilator
    var shrinker = CaseShrinker(failing)
    shrinker.maximumRuns = 200
    let builder = try Checkout.builder(.init(5, 6))
    let outcome = try #require(try shrinker.run(with: builder))
    let again = try CaseShrinker(outcome.smallest).replay(with: builder)
    #expect(again.failure?.kind == .stuck, "\(again.text())")
    #expect(outcome.explanation.failure.kind == .stuck)
  }
}
