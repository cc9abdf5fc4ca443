import HDL

/// A register between two streams with one mistake, or none.
struct Relay: DefaultConfigurable {
  enum Mistake: String, Hashable, Sendable, CaseIterable {
    case none
    /// Shows an item once more after it was taken.
    case doubles
    /// Takes an item while it has one, which is lost.
    case loses
    /// Turns the lowest bit when the item is 2.
    case corrupts
    /// Withdraws an item that is not taken at once.
    case withdraws
    /// Keeps what it took and never shows it.
    case swallows
  }

  var mistake = Mistake.none

  struct Ports {
    let input: StreamInput<Bits>
    let output: StreamOutput<Bits>
  }
  var ports: Ports { Ports(input: .init(2), output: .init(2)) }

  func build(_ io: Interior<Ports>, in m: Module) {
    let isFull = m.register("is_full", Bit.self, reset: 0)
    let again = m.register("again", Bit.self, reset: 0)
    let free = mistake == .loses ? (!isFull | io.input.valid) : (!isFull | (io.output.ready & !again))
    let takes = io.input.take(when: free)
    let item = m.register("item", io.input.payload, when: takes)
    m.when(takes) {
      isFull.next <== 1
      again.next <== (mistake == .doubles ? 1 : 0)
    }
    .otherwise(when: io.output.ready & again) { again.next <== 0 }
    .otherwise(when: io.output.ready | (mistake == .withdraws ? 1 : 0)) { isFull.next <== 0 }
    io.output.valid <== (mistake == .swallows ? isFull & (item .!= 3) : isFull)
    io.output.payload
      <== (mistake == .corrupts ? mux(item .== 2, m.constant(3, width: 2, as: Bits.self), item) : item)
  }
}

/// Two registers between two streams: a queue of two items.
struct TwoRelays: Generator {
  struct Ports {
    let input: StreamInput<Bits>
    let output: StreamOutput<Bits>
  }
  var ports: Ports { Ports(input: .init(2), output: .init(2)) }

  func build(_ io: Interior<Ports>, in m: Module) {
    let first = m.instance(Relay(), "first")
    let second = m.instance(Relay(), "second")
    first.input <== io.input
    second.input <== first.output
    io.output <== second.output
  }
}

/// Valid follows ready, against the rules of a stream.
struct ImpoliteWire: Generator {
  var isPolite = false

  struct Ports {
    let input: StreamInput<Bits>
    let output: StreamOutput<Bits>
  }
  var ports: Ports { Ports(input: .init(2), output: .init(2)) }

  func build(_ io: Interior<Ports>, in m: Module) {
    io.output.valid <== (isPolite ? io.input.valid : io.input.valid & io.output.ready)
    io.output.payload <== io.input.payload
    io.input.ready <== io.output.ready
  }
}

/// Counts modulo 16; reaches 12 only after twelve steps.
struct Count: DefaultConfigurable {
  struct Ports {
    let step: Input<Bit>
    let count: Output<UInt>
  }
  var ports: Ports { Ports(step: .init(), count: .init(4)) }

  func build(_ io: Interior<Ports>, in m: Module) {
    let count = m.register("count", UInt.self, width: 4, reset: 0)
    m.when(io.step) { count.next <== count &+ 1 }
    io.count <== count
  }
}
