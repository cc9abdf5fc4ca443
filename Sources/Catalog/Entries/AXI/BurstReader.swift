import Catalog
import Components
import Golden
import HDL
import Testbench

extension Catalog {
  /// Reads over AXI4.
  public static let burstReader = Entry<BurstReader, CountWorkload>(
    "burst-reader", "Reads bytes from any address over AXI4 in bursts.",
    configurations: [("narrow", BurstReader { $0.shape = smallBursts })],
    workload: CountWorkload(count: 200), workloadParameters: CountWorkload.parameters("Commands"),
    expectedCycles: { unit, work in 200 * work.count }
  ) { request -> any Bench in
    if request.checksTiming(request.generator.shape) {
      return try request.burstPins(request.generator.shape, reads: true, writes: false, on: .plain)
    }
    var bench = try request.streamBench()
    try bench.addReads(request.workload.count, request.generator.shape, on: .plain)
    return bench
  }
  .checked(proving: BurstReader { $0.shape = smallBursts }) { unit in
    [
      burstRule("ar", unit.shape) { $0.reads.ar },
      Checker("outstanding", "No more bursts are under way than stated.") { io, m in
        let underWay = m.balance("under_way", up: io.ar.transfers, down: io.reads.ends)
        m.assert(underWay .<= UInt(unit.shape.outstanding), "keeps_the_limit", "too many bursts are under way")
      },
    ] + readRules(unit.shape) { $0.reads }
  }
  .covering(coverBurstReader)

  // MARK: Bursts

  private static let coverBurstReader: Entry<BurstReader, CountWorkload>.AddCoverage = {
    unit, model throws(CoverageError) in
    try addCommands("command", unit.shape, &model)
    try addBursts("ar", address: "address", length: "length", unit.shape, &model)
    try addReadResponses("r", &model)
    try model.excludeBackToBack(["command"], because: "a command is taken when the one before is cut into bursts")
  }
}
