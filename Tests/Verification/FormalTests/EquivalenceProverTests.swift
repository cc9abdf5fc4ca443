import Formal
import HDL
import Netlist
import Testing

/// Counts to 9 and begins again; `shown` keeps what was counted when `take` was 1, and shows it when `take` is 0.
struct DecimalCounter: DefaultConfigurable {
  var isNested = false

  struct Ports {
    let take: Input<Bit>
    let shown: Output<UInt>
  }
  var ports: Ports { Ports(take: .init(), shown: .init(4)) }

  func build(_ io: Interior<Ports>, in m: Module) {
    guard !isNested else {
      let inner = m.instance(DecimalCounter(), "inner")
      inner.take <== io.take
      io.shown <== inner.shown
      return
    }
    let count = m.register("count", UInt.self, width: 4, reset: 0)
    count.next <== mux(count .== 9, 0, count &+ 1)
    let kept = m.register("kept", count, when: io.take, reset: 0)
    io.shown <== mux(io.take, count, kept)
  }
}

@Suite struct EquivalenceProverTests {
  private func outcomes(
    of counter: DecimalCounter = DecimalCounter(), size: Int = 4000, _ changes: [(inout Definition) -> Void]
  ) throws -> [EquivalenceOutcome] {
    let circuit = try counter.elaborate().simplified()
    var prover = try EquivalenceProver(circuit)
    prover.limits.size = size
    return try prover.compare(
      changes.map { change in
        var module = circuit.definitions[0]
        change(&module)
        return EquivalenceProver.Variant(definition: 0, module: module)
      })
  }

  /// The first comparison with 9, made something else.
  private func comparison(_ change: @escaping (Node, inout NodeTable) -> NodeID) -> (inout Definition) -> Void {
    { module in
      let index = module.table.nodes.firstIndex { $0.operation == .equal }!
      module = module.replacing(NodeID(Int32(index))) { change($1[$0], &$1) }
    }
  }

  /// 8 < count: the same in every state that is reached.
  private var above8: (inout Definition) -> Void {
    comparison { node, table in
      let eight = table.constant(BitVector(8, width: 4), isSigned: false)
      let count = table[NodeID(node.a)].operation == .signal ? node.a : node.b
      return table.intern(Node(.less, width: 1, isSigned: false, a: eight.index, b: count))
    }
  }

  private var never: (inout Definition) -> Void {
    comparison { _, table in table.constant(BitVector(0, width: 1), isSigned: false) }
  }

  @Test func `Variants are told from mistakes`() throws {
    let outcomes = try outcomes([
      above8, never, { $0.registers[0].resetValue = BitVector(1, width: 4) }, { $0.registers[0].resetValue = nil },
    ])
    #expect(outcomes[0] == .equivalent(.sameSteps))
    #expect(outcomes[1...].allSatisfy { if case .different = $0 { true } else { false } }, "\(outcomes)")
    #expect(outcomes[0].description == "proved: it computes the same in every state that can be reached")
  }

  @Test func `A variant with other state is compared by its outputs`() throws {
    let outcome = try outcomes([
      { module in
        module.registers.swapAt(0, 1)
        for index in module.signals.indices {
          if case .register(let number) = module.signals[index].kind {
            module.signals[index].kind = .register(1 - number)
          }
        }
      }
    ])
    #expect(outcome == [.equivalent(.sameOutputs)])
  }

  @Test func `A module is compared alone when the whole is too large`() throws {
    #expect(try outcomes(of: DecimalCounter(isNested: true), [above8]) == [.equivalent(.sameSteps)])
    #expect(
      try outcomes(of: DecimalCounter(isNested: true), size: 1, [above8]) == [
        .unknown("the module is too large for the solver")
      ])
  }
}
