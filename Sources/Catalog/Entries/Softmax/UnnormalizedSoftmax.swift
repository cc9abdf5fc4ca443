import Catalog
import Golden
import NumberFormats
import Testbench
import Units

extension Catalog {
  /// Weights and the reciprocal of their sum.
  static let unnormalizedSoftmax = Entry<UnnormalizedSoftmax, CountWorkload>(
    "unnormalized-softmax",
    "Weights of softmax as codes of 7 bits, and the reciprocal of their sum: division deferred.",
    configurations: [("small", UnnormalizedSoftmax { ($0.lanes, $0.maximumBeats, $0.stages) = (2, 4, 0) })],
    workload: CountWorkload(count: 96), workloadParameters: CountWorkload.parameters("Rows"),
    expectedCycles: { unit, work in work.count * (unit.maximumBeats + unit.divisionCycles) }
  ) { request in
    let unit = request.generator
    let golden = DeferredSoftmax(softmax: BFloat16Softmax(difference: .rounded))
    var bench = try request.streamBench()
    var random = bench.random("scores")
    for index in 0..<request.workload.count {
      let row = ScoreRow(index, lanes: unit.lanes, maximumBeats: unit.maximumBeats, &random)
      var reciprocals: [UInt64] = []
      let codes = try row.split(upTo: unit.lanes * unit.maximumBeats) { scores, kept in
        let (codes, reciprocal) = try golden(scores, kept: kept)
        reciprocals.append(UInt64(reciprocal.bitPattern))
        return codes.map { UInt64($0) }
      }
      try bench.withStimuli { stimuli throws(BenchError) in
        try row.send(to: &stimuli, lanes: unit.lanes)
        for row in codes {
          for beat in row.beats(of: unit.lanes) {
            try stimuli.expect(words: packed(beat.values, width: 8) + [beat.isLast ? 1 : 0], on: "codes")
          }
        }
        for reciprocal in reciprocals { try stimuli.expect(words: [reciprocal], on: "reciprocals") }
      }
    }
    return bench
  }
  .covering { unit, model throws(CoverageError) in
    try model.addScores(unit.lanes)
    try model.excludeBits("codes.codes", (0..<unit.lanes).map { 8 * $0 + 7 }, because: "a code is 127 at most")
    try model.excludeBits("reciprocals.value", [15], because: "a reciprocal is not negative")
    try model.excludeBackToBack(["reciprocals"], because: "a division takes a clock for each bit")
  }
  .scored(on: "small")
}
