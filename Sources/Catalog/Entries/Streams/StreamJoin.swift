import Catalog
import Components
import Golden
import HDL
import Testbench

extension Catalog {
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

  private static let coverStreamJoin: Entry<StreamJoin, CountWorkload>.AddCoverage = {
    join, model throws(CoverageError) in
    for first in 0..<min(join.widths.count, 4) {
      for second in first + 1..<max(first + 1, min(join.widths.count, 4)) {
        try model.cross(
          "inputs \(first) and \(second)", ["push_\(first) producer", "push_\(second) producer"], goal: 10)
      }
    }
  }
}
