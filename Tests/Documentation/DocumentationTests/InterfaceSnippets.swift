import HDL

// What the pages show of interfaces, in surroundings that the compiler takes. The test of this folder compares both.

struct GuideSentences: Generator {
  struct Ports { let dividend: Input<UInt>, start: Input<Bit>, quotient: Output<UInt> }
  var ports: Ports {
    Ports(
      dividend: .init(8, "Dividend"), start: .init("1 to begin"), quotient: .init(8, "Quotient, rounded towards zero"))
  }
  func build(_ io: Interior<Ports>, in m: Module) {
    io.quotient <== m.register("quotient", io.dividend, when: io.start)
  }
}

struct GuideInterfaces: Generator {
  struct Link: PortGroup {
    static let naming = PortNaming.joined
    let request: StreamOutput<UInt>
    let response: StreamInput<Bits>
    let lock: Output<Bit>?

    init(width: Int, hasLock: Bool = false) {
      request = .init(width, "Addresses")
      response = .init(8, "What stands there, in order")
      lock = hasLock ? .init("1 while others must wait") : nil
    }
  }

  struct Cache: Generator {
    typealias Ports = GuideInterfaces.Ports
    var ports: Ports { GuideInterfaces().ports }
    func build(_ io: Interior<Ports>, in m: Module) { io.down <== io.up }
  }

  struct Ports { let up: Flipped<Link>, down: Link }
  var ports: Ports { Ports(up: .init(Link(width: 8)), down: Link(width: 8)) }
  func build(_ io: Interior<Ports>, in m: Module) {
    let cache = m.instance(Cache(), "cache")
    cache.up <== io.up
    io.down <== cache.down
  }
}

struct GuideAbsent: Generator {
  var counts = true

  struct Stage: Generator {
    var isThere: Bool
    struct Ports { let number: Input<UInt>?, sums: [Output<UInt>] }
    var ports: Ports { Ports(number: isThere ? .init(4) : nil, sums: [.init(4), .init(4)]) }
    func build(_ io: Interior<Ports>, in m: Module) { for sum in io.sums { sum <== io.number ?? 0 } }
  }

  struct Ports { let number: Input<UInt>?, sums: [Output<UInt>], count: Output<UInt>? }
  var ports: Ports {
    Ports(number: counts ? .init(4) : nil, sums: [.init(4), .init(4)], count: counts ? .init(4) : nil)
  }
  func build(_ io: Interior<Ports>, in m: Module) {
    let stage = m.instance(Stage(isThere: counts), "stage")
    let number = m.register("steps", UInt.self, width: 4, reset: 0)
    number.next <== number &+ 1
    connect(io, stage, number)
  }

  func connect(_ io: Interior<Ports>, _ stage: Exterior<Stage.Ports>, _ number: UInt) {
    stage.number <== io.number
    io.sums <== stage.sums
    io.count <== (counts ? number : nil)
  }
}

struct DecisionInterfaces: Generator {
  struct Bus: PortGroup {
    let aw: StreamOutput<UInt>
    let b: StreamInput<Bits>
    init(width: Int) { (aw, b) = (.init(width, "Addresses"), .init(2, "Answers")) }
  }

  struct Ports { let up: Flipped<Bus>, down: Bus }
  var ports: Ports { Ports(up: .init(Bus(width: 8)), down: Bus(width: 8)) }
  func build(_ io: Interior<Ports>, in m: Module) { io.down <== io.up }
}
