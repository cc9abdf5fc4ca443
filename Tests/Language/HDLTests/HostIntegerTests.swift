import HDL
import Netlist
import Testing

/// Every Int that a description gives is checked: none traps, and each mistake is told once, with its line.
@Suite struct HostIntegerTests {
  struct Use: CustomTestStringConvertible {
    var testDescription: String
    var code: Diagnostic.Code
    var line: Int
    /// Values that are refused.
    var values: [Int]
    var body: @Sendable (Interior<Probe.Ports>, Module, Int) -> Void

    init(
      _ name: String, _ code: Diagnostic.Code, _ values: [Int], line: Int = #line,
      body: @escaping @Sendable (Interior<Probe.Ports>, Module, Int) -> Void
    ) {
      (testDescription, self.code, self.values, self.line, self.body) = (name, code, values, line, body)
    }
  }

  static let negative = [-1, -(1 << 32), .min]
  static let large = [1 << 24 + 1, 1 << 31, 1 << 32, 1 << 33, .max]
  static let noWidth = [0] + negative + large

  static let uses: [Use] = [
    Use("extended", .badWidth, noWidth) { io, m, n in _ = io.a.extended(to: n) },
    Use("truncated", .badWidth, noWidth + [9]) { io, m, n in _ = io.a.truncated(to: n) },
    Use("saturated", .badWidth, noWidth) { io, m, n in _ = io.a.saturated(to: n) },
    Use("saturated sign", .badWidth, noWidth) { io, m, n in _ = io.s.saturated(to: n) },
    Use("shift left", .badIndex, negative + large) { io, m, n in _ = io.a << n },
    Use("shift right", .badIndex, negative) { io, m, n in _ = io.s >> n },
    Use("index", .badIndex, negative + large + [8]) { io, m, n in _ = io.a[n] },
    Use("range", .badIndex, large + [9]) { io, m, n in _ = io.a[0..<n] },
    Use("low range", .badIndex, negative) { io, m, n in _ = io.a[n..<8] },
    Use("closed range", .badIndex, large + [8]) { io, m, n in _ = io.a[0...n] },
    Use("widest range", .badIndex, negative) { io, m, n in _ = io.a[n...Int.max] },
    Use("driven index", .badIndex, negative + large + [8]) { io, m, n in io.y[n] <== 1 },
    Use("driven range", .badIndex, large + [9]) { io, m, n in io.y[0..<n] <== 1 },
    Use("driven low range", .badIndex, negative) { io, m, n in io.y[n..<8] <== 1 },
    Use("driven closed range", .badIndex, large + [8]) { io, m, n in io.y[0...n] <== 1 },
    Use("constant", .badWidth, noWidth) { io, m, n in _ = m.constant(0, width: n, as: UInt.self) },
    Use("constant value", .literalDoesNotFit, negative + large) { io, m, n in
      _ = m.constant(n, width: 8, as: UInt.self)
    },
    Use("register", .badWidth, noWidth) { io, m, n in
      _ = m.register("r", UInt.self, width: n)
    },
    Use("wire", .badWidth, noWidth) { io, m, n in
      _ = m.wire("w", UInt.self, width: n, default: 0)
    },
    Use("register in use", .badWidth, noWidth) { io, m, n in
      let r = m.register("r", UInt.self, width: n, reset: 5)
      r.next <== io.a
      r.next[0..<4] <== 1
      _ = r.truncated(to: 8) & io.a
    },
    Use("wire in use", .badWidth, noWidth) { io, m, n in
      let w = m.wire("w", UInt.self, width: n, default: 5)
      m.when(io.c) { w.driver <== io.a }
      _ = w[7] & io.c
    },
    Use("register reset", .literalDoesNotFit, negative + large) { io, m, n in
      _ = m.register("r", io.a, reset: UInt(n))
    },
    Use("register initial", .literalDoesNotFit, [1 << 32, .max, .min]) { io, m, n in
      _ = m.register("r", io.s, initial: SInt(n))
    },
    Use("memory width", .badMemory, noWidth) { io, m, n in
      let r = m.memory("ram", UInt.self, width: n, depth: 4)
      r.write(io.a, at: 0)
      _ = r.read(at: 0) + io.a
    },
    Use("memory depth", .badMemory, [0, 1 << 50, .max] + negative) { io, m, n in
      let r = m.memory("ram", UInt.self, width: 8, depth: n)
      r.write(io.a, at: io.a)
      _ = r.read(at: io.a[0..<2].asUnsigned)
    },
    Use("memory lanes", .badLanes, [0] + negative + large) { io, m, n in
      let r = m.memory("ram", UInt.self, width: 8, depth: 4, lanes: n)
      r.write(io.a, at: 0, lanes: 3)
      _ = r.read(at: 0)
    },
    Use("memory contents", .badContents, [1 << 25, 1 << 30]) { io, m, n in
      let r = m.memory("ram", UInt.self, width: 8, depth: n, contents: [1])
      _ = r.read(at: 0)
    },
    Use("memory address", .literalDoesNotFit, negative + large) { io, m, n in
      let r = m.memory("ram", UInt.self, width: 8, depth: 4, contents: [1])
      _ = r.read(at: UInt(n))
    },
    Use("memory word", .literalDoesNotFit, negative + large) { io, m, n in
      let r = m.memory("ram", UInt.self, width: 8, depth: 4)
      r.write(UInt(n), at: 0)
      _ = r.read(at: 0)
    },
    Use("rom width", .badMemory, noWidth) { io, m, n in
      _ = m.rom("rom", UInt.self, width: n, contents: [1, 2]).read(at: 0)
    },
    Use("rom depth", .badMemory, [0] + negative) { io, m, n in
      _ = m.rom("rom", UInt.self, width: 8, depth: n, contents: [1, 2]).read(at: 0)
    },
    Use("rom word", .badContents, negative + large) { io, m, n in
      _ = m.rom("rom", UInt.self, width: 8, contents: .words([1, n])).read(at: 0)
    },
    Use("synchronizer", .badDomain, [0] + negative + large) { io, m, n in
      _ = m.synchronizer("late", io.c, stages: n)
    },
    Use("case", .literalDoesNotFit, negative + large) { io, m, n in
      m.switch(io.a) { $0.case(n) {} }
    },
    Use("literal beside a signal", .literalDoesNotFit, negative + large) { io, m, n in _ = io.a &+ UInt(n) },
    Use("literal shift", .badIndex, negative) { io, m, n in _ = io.a >> UInt(n) },
    Use("literal index", .badIndex, negative) { io, m, n in _ = select(UInt(n), [io.a, io.a]) & io.a },
    Use("literal bits", .badIndex, negative + large) { io, m, n in
      io.y <== UInt(1)[n..<(n == .max ? n : n + 1)].asUnsigned.extended(to: 8)
    },
    Use("literal width", .badWidth, noWidth) { io, m, n in _ = UInt(1).extended(to: n) & io.a },
    Use("literal shifted", .badIndex, negative + large) { io, m, n in _ = (UInt(1) << n) + io.a },
    Use("what a function needs", .badParameter, negative + large) { io, m, n in
      m.require((0...9).contains(n), "'\(n)' taps", fix: "use 0 to 9")
    },
  ]

