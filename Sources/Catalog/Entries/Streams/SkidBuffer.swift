import Catalog
import Components
import HDL
import Testbench

extension Catalog {
  /// Two registers in a stream.
  public static let skidBuffer = Entry<SkidBuffer, CountWorkload>(
    "skid-buffer", "Registers for valid, payload and ready of a stream.",
    workload: CountWorkload(count: 5000), workloadParameters: CountWorkload.parameters("Items sent through"),
    expectedCycles: { _, work in 4 * work.count }
  ) { try $0.relayBench(width: $0.generator.width, timing: [.init(capacity: 2)]) }
  .checked(proving: SkidBuffer(width: 2)) { _ in
    [
      Checker("order", "Items leave once, in order, whole, a clock later.") { io, m in
        m.checkOrder(from: io.push, to: io.pop, capacity: 2, latency: 1)
      }
    ]
  }
  .covering(coverSkidBuffer)

  private static let coverSkidBuffer: Entry<SkidBuffer, CountWorkload>.AddCoverage = { _, model throws(CoverageError) in
    try model.addQueue(capacity: 2, latency: 1)
  }
}
