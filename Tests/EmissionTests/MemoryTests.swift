import Foundation
import HDL
import Netlist
import RandomCircuits
import TestSupport
import Testing
import Tools
import Verilog

@Suite struct MemoryTests {
  @Test func `Every tool takes memories of every kind without a warning`() throws {
    try Emission.expectClean(try MemoryKinds().elaborate().simplified(), "memories")
  }

  @Test func `Icarus runs memories of every kind as their netlist means`() throws {
    let circuit = try MemoryKinds().elaborate()
    let ports = circuit.top.ports
    var random = SplitMix(state: 11)
    let stimuli = (0..<300).map { _ in
      ports.filter { $0.driver == nil }.map { BitVector(random.next(), width: $0.shape.width) }
    }
    let found = try IcarusRun.outputs(of: circuit.simplified(), stimuli)
    try #require(found.count == stimuli.count)
    let reference = ReferenceModel(circuit)
    let inputs = ports.indices.filter { ports[$0].driver == nil }
    let outputs = ports.indices.filter { ports[$0].driver != nil }
    var compared = [Int](repeating: 0, count: outputs.count)
    for (cycle, values) in stimuli.enumerated() {
      reference.settle(Dictionary(uniqueKeysWithValues: zip(inputs, values)), held: [])
      for (position, output) in outputs.enumerated() where !found[cycle][position].contains("x") {
        let expected = reference.output(output).hexadecimal
        #expect(found[cycle][position] == expected, "cycle \(cycle), \(ports[output].shape.name)")
        compared[position] += 1
      }
      reference.step(["clock"])
    }
    // Read data are undefined until the first read.
    #expect(compared.allSatisfy { $0 > 280 }, "\(compared)")
  }
}
