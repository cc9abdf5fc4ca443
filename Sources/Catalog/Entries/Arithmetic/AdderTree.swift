import Catalog
import Components
import Golden
import HDL
import Testbench
import Units

extension Catalog {
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

  private static let coverAdderTree: Entry<AdderTree, CountWorkload>.AddCoverage = {
    tree, model throws(CoverageError) in
    let half = 1 << (tree.width - 1)
    try model.point(
      "sum", over: try model.pin("sum"),
      [
        .range("below the range of a term", Int.min ... -half - 1), .range("negative", -half ... -1), .value("zero", 0),
        .range("positive", 1...half - 1), .range("above the range of a term", half...Int.max),
      ])
    guard tree.count >= 2 else { return }
    for term in 0..<2 { try model.point("sign of term \(term)", over: try model.pin("term_\(term)"), .signs) }
    try model.cross("signs", ["sign of term 0", "sign of term 1"])
  }
}
