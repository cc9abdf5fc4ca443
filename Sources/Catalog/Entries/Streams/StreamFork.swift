import Catalog
import Components
import Golden
import HDL
import Testbench

extension Catalog {
  /// One stream to several.
  public static let streamFork = Entry<StreamFork, CountWorkload>(
    "stream-fork", "Gives each item of a stream to several streams.",
    configurations: [("three", StreamFork(width: 5) { $0.count = 3 })],
    workload: CountWorkload(count: 3000), workloadParameters: CountWorkload.parameters("Items sent through"),
    expectedCycles: { _, work in 6 * work.count }
  ) { request in
    var bench = try request.streamBench()
    var random = bench.random("items")
    let items = random.items(request.workload.count, width: request.generator.width)
    try bench.withStimuli { stimuli throws(BenchError) in
      try stimuli.send(words: items, on: "push")
      for output in 0..<request.generator.count { try stimuli.expect(words: items, on: "pop_\(output)") }
    }
    return bench
  }
  .checked(proving: StreamFork(width: 2) { $0.count = 3 }) { fork in
    (0..<fork.count).map { output in
      Checker("order-\(output)", "Output \(output) gets every item once, in order, whole.") { io, m in
        // An item counts from the clock in which it is first offered, since an output may take it before the input is.
        let isSeen = m.register("is_seen", io.push.valid & !io.push.ready, reset: 0)
        let branch = io.pop[output]
        m.checkOrder(
          "items", OrderChecker(width: fork.width) { ($0.capacity, $0.latency, $0.isThrough) = (1, 1, true) },
          push: ((io.push.valid & !isSeen).asUnsigned, io.push.payload.packed),
          pop: (branch.valid.asUnsigned, branch.ready, branch.payload.packed))
      }
    }
  }
  .covering(coverStreamFork)

  private static let coverStreamFork: Entry<StreamFork, CountWorkload>.AddCoverage = {
    fork, model throws(CoverageError) in
    for first in 0..<min(fork.count, 4) {
      for second in first + 1..<max(first + 1, min(fork.count, 4)) {
        try model.cross(
          "outputs \(first) and \(second)", ["pop_\(first) consumer", "pop_\(second) consumer"], goal: 10)
      }
      try model.point(
        "output \(first) waits", over: try model.latency(from: "push", to: "pop_\(first)"),
        [.range("taken before the others", Int.min ... -1), .value("last to take", 0), .illegal("late", 1...Int.max)])
    }
  }
}
