import Golden
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
  mutating func items(_ count: Int, width: Int) -> [UInt64] {
    let words = (width + 63) / 64
    let mask = UInt64.max >> UInt64((64 - width % 64) % 64)
    var items: [UInt64] = []
    items.reserveCapacity(words * count)
    for _ in 0..<count {
      for word in 0..<words { items.append(next() & (word == words - 1 ? mask : .max)) }
    }
    return items
  }
}

extension BenchRequest {
  /// A bench for the streams of the module, with the stalls that were asked for.
  func streamBench() throws(BenchError) -> StreamBench {
    try StreamBench(interface, name: name, index: index, seed: seed, stalls: stalls ?? .mixed)
  }
}

extension BenchRequest where Workload == CountWorkload {
  /// A bench for a module that gives on `output` what it takes on `input`, in order.
  ///
  /// - Parameters:
  ///   - timing: When it does so: every other run checks that, clock by clock.
  ///   - gauges: Further outputs that this decides.
  func relayBench(
    width: Int, timing: [QueueTiming.Stage]? = nil, gauges: [TimingGauge] = []
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
      try stimuli.send(words: items, on: "input")
      try stimuli.expect(words: items, on: "output")
    }
    return bench
  }
}
