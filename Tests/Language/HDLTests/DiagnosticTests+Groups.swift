import HDL

struct BusAddress: SignalBundle {
  let addr: UInt
  let id: Bits?
}

/// A bus of two channels and two lines, from the side of the one who asks.
struct ProbeBus: PortGroup {
  static let naming = PortNaming.joined
  let aw: StreamOutput<BusAddress>
  let b: StreamInput<Bits>
  let lock: Output<Bit>?
  let level: Input<SInt>

  static let awLine = #line + 3
  init(width: Int, idWidth: Int = 0, hasLock: Bool = false) {
    let id: Bits? = idWidth > 0 ? .shape(idWidth) : nil
    aw = .init(BusAddress(addr: .shape(width), id: id))
    b = .init(2)
    lock = hasLock ? .init() : nil
    level = .init(4)
  }
  static let lockLine = awLine + 2
  static let levelLine = awLine + 3
}

/// The other side as somebody else has written it, with a number that has no sign.
struct OtherBus: PortGroup {
  let aw: StreamInput<BusAddress>
  let b: StreamOutput<Bits>
  let level: Output<UInt>
}

struct BusEnd: Generator {
  var width = 8
  var idWidth = 0
  var hasLock = false
  struct Ports { let axi: ProbeBus }
  var ports: Ports { Ports(axi: .init(width: width, idWidth: idWidth, hasLock: hasLock)) }
  func build(_ io: Interior<Ports>, in m: Module) {
    io.axi.lock <== (hasLock ? 0 : nil)
    io.axi.b.ready <== 1
    io.axi.aw.valid <== 0
    io.axi.aw.payload.addr <== 0
    io.axi.aw.payload.id <== (idWidth > 0 ? 0 : nil)
  }
}

struct BusTarget: Generator {
  var width = 8
  var hasLock = false
  struct Ports { let bus: Flipped<ProbeBus> }
  static let line = #line + 1
  var ports: Ports { Ports(bus: .init(ProbeBus(width: width, hasLock: hasLock))) }
  func build(_ io: Interior<Ports>, in m: Module) {
    io.bus.level <== 0
    io.bus.b.valid <== 0
    io.bus.b.payload <== 0
    io.bus.aw.ready <== 0
  }
}

struct OtherTarget: Generator {
  struct Ports { let bus: OtherBus }
  static let levelLine = #line + 1
  var ports: Ports { Ports(bus: .init(aw: .init(BusAddress(addr: .shape(8), id: nil)), b: .init(2), level: .init(4))) }
  func build(_ io: Interior<Ports>, in m: Module) {
    io.bus.level <== 0
    io.bus.b.valid <== 0
    io.bus.b.payload <== 0
    io.bus.aw.ready <== 0
  }
}

extension DiagnosticTests {
  private static let file = "HDLTests/DiagnosticTests+Groups.swift"

