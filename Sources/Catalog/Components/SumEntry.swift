import Components
import Formal
import Golden
import Testbench

extension Catalog {
  /// Sums of the first terms.
  public static let prefixSum = Entry<PrefixSum, CountWorkload>(
    "prefix-sum", "All sums of the first terms of a list in one clock.",
    parameters: [
      .integer("count", \.count, "Terms"),
      .integer("width", \.width, "Bits of a term", benched: 1...48),
      .choice("network", \.network, words(), "The network of adders"),
    ],
    configurations: [
      ("sklansky", PrefixSum(count: 7, width: 2, network: .sklansky)),
      ("brent-kung", PrefixSum(count: 16, width: 8, network: .brentKung)),
    ],
    workload: CountWorkload(count: 5000), workloadParameters: CountWorkload.parameters("Lists; all of up to 16 bits"),
    expectedCycles: { _, work in work.count }
  ) { request in
    let unit = request.generator
    return try request.operandBench([Int](repeating: unit.width, count: unit.count), golden: prefixSums)
  }
  .proving(PrefixSum(count: 11, width: 3, network: .brentKung)) { unit in
    let steps = (1..<max(1, unit.count)).map { "assert (sum_\($0) == sum_\($0 - 1) + term_\($0));" }
    return [
      Property(
        "sums", "Every sum is the one before and a term, and the first one is a term.",
        verilog: "always @* begin assert (sum_0 == term_0); \(steps.joined(separator: " ")) end")
    ]
  }
  .covering(coverPrefixSum)

  /// One sum of many terms.
  public static let adderTree = Entry<AdderTree, CountWorkload>(
    "adder-tree", "Exact sum of several signed terms, pipelined where wanted.",
    parameters: [
      .integer("count", \.count, "Terms"),
      .integer("width", \.width, "Bits of a term", benched: 1...48),
      .integer("levelsPerStage", \.levelsPerStage, "Levels of adders between registers; 0 for none"),
    ],
    configurations: [("pipelined", AdderTree(count: 5, width: 6, levelsPerStage: 1))],
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
  .proving(AdderTree(count: 7, width: 5)) { tree in
    guard tree.latency == 0 else { return [] }
    let terms = (0..<tree.count).map { "term_\($0)" }.joined(separator: " + ")
    return [Property("sum", "The sum is that of all terms.", verilog: "always @* assert (sum == \(terms));")]
  }
  .covering(coverAdderTree)
}
