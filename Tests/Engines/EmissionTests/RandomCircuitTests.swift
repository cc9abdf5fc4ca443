import Engine
import Netlist
import RandomCircuits
import Testing
import Verilator

@Suite struct RandomCircuitTests {
  /// Inputs of one cycle: corners now and then, else random bits.
  private static func inputs(_ definition: Definition, _ random: inout SplitMix) -> [BitVector] {
    definition.ports.filter { $0.driver == nil }.map { port in
      let width = port.shape.width
      switch random.below(6) {
      case 0: return .zeros(width)
      case 1: return .ones(width)
      case 2:
        var corner = BitVector.zeros(width)
        corner[width - 1] = true
        return corner
      default: return BitVector(words: (0..<3).map { _ in random.next() }, width: width)
      }
    }
  }

  @Test(arguments: 1...10 as ClosedRange<UInt64>)
  func `Emitted text computes what the netlist means`(seed: UInt64) throws {
    let definition = RandomCircuit(seed: seed).definition
    let circuit = try Circuit(definitions: [definition])
    let simplified = circuit.simplified()
    let model = try ModelBuilder(cache: Emission.cache).model(
      of: Emission.design(simplified), profile: .debug, initialState: .zero)
    var reference = ReferenceInterpreter(definition)
    var simple = ReferenceInterpreter(simplified.top)
    var random = SplitMix(state: seed &* 77)

    let ports = definition.ports
    try model.reset(cycles: 2)
    for _ in 0..<2 {
      let zeros = ports.filter { $0.driver == nil }.map { BitVector.zeros($0.shape.width) }
      reference.settle(zeros)
      simple.settle(zeros)
      reference.step(isReset: true)
      simple.step(isReset: true)
    }
    for cycle in 0..<200 {
      let values = Self.inputs(definition, &random)
      for (port, value) in zip(ports, values) { model.pin(port.shape.name)!.store(value) }
      reference.settle(values)
      simple.settle(values)
      try model.settle()
      for (port, other) in zip(ports, simplified.top.ports) where port.driver != nil {
        let name = port.shape.name
        let expected = reference.output(port)
        #expect(simple.output(other) == expected, "seed \(seed), cycle \(cycle), \(name): simplification")
        #expect(model.pin(name)!.load() == expected, "seed \(seed), cycle \(cycle), \(name): Verilog")
      }
      reference.step()
      simple.step()
      try model.step()
    }
  }

  @Test(arguments: 100...300 as ClosedRange<UInt64>)
  func `Simplification keeps the meaning`(seed: UInt64) throws {
    let definition = RandomCircuit(seed: seed, nodes: 120).definition
    let simplified = try Circuit(definitions: [definition]).simplified().top
    var reference = ReferenceInterpreter(definition)
    var simple = ReferenceInterpreter(simplified)
    var random = SplitMix(state: seed)
    for cycle in 0..<12 {
      let values = Self.inputs(definition, &random)
      reference.settle(values)
      simple.settle(values)
      for (port, other) in zip(definition.ports, simplified.ports) where port.driver != nil {
        #expect(simple.output(other) == reference.output(port), "seed \(seed), cycle \(cycle), \(port.shape.name)")
      }
      reference.step()
      simple.step()
    }
  }

  @Test(arguments: 1...4 as ClosedRange<UInt64>)
  func `Every tool takes a random circuit without a warning`(seed: UInt64) throws {
    let circuit = try Circuit(definitions: [RandomCircuit(seed: seed).definition]).simplified()
    try Emission.expectClean(circuit, "seed \(seed)")
  }
}
