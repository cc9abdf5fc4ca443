import Formal
import HDL
import Netlist
import Testing

/// Proofs with black boxes whose files have other names than those of modules.
@Suite struct ForeignFileTests {
  struct Inverter: BlackBox {
    var file: String
    var text: String

    struct Ports { let a: Input<UInt>, y: Output<UInt> }
    var ports: Ports { Ports(a: .init(4), y: .init(4)) }
    var moduleName: String { "vendor_inverter" }
    var sources: [BlackBoxSource] { [.text(name: file, text), .text(name: "rules.vh", "`define INVERSE ~\n")] }
  }

  struct Around: Generator {
    var box: Inverter

    struct Ports { let a: Input<UInt>, y: Output<UInt> }
    var ports: Ports { Ports(a: .init(4), y: .init(4)) }
    func build(_ io: Interior<Ports>, in m: Module) {
      let inner = m.instance(box, "box")
      inner.a <== io.a
      io.y <== m.register("held", inner.y)
      m.assert(inner.y .== ~io.a, "inverts")
    }
  }

  private static let plain = """
    `include "rules.vh"
    module vendor_inverter(input [3:0] a, output [3:0] y);
      assign y = `INVERSE a;
    endmodule

    """
  private static let new = """
    module vendor_inverter(input logic [3:0] a, output logic [3:0] y);
      always_comb y = ~a;
    endmodule

    """

  @Test(arguments: [("box.V", plain), ("box", plain), ("box.v", plain), ("box.sv", new), ("box.SV", new)])
  func `Verilog of a black box is read whatever its file is called`(file: String, text: String) throws {
    let circuit = try Around(box: Inverter(file: file, text: text)).elaborate().simplified()
    #expect(try Prover(circuit).prove(.assertionsOfDesign).outcome.isProved)
  }

  @Test func `A black box whose files are no Verilog is named`() throws {
    let circuit = try Around(box: Inverter(file: "box.vhd", text: "entity vendor_inverter is")).elaborate()
    let error = #expect(throws: ProofFailure.self) { try Prover(circuit) }
    #expect("\(try #require(error))".contains("the black box 'vendor_inverter' comes without Verilog"))
  }
}
