import Components
import Golden
import HDL
import Testbench

extension Catalog {
  /// Sums of the first terms.
  public static let prefixSum = Entry<PrefixSum, CountWorkload>(
    "prefix-sum", "All sums of the first terms of a list in one clock.",
    benched: ["width": .integer(1...48)],
    configurations: [
      ("sklansky", PrefixSum(width: 2) { ($0.count, $0.network) = (7, .sklansky) }),
      ("brent-kung", PrefixSum(width: 8) { ($0.count, $0.network) = (16, .brentKung) }),
    ],
    workload: CountWorkload(count: 5000), workloadParameters: CountWorkload.parameters("Lists; all of up to 16 bits"),
    expectedCycles: { _, work in work.count }
  ) { request in
    let unit = request.generator
    return try request.operandBench([Int](repeating: unit.width, count: unit.count), golden: prefixSums)
  }
  .checked(proving: PrefixSum(width: 3) { ($0.count, $0.network) = (11, .brentKung) }) { unit in
    [
      Checker("sums", "Every sum is the one before and a term, and the first one is a term.") { io, m in
        m.assert(io.sum[0] .== io.term[0], "begins", "the first sum is not the first term")
        for index in 1..<max(1, unit.count) {
          m.assert(
            io.sum[index] .== io.sum[index - 1] + io.term[index], "adds_\(index)",
            "sum \(index) is not the one before and a term")
        }
      }
    ]
  }
  .covering(coverPrefixSum)

  /// One sum of many terms.
  public static let adderTree = Entry<AdderTree, CountWorkload>(
    "adder-tree", "Exact sum of several signed terms, pipelined where wanted.",
    benched: ["width": .integer(1...48)],
    configurations: [("pipelined", AdderTree(width: 6) { ($0.count, $0.levelsPerStage) = (5, 1) })],
    workload: CountWorkload(count: 5000), workloadParameters: CountWorkload.parameters("Sums"),
    expectedCycles: { _, work in work.count }
  ) { request in
    let tree = request.generator
    var bench = try request.pipelineBench(latency: tree.latency)
    var random = bench.random("operands")
    for _ in 0..<request.workload.count {
      let terms = (0..<tree.count).map { _ in random.signed(bits: tree.width) }
      try bench.append(terms, expecting: [terms.reduce(0, +)])
    }
    return bench
  }
  .checked(proving: AdderTree(width: 5) { $0.count = 7 }) { tree in
    guard tree.latency == 0 else { return [] }
    return [
      Checker("sum", "The sum is that of all terms.") { io, m in
        let all = io.term.dropFirst().reduce(io.term[0]) { $0 + $1 }
        m.assert(io.sum .== all, "is_sum", "the sum is not that of all terms")
      }
    ]
  }
  .covering(coverAdderTree)
}
