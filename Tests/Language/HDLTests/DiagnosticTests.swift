import HDL
import Netlist
import Testing

/// One mistake a case, with the exact text that a user sees. In the text `@1` is the line after the `Mistake(`
/// call, `@2` the next one, and so on; `#` is the module.
struct Mistake: CustomTestStringConvertible {
  var code: Diagnostic.Code
  var probe: Probe
  var text: String

  /// The file in which the case stands.
  var file: String

  init(
    _ code: Diagnostic.Code, _ name: String, line: Int = #line, file: String = #fileID,
    _ body: @escaping @Sendable (Interior<Probe.Ports>, Module) -> Void, text: String
  ) {
    self.code = code
    self.file = file
    probe = Probe(name, line: line, body)
    self.text = text
  }

  var testDescription: String { "\(code.text) \(probe.name)" }

  /// The text with places and module name filled in.
  var expected: String {
    var result = text.replacingOccurrences(of: "#", with: "Probe_name\(capitalized(probe.name))_line\(probe.line)")
    result = result.replacingOccurrences(of: "@ports", with: "HDLTests/Probe.swift:\(Probe.portsLine)")
    for offset in 1..<9 {
      result = result.replacingOccurrences(
        of: "@\(offset)", with: "\(file):\(probe.line + offset)")
    }
    return result
  }
}

extension String {
  fileprivate func replacingOccurrences(of part: String, with other: String) -> String {
    split(separator: part, omittingEmptySubsequences: false).joined(separator: other)
  }
}

func diagnosis(_ generator: some Generator) -> String {
  do {
    _ = try generator.elaborate()
    return "no mistake"
  } catch {
    return error.description
  }
}

@Suite struct DiagnosticTests {
  static let mistakes: [Mistake] =
    languageMistakes + memoryMistakes + assertionMistakes + enumMistakes + bundleMistakes + numberMistakes
    + groupMistakes + assignableMistakes + gridMistakes + vectorMistakes

