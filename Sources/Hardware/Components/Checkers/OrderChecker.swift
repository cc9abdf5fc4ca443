import HDL

/// What enters one place leaves another one: once, in order, whole, and in time.
///
/// A check of every item at once: any one item is marked as it enters, which nothing decides but `mark`, and the checker
/// counts how many stand before it. A proof takes every mark, a simulation marks items at random, one at a time; how many
/// items are inside is counted always. ``HDL/Module/checkOrder(_:_:push:pop:)`` makes one in a checker.
public struct OrderChecker: WidthConfigurable {
  public var width = 8
  public var pushLanes = 1
  public var popLanes = 1
  public var capacity = 1
  public var latency = 0
  public var isThrough = false

  public init() {}

  public static let parameters: [Parameter<Self>] = [
    .integer("width", \.width, in: 1...65536, "Bits of an item"),
    .integer("pushLanes", \.pushLanes, in: 1...1024, "Items that enter at most in a cycle"),
    .integer("popLanes", \.popLanes, in: 1...1024, "Items that leave at most in a cycle"),
    .integer("capacity", \.capacity, in: 0...(1 << 24), "Items that are inside at most"),
    .integer(
      "latency", \.latency, in: 0...(1 << 24), "Cycles at most that an item is inside and none shown; 0 for no bound"),
    .flag("isThrough", \.isThrough, "Whether an item may leave in the cycle in which it enters"),
  ]

  public struct Ports {
    /// 1 to follow the item in `lane` that enters, while none is followed.
    public let mark: Input<Bit>
    /// Which one of the items that enter; not there where one enters.
    public let lane: Input<UInt>?
    /// Items that enter.
    public let pushed: Input<UInt>
    /// The items that enter, the first one in the low bits.
    public let pushData: Input<Bits>
    /// Items that are shown.
    public let shown: Input<UInt>
    /// 1 when all that are shown are taken.
    public let pop: Input<Bit>
    /// The items that are shown, the oldest one in the low bits.
    public let popData: Input<Bits>
  }

  /// Bits of the counts.
  public var countWidth: Int { bits(for: capacity + pushLanes + popLanes + max(1, latency)) + 1 }

  public var ports: Ports {
    Ports(
      mark: .init(), lane: pushLanes > 1 ? .init(countWidth) : nil, pushed: .init(countWidth),
      pushData: .init(clampedProduct(width, pushLanes)), shown: .init(countWidth), pop: .init(),
      popData: .init(clampedProduct(width, popLanes)))
  }

  /// Rejects parameters that mean nothing.
  public func validate(_ parameters: inout ParameterCheck) {
    parameters.require(
      !isThrough || (pushLanes == 1 || popLanes == 1),
      "isThrough with \(pushLanes) items that enter and \(popLanes) that leave in a cycle",
      fix: "let one enter or one leave")
  }

