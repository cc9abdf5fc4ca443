import HDL
import Testing
import Verilog

@Suite struct VerilogFileTests {
  struct Wire: Generator {
    struct Ports { let a: Input<UInt>, b: Output<UInt> }
    var ports: Ports { Ports(a: .init(3), b: .init(3)) }
    func build(_ io: Interior<Ports>, in m: Module) { io.b <== io.a }
  }

  @Test func `A file is called like its module`() throws {
    let files = try Wire().elaborate().verilog()
    #expect(files.map(\.name) == ["Wire.v"])
    #expect(files[0].text.contains("  assign b = a;\n"))
  }
}
