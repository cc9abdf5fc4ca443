import HDL
import Netlist
import Testing

/// One mistake is told once: what follows from a refused statement or value is no further one.
@Suite struct FirstCauseTests {
  struct Case: CustomTestStringConvertible {
    var testDescription: String
    var code: Diagnostic.Code
    var probe: Probe

    init(
      _ code: Diagnostic.Code, _ name: String, line: Int = #line,
      body: @escaping @Sendable (Interior<Probe.Ports>, Module) -> Void
    ) {
      (testDescription, self.code) = (name, code)
      probe = Probe(name.replacing(" ", with: "_"), line: line, body)
    }
  }

  static let cases: [Case] = [
    Case(.widthMismatch, "the wider value of a mux") { io, m in io.y <== mux(io.c, io.a + 1, io.a) },
    Case(.widthMismatch, "several uses") { io, m in
      let wrong = (io.a + 1) & io.a
      io.y <== wrong
      _ = m.register("r", wrong + wrong)
      m.assert(wrong .== 0, "zero")
    },
    Case(.badIndex, "a part that is not there") { io, m in
      io.y <== io.a
      io.y[6..<10] <== io.a[0..<4]
    },
    Case(.badIndex, "a part of a part") { io, m in
      io.y <== io.a
      io.y[6..<10][0..<20] <== io.a[0..<4]
    },
    Case(.unreachableChoice, "a branch after the last") { io, m in
      let w = m.wire("w", UInt.self, width: 8)
      let chain = m.when(io.c) { io.y <== 1 }
      chain.otherwise { io.y <== 2 }
      chain.otherwise { w.driver <== 3 }
      _ = m.register("r", w)
    },
    Case(.unreachableChoice, "a case that repeats") { io, m in
      let phase = m.register("phase", Phase.self, reset: .idle)
      phase.next <== .run
      m.switch(phase) {
        $0.case(.idle) { io.y <== 1 }
        $0.case(.idle) { io.y <== 2 }
        $0.case(.load, .run) { io.y <== 3 }
      }
    },
    Case(.literalWithoutWidth, "a register of a literal") { io, m in
      let r = m.register("r", UInt(5))
      io.y <== r
      _ = m.register("q", r &+ io.a)
    },
    Case(.badWidth, "a constant that is too narrow") { io, m in
      io.y <== m.constant(3, width: 0, as: UInt.self) &+ io.a
    },
    Case(.badWidth, "a register that is too narrow") { io, m in
      let r = m.register("r", UInt.self, width: -4, reset: 0)
      r.next <== 0
      io.y <== io.a
    },
    Case(.badMemory, "a memory that cannot be") { io, m in
      let r = m.memory("ram", UInt.self, width: 8, depth: -1)
      r.write(io.a, at: io.a)
      io.y <== r.read(at: io.a)
    },
    Case(.badIndex, "a write that is refused") { io, m in
      let r = m.memory("ram", UInt.self, width: 8, depth: 4)
      r.write(io.a, at: io.a)
      io.y <== r.read(at: 0)
    },
    Case(.badLanes, "a mask that is refused") { io, m in
      let r = m.memory("ram", UInt.self, width: 8, depth: 4, lanes: 4)
      r.write(io.a, at: 0, lanes: io.a[0..<2])
      io.y <== r.read(at: 0)
    },
    Case(.widthMismatch, "an input of an instance") { io, m in
      let inner = m.instance(MistakePlaceTests.Inner(), "inner")
      inner.a <== (io.a + 1)
      io.y <== inner.y
    },
    Case(.literalDoesNotFit, "a mask of a literal") { io, m in
      let r = m.memory("ram", UInt.self, width: 8, depth: 4, lanes: 4)
      r.write(io.a, at: 0, lanes: 99)
      io.y <== r.read(at: 0)
    },
    Case(.badName, "a domain without a name for its ports") { io, m in
      m.domain(ClockDomain("1x")) { _ = m.register("r", io.a) }
      io.y <== io.a
    },
    Case(.badStateMachine, "a reset that is absent") { io, m in
      m.stateMachine("phase", of: Phase.self, states: [.run], reset: .idle) { _ in }
      io.y <== io.a
    },
    Case(.literalDoesNotFit, "a reset value of several stages") { io, m in
      io.y <== io.a
      _ = m.graySynchronizer("late", io.a, stages: 3, reset: 256)
    },
    Case(.literalDoesNotFit, "an address that is read and written") { io, m in
      let pair = m.dualPortMemory(
        "pair", UInt.self, width: 8, depth: 4, duringOwnWrite: .oldData, duringOtherWrite: .oldData)
      io.y <== pair.b.access(at: 0, writing: 0, when: 0)
      _ = pair.a.access(at: 4, writing: io.a, when: io.c)
    },
    Case(.literalDoesNotFit, "a line on each round of a loop") { io, m in
      io.y <== io.a
      for _ in 0..<3 { _ = io.a & 256 }
    },
    Case(.literalDoesNotFit, "a bit of several") { io, m in
      m.when(io.c .== 2) { io.y <== 1 }.otherwise { io.y <== 0 }
    },
    Case(.badStateMachine, "a state that is absent") { io, m in
      m.stateMachine("phase", of: Phase.self, states: [.idle, .run], reset: .idle) { phase in
        phase.when(.idle) { phase.go(.run) }
        phase.when(.run) { phase.go(.idle) }
        phase.when(.load) { io.y <== 1 }
      }
    },
    Case(.badStateMachine, "a transition to a state that is absent") { io, m in
      m.stateMachine("phase", of: Phase.self, states: [.idle, .run], reset: .idle) { phase in
        phase.when(.idle) { phase.go(.run) }
        phase.when(.run) { phase.go(.load) }
      }
      io.y <== io.a
    },
  ]

