import Catalog
import Golden
import NumberFormats
import Testbench
import Units

extension Catalog {
  /// Probabilities.
  static let floatingSoftmax = Entry<FloatingSoftmax, CountWorkload>(
    "floating-softmax", "Softmax of rows of bfloat16 scores, stable, with masks, any length up to a limit.",
    configurations: [
      (
        "small",
        FloatingSoftmax { ($0.lanes, $0.maximumBeats, $0.sumFractionBits, $0.stages) = (2, 4, 10, 0) }
      )
    ],
    workload: CountWorkload(count: 96), workloadParameters: CountWorkload.parameters("Rows"),
    expectedCycles: { unit, work in work.count * (unit.maximumBeats + unit.divisionCycles) }
  ) { request in
    let unit = request.generator
    let golden = BFloat16Softmax(
      difference: .rounded, accumulation: .fixedPoint(fractionBits: unit.sumFractionBits), division: .reciprocal)
    var bench = try request.streamBench()
    var random = bench.random("scores")
    for index in 0..<request.workload.count {
      let row = ScoreRow(index, lanes: unit.lanes, maximumBeats: unit.maximumBeats, &random)
      let probabilities = try row.split(upTo: unit.lanes * unit.maximumBeats) { scores, kept in
        try golden(scores, kept: kept).map { UInt64($0.bitPattern) }
      }
      try bench.withStimuli { stimuli throws(BenchError) in
        try row.send(to: &stimuli, lanes: unit.lanes)
        for row in probabilities {
          for beat in row.beats(of: unit.lanes) {
            try stimuli.expect(words: packed(beat.values, width: 16) + [beat.isLast ? 1 : 0], on: "pop")
          }
        }
      }
    }
    return bench
  }
  .covering { unit, model throws(CoverageError) in
    try model.addScores(unit.lanes)
    try model.excludeBits(
      "pop.values", (0..<unit.lanes).map { 16 * $0 + 15 }, because: "a probability is not negative")
  }
  .scored(on: "small")
}
