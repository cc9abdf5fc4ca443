import Catalog
import Components
import Costs
import HDL
import Testbench

extension Catalog {
  /// A queue between two streams.
  public static let streamFIFO = Entry<StreamFIFO, CountWorkload>(
    "stream-fifo", "First-in first-out queue between two ready/valid streams.",
    configurations: [
      ("registers", StreamFIFO(width: 8, depth: 4) { $0.storage = .registers }),
      (
        "fall-through",
        StreamFIFO(width: 8, depth: 3) { ($0.storage, $0.isFallThrough, $0.showsOccupancy) = (.registers, true, true) }
      ),
    ],
    workload: CountWorkload(count: 5000), workloadParameters: CountWorkload.parameters("Items sent through"),
    expectedCycles: { _, work in 4 * work.count }
  ) { request in
    let queue = request.generator
    let timing =
      switch queue.storage {
      // A word that leaves the memory stands in its output register.
      case .memory: [QueueTiming.Stage(capacity: queue.depth), .init(capacity: 1, returnDelay: 0)]
      case .registers: [QueueTiming.Stage(capacity: queue.depth, latency: queue.isFallThrough ? 0 : 1)]
      }
    let occupancy = TimingGauge(port: "occupancy") { $0.occupied.reduce(0, +) }
    return try request.relayBench(
      width: queue.width, timing: timing, gauges: queue.showsOccupancy ? [occupancy] : [],
      sides: queue.showsOccupancy ? [QueueGauge(port: "occupancy") { .count($0 - $1) }] : [])
  }
  .checked(proving: StreamFIFO(width: 2, depth: 4) { $0.showsOccupancy = true }) { queue in
    let ordered = Checker<StreamFIFO>(
      "order", "Items leave once, in order, whole; the queue holds no more than its capacity."
    ) { io, m in
      m.checkOrder(
        from: io.push, to: io.pop, capacity: queue.capacity, latency: queue.storage == .memory ? 2 : 1,
        isThrough: queue.isFallThrough)
    }
    guard queue.showsOccupancy else { return [ordered] }
    return [
      ordered,
      Checker("occupancy", "The occupancy is what was taken and has not left.") { io, m in
        let inside = m.balance("held", up: io.push.transfers, down: io.pop.transfers, width: 32)
        if let occupancy = io.occupancy {
          m.assert(occupancy .== inside, "is_what_is_inside", "the occupancy is not the number of items inside")
        }
      },
    ]
  }
  .covering(coverStreamFIFO)

  private static let coverStreamFIFO: Entry<StreamFIFO, CountWorkload>.AddCoverage = {
    queue, model throws(CoverageError) in
    let latency = queue.isFallThrough ? 0 : queue.storage == .memory ? 2 : 1
    try model.addQueue(capacity: queue.capacity, latency: latency)
  }
}
