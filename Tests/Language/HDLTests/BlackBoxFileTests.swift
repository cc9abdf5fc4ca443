import HDL
import Netlist
import TestSupport
import Testing
import Verilog

/// Files of black boxes that are not all read by themselves.
@Suite struct BlackBoxFileTests {
  /// A box whose Verilog inverts, in several files.
  struct Inverter: BlackBox {
    var names: [String]
    var texts: [String]

    struct Ports { let a: Input<UInt>, y: Output<UInt> }
    var ports: Ports { Ports(a: .init(4), y: .init(4)) }
    var moduleName: String { "vendor_inverter" }
    var sources: [BlackBoxSource] { zip(names, texts).map { .text(name: $0, $1) } }
  }

  struct Around: Generator {
    var box: Inverter

    struct Ports { let a: Input<UInt>, y: Output<UInt> }
    var ports: Ports { Ports(a: .init(4), y: .init(4)) }
    func build(_ io: Interior<Ports>, in m: Module) {
      let box = m.instance(box, "box")
      box.a <== io.a
      io.y <== box.y
    }
  }

  static let included = Around(
    box: Inverter(
      names: ["box.v", "rules.vh", "more.v"],
      texts: [
        """
        `include "rules.vh"
        module vendor_inverter(input wire [3:0] a, output wire [3:0] y);
          `include "more.v"
        endmodule

        """,
        "`define INVERSE ~\n", "  assign y = `INVERSE a;\n",
      ]))
  static let loaded = Around(
    box: Inverter(
      names: ["box.v", "table.hex"],
      texts: [
        """
        module vendor_inverter(input wire [3:0] a, output wire [3:0] y);
          reg [3:0] words [0:15];
          initial $readmemh("table.hex", words);
          assign y = words[a];
        endmodule

        """,
        (0..<16).map { String(15 - $0, radix: 16) + "\n" }.joined(),
      ]))

  @Test(arguments: [included, loaded])
  func `What Verilog includes or loads is found by the engine`(design: Around) throws {
    let model = try design.verilated()
    for value in [UInt64(0), 5, 9, 15] {
      model.pin("a")!.unsigned = value
      try model.settle()
      #expect(model.pin("y")?.unsigned == ~value & 15)
    }
  }

  @Test func `What is included or loaded is read by no tool by itself`() throws {
    let circuit = try Self.included.elaborate()
    #expect(circuit.foreignFiles.read.map(\.name) == ["box.v"])
    #expect(circuit.manifest.files == ["box.v", "Around.v"] || circuit.manifest.files.first == "box.v")
    #expect(circuit.manifest.data == ["rules.vh", "more.v"])
    #expect(try Self.loaded.elaborate().manifest.data == ["table.hex"])
  }

  @Test(arguments: [("box.sv", true), ("box.V", true), ("box", true), ("table.hex", false), ("box.vhd", false)])
  func `Verilog is known by its name or by what is in it`(name: String, isVerilog: Bool) {
    let text = isVerilog ? "module box; endmodule\n" : "0\n"
    #expect(ForeignModule.Source(name: name, text: text).isVerilog == isVerilog)
  }
}
