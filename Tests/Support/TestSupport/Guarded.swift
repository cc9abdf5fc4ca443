public import HDL

/// A counter with a limit and statements about it.
public struct GuardedCounter: DefaultConfigurable {
  public struct Ports {
    let step: Input<UInt>
    let enable: Input<Bit>
    let count: Output<UInt>
  }
  public var ports: Ports { Ports(step: .init(4), enable: .init(), count: .init(8)) }

  public init() {}

  public func build(_ io: Interior<Ports>, in m: Module) {
    let count = m.register("count", UInt.self, width: 8, reset: 0)
    m.when(io.enable) {
      count.next <== (count &+ io.step.extended(to: 8))
      m.assert((count + io.step) .<= 200, "below_limit", "more than 200 % of \"full\"")
      m.cover(count .== 100, "passes_hundred")
    }
    m.assume(io.step .!= 15, "small_steps")
    io.count <== count
  }
}

/// Two counters side by side.
public struct GuardedCounters: DefaultConfigurable {
  public struct Ports {
    let steps: [Input<UInt>]
    let enable: Input<Bit>
    let counts: [Output<UInt>]
  }
  public var ports: Ports {
    Ports(
      steps: (0..<2).map { _ in .init(4) }, enable: .init(), counts: (0..<2).map { _ in .init(8) })
  }

  public init() {}

  public func build(_ io: Interior<Ports>, in m: Module) {
    for index in 0..<2 {
      let counter = m.instance(GuardedCounter(), "counter_\(index)")
      counter.step <== io.steps[index]
      counter.enable <== io.enable
      io.counts[index] <== counter.count
    }
  }
}

/// Takes items from a stream; remembers something for the assertion about it alone, the reset included.
public struct WatchedStream: DefaultConfigurable {
  public struct Ports {
    let input: StreamInput<Bits>
    let ready: Input<Bit>
    let last: Output<Bits>
  }
  public var ports: Ports { Ports(input: .init(8), ready: .init(), last: .init(8)) }

  public init() {}

  public func build(_ io: Interior<Ports>, in m: Module) {
    let takes = io.input.take(when: io.ready)
    let calls = m.register("calls", UInt.self, width: 4, reset: 0)
    m.when(takes) { calls.next <== calls &+ 1 }
    m.cover(calls .== 9, "nine_items")
    io.last <== m.register("last", io.input.payload, when: takes)
  }
}