  static let languageMistakes: [Mistake] = [
    Mistake(
      .widthMismatch, "connect", { io, m in io.y <== io.a + 1 },
      text: """
        @1: error: 'y' has 8 bits and is driven by 9 bits [SYS0001]
          in module #
          fix: use truncated(to: 8) or saturated(to: 8)
        1 error
        """),
    Mistake(
      .widthMismatch, "mux", { io, m in io.y <== mux(io.c, io.a, io.a + 1) },
      text: """
        @1: error: the values of a mux are 8 and 9 bits wide [SYS0001]
          in module #
          fix: use extended(to:), truncated(to:) or saturated(to:)
        1 error
        """),
    Mistake(
      .widthMismatch, "bitwise", { io, m in io.y <== io.a & (io.a + 1) },
      text: """
        @1: error: 'and' on 8 and 9 bits [SYS0001]
          in module #
          fix: use extended(to:), truncated(to:) or saturated(to:)
        1 error
        """),
    Mistake(
      .literalDoesNotFit, "large", { io, m in io.y <== 300 },
      text: """
        @1: error: the literal 300 does not fit into 8 unsigned bits [SYS0002]
          in module #
          fix: use at least 9 bits
        1 error
        """),
    Mistake(
      .literalDoesNotFit, "negative", { io, m in io.y <== -1 },
      text: """
        @1: error: the literal -1 does not fit into 8 unsigned bits [SYS0002]
          in module #
          fix: use SInt for negative numbers
        1 error
        """),
    Mistake(
      .literalWithoutWidth, "register", { io, m in io.y <== m.register("r", 5) },
      text: """
        @1: error: register 'r' takes a literal, so its width is unknown [SYS0003]
          in module #
          fix: write m.constant(…, width: …, as: UInt.self)
        1 error
        """),
    Mistake(
      .badWidth, "narrow", { io, m in io.y <== io.a.truncated(to: 9) },
      text: """
        @1: error: a signal of 8 bits narrowed to 9 [SYS0004]
          in module #
          fix: use a width from 1 to 8, or extended(to:)
        1 error
        """),
    Mistake(
      .badIndex, "slice", { io, m in io.y <== io.a[6..<10].asUnsigned.extended(to: 8) },
      text: """
        @1: error: bits 6..<10 of a signal of 8 bits [SYS0005]
          in module #
          fix: use bits from 0..<8
        1 error
        """),
    Mistake(
      .notDriven, "nothing", { io, m in _ = m.register("r", io.a) },
      text: """
        @ports: error: 'y' is not driven [SYS0006]
          in module #
          fix: drive it with <==
        1 error
        """),
    Mistake(
      .partlyDriven, "path", { io, m in m.when(io.c) { io.y <== 1 } },
      text: """
        @1: error: 'y' is not driven on every path [SYS0007]
          in module #
          fix: assign a default before m.when, or add otherwise
        1 error
        """),
    Mistake(
      .partlyDriven, "bits", { io, m in io.y[0..<3] <== 1 },
      text: """
        @1: error: 'y' is not driven at bits 3..<8 [SYS0007]
          in module #
          fix: drive every bit
        1 error
        """),
    Mistake(
      .severalDrivers, "whole",
      { io, m in
        io.y <== 1
        io.y <== 2
      },
      text: """
        @4: error: 'y' has several drivers [SYS0008]
          in module #
          note: @3: first driven here
          fix: drive it once, or put the second assignment under m.when
        1 error
        """),
    Mistake(
      .severalDrivers, "overlap",
      { io, m in
        io.y[0..<5] <== 1
        io.y[4..<8] <== 2
      },
      text: """
        @4: error: 'y' has several drivers at bits 4..<5 [SYS0008]
          in module #
          note: @3: first driven here
          fix: drive it once, or put the second assignment under m.when
        1 error
        """),
    Mistake(
      .inputNotDriven, "instance",
      { io, m in
        let inner = m.instance(Probe("inner", line: 0) { io, m in io.y <== io.a }, "inner")
        inner.a <== io.a
        inner.s <== io.s
        io.y <== inner.y
      },
      text: """
        @3: error: 'inner_c' is not driven [SYS0009]
          in module #
          fix: connect the input of the instance
        1 error
        """),
    Mistake(
      .combinationalLoop, "wires",
      { io, m in
        let x = m.wire("x", UInt.self, width: 8)
        let z = m.wire("z", UInt.self, width: 8)
        x.driver <== z ^ io.a
        z.driver <== x &+ 1
        io.y <== z
      },
      text: """
        @3: error: combinational loop: 'x' -> 'z' -> 'x' [SYS0010]
          in module #
          note: @3: through 'x'
          note: @4: through 'z'
          fix: put a register on the path
        1 error
        """),
    Mistake(
      .combinationalLoop, "bits",
      { io, m in
        let carry = m.wire("carry", Bits.self, width: 8)
        carry.driver <== concatenate(carry[0..<7] & io.a.asBits[0..<7], io.c)
        io.y <== carry.asUnsigned
      },
      text: """
        @3: error: combinational loop: 'carry' -> 'carry' [SYS0010]
          in module #
          note: @3: through 'carry'
          fix: put a register on the path; or, where a bit only follows other bits, give each bit a signal of its own
        1 error
        """),
    Mistake(
      .combinationalLoop, "hierarchy",
      { io, m in
        let inner = m.instance(Probe("pass", line: 0) { io, m in io.y <== io.a }, "inner")
        inner.a <== inner.y
        inner.s <== io.s
        inner.c <== io.c
        io.y <== inner.y
      },
      text: """
        @3: error: combinational loop: 'inner_y' -> 'inner_y' [SYS0010]
          in module #
          note: @3: through 'inner_y', port 'y' of instance 'inner' of Probe_namePass_line0
          fix: put a register on the path
        1 error
        """),
    Mistake(
      .nameClash, "registers",
      { io, m in
        let r = m.register("r", io.a)
        io.y <== m.register("r", r)
      },
      text: """
        @4: error: the name 'r' is used twice [SYS0011]
          in module #
          note: @3: first used here
          fix: choose another name, or wrap the call in m.scope("…") { … }
        1 error
        """),
    Mistake(
      .badName, "keyword", { io, m in io.y <== m.register("always", io.a) },
      text: """
        @1: error: 'always' is a keyword of Verilog [SYS0012]
          in module #
          fix: choose another name
        1 error
        """),
    Mistake(
      .badName, "reserved", { io, m in io.y <== m.register("systoleCycle", io.a) },
      text: """
        @1: error: 'systole_cycle' is like the names that proofs and benches add [SYS0012]
          in module #
          fix: choose another name
        1 error
        """),
    Mistake(
      .badResetValue, "starts",
      { io, m in
        let late = ClockDomain("late", reset: ResetStyle(.asynchronous))
        m.domain(late) {
          let r = m.register("r", UInt.self, width: 8, reset: 1, initial: 0)
          let same = m.register("same", UInt.self, width: 8, reset: 7, initial: 7)
          _ = (r, same)
        }
        io.y <== m.register("synchronous", io.a, reset: 1, initial: 0)
      },
      text: """
        @5: error: register 'r' starts as 8'h00 and is reset to 8'h01 without a clock edge, which no flip-flop can [SYS0015]
          in module #
          fix: use one value for both, leave out one of them, or use a synchronous reset
        1 error
        """),
    Mistake(
      .badName, "identifier", { io, m in io.y <== m.register("1st", io.a) },
      text: """
        @1: error: '1st' is no identifier [SYS0012]
          in module #
          fix: use letters, digits and underscores, a letter first
        1 error
        """),
    Mistake(
      .badResetValue, "reset", { io, m in io.y <== m.register("r", io.a, reset: io.a) },
      text: """
        @1: error: the reset value of register 'r' is no constant of 8 bits [SYS0015]
          in module #
          fix: write a literal or m.constant(…, width: 8, as: UInt.self)
        1 error
        """),
    Mistake(
      .unreachableChoice, "otherwise",
      { io, m in
        let chain = m.when(io.c) { io.y <== 1 }
        chain.otherwise { io.y <== 2 }
        chain.otherwise(when: io.c) { io.y <== 3 }
      },
      text: """
        @5: error: a branch after 'otherwise' or 'default' is never taken [SYS0017]
          in module #
          fix: put it before 'otherwise' or 'default'
        1 error
        """),
  ]

