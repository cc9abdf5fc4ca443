import Components
import Testbench

extension Catalog {
  /// One bit into step with a clock.
  public static let bitSynchronizer = Entry<BitSynchronizer, CountWorkload>(
    "bit-synchronizer", "Brings one bit of another clock, or of none, into step with the clock.",
    parameters: [
      .integer("stages", \.stages, in: 2...16, "Registers in a row"),
      .flag("isSetInReset", \.isSetInReset, "The registers are 1 in reset"),
    ],
    configurations: [("deep", BitSynchronizer(stages: 4, isSetInReset: true))],
    workload: CountWorkload(count: 5000), workloadParameters: CountWorkload.parameters("Bits"),
    expectedCycles: { _, work in work.count }
  ) { request in
    var bench = try PinBench(
      request.interface, latency: request.generator.stages, name: request.name, index: request.index,
      seed: request.seed)
    var random = bench.random("bits")
    for _ in 0..<request.workload.count {
      let bit = random.next() & 1
      try bench.append([bit], expecting: [bit])
    }
    return bench
  }

  /// Items handed over by a handshake.
  public static let busSynchronizer = Entry<BusSynchronizer, CountWorkload>(
    "bus-synchronizer", "Hands items from one clock to another by a handshake, one at a time.",
    parameters: [
      .integer("width", \.width, in: 1...65536, "Bits of an item"),
      .integer("stages", \.stages, in: 2...16, "Registers between the clocks, each way"),
    ],
    configurations: [("wide", BusSynchronizer(width: 130, stages: 3))],
    workload: CountWorkload(count: 2000), workloadParameters: CountWorkload.parameters("Items sent through"),
    expectedCycles: { _, work in 20 * work.count }
  ) { try $0.relayBench(width: $0.generator.width) }

  /// A queue between two clocks.
  public static let asynchronousFIFO = Entry<AsynchronousFIFO, CountWorkload>(
    "asynchronous-fifo", "First-in first-out queue that is written with one clock and read with another one.",
    parameters: [
      .integer("width", \.width, in: 1...65536, "Bits of an item"),
      .integer("depth", \.depth, in: 2...65536, "Words of the storage, a power of two"),
      .integer("stages", \.stages, in: 2...16, "Registers between the clocks, each way"),
      .flag("showsOccupancy", \.showsOccupancy, "Each side shows how many items are inside"),
    ],
    configurations: [("small", AsynchronousFIFO(width: 70, depth: 2, stages: 3, showsOccupancy: false))],
    workload: CountWorkload(count: 5000), workloadParameters: CountWorkload.parameters("Items sent through"),
    expectedCycles: { _, work in 6 * work.count }
  ) { try $0.relayBench(width: $0.generator.width) }
}
