import HDL
import Netlist
import NumberFormats
import Testing
import Verilog

/// Values of two formats, and values that cannot be, wherever they may meet.
@Suite struct FormatFaultTests {
  /// A generator from closures.
  private struct Made<P>: Generator, @unchecked Sendable {
    let ports: P
    let body: (Interior<P>, Module) -> Void
    func build(_ io: Interior<P>, in m: Module) { body(io, m) }
    static func == (a: Self, b: Self) -> Bool { true }
    func hash(into hasher: inout Hasher) {}
  }

  private static func diagnosed<P>(_ ports: P, _ body: @escaping (Interior<P>, Module) -> Void) -> String {
    diagnosis(Made(ports: ports, body: body))
  }

  private static func fixed(_ integer: Int, _ fraction: Int) -> FixedPointFormat {
    try! FixedPointFormat(integerBits: integer, fractionBits: fraction, isSigned: true)
  }

  private enum First: HardwareEnum { case one, two }
  private enum Second: HardwareEnum { case three, four }

  private struct Group<E: PortElement>: PortGroup {
    let x: Output<E>
  }

  private struct GroupPorts<A: PortElement, B: PortElement> {
    let left: Flipped<Group<A>>
    let right: Group<B>
  }

  @Test func `A group connects no two formats`() {
    let fixed = Self.diagnosed(
      GroupPorts<FixedPoint, FixedPoint>(
        left: .init(.init(x: .init(shape: Self.fixed(4, 4)))), right: .init(x: .init(shape: Self.fixed(2, 6))))
    ) { io, m in io.right <== io.left }
    #expect(fixed.contains("field 'right.x' has the format Q(2, 6), and 'left.x' has Q(4, 4) [SYS0051]"), "\(fixed)")
    let vectors = Self.diagnosed(
      GroupPorts<Vector<UInt>, Vector<UInt>>(
        left: .init(.init(x: .init(4, of: 2))), right: .init(x: .init(2, of: 4)))
    ) { io, m in io.right <== io.left }
    #expect(vectors.contains("has the format 2 × UInt(4), and 'left.x' has 4 × UInt(2)"), "\(vectors)")
    let enums = Self.diagnosed(
      GroupPorts<Enum<First>, Enum<Second>>(left: .init(.init(x: .init())), right: .init(x: .init()))
    ) { io, m in io.right <== io.left }
    #expect(enums.contains("has the format Second, and 'left.x' has First"), "\(enums)")
    let equal = Self.diagnosed(
      GroupPorts<Enum<First>, Enum<First>>(left: .init(.init(x: .init())), right: .init(x: .init()))
    ) { io, m in io.right <== io.left }
    #expect(equal == "no mistake")
  }

  private struct ChainCell: Generator {
    struct Ports { let a: Input<FixedPoint>, q: Output<FixedPoint> }
    var ports: Ports {
      Ports(a: .init(shape: FormatFaultTests.fixed(4, 4)), q: .init(shape: FormatFaultTests.fixed(2, 6)))
    }
    func build(_ io: Interior<Ports>, in m: Module) {
      io.q <== FixedPoint(io.a.code.bits, as: FormatFaultTests.fixed(2, 6))
    }
  }

  @Test func `A chain of a grid continues no other format`() {
    struct Ports { let a: Input<FixedPoint> }
    let text = Self.diagnosed(Ports(a: .init(shape: Self.fixed(4, 4)))) { io, m in
      let g = m.grid(ChainCell(), "g", rows: 1, columns: 3)
      g.a <== .chain(g.q, from: .firstColumn, entering: [io.a])
    }
    #expect(text.contains("'a' of grid 'g' has the format Q(4, 4) and continues 'q' of Q(2, 6) [SYS0038]"), "\(text)")
  }

