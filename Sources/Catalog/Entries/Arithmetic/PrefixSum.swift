import Catalog
import Components
import Golden
import HDL
import Testbench
import Units

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

  private static let coverPrefixSum: Entry<PrefixSum, CountWorkload>.AddCoverage = {
    unit, model throws(CoverageError) in
    let width = model.width("sum_0")
    for index in 0..<unit.count {
      let most = (index + 1) * (1 << unit.width - 1)
      try model.excludeBits(
        "sum_\(index)", (0..<width).filter { most >> $0 == 0 },
        because: "\(index + 1) terms of \(unit.width) bits add up to \(most) at most")
    }
    guard unit.count >= 2 else { return }
    // How far a carry moves in the first addition.
    try model.point(
      "carry length", over: [try model.pin("term_0"), try model.pin("term_1")], .each(0...unit.width)
    ) { values in
      var carries = (values[0] + values[1]) ^ values[0] ^ values[1]
      var length = 0
      while carries != 0 {
        carries &= carries << 1
        length += 1
      }
      return length
    }
  }
}
