import Catalog
import Components
import Golden
import HDL
import Testbench

extension Catalog {
  /// Steps of two counters.
  public static let saturatingPair = Entry<SaturatingPair, CountWorkload>(
    "saturating-pair", "Counts the steps of two counters in a stream, which stop at their limit.",
    configurations: [("bit", SaturatingPair { $0.limit = 1 })],
    workload: CountWorkload(count: 5000), workloadParameters: CountWorkload.parameters("Items sent"),
    expectedCycles: { _, work in 4 * work.count }
  ) { request in
    var golden = SaturatingPairModel(limit: request.generator.limit)
    var bench = try request.streamBench()
    var random = bench.random("steps")
    // Of four runs one steps the second counter alone, and one the first.
    let first = request.index % 4 == 1 ? 0 : 1 + random.integer(below: 8)
    let second = request.index % 4 == 2 ? 0 : 1 + random.integer(below: 8)
    for _ in 0..<request.workload.count {
      let steps = (random.integer(below: 8) < first, random.integer(below: 8) < second)
      let counts = golden.take(first: steps.0, second: steps.1)
      try bench.send([steps.0 ? 1 : 0, steps.1 ? 1 : 0], on: "push")
      try bench.expect([counts.first, counts.second], on: "pop")
    }
    return bench
  }
  .checked(proving: SaturatingPair { $0.limit = 5 }) { pair in
    [
      Checker("counts", "The counts of an item are those of the item before and its steps, up to the limit.") { io, m in
        let limit = m.constant(pair.limit, width: io.pop.payload.first.width, as: UInt.self)
        let takes = io.push.transfers
        func check(_ name: String, _ count: UInt, _ steps: Bit) {
          let due = m.register(name, UInt.self, width: count.width, reset: 0)
          m.when(takes & steps) { due.next <== mux(due .== limit, limit, due &+ 1) }
          m.assert(count .== due, "is_" + name, "a count is not the one that follows from the steps")
        }
        check("first_due", io.pop.payload.first, io.push.payload.first)
        check("second_due", io.pop.payload.second, io.push.payload.second)
      }
    ]
  }
  .covering(coverSaturatingPair)

  private static let coverSaturatingPair: Entry<SaturatingPair, CountWorkload>.AddCoverage = {
    pair, model throws(CoverageError) in
    for name in ["first", "second"] {
      try model.point(
        "\(name) count", over: try model.field("pop", name),
        [.value("zero", 0)] + (pair.limit > 1 ? [.range("between", 1...pair.limit - 1)] : [])
          + [.value("limit", pair.limit), .illegal("above the limit", pair.limit + 1...Int.max)])
      try model.point(
        "\(name) stays", over: try model.field("pop", name),
        [.transition("at the limit", pair.limit, pair.limit), .transition("at zero", 0, 0)])
      try model.point("\(name) step", over: try model.field("push", name), .bit)
    }
    try model.cross("counts", ["first count", "second count"])
    try model.cross("steps", ["first step", "second step"])
  }
}