  @Test(arguments: uses) func `Each is refused once, with its line`(use: Use) {
    for value in use.values {
      let probe = Probe(use.testDescription.replacing(" ", with: "_") + "\(value)", line: use.line) { io, m in
        io.y <== io.a
        use.body(io, m, value)
      }
      do {
        _ = try probe.elaborate()
        Issue.record("\(value) is taken")
      } catch {
        // A part of the output that is driven twice is another mistake, and not of interest here.
        #expect(error.diagnostics.map(\.code) == [use.code], "\(value): \(error)")
        let place = error.diagnostics[0].place
        #expect(place?.file == "HDLTests/HostIntegerTests.swift", "\(value): \(error)")
        #expect((use.line...(use.line + 4)).contains(place?.line ?? 0), "\(value): \(error)")
      }
    }
  }

  struct Wide: Generator {
    var width: Int
    struct Beat: SignalBundle {
      static let line = #line + 2
      let value: UInt
      init(_ width: Int) { value = .shape(width) }
    }
    struct Ports {
      let a: Input<UInt>
      let beat: Input<Beat>
      let stream: StreamInput<UInt>
      let y: Output<SInt>
    }
    static let line = #line + 2
    var ports: Ports {
      Ports(a: .init(width), beat: .init(Beat(width)), stream: .init(width), y: .init(width))
    }
    func build(_ io: Interior<Ports>, in m: Module) {
      io.stream.ready <== 1
      // What follows from the width is no further mistake.
      let all = (io.a + io.beat.value + io.stream.payload).truncated(to: 8)
      io.y <== (all & m.constant(5, width: 8, as: UInt.self)).asSigned
    }
  }

