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

  /// Several streams to one, item by item.
  public static let streamJoin = Entry<StreamJoin, CountWorkload>(
    "stream-join", "Joins streams, an item of each into one.",
    configurations: [("three", StreamJoin(widths: [3, 70, 1]))],
    workload: CountWorkload(count: 3000), workloadParameters: CountWorkload.parameters("Items sent through"),
    expectedCycles: { _, work in 6 * work.count }
  ) { request in
    let widths = request.generator.widths
    var bench = try request.streamBench()
    var random = bench.random("items")
    for _ in 0..<request.workload.count {
      let parts = widths.map { random.items(1, width: $0) }
      var bits: [UInt64] = []
      for (part, width) in zip(parts, widths) {
        bits += (0..<width).map { part[$0 / 64] >> UInt64($0 % 64) & 1 }
      }
      try bench.withStimuli { stimuli throws(BenchError) in
        for (input, part) in parts.enumerated() { try stimuli.send(words: part, on: "push_\(input)") }
        try stimuli.expect(words: packed(bits, width: 1), on: "pop")
      }
    }
    return bench
  }
  .checked(proving: StreamJoin(widths: [2, 1, 2])) { join in
    join.widths.indices.map { input in
      Checker("order-\(input)", "Every item of input \(input) is in one output, in order, whole.") { io, m in
        m.checkOrder(
          "items", OrderChecker(width: join.widths[input]) { ($0.capacity, $0.isThrough) = (0, true) },
          push: (io.push[input].transfers.asUnsigned, io.push[input].payload.packed),
          pop: (io.pop.transfers.asUnsigned, 1, join.parts(of: io.pop.payload)[input].packed))
      }
    }
  }
  .covering(coverStreamJoin)

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
}
