import HDL
import Netlist
import Testing

/// No stream waits for its taker: `valid` and payload never follow the stream's own `ready`, within a module, through
/// instances, or by way of other streams.
@Suite struct StreamRuleTests {
  /// Two streams in and two out, and a body between.
  struct Between: Generator {
    let name: String
    let line: Int
    let body: @Sendable (Interior<Ports>, Module) -> Void

    init(_ name: String, line: Int = #line, _ body: @escaping @Sendable (Interior<Ports>, Module) -> Void) {
      (self.name, self.line, self.body) = (name, line, body)
    }

    struct Ports {
      let i, j: StreamInput<UInt>
      let o, p: StreamOutput<UInt>
    }
    static let ports = #line + 1
    var ports: Ports { Ports(i: .init(8), j: .init(8), o: .init(8), p: .init(8)) }
    func build(_ io: Interior<Ports>, in m: Module) { body(io, m) }
    static func == (left: Between, right: Between) -> Bool { left.name == right.name && left.line == right.line }
    func hash(into hasher: inout Hasher) { hasher.combine(name) }
  }

  @Test func `Valid that waits for ready`() {
    let line = #line + 3
    let text = diagnosis(
      Between("a") { io, m in
        io.o.valid <== (io.i.valid & io.o.ready)
        io.o.payload <== io.i.payload
        io.i.ready <== io.o.ready
        io.p <== io.j
      })
    #expect(
      text == """
        HDLTests/StreamRuleTests.swift:\(line): error: 'o_valid' follows 'o_ready' within the cycle, and the taker may wait for valid [SYS0036]
          in module Between_nameA_line\(line - 1)
          note: HDLTests/StreamRuleTests.swift:\(Between.ports): the stream is declared here
          fix: drive valid without ready; where one transfer must wait for another, put a register between, as in a SkidBuffer
        1 error
        """)
  }

  @Test func `Through a wire and a condition`() {
    let line = #line + 4
    let text = diagnosis(
      Between("b") { io, m in
        let w = m.wire("goes_on", Bit.self, default: 0)
        m.when(io.o.ready) { w.driver <== io.i.valid }
        io.o.valid <== w
        io.o.payload <== io.i.payload
        io.i.ready <== io.o.ready
        io.p <== io.j
      })
    #expect(text.contains("StreamRuleTests.swift:\(line + 1): error: 'o_valid' follows 'o_ready'"), "\(text)")
    #expect(text.contains("note: HDLTests/StreamRuleTests.swift:\(line - 1): through 'goes_on'"), "\(text)")
    #expect(text.hasSuffix("1 error"))
  }

  @Test func `A payload that follows ready`() {
    let line = #line + 4
    let text = diagnosis(
      Between("c") { io, m in
        io.o.valid <== io.i.valid
        io.o.payload <== mux(io.o.ready, io.i.payload, 0)
        io.i.ready <== io.o.ready
        io.p <== io.j
      })
    #expect(
      text.contains(
        "StreamRuleTests.swift:\(line): error: 'o_data' follows 'o_ready' within the cycle, so that an item changes before it is taken [SYS0036]"
      ),
      "\(text)")
    #expect(text.contains("fix: choose the payload without ready, or keep it in a register until it is taken"))
    #expect(text.hasSuffix("1 error"))
  }

  @Test func `Two streams that wait for each other`() {
    let line = #line + 3
    let text = diagnosis(
      Between("d") { io, m in
        io.o.valid <== (io.i.valid & io.p.ready)
        io.p.valid <== (io.i.valid & io.o.ready)
        io.o.payload <== io.i.payload
        io.p.payload <== io.i.payload
        io.i.ready <== (io.o.ready & io.p.ready)
        io.j.ready <== 0
      })
    #expect(
      text == """
        HDLTests/StreamRuleTests.swift:\(line): error: 'o_valid' follows 'p_ready' and 'p_valid' follows 'o_ready' within the cycle, and the takers may wait for valid [SYS0036]
          in module Between_nameD_line\(line - 1)
          note: HDLTests/StreamRuleTests.swift:\(Between.ports): the stream is declared here
          note: HDLTests/StreamRuleTests.swift:\(line + 1): 'p_valid' is driven here
          fix: drive valid without ready; where one transfer must wait for another, put a register between, as in a SkidBuffer
        1 error
        """)
  }

  static let legal: [Between] = [
    Between("ready follows valid") { io, m in
      io.o <== io.i
      io.p.valid <== io.j.valid
      io.p.payload <== io.j.payload
      io.j.ready <== (io.j.valid & io.p.ready)
    },
    Between("a join") { io, m in
      io.o.valid <== (io.i.valid & io.j.valid)
      io.o.payload <== io.i.payload
      io.i.ready <== (io.o.ready & io.j.valid)
      io.j.ready <== (io.o.ready & io.i.valid)
      io.p.valid <== 0
      io.p.payload <== 0
    },
    Between("one waits for the other") { io, m in
      io.o.valid <== (io.i.valid & io.p.ready)
      io.p.valid <== io.i.valid
      io.o.payload <== io.i.payload
      io.p.payload <== io.i.payload
      io.i.ready <== (io.o.ready & io.p.ready)
      io.j.ready <== 0
    },
    Between("a register between") { io, m in
      io.o.valid <== m.register("offers", io.i.valid & io.o.ready, reset: 0)
      io.o.payload <== m.register("item", mux(io.o.ready, io.i.payload, 0))
      io.i.ready <== io.o.ready
      io.p <== io.j
    },
    Between("crossed") { io, m in
      io.p <== io.i
      io.o <== io.j
    },
  ]

  @Test(arguments: legal) func `What is legal is taken`(design: Between) {
    let probe = Between(design.name.replacing(" ", with: "_"), line: design.line, design.body)
    #expect(diagnosis(probe) == "no mistake")
  }

  /// Passes on what its `go` says: the rule is its user's to keep.
  struct Gate: Generator {
    struct Ports { let valid, go: Input<Bit>, passes: Output<Bit> }
    var ports: Ports { Ports(valid: .init(), go: .init(), passes: .init()) }
    func build(_ io: Interior<Ports>, in m: Module) { io.passes <== io.valid & io.go }
  }

  struct Pass: Generator {
    struct Ports {
      let i: StreamInput<UInt>
      let o: StreamOutput<UInt>
    }
    var ports: Ports { Ports(i: .init(8), o: .init(8)) }
    func build(_ io: Interior<Ports>, in m: Module) { io.o <== io.i }
  }

  @Test func `Through an instance`() {
    let text = diagnosis(
      Between("e") { io, m in
        let gate = m.instance(Gate(), "gate")
        gate.valid <== io.i.valid
        gate.go <== io.o.ready
        io.o.valid <== gate.passes
        io.o.payload <== io.i.payload
        io.i.ready <== io.o.ready
        io.p <== io.j
      })
    #expect(text.contains("'o_valid' follows 'o_ready' within the cycle"), "\(text)")
    #expect(text.contains("through 'gate_passes'"), "\(text)")
  }

  /// Breaks the rule, in an array of streams of bundles.
  struct Breaking: Generator {
    struct Beat: SignalBundle {
      let value: UInt
      let isLast: Bit
      init() { (value, isLast) = (.shape(8), .shape) }
    }
    struct Ports { let o: [StreamOutput<Beat>] }
    var ports: Ports { Ports(o: (0..<2).map { _ in .init(Beat()) }) }
    static let line = #line + 3
    func build(_ io: Interior<Ports>, in m: Module) {
      for stream in io.o {
        stream.valid <== stream.ready
        stream.payload.value <== 0
        stream.payload.isLast <== 1
      }
    }
  }

  struct Around: Generator {
    struct Ports { let p: [StreamOutput<Breaking.Beat>] }
    var ports: Ports { Ports(p: (0..<2).map { _ in .init(Breaking.Beat()) }) }
    func build(_ io: Interior<Ports>, in m: Module) {
      for (stream, other) in zip(io.p, m.instance(Breaking(), "breaking").o) { stream <== other }
    }
  }

  @Test func `A module that breaks the rule is told of, and not those around it`() {
    let text = diagnosis(Around())
    for name in ["o_0", "o_1"] {
      #expect(
        text.contains(
          "StreamRuleTests.swift:\(Breaking.line): error: '\(name)_valid' follows '\(name)_ready' within the cycle"),
        "\(text)")
    }
    #expect(text.hasSuffix("\n2 errors"), "\(text)")
  }

  @Test func `A bundle of which one field follows ready`() {
    let text = diagnosis(Following())
    #expect(text.contains("error: 'o_is_last' follows 'o_ready' within the cycle, so that an item changes"), "\(text)")
    #expect(text.hasSuffix("\n1 error"), "\(text)")
  }

  struct Following: Generator {
    struct Ports { let o: StreamOutput<Breaking.Beat> }
    var ports: Ports { Ports(o: .init(Breaking.Beat())) }
    func build(_ io: Interior<Ports>, in m: Module) {
      io.o.valid <== 1
      io.o.payload.value <== 0
      io.o.payload.isLast <== io.o.ready
    }
  }

  @Test func `Into an instance`() {
    let line = #line + 3
    let text = diagnosis(
      Between("f") { io, m in
        let pass = m.instance(Pass(), "pass")
        pass.i.valid <== (io.i.valid & io.o.ready)
        pass.i.payload <== io.i.payload
        io.i.ready <== pass.i.ready
        io.o <== pass.o
        io.p <== io.j
      })
    // Its ready is that of the output, which `pass` hands on: the output waits as well.
    #expect(text.contains("'o_valid' follows 'o_ready' within the cycle"), "\(text)")
    let own = diagnosis(
      Between("g") { io, m in
        let pass = m.instance(Pass(), "pass")
        let tap = m.instance(Tap(), "tap")
        tap.i.valid <== (io.i.valid & tap.i.ready)
        tap.i.payload <== io.i.payload
        io.i.ready <== tap.i.ready
        pass.i.valid <== 0
        pass.i.payload <== 0
        io.o <== pass.o
        io.p <== io.j
      })
    #expect(
      own.contains("StreamRuleTests.swift:\(line + 13): error: 'tap_i_valid' follows 'tap_i_ready' within the cycle"),
      "\(own)")
    #expect(own.contains("note: HDLTests/StreamRuleTests.swift:\(line + 12): the stream is declared here"), "\(own)")
    #expect(own.hasSuffix("1 error"))
  }

  /// Takes an item every other clock.
  struct Tap: Generator {
    struct Ports { let i: StreamInput<UInt> }
    var ports: Ports { Ports(i: .init(8)) }
    func build(_ io: Interior<Ports>, in m: Module) {
      let takes = m.register("takes", Bit.self, reset: 0)
      takes.next <== !takes
      io.i.ready <== takes
    }
  }

  struct Box: BlackBox {
    var followsInputs = true
    struct Ports {
      let i: StreamInput<UInt>
      let o: StreamOutput<UInt>
    }
    var ports: Ports { Ports(i: .init(8), o: .init(8)) }
    var moduleName: String { "box" }
  }

  struct PlainBox: BlackBox {
    var followsInputs: Bool
    struct Ports { let ready: Input<Bit>, valid: Output<Bit> }
    var ports: Ports { Ports(ready: .init(), valid: .init()) }
    var moduleName: String { "plain_box" }
  }

  @Test func `A black box keeps the rule on its streams`() {
    #expect(
      diagnosis(
        Between("h") { io, m in
          let box = m.instance(Box(), "box")
          box.i.valid <== io.i.valid
          box.i.payload <== io.i.payload
          io.i.ready <== box.i.ready
          io.o <== box.o
          io.p <== io.j
        }) == "no mistake")
  }

  @Test(arguments: [false, true]) func `Other outputs of a black box are taken to follow its inputs`(follows: Bool) {
    let text = diagnosis(
      Between("i\(follows)") { io, m in
        let box = m.instance(PlainBox(followsInputs: follows), "box")
        box.ready <== io.o.ready
        io.o.valid <== box.valid
        io.o.payload <== 0
        io.i.ready <== io.o.ready
        io.p <== io.j
      })
    #expect(
      follows
        ? text.contains("a black box whose outputs do not follow its inputs says so in followsInputs")
        : text == "no mistake", "\(text)")
  }
}
