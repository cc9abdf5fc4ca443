import Foundation
import HDL
import Netlist
import TestSupport
import Testing
import Tools
import Verilog

/// Text of the user's in the emitted files: it stays text for every tool.
@Suite struct HostileTextTests {
  static let texts = [
    "plain", "a\nassign y = 0;", "*/ assign y = 0; /*", "// nothing", "`include \"x\" `undefined `endif", "ends in \\",
    "synopsys translate_off", "verilator lint_off NOSUCHTHING", "pragma protect begin_protected", "\"quoted\"",
    "%d %m %s 100 %", "$finish;", "é 乘 😀", "\u{202E}txet\u{202C}", "\u{0}\u{1}\u{1B}[31m\u{7F}",
    "\r\u{2028}\u{85}\u{B}",
    "coding: nothing",
  ]

  struct Labelled: Generator {
    var label: String

    struct Ports { let a: Input<UInt>, y: Output<UInt> }
    var ports: Ports { Ports(a: .init(4), y: .init(4)) }
    var documentation: String { label + "\n" + label }
    func build(_ io: Interior<Ports>, in m: Module) {
      m.assert(io.a .!= 9, "not_nine", label)
      io.y <== ~io.a
    }
  }

  private func code(_ text: String) -> String {
    text.split(separator: "\n").filter { !$0.hasPrefix("//") && !$0.contains("$display") && !$0.hasPrefix("module") }
      .joined(separator: "\n")
  }

  @Test func `A text parameter changes nothing but comments and messages`() throws {
    let plain = code(try #require(try Labelled(label: "plain").elaborate().verilog().last?.text))
    for label in Self.texts {
      let circuit = try Labelled(label: label).elaborate()
      let text = try #require(circuit.verilog(VerilogOptions(places: true)).last?.text)
      let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
      #expect(
        code(try #require(circuit.verilog().last?.text)) == plain, "\(label.debugDescription) changes the module")
      for line in lines {
        let isSeen = line.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
        #expect(isSeen, "\(label.debugDescription) leaves \(line.debugDescription)")
      }
    }
  }

  /// All of them in one design, so that the tools start once.
  struct All: Generator {
    struct Ports { let a: Input<UInt>, y: Output<UInt> }
    var ports: Ports { Ports(a: .init(4), y: .init(4)) }
    func build(_ io: Interior<Ports>, in m: Module) {
      var value = io.a
      for (index, text) in HostileTextTests.texts.enumerated() {
        let cell = m.instance(Labelled(label: text), "cell_\(index)")
        cell.a <== value
        value = cell.y
      }
      io.y <== value
    }
  }

  @Test func `Every tool takes every text without a word`() throws {
    try Emission.expectClean(try All().elaborate().simplified(), "hostile texts")
  }

  @Test func `A message is printed in one line, as it is written`() throws {
    let circuit = try Labelled(label: "100 %d \"of\" \\ `x\n\u{1B}é").elaborate().simplified()
    let folder = NSTemporaryDirectory() + "systole-message-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let file = try #require(circuit.verilog().last)
    try file.text.write(toFile: folder + "/dut.v", atomically: true, encoding: .utf8)
    let top = circuit.top.name
    try """
    module bench;
      reg clock = 0, reset = 0;
      wire [3:0] y;
      \(top) dut (\(circuit.top.clocks.first?.reset == nil ? "" : ".reset(reset), ").clock(clock), .a(4'd9), .y(y));
      initial begin #1 clock = 1; #1 $finish; end
    endmodule
    """.write(toFile: folder + "/bench.v", atomically: true, encoding: .utf8)
    let toolbox = Toolbox()
    let build = try toolbox.icarus().program.run(
      ["-g2001", "-DSYSTOLE_ASSERT", "-s", "bench", "-o", "run", "bench.v", "dut.v"], in: folder)
    try #require(build.termination.isSuccess, "\(build.errors)")
    let run = try toolbox.icarusRuntime().program.run(["-n", "run"], in: folder)
    let line = try #require(run.output.split(separator: "\n").first { $0.contains("assertion") })
    #expect(
      line == "assertion not_nine of bench.dut failed: 100 %d \"of\" \\ `x\\u{a}\\u{1b}é", "\(run.output)")
  }

  struct Keyed: BlackBox {
    struct Ports { let a: Input<Bit>, y: Output<Bit> }
    var ports: Ports { Ports(a: .init(), y: .init()) }
    var moduleName: String { "vendor_key" }
    var verilogParameters: [ForeignModule.Parameter] {
      [.init("KEY", .text("a\"\\\n\t\u{1}%d`é")), .init("SIZE", .integer(-3))]
    }
    var sources: [BlackBoxSource] {
      let length = "a\"\\\n\t\u{1}%d`é".utf8.count
      return [
        .text(
          name: "vendor_key.v",
          """
          module vendor_key #(parameter KEY = "", parameter SIZE = 0) (input wire a, output wire y);
            localparam [\(8 * length - 1):0] RIGHT = {8'h61, 8'h22, 8'h5c, 8'h0a, 8'h09, 8'h01, 8'h25, 8'h64, 8'h60, 8'hc3, 8'ha9};
            assign y = a & (KEY == RIGHT) & (SIZE == -3);
          endmodule

          """)
      ]
    }
  }
  struct AroundKeyed: Generator {
    struct Ports { let a: Input<Bit>, y: Output<Bit> }
    var ports: Ports { Ports(a: .init(), y: .init()) }
    func build(_ io: Interior<Ports>, in m: Module) {
      let box = m.instance(Keyed(), "box")
      box.a <== io.a
      io.y <== box.y
    }
  }

  @Test func `A text for a black box arrives with every byte`() throws {
    let circuit = try AroundKeyed().elaborate().simplified()
    #expect(try IcarusRun.outputs(of: circuit, [[BitVector(1, width: 1)]]) == [["1"]])
    let model = try Emission.model(circuit)
    model.pin("a")!.store(BitVector(1, width: 1))
    try model.settle()
    #expect(model.pin("y")!.load() == BitVector(1, width: 1))
  }
}
