import HDL

private struct AssignedPair: SignalBundle {
  let first: UInt
  let isLast: Bit
}

/// Assignments to what is neither a register nor a wire.
extension DiagnosticTests {
  static let assignableMistakes: [Mistake] = [
    Mistake(
      .notAssignable, "nextOfSum",
      { io, m in
        io.y <== io.a
        (io.a &+ 1).next <== io.a
      },
      text: """
        @4: error: a value of 8 bits is no register, and is assigned through .next [SYS0053]
          in module #
          fix: assign a register that is made by its type, m.register(name, UInt.self, …)
        1 error
        """),
    Mistake(
      .notAssignable, "nextOfFixedRegister",
      { io, m in
        let held = m.register("held", io.a)
        held.next <== io.a
        io.y <== held
      },
      text: """
        @4: error: 'held' takes its next value where it is made, and is assigned through .next [SYS0053]
          in module #
          note: @3: 'held' is declared here
          fix: make it by its type, m.register("held", UInt.self, …), or leave the assignment out
        1 error
        """),
    Mistake(
      .notAssignable, "nextOfWire",
      { io, m in
        let sum = m.wire("sum", UInt.self, width: 8, default: 0)
        sum.next <== io.a
        io.y <== sum
      },
      text: """
        @4: error: 'sum' is a wire, and is assigned through .next [SYS0053]
          in module #
          note: @3: 'sum' is declared here
          fix: write .driver for a wire
        1 error
        """),
    Mistake(
      .notAssignable, "driverOfRegister",
      { io, m in
        let count = m.register("count", UInt.self, width: 8, reset: 0)
        count.driver <== count &+ 1
        io.y <== count
      },
      text: """
        @4: error: 'count' is a register, and is assigned through .driver [SYS0053]
          in module #
          note: @3: 'count' is declared here
          fix: write .next for a register
        1 error
        """),
    Mistake(
      .notAssignable, "driverOfInput",
      { io, m in
        io.y <== io.a
        io.a.driver[0] <== 1
      },
      text: """
        @4: error: 'a' is no wire, and is assigned through .driver [SYS0053]
          in module #
          note: @ports: 'a' is declared here
          fix: assign a wire, m.wire(name, UInt.self, …)
        1 error
        """),
    Mistake(
      .notAssignable, "nextOfLiteral",
      { io, m in
        let five: UInt = 5
        five.next <== io.a
        io.y <== io.a
      },
      text: """
        @4: error: a literal is assigned through .next [SYS0053]
          in module #
          fix: assign a register or a wire of the module
        1 error
        """),
    Mistake(
      .notAssignable, "nextOfBundleWire",
      { io, m in
        let pair = m.wire("pair", of: AssignedPair(first: .shape(8), isLast: .shape))
        pair.next <== AssignedPair(first: io.a, isLast: io.c)
        io.y <== pair.first
      },
      text: """
        @4: error: 'pair_first' is a wire, and is assigned through .next [SYS0053]
          in module #
          note: @3: 'pair_first' is declared here
          fix: write .driver for a wire
        @4: error: 'pair_is_last' is a wire, and is assigned through .next [SYS0053]
          in module #
          note: @3: 'pair_is_last' is declared here
          fix: write .driver for a wire
        2 errors
        """),
  ]
}
