import Components
import Formal
import Netlist
import Testbench

/// How much a bench does that has a count of transactions or vectors alone.
public struct CountWorkload: Hashable, Sendable {
  /// Transactions or vectors.
  public var count: Int

  static func parameters(_ what: String) -> [Parameter<CountWorkload>] {
    [.integer("count", \.count, in: 1...10_000_000, what)]
  }
}

extension Catalog {
  static let streamFIFO = Entry<StreamFIFO, CountWorkload>(
    "stream-fifo", "First-in first-out queue between two ready/valid streams.",
    parameters: [
      .integer("width", \.width, in: 1...65536, "Bits of an item"),
      .integer("depth", \.depth, in: 1...65536, "Words of the storage"),
      .choice("storage", \.storage, [("memory", .memory), ("registers", .registers)], "What holds the items"),
    ],
    configurations: [("registers", StreamFIFO(width: 8, depth: 4, storage: .registers))],
    workload: CountWorkload(count: 5000), workloadParameters: CountWorkload.parameters("Items sent through"),
    expectedCycles: { _, work in 4 * work.count }
  ) { request in
    var bench = try StreamBench(
      request.interface, name: request.name, index: request.index, seed: request.seed, stalls: request.stalls ?? .mixed)
    var random = bench.random("items")
    let words = (request.generator.width + 63) / 64
    let mask = UInt64.max >> UInt64((64 - request.generator.width % 64) % 64)
    var items: [UInt64] = []
    items.reserveCapacity(words * request.workload.count)
    for _ in 0..<request.workload.count {
      for word in 0..<words { items.append(random.next() & (word == words - 1 ? mask : .max)) }
    }
    try bench.withStimuli { stimuli throws(BenchError) in
      try stimuli.send(words: items, on: "input")
      try stimuli.expect(words: items, on: "output")
    }
    return bench
  }
  .proving(StreamFIFO(width: 2, depth: 4)) { queue in
    var order = OrderProperty(from: "input", to: "output", width: queue.width, capacity: queue.capacity)
    order.latency = queue.storage == .memory ? 2 : 1
    return [order.named("order", "Items leave once, in order, whole; the queue holds no more than its capacity.")]
  }
}
