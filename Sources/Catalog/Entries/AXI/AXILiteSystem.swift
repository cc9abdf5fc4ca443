import Catalog
import Components
import Golden
import HDL
import Testbench

extension Catalog {
  /// The same behind a bus.
  public static let axiLiteSystem = Entry<AXILiteSystem, CountWorkload>(
    "axi-lite-system", "Register bank behind an AXI4-Lite manager and subordinate.",
    configurations: [("wide", AXILiteSystem { $0.bank.dataWidth = 64 })],
    workload: CountWorkload(count: 2000), workloadParameters: CountWorkload.parameters("Accesses"),
    expectedCycles: { _, work in 12 * work.count }
  ) { request -> any Bench in
    // Three clock edges there through both ends of the bus, and three back.
    if request.checksTiming {
      return try request.accessPins(request.generator.bank, answers: .init(capacity: 1, latency: 6), delay: 3)
    }
    return try request.accessBench(request.generator.bank)
  }
  .covering(coverAXILiteSystem)

  private static let coverAXILiteSystem: Entry<AXILiteSystem, CountWorkload>.AddCoverage = {
    system, model throws(CoverageError) in
    try addAccess("access", &model)
    try addRegisters(system.bank, &model)
    try model.excludeBackToBack(["access", "response"], because: "one access is under way at a time")
  }
}