  @Test func `Bits of another width are no number and no vector`() {
    struct Ports { let bits: Input<Bits>, y: Output<Bits> }
    func text(_ body: @escaping (Bits) -> Bits) -> String {
      Self.diagnosed(Ports(bits: .init(8), y: .init(8))) { io, m in io.y <== body(io.bits) }
    }
    for (found, what) in [
      (
        text { Vector<UInt>($0, count: 3, of: 8).bits },
        "8 bits are read as a vector of 3 elements of 8 bits, which has 24"
      ),
      (text { FloatingNumber($0, as: .float16).bits }, "which has 16"),
      (text { FixedPoint($0, as: Self.fixed(8, 8)).code.bits }, "which has 16"),
      (text { Vector<Bit>($0, count: 4, of: 2).bits }, "the elements of a Vector<Bit> have 2 bits"),
    ] {
      #expect(found.contains(what) && found.hasPrefix("HDLTests/FormatFaultTests.swift:"), "\(found)")
    }
  }

  @Test func `A vector that cannot be is refused, whatever is asked of it`() {
    struct Ports { let v: Input<Vector<UInt>>, i: Input<UInt>, y: Output<UInt> }
    for (count, width) in [(-1, 8), (0, 8), (4, -1), (4, 0), (1 << 40, 8), (1 << 40, 0)] {
      let text = Self.diagnosed(Ports(v: .init(count, of: width), i: .init(2), y: .init(8))) { io, m in
        _ = io.v.map { $0 }
        _ = (io.v[0], io.v[io.i])
        io.y <== 0
      }
      #expect(text.contains("port 'v' has") && text.contains("SYS0004"), "\(count) × \(width): \(text)")
    }
    let shape = Self.diagnosed(Ports(v: .init(2, of: 8), i: .init(2), y: .init(8))) { io, m in
      let held = m.register("held", of: Vector<Bit>.shape(4, of: 2), reset: nil)
      io.y <== io.v[0]
      _ = held
    }
    #expect(shape.contains("the elements of a Vector<Bit> have 2 bits"), "\(shape)")
  }

  @Test func `A binary point beyond every width is refused`() {
    struct Ports { let x: Input<SInt>, y: Output<SInt> }
    for fraction in [Int.max, .min, 1 << 30] {
      let text = Self.diagnosed(Ports(x: .init(8), y: .init(8))) { io, m in
        let number = FixedPoint(.signed(io.x), fractionBits: fraction)
        _ = (number + number, number * number)
        io.y <== io.x
      }
      #expect(text.contains("a number in fixed point has \(fraction) bits after the binary point"), "\(text)")
    }
  }

  private struct Hidden { let x: UInt }
  private struct Hiding: SignalBundle {
    let inner: Hidden
    let v: UInt
  }
  private enum Either: SignalBundle { case one(UInt), two(UInt) }

  private struct Nothing: SignalBundle {}
  private struct EmptyFirst: SignalBundle {
    let nothing: Nothing
    let v: UInt
  }
  private struct EmptyGroup: PortGroup {}

