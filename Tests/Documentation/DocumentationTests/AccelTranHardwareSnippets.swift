import AccelTran
import AccelTranHardware
import HDL
import Testing
import Verilog

/// The code of the page of AccelTran's hardware.
@Suite struct AccelTranHardwareSnippets {
  @Test func `The Verilog of a machine`() throws {
    let design = try AccelTranAccelerator(sizes: .tiny).elaborate()
    for file in design.verilog() { print(file.name) }
    #expect(design.top.name == "AccelTranAccelerator")
    #expect(design.verilog().contains { $0.name == "TileLoops.v" })
  }
}
