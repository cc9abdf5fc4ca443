import HDL

extension ClockDomain {
  static let fast = ClockDomain("fast")
  static let slow = ClockDomain("slow", reset: ResetStyle(.asynchronous, .activeLow))
  static let falling = ClockDomain("falling", edge: .falling)
}

/// Counts from 5 on.
struct ClockedCounter: DefaultConfigurable {
  var width = 8

  struct Ports {
    let step: Input<Bit>
    let count: Output<UInt>
  }
  var ports: Ports { Ports(step: .init(), count: .init(width)) }

  func build(_ io: Interior<Ports>, in m: Module) {
    let count = m.register("count", UInt.self, width: width, reset: 5)
    m.when(io.step) { count.next <== count &+ 3 }
    io.count <== count
  }
}

/// 1 from the beginning of a reset until two clocks after its end.
struct ReleasedReset: DefaultConfigurable {
  struct Ports { let active: Output<Bit> }
  var ports: Ports { Ports(active: .init()) }

  func build(_ io: Interior<Ports>, in m: Module) {
    m.domain(.main(reset: ResetStyle(.asynchronous))) {
      io.active <== m.synchronizer("release", 0, stages: 2, reset: 1)
    }
  }
}

/// Counters of one module with each clock and kind of reset, and everything that may cross.
struct ClockZoo: DefaultConfigurable {
  struct Ports {
    let step: Input<Bit>
    let off: Input<Bit>
    let word: Input<Bits>
    let fast, slow, released: Output<UInt>
    let seen: Output<Bit>
    let falling: Output<UInt>
    let stored: Output<Bits>
    let kept: Output<Bits>
  }
  var ports: Ports {
    Ports(
      step: .init().in(.fast), off: .init().asynchronous(), word: .init(70).in(.fast), fast: .init(8).in(.fast),
      slow: .init(8).in(.slow), released: .init(8).in(.slow), seen: .init().in(.slow), falling: .init(8).in(.falling),
      stored: .init(70).in(.slow), kept: .init(70).in(.slow))
  }

  func build(_ io: Interior<Ports>, in m: Module) {
    let fast = m.instance(ClockedCounter(), "fast_counter", clocks: [.main: .fast])
    fast.step <== io.step
    io.fast <== fast.count

    let seen = m.domain(.slow) { m.synchronizer("seen", fast.count[3], stages: 3, reset: 0) }
    io.seen <== seen
    let slow = m.domain(.slow) { m.instance(ClockedCounter(), "slow_counter") }
    slow.step <== seen
    io.slow <== slow.count

    let release = m.instance(ReleasedReset(), "release_sync", clocks: [.main: .slow], resets: [.main: io.off])
    let released = m.instance(
      ClockedCounter(), "released_counter", clocks: [.main: .slow], resets: [.main: release.active])
    released.step <== 1
    io.released <== released.count

    m.domain(.falling) {
      let count = m.register("falling_count", UInt.self, width: 8, reset: 0)
      count.next <== count &+ 1
      io.falling <== count
    }

    let words = m.memory("words", Bits.self, width: 70, depth: 4, contents: [1, 2, 3, 4], isShared: true)
    m.domain(.fast) {
      words.write(io.word, at: m.register("place", fast.count[0..<2].asUnsigned, initial: 0), when: io.step)
    }
    m.domain(.slow) {
      io.stored <== words.read(at: slow.count[0..<2].asUnsigned)
      io.kept <== m.captured("kept", io.word, when: slow.count[1], reset: 0)
    }
  }
}
