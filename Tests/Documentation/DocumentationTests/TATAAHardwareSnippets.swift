import HDL
import TATAA
import TATAAHardware
import Testing
import Verilog

/// The code of the page of TATAA's hardware.
@Suite struct TATAAHardwareSnippets {
  @Test func `The Verilog of an accelerator`() throws {
    let design = try TATAAAccelerator(configuration: .tiny).elaborate()
    for file in design.verilog() { print(file.name) }
    #expect(design.top.name == "TATAAAccelerator")
    #expect(design.verilog().contains { $0.name == "DualModeCell_isLane.v" })
  }
}
