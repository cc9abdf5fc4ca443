import Netlist
import Testing

@testable import Verilator

@Suite struct ClockNamesTests {
  private func clocks(_ names: String..., text: String = "") -> [ClockShape] {
    ClockNames.clocks(among: names.map { PortShape(name: $0, direction: .input, width: 1) }, in: text)
  }

  @Test(arguments: ["clk", "clock", "CLK", "clk_i", "i_clk", "aclk", "pclk", "clk_in"])
  func `Usual names of a clock`(name: String) { #expect(ClockNames.clockStem(name) == "") }

  @Test(arguments: ["clk_en", "clock_enable", "block", "clocked", "clk_gate", "enable", "clk_div"])
  func `Names that only look like a clock`(name: String) { #expect(ClockNames.clockStem(name) == nil) }

  @Test(arguments: [
    ("rst", ResetPolarity.activeHigh), ("reset", .activeHigh), ("rst_i", .activeHigh), ("i_reset", .activeHigh),
    ("arst", .activeHigh), ("rst_n", .activeLow), ("rst_ni", .activeLow), ("aresetn", .activeLow),
    ("resetn", .activeLow), ("nreset", .activeLow), ("reset_b", .activeLow), ("RST_N", .activeLow),
  ])
  func `Usual names of a reset and their polarity`(name: String, polarity: ResetPolarity) {
    #expect(ClockNames.parsedReset(name)?.stem == "")
    #expect(ClockNames.parsedReset(name)?.polarity == polarity)
  }

  @Test func `Clocks and resets pair by the rest of their names`() {
    #expect(
      clocks("axi_clk", "axi_rst_n", "core_clk", "core_reset", "data") == [
        ClockShape(clock: "axi_clk", reset: "axi_rst_n", resetPolarity: .activeLow),
        ClockShape(clock: "core_clk", reset: "core_reset"),
      ])
    #expect(
      clocks("wr_clk", "rd_clk", "rst") == [
        ClockShape(clock: "wr_clk", reset: "rst"), ClockShape(clock: "rd_clk", reset: "rst"),
      ])
    #expect(clocks("clk") == [ClockShape(clock: "clk", reset: nil)])
    #expect(clocks("rst", "a").isEmpty)
  }

  @Test func `A reset whose edge is awaited is asynchronous`() {
    let found = clocks("clk", "rst_n", text: "always @(posedge clk or negedge rst_n) q <= d;")
    #expect(found.first?.resetKind == .asynchronous)
    #expect(clocks("clk", "rst_n", text: "always @(posedge clk) q <= d;").first?.resetKind == .synchronous)
  }
}