  @Test(arguments: noWidth) func `Ports have a width that can be`(width: Int) {
    let fix = width < 1 ? "use at least 1 bit" : "use at most 16777216 bits"
    func text(_ port: String, _ line: Int) -> String {
      """
      HDLTests/HostIntegerTests.swift:\(line): error: port '\(port)' has \(width) bits [SYS0004]
        in module Wide_width\(width < 0 ? "minus" : "")\(width.magnitude)
        fix: \(fix)

      """
    }
    let line = Wide.line
    #expect(
      diagnosis(Wide(width: width))
        == text("a", line) + text("beat.value", Wide.Beat.line) + text("stream.payload", line) + text("y", line)
        + "4 errors")
  }

  @Test func `The texts`() {
    func text(_ name: String, line: Int = #line, _ body: @escaping @Sendable (Interior<Probe.Ports>, Module) -> Void)
      -> String
    {
      let text = diagnosis(Probe(name, line: line) { io, m in body(io, m) })
      return String(text.split(separator: "error: ").dropFirst().joined().prefix { $0 != "\n" })
        + String(text.split(separator: "\n").filter { $0.hasPrefix("  fix") }.joined())
    }
    #expect(
      text("a") { io, m in io.y <== io.a.extended(to: 1 << 33).truncated(to: 8) }
        == "extended(to: 8589934592) of a signal of 8 bits [SYS0004]  fix: use at most 16777216 bits")
    #expect(
      text("b") { io, m in io.y <== (io.a << .max).truncated(to: 8) }
        == "shift by 9223372036854775807 bits; the widest signal has 16777216 [SYS0005]  fix: shift by at most 16777208"
    )
    #expect(
      text("c") { io, m in io.y <== mux(io.a[.min], 1, io.a) }
        == "bit -9223372036854775808 of a signal of 8 bits [SYS0005]  fix: use bits from 0..<8")
    #expect(
      text("d") { io, m in io.y <== (io.a.extended(to: 1 << 24) + 1).truncated(to: 8) }
        == "a signal of 16777217 bits; the widest has 16777216 [SYS0004]  fix: use at most 16777216 bits")
    #expect(
      text("e") { io, m in
        io.y <== (io.a.extended(to: 1 << 23) * io.a.extended(to: 1 << 24)).truncated(to: 8)
      } == "a signal of 25165824 bits; the widest has 16777216 [SYS0004]  fix: use at most 16777216 bits")
    #expect(
      text("f") { io, m in
        let wide = io.a.extended(to: 1 << 24)
        io.y <== concatenate(wide, wide)[0..<8].asUnsigned
      } == "a signal of 33554432 bits; the widest has 16777216 [SYS0004]  fix: use at most 16777216 bits")
    #expect(
      text("g") { io, m in io.y <== io.a & UInt(-5) }
        == "the literal -5 does not fit into 8 unsigned bits [SYS0002]  fix: use SInt for negative numbers")
    #expect(
      text("h") { io, m in io.y <== UInt(7).all.asUnsigned & io.a }
        == "the literal 7 has no width, and whether all its bits are 1 depends on one [SYS0003]"
        + "  fix: write m.constant(7, width: …, as: UInt.self)")
    #expect(
      text("i") { io, m in io.y <== (UInt(1) << 70) }
        == "the literal 0x400000000000000000 does not fit into 8 unsigned bits [SYS0002]  fix: use at least 71 bits")
    #expect(
      text("j") { io, m in io.y <== (UInt(1) << 400) }
        == "the literal 0x1000000000000000… (101 digits) does not fit into 8 unsigned bits [SYS0002]"
        + "  fix: use at least 401 bits")
  }
}
