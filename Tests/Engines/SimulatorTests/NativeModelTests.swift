import Engine
import Netlist
import RandomCircuits
import TestSupport
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

  @Test(arguments: 1...150 as ClosedRange<UInt64>)
  func `Instances with clocks and resets of their own run as their netlist means`(seed: UInt64) throws {
    let circuit = try RandomHierarchy.mappedCircuit(seed: seed)
    try Comparison.run(
      try NativeModel(circuit, options: .init(simplifies: seed % 2 == 0)), circuit, seed: seed, cycles: 30)
  }

  @Test(arguments: [1, 2, 3, 5, 8, 17])
  func `An array runs as its netlist means`(size: Int) throws {
    let circuit = try SystolicArray(size: size).elaborate()
    try Comparison.run(NativeModel(circuit), circuit, seed: UInt64(size), cycles: 60)
  }

  @Test(arguments: [(8, 16), (8, 24), (7, 20), (12, 32), (16, 40), (16, 64), (20, 50), (3, 8)])
  func `Sums of every width wrap`(operandWidth: Int, sumWidth: Int) throws {
    let cell = ProcessingElement(operandWidth: operandWidth, sumWidth: sumWidth)
    let circuit = try SystolicArray(size: 3, cell: cell).elaborate()
    try Comparison.run(NativeModel(circuit), circuit, seed: UInt64(sumWidth), cycles: 100)
  }

  @Test(arguments: [1, 2, 16, 70])
  func `A carry that ripples through the instances of one module is followed`(width: Int) throws {
    let circuit = try RippleAdder(width: width).elaborate()
    try Comparison.run(NativeModel(circuit), circuit, seed: UInt64(width), cycles: 50)
  }

  @Test(arguments: [true, false])
  func `Memories of every kind run as their netlist means`(simplifies: Bool) throws {
    let circuit = try MemoryKinds().elaborate()
    try Comparison.run(NativeModel(circuit, options: .init(simplifies: simplifies)), circuit, seed: 5, cycles: 400)
  }

  @Test func `Instances share a table that nothing writes, each lane with its own address`() throws {
    let circuit = try LookupChain(length: 6).elaborate()
    try Comparison.run(NativeModel(circuit), circuit, seed: 4, cycles: 100)
  }

  @Test(arguments: [1, 5], [8, 64, 100])
  func `A bit is repeated more often than there are nodes`(instances: Int, count: Int) throws {
    let circuit = try Repeaters(instances: instances, repeater: Repeater(count: count)).elaborate()
    for simplifies in [true, false] {
      try Comparison.run(NativeModel(circuit, options: .init(simplifies: simplifies)), circuit, seed: 3, cycles: 20)
    }
  }

  @Test func `Cycles are counted, single and in bulk, and only for clock 0`() throws {
    let model = try NativeModel(SystolicArray(size: 2).elaborate())
    try model.run(cycles: 10)
    model.settle()
    try model.step(clocks: 2)
    #expect(model.cycle == 10)
    try model.step(clocks: 1)
    #expect(model.cycle == 11)
    #expect(model.resetPin(ofClock: 0) == nil)
  }

  @Test func `Undefined state follows the seed`() throws {
    let circuit = try SystolicArray(size: 3).elaborate()
    func outputs(_ state: NativeModel.InitialState) throws -> [Int64] {
      let model = try NativeModel(circuit, options: .init(initialState: state))
      model.settle()
      return (0..<3).map { model.pin("sums_\($0)")!.signed }
    }
    #expect(try outputs(.zero) == [0, 0, 0])
    let values = try (0..<20).map { try outputs(.random(seed: $0)) }
    #expect(Set(values).count == 20)
    #expect(try outputs(.random(seed: 5)) == values[5])
  }
}
