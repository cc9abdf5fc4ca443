import HDL
import TestSupport
import Testing
import Verilog

@Suite struct EnumTests {
  @Test func `A state machine is written with the names of its states`() throws {
    let text = try #require(try Loader<LoaderState>().elaborate().simplified().verilog().last?.text)
    let start = try #require(text.range(of: ");\n"))
    let end = try #require(text.range(of: "endmodule"))
    #expect(
      text[start.upperBound..<end.lowerBound] == """
          localparam [2:0] LOADER_STATE_IDLE = 3'd0;
          localparam [2:0] LOADER_STATE_LOAD = 3'd1;
          localparam [2:0] LOADER_STATE_RUN = 3'd2;
          localparam [2:0] LOADER_STATE_DRAIN = 3'd3;
          localparam [2:0] LOADER_STATE_DONE = 3'd4;
          reg [2:0] control;
          reg [2:0] earlier;

          assign state = control;
          assign number = control == LOADER_STATE_IDLE
            ? 4'd3
            : (control == LOADER_STATE_LOAD) | (control == LOADER_STATE_RUN)
            ? 4'd5
            : control == LOADER_STATE_DRAIN
            ? 4'd9
            : 4'd14;
          assign is_busy = (control != LOADER_STATE_IDLE) & (earlier != LOADER_STATE_DRAIN);

          always @(posedge clock) begin
            if (reset) begin
              control <= LOADER_STATE_IDLE;
              earlier <= LOADER_STATE_DONE;
            end else begin
              case (control)
                LOADER_STATE_IDLE: begin
                  if (start) begin
                    control <= LOADER_STATE_LOAD;
                  end
                end
                LOADER_STATE_LOAD: begin
                  if (is_last) begin
                    control <= LOADER_STATE_RUN;
                  end
                end
                LOADER_STATE_RUN: begin
                  if (is_empty) begin
                    control <= LOADER_STATE_DONE;
                  end else if (is_last) begin
                    control <= LOADER_STATE_DRAIN;
                  end
                end
                LOADER_STATE_DRAIN: begin
                  if (is_empty) begin
                    control <= LOADER_STATE_DONE;
                  end
                end
                LOADER_STATE_DONE: control <= LOADER_STATE_IDLE;
                default: ;
              endcase
              if (start) begin
                earlier <= control;
              end else begin
                earlier <= LOADER_STATE_RUN;
              end
            end
          end

        """)
  }

  @Test func `Encodings have their codes, and waves a table of names`() throws {
    let circuit = try Loaders().elaborate()
    #expect(
      circuit.waveFilters.map(\.text) == [
        "0 idle\n1 load\n2 run\n3 drain\n4 done\n", "01 idle\n02 load\n04 run\n08 drain\n10 done\n",
        "0 idle\n1 load\n3 run\n2 drain\n6 done\n",
      ])
    #expect(circuit.waveFilters[1].name == "Loader_OneHotState.OneHotState.filter")
    #expect(EmittedDesign(circuit).files.contains { $0.name == "Loader_OneHotState.OneHotState.filter" })
    let text = try #require(try Loader<OneHotState>().elaborate().simplified().verilog().last?.text)
    #expect(text.contains("      end else if (control[1]) begin\n        if (is_last) begin\n"))
    #expect(text.contains("          control <= ONE_HOT_STATE_RUN;\n"))
  }

  @Test func `Every tool takes the smallest of everything without a warning`() throws {
    try Emission.expectClean(try OddShapes().elaborate().simplified(), "odd shapes")
  }

  @Test func `Every tool takes state machines of every encoding without a warning`() throws {
    try Emission.expectClean(try Loaders().elaborate().simplified(), "state machines")
  }
}
