import HDL
import Netlist
import Testing
import Verilog

@Suite struct CheckerTests {
  /// Counts what passes between two streams.
  struct Passage: DefaultConfigurable {
    var width = 8
    struct Ports {
      let input: StreamInput<UInt>
      let output: StreamOutput<UInt>
      let passed: Output<UInt>
      let offset: Input<SInt>
    }
    var ports: Ports { Ports(input: .init(width), output: .init(width), passed: .init(4), offset: .init(6)) }
    func build(_ io: Interior<Ports>, in m: Module) {
      io.output <== io.input
      let passed = m.register("passed", UInt.self, width: 4, reset: 0)
      m.when(io.output.ready & io.input.valid) { passed.next <== passed &+ 1 }
      io.passed <== passed
    }
  }

  private static let counts = Checker<Passage>("counts-items", "The count is that of what has passed.") { io, m in
    let count = m.register("count", UInt.self, width: 4, reset: 0)
    m.when(io.output.transfers) { count.next <== count &+ 1 }
    m.assert(io.passed .== count, "is_count", "the count is wrong")
    m.assume(io.input.valid, "always_offers", "nothing is offered")
    m.cover(count .== 9, "reaches_nine")
  }

  private func message(_ body: () throws(DiagnosticList) -> Void) -> String {
    do {
      try body()
      return "no mistake"
    } catch { return error.description }
  }

  @Test func `A checker reads ports of either direction and has only those that it reads`() throws {
    let checker = try Self.counts.circuit(for: Passage())
    let top = checker.circuit.top
    #expect(top.name == "Passage_counts_items")
    #expect(top.ports.map(\.shape.name) == ["input_valid", "output_valid", "output_ready", "passed"])
    #expect(top.ports.allSatisfy { $0.shape.direction == .input })
    #expect(top.clocks.map(\.reset) == ["reset"])
    #expect(checker.instance == "counts_items_checker")
    #expect(checker.choices == [])
    #expect(checker.states(.assert) && checker.states(.assume))
    #expect(checker.covers.map(\.label) == ["reaches_nine"])
    #expect(!checker.stating([.assume]).states(.assert))
  }

  @Test func `The design stands beside its checkers, its own text as it was`() throws {
    let design = try Passage().elaborate().simplified()
    let checked = try design.checked(by: [Self.counts.circuit(for: Passage())])
    #expect(checked.top.name == "Passage_checked")
    #expect(checked.top.interface.ports == design.top.interface.ports)
    let texts = checked.verilog()
    #expect(texts.map(\.name) == ["Passage.v", "Passage_counts_items.v", "Passage_checks.v", "Passage_checked.v"])
    #expect(texts.first?.text == design.verilog().first?.text)
    #expect(try design.checked(by: []) == design)
  }

  @Test func `What nothing decides is an input in a proof and drawn in a simulation`() throws {
    let checker = try Checker<Passage>("picks", "Any item.") { io, m in
      let picked = m.anything("picked")
      let value = m.anything("value", SInt.self, width: 70)
      m.assert(!picked | value.any | io.passed.any, "picks_one")
    }.circuit(for: Passage())
    #expect(checker.choices == ["picked", "value"])
    let design = try Passage().elaborate().simplified()
    let free = try CheckerSet([checker], of: design, choices: .inputs)
    #expect(free.choices == ["picks_picked", "picks_value"])
    #expect(free.circuit.top.ports.map(\.shape.width) == [4, 1, 70])
    let drawn = try CheckerSet(simulating: [checker], of: design)
    #expect(drawn.circuit.top.ports.map(\.shape.name) == ["passed"])
    #expect(drawn.circuit.definitions.map(\.name) == ["ChoiceSource_width71", "Passage_picks", "Passage_checks"])
  }

