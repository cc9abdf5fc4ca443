import Catalog
import Components
import Golden
import HDL
import Testbench

extension Catalog {
  /// A queue between two clocks.
  public static let asynchronousFIFO = Entry<AsynchronousFIFO, CountWorkload>(
    "asynchronous-fifo", "First-in first-out queue that is written with one clock and read with another one.",
    benched: ["canBeIsolated": .words(["false"])],
    configurations: [("small", AsynchronousFIFO(width: 70, depth: 2) { ($0.stages, $0.showsOccupancy) = (3, false) })],
    workload: CountWorkload(count: 5000), workloadParameters: CountWorkload.parameters("Items sent through"),
    expectedCycles: { _, work in 6 * work.count }
  ) { request in
    let queue = request.generator
    let gauges = [
      TimingGauge(port: "written") { $0.used[0] }, TimingGauge(port: "readable") { $0.visible[0] + $0.occupied[1] },
    ]
    // Each side learns late of what the other one did, so that one counts too many and the other one too few.
    let depth = queue.depth
    let written = QueueGauge(port: "written") { taken, given in
      .count(from: taken - given - 1, to: min(depth, taken))
    }
    let readable = QueueGauge(port: "readable") { taken, given in .count(from: 0, to: taken - given) }
    return try request.relayBench(
      width: queue.width, timing: crossing(capacity: queue.depth, stages: queue.stages),
      gauges: queue.showsOccupancy ? gauges : [], sides: queue.showsOccupancy ? [written, readable] : [])
  }
  .checked(proving: AsynchronousFIFO(width: 1, depth: 2)) { queue in
    [
      Checker("order", "Items leave once, in order, whole, for every order of the edges of both clocks.") { io, m in
        m.checkOrder(from: (io.push, .source), to: (io.pop, .destination), capacity: queue.capacity)
      }
    ]
  }
  .covering(coverAsynchronousFIFO)

  private static let coverAsynchronousFIFO: Entry<AsynchronousFIFO, CountWorkload>.AddCoverage = {
    queue, model throws(CoverageError) in
    try model.addQueue(capacity: queue.capacity, latency: nil)
    for port in queue.showsOccupancy ? ["written", "readable"] : [] {
      let width = model.width(port)
      try model.excludeBits(
        port, (0..<width).filter { queue.capacity >> $0 == 0 }, because: "there are \(queue.capacity) items at most")
    }
  }
}
