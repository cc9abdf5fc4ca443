import Catalog
import Components
import Golden
import HDL
import Testbench

extension Catalog {
  /// A reset into step with a clock.
  public static let resetSynchronizer = Entry<SynchronizedReset, CountWorkload>(
    "reset-synchronizer", "Begins a reset at once, and ends it in step with the clock.",
    configurations: [("deep", SynchronizedReset { $0.stages = 5 })],
    workload: CountWorkload(count: 5000), workloadParameters: CountWorkload.parameters("Clocks"),
    expectedCycles: { _, work in work.count }
  ) { request in
    let edges = request.generator.stages
    var golden = ResetModel(edges: edges)
    var bench = try PinBench(
      request.interface, latency: 0, name: request.name, index: request.index, seed: request.seed)
    var random = bench.random("requests")
    // A request at first: what came before the bench may have been anything.
    var (asks, left) = (true, 1)
    for _ in 0..<request.workload.count {
      try bench.append([asks ? 1 : 0], expecting: [golden.isActive(request: asks) ? 1 : 0])
      golden.clock(request: asks)
      left -= 1
      if left == 0 {
        asks.toggle()
        // Requests end before and after the reset of the one before has ended.
        left = 1 + random.integer(below: asks ? 3 : 2 * edges)
      }
    }
    return bench
  }
  .checked(proving: SynchronizedReset { $0.stages = 3 }) { unit in
    [
      Checker("begins-at-once", "The reset is active whenever it is asked for, without a clock edge between.") {
        io, m in
        m.assert(io.active | !io.request, "is_active", "a reset is asked for and not active")
      },
      Checker("ends-in-step", "The reset ends at edge \(unit.stages) after its request, not before and not later.") {
        io, m in
        let passed = m.register("passed", UInt.self, width: 5, initial: 0)
        passed.next
          <== mux(io.request, 0, mux(passed .== UInt(unit.stages), passed, passed &+ 1))
        m.assert(
          io.request | (io.active .== (passed .< UInt(unit.stages))), "ends_in_time",
          "the reset ends too early or too late")
      },
    ]
  }
}
