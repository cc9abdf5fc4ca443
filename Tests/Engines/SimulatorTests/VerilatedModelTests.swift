import Engine
import HDL
import Netlist
import RandomCircuits
import TestSupport
import Testing
import Verilator
import Verilog

@testable import Simulator

@Suite struct VerilatedModelTests {
  private func verilated(_ circuit: Circuit) throws -> VerilatedModel {
    let design = ModelDesign(circuit)
    return try ModelBuilder(cache: ModelCache(folder: ".systole/test-cache")).model(
      of: design, profile: .debug, initialState: .zero)
  }

  /// Random inputs after a reset, whatever the design asserts of them; every output equal in every cycle.
  private func expectEqual(_ circuit: Circuit, seed: UInt64, cycles: Int) throws {
    let native = try NativeModel(circuit, options: .init(checksAssertions: false))
    let model = try verilated(circuit.simplified())
    try native.reset()
    try model.reset()
    var random = SplitMix(state: seed)
    for cycle in 0..<cycles {
      for (index, port) in circuit.top.ports.enumerated() where port.driver == nil {
        let value = Comparison.value(port.shape.width, &random)
        native.pin(at: index).store(value)
        model.pin(at: index).store(value)
      }
      native.settle()
      try model.settle()
      for (index, port) in circuit.top.ports.enumerated() where port.driver != nil {
        #expect(
          native.pin(at: index).load() == model.pin(at: index).load(),
          "seed \(seed), cycle \(cycle), \(port.shape.name)")
      }
      try native.step(clocks: .max)
      try model.step()
    }
  }

  @Test(arguments: 1...4 as ClosedRange<UInt64>)
  func `A random hierarchy runs as Verilator runs its text`(seed: UInt64) throws {
    try expectEqual(try RandomHierarchy.circuit(seed: seed), seed: seed, cycles: 100)
  }

  @Test func `Memories of every kind run as Verilator runs their text`() throws {
    try expectEqual(try MemoryKinds().elaborate(), seed: 8, cycles: 600)
  }

  @Test func `The smallest of everything runs as Verilator runs its text`() throws {
    try expectEqual(try OddShapes().elaborate(), seed: 4, cycles: 100)
  }

  @Test func `State machines of every encoding run as Verilator runs their text`() throws {
    try expectEqual(try Loaders().elaborate(), seed: 2, cycles: 400)
  }

  @Test func `A module with ports that may be absent runs as Verilator runs its text`() throws {
    try expectEqual(try SimulationTests.Around(hasAll: true).elaborate(), seed: 3, cycles: 100)
    try expectEqual(try SimulationTests.Around(hasAll: false).elaborate(), seed: 3, cycles: 20)
  }

  @Test func `An array runs as Verilator runs its text`() throws {
    try expectEqual(try SystolicArray(size: 6).elaborate(), seed: 6, cycles: 300)
  }
}
