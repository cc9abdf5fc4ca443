import Netlist
import Testing

@Suite struct AssertionConeTests {
  /// The accumulator with a register that remembers its total, and one that remembers that.
  private func definition(asserting: Bool, reading: Bool = false) -> Definition {
    var definition = CircuitTests.accumulator()
    let total = NodeID(1)
    for index in 0..<2 {
      let next = index == 0 ? total : NodeID(Int32(definition.table.nodes.count - 1))
      let signal = Int32(definition.signals.count)
      definition.signals.append(
        NetlistSignal(
          name: "before_\(index)", width: 8, isSigned: false, kind: .register(Int32(definition.registers.count)),
          place: -1
        ))
      definition.registers.append(
        NetlistRegister(signal: signal, next: next, enable: nil, resetValue: nil, initialValue: nil, clock: 0))
      _ = definition.table.intern(Node(.signal, width: 8, isSigned: false, a: signal))
    }
    let last = NodeID(Int32(definition.table.nodes.count - 1))
    if asserting {
      let same = definition.table.intern(
        Node(.equal, width: 1, isSigned: false, a: total.index, b: last.index))
      definition.assertions = [Assertion(.assert, label: "same", condition: same)]
    }
    if reading { definition.ports[1].driver = last }
    return definition
  }

  @Test func `Registers that only assertions read are theirs, through one another`() throws {
    let cone = definition(asserting: true).assertionCone
    #expect(!cone.isEmpty)
    #expect((0..<3).map { cone.contains(register: $0) } == [false, true, true])
    // The input, the total and their sum are hardware; the memories of the total and the comparison are not.
    #expect((0..<6).map { cone.contains(NodeID($0)) } == [false, false, false, true, true, true])
    let circuit = try Circuit(definitions: [definition(asserting: true)])
    #expect(circuit.statistics.registerBits == 8)
    #expect(circuit.statistics.nodes == 1)
  }

  @Test func `Without the assertions their registers keep what they hold`() throws {
    var dropped = definition(asserting: true)
    dropped.dropAssertions()
    #expect(dropped.assertions.isEmpty && dropped.assertionCone.isEmpty)
    #expect(
      dropped.registers.map(\.next) == definition(asserting: true).registers.indices.map { NodeID([2, 3, 4][$0]) })
    #expect(throws: Never.self) { try Circuit(definitions: [dropped]) }
  }

  @Test func `A register that hardware reads, or that nothing reads, is hardware`() {
    #expect(definition(asserting: false).assertionCone.isEmpty)
    let read = definition(asserting: true, reading: true).assertionCone
    #expect((0..<3).map { read.contains(register: $0) } == [false, false, false])
    #expect(read.contains(NodeID(5)))
  }
}
