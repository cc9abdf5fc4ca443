import Campaigns
import Catalog
import Entries
import Foundation
import TestFiles
import Testbench
import Testing
import Verilator

/// Register banks that are wrong, or right at another latency, made by editing the text of the catalog's own: their
/// function is judged.
@Suite struct RegisterFaultTests {
  static let blocks = ["register-bank", "axi-lite-register-bank", "axi-lite-system"]

  private static let pendingNext =
    "interrupt_pending <= (interrupt_pending & ~(writes_interrupt ? written[2:0] : 3'd0)) | event_0;"

  /// A mistake, the right text and the wrong one.
  static let wrong: [(mistake: String, right: String, wrong: String)] = [
    ("nothing is ever shown as pending", "assign pending_0 = interrupt_pending;", "assign pending_0 = 3'd0;"),
    ("a bit is stuck", "assign pending_0 = interrupt_pending;", "assign pending_0 = interrupt_pending | 3'd4;"),
    ("nothing is cleared", pendingNext, "interrupt_pending <= interrupt_pending | event_0;"),
    (
      "a write clears all", pendingNext,
      "interrupt_pending <= (interrupt_pending & ~{3{writes_interrupt & |written[2:0]}}) | event_0;"
    ),
    ("events are forgotten", pendingNext, "interrupt_pending <= event_0;"),
    (
      "strobes of a clear are ignored", pendingNext,
      "interrupt_pending <= (interrupt_pending & ~(writes_interrupt ? DATA[2:0] : 3'd0)) | event_0;"
    ),
    (
      "an event is lost while it is cleared", pendingNext,
      "interrupt_pending <= (interrupt_pending | event_0) & ~(writes_interrupt ? written[2:0] : 3'd0);"
    ),
    (
      "zeros clear", pendingNext,
      "interrupt_pending <= (interrupt_pending & (writes_interrupt ? written[2:0] : 3'd7)) | event_0;"
    ),
    (
      "a read clears", pendingNext,
      """
      interrupt_pending <= (interrupt_pending & ~(writes_interrupt ? written[2:0]
        : {3{takes & !access_is_write & (access_address[7:2] == 6'd3)}})) | event_0;
      """
    ),
    ("a bit of a status is 0", "{20'd0, status_0}", "{20'd0, status_0 & 12'hF7F}"),
    ("a status is that of the reset", "{20'd0, status_0}", "{20'd0, first_status}"),
  ]

  /// What makes a bank slower and leaves it right.
  static let right: [(change: String, right: String, slow: String)] = [
    (
      "pending shows three clocks later", "assign pending_0 = interrupt_pending;",
      """
      reg [8:0] later;
      always @(posedge clock) later <= reset ? 9'd0 : {later[5:0], interrupt_pending};
      assign pending_0 = later[8:6];
      """
    ),
    (
      "events come two clocks later", pendingNext,
      "interrupt_pending <= (interrupt_pending & ~(writes_interrupt ? written[2:0] : 3'd0)) | happened[5:3];"
    ),
  ]

  /// The emitted text of a block with one piece of it replaced.
  private func text(_ name: String, _ right: String, _ wrong: String) throws -> String {
    let block = try Catalog.entry(name).block(configuration: nil, settings: [], workload: [])
    var text = try block.elaborate(reset: .init()).verilog().map(\.text).joined(separator: "\n")
    try #require(text.contains(right), "the text has no '\(right)'")
    text = text.replacing(right, with: wrong.replacing("DATA", with: "access_data"))
    return text.replacing(
      "  reg [2:0] interrupt_pending;\n",
      with: """
          reg [2:0] interrupt_pending;
          reg [5:0] happened;
          reg [11:0] first_status;
          always @(posedge clock) begin
            happened <= reset ? 6'd0 : {happened[2:0], event_0};
            if (reset) first_status <= status_0;
          end

        """)
  }

  private func run(_ name: String, _ text: String, count: Int = 300) throws -> BenchReport {
    let folder = try TemporaryFolder()
    let block = try Catalog.entry(name).block(
      configuration: nil, settings: [], workload: [try #require(Setting("count=\(count)"))])
    var job = Cosimulation(block, seed: 3, runs: 0..<Catalog.defaultRuns)
    job.foreign = ForeignVerilog(files: [try folder.write(text, to: "foreign.v")])
    job.profile = .debug
    return try job.run(with: try Checkout.builder(.init(5, 6))).report
  }

  @Test(arguments: blocks, wrong.indices)
  func `A wrong bank fails`(block: String, number: Int) throws {
    let fault = Self.wrong[number]
    let report = try run(block, try text(block, fault.right, fault.wrong))
    #expect(report.results.last?.verdict == .failed, "\(fault.mistake), and it passed")
  }

  @Test(arguments: blocks, right.indices)
  func `A slower bank passes`(block: String, number: Int) throws {
    let change = Self.right[number]
    let report = try run(block, try text(block, change.right, change.slow))
    #expect(report.results.last?.verdict == .passed, "\(change.change): \(report.text())")
  }
}
