import Catalog
import Components
import Costs
import Testbench

extension Catalog {
  /// A queue between two clocks of which each side may be reset on its own. Runs that look at each clock ask for it to be
  /// emptied in the middle of the traffic; the others, which look at each item, do not. It makes resets of its own, which the
  /// prover does not take, so what it promises is tested, and proved of the queue inside.
  public static let independentResetFIFO = Entry<IndependentResetFIFO, CountWorkload>(
    "independent-reset-fifo", "Queue between two clocks, each side of which may be reset on its own.",
    configurations: [("small", IndependentResetFIFO(width: 5, depth: 2) { $0.stages = 3 })],
    workload: CountWorkload(count: 3000), workloadParameters: CountWorkload.parameters("Items sent through"),
    expectedCycles: { _, work in 6 * work.count }
  ) { request -> any Bench in
    let queue = request.generator
    guard request.checksTiming, queue.width <= 64 else { return try request.relayBench(width: queue.width) }
    return try request.clearedPins(queue)
  }
}

extension BenchRequest where Workload == CountWorkload {
  /// A bench of every port of a queue in every clock, with requests to empty it; all clocks tick together.
  func clearedPins(_ queue: IndependentResetFIFO) throws(BenchError) -> PinBench {
    var ports = try PortTimeline(self)
    var random = ports.bench.random("clocks")
    var timing = IndependentResetTiming(depth: queue.depth, stages: queue.stages)
    // What a reset finds under way ends first, and then what the reset asks for.
    for _ in 0..<20 * (queue.stages + 3) { try ports.endClock() }
    var (offers, takes) = (BurstThrottle(), BurstThrottle())
    var offered: UInt64?
    var left = (source: 0, destination: 0)
    var taken = 0
    var isStill = false
    while taken < workload.count {
      if offered == nil, offers.moves(&random) { offered = random.operand(bits: queue.width) }
      // Requests come in pairs, alone, long and short, and now and then for some time not at all.
      if random.integer(below: 512) == 0 { isStill.toggle() }
      if !isStill, left.source == 0, random.integer(below: 64) == 0 { left.source = 1 + random.integer(below: 12) }
      if !isStill, left.destination == 0, random.integer(below: 64) == 0 {
        left.destination = 1 + random.integer(below: 12)
      }
      let clears = (source: left.source > 0, destination: left.destination > 0)
      let ready = takes.moves(&random)
      let shown = timing.step(input: offered, ready: ready, clears: clears)
      ports.offer(offered.map { [$0] }, on: "push", expectsReady: shown.inputReady)
      ports.expect(shown.output.map { [$0] }, on: "pop", drivesReady: ready)
      ports.drive(clears.source ? 1 : 0, on: "clear_from_source")
      ports.drive(clears.destination ? 1 : 0, on: "clear_from_destination")
      if shown.inputReady { offered = nil }
      if shown.output != nil, ready { taken += 1 }
      left = (max(0, left.source - 1), max(0, left.destination - 1))
      try ports.endClock()
    }
    return ports.bench
  }
}
