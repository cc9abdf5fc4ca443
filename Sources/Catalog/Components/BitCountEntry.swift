import Components
import Formal
import Golden

extension Catalog {
  /// Bits that are 1.
  public static let populationCounter = Entry<PopulationCounter, CountWorkload>(
    "population-counter", "Counts the bits of a word that are 1.",
    parameters: [.integer("width", \.width, "Bits of the word", benched: 1...64)],
    workload: CountWorkload(count: 65536), workloadParameters: CountWorkload.parameters("Words; all of up to 16 bits"),
    expectedCycles: { _, work in work.count }
  ) { request in
    let golden = WordOperations(width: request.generator.width)
    return try request.operandBench([golden.width]) { [UInt64(golden.populationCount($0[0]))] }
  }
  .proving(PopulationCounter(width: 24)) { counter in
    let bits = (0..<counter.width).map { "value[\($0)]" }.joined(separator: " + ")
    return [Property("count", "The count is the sum of the bits.", verilog: "always @* assert (count == \(bits));")]
  }
  .covering(coverPopulationCounter)

  /// Zeros above the highest 1.
  public static let leadingZeroCounter = Entry<LeadingZeroCounter, CountWorkload>(
    "leading-zero-counter", "Counts the zeros above the highest 1 of a word.",
    parameters: [.integer("width", \.width, "Bits of the word", benched: 1...64)],
    workload: CountWorkload(count: 65536), workloadParameters: CountWorkload.parameters("Words; all of up to 16 bits"),
    expectedCycles: { _, work in work.count }
  ) { request in
    let golden = WordOperations(width: request.generator.width)
    return try request.operandBench([golden.width]) { [UInt64(golden.leadingZeroCount($0[0]))] }
  }
  .proving(LeadingZeroCounter(width: 45)) { counter in
    [
      Property(
        "count", "Above the highest 1 stand as many zeros as counted.",
        verilog: """
          wire [\(2 * counter.width - 1):0] moved = {\(counter.width)'d0, value} << count;
          always @* begin
            assert (count <= \(counter.width) && moved[\(2 * counter.width - 1):\(counter.width)] == 0);
            assert (count == \(counter.width) ? value == 0 : moved[\(counter.width - 1)]);
          end
          """)
    ]
  }
  .covering(coverLeadingZeroCounter)
}
