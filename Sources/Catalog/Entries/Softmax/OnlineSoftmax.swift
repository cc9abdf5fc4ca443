import Catalog
import Golden
import NumberFormats
import Testbench
import Units

extension Catalog {
  /// Probabilities of int8 scores as integers.
  static let onlineSoftmax = Entry<OnlineSoftmax, CountWorkload>(
    "online-softmax", "Softmax of rows of int8 scores in base 2: codes whose sum may be exactly 2^n.",
    configurations: [
      (
        "exact",
        OnlineSoftmax {
          ($0.lanes, $0.maximumBeats, $0.outputWidth, $0.fractionBits, $0.sum) = (2, 8, 16, 15, .exact)
          $0.divisionStages = 4
        }
      ),
      (
        "two-pass",
        OnlineSoftmax {
          ($0.lanes, $0.maximumBeats, $0.exponentStep, $0.fractionBits, $0.sum) = (3, 5, 40_000, 8, .twoPass)
          ($0.stages, $0.divisionStages) = (0, 0)
        }
      ),
      (
        "small",
        OnlineSoftmax {
          ($0.lanes, $0.maximumBeats, $0.exponentStep, $0.exponentFractionBits) = (2, 3, 3001, 2)
          ($0.weightFractionBits, $0.fractionBits, $0.stages, $0.divisionStages) = (8, 8, 0, 0)
        }
      ),
    ],
    workload: CountWorkload(count: 200), workloadParameters: CountWorkload.parameters("Rows"),
    expectedCycles: { unit, work in work.count * unit.maximumBeats }
  ) { request in
    let unit = request.generator
    let golden = try unit.definition
    var bench = try request.streamBench()
    var random = bench.random("scores")
    for index in 0..<request.workload.count {
      let row = IntegerScoreRow(index, lanes: unit.lanes, maximumBeats: unit.maximumBeats, &random)
      let length = unit.lanes * unit.maximumBeats
      let codes = try stride(from: 0, to: row.scores.count, by: length).map { start in
        let range = start..<min(start + length, row.scores.count)
        return try golden(Array(row.scores[range]), kept: Array(row.kept[range]))
      }
      try bench.withStimuli { stimuli throws(BenchError) in
        try row.send(to: &stimuli, lanes: unit.lanes)
        for part in codes {
          for beat in part.map({ UInt64($0) }).beats(of: unit.lanes) {
            try stimuli.expect(
              words: packed(beat.values, width: unit.outputWidth) + [beat.isLast ? 1 : 0], on: "pop")
          }
        }
      }
    }
    return bench
  }
  .covering { unit, model throws(CoverageError) in
    try model.addScores(unit.lanes)
    // In some rows one element has all of 2^n.
    let reached = min(unit.fractionBits + 1, unit.outputWidth)
    try model.excludeBits(
      "pop.codes",
      (0..<unit.lanes).flatMap { lane in (reached..<unit.outputWidth).map { unit.outputWidth * lane + $0 } },
      because: "a code is 2^\(unit.fractionBits) at most")
  }
  .scored(on: "small")
}

extension OnlineSoftmax {
  /// What the unit computes.
  package var definition: IntegerSoftmax {
    get throws(SoftmaxError) {
      try IntegerSoftmax(
        exponentStep: Int64(exponentStep), exponentFractionBits: exponentFractionBits,
        weightFractionBits: weightFractionBits, outputWidth: outputWidth, fractionBits: fractionBits,
        sum: sum.definition, lanes: lanes)
    }
  }
}

/// A row of int8 scores as it goes to a softmax, several a beat.
private struct IntegerScoreRow {
  var scores: [Int8] = []
  var kept: [Bool] = []

  /// A row of one of several kinds: scores near each other or far apart, in any order or growing, some masked or all; and one of
  /// sixteen longer than the unit is made for.
  init(_ index: Int, lanes: Int, maximumBeats: Int, _ random: inout Xoshiro256) {
    let beats =
      index % 16 == 9
      ? maximumBeats + 1 + random.integer(below: maximumBeats)
      : index % 4 == 0 ? maximumBeats : 1 + random.integer(below: maximumBeats)
    let mask = random.integer(below: 5)
    let spread = 1 << random.integer(below: 8)
    let middle = random.integer(in: -128...127)
    for beat in 0..<beats {
      let corner = random.integer(below: 16)
      for lane in 0..<lanes {
        let score: Int
        if corner < 4, index % 8 == 3 {
          score = Int(Int8(truncatingIfNeeded: cornerLane(lane, of: lanes, width: 8, number: corner)))
        } else if index % 8 == 5 {
          score = -128 + (255 * (beat * lanes + lane)) / (beats * lanes)
        } else {
          score = middle + random.integer(in: -spread...spread)
        }
        scores.append(Int8(clamping: score))
        kept.append(mask == 0 || mask < 4 && random.integer(below: 4) > 0)
      }
    }
  }

  func send(to stimuli: inout Stimuli, lanes: Int) throws(BenchError) {
    let codes = scores.map { UInt64(UInt8(bitPattern: $0)) }
    for (beat, mask) in zip(codes.beats(of: lanes), kept.map { $0 ? 1 : 0 as UInt64 }.beats(of: lanes)) {
      try stimuli.send(
        words: packed(beat.values, width: 8) + packed(mask.values, width: 1) + [beat.isLast ? 1 : 0], on: "push")
    }
  }
}
