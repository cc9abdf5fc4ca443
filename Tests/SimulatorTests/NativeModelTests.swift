import Engine
import Netlist
import RandomCircuits
import Testing

@testable import Simulator

@Suite struct NativeModelTests {
  @Test(arguments: 1...200 as ClosedRange<UInt64>)
  func `A random module runs as its netlist means`(seed: UInt64) throws {
    let circuit = try Circuit(definitions: [RandomCircuit(seed: seed, nodes: 100).definition])
    try Comparison.run(
      NativeModel(circuit, options: .init(simplifies: seed % 2 == 0)), circuit, seed: seed, cycles: 30)
  }

  @Test(arguments: 1...200 as ClosedRange<UInt64>)
  func `A random hierarchy runs as its netlist means`(seed: UInt64) throws {
    let circuit = try RandomHierarchy.circuit(seed: seed)
    try Comparison.run(
      NativeModel(circuit, options: .init(simplifies: seed % 2 == 0)), circuit, seed: seed, cycles: 30)
  }
}
