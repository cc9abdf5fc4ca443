import HDL
import Netlist

extension DiagnosticTests {
  /// Mistakes with assertions.
  static let assertionMistakes: [Mistake] = [
    Mistake(
      .nameClash, "label",
      { io, m in
        m.assert(io.c, "holds")
        m.assert(!io.c, "holds")
        io.y <== io.a
      },
      text: """
        @4: error: the name 'holds' is used twice [SYS0011]
          in module #
          note: @3: first used here
          fix: choose another name, or wrap the call in m.scope("…") { … }
        1 error
        """),
    Mistake(
      .badName, "keyword",
      { io, m in
        m.cover(io.c, "expect")
        io.y <== io.a
      },
      text: """
        @3: error: 'expect' is a keyword of SystemVerilog [SYS0012]
          in module #
          fix: choose another name
        1 error
        """),
  ]
}
