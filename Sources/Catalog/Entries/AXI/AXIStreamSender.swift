import Catalog
import Components
import Golden
import HDL
import Testbench

extension Catalog {
  /// To AXI4-Stream.
  public static let axiStreamSender = Entry<AXIStreamSender, CountWorkload>(
    "axi-stream-sender", "Gives beats to AXI4-Stream.",
    workload: CountWorkload(count: 1000), workloadParameters: CountWorkload.parameters("Packets sent"),
    expectedCycles: { _, work in 16 * work.count }
  ) { try $0.packetBench(bytes: $0.generator.bytes, from: "push", to: "axis_t") }
  .checked(proving: AXIStreamSender { $0.bytes = 1 }) { _ in
    [
      Checker("order", "Beats leave once, in order, whole.") { io, m in
        m.checkOrder("beats", from: io.push, to: io.axis.t, capacity: 2, latency: 1)
      }
    ]
  }
  .covering(coverAXIStreamSender)

  private static let coverAXIStreamSender: Entry<AXIStreamSender, CountWorkload>.AddCoverage = {
    unit, model throws(CoverageError) in
    try addPackets("push", unit.bytes, &model)
    try model.addQueue(to: "axis_t", capacity: 2, latency: 1)
  }
}
