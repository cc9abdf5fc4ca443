import Catalog
import Components
import Golden
import HDL
import Testbench

extension Catalog {
  /// One bit into step with a clock.
  public static let bitSynchronizer = Entry<BitSynchronizer, CountWorkload>(
    "bit-synchronizer", "Brings one bit of another clock, or of none, into step with the clock.",
    configurations: [("deep", BitSynchronizer { ($0.stages, $0.isSetInReset) = (4, true) })],
    workload: CountWorkload(count: 5000), workloadParameters: CountWorkload.parameters("Bits"),
    expectedCycles: { _, work in work.count }
  ) { request in
    let synchronizer = request.generator
    return try request.delayBench(by: synchronizer.stages, reset: synchronizer.isSetInReset ? 1 : 0)
  }
  .covering(coverBitSynchronizer)

  private static let coverBitSynchronizer: Entry<BitSynchronizer, CountWorkload>.AddCoverage = {
    _, model throws(CoverageError) in
    try model.point(
      "level", over: try model.pin("level"),
      [
        .transition("rises", 0, 1), .transition("falls", 1, 0), .transition("high for one clock", 0, 1, 0),
        .transition("low for one clock", 1, 0, 1), .transition("stays high", 1, 1, 1),
        .transition("stays low", 0, 0, 0),
      ])
  }
}
