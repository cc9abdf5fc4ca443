import Catalog
import Golden
import NumberFormats
import Testbench
import Units

extension Catalog {
  /// Running sums of products.
  static let floatingAccumulator = Entry<FloatingMultiplyAccumulator, CountWorkload>(
    "floating-accumulator", "Running sum of floating point products: exact inside, rounded once on its way out.",
    configurations: [
      ("e4m3", FloatingMultiplyAccumulator { ($0.format, $0.headroom) = (.float8E4M3, 6) }),
      ("pipelined", FloatingMultiplyAccumulator { ($0.format, $0.headroom, $0.stages) = (.float8E5M2, 5, 3) }),
    ],
    workload: CountWorkload(count: 2000), workloadParameters: CountWorkload.parameters("Products"),
    expectedCycles: { _, work in work.count }
  ) { request in
    let unit = request.generator
    let operands = FloatingOperands(format: unit.format)
    var bench = try PinBench(
      request.interface, latency: unit.latency, inputs: ["a", "b", "is_valid", "is_first"], name: request.name,
      index: request.index, seed: request.seed)
    var random = bench.random("operands")
    var (left, right): ([UInt64], [UInt64]) = ([], [])
    // Pairs that belong together, and come one after the other.
    var series: [[UInt64]] = []
    for step in 0..<request.workload.count {
      var pair = operands.factors(step, &random)
      if let a = left.last, let b = right.last, random.integer(below: 3) == 0 {
        pair = [random.neighbour(of: unit.format.negated(a), unit.format), random.neighbour(of: b, unit.format)]
      }
      let begins = series.isEmpty && random.integer(below: 16) == 0
      if begins { series = operands.series(3, &random) }
      let isInSeries = !series.isEmpty
      if let next = series.popLast() { pair = next }
      let isValid = isInSeries || step == 0 || random.integer(below: 4) > 0
      // Beyond 2^headroom products a sum may wrap.
      let isLong = left.count >= min(1 << unit.headroom, 64)
      let isFirst = step == 0 || begins || !isInSeries && random.integer(below: 8) == 0 || isLong
      if isValid {
        if isFirst { (left, right) = ([], []) }
        left.append(pair[0])
        right.append(pair[1])
      }
      try bench.append(
        pair + [isValid ? 1 : 0, isFirst ? 1 : 0], expecting: [unit.format.dot(left, right)])
    }
    return bench
  }
  .covering { unit, model throws(CoverageError) in
    try model.addClasses(of: [("a", unit.format), ("b", unit.format), ("sum", unit.format)])
    try model.point("valid", over: try model.pin("is_valid"), .bit)
    try model.point("first", over: try model.pin("is_first"), .bit)
    try model.cross("valid × first", ["valid", "first"])
  }
  .scored(on: "e4m3")
}
