import HDL
import Netlist
import Testing

/// One way to cross from clock to clock unseen, or to name clocks wrongly, with the exact text that a user sees. `@1` is
/// the line after the `Crossing(` call, `@2` the next one, and so on; `#` is the module, `%` the file of the modules used.
struct Crossing: CustomTestStringConvertible {
  var code: Diagnostic.Code
  var probe: CrossingProbe
  var text: String

  init(
    _ code: Diagnostic.Code, _ name: String, line: Int = #line,
    _ body: @escaping @Sendable (Interior<CrossingProbe.Ports>, Module) -> Void, text: String
  ) {
    self.code = code
    probe = CrossingProbe(name, line: line, body)
    self.text = text
  }

  var testDescription: String { "\(code.text) \(probe.name)" }

  /// The text with places and module name filled in.
  var expected: String {
    var result = text.replacing("#", with: moduleName).replacing("%", with: "HDLTests/ClockDomains.swift")
    for offset in 1..<9 {
      result = result.replacing("@\(offset)", with: "HDLTests/CrossingTests.swift:\(probe.line + offset)")
    }
    return result
  }

  private var moduleName: String {
    "CrossingProbe_name\(capitalized(probe.name).replacing(" ", with: "_"))_line\(probe.line)"
  }
}

@Suite struct CrossingTests {
  static let crossings: [Crossing] = [
    Crossing(
      .clockCrossing, "register to register",
      { io, m in
        let a = m.domain(.write) { m.register("a", io.early) }
        io.late <== m.domain(.read) { m.register("b", a) }
      },
      text: """
        @4: error: register 'b' belongs to clock 'read_clock' and follows 'a' of clock 'write_clock' [SYS0040]
          in module #
          note: @3: register 'a' belongs to clock 'write_clock'
          fix: pass it through m.synchronizer, or through a component such as BusSynchronizer or AsynchronousFIFO
        1 error
        """),
    Crossing(
      .clockCrossing, "through logic",
      { io, m in
        let a = m.domain(.write) { m.register("a", io.early) }
        io.late <== m.domain(.read) { m.register("b", (a &+ 1) ^ io.list[1]) }
      },
      text: """
        @4: error: register 'b' belongs to clock 'read_clock' and follows 'a' of clock 'write_clock' [SYS0040]
          in module #
          note: @3: register 'a' belongs to clock 'write_clock'
          note: %:38: input 'list_1' belongs to clock 'read_clock'
          fix: pass it through m.synchronizer, or through a component such as BusSynchronizer or AsynchronousFIFO
        1 error
        """),
    Crossing(
      .clockCrossing, "two clocks in one expression",
      { io, m in
        let a = m.domain(.write) { m.register("a", io.early) }
        let b = m.domain(.read) { m.register("b", io.list[1]) }
        io.late <== m.domain(.read) { m.register("sum", a &+ b) }
      },
      text: """
        @5: error: register 'sum' belongs to clock 'read_clock' and follows 'a' of clock 'write_clock' [SYS0040]
          in module #
          note: @3: register 'a' belongs to clock 'write_clock'
          note: @4: register 'b' belongs to clock 'read_clock'
          fix: pass it through m.synchronizer, or through a component such as BusSynchronizer or AsynchronousFIFO
        1 error
        """),
    Crossing(
      .clockCrossing, "named nets",
      { io, m in
        let sum = (io.early &+ 1).named("sum")
        io.late <== m.domain(.read) { m.register("b", sum) }
      },
      text: """
        @4: error: register 'b' belongs to clock 'read_clock' and follows 'early' of clock 'write_clock' [SYS0040]
          in module #
          note: %:38: input 'early' belongs to clock 'write_clock'
          fix: pass it through m.synchronizer, or through a component such as BusSynchronizer or AsynchronousFIFO
        1 error
        """),
    Crossing(
      .clockCrossing, "input of an instance",
      { io, m in
        let stage = m.domain(.read) { m.instance(Stage(), "stage") }
        stage.a <== io.early
        io.late <== stage.y
      },
      text: """
        @3: error: input 'a' of instance 'stage_inst' belongs to clock 'read_clock' and follows 'early' of clock 'write_clock' [SYS0040]
          in module #
          note: %:38: input 'early' belongs to clock 'write_clock'
          fix: pass it through m.synchronizer, or through a component such as BusSynchronizer or AsynchronousFIFO
        1 error
        """),
    Crossing(
      .clockCrossing, "logic inside an instance",
      { io, m in
        let pass = m.domain(.read) { m.instance(Pass(), "pass") }
        pass.a <== io.early
        io.late <== m.domain(.read) { m.register("b", pass.y) }
      },
      text: """
        @3: error: input 'a' of instance 'pass' belongs to clock 'read_clock' and follows 'early' of clock 'write_clock' [SYS0040]
          in module #
          note: %:38: input 'early' belongs to clock 'write_clock'
          fix: pass it through m.synchronizer, or through a component such as BusSynchronizer or AsynchronousFIFO
        1 error
        """),
    Crossing(
      .clockCrossing, "output of an instance",
      { io, m in
        let stage = m.domain(.write) { m.instance(Stage(), "stage") }
        stage.a <== io.early
        io.late <== m.domain(.read) { m.register("b", stage.y) }
      },
      text: """
        @5: error: register 'b' belongs to clock 'read_clock' and follows 'stage_inst_y' of clock 'write_clock' [SYS0040]
          in module #
          note: @3: port 'y' of instance 'stage_inst' of Stage, called 'stage_inst_y', belongs to clock 'write_clock'
          fix: pass it through m.synchronizer, or through a component such as BusSynchronizer or AsynchronousFIFO
        1 error
        """),
    Crossing(
      .clockCrossing, "mapped clocks of an instance",
      { io, m in
        let leak = m.instance(Stage(), "stage", clocks: [.main: .write])
        leak.a <== io.list[1]
        io.late <== m.domain(.read) { m.register("b", io.list[1]) }
      },
      text: """
        @3: error: input 'a' of instance 'stage_inst' belongs to clock 'write_clock' and follows 'list_1' of clock 'read_clock' [SYS0040]
          in module #
          note: %:38: input 'list_1' belongs to clock 'read_clock'
          fix: pass it through m.synchronizer, or through a component such as BusSynchronizer or AsynchronousFIFO
        1 error
        """),
    Crossing(
      .clockCrossing, "ports of an instance that lie",
      { io, m in
        let leak = m.instance(Leak(), "leak")
        leak.a <== io.early
        io.late <== leak.y
      },
      text: """
        %:79: error: output 'y' belongs to clock 'read_clock' and follows 'a' of clock 'write_clock' [SYS0040]
          in module Leak
          note: %:79: input 'a' belongs to clock 'write_clock'
          fix: pass it through m.synchronizer, or through a component such as BusSynchronizer or AsynchronousFIFO
        1 error
        """),
    Crossing(
      .clockCrossing, "output port",
      { io, m in
        io.late <== m.domain(.write) { m.register("a", io.early) }
      },
      text: """
        %:40: error: output 'late' belongs to clock 'read_clock' and follows 'a' of clock 'write_clock' [SYS0040]
          in module #
          note: @3: register 'a' belongs to clock 'write_clock'
          fix: pass it through m.synchronizer, or through a component such as BusSynchronizer or AsynchronousFIFO
        1 error
        """),
    Crossing(
      .clockCrossing, "input port",
      { io, m in
        io.late <== io.early
      },
      text: """
        %:40: error: output 'late' belongs to clock 'read_clock' and follows 'early' of clock 'write_clock' [SYS0040]
          in module #
          note: %:38: input 'early' belongs to clock 'write_clock'
          fix: pass it through m.synchronizer, or through a component such as BusSynchronizer or AsynchronousFIFO
        1 error
        """),
    Crossing(
      .clockCrossing, "undeclared input",
      { io, m in
        io.late <== m.domain(.read) { m.register("b", io.plain) }
      },
      text: """
        @3: error: register 'b' belongs to clock 'read_clock' and follows 'plain' of the default clock [SYS0040]
          in module #
          note: input 'plain' belongs to the default clock
          fix: declare the input with .in(…) when it belongs to clock 'read_clock'; else pass it through a synchronizer
        1 error
        """),
    Crossing(
      .clockCrossing, "undeclared register",
      { io, m in
        io.late <== m.register("b", io.list[1])
      },
      text: """
        @3: error: register 'b' belongs to clock 'clock' and follows 'list_1' of clock 'read_clock' [SYS0040]
          in module #
          note: %:38: input 'list_1' belongs to clock 'read_clock'
          fix: pass it through m.synchronizer, or through a component such as BusSynchronizer or AsynchronousFIFO
        %:40: error: output 'late' belongs to clock 'read_clock' and follows 'b' of clock 'clock' [SYS0040]
          in module #
          note: @3: register 'b' belongs to clock 'clock'
          fix: pass it through m.synchronizer, or through a component such as BusSynchronizer or AsynchronousFIFO
        2 errors
        """),
    Crossing(
      .clockCrossing, "asynchronous input",
      { io, m in
        io.late <== m.domain(.read) { m.register("b", io.loose.asUnsigned.extended(to: 8)) }
      },
      text: """
        @3: error: register 'b' belongs to clock 'read_clock' and follows 'loose' of no clock [SYS0040]
          in module #
          note: %:39: input 'loose' changes at any time
          fix: pass it through m.synchronizer, or through a component such as BusSynchronizer or AsynchronousFIFO
        1 error
        """),
    Crossing(
      .clockCrossing, "enable",
      { io, m in
        io.late <== m.domain(.read) { m.register("b", io.list[1], when: io.step) }
      },
      text: """
        @3: error: the enable of register 'b' belongs to clock 'read_clock' and follows 'step' of clock 'write_clock' [SYS0040]
          in module #
          note: %:38: input 'step' belongs to clock 'write_clock'
          fix: pass it through m.synchronizer, or through a component such as BusSynchronizer or AsynchronousFIFO
        1 error
        """),
    Crossing(
      .clockCrossing, "condition",
      { io, m in
        let b = m.domain(.read) { m.register("b", UInt.self, width: 8) }
        m.when(io.step) { b.next <== io.list[1] }
        io.late <== b
      },
      text: """
        @3: error: the enable of register 'b' belongs to clock 'read_clock' and follows 'step' of clock 'write_clock' [SYS0040]
          in module #
          note: %:38: input 'step' belongs to clock 'write_clock'
          fix: pass it through m.synchronizer, or through a component such as BusSynchronizer or AsynchronousFIFO
        1 error
        """),
    Crossing(
      .clockCrossing, "choice",
      { io, m in
        io.late <== m.domain(.read) { m.register("b", mux(io.step, io.list[1], 3)) }
      },
      text: """
        @3: error: register 'b' belongs to clock 'read_clock' and follows 'step' of clock 'write_clock' [SYS0040]
          in module #
          note: %:38: input 'step' belongs to clock 'write_clock'
          note: %:38: input 'list_1' belongs to clock 'read_clock'
          fix: pass it through m.synchronizer, or through a component such as BusSynchronizer or AsynchronousFIFO
        1 error
        """),
    Crossing(
      .clockCrossing, "index",
      { io, m in
        let table = [3, 5, 7].map { m.constant($0, width: 8, as: UInt.self) }
        io.late <== m.domain(.read) { m.register("b", select(io.early[0..<2].asUnsigned, table)) }
      },
      text: """
        @4: error: register 'b' belongs to clock 'read_clock' and follows 'early' of clock 'write_clock' [SYS0040]
          in module #
          note: %:38: input 'early' belongs to clock 'write_clock'
          fix: pass it through m.synchronizer, or through a component such as BusSynchronizer or AsynchronousFIFO
        1 error
        """),
    Crossing(
      .clockCrossing, "array of ports",
      { io, m in
        io.late <== m.domain(.read) { m.register("b", io.list[1] ^ io.list[0]) }
      },
      text: """
        @3: error: register 'b' belongs to clock 'read_clock' and follows 'list_0' of clock 'write_clock' [SYS0040]
          in module #
          note: %:38: input 'list_0' belongs to clock 'write_clock'
          note: %:38: input 'list_1' belongs to clock 'read_clock'
          fix: pass it through m.synchronizer, or through a component such as BusSynchronizer or AsynchronousFIFO
        1 error
        """),
    Crossing(
      .clockCrossing, "bundle",
      { io, m in
        io.late <== m.domain(.read) { m.register("b", io.tagged.value) }
      },
      text: """
        @3: error: register 'b' belongs to clock 'read_clock' and follows 'tagged_value' of clock 'write_clock' [SYS0040]
          in module #
          note: %:39: input 'tagged_value' belongs to clock 'write_clock'
          fix: pass it through m.synchronizer, or through a component such as BusSynchronizer or AsynchronousFIFO
        1 error
        """),
    Crossing(
      .clockCrossing, "stream",
      { io, m in
        io.late <== m.domain(.read) { m.register("b", io.items.payload, when: io.items.valid) }
      },
      text: """
        @3: error: register 'b' belongs to clock 'read_clock' and follows 'items_data' of clock 'write_clock' [SYS0040]
          in module #
          note: %:39: input 'items_data' belongs to clock 'write_clock'
          fix: pass it through m.synchronizer, or through a component such as BusSynchronizer or AsynchronousFIFO
        @3: error: the enable of register 'b' belongs to clock 'read_clock' and follows 'items_valid' of clock 'write_clock' [SYS0040]
          in module #
          note: %:39: input 'items_valid' belongs to clock 'write_clock'
          fix: pass it through m.synchronizer, or through a component such as BusSynchronizer or AsynchronousFIFO
        2 errors
        """),
    Crossing(
      .clockCrossing, "memory",
      { io, m in
        let words = m.memory("words", UInt.self, width: 8, depth: 4)
        m.domain(.write) { words.write(io.early, at: 1, when: io.step) }
        io.late <== m.domain(.read) { words.read(at: 1) }
      },
      text: """
        @5: error: memory 'words' is written with clock 'write_clock' and read with clock 'read_clock' [SYS0040]
          in module #
          note: @3: the memory is declared here
          fix: declare it with isShared: true when no word is read while it is written, as in a queue
        1 error
        """),
    Crossing(
      .clockCrossing, "memory without a clock to read",
      { io, m in
        let words = m.memory("words", UInt.self, width: 8, depth: 4)
        m.domain(.write) { words.write(io.early, at: 1, when: io.step) }
        io.late <== m.domain(.read) { m.register("b", words.readAsync(at: 1)) }
      },
      text: """
        @5: error: register 'b' belongs to clock 'read_clock' and follows 'words_data' of clock 'write_clock' [SYS0040]
          in module #
          note: @5: read port 'words_data' belongs to clock 'write_clock'
          fix: pass it through m.synchronizer, or through a component such as BusSynchronizer or AsynchronousFIFO
        1 error
        """),
    Crossing(
      .clockCrossing, "address of a shared memory",
      { io, m in
        let words = m.memory("words", UInt.self, width: 8, depth: 4, isShared: true)
        m.domain(.write) { words.write(io.early, at: 1, when: io.step) }
        io.late <== m.domain(.read) { words.read(at: io.early[0..<2].asUnsigned) }
      },
      text: """
        @3: error: the read address of memory 'words' belongs to clock 'read_clock' and follows 'early' of clock 'write_clock' [SYS0040]
          in module #
          note: %:38: input 'early' belongs to clock 'write_clock'
          fix: pass it through m.synchronizer, or through a component such as BusSynchronizer or AsynchronousFIFO
        1 error
        """),
    Crossing(
      .clockCrossing, "write data",
      { io, m in
        let words = m.memory("words", UInt.self, width: 8, depth: 4)
        m.domain(.read) { words.write(io.early, at: 1, when: 1) }
        io.late <== m.domain(.read) { words.read(at: 1) }
      },
      text: """
        @3: error: the write data of memory 'words' belongs to clock 'read_clock' and follows 'early' of clock 'write_clock' [SYS0040]
          in module #
          note: %:38: input 'early' belongs to clock 'write_clock'
          fix: pass it through m.synchronizer, or through a component such as BusSynchronizer or AsynchronousFIFO
        1 error
        """),
    Crossing(
      .clockCrossing, "assertion",
      { io, m in
        io.late <== io.list[1]
        m.domain(.read) { m.assert(io.early .!= 3, "never_three") }
      },
      text: """
        @4: error: assertion 'never_three' belongs to clock 'read_clock' and follows 'early' of clock 'write_clock' [SYS0040]
          in module #
          note: %:38: input 'early' belongs to clock 'write_clock'
          fix: pass it through m.synchronizer, or through a component such as BusSynchronizer or AsynchronousFIFO
        1 error
        """),
    Crossing(
      .clockCrossing, "mixture before a synchronizer",
      { io, m in
        let mixed = io.step ^ io.list[1][0]
        io.late <== m.domain(.read) { m.synchronizer("mixed", mixed) }.asUnsigned.extended(to: 8)
      },
      text: """
        @4: error: register 'mixed_1' takes a mixture of clock 'write_clock' and clock 'read_clock' [SYS0040]
          in module #
          note: %:38: input 'step' belongs to clock 'write_clock'
          note: %:38: input 'list_1' belongs to clock 'read_clock'
          fix: register the value with one clock before it crosses
        1 error
        """),
    Crossing(
      .clockCrossing, "enable of a captured value",
      { io, m in
        io.late <== m.domain(.read) { m.captured("b", io.early, when: io.step) }
      },
      text: """
        @3: error: the enable of register 'b' belongs to clock 'read_clock' and follows 'step' of clock 'write_clock' [SYS0040]
          in module #
          note: %:38: input 'step' belongs to clock 'write_clock'
          fix: pass it through m.synchronizer, or through a component such as BusSynchronizer or AsynchronousFIFO
        1 error
        """),
    Crossing(
      .resetCrossing, "reset",
      { io, m in
        let off = m.domain(.write) { m.register("off", io.step) }
        let stage = m.instance(Stage(), "stage", clocks: [.main: .read], resets: [.main: off])
        stage.a <== io.list[1]
        io.late <== stage.y
      },
      text: """
        @4: error: the reset of instance 'stage_inst' belongs to clock 'read_clock' and follows 'off' of clock 'write_clock' [SYS0041]
          in module #
          note: @3: register 'off' belongs to clock 'write_clock'
          fix: release it with that clock: pass it through a ResetSynchronizer
        1 error
        """),
    Crossing(
      .resetCrossing, "asynchronous reset",
      { io, m in
        let stage = m.instance(Stage(), "stage", clocks: [.main: .read], resets: [.main: io.loose])
        stage.a <== io.list[1]
        io.late <== stage.y
      },
      text: """
        @3: error: the reset of instance 'stage_inst' belongs to clock 'read_clock' and follows 'loose' of no clock [SYS0041]
          in module #
          note: %:39: input 'loose' changes at any time
          fix: release it with that clock: pass it through a ResetSynchronizer
        1 error
        """),
    Crossing(
      .badDomain, "two forms",
      { io, m in
        let a = m.domain(ClockDomain("read", edge: .falling)) { m.register("a", io.list[1]) }
        io.late <== m.domain(.read) { m.register("b", a) }
      },
      text: """
        @3: error: the domain 'read' has two forms in # [SYS0042]
          in module #
          fix: write it once as a constant, and use that
        1 error
        """),
    Crossing(
      .badDomain, "edges",
      { io, m in
        let leak = m.instance(Leak(), "leak", clocks: [.write: ClockDomain("other", edge: .falling)])
        leak.a <== io.plain
        io.late <== leak.y
      },
      text: """
        @3: error: 'write' of the instance acts on the rising edge, and 'other' does not [SYS0042]
          in module #
          fix: connect it to a domain of that edge
        1 error
        """),
    Crossing(
      .badDomain, "unknown domain",
      { io, m in
        let stage = m.instance(Stage(), "stage", clocks: [.main: .read, .write: .write])
        stage.a <== io.list[1]
        io.late <== stage.y
      },
      text: """
        @3: error: the instance has no domain 'write' [SYS0042]
          in module #
          fix: use one of 'main'
        1 error
        """),
    Crossing(
      .badDomain, "no stages",
      { io, m in
        let a = m.domain(.read) { m.synchronizer("a", io.step, stages: 0) }
        io.late <== m.domain(.read) { m.synchronizer("b", a) }.asUnsigned.extended(to: 8)
      },
      text: """
        @3: error: synchronizer 'a' of 0 stages [SYS0042]
          in module #
          fix: use at least 2 stages
        1 error
        """),
  ]

  @Test(arguments: crossings)
  func `Each way to cross unseen is an error with both places and a fix`(crossing: Crossing) {
    #expect(diagnosis(crossing.probe) == crossing.expected)
    #expect(crossing.text.contains(crossing.code.text))
  }
}
