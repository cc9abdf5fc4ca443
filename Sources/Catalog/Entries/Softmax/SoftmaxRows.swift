import Golden
import NumberFormats
import Testbench
import Units

/// A row of scores as it goes to a softmax, several a beat.
struct ScoreRow {
  /// Scores, with those that are left over in the last beat.
  var scores: [UInt64]
  /// Which of them take part.
  var kept: [Bool]

  /// A row of one of several kinds: usual scores, some masked; all masked; with infinities or NaN; of any bits; all alike; and one of
  /// sixteen longer than the unit is made for.
  init(_ index: Int, lanes: Int, maximumBeats: Int, _ random: inout Xoshiro256) {
    let isLong = index % 16 == 9
    let beats =
      isLong
      ? maximumBeats + 1 + random.integer(below: maximumBeats)
      : index % 4 == 0 || index % 8 == 7 ? maximumBeats : 1 + random.integer(below: maximumBeats)
    let mask = random.integer(below: 4)
    let kind = index % 8
    let spread = random.integer(below: 6)
    scores = []
    kept = []
    for _ in 0..<beats {
      let corner = random.integer(below: 8)
      for lane in 0..<lanes {
        let score =
          switch kind {
          case 1: random.score(special: true, spread)
          case 3: random.operand(bits: 16)
          // All alike, so that the sum is the greatest there is.
          case 7: UInt64(0x3F80)
          default: random.score(special: false, spread)
          }
        let isCorner = kind == 3 && corner < 4
        scores.append(isCorner ? cornerLane(lane, of: lanes, width: 16, number: corner) : score)
        kept.append(mask == 0 || mask < 3 && random.integer(below: 4) > 0 || kind == 3 || kind == 7)
      }
    }
  }

  /// The results of each part of the row that the unit takes as one, which has up to `length` scores.
  func split(upTo length: Int, _ golden: ([BFloat16], [Bool]) throws -> [UInt64]) rethrows -> [[UInt64]] {
    try stride(from: 0, to: scores.count, by: length).map { start in
      let end = min(start + length, scores.count)
      return try golden(
        scores[start..<end].map { BFloat16(bitPattern: UInt16($0)) }, Array(kept[start..<end]))
    }
  }

  func send(to stimuli: inout Stimuli, lanes: Int) throws(BenchError) {
    for (beat, mask) in zip(scores.beats(of: lanes), kept.map { $0 ? 1 : 0 as UInt64 }.beats(of: lanes)) {
      try stimuli.send(
        words: packed(beat.values, width: 16) + packed(mask.values, width: 1) + [beat.isLast ? 1 : 0], on: "push")
    }
  }
}

extension [UInt64] {
  /// The elements `lanes` at a time.
  func beats(of lanes: Int) -> [(values: [UInt64], isLast: Bool)] {
    stride(from: 0, to: count, by: lanes).map { start in
      (Array(self[start..<Swift.min(start + lanes, count)]), start + lanes >= count)
    }
  }
}

extension Xoshiro256 {
  /// A bfloat16 score: of a size up to 2^(spread − 2), or an infinity, NaN, a zero, a subnormal number.
  mutating func score(special: Bool, _ spread: Int) -> UInt64 {
    asOneDraw { random in
      if special, random.integer(below: 6) == 0 {
        return [0x7F80, 0xFF80, 0x7FC0, 0xFFFF, 0x8000, 0x0001][random.integer(below: 6)]
      }
      let field = UInt64(127 - 4 + spread - random.integer(below: 6))
      let sign = UInt64(random.integer(below: 2)) << 15
      return random.integer(below: 8) == 0 ? 0xFF80 : sign | field << 7 | random.next() >> 57
    }
  }
}

extension CoverageModel {
  /// Points for the scores of a row.
  mutating func addScores(_ lanes: Int) throws(CoverageError) {
    let all = 1 << lanes - 1
    try point(
      "kept", over: [try field("push", "kept")],
      [.value("none", 0)] + (lanes > 1 ? [.value("some", 1)] : []) + [.value("all", 2)]
    ) { $0[0] & all == 0 ? 0 : $0[0] & all == all ? 2 : 1 }
    try point("end of row", over: try field("push", "is_last"), .bit)
  }
}
