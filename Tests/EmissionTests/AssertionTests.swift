import Foundation
import HDL
import TestSupport
import Testing
import Tools
import Verilog

@Suite struct AssertionTests {
  @Test func `Assertions are written for provers and for simulations`() throws {
    let text = try #require(try GuardedCounter().elaborate().simplified().verilog().last?.text)
    let start = try #require(text.range(of: "`ifdef FORMAL"))
    let end = try #require(text.range(of: "`endif\n", options: .backwards))
    #expect(
      text[start.lowerBound..<end.upperBound] == """
        `ifdef FORMAL
          always @(posedge clock) begin
            if (!reset) begin
              if (enable) begin
                below_limit: assert (({1'd0, count_q} + {5'd0, step}) <= 9'd200);
              end
              if (enable) begin
                passes_hundred: cover (count_q == 8'd100);
              end
              small_steps: assume (step != 4'd15);
            end
          end
        `endif

        `ifdef SYSTOLE_ASSERT
          always @(posedge clock) begin
            if (!reset) begin
              if (enable) begin
                if (!(({1'd0, count_q} + {5'd0, step}) <= 9'd200)) begin
                  $display("assertion below_limit of %m failed: more than 200 %% of \\"full\\"");
                  $stop;
                end
              end
              if (!(step != 4'd15)) begin
                $display("assumption small_steps of %m failed");
                $stop;
              end
            end
          end
        `endif

        """)
  }

  @Test func `Every tool takes assertions and black boxes without a warning`() throws {
    try Emission.expectClean(try GuardedCounters().elaborate().simplified(), "assertions")
    try Emission.expectClean(try BlackBoxChain().elaborate().simplified(), "black boxes")
  }

  @Test func `Provers and simulators read what stands under the macros`() throws {
    let folder = NSTemporaryDirectory() + "systole-assertions-\(UUID().uuidString)"
    let circuit = try GuardedCounters().elaborate().simplified()
    try EmittedDesign(circuit).write(to: folder)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let files = circuit.verilog().map(\.name)
    let toolbox = Toolbox()
    for yosys in [try toolbox.yosys(), try toolbox.newestYosys()] {
      let result = try yosys.program.run(
        ["-q", "-p", "read_verilog -formal \(files.joined(separator: " ")); prep -top GuardedCounters"], in: folder,
        timeout: .seconds(100))
      #expect(result.termination.isSuccess && result.errors.isEmpty, "\(yosys.version): \(result.errors)")
    }
    let icarus = try toolbox.icarus().program.run(
      ["-g2001", "-Wall", "-DSYSTOLE_ASSERT", "-tnull", "-s", "GuardedCounters"] + files, in: folder)
    #expect(icarus.termination.isSuccess && icarus.errors.isEmpty, "\(icarus.errors)")
    for verilator in toolbox.verilators() {
      let result = try verilator.program.run(
        ["--lint-only", "-Wall", "-DSYSTOLE_ASSERT", "--top-module", "GuardedCounters"] + files, in: folder)
      #expect(result.termination.isSuccess && result.errors.isEmpty, "\(verilator.version): \(result.errors)")
    }
  }

  @Test func `A black box is an instance with parameters and an external module of the manifest`() throws {
    let circuit = try BlackBoxChain().elaborate().simplified()
    let text = try #require(circuit.verilog().last?.text)
    #expect(circuit.verilog().map(\.name) == ["BlackBoxChain.v"])
    #expect(
      text.contains(
        """
          vendor_accumulator #(.WIDTH(12), .STEP(5), .MODE("wrapping")) accumulator_2 (
            .clk(clock),
            .rst_n(!reset),
            .itemIn(accumulator_2_item_xor),
            .enable(enable),
            .sum(accumulator_2_sum),
            .preview(accumulator_2_preview)
          );

        """), "\(text)")
    #expect(circuit.manifest.files == ["vendor_accumulator.v", "BlackBoxChain.v"])
    #expect(
      circuit.manifest.external.first
        == External(
          module: "vendor_accumulator", parameters: ["WIDTH": "12", "STEP": "1", "MODE": "\"wrapping\""],
          files: ["vendor_accumulator.v"]))
    #expect(EmittedDesign(circuit).files.first?.name == "vendor_accumulator.v")
  }
}
