import Components
import Formal
import HDL
import Netlist
import Testing

/// Names that a proof adds beside those of a design, and files that it writes beside those of a design.
@Suite struct HelperNameTests {
  /// A register between two streams, with ports that are called like what a proof has around a design.
  struct Crowded: Generator {
    var isRight = true

    struct Ports {
      let input: StreamInput<UInt>
      let output: StreamOutput<UInt>
      let inReset, copy, differs, differsNow, unused, witness: Input<Bit>
      let mark, held, copy0Output, orderPushed: Output<Bit>
      let spare: Input<UInt>
    }
    var ports: Ports {
      Ports(
        input: .init(2), output: .init(2), inReset: .init(), copy: .init(), differs: .init(), differsNow: .init(),
        unused: .init(), witness: .init(), mark: .init(), held: .init(), copy0Output: .init(), orderPushed: .init(),
        spare: .init(4))
    }

    func build(_ io: Interior<Ports>, in m: Module) {
      let isFull = m.register("is_full", Bit.self, reset: 0)
      let item = m.register("item", UInt.self, width: 2)
      io.output.valid <== isFull
      io.output.payload <== item
      io.input.ready <== !isFull
      let isTaken = isRight ? io.output.ready : io.inReset
      m.when(isFull & isTaken) { isFull.next <== 0 }
      m.when(io.input.valid & !isFull) {
        isFull.next <== 1
        item.next <== io.input.payload
      }
      io.mark <== io.inReset
      io.held <== (io.unused & io.spare[1])
      io.copy0Output <== (io.copy | io.differs)
      io.orderPushed <== (io.differsNow ^ io.witness)
    }
  }

  private func outcomes(_ design: Crowded) throws -> [ProofOutcome] {
    let prover = try Prover(design.elaborate().simplified())
    #expect(try !prover.isVacuous())
    let order = try property("order", of: design) { io, m in
      m.checkOrder(from: io.input, to: io.output, capacity: 1, latency: 1)
    }
    let rules = try StreamRules.properties(for: prover.interface).flatMap { Property.all(of: $0) }
    return try (rules + [order]).map { try prover.prove($0).outcome }
  }

  @Test func `Ports may be called like everything around a proof`() throws {
    for outcome in try outcomes(Crowded()) { #expect(outcome.isProved, "\(outcome)") }
    #expect(try outcomes(Crowded(isRight: false)).contains { $0.isFailure })
  }

  @Test func `A property that reads an unread bit beside a port called unused is proved`() throws {
    let prover = try Prover(Crowded().elaborate().simplified())
    let held = try property("held", of: Crowded()) { io, m in
      m.assert(io.held .== (io.unused & io.spare[1]), "are_both_one")
    }
    #expect(try prover.prove(held).outcome.isProved)
    // Ports of the design are read, whatever they are called.
    let port = try property("port", of: Crowded()) { io, m in m.assert(io.mark .== io.inReset, "is_the_port") }
    #expect(try prover.prove(port).outcome.isProved)
  }

  @Test func `Equivalence does not mind the names either`() throws {
    let circuit = try Crowded().elaborate().simplified()
    let other = try Crowded(isRight: false).elaborate().simplified().top
    var variant = other
    variant.name = circuit.top.name
    let outcomes = try EquivalenceProver(circuit).compare([
      .init(definition: 0, module: circuit.top), .init(definition: 0, module: variant),
    ])
    #expect(outcomes[0].isEquivalent)
    #expect(!outcomes[1].isEquivalent)
  }

  /// Two modules with a ROM each, whose names join to one name: `Table_a` with `b_words`, `Table_a_b` with `words`.
  struct Tables: Generator {
    struct Table_a: Generator {
      struct Ports { let at: Input<UInt>, word: Output<UInt> }
      var ports: Ports { Ports(at: .init(2), word: .init(8)) }
      func build(_ io: Interior<Ports>, in m: Module) {
        let contents = MemoryContents.words([1, 2, 3, 4]).inFile
        io.word <== m.rom("b_words", UInt.self, width: 8, contents: contents).readAsync(at: io.at)
      }
    }
    struct Table_a_b: Generator {
      struct Ports { let at: Input<UInt>, word: Output<UInt> }
      var ports: Ports { Ports(at: .init(2), word: .init(8)) }
      func build(_ io: Interior<Ports>, in m: Module) {
        let contents = MemoryContents.words([101, 102, 103, 104]).inFile
        io.word <== m.rom("words", UInt.self, width: 8, contents: contents).readAsync(at: io.at)
      }
    }
    struct Ports { let at: Input<UInt>, first, second: Output<UInt> }
    var ports: Ports { Ports(at: .init(2), first: .init(8), second: .init(8)) }
    func build(_ io: Interior<Ports>, in m: Module) {
      let first = m.instance(Table_a(), "one")
      let second = m.instance(Table_a_b(), "two")
      first.at <== io.at
      second.at <== io.at
      io.first <== first.word
      io.second <== second.word
    }
  }

  @Test func `Contents in files are found by the solver, each its own`() throws {
    let circuit = try Tables().elaborate().simplified()
    #expect(circuit.dataFiles.map(\.name) == ["Table_a.b_words.hex", "Table_a_b.words.hex"])
    let prover = try Prover(circuit)
    let right = try property("words", of: Tables()) { io, m in
      m.assert(io.first .== io.at.extended(to: 8) &+ 1, "has_first_words")
      m.assert(io.second .== io.at.extended(to: 8) &+ 101, "has_second_words")
    }
    #expect(try prover.prove(right).outcome.isProved)
    let wrong = try property("same", of: Tables()) { io, m in m.assert(io.first .== io.second, "have_one_word") }
    #expect(try prover.prove(wrong).outcome.isFailure)
  }

  struct Box: BlackBox {
    var hasSource = true
    struct Ports { let a: Input<Bit>, y: Output<Bit> }
    var ports: Ports { Ports(a: .init(), y: .init()) }
    var moduleName: String { "vendor_not" }
    var sources: [BlackBoxSource] {
      hasSource
        ? [.text(name: "vendor_not.v", "module vendor_not(input a, output y); assign y = !a; endmodule\n")] : []
    }
  }
  struct AroundBox: Generator {
    var hasSource = true
    struct Ports { let a: Input<Bit>, y: Output<Bit> }
    var ports: Ports { Ports(a: .init(), y: .init()) }
    func build(_ io: Interior<Ports>, in m: Module) {
      let box = m.instance(Box(hasSource: hasSource), "box")
      box.a <== io.a
      io.y <== box.y
    }
  }

  @Test func `A black box is proved with its Verilog, and named when there is none`() throws {
    let inverse = try property("inverse", of: AroundBox()) { io, m in m.assert(io.y .== !io.a, "inverts") }
    #expect(try Prover(AroundBox().elaborate().simplified()).prove(inverse).outcome.isProved)
    #expect(throws: ProofFailure.unknownModule("vendor_not")) {
      try Prover(AroundBox(hasSource: false).elaborate().simplified())
    }
    #expect(
      ProofFailure.unknownModule("vendor_not").description
        == "the black box 'vendor_not' comes without Verilog, so nothing can be proved of what it does; give it sources"
    )
  }
}
