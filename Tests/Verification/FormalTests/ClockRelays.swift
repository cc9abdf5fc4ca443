import HDL

/// Hands items from one clock to another with one mistake, or none.
struct ClockRelay: DefaultConfigurable {
  enum Mistake: String, Hashable, Sendable, CaseIterable {
    case none
    /// Takes the next item without waiting for the other side.
    case hurries
    /// Acknowledges before the item is taken.
    case promises
  }

  static let near = ClockDomain("near")
  static let far = ClockDomain("far", reset: ResetStyle(.asynchronous, .activeLow))

  var mistake = Mistake.none
  /// Whether the far side stands in a module of its own.
  var isNested = false

  struct Ports {
    let input: StreamInput<Bits>
    let output: StreamOutput<Bits>
  }
  var ports: Ports { Ports(input: .init(2).in(Self.near), output: .init(2).in(Self.far)) }

  func build(_ io: Interior<Ports>, in m: Module) {
    guard !isNested else {
      let inner = m.instance(ClockRelay(mistake: mistake), "inner")
      inner.input <== io.input
      io.output <== inner.output
      return
    }
    let asks = m.domain(Self.near) { m.register("asks", Bit.self, reset: 0) }
    let answers = m.domain(Self.far) { m.register("answers", Bit.self, reset: 0) }
    let item = m.domain(Self.near) {
      let isFree = m.synchronizer("answered", answers, reset: 0) .== asks
      let takes = io.input.take(when: mistake == .hurries ? 1 : isFree)
      m.when(takes) { asks.next <== !asks }
      return m.register("item", io.input.payload, when: takes)
    }
    m.domain(Self.far) {
      let isAsked = m.synchronizer("asked", asks, reset: 0) .!= answers
      let isShown = m.register("is_shown", Bit.self, reset: 0)
      let loads = isAsked & (!isShown | io.output.ready)
      m.when(mistake == .promises ? isAsked : loads) { answers.next <== !answers }
      m.when(loads) { isShown.next <== 1 }.otherwise(when: io.output.ready) { isShown.next <== 0 }
      io.output.valid <== isShown
      io.output.payload <== m.captured("taken", item, when: loads)
    }
  }
}

/// Makes a reset for a relay inside.
struct ResetRelay: DefaultConfigurable {
  struct Ports {
    let off: Input<Bit>
    let input: StreamInput<Bits>
    let output: StreamOutput<Bits>
  }
  var ports: Ports {
    Ports(off: .init().in(ClockRelay.near), input: .init(2).in(ClockRelay.near), output: .init(2).in(ClockRelay.far))
  }

  func build(_ io: Interior<Ports>, in m: Module) {
    let inner = m.instance(ClockRelay(), "inner", resets: [ClockRelay.near: io.off])
    inner.input <== io.input
    io.output <== inner.output
  }
}
