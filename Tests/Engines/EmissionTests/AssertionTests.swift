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

  @Test func `What remembers something for assertions stands where they are, and nowhere else`() throws {
    let text = try #require(try WatchedStream().elaborate().simplified().verilog().last?.text)
    let start = try #require(text.range(of: "  reg [7:0] last_q;"))
    #expect(
      text[start.lowerBound...] == """
          reg [7:0] last_q;

          wire input_transfer = input_valid & ready;
          assign input_ready = ready;
          assign last = last_q;

          always @(posedge clock) begin
            if (input_transfer) begin
              last_q <= input_data;
            end
          end

        `ifdef SYSTOLE_CHECKS
          reg input_waits;
          reg [7:0] input_before;
          reg [3:0] calls;
          always @(posedge clock) begin
            input_before <= input_data;
          end
          always @(posedge clock) begin
            if (reset) begin
              input_waits <= 1'b0;
              calls <= 4'd0;
            end else begin
              input_waits <= input_valid & !input_transfer;
              if (input_transfer) begin
                calls <= calls + 4'd1;
              end
            end
          end
        `endif

        `ifdef FORMAL
          always @(posedge clock) begin
            if (!reset) begin
              input_is_kept: assert (!input_waits | (input_valid & (input_data == input_before)));
              nine_items: cover (calls == 4'd9);
            end
          end
        `endif

        `ifdef SYSTOLE_ASSERT
          always @(posedge clock) begin
            if (!reset) begin
              if (!(!input_waits | (input_valid & (input_data == input_before)))) begin
                $display("assertion input_is_kept of %m failed: an item of 'input' was withdrawn or changed before it was taken");
                $stop;
              end
            end
          end
        `endif

          wire unused = &{1'b0, reset};
        endmodule

        `ifdef SYSTOLE_CHECKS
        `undef SYSTOLE_CHECKS
        `endif
        `default_nettype wire

        """)
  }

  @Test func `Every tool takes assertions and black boxes without a warning`() throws {
    try Emission.expectClean(try WatchedStream().elaborate().simplified(), "what only assertions read")
    try Emission.expectClean(try GuardedCounters().elaborate().simplified(), "assertions")
    try Emission.expectClean(try BlackBoxChain().elaborate().simplified(), "black boxes")
  }

  @Test(arguments: [GuardedCounters() as any Generator, WatchedStream()])
  func `Provers and simulators read what stands under the macros`(design: any Generator) throws {
    let folder = NSTemporaryDirectory() + "systole-assertions-\(UUID().uuidString)"
    let circuit = try design.elaborate().simplified()
    let top = circuit.top.name
    try EmittedDesign(circuit).write(to: folder)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let files = circuit.verilog().map(\.name)
    let toolbox = Toolbox()
    for yosys in [try toolbox.yosys(), try toolbox.newestYosys()] {
      let result = try yosys.program.run(
        ["-q", "-p", "read_verilog -formal \(files.joined(separator: " ")); prep -top \(top)"], in: folder,
        timeout: .seconds(100))
      #expect(result.termination.isSuccess && result.errors.isEmpty, "\(yosys.version): \(result.errors)")
    }
    let icarus = try toolbox.icarus().program.run(
      ["-g2001", "-Wall", "-DSYSTOLE_ASSERT", "-tnull", "-s", top] + files, in: folder)
    #expect(icarus.termination.isSuccess && icarus.errors.isEmpty, "\(icarus.errors)")
    for verilator in toolbox.verilators() {
      let result = try verilator.program.run(
        ["--lint-only", "-Wall", "-DSYSTOLE_ASSERT", "--top-module", top] + files, in: folder)
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
            .itemIn(sums_1),
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