  @Test(arguments: cases) func `Each is told once`(example: Case) {
    do {
      _ = try example.probe.elaborate()
      Issue.record("no mistake")
    } catch {
      #expect(error.diagnostics.map(\.code) == [example.code], "\(error)")
      #expect(error.diagnostics.first?.place?.file == "HDLTests/FirstCauseTests.swift", "\(error)")
    }
  }

  @Test func `A signal of another module is told once`() {
    let leak = DiagnosticTests.Leak()
    let outer = Probe("once") { io, m in
      let inner = m.instance(
        Probe("leak") { io, m in
          leak.signal = io.a
          io.y <== io.a
        }, "inner")
      inner.a <== io.a
      inner.s <== io.s
      inner.c <== io.c
      m.when(leak.signal! .== 3) { io.y <== 1 }
    }
    let text = diagnosis(outer)
    #expect(text.contains("[SYS0014]"), "\(text)")
    #expect(text.hasSuffix("\n1 error"), "\(text)")
  }

  struct Loose: Generator {
    struct Ports { let a: UInt, y: Output<Bit> }
    var ports: Ports { Ports(a: .shape(8), y: .init()) }
    func build(_ io: Interior<Ports>, in m: Module) { io.y <== 0 }
  }

  @Test func `A signal is no port`() {
    #expect(
      diagnosis(Loose()) == """
        error: port 'a' is a UInt, which has no direction [SYS0037]
          in module Loose
          fix: write Input<UInt> or Output<UInt>
        1 error
        """)
  }

  struct Computed: Generator {
    struct Ports {
      let a: Input<Bit>, y: Output<Bit>
      var b: Input<Bit> { a }
    }
    var ports: Ports { Ports(a: .init(), y: .init()) }
    static let line = #line + 1
    func build(_ io: Interior<Ports>, in m: Module) { io.y <== io.b }
  }

  @Test func `A computed port is none`() {
    let text = diagnosis(Computed())
    #expect(text.hasPrefix("HDLTests/FirstCauseTests.swift:\(Computed.line): error: "), "\(text)")
    #expect(text.contains("is computed, and a port is a stored property of Ports [SYS0037]"), "\(text)")
    #expect(text.hasSuffix("  fix: declare it with let, without a body\n1 error"), "\(text)")
  }

  /// A machine of which a state is there for one parameter only.
  struct Optional: Generator {
    var hasLoad: Bool
    struct Ports { let y: Output<Bit> }
    var ports: Ports { Ports(y: .init()) }
    func build(_ io: Interior<Ports>, in m: Module) {
      let machine = m.stateMachine(
        "phase", of: Phase.self, states: hasLoad ? [.idle, .load, .run] : [.idle, .run], reset: .idle
      ) { phase in
        phase.when(.idle) { phase.go(hasLoad ? .load : .run) }
        if hasLoad { phase.when(.load) { phase.go(.run) } }
        phase.when(.run) { phase.go(.idle) }
      }
      io.y <== machine.isIn(.run)
    }
  }

  @Test(arguments: [false, true]) func `A state may be there for some parameters only`(hasLoad: Bool) {
    #expect(diagnosis(Optional(hasLoad: hasLoad)) == "no mistake")
  }

  @Test func `A switch on a bit`() {
    #expect(
      diagnosis(
        Probe("bit") { io, m in
          m.switch(io.c) {
            $0.case(0) { io.y <== io.a }
            $0.case(1) { io.y <== 0 }
          }
        }) == "no mistake")
  }
}
