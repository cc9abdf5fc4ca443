import Catalog
import Components
import Golden
import HDL
import Testbench

extension Catalog {
  /// Items handed over by a handshake.
  public static let busSynchronizer = Entry<BusSynchronizer, CountWorkload>(
    "bus-synchronizer", "Hands items from one clock to another by a handshake, one at a time.",
    configurations: [("wide", BusSynchronizer(width: 130) { $0.stages = 3 })],
    workload: CountWorkload(count: 2000), workloadParameters: CountWorkload.parameters("Items sent through"),
    expectedCycles: { _, work in 20 * work.count }
  ) { try $0.relayBench(width: $0.generator.width, timing: crossing(capacity: 1, stages: $0.generator.stages)) }
  .checked(proving: BusSynchronizer(width: 2)) { _ in
    [
      Checker("order", "Items leave once, in order, whole, for every order of the edges of both clocks.") { io, m in
        m.checkOrder(from: (io.push, .source), to: (io.pop, .destination), capacity: 2)
      }
    ]
  }
  .covering(coverBusSynchronizer)

  private static let coverBusSynchronizer: Entry<BusSynchronizer, CountWorkload>.AddCoverage = {
    _, model throws(CoverageError) in
    try model.addQueue(capacity: 2, latency: nil)
    try model.excludeBackToBack(
      ["push"], because: "an item is taken when the one before was acknowledged, clocks later")
  }
}
