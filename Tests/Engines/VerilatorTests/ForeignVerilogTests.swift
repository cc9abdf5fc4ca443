import Engine
import Foundation
import Netlist
import TestFiles
import Testing
import Tools

@testable import Verilator

@Suite struct ForeignVerilogTests {
  @Test(arguments: Bench.Pair.clang)
  func `Ports, types, clock and reset of an unknown module are found`(pair: Bench.Pair) throws {
    let folder = try TemporaryFolder()
    let file = try folder.write(
      """
      package kinds;
        typedef struct packed { logic [3:0] high; logic low; } pair_t;
        typedef enum logic [1:0] {IDLE, BUSY} state_t;
        typedef logic signed [4:0] small_t;
        typedef union packed { logic [6:0] raw; logic [6:0] same; } either_t;
      endpackage
      module foreign import kinds::*; #(parameter W = 8) (
        input logic clk_i, input logic rst_ni, input pair_t pair, input state_t state, input small_t little,
        input logic [3:0][7:0] matrix, input bit [15:8] shifted, input integer number, input either_t either,
        input logic [W-1:0] wide, output logic [0:6] rising, output pair_t [2:0] pairs, output reg signed [W:0] sum
      );
        assign rising = {pair, state};
        assign pairs = {3{pair}};
        always @(posedge clk_i or negedge rst_ni) if (!rst_ni) sum <= 0; else sum <= $signed({1'b0, wide}) - 1;
      endmodule
      """, to: "foreign.sv")
    let builder = try pair.builder()
    let design = try builder.design(of: ForeignVerilog(files: [file], parameters: ["W": "70"]))
    #expect(
      design.interface
        == ModuleInterface(
          name: "foreign",
          ports: [
            PortShape(name: "pair", direction: .input, width: 5), PortShape(name: "state", direction: .input, width: 2),
            PortShape(name: "little", direction: .input, width: 5, isSigned: true),
            PortShape(name: "matrix", direction: .input, width: 32),
            PortShape(name: "shifted", direction: .input, width: 8),
            PortShape(name: "number", direction: .input, width: 32, isSigned: true),
            PortShape(name: "either", direction: .input, width: 7),
            PortShape(name: "wide", direction: .input, width: 70),
            PortShape(name: "rising", direction: .output, width: 7),
            PortShape(name: "pairs", direction: .output, width: 15),
            PortShape(name: "sum", direction: .output, width: 71, isSigned: true),
          ],
          clocks: [
            ClockShape(clock: "clk_i", reset: "rst_ni", resetKind: .asynchronous, resetPolarity: .activeLow)
          ]))
    let model = try builder.model(of: design, profile: .debug)
    try model.reset()
    let wide = try #require(model.pin("wide"))
    (wide[word: 0], wide[word: 1], wide[word: 2]) = (0, 0, 1)
    try model.settle()
    try model.step()
    try model.settle()
    let sum = try #require(model.pin("sum"))
    #expect((0..<3).map { sum[word: $0] } == [0xFFFF_FFFF, 0xFFFF_FFFF, 0])
  }

  @Test(arguments: Bench.Pair.clang)
  func `Includes, macros and several files work, and places stay`(pair: Bench.Pair) throws {
    let folder = try TemporaryFolder()
    _ = try folder.write("`define WIDTH `SIZE\n", to: "include/sizes.vh")
    let leaf = try folder.write("module leaf(input [3:0] a, output [3:0] y); assign y = ~a; endmodule\n", to: "leaf.v")
    let top = try folder.write(
      """
      `include "sizes.vh"
      module top(input [`WIDTH-1:0] a, output [`WIDTH-1:0] y);
        leaf leaf(.a(a), .y(y));
        initial if (`SIZE == 5) $finish;
      endmodule
      """, to: "top.v")
    let builder = try pair.builder()
    var foreign = ForeignVerilog(
      files: [leaf, top], includeFolders: [folder.path + "/include"], macros: ["SIZE": "4"])
    let design = try builder.design(of: foreign)
    #expect(design.interface.clocks.isEmpty)
    let model = try builder.model(of: design, profile: .debug)
    model.pin("a")?.unsigned = 3
    try model.settle()
    #expect(model.pin("y")?.unsigned == 12)

    foreign.macros["SIZE"] = "5"
    let other = try builder.model(of: builder.design(of: foreign), profile: .debug)
    #expect(throws: EngineFailure.finished(file: top, line: 4)) { try other.settle() }
  }

  @Test(arguments: Bench.Pair.clang)
  func `Wrong tops, files and ports are clear errors`(pair: Bench.Pair) throws {
    let folder = try TemporaryFolder()
    let builder = try pair.builder()
    let two = try folder.write(
      "module one(input a, output y); assign y = a; endmodule\nmodule two(input a, output y); assign y = a; endmodule\n",
      to: "two.v")
    func failure(_ foreign: ForeignVerilog) -> String {
      do {
        _ = try builder.design(of: foreign)
        return "none"
      } catch { return error.description }
    }
    #expect(
      failure(ForeignVerilog(files: [two]))
        == "several modules are not instantiated by another one: one, two; name the one to simulate,"
        + " on the command line by --top")
    #expect(
      failure(ForeignVerilog(files: [two], top: "three"))
        == "there is no module 'three' (--top) in the sources; they have one, two")
    #expect(
      failure(ForeignVerilog(files: ["/nonexistent/a.v"]))
        == "cannot read '/nonexistent/a.v': there is no such file or folder")
    #expect(
      failure(ForeignVerilog(files: [two], top: "one", clocks: [ClockShape(clock: "tick", reset: nil)]))
        == "the ports of module 'one' are not those of its interface: 'tick' is not an input of one bit; clock and reset "
        + "(--clock, --reset-port) are one of a")
    let pins = try folder.write("module pins(inout pad, input a); assign pad = a; endmodule\n", to: "pins.v")
    #expect(
      failure(ForeignVerilog(files: [pins])) == "port 'pad' of module 'pins' cannot be driven: its direction is inout")
    let array = try folder.write(
      "module array(input [7:0] a [4], output [7:0] y); assign y = a[0]; endmodule\n", to: "array.sv")
    #expect(
      failure(ForeignVerilog(files: [array]))
        == "port 'a' of module 'array' cannot be driven: it is an unpacked array; write it as one packed vector")
    let broken = try folder.write("module broken(input a, output y);\n  assign y = a +;\nendmodule\n", to: "broken.v")
    #expect(
      failure(ForeignVerilog(files: [broken])).hasPrefix(
        "the Verilog of module '\(broken)' does not compile:\n%Error: \(broken):2:17: syntax error, unexpected ';'"))
  }
}
