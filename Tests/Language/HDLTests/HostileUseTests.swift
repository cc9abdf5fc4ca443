import HDL
import Netlist
import Testing

/// Uses that hardly anybody means, and what becomes of them: a mistake with a code, never a crash.
@Suite struct HostileUseTests {
  struct Use: CustomTestStringConvertible {
    var testDescription: String
    var codes: [Diagnostic.Code]
    var probe: Probe

    init(
      _ name: String, _ codes: Diagnostic.Code..., body: @escaping @Sendable (Interior<Probe.Ports>, Module) -> Void
    ) {
      (testDescription, self.codes) = (name, codes)
      probe = Probe(name.replacing(" ", with: "_"), body)
    }
  }

  static let uses: [Use] = [
    Use("a table of nothing", .badMemory) { io, m in
      io.y <== m.rom("r", UInt.self, width: 8, contents: []).read(at: 0)
    },
    Use("a table that is longer than it may be", .badContents) { io, m in
      io.y <== m.rom("r", UInt.self, width: 8, depth: 2, contents: [1, 2, 3]).read(at: io.a[0..<1].asUnsigned)
    },
    Use("words without bits", .badMemory) { io, m in
      _ = m.rom("r", UInt.self, width: 0, contents: [0]).read(at: 0)
      io.y <== 0
    },
    Use("no lanes", .badLanes) { io, m in
      let r = m.memory("r", UInt.self, width: 8, depth: 4, lanes: 0)
      r.write(io.a, at: 0)
      io.y <== r.read(at: 0)
    },
    Use("less than no words", .badMemory) { io, m in
      let r = m.memory("r", UInt.self, width: 8, depth: -4)
      r.write(io.a, at: 0)
      io.y <== r.read(at: 0)
    },
    Use("addresses outside", .literalDoesNotFit, .literalDoesNotFit) { io, m in
      let r = m.memory("r", UInt.self, width: 8, depth: 4)
      r.write(io.a, at: 9)
      io.y <== r.read(at: -1)
    },
    Use("an assertion without a name", .badName, .badName) { io, m in
      m.assert(io.c, "")
      m.assert(io.c, "a b")
      io.y <== io.a
    },
    Use("two streams of one name", .nameClash, .nameClash) { io, m in
      m.assertKept(valid: io.c, taken: 0, payload: [], "x")
      m.assertKept(valid: io.c, taken: 1, payload: [io.a], "x")
      io.y <== io.a
    },
    Use("a machine that stays where it is", .badStateMachine, .badStateMachine) { io, m in
      m.stateMachine("s", of: Phase.self, reset: .idle) { _ in }
      io.y <== io.a
    },
    Use("statements about constants") { io, m in
      m.assert(1, "holds")
      m.assume(0, "fails")
      io.y <== io.a
    },
    Use("a switch without branches") { io, m in
      m.switch(io.a) { _ in }
      io.y <== io.a
    },
  ]

  @Test(arguments: uses) func `Each is refused with its code, or means something`(use: Use) {
    var codes: [Diagnostic.Code] = []
    do { _ = try use.probe.elaborate() } catch { codes = error.diagnostics.map(\.code) }
    #expect(codes == use.codes)
  }
}
