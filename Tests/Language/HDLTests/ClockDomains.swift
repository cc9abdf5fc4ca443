import HDL

extension ClockDomain {
  static let write = ClockDomain("write")
  static let read = ClockDomain("read")
}

/// A value and whether it counts.
struct Tagged: SignalBundle {
  let value = UInt.shape(8)
  let isValid = Bit.shape
}

/// A module of two clocks around a closure; every input but the plain one belongs to `write`, the output to `read`.
struct CrossingProbe: Generator {
  let name: String
  let line: Int
  let body: @Sendable (Interior<Ports>, Module) -> Void

  init(_ name: String, line: Int, _ body: @escaping @Sendable (Interior<Ports>, Module) -> Void) {
    self.name = name
    self.line = line
    self.body = body
  }

  struct Ports {
    let early: Input<UInt>
    let step: Input<Bit>
    let list: [Input<UInt>]
    let tagged: Input<Tagged>
    let items: StreamInput<UInt>
    let plain: Input<UInt>
    let loose: Input<Bit>
    let late: Output<UInt>
  }
  var ports: Ports {
    Ports(
      early: .init(8).in(.write), step: .init().in(.write), list: [.init(8).in(.write), .init(8).in(.read)],
      tagged: .init(Tagged()).in(.write), items: .init(8).in(.write), plain: .init(8), loose: .init().asynchronous(),
      late: .init(8).in(.read))
  }
  func build(_ io: Interior<Ports>, in m: Module) {
    io.items.ready <== 1
    body(io, m)
  }

  static func == (left: CrossingProbe, right: CrossingProbe) -> Bool {
    left.name == right.name && left.line == right.line
  }
  func hash(into hasher: inout Hasher) { hasher.combine(name) }
}

/// Passes its input on, in the domain of whoever uses it.
struct Pass: DefaultConfigurable {
  struct Ports {
    let a: Input<UInt>
    let y: Output<UInt>
  }
  var ports: Ports { Ports(a: .init(8), y: .init(8)) }
  func build(_ io: Interior<Ports>, in m: Module) { io.y <== io.a }
}

/// A value that stays for a clock, and can be reset.
struct Stage: DefaultConfigurable {
  struct Ports {
    let a: Input<UInt>
    let y: Output<UInt>
  }
  var ports: Ports { Ports(a: .init(8), y: .init(8)) }
  func build(_ io: Interior<Ports>, in m: Module) { io.y <== m.register("stage", io.a, reset: 7) }
}

/// What it promises of its ports is not so: a path leads through it from one clock to the other.
struct Leak: DefaultConfigurable {
  struct Ports {
    let a: Input<UInt>
    let y: Output<UInt>
  }
  var ports: Ports { Ports(a: .init(8).in(.write), y: .init(8).in(.read)) }
  func build(_ io: Interior<Ports>, in m: Module) { io.y <== ~io.a }
}

/// A level that crosses, and a stage that the other side resets; one clock falls, its reset is active low.
struct Alarm: DefaultConfigurable {
  static let bus = ClockDomain("bus", reset: ResetStyle(.asynchronous, .activeLow), edge: .falling)

  struct Ports {
    let level: Input<Bit>
    let clear: Input<Bit>
    let word: Input<UInt>
    let alarm: Output<Bit>
    let kept: Output<UInt>
  }
  var ports: Ports {
    Ports(
      level: .init().in(.write), clear: .init().in(.write), word: .init(8).in(.write), alarm: .init().in(Self.bus),
      kept: .init(8).in(.write))
  }
  func build(_ io: Interior<Ports>, in m: Module) {
    let level = m.domain(.write) { m.register("level", io.level, when: !io.clear) }
    io.alarm <== m.domain(Self.bus) { m.synchronizer("alarm", level, reset: 0) }
    let clear = m.domain(.write) { m.register("clear", io.clear) }
    let stage = m.instance(Stage(), "stage", clocks: [.main: .write], resets: [.main: clear])
    stage.a <== io.word
    io.kept <== stage.y
  }
}
