import Catalog
import Components
import HDL
import Testbench

extension Catalog {
  /// A register in a stream.
  public static let pipeStage = Entry<PipeStage, CountWorkload>(
    "pipe-stage", "Register for valid and payload of a stream.",
    workload: CountWorkload(count: 5000), workloadParameters: CountWorkload.parameters("Items sent through"),
    expectedCycles: { _, work in 4 * work.count }
  ) { try $0.relayBench(width: $0.generator.width, timing: [.init(capacity: 1, returnDelay: 0)]) }
  .checked(proving: PipeStage(width: 2)) { _ in
    [
      Checker("order", "Items leave once, in order, whole, a clock later.") { io, m in
        m.checkOrder(from: io.push, to: io.pop, capacity: 1, latency: 1)
      }
    ]
  }
  .covering(coverPipeStage)

  private static let coverPipeStage: Entry<PipeStage, CountWorkload>.AddCoverage = { _, model throws(CoverageError) in
    try model.addQueue(capacity: 1, latency: 1)
  }
}