  @Test func `A checker of another design is refused by the ports that are not there`() throws {
    let checker = try Self.counts.circuit(for: Passage())
    struct Other: DefaultConfigurable {
      struct Ports { let inputValid: Input<Bit>, passed: Output<UInt> }
      var ports: Ports { Ports(inputValid: .init(), passed: .init(5)) }
      func build(_ io: Interior<Ports>, in m: Module) { io.passed <== io.inputValid.asUnsigned.extended(to: 5) }
    }
    let other = try Other().elaborate()
    #expect(
      message { () throws(DiagnosticList) in _ = try other.checked(by: [checker]) } == """
        error: checker 'counts-items' is bound to a port that is not there: 'output_valid' of 'Other' [SYS0045]
          in module Passage_counts_items
          fix: read one of 'input_valid', 'passed'
        error: checker 'counts-items' is bound to a port that is not there: 'output_ready' of 'Other' [SYS0045]
          in module Passage_counts_items
          fix: read one of 'input_valid', 'passed'
        error: checker 'counts-items' reads 'passed' with 4 bits, and 'Other' has it with 5 bits [SYS0045]
          in module Passage_counts_items
          fix: make the checker for the parameters of the design
        3 errors
        """)
  }

  @Test func `A checker of other parameters is refused by width and sign`() throws {
    let checker = try Checker<Passage>("small", "It is small.") { io, m in
      m.assert(io.offset .< 3, "is_small")
    }.circuit(for: Passage())
    struct Other: DefaultConfigurable {
      struct Ports { let offset: Input<UInt>, y: Output<Bit> }
      var ports: Ports { Ports(offset: .init(6), y: .init()) }
      func build(_ io: Interior<Ports>, in m: Module) { io.y <== io.offset.any }
    }
    #expect(
      message { () throws(DiagnosticList) in _ = try Other().elaborate().checked(by: [checker]) } == """
        error: checker 'small' reads 'offset' with 6 bits, signed, and 'Other' has it with 6 bits [SYS0045]
          in module Passage_small
          fix: make the checker for the parameters of the design
        1 error
        """)
  }

  @Test func `Ports of any interface are read by name, and one that is not there is named with the module`() throws {
    let interface = try Passage().elaborate().top.interface
    let line = #line + 4
    let text = message { () throws(DiagnosticList) in
      _ = try CheckerCircuit("named", "By name.", of: interface) { ports, m in
        m.assert(ports.bit("output_last"), "is_last")
        m.assert(ports.bit("passed"), "passes")
      }
    }
    #expect(
      text == """
        HDLTests/CheckerTests.swift:\(line - 1): error: checker 'named' is bound to a port that is not there: 'output_last' of 'Passage' [SYS0045]
          in module Passage_named
          fix: read one of 'input_valid', 'input_ready', 'input_data', 'output_valid', 'output_ready', 'output_data', 'passed', 'offset'
        HDLTests/CheckerTests.swift:\(line): error: checker 'named' reads 'passed' of 'Passage' as one bit of 4 [SYS0045]
          in module Passage_named
          fix: read it with bits("passed")
        2 errors
        """)
    let checker = try CheckerCircuit("named-2", "By name.", of: interface) { ports, m in
      m.assert(ports.bit("output_valid") | !ports.bits("passed").any, "holds")
    }
    #expect(checker.circuit.top.ports.map(\.shape.name) == ["output_valid", "passed"])
  }

  @Test func `A checker that states nothing, or has no name, is refused`() throws {
    let line = #line + 1
    let silent = Checker<Passage>("silent", "Nothing.") { io, m in _ = m.register("seen", io.passed, reset: 0) }
    #expect(
      message { () throws(DiagnosticList) in _ = try silent.circuit(for: Passage()) }.hasPrefix(
        "HDLTests/CheckerTests.swift:\(line): error: the checker 'silent' states nothing [SYS0045]\n"),
      "\(message { () throws(DiagnosticList) in _ = try silent.circuit(for: Passage()) })")
    let unnamed = Checker<Passage>("9-lives", "No name.") { io, m in m.assert(io.input.ready, "is_ready") }
    #expect(
      message { () throws(DiagnosticList) in _ = try unnamed.circuit(for: Passage()) }.contains(
        "the checker '9-lives' would be called '9_lives_checker', which is "))
    let twice = try [Self.counts, Self.counts].map { try $0.circuit(for: Passage()) }
    #expect(
      message { () throws(DiagnosticList) in _ = try Passage().elaborate().checked(by: twice) } == """
        error: checker 'counts-items' of 'Passage' has the name of another one [SYS0045]
          in module Passage_counts_items
          fix: give each checker of a design its own name
        1 error
        """)
  }

  @Test func `A checker of a design whose parameters mean nothing is refused as the design is`() {
    struct Narrow: DefaultConfigurable {
      var width = 8
      struct Ports { let a: Input<UInt> }
      var ports: Ports { Ports(a: .init(Range(uncheckedBounds: (0, width)).count)) }
      func validate(_ parameters: inout ParameterCheck) { parameters.require("width", width, in: 1...64) }
      func build(_ io: Interior<Ports>, in m: Module) {}
    }
    let checker = Checker<Narrow>("small", "It is small.") { io, m in m.assert(io.a .== 0, "is_zero") }
    #expect(
      message { () throws(DiagnosticList) in _ = try checker.circuit(for: Narrow(width: -3)) } == """
        error: parameter 'width' is -3 [SYS0013]
          in module Narrow_widthminus3
          fix: use a value from 1 to 64
        1 error
        """)
  }

  @Test func `A free choice outside a checker is refused`() {
    let line = #line + 2
    let probe = Probe("free choice") { io, m in
      io.y <== m.anything("mark", UInt.self, width: 8)
    }
    #expect(
      diagnosis(probe) == """
        HDLTests/CheckerTests.swift:\(line): error: m.anything("mark") in Probe_nameFree_choice_line\(line - 1), which is no checker [SYS0045]
          in module Probe_nameFree_choice_line\(line - 1)
          fix: pass the value through a port from the checker, or draw it in a register
        1 error
        """)
  }

  @Test func `A checker may read what belongs to any clock`() throws {
    struct Crossing: DefaultConfigurable {
      static let near = ClockDomain("near"), far = ClockDomain("far")
      struct Ports { let a: Input<Bit>, y: Output<Bit> }
      var ports: Ports { Ports(a: .init().in(Self.near), y: .init().in(Self.far)) }
      func build(_ io: Interior<Ports>, in m: Module) {
        let held = m.domain(Self.near) { m.register("held", io.a, reset: 0) }
        m.domain(Self.far) { io.y <== m.synchronizer("seen", held, reset: 0) }
      }
    }
    let checker = try Checker<Crossing>("crosses", "It was there.") { io, m in
      let was = m.domain(Crossing.near) { m.register("was", Bit.self, reset: 0) }
      m.when(io.a) { was.next <== 1 }
      m.domain(Crossing.far) { m.assert(!io.y | was, "was_there") }
    }.circuit(for: Crossing())
    let checked = try Crossing().elaborate().checked(by: [checker])
    #expect(checked.top.clocks.map(\.clock) == ["near_clock", "far_clock"])
  }
}

