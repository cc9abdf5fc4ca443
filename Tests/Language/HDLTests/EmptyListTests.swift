import HDL
import Netlist
import Testing

/// What is made of no parts at all is a mistake with a code, and never ends the process.
@Suite struct EmptyListTests {
  enum Nothing: HardwareEnum {}
  enum NothingHot: HardwareEnum { static var encoding: EnumEncoding { .oneHot } }

  static let mistakes: [Mistake] = [
    Mistake(
      .emptyList, "any", { io, m in io.y <== mux(anyOf([]), 1, io.a) },
      text: """
        @1: error: anyOf of nothing [SYS0021]
          in module #
          fix: give it at least one; where there may be none, write list.isEmpty ? false : …
        1 error
        """),
    Mistake(
      .emptyList, "all", { io, m in io.y <== mux(io.c & allOf([]), 1, io.a) },
      text: """
        @1: error: allOf of nothing [SYS0021]
          in module #
          fix: give it at least one; where there may be none, write list.isEmpty ? true : …
        1 error
        """),
    Mistake(
      .emptyList, "sum", { io, m in io.y <== (sum([UInt]()) + io.a).truncated(to: 8) },
      text: """
        @1: error: sum of nothing [SYS0021]
          in module #
          fix: give it at least one; where there may be none, write list.isEmpty ? 0 : …
        1 error
        """),
    Mistake(
      .emptyList, "signed", { io, m in io.y <== sum([SInt]()).asUnsigned },
      text: """
        @1: error: sum of nothing [SYS0021]
          in module #
          fix: give it at least one; where there may be none, write list.isEmpty ? 0 : …
        1 error
        """),
    Mistake(
      .emptyList, "select", { io, m in io.y <== select(io.a, []) },
      text: """
        @1: error: select of nothing [SYS0021]
          in module #
          fix: give it at least one
        1 error
        """),
    Mistake(
      .emptyList, "literal", { io, m in io.y <== select(0, []) },
      text: """
        @1: error: select of nothing [SYS0021]
          in module #
          fix: give it at least one
        1 error
        """),
    Mistake(
      .emptyList, "concatenate", { io, m in io.y <== concatenate().asUnsigned },
      text: """
        @1: error: concatenate of nothing [SYS0021]
          in module #
          fix: give it at least one
        1 error
        """),
    Mistake(
      .emptyList, "balanced", { io, m in io.y <== balanced([UInt]()) { $0 &+ $1 } },
      text: """
        @1: error: balanced of nothing [SYS0021]
          in module #
          fix: give it at least one
        1 error
        """),
    Mistake(
      .unreachableChoice, "case",
      { io, m in
        io.y <== 0
        m.switch(io.a) { $0.case { io.y <== 1 } }
      },
      text: """
        @4: error: a case without values is never taken [SYS0017]
          in module #
          fix: name at least one value
        1 error
        """),
    Mistake(
      .unreachableChoice, "enum",
      { io, m in
        let phase = m.register("phase", Phase.self, reset: .idle)
        phase.next <== .run
        m.switch(phase) { $0.case { io.y <== 1 } }
      },
      text: """
        @5: error: a case without values is never taken [SYS0017]
          in module #
          fix: name at least one value
        1 error
        """),
    Mistake(
      .unreachableChoice, "state",
      { io, m in
        m.stateMachine("phase", of: Phase.self, states: [.idle], reset: .idle) { phase in
          phase.when { io.y <== 1 }
        }
      },
      text: """
        @4: error: a case without values is never taken [SYS0017]
          in module #
          fix: name at least one value
        1 error
        """),
    Mistake(
      .badEnum, "cases",
      { io, m in
        _ = m.register("state", Nothing.self)
        io.y <== io.a
      },
      text: """
        @3: error: enum 'Nothing' has no cases [SYS0035]
          in module #
          fix: give it at least one
        1 error
        """),
    Mistake(
      .badEnum, "hot",
      { io, m in
        _ = m.register("state", NothingHot.self)
        io.y <== io.a
      },
      text: """
        @3: error: enum 'NothingHot' has no cases [SYS0035]
          in module #
          fix: give it at least one
        1 error
        """),
  ]

  @Test(arguments: mistakes) func `Each has its text`(mistake: Mistake) {
    #expect(diagnosis(mistake.probe) == mistake.expected)
  }

  struct Port: Generator {
    struct Ports { let state: Input<Enum<Nothing>>, y: Output<Bit> }
    static let line = #line + 1
    var ports: Ports { Ports(state: .init(), y: .init()) }
    func build(_ io: Interior<Ports>, in m: Module) { io.y <== 0 }
  }

  @Test func `A port of an enum without cases`() {
    #expect(
      diagnosis(Port()) == """
        HDLTests/EmptyListTests.swift:\(Port.line): error: port 'state' carries enum 'Nothing', which has no cases [SYS0035]
          in module Port_module
          fix: give it at least one
        1 error
        """)
  }

  @Test func `A value that is not used is no mistake`() {
    #expect(
      diagnosis(
        Probe("unused") { io, m in
          _ = anyOf([])
          io.y <== io.a
        }) == "no mistake")
  }

  @Test func `A literal made outside any module keeps its mistake`() {
    let odd = ~UInt(5)
    let handle = UnsafeShare(odd)
    for _ in 0..<2 {
      let text = diagnosis(Probe("outside") { io, m in io.y <== io.a & handle.value })
      #expect(text.contains("the literal 5 has no width, and its complement depends on one [SYS0003]"), "\(text)")
      #expect(text.hasSuffix("1 error"))
    }
  }

  /// Hands a value to the thread of the elaboration.
  final class UnsafeShare: @unchecked Sendable {
    let value: UInt
    init(_ value: UInt) { self.value = value }
  }
}
