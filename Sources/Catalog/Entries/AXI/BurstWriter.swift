import Catalog
import Components
import Golden
import HDL
import Testbench

extension Catalog {
  /// Writes over AXI4.
  public static let burstWriter = Entry<BurstWriter, CountWorkload>(
    "burst-writer", "Writes bytes to any address over AXI4 in bursts.",
    configurations: [("narrow", BurstWriter { $0.shape = smallBursts })],
    workload: CountWorkload(count: 200), workloadParameters: CountWorkload.parameters("Commands"),
    expectedCycles: { unit, work in 200 * work.count }
  ) { request -> any Bench in
    if request.checksTiming(request.generator.shape) {
      return try request.burstPins(request.generator.shape, reads: false, writes: true, on: .plain)
    }
    var bench = try request.streamBench()
    try request.varyWriteOrder(&bench, bus: "", last: "last")
    try bench.addWrites(request.workload.count, request.generator.shape, on: .plain)
    return bench
  }
  .checked(proving: BurstWriter { $0.shape = smallBursts }) { unit in
    [burstRule("aw", unit.shape) { $0.writes.aw }] + writeRules(unit.shape) { $0.writes }
  }
  .covering(coverBurstWriter)

  private static let coverBurstWriter: Entry<BurstWriter, CountWorkload>.AddCoverage = {
    unit, model throws(CoverageError) in
    try addCommands("command", unit.shape, &model)
    try addBursts("aw", address: "address", length: "length", unit.shape, &model)
    try model.point("write response", over: try model.field("b", "data"), okay)
    try model.excludeBackToBack(["command"], because: "a command is taken when the one before is cut into bursts")
    try model.excludeStalls(["b"], because: responseIsAwaited)
    try model.excludeBackToBack(
      ["done"], because: "the words of a command take a clock at least, and its answer another")
  }
}
