import Netlist
import TestSupport
import Testing
import Verilator

@testable import Simulator

/// Large designs mean the same on both engines as their operations say.
@Suite struct LargeDesignTests {
  @Test(arguments: LargeDesigns.allCases)
  func `The native simulator runs a large design on a small stack`(design: LargeDesigns) throws {
    let circuit = try design.design(1024).elaborate().simplified()
    try Comparison.run(
      try onSmallStack { Result { try NativeModel(circuit) } }.get(), circuit, seed: 11, cycles: 40)
  }

  @Test(arguments: LargeDesigns.allCases)
  func `The emitted text of a large design means what its operations say`(design: LargeDesigns) throws {
    let circuit = try design.design(512).elaborate()
    for circuit in [circuit, circuit.simplified()] {
      let model = try ModelBuilder(cache: ModelCache(folder: ".systole/test-cache")).model(
        of: ModelDesign(circuit), profile: .debug, initialState: .zero)
      try Comparison.run(model, circuit, seed: 12, cycles: 60)
    }
  }
}
