import Catalog
import Components
import Golden
import HDL
import Testbench

extension Catalog {
  /// Beats over AXI4-Stream.
  public static let axiStreamLink = Entry<AXIStreamLink, CountWorkload>(
    "axi-stream-link", "Stream of beats over AXI4-Stream and back.",
    workload: CountWorkload(count: 1000), workloadParameters: CountWorkload.parameters("Packets sent"),
    expectedCycles: { _, work in 16 * work.count }
  ) { try $0.packetBench(bytes: $0.generator.bytes, from: "push", to: "pop") }
  .checked(proving: AXIStreamLink { $0.bytes = 1 }) { _ in
    [
      Checker("order", "Beats leave once, in order, whole.") { io, m in
        m.checkOrder("beats", from: io.push, to: io.pop, capacity: 4, latency: 2)
      }
    ]
  }
  .covering(coverAXIStreamLink)

  private static let coverAXIStreamLink: Entry<AXIStreamLink, CountWorkload>.AddCoverage = {
    unit, model throws(CoverageError) in
    try addPackets("push", unit.bytes, &model)
    try model.addQueue(capacity: 4, latency: 2)
  }
}
