import Engine
import Foundation
import Netlist
import TestFiles
import Testing
import Tools

@testable import Verilator

/// Ports with names that mean something in C++, in Verilator's classes, and in other languages around a model.
@Suite struct PortWrapperTests {
  private static let owned = [
    "atClone", "contextp", "eval", "eval_end_step", "eval_step", "eventsPending", "hierName", "modelName", "name",
    "nextTimeSlot", "prepareClone", "rootp", "threads", "trace", "traceBaseModel", "traceCapable", "traceConfig",
    "vlSymsp",
    "vlNamep", "vlSelf", "CData", "IData", "QData", "VerilatedContext", "VlWide", "Vmodel", "Vmodel__Syms", "VL_IN8",
    "std",
    "uint64_t", "reinterpret_cast", "NULL", "EOF", "errno", "linux", "unix", "stdin", "stdout", "INT_MAX", "m_context",
  ]
  private static let harmless = [
    "main", "asm", "auto", "bool", "catch", "char", "delete", "double", "explicit", "float", "friend", "inline", "long",
    "mutable", "namespace", "nullptr", "operator", "private", "short", "sizeof", "template", "thread_local", "throw",
    "try",
    "typeid", "typename", "volatile", "wchar_t", "co_await", "concept", "requires", "alignas", "constexpr", "noexcept",
    "status", "message", "failure", "pin", "step", "settle", "run", "create", "destroy", "top", "dut",
    "sc_in", "sc_module", "SC_MODULE", "lambda", "def", "None", "self", "yield", "proc", "expr", "upvar", "printf",
    "abort",
    "signal", "index", "y0", "j1", "assert_", "trace_", "TOP", "root", "clk", "__x", "a__b", "symsp", "init", "change",
  ]

  /// Each name as an input whose value comes out, with the rest added up.
  private static func design(_ names: [String]) -> ModelDesign {
    let inputs = names.map { "input [7:0] \($0)" }.joined(separator: ", ")
    return ModelDesign(
      verilog: """
        module Names #(parameter STEP = 1) (input clock, \(inputs), output [7:0] sum_of_all);
          reg [7:0] count;
          always @(posedge clock) count <= STEP;
          assign sum_of_all = count + \(names.joined(separator: " + "));
        endmodule
        """,
      interface: ModuleInterface(
        name: "Names",
        ports: names.map { PortShape(name: $0, direction: .input, width: 8, isSigned: false) } + [
          PortShape(name: "sum_of_all", direction: .output, width: 8, isSigned: false)
        ], clocks: [ClockShape(clock: "clock", reset: nil)]))
  }

  private func check(_ names: [String], _ pair: Bench.Pair) throws {
    var design = Self.design(names)
    design.parameters = ["STEP": "8'd3"]
    let folder = try TemporaryFolder()
    for waves in [ModelProfile.Waves.none, .vcd, .fst] {
      let model = try pair.builder().model(
        of: design, profile: ModelProfile(optimization: .none, waves: waves, countsCoverage: waves == .none),
        initialState: .zero)
      if waves != .none { try model.startTrace(path: "\(folder.path)/wave.\(waves.rawValue)") }
      var sum = 3
      for (index, name) in names.enumerated() {
        let value = (index * 37 + 11) & 0xFF
        sum += value
        let pin = try #require(model.pin(name))
        pin.unsigned = UInt64(value)
      }
      try model.settle()
      try model.step()
      try model.settle()
      #expect(model.pin("sum_of_all")?.unsigned == UInt64(sum & 0xFF))
      try model.stopTrace()
    }
  }

  @Test(arguments: Bench.Pair.clang)
  func `Names that Verilator's class has for itself work as ports`(pair: Bench.Pair) throws {
    #expect(Self.owned.allSatisfy(VerilatedClass.owns))
    try check(Self.owned, pair)
  }

  @Test(arguments: ["trace", "name", "eval", "std", "errno"])
  func `One alone is enough to need the wrapper`(name: String) throws {
    #expect(PortWrapper(Self.design([name, "other"])) != nil)
    try check([name, "other"], .newClang)
  }

  @Test(arguments: Bench.Pair.clang)
  func `Words of other languages work without it`(pair: Bench.Pair) throws {
    #expect(PortWrapper(Self.design(Self.harmless)) == nil)
    try check(Self.harmless, pair)
  }

  @Test func `A port may be called like the module`() throws {
    #expect(PortWrapper(Self.design(["Names", "other"])) != nil)
    try check(["Names", "other"], .newClang)
  }

  @Test func `Clock and reset may have such names too, and the wrapper's own name is unique`() throws {
    let verilog = """
      module systole_ports(input trace, input eval, output reg [3:0] name);
        // systole_ports_
        always @(posedge trace) if (eval) name <= 0; else name <= name + 4'd1;
      endmodule
      """
    let design = ModelDesign(
      verilog: verilog,
      interface: ModuleInterface(
        name: "systole_ports", ports: [PortShape(name: "name", direction: .output, width: 4, isSigned: false)],
        clocks: [ClockShape(clock: "trace", reset: "eval")]))
    #expect(PortWrapper(design)?.module == "systole_ports__")
    let model = try Bench.Pair.newClang.builder().model(of: design, profile: .debug, initialState: .zero)
    try model.reset()
    try model.run(cycles: 5)
    try model.settle()
    #expect(model.pin("name")?.unsigned == 5)
  }
}
