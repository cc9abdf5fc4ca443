import HDL
import Testing
import Verilog

@Suite struct VerilogFileTests {
  struct Through: Generator {
    struct Ports { let a: Input<UInt>, b: Output<UInt> }
    var ports: Ports { Ports(a: .init(3), b: .init(3)) }
    func build(_ io: Interior<Ports>, in m: Module) { io.b <== io.a }
  }

  @Test func `A file is called like its module`() throws {
    let files = try Through().elaborate().verilog()
    #expect(files.map(\.name) == ["Through.v"])
    #expect(files[0].text.contains("  assign b = a;\n"))
  }
}