/// Modules inside checkers.
@Suite struct CheckerPartsTests {
  private struct Echo: DefaultConfigurable {
    struct Ports { let a: Input<UInt>, q: Output<UInt> }
    var ports: Ports { Ports(a: .init(8), q: .init(8)) }
    func build(_ io: Interior<Ports>, in m: Module) { io.q <== io.a }
  }

  private struct Invert: Generator {
    struct Ports { let a: Input<UInt>, q: Output<UInt> }
    var ports: Ports { Ports(a: .init(8), q: .init(8)) }
    func build(_ io: Interior<Ports>, in m: Module) { io.q <== ~io.a }
  }

  @Test func `A grid in a checker has its own cells`() throws {
    let checker = Checker<Echo>("inverts", "Two inversions are none.") { io, m in
      let cells = m.grid(Invert(), "cells", rows: 1, columns: 2)
      cells.a <== .chain(cells.q, from: .firstColumn, entering: [io.a])
      m.assert(cells.q[0, 1] .== io.q, "is_the_same")
      m.assert(cells.q[0, 0] .== ~io.q, "is_inverted")
    }
    let design = try Echo().elaborate().simplified()
    let texts = try design.checked(by: [checker.circuit(for: Echo())]).verilog()
    let text = try #require(texts.first { $0.name == "Echo_inverts.v" }).text
    #expect(text.contains("Invert cells") && !text.contains("Echo cells"), "\(text)")
  }

  @Test(arguments: ["", "-", "--"]) func `A checker has a name`(name: String) {
    let checker = Checker<Echo>(name, "It has none.") { io, m in m.assert(io.a .== io.q, "is_the_same") }
    do {
      _ = try checker.circuit(for: Echo())
      Issue.record("a checker called '\(name)' was taken")
    } catch { #expect(error.description.contains("a checker is called '\(name)'"), "\(error)") }
  }
}
