import Campaigns
import Catalog
import Entries
import Foundation
import TestFiles
import Testbench
import Testing
import Verilator

/// Verilog by other hands is judged by what it does, and by when only where that is asked for.
@Suite struct ForeignFunctionTests {
  /// A design and the block for which it stands.
  struct Design: Sendable, CustomTestStringConvertible {
    var name: String
    var text: String
    var block: String
    var configuration: String?
    var settings: [String] = []
    var workload: [String] = ["count=300"]

    var testDescription: String { name }
  }

  private static let queue = Design(
    name: "queue", text: ForeignDesigns.queue, block: "stream-fifo",
    settings: ["storage=registers", "showsOccupancy=true"])
  private static let matrixMultiply = Design(
    name: "sequential_product", text: ForeignDesigns.matrixMultiply, block: "matmul", configuration: "small",
    workload: ["m=7", "k=8", "n=5", "jobs=2"])

  static let right: [Design] = [
    queue, matrixMultiply,
    Design(name: "pipeline", text: ForeignDesigns.pipeline, block: "stream-fifo"),
    Design(name: "half_rate", text: ForeignDesigns.halfRate, block: "skid-buffer"),
    Design(name: "fast_divider", text: ForeignDesigns.divider, block: "divider"),
    Design(name: "lowest_first", text: ForeignDesigns.arbiter, block: "stream-arbiter"),
    Design(name: "requantize", text: ForeignDesigns.requantizer, block: "requantizer"),
    Design(name: "slow_registers", text: ForeignDesigns.registerBank, block: "register-bank"),
    Design(
      name: "toggles", text: ForeignDesigns.crossing, block: "asynchronous-fifo", settings: ["showsOccupancy=false"]),
  ]

  /// The wrong piece of text, in the design of `right` with that name, and what the report says of it.
  static let wrong: [(design: String, right: String, wrong: String, says: String)] = [
    ("queue", "occupancy = tail - head", "occupancy = tail - head + 5'd1", "output 'occupancy': expected"),
    ("queue", "items[head[LOG-1:0]]", "items[head[LOG-1:0] ^ (head == 5'd9)]", "field 'data'"),
    ("pipeline", "moves = pop_ready | !full[4]", "moves = 1'b1", ""),
    ("fast_divider", "? 8'hFF : quotient", "? 8'hFE : quotient", "field 'quotient'"),
    ("lowest_first", "2'd1 : 2'd2;", "2'd1 : 2'd1;", ""),
    ("lowest_first", "push_1_valid ? push_1_data : push_2_data", "push_1_data", "field 'data'"),
    ("requantize", "rest == half && floor[0]", "rest == half", "field 'code'"),
    ("slow_registers", "value_0 <= 8'd1", "value_0 <= 8'd3", "output 'value_0': expected"),
    ("slow_registers", "access_data[2:0] : 3'd0)) | event_0", "3'd0 : 3'd0)) | 3'd7", "output 'pending_0': expected"),
    ("sequential_product", "depth0 == 0 && k == 0", "k == 0", "field 'values_0'"),
    ("sequential_product", "job_rows == 0 || ", "", ""),
    ("toggles", "item <= push_data", "item <= push_data & ~{8{push_data == 8'h80}}", "field 'data'"),
  ]

  private func run(_ design: Design, _ text: String? = nil, judgesTiming: Bool? = nil) throws -> BenchReport {
    let folder = try TemporaryFolder()
    let block = try Catalog.entry(design.block).block(
      configuration: design.configuration, settings: design.settings.compactMap { Setting($0) },
      workload: design.workload.compactMap { Setting($0) })
    var job = Cosimulation(block, seed: 3, runs: 0..<Catalog.defaultRuns)
    job.foreign = ForeignVerilog(files: [try folder.write(text ?? design.text, to: "foreign.v")])
    job.judgesTiming = judgesTiming
    job.profile = .debug
    return try job.run(with: try Checkout.builder(.init(5, 6))).report
  }

  @Test(arguments: right)
  func `A right design passes whatever its latency`(design: Design) throws {
    let report = try run(design)
    #expect(report.passed, "\(report.text())")
    #expect(report.results.count == Catalog.defaultRuns)
    #expect(report.results.allSatisfy { $0.judged?.hasPrefix("function: ") == true })
  }

  @Test(arguments: wrong)
  func `A wrong one fails`(design: String, right: String, wrong: String, says: String) throws {
    let design = try #require(Self.right.first { $0.name == design })
    try #require(design.text.contains(right), "the text has no '\(right)'")
    let report = try run(design, design.text.replacing(right, with: wrong))
    let failure = try #require(report.results.last?.failure, "'\(wrong)' in place of '\(right)' passed")
    #expect(says.isEmpty || failure.description.contains(says), "\(report.text())")
  }

  @Test func `Timing is judged where that is asked for, and the report says so`() throws {
    let pipeline = try #require(Self.right.first { $0.name == "pipeline" })
    let result = try #require(try run(pipeline, judgesTiming: true).results.last)
    #expect(result.verdict == .failed)
    #expect(result.text().contains("judged     timing: every port in every cycle\n"), "\(result.text())")

    let product = try #require(try run(Self.matrixMultiply, judgesTiming: true).results.last)
    #expect(
      product.failure?.message.hasSuffix("its limit: what the schedule of 'matmul' takes when no stream stalls")
        == true,
      "\(product.text())")
  }

  @Test func `A pipeline is judged at the one latency at which it is right, and the report names it`() throws {
    let design = try #require(Self.right.first { $0.name == "requantize" })
    let report = try run(design)
    #expect(report.results.first?.judged == "function: every vector at one latency, the module's choice: 2 cycles")
  }
}
