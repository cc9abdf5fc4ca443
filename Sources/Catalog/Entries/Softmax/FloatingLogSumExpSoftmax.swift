import Catalog
import Golden
import NumberFormats
import Testbench
import Units

extension Catalog {
  /// Probabilities without a division.
  static let logSumExpSoftmax = Entry<FloatingLogSumExpSoftmax, CountWorkload>(
    "log-sum-exp-softmax",
    "Softmax of rows of bfloat16 scores without a divider, by the logarithm of the sum, with masks.",
    configurations: [
      (
        "small",
        FloatingLogSumExpSoftmax {
          ($0.lanes, $0.maximumBeats, $0.exponentFractionBits, $0.weightFractionBits, $0.stages) = (2, 4, 4, 12, 0)
        }
      )
    ],
    workload: CountWorkload(count: 96), workloadParameters: CountWorkload.parameters("Rows"),
    expectedCycles: { unit, work in work.count * unit.maximumBeats }
  ) { request in
    let unit = request.generator
    let golden = try BFloat16LogSumExpSoftmax(
      exponentFractionBits: unit.exponentFractionBits, weightFractionBits: unit.weightFractionBits)
    var bench = try request.streamBench()
    var random = bench.random("scores")
    for index in 0..<request.workload.count {
      var row = ScoreRow(index, lanes: unit.lanes, maximumBeats: unit.maximumBeats, &random)
      if index % 8 == 5 { row.spread(&random) }
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

extension ScoreRow {
  /// Makes of the scores a greatest one near 0 and others so far below it that their probabilities are about 2^−126, the least
  /// that is not zero; or as far below as their weights are half of the least one.
  fileprivate mutating func spread(_ random: inout Xoshiro256) {
    let isFar = random.integer(below: 2) == 0
    for index in scores.indices {
      let distance = isFar ? 168 + random.integer(below: 14) : 10 + random.integer(below: 32)
      let score = index == 0 ? Double(random.integer(below: 4)) / 4 : -Double(distance) / 2
      scores[index] = UInt64(BFloat16(score).bitPattern)
      kept[index] = kept[index] || index == 0
    }
  }
}