  /// Makes counters and statements.
  public func build(_ io: Interior<Ports>, in m: Module) {
    let bits = countWidth
    let held = m.register("held", UInt.self, width: bits, reset: 0)
    let popped = mux(io.pop, io.shown, 0)
    held.next <== held &+ io.pushed &- popped
    let isEmpty = held .== 0
    let passes = isThrough ? isEmpty : m.constant(0, width: 1, as: UInt.self)[0]

    let isWatching = m.register("is_watching", Bit.self, reset: 0)
    let value = m.register("value", Bits.self, width: width)
    let ahead = m.register("ahead", UInt.self, width: bits)
    let lane = io.lane ?? m.constant(0, width: bits, as: UInt.self)
    let starts = io.mark & (lane .< io.pushed) & !(passes & (lane .< popped))
    m.when(isWatching) {
      m.when(ahead .< popped) { isWatching.next <== 0 }.otherwise { ahead.next <== ahead &- popped }
    }
    .otherwise(when: starts) {
      isWatching.next <== 1
      value.next <== item(io.pushData, lane, of: pushLanes)
      ahead.next <== held &+ lane &- popped
    }

    m.assert(held .<= UInt(capacity), "has_room", "more items are inside than there is room for")
    m.assert(
      (io.shown .<= held) | (passes & (io.shown .<= io.pushed)), "has_entered",
      "an item is shown that has not entered")
    if isThrough {
      m.assert(
        !passes | (io.shown .== 0) | (io.popData[0..<width] .== io.pushData[0..<width]), "passes_whole",
        "an item is changed as it passes")
    }
    m.assert(
      !isWatching | (ahead .>= io.shown) | (item(io.popData, ahead, of: popLanes) .== value),
      "is_next", "an item is lost, doubled, changed or out of order")
    if latency > 0 {
      let waiting = m.register("waiting", UInt.self, width: bits, reset: 0)
      waiting.next <== mux((io.shown .!= 0) | isEmpty, 0, waiting &+ 1)
      m.assert(waiting .< UInt(latency), "is_in_time", "an item is inside and none is shown in time")
    }
    if capacity > 0 { m.cover(isWatching & io.pop & (ahead .< io.shown), "follows_an_item") }
  }

  private func item(_ items: Bits, _ index: UInt, of count: Int) -> Bits {
    (1..<max(1, count)).reduce(items[0..<width]) { chosen, number in
      mux(index .== UInt(number), items[(number * width)..<((number + 1) * width)], chosen)
    }
  }
}

extension Module {
  /// Follows items from one place to another one; for checkers.
  ///
  /// - Parameters:
  ///   - name: Name of the ``OrderChecker``'s instance.
  ///   - order: What is checked.
  ///   - push: How many items enter, and the items.
  ///   - pop: How many are shown, whether they are taken, and the items.
  public func checkOrder(
    _ name: String, _ order: OrderChecker, push: (count: UInt, items: Bits), pop: (count: UInt, taken: Bit, items: Bits)
  ) {
    let checker = instance(order, name)
    checker.mark <== anything("\(name)_mark")
    if let lane = checker.lane { lane <== anything("\(name)_lane", UInt.self, width: order.countWidth) }
    checker.pushed <== push.count.fitted(to: order.countWidth)
    checker.pushData <== push.items
    checker.shown <== pop.count.fitted(to: order.countWidth)
    checker.pop <== pop.taken
    checker.popData <== pop.items
  }

  /// Follows items from the stream `input` to the stream `output`; for checkers.
  ///
  /// - Parameters:
  ///   - name: Name of the ``OrderChecker``'s instance.
  ///   - input: The stream that enters.
  ///   - output: The stream that leaves.
  ///   - capacity: Items that are inside at most.
  ///   - latency: Cycles at most without a shown item while one is inside; 0 for no bound.
  ///   - isThrough: Whether an item may leave in the cycle in which it enters.
  public func checkOrder<T: PortElement, U: PortElement>(
    _ name: String = "items", from input: ObservedStream<T>, to output: ObservedStream<U>, capacity: Int,
    latency: Int = 0, isThrough: Bool = false
  ) {
    checkOrder(
      name,
      OrderChecker(width: input.payload.packedWidth) {
        ($0.capacity, $0.latency, $0.isThrough) = (capacity, latency, isThrough)
      },
      push: (input.transfers.asUnsigned, input.payload.packed),
      // With room for none, an item is there only while it passes.
      pop: (
        (capacity == 0 ? output.transfers : output.valid).asUnsigned, output.ready, output.payload.packed
      ))
  }

  /// A count that `up` raises and `down` lowers; for checkers.
  public func balance(
    _ name: String, up: Bit, down: Bit, width: Int = 16, file: StaticString = #fileID, line: Int = #line
  ) -> UInt {
    let count = register(name, UInt.self, width: width, reset: 0, file: file, line: line)
    count.next
      <== (count &+ up.asUnsigned.extended(to: width) &- down.asUnsigned.extended(to: width))
    return count
  }
}
