import Netlist
import TestSupport
import Testing
import Verilog

/// Every tool takes what large designs become.
@Suite(.serialized) struct LargeDesignTests {
  @Test(arguments: LargeDesigns.allCases)
  func `Two Verilators, Icarus and two Yosys take a large design without a word`(design: LargeDesigns) throws {
    let size =
      switch design {
      case .contents: 65_536
      case .cases: 1024
      default: 256
      }
    try Emission.expectClean(design.design(size).elaborate().simplified(), "\(design)")
  }

  @Test(arguments: LargeDesigns.allCases)
  func `So they do where nothing was simplified`(design: LargeDesigns) throws {
    try Emission.expectClean(design.design(64).elaborate(), "\(design)")
  }
}
