import Catalog
import Components
import Golden
import HDL
import Testbench

extension Catalog {
  /// Items that are marked.
  public static let streamFilter = Entry<StreamFilter, CountWorkload>(
    "stream-filter", "Passes the marked items of a stream and drops the others.",
    benched: ["width": .integer(1...64)],
    workload: CountWorkload(count: 5000), workloadParameters: CountWorkload.parameters("Items sent"),
    expectedCycles: { _, work in 4 * work.count }
  ) { request in
    var bench = try request.streamBench()
    var random = bench.random("items")
    let items = random.items(request.workload.count, width: request.generator.width)
    try bench.withStimuli { stimuli throws(BenchError) in
      for (position, item) in items.enumerated() {
        // The last item passes, so that the end of the run is seen at the output.
        let keep: UInt64 = position == items.count - 1 ? 1 : random.next() & 1
        try stimuli.send(words: [item, keep], on: "push")
        if keep == 1 { try stimuli.expect(words: [item], on: "pop") }
      }
    }
    return bench
  }
  .checked(proving: StreamFilter(width: 2)) { filter in
    [
      Checker("order", "Kept items leave once, in order, whole; no other does.") { io, m in
        m.checkOrder(
          "items", OrderChecker(width: filter.width) { ($0.capacity, $0.isThrough) = (0, true) },
          push: ((io.push.transfers & io.push.payload.keep).asUnsigned, io.push.payload.data.packed),
          pop: (io.pop.transfers.asUnsigned, 1, io.pop.payload.packed))
      },
      Checker("drops", "A dropped item never waits.") { io, m in
        m.assert(
          !(io.push.valid & !io.push.payload.keep) | (io.push.ready & !io.pop.valid), "drops_at_once",
          "an item that is not kept waits, or leaves")
      },
    ]
  }
  .covering(coverStreamFilter)

  private static let coverStreamFilter: Entry<StreamFilter, CountWorkload>.AddCoverage = {
    _, model throws(CoverageError) in
    try model.point(
      "keep after keep", over: try model.field("push", "keep"),
      [
        .transition("kept, kept", 1, 1), .transition("kept, dropped", 1, 0), .transition("dropped, kept", 0, 1),
        .transition("dropped, dropped", 0, 0),
      ], goal: 10)
  }
}
