import Formal
import HDL
import Netlist
import Testing

/// A word whose top bit a combinational instance drops, stored when it should be, and a counter whose value is shown.
struct MaskedStore: DefaultConfigurable {
  /// The three low bits of a word.
  struct Mask: Generator {
    struct Ports {
      let word: Input<Bits>
      let low: Output<Bits>
    }
    var ports: Ports { Ports(word: .init(4), low: .init(3)) }
    func build(_ io: Interior<Ports>, in m: Module) { io.low <== io.word[0..<3] }
  }

  /// A register that stays 0.
  struct Still: Generator {
    struct Ports {
      let value: Output<Bits>
    }
    var ports: Ports { Ports(value: .init(3)) }
    func build(_ io: Interior<Ports>, in m: Module) {
      let held = m.register("held", Bits.self, width: 3, reset: 0)
      held.next <== held
      io.value <== held
    }
  }

  struct Ports {
    let word: Input<Bits>
    let stores: Input<Bit>
    let stored: Output<Bits>
    let shown: Output<Bits>
  }
  var ports: Ports { Ports(word: .init(4), stores: .init(), stored: .init(3), shown: .init(3)) }

  func build(_ io: Interior<Ports>, in m: Module) {
    let mask = m.instance(Mask(), "mask")
    let still = m.instance(Still(), "still")
    mask.word <== io.word
    let stored = m.register("stored", mask.low, when: io.stores, reset: 0)
    let memory = m.memory("words", Bits.self, width: 3, depth: 2)
    memory.write(stored, at: io.word[0..<1].asUnsigned, when: io.stores)
    io.stored <== (memory.readAsync(at: io.word[1..<2].asUnsigned) ^ stored)
    io.shown <== (still.value | mask.low)
  }
}

@Suite struct CutModuleTests {
  /// What is said of changes of the top where no more than functions of the state are compared.
  private func outcomes(_ changes: [(inout Definition, Circuit) -> Void], size: Int = 1) throws -> [EquivalenceOutcome]
  {
    let circuit = try MaskedStore().elaborate().simplified()
    var prover = try EquivalenceProver(circuit)
    prover.limits.size = size
    let top = circuit.definitions.count - 1
    return try prover.compare(
      changes.map { change in
        var module = circuit.definitions[top]
        change(&module, circuit)
        return EquivalenceProver.Variant(definition: top, module: module)
      })
  }

  private func inverted(_ bits: UInt64, in word: NodeID, _ module: inout Definition) -> NodeID {
    let node = module.table[word]
    let constant = module.table.constant(BitVector(bits, width: Int(node.width)), isSigned: node.isSigned)
    return module.table.intern(
      Node(.xor, width: node.width, isSigned: node.isSigned, a: word.index, b: constant.index))
  }

  /// Turns bits of what the instance reads.
  private func maskReads(_ bits: UInt64) -> (inout Definition, Circuit) -> Void {
    { [self] module, circuit in
      let mask = module.instances.first { $0.name == "mask" }!
      let input = Int(mask.inputs.lowerBound)
      module.connections[input] = inverted(bits, in: module.connections[input], &module)
    }
  }

  @Test func `A combinational instance is read through`() throws {
    let outcomes = try outcomes([maskReads(0b1000), maskReads(0b0100)])
    #expect(outcomes[0] == .equivalent(.sameFunctions))
    #expect(outcomes[0].description == "proved: it computes the same in every state")
    #expect(outcomes[1] == .unknown("the module is too large for the solver"))
  }

  @Test func `An instance with state may show anything`() throws {
    let zero: (inout Definition, Circuit) -> Void = { module, circuit in
      let read = module.table.nodes.firstIndex { node in
        guard node.operation == .signal, case .instanceOutput(let number, _) = module.signals[Int(node.a)].kind
        else { return false }
        return module.instances[Int(number)].name == "still"
      }!
      module = module.replacing(NodeID(Int32(read))) { $1.constant(.zeros(3), isSigned: $1[$0].isSigned) }
    }
    #expect(try outcomes([zero]) == [.unknown("the module is too large for the solver")])
    #expect(try outcomes([zero], size: 4000) == [.equivalent(.sameSteps)])
  }

  @Test func `What is written counts while it is written`() throws {
    func written(always: Bool) -> (inout Definition, Circuit) -> Void {
      { [self] module, _ in
        let lane = module.memories[0].writePorts[0].lanes[0]
        let other = inverted(0b111, in: lane.data, &module)
        let node = module.table[lane.data]
        module.memories[0].writePorts[0].lanes[0].data =
          always
          ? other
          : module.table.intern(
            Node(
              .mux, width: node.width, isSigned: node.isSigned, a: lane.enable.index, b: lane.data.index,
              c: other.index))
      }
    }
    let outcomes = try outcomes([written(always: false), written(always: true)])
    #expect(outcomes[0] == .equivalent(.sameFunctions))
    #expect(!outcomes[1].isEquivalent)
  }

  @Test func `A register is compared with its enable`() throws {
    let isAlwaysTaken: (inout Definition, Circuit) -> Void = { module, _ in
      let register = module.registers[0]
      let signal = module.signals[Int(register.signal)]
      let value = module.table.intern(
        Node(.signal, width: Int32(signal.width), isSigned: signal.isSigned, a: register.signal))
      module.registers[0].next = module.table.intern(
        Node(
          .mux, width: Int32(signal.width), isSigned: signal.isSigned, a: register.enable!.index,
          b: register.next.index, c: value.index))
      module.registers[0].enable = nil
    }
    let isTaken: (inout Definition, Circuit) -> Void = { module, _ in module.registers[0].enable = nil }
    let outcomes = try outcomes([isAlwaysTaken, isTaken])
    #expect(outcomes[0] == .equivalent(.sameFunctions))
    #expect(!outcomes[1].isEquivalent)
  }
}