  @Test(arguments: mistakes)
  func `Each mistake has its text, place and fix`(mistake: Mistake) {
    #expect(diagnosis(mistake.probe) == mistake.expected)
    #expect(mistake.text.contains(mistake.code.text))
  }

  /// Mistakes that one probe cannot show; each has a test of its own below or in the netlist's tests.
  static let shownElsewhere: Set<Diagnostic.Code> = [
    .badParameter, .foreignSignal, .recursiveInstance, .driveOutsideModule, .invalidNetlist, .badBlackBox,
    .clockCrossing, .resetCrossing, .badDomain, .emptyList, .streamRule, .badPort, .badChecker,
  ]

  @Test func `Every code is shown`() {
    let shown = Set(Self.mistakes.map(\.code)).union(Self.shownElsewhere)
    #expect(shown == Set(Diagnostic.Code.allCases))
  }

  @Test func `All mistakes are collected`() {
    let probe = Probe("three") { io, m in
      io.y <== io.a + 1
      _ = m.register("r", io.a.truncated(to: 20))
      _ = m.register("2", io.a)
    }
    #expect(diagnosis(probe).hasSuffix("\n3 errors"))
  }

  @Test func `Parameters out of range name the parameter`() {
    #expect(
      diagnosis(SystolicArray(size: 0)) == """
        error: parameter 'size' is 0 [SYS0013]
          in module SystolicArray_size0
          fix: use a value from 1 to 1024
        1 error
        """)
  }

  struct Outer: Generator {
    /// Where the instance is made.
    static let line = #line + 5
    struct Ports { let y: Output<SInt> }
    var ports: Ports { Ports(y: .init(32)) }
    func build(_ io: Interior<Ports>, in m: Module) {
      // An array of size -1 has not even ports: nothing can be returned.
      let array = m.instance(SystolicArray(size: -1), "array")
      io.y <== array.sums[0]
    }
  }

  @Test func `A nested generator with impossible parameters is reported, not a crash`() {
    #expect(
      diagnosis(Outer()) == """
        HDLTests/DiagnosticTests.swift:\(Outer.line): error: parameter 'size' is -1 [SYS0013]
          in module SystolicArray_sizeminus1
          fix: use a value from 1 to 1024
        1 error
        """)
  }

  struct Endless: Generator {
    var depth = 1
    /// Where the instance is made.
    static let line = #line + 3
    struct Ports { let y: Output<UInt> }
    var ports: Ports { Ports(y: .init(8)) }
    func build(_ io: Interior<Ports>, in m: Module) { io.y <== m.instance(Endless(depth: depth), "inner").y }
  }

  @Test func `A module that contains itself is reported`() {
    #expect(
      diagnosis(Endless()) == """
        HDLTests/DiagnosticTests.swift:\(Endless.line): error: Endless(depth: 1) contains itself [SYS0016]
          in module Endless_depth1_v2
          fix: change a parameter on each level
        1 error
        """)
  }

  struct Growing: Generator {
    var depth = 1
    struct Ports { let y: Output<UInt> }
    var ports: Ports { Ports(y: .init(8)) }
    func build(_ io: Interior<Ports>, in m: Module) { io.y <== m.instance(Growing(depth: depth + 1), "inner").y }
  }

  @Test func `A recursion that does not end is reported`() {
    let text = diagnosis(Growing())
    #expect(text.contains("error: Growing(depth: 1025) is nested in 1024 instances, each in another one [SYS0016]"))
    #expect(text.hasSuffix("  fix: end the recursion at some parameter\n1 error"), "\(text)")
  }

  /// Keeps what a module should not let out.
  final class Leak: @unchecked Sendable {
    var signal: UInt?
    var sink: Sink<UInt>?
  }

  @Test func `A signal of another module is refused`() {
    let leak = Leak()
    let outer = Probe("outer") { io, m in
      let inner = m.instance(
        Probe("leaks") { io, m in
          leak.signal = io.a
          leak.sink = io.y
          io.y <== io.a
        }, "inner")
      inner.a <== io.a
      inner.s <== io.s
      inner.c <== io.c
      io.y <== leak.signal!
    }
    #expect(diagnosis(outer).contains("'y' is driven by a signal of Probe_nameLeaks"))
    #expect(diagnosis(outer).contains("[SYS0014]"))
  }

  @Test func `A module cannot be driven after it is finished`() {
    let leak = Leak()
    let outer = Probe("late") { io, m in
      let inner = m.instance(
        Probe("finished") { io, m in
          leak.sink = io.y
          io.y <== io.a
        }, "inner")
      inner.a <== io.a
      inner.s <== io.s
      inner.c <== io.c
      io.y <== inner.y
      leak.sink! <== 3
    }
    #expect(diagnosis(outer).contains("'y' is driven after Probe_nameFinished"))
    #expect(diagnosis(outer).contains("[SYS0019]"))
  }

  struct Clashing: Generator {
    static let line = #line + 2
    struct Ports { let clock: Input<Bit>, aB: Input<Bit>, a_b: Input<Bit>, output: Output<Bit> }
    var ports: Ports { Ports(clock: .init(), aB: .init(), a_b: .init(), output: .init()) }
    func build(_ io: Interior<Ports>, in m: Module) { io.output <== io.clock & io.aB & io.a_b }
  }

  @Test func `Port names are checked`() {
    #expect(
      diagnosis(Clashing()) == """
        HDLTests/DiagnosticTests.swift:\(Clashing.line): error: port 'clock' has the name of the clock or reset [SYS0011]
          in module Clashing
          fix: rename it; both are added for you
        HDLTests/DiagnosticTests.swift:\(Clashing.line): error: two ports become 'a_b', one of them 'a_b' [SYS0011]
          in module Clashing
          note: HDLTests/DiagnosticTests.swift:\(Clashing.line): the other one, 'aB'
          fix: rename one of them
        HDLTests/DiagnosticTests.swift:\(Clashing.line): error: port 'output' becomes 'output', which is a keyword of Verilog [SYS0012]
          in module Clashing
          fix: rename the port
        3 errors
        """)
  }
}
