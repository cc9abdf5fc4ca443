import HDL
import Netlist
import Testing

/// A mistake is told with its own line, in every form of expression and statement, and once.
@Suite struct MistakePlaceTests {
  struct Form: CustomTestStringConvertible {
    var testDescription: String
    var line: Int
    var code: Diagnostic.Code
    var body: @Sendable (Interior<Probe.Ports>, Module) -> Void

    init(
      _ code: Diagnostic.Code, _ name: String, line: Int = #line,
      body: @escaping @Sendable (Interior<Probe.Ports>, Module) -> Void
    ) {
      (testDescription, self.line, self.code, self.body) = (name, line, code, body)
    }
  }

  /// The mistake stands two lines below the name.
  static let forms: [Form] = [
    Form(.literalDoesNotFit, "sum") { io, m in
      io.y <== io.a
      _ = io.a + 300
    },
    Form(.literalDoesNotFit, "difference") { io, m in
      io.y <== io.a
      _ = 300 - io.a
    },
    Form(.literalDoesNotFit, "wrapping") { io, m in
      io.y <== io.a
      _ = io.a &+ 300
    },
    Form(.literalDoesNotFit, "product") { io, m in
      io.y <== io.a
      _ = io.a * -1
    },
    Form(.literalDoesNotFit, "bitwise") { io, m in
      io.y <== io.a
      _ = io.a & 300
    },
    Form(.literalDoesNotFit, "equal") { io, m in
      io.y <== io.a
      _ = io.a .== 300
    },
    Form(.literalDoesNotFit, "signed order") { io, m in
      io.y <== io.a
      _ = io.s .< 128
    },
    Form(.literalDoesNotFit, "mux") { io, m in
      io.y <== io.a
      _ = mux(io.c, io.a, 300)
    },
    Form(.literalDoesNotFit, "select") { io, m in
      io.y <== io.a
      _ = select(io.a, [io.a, 300, io.a])
    },
    Form(.literalDoesNotFit, "last of a chain") { io, m in
      io.y <== io.a
      _ = ((io.a + 1) + 2).truncated(to: 8) & 300
    },
    Form(.literalDoesNotFit, "condition") { io, m in
      io.y <== io.a
      m.when(io.a .== 300) { io.y <== 1 }
    },
    Form(.literalDoesNotFit, "branch") { io, m in
      m.when(io.c) {
        io.y <== 300
      }.otherwise { io.y <== 0 }
    },
    Form(.literalDoesNotFit, "case") { io, m in
      m.switch(io.a) {
        $0.case(1, 300) { io.y <== 1 }
        $0.default { io.y <== 0 }
      }
    },
    Form(.literalDoesNotFit, "register") { io, m in
      io.y <== io.a
      _ = m.register("r", io.a &+ 300)
    },
    Form(.literalDoesNotFit, "reset") { io, m in
      io.y <== io.a
      _ = m.register("r", io.a, reset: 300)
    },
    Form(.literalDoesNotFit, "enable") { io, m in
      io.y <== io.a
      _ = m.register("r", io.a, when: io.a .> 300)
    },
    Form(.literalDoesNotFit, "wire") { io, m in
      io.y <== io.a
      _ = m.wire("w", UInt.self, width: 8, default: 300)
    },
    Form(.literalDoesNotFit, "word") { io, m in
      let ram = m.memory("ram", UInt.self, width: 8, depth: 4, contents: [1])
      ram.write(300, at: 0)
      io.y <== ram.read(at: 0)
    },
    Form(.literalDoesNotFit, "address") { io, m in
      let ram = m.memory("ram", UInt.self, width: 8, depth: 4, contents: [1])
      io.y <== ram.read(at: 4)
    },
    Form(.literalDoesNotFit, "mask") { io, m in
      let ram = m.memory("ram", UInt.self, width: 8, depth: 4, lanes: 2, contents: [1])
      ram.write(io.a, at: 0, lanes: 5)
      io.y <== ram.read(at: 0)
    },
    Form(.literalDoesNotFit, "assertion") { io, m in
      io.y <== io.a
      m.assert(io.a .< 300, "is_low")
    },
    Form(.literalDoesNotFit, "slice") { io, m in
      io.y <== io.a
      _ = (io.a &+ 300)[0..<4]
    },
    Form(.literalDoesNotFit, "part") { io, m in
      io.y[4..<8] <== 0
      io.y[0..<4] <== 16
    },
    Form(.literalDoesNotFit, "shifted") { io, m in
      io.y <== io.a
      _ = (io.a | 256) >> 1
    },
    Form(.literalDoesNotFit, "bit") { io, m in
      io.y <== io.a
      _ = io.c & 2
    },
    Form(.literalDoesNotFit, "condition that is no bit") { io, m in
      io.y <== io.a
      m.when(2) { io.y <== 1 }
    },
    Form(.badEnum, "enum") { io, m in
      io.y <== io.a
      m.register("e", Partial.self).next <== .hidden
    },
    Form(.literalWithoutWidth, "complement") { io, m in
      io.y <== io.a
      _ = ~UInt(5) + io.a
    },
    Form(.literalDoesNotFit, "instance") { io, m in
      let inner = m.instance(Inner(), "inner")
      inner.a <== 256
      io.y <== inner.y
    },
    Form(.literalWithoutWidth, "far from its use") { io, m in
      io.y <== io.a
      let odd = ~UInt(5)
      for _ in 0..<2 { _ = io.a & odd }
    },
  ]

  /// A case that is not listed.
  enum Partial: HardwareEnum {
    case shown, hidden
    static var allCases: [Partial] { [.shown] }
  }

  struct Inner: Generator {
    struct Ports { let a: Input<UInt>, y: Output<UInt> }
    var ports: Ports { Ports(a: .init(8), y: .init(8)) }
    func build(_ io: Interior<Ports>, in m: Module) { io.y <== io.a }
  }

  @Test(arguments: forms) func `It has its own line, once`(form: Form) {
    let probe = Probe(form.testDescription.replacing(" ", with: "_"), line: form.line, form.body)
    do {
      _ = try probe.elaborate()
      Issue.record("no mistake")
    } catch {
      #expect(error.diagnostics.map(\.code) == [form.code], "\(error)")
      #expect(
        error.diagnostics.first?.place == Place(file: "HDLTests/MistakePlaceTests.swift", line: form.line + 2),
        "\(error)")
    }
  }

  @Test func `The example`() {
    let line = #line + 3
    let probe = Probe("example") { io, m in
      io.y <== io.a
      _ = m.register("r", io.a + 300)
    }
    #expect(
      diagnosis(probe) == """
        HDLTests/MistakePlaceTests.swift:\(line): error: the literal 300 does not fit into 8 unsigned bits [SYS0002]
          in module Probe_nameExample_line\(line - 2)
          fix: use at least 9 bits
        1 error
        """)
  }
}
