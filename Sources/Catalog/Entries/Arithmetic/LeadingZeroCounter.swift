import Catalog
import Components
import Golden
import HDL
import Testbench
import Units

extension Catalog {
  /// Zeros above the highest 1.
  public static let leadingZeroCounter = Entry<LeadingZeroCounter, CountWorkload>(
    "leading-zero-counter", "Counts the zeros above the highest 1 of a word.",
    benched: ["width": .integer(1...64)],
    workload: CountWorkload(count: 65536), workloadParameters: CountWorkload.parameters("Words; all of up to 16 bits"),
    expectedCycles: { _, work in work.count }
  ) { request in
    let golden = WordOperations(width: request.generator.width)
    return try request.operandBench([golden.width]) { [UInt64(golden.leadingZeroCount($0[0]))] }
  }
  .checked(proving: LeadingZeroCounter(width: 45)) { counter in
    [
      Checker("count", "Above the highest 1 stand as many zeros as counted.") { io, m in
        let width = counter.width
        let moved = io.value.asUnsigned.extended(to: 2 * width) &<< io.count
        m.assert(io.count .<= UInt(width), "is_possible", "more zeros are counted than there are bits")
        m.assert(!moved.asBits[width..<(2 * width)].any, "are_zeros", "there is a 1 among the bits that are counted")
        m.assert(
          mux(io.count .== UInt(width), !io.value.any, moved[width - 1]), "ends_at_a_one",
          "there are more zeros than are counted")
      }
    ]
  }
  .covering(coverLeadingZeroCounter)

  private static let coverLeadingZeroCounter: Entry<LeadingZeroCounter, CountWorkload>.AddCoverage = {
    unit, model throws(CoverageError) in
    try model.point("zeros", over: try model.pin("count"), .each(0...unit.width))
  }
}
