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

  @Test(arguments: TwoClockMemory.rules)
  func `Icarus runs a memory of two clocks as its netlist means, where the ports keep apart`(
    rule: ReadDuringWrite
  ) throws {
    let circuit = try TwoClockMemory(rule, depth: 8, lanes: 2).elaborate()
    let names = circuit.top.ports.map(\.shape.name)
    let (inputs, outputs) = (
      names.indices.filter { circuit.top.ports[$0].driver == nil },
      names.indices.filter { circuit.top.ports[$0].driver != nil }
    )
    let stimuli = TwoClockMemory.stimuli(of: circuit.top.interface, count: 500, seed: 3)
    let found = try IcarusRun.outputs(
      of: circuit.simplified(), stimuli.map(\.inputs), edges: stimuli.map(\.edges))
    try #require(found.count == stimuli.count)
    let reference = ReferenceModel(circuit)
    var compared = [Int](repeating: 0, count: outputs.count)
    for (cycle, stimulus) in stimuli.enumerated() {
      reference.settle(Dictionary(uniqueKeysWithValues: zip(inputs, stimulus.inputs)), held: [])
      for (position, output) in outputs.enumerated() where !found[cycle][position].contains("x") {
        #expect(found[cycle][position] == reference.output(output).hexadecimal, "cycle \(cycle), \(names[output])")
        compared[position] += 1
      }
      let clocks = circuit.top.clocks.map(\.clock)
      reference.step(Set(clocks.indices.filter { stimulus.edges >> UInt64($0) & 1 == 1 }.map { clocks[$0] }))
    }
    #expect(compared.allSatisfy { $0 > 450 }, "\(compared)")
  }
}
