import Campaigns
import Catalog
import Foundation
import HDL
import Netlist
import TestFiles
import Testbench
import Testing
import Verilator
import Verilog

@Suite struct ForeignCosimulationTests {
  /// The block's own Verilog under the name `Foreign`, changed.
  private func foreign(_ entry: String, _ changes: [(String, String)] = []) throws -> String {
    let block = try Regression(entry: entry, configuration: "default").block()
    let module = try #require(try block.elaborate(reset: ResetStyle()).verilog().last)
    var text = module.text.replacing("module \(module.name.dropLast(2)) ", with: "module Foreign ")
    for (old, new) in changes {
      try #require(text.contains(old), "the emitted text has no '\(old)'")
      text = text.replacing(old, with: new)
    }
    return text
  }

  private func run(_ entry: String, _ text: String, wave: String? = nil) throws -> Cosimulation.Outcome {
    let folder = try TemporaryFolder()
    var job = Cosimulation(try Regression(entry: entry, configuration: "default").block(), seed: 5)
    job.foreign = ForeignVerilog(files: [try folder.write(text, to: "foreign.v")], top: "Foreign")
    job.profile = .debug
    job.wavePath = wave
    return try job.run(with: try Checkout.builder(.init(5, 6)))
  }

  @Test(arguments: ["stream-fifo", "requantizer"])
  func `A copy under another name passes`(entry: String) throws {
    let outcome = try run(entry, try foreign(entry))
    #expect(outcome.report.passed, "\(outcome.report.text())")
    #expect(outcome.interface.name == "Foreign")
  }

  @Test(arguments: [
    ("stream-fifo", "count + 5'd1", "count - 5'd1"),
    ("stream-fifo", "pop_data = items_data", "pop_data = ~items_data"),
    ("stream-fifo", "(!is_shown | pop_ready)", "(is_shown | pop_ready)"),
    ("requantizer", "accumulator + bias", "accumulator - bias"),
    ("requantizer", "rounded > 9'sd127", "rounded < 9'sd127"),
    ("requantizer", "(sticky_1 | shifted_1[0])", "(sticky_1 & shifted_1[0])"),
  ])
  func `One wrong operator is caught`(entry: String, right: String, wrong: String) throws {
    let outcome = try run(entry, try foreign(entry, [(right, wrong)]))
    let result = try #require(outcome.report.results.first)
    #expect(result.verdict == .failed, "'\(wrong)' in place of '\(right)' passed")
    #expect(result.failure != nil)
  }

  @Test(arguments: [WaveFormat.vcd, .fst])
  func `A failing run leaves a wave in the format of its name`(format: WaveFormat) throws {
    let folder = try TemporaryFolder()
    let wave = folder.path + "/wave.\(format.rawValue)"
    let text = try foreign("stream-fifo", [("pop_data = items_data", "pop_data = ~items_data")])
    let result = try #require(try run("stream-fifo", text, wave: wave).report.results.first)
    #expect(result.wave?.recurred == true, "\(result.text())")
    #expect(try Data(contentsOf: URL(fileURLWithPath: wave)).count > 100)
  }

  @Test func `A missing port and a wrong width are named`() throws {
    let text = try foreign(
      "stream-fifo",
      [
        ("pop_ready", "pop_taken"), ("output wire [7:0] pop_data", "output wire [6:0] pop_data"),
        ("pop_data = items_data", "pop_data = items_data[6:0]"),
      ])
    let error = try #require(throws: CatalogError.self) { try run("stream-fifo", text) }
    #expect(
      error.description == """
        module 'Foreign' cannot stand in for 'stream-fifo':
          input 'pop_ready' of 1 bit is missing
          'pop_data' has 7 bits, not 8
          input 'pop_taken' of 1 bit is not driven by the bench
        rename or resize the ports, or set the parameters of 'stream-fifo' to match
        """)
  }

  @Test func `A wrong direction and a missing clock are named`() throws {
    let text = """
      module Foreign (
        input wire push_valid, input wire push_ready, input wire [7:0] push_data,
        output wire pop_valid, input wire pop_ready, output wire [7:0] pop_data
      );
        assign pop_valid = push_valid & push_ready & pop_ready;
        assign pop_data = push_data;
      endmodule
      """
    let error = try #require(throws: CatalogError.self) { try run("stream-fifo", text) }
    #expect(
      error.description == """
        module 'Foreign' cannot stand in for 'stream-fifo':
          'push_ready' is an input, not an output
          it has no clock; if an input is one, name it: --clock PORT
        rename or resize the ports, or set the parameters of 'stream-fifo' to match
        """)
  }
}
