import Catalog
import Components
import Golden
import HDL
import Testbench
import Units

extension Catalog {
  /// Roots.
  public static let squareRoot = Entry<SquareRoot, CountWorkload>(
    "square-root", "Integer square roots with remainder, a bit of the root in each clock.",
    benched: ["width": .integer(2...64)],
    configurations: [("odd", SquareRoot(width: 7))],
    workload: CountWorkload(count: 2000), workloadParameters: CountWorkload.parameters("Roots; all of up to 16 bits"),
    expectedCycles: { unit, work in (unit.width / 2 + 4) * work.count }
  ) { request in
    let unit = request.generator
    func root(_ number: UInt64) -> [UInt64] {
      let root = integerSquareRoot(number)
      return [root, number - root * root]
    }
    if request.checksTiming {
      return try request.timingBench([.init(capacity: 1, latency: (unit.width + 1) / 2 + 1)]) { random in
        let number = random.operand(bits: unit.width)
        return ([number], root(number))
      }
    }
    var bench = try request.streamBench()
    var random = bench.random("operands")
    for operands in request.operands([unit.width], &random) {
      try bench.withStimuli { stimuli throws(BenchError) in
        try stimuli.send(words: operands, on: "push")
        try stimuli.expect(words: root(operands[0]), on: "pop")
      }
    }
    return bench
  }
  .checked(proving: SquareRoot(width: 5)) { unit in
    [
      Checker("root", "root² + remainder is the number, and (root + 1)² is greater.") { io, m in
        let number = m.register("number", io.push.payload, when: io.push.transfers)
        let (root, remainder) = (io.pop.payload.root, io.pop.payload.remainder)
        m.when(io.pop.valid) {
          m.assert(root * root + remainder .== number, "is_root", "root² + remainder is not the number")
          m.assert(remainder .<= root + root, "is_greatest", "a greater root would do")
        }
      },
      iterationLatency((unit.width + 1) / 2 + 1) { ($0.push.valid, $0.push.ready, $0.pop.valid, $0.pop.ready) },
    ]
  }
  .covering(coverSquareRoot)

  private static let coverSquareRoot: Entry<SquareRoot, CountWorkload>.AddCoverage = { _, model throws(CoverageError) in
    let (root, remainder) = (try model.field("pop", "root"), try model.field("pop", "remainder"))
    try model.point(
      "remainder", over: [root, remainder],
      [.value("perfect square", 0), .value("between", 1), .value("one below the next square", 2)]
    ) { $0[1] == 0 ? 0 : $0[1] == 2 * $0[0] ? 2 : 1 }
    try model.excludeBackToBack(["push", "pop"], because: "a root takes a clock for each of its bits")
  }
}