  static let groupMistakes: [Mistake] = [
    Mistake(
      .fieldMismatch, "groupWidth",
      { io, m in
        let manager = m.instance(BusEnd(width: 12), "manager")
        let target = m.instance(BusTarget(width: 8), "target")
        target.bus <== manager.axi
        io.y <== 0
      },
      text: """
        @5: error: field 'target.bus.aw.payload.addr' has 8 bits, and 'manager.axi.aw.payload.addr' has 12 [SYS0051]
          in module #
          note: \(file):\(ProbeBus.awLine): 'target.bus.aw.payload.addr' is declared here
          note: \(file):\(ProbeBus.awLine): 'manager.axi.aw.payload.addr' is declared here
          note: @4: 'target' is made here
          note: @3: 'manager' is made here
          fix: give both sides of the group the same parameters
        1 error
        """),
    Mistake(
      .fieldMissing, "groupField",
      { io, m in
        let manager = m.instance(BusEnd(idWidth: 2), "manager")
        let target = m.instance(BusTarget(), "target")
        target.bus <== manager.axi
        io.y <== 0
      },
      text: """
        @5: error: field 'manager.axi.aw.payload.id' is missing in 'target.bus' [SYS0050]
          in module #
          note: \(file):\(ProbeBus.awLine - 1): 'manager.axi.aw.payload.id' is declared here
          note: @3: 'manager' is made here
          note: @4: 'target' is made here
          fix: give both sides of the group the same parameters, or connect the fields one by one
        1 error
        """),
    Mistake(
      .fieldMissing, "groupPort",
      { io, m in
        let manager = m.instance(BusEnd(), "manager")
        let target = m.instance(BusTarget(hasLock: true), "target")
        target.bus <== manager.axi
        io.y <== 0
      },
      text: """
        @5: error: field 'target.bus.lock' is missing in 'manager.axi' [SYS0050]
          in module #
          note: \(file):\(ProbeBus.lockLine): 'target.bus.lock' is declared here
          note: @4: 'target' is made here
          note: @3: 'manager' is made here
          fix: give both sides of the group the same parameters, or connect the fields one by one
        1 error
        """),
    Mistake(
      .fieldDirection, "groupSides",
      { io, m in
        let first = m.instance(BusEnd(), "first")
        let second = m.instance(BusEnd(), "second")
        second.axi <== first.axi
        io.y <== 0
      },
      text: """
        @5: error: field 'second.axi.aw.valid' is given by both sides, by 'first.axi.aw.valid' too, as 6 more of the group [SYS0052]
          in module #
          note: \(file):\(ProbeBus.awLine): 'second.axi.aw.valid' is declared here
          note: \(file):\(ProbeBus.awLine): 'first.axi.aw.valid' is declared here
          note: @4: 'second' is made here
          note: @3: 'first' is made here
          fix: write the group of one side as Flipped<…>, or connect with a counterpart
        1 error
        """),
    Mistake(
      .fieldMismatch, "groupSign",
      { io, m in
        let manager = m.instance(BusEnd(), "manager")
        let target = m.instance(OtherTarget(), "target")
        target.bus <== manager.axi
        io.y <== 0
      },
      text: """
        @5: error: field 'manager.axi.level' is signed, and 'target.bus.level' is not [SYS0051]
          in module #
          note: \(file):\(OtherTarget.levelLine): 'target.bus.level' is declared here
          note: \(file):\(ProbeBus.levelLine): 'manager.axi.level' is declared here
          note: @4: 'target' is made here
          note: @3: 'manager' is made here
          fix: declare both as SInt, or neither
        1 error
        """),
    Mistake(
      .severalDrivers, "groupTwice",
      { io, m in
        let first = m.instance(BusEnd(), "first")
        let second = m.instance(BusEnd(), "second")
        let target = m.instance(BusTarget(), "target")
        target.bus <== first.axi
        target.bus <== second.axi
        io.y <== 0
      },
      text: """
        @7: error: 'target.bus' is driven twice, as its field 'target.bus.aw.valid' is [SYS0008]
          in module #
          note: @6: first driven here
          fix: connect it once; where one of several is chosen, connect each under m.when
        1 error
        """),
    Mistake(
      .fieldMissing, "optionalSink",
      { io, m in
        let manager = m.instance(BusEnd(hasLock: true), "manager")
        let target = m.instance(BusTarget(hasLock: true), "target")
        target.bus <== manager.axi
        let absent: Sink<Bit>? = nil
        absent <== io.c
        io.y <== 0
      },
      text: """
        @7: error: 'c' is connected with a port that is absent [SYS0050]
          in module #
          note: @ports: 'c' is declared here
          fix: declare it on both sides or on neither; a value for a port that may be absent is nil where it is
        1 error
        """),
    Mistake(
      .fieldMissing, "optionalValue",
      { io, m in
        let (value, sink): (UInt?, Sink<UInt>?) = (nil, io.y)
        sink <== value
      },
      text: """
        @4: error: 'y' is connected with a port that is absent [SYS0050]
          in module #
          note: @ports: 'y' is declared here
          fix: declare it on both sides or on neither; a value for a port that may be absent is nil where it is
        1 error
        """),
    Mistake(
      .fieldMissing, "listLength", { io, m in [io.y] <== [io.a, io.a] },
      text: """
        @1: error: 1 signals are driven by a list of 2 [SYS0050]
          in module #
          note: @ports: 'y' is declared here
          fix: give both lists one length
        1 error
        """),
  ]
}
