import Golden
import HDL
import Testbench

/// How much a bench does that has a count of transactions or vectors alone.
public struct CountWorkload: Hashable, Sendable {
  /// Transactions or vectors.
  public var count: Int

  /// A workload of `count`.
  public init(count: Int) { self.count = count }

  static func parameters(_ what: String) -> [Parameter<CountWorkload>] {
    [.integer("count", \.count, in: 1...10_000_000, what)]
  }
}

extension Xoshiro256 {
  /// `count` items of `width` bits as words: each item from a new word on, low bits first.
  ///
  /// One in sixteen is a corner: zero, one, the top bit alone, or all ones.
  mutating func items(_ count: Int, width: Int) -> [UInt64] {
    let words = (width + 63) / 64
    let mask = UInt64.max >> UInt64((64 - width % 64) % 64)
    var items: [UInt64] = []
    items.reserveCapacity(words * count)
    for _ in 0..<count {
      var corner = 0
      for word in 0..<words {
        // A word is one draw, so that the shrinker can lower it and leave it out.
        let bits = asOneDraw { draw in
          if word == 0 { corner = draw.integer(below: 64) }
          return switch corner {
          case 0: 0
          case 1: word == 0 ? 1 : 0
          case 2: word == words - 1 ? mask ^ mask >> 1 : 0
          case 3: UInt64.max
          default: draw.next()
          } as UInt64
        }
        items.append(bits & (word == words - 1 ? mask : .max))
      }
    }
    return items
  }

  /// The items of a packet of 1 to `most` of them, for beats of `lanes`. One packet in eight fills a beat with a corner of
  /// all of its lanes together, such as the top bit alone.
  mutating func packet(upTo most: Int, width: Int, lanes: Int) -> [UInt64] {
    let packet = items(1 + integer(below: most), width: width)
    guard lanes > 1, width <= 64, integer(below: 8) == 0 else { return packet }
    var beat = [UInt64](repeating: 0, count: lanes)
    let mask = UInt64.max >> UInt64(64 - width)
    switch integer(below: 3) {
    case 0: beat[0] = 1
    case 1: beat[lanes - 1] = mask ^ mask >> 1
    default: beat = beat.map { _ in mask }
    }
    return beat + packet
  }
}

extension BenchRequest {
  /// A bench for the streams of the module, with the stalls that were asked for.
  func streamBench() throws(BenchError) -> StreamBench {
    try StreamBench(interface, name: name, index: index, seed: seed, stalls: stalls ?? .mixed)
  }

  /// Lets the other side of a bus take or offer addresses and words of writes in any order, unless stalls are asked for.
  func varyWriteOrder(_ bench: inout StreamBench, bus: String, last: String? = nil) throws(BenchError) {
    guard stalls == nil else { return }
    try bench.varyWriteOrder(address: bus + "aw", words: bus + "w", last: last)
  }
}

extension BenchRequest where Workload == CountWorkload {
  /// A bench for a module that gives on `output` what it takes on `input`, in order.
  ///
  /// - Parameters:
  ///   - timing: When it does so: every other run checks that, clock by clock.
  ///   - gauges: Further outputs that this decides.
  ///   - sides: What the same outputs may show whatever the timing, from the items that were taken and given.
  func relayBench(
    width: Int, timing: [QueueTiming.Stage]? = nil, gauges: [TimingGauge] = [],
    sides: [QueueGauge] = []
  ) throws(BenchError) -> any Bench {
    if let timing, checksTiming {
      return try timingBench(timing, gauges: gauges) { random in
        let item = random.operand(bits: min(width, 64))
        return ([item], [item])
      }
    }
    var bench = try streamBench()
    var random = bench.random("items")
    let items = random.items(workload.count, width: width)
    try bench.withStimuli { stimuli throws(BenchError) in
      try stimuli.send(words: items, on: "push")
      try stimuli.expect(words: items, on: "pop")
    }
    for side in sides {
      try bench.watch(side.port, counting: ["push", "pop"]) { side.shows($0[0], $0[1]) }
    }
    return bench
  }
}
