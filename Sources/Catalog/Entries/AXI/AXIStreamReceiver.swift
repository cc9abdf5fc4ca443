import Catalog
import Components
import Golden
import HDL
import Testbench

extension Catalog {
  /// From AXI4-Stream.
  public static let axiStreamReceiver = Entry<AXIStreamReceiver, CountWorkload>(
    "axi-stream-receiver", "Takes beats from AXI4-Stream.",
    workload: CountWorkload(count: 1000), workloadParameters: CountWorkload.parameters("Packets sent"),
    expectedCycles: { _, work in 16 * work.count }
  ) { try $0.packetBench(bytes: $0.generator.bytes, from: "axis_t", to: "pop") }
  .checked(proving: AXIStreamReceiver { $0.bytes = 1 }) { _ in
    [
      Checker("order", "Beats leave once, in order, whole.") { io, m in
        m.checkOrder("beats", from: io.axis.t, to: io.pop, capacity: 2, latency: 1)
      }
    ]
  }
  .covering(coverAXIStreamReceiver)

  private static let coverAXIStreamReceiver: Entry<AXIStreamReceiver, CountWorkload>.AddCoverage = {
    unit, model throws(CoverageError) in
    try addPackets("axis_t", unit.bytes, &model)
    try model.addQueue(from: "axis_t", capacity: 2, latency: 1)
  }
}
