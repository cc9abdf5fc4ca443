import Catalog
import Components
import Golden
import HDL
import Testbench
import Units

extension Catalog {
  /// Bits that are 1.
  public static let populationCounter = Entry<PopulationCounter, CountWorkload>(
    "population-counter", "Counts the bits of a word that are 1.",
    benched: ["width": .integer(1...64)],
    workload: CountWorkload(count: 65536), workloadParameters: CountWorkload.parameters("Words; all of up to 16 bits"),
    expectedCycles: { _, work in work.count }
  ) { request in
    let golden = WordOperations(width: request.generator.width)
    return try request.operandBench([golden.width]) { [UInt64(golden.populationCount($0[0]))] }
  }
  .checked(proving: PopulationCounter(width: 24)) { counter in
    [
      Checker("count", "The count is the sum of the bits.") { io, m in
        let bits = (0..<counter.width).map { io.value[$0].asUnsigned }
        m.assert(io.count .== sum(bits), "is_sum", "the count is not the number of ones")
      }
    ]
  }
  .covering(coverPopulationCounter)

  private static let coverPopulationCounter: Entry<PopulationCounter, CountWorkload>.AddCoverage = {
    unit, model throws(CoverageError) in
    try model.point("ones", over: try model.pin("count"), .each(0...unit.width))
  }
}