  @Test func `A bundle hides no signal, and is a struct`() {
    struct Ports { let a: Input<UInt>, y: Output<UInt> }
    let hidden = Self.diagnosed(Ports(a: .init(8), y: .init(8))) { io, m in
      io.y <== m.register("r", Hiding(inner: Hidden(x: io.a), v: io.a)).v
    }
    #expect(
      hidden.contains("field 'inner' of Hiding is a Hidden, which hides a UInt")
        && hidden.contains("declare Hidden as a SignalBundle"), "\(hidden)")
    let either = Self.diagnosed(Ports(a: .init(8), y: .init(8))) { io, m in
      _ = m.register("r", Either.one(io.a))
      io.y <== io.a
    }
    #expect(either.contains("Either is no struct of values whose types are known"), "\(either)")
  }

  @Test func `What has no ports and no fields may stand anywhere`() throws {
    struct Ports { let x: Input<UInt>, nothing: EmptyGroup, y: Output<UInt> }
    let text = Self.diagnosed(Ports(x: .init(8), nothing: .init(), y: .init(8))) { io, m in
      _ = io.nothing
      let held = m.register("held", of: EmptyFirst(nothing: Nothing(), v: .shape(8)))
      held.next.v <== io.x
      io.y <== held.v
    }
    #expect(text == "no mistake")
  }

  @Test func `A register that nothing assigns has a value in reset`() {
    struct Beat: SignalBundle { let value: UInt, flag: Bit }
    struct Ports { let a: Input<UInt>, y: Output<UInt> }
    let ports = Ports(a: .init(8), y: .init(8))
    let field = Self.diagnosed(ports) { io, m in
      let beat = m.register("beat", of: Beat(value: .shape(8), flag: .shape))
      beat.next.value <== io.a
      io.y <== mux(beat.flag, beat.value, io.a)
    }
    #expect(
      field.contains("register 'beat_flag' is never assigned, and has no value to start with [SYS0006]"), "\(field)")
    let element = Self.diagnosed(ports) { io, m in
      let lanes = m.register("lanes", of: Vector<UInt>.shape(2, of: 8))
      lanes.next[0] <== io.a
      io.y <== lanes[1]
    }
    #expect(element.contains("register 'lanes' is never assigned at bits 8..<16"), "\(element)")
    let reset = Self.diagnosed(ports) { io, m in
      io.y <== m.register("fixed", UInt.self, width: 8, reset: 3)
    }
    #expect(reset == "no mistake")
  }

  @Test func `Lists of everything are connected, and so is what may be absent`() throws {
    struct Beat: SignalBundle { let value: UInt, flag: Bit }
    struct Ports {
      let beats: [Input<Beat>], beatsOut: [Output<Beat>]
      let vectors: [Input<Vector<UInt>>], vectorsOut: [Output<Vector<UInt>>]
      let fixed: [Input<FixedPoint>], fixedOut: [Output<FixedPoint>]
      let streams: [StreamInput<UInt>], streamsOut: [StreamOutput<UInt>]
      let groups: [Flipped<Group<UInt>>], groupsOut: [Group<UInt>]
      let some: Input<Vector<UInt>>?, someOut: Output<Vector<UInt>>?
      let none: Input<FixedPoint>?, noneOut: Output<FixedPoint>?
    }
    let beat = Beat(value: .shape(4), flag: .shape)
    func ports(_ outputs: Int) -> Ports {
      Ports(
        beats: (0..<2).map { _ in .init(shape: beat) }, beatsOut: (0..<outputs).map { _ in .init(shape: beat) },
        vectors: (0..<2).map { _ in .init(2, of: 3) }, vectorsOut: (0..<outputs).map { _ in .init(2, of: 3) },
        fixed: (0..<2).map { _ in .init(shape: Self.fixed(4, 4)) },
        fixedOut: (0..<outputs).map { _ in .init(shape: Self.fixed(4, 4)) },
        streams: (0..<2).map { _ in .init(8) }, streamsOut: (0..<outputs).map { _ in .init(8) },
        groups: (0..<2).map { _ in .init(.init(x: .init(3))) },
        groupsOut: (0..<outputs).map { _ in .init(x: .init(3)) },
        some: .init(2, of: 3), someOut: .init(2, of: 3), none: nil, noneOut: nil)
    }
    func connect(_ io: Interior<Ports>, _ m: Module) {
      io.beatsOut <== io.beats
      io.vectorsOut <== io.vectors
      io.fixedOut <== io.fixed
      io.streamsOut <== io.streams
      io.groupsOut <== io.groups
      io.someOut <== io.some
      io.noneOut <== io.none
    }
    #expect(Self.diagnosed(ports(2), connect) == "no mistake")
    let fewer = Self.diagnosed(ports(1), connect)
    for what in [
      "1 signals are driven by a list of 2", "1 streams are connected with a list of 2",
      "1 groups are connected with a list of 2",
    ] { #expect(fewer.contains(what), "\(fewer)") }
    #expect(fewer.contains("5 errors"), "\(fewer)")
  }

  @Test func `A scope with a bad name is named`() {
    struct Ports { let a: Input<UInt>, y: Output<UInt> }
    let text = Self.diagnosed(Ports(a: .init(8), y: .init(8))) { io, m in
      m.scope("1 x") { io.y <== m.register("q", io.a) }
    }
    #expect(text.contains("'1 x_q' is no identifier") || text.contains("'1_x_q' is no identifier"), "\(text)")
  }
}
