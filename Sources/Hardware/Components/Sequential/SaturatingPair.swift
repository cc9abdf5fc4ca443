import HDL

/// Which of two counters an item steps.
public struct StepPair: SignalBundle {
  /// 1 for a step of the first counter.
  public let first: Bit
  /// 1 for a step of the second counter.
  public let second: Bit

  /// Two bits.
  public init() { self.init(first: .shape, second: .shape) }

  public init(first: Bit, second: Bit) { (self.first, self.second) = (first, second) }
}

/// Two counts.
public struct CountPair: SignalBundle {
  /// The first count.
  public let first: UInt
  /// The second count.
  public let second: UInt

  /// Counts of `width` bits.
  public init(width: Int) { self.init(first: .shape(width), second: .shape(width)) }

  public init(first: UInt, second: UInt) { (self.first, self.second) = (first, second) }
}

/// Two counters between two streams, which stop at their greatest value instead of beginning again.
///
/// Each item steps either counter, both or none; the counts after it leave as one item. Latency 1, an item a cycle.
/// `ready` passes through within the cycle.
public struct SaturatingPair: DefaultConfigurable {
  public var limit = 15

  public init() {}

  public static let parameters: [Parameter<Self>] = [
    .integer("limit", \.limit, in: 1...65535, "The greatest value of either counter")
  ]

  public typealias Ports = StreamPorts<StepPair, CountPair>

  public var ports: Ports {
    Ports(
      push: .init(StepPair(), "Which counters to step"),
      pop: .init(CountPair(width: bits(for: limit)), "The counts after the step"))
  }

  public var documentation: String {
    """
    Two counters from 0 to \(limit) that stay there. The counts after an item show one clock edge after it was taken; an
    item a cycle passes. push_ready follows pop_ready within the cycle. Both counts are 0 after reset.
    """
  }

  public func build(_ io: Interior<Ports>, in m: Module) {
    let isFull = m.register("is_full", Bit.self, reset: 0)
    let isFree = !isFull | io.pop.ready
    let takes = io.push.take(when: isFree)
    m.when(isFree) { isFull.next <== io.push.valid }
    // Nothing is taken while counts wait, so that the counters themselves are the item at the output.
    func count(_ name: String, _ steps: Bit) -> UInt {
      let count = m.register(name, UInt.self, width: bits(for: limit), reset: 0)
      m.when(takes & steps & (count .!= UInt(limit))) { count.next <== count &+ 1 }
      return count
    }
    io.pop.valid <== isFull
    io.pop.payload
      <== CountPair(
        first: count("first_count", io.push.payload.first), second: count("second_count", io.push.payload.second))
  }
}
