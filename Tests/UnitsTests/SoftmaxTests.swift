import Engine
import Golden
import NumberFormats
import Simulator
import Testbench
import Testing
import Units

@Suite struct SoftmaxTests {
  /// A row of scores and which of them are kept.
  private struct Row {
    var scores: [BFloat16]
    var kept: [Bool]
  }

  /// Streams rows through the unit, with pauses on both sides, and returns the beats' values row by row.
  private func run(
    _ unit: FloatingSoftmax, _ rows: [Row], pauses: Bool, limit: Int = 20_000
  ) throws -> [[BFloat16]] {
    let engine = try NativeModel(try unit.elaborate())
    func pin(_ name: String) throws -> Pin { try #require(engine.pin(name)) }
    let (pushValid, pushReady, popValid, popReady) =
      (try pin("push_valid"), try pin("push_ready"), try pin("pop_valid"), try pin("pop_ready"))
    let (values, kept, isLast) = (try pin("push_values"), try pin("push_kept"), try pin("push_is_last"))
    let (results, ends) = (try pin("pop_values"), try pin("pop_is_last"))
    try engine.reset(cycles: 2)
    var random = Seed(13).generator("pauses")
    var beats: [(values: [UInt16], kept: UInt64, isLast: Bool)] = []
    for row in rows {
      let starts = Array(stride(from: 0, to: row.scores.count, by: unit.lanes))
      for start in starts {
        let indices = (start..<(start + unit.lanes)).map { $0 < row.scores.count ? $0 : nil }
        // What is left over holds anything.
        let patterns = indices.map { $0.map { row.scores[$0].bitPattern } ?? 0x7FC0 }
        let mask = indices.enumerated().reduce(UInt64(0)) { bits, lane in
          bits | (lane.element.map { row.kept[$0] } ?? false ? 1 << UInt64(lane.offset) : 0)
        }
        beats.append((patterns, mask, start == starts.last))
      }
    }
    var (next, isOffered) = (0, false)
    var found: [[BFloat16]] = []
    var row: [BFloat16] = []
    for _ in 0..<limit where found.count < rows.count {
      if !isOffered, next < beats.count, !pauses || random.integer(below: 3) > 0 {
        isOffered = true
        for (lane, pattern) in beats[next].values.enumerated() {
          let shift = UInt32(16 * (lane % 2))
          values[word: lane / 2] = values[word: lane / 2] & ~(0xFFFF << shift) | UInt32(pattern) << shift
        }
        kept.unsigned = beats[next].kept
        isLast.unsigned = beats[next].isLast ? 1 : 0
      }
      pushValid.unsigned = isOffered ? 1 : 0
      popReady.unsigned = !pauses || random.integer(below: 3) > 0 ? 1 : 0
      engine.settle()
      if popValid.unsigned == 1, popReady.unsigned == 1 {
        for lane in 0..<unit.lanes {
          row.append(
            BFloat16(bitPattern: UInt16(truncatingIfNeeded: results[word: lane / 2] >> UInt32(16 * (lane % 2)))))
        }
        if ends.unsigned == 1 {
          found.append(row)
          row = []
        }
      }
      if isOffered, pushReady.unsigned == 1 {
        isOffered = false
        next += 1
      }
      try engine.run(cycles: 1)
    }
    return found
  }

  private func golden(_ unit: FloatingSoftmax) -> BFloat16Softmax {
    BFloat16Softmax(
      difference: .rounded, accumulation: .fixedPoint(fractionBits: unit.sumFractionBits), division: .reciprocal)
  }

  private func check(_ unit: FloatingSoftmax, _ rows: [Row], pauses: Bool) throws {
    let found = try run(unit, rows, pauses: pauses)
    #expect(found.count == rows.count)
    for (row, probabilities) in zip(rows, found) {
      let expected = try golden(unit)(row.scores, kept: row.kept)
      #expect(Array(probabilities.prefix(row.scores.count)) == expected)
      #expect(probabilities.dropFirst(row.scores.count).allSatisfy { $0 == .zero })
    }
  }

  /// Normal scores of several deviations, with masks.
  private func rows(_ count: Int, upTo length: Int) -> [Row] {
    var random = Seed(14).generator("scores")
    return (0..<count).map { index in
      let size = index == 0 ? length : 1 + random.integer(below: length)
      let scores = (0..<size).map { _ in
        let sum = (0..<8).reduce(0) { total, _ in total + random.integer(below: 1000) } - 3996
        return BFloat16(Double(sum) / 800 * Double(1 + index % 4))
      }
      return Row(scores: scores, kept: scores.map { _ in index % 3 == 0 || random.integer(below: 4) > 0 })
    }
  }

  static let units = [
    FloatingSoftmax(lanes: 4, maximumBeats: 8), FloatingSoftmax(lanes: 1, maximumBeats: 16, stages: 0),
    FloatingSoftmax(lanes: 2, maximumBeats: 8, sumFractionBits: 24, stages: 2),
  ]

  @Test(arguments: units) func `Probabilities equal the definition`(unit: FloatingSoftmax) throws {
    let rows = rows(isExhaustive ? 200 : 5, upTo: unit.lanes * unit.maximumBeats)
    try check(unit, rows, pauses: false)
    try check(unit, rows, pauses: true)
  }

  @Test func `Rows of special scores`() throws {
    let (infinity, nan) = (BFloat16.infinity, BFloat16.notANumber)
    func row(_ scores: [BFloat16], _ kept: [Bool]? = nil) -> Row {
      Row(scores: scores, kept: kept ?? scores.map { _ in true })
    }
    try check(
      Self.units[0],
      [
        row([.one, nan, .zero, -infinity]), row([infinity, .one, -infinity]), row([-infinity, -infinity]),
        row([.one, .one, .one, .one, .one], [false, false, false, false, false]), row([nan, .one], [false, true]),
        row([.zero, -.zero, .zero]), row([.greatestFinite, -.greatestFinite, .zero]), row([.one]),
      ], pauses: false)
  }

  @Test func `A row that is too long is cut`() throws {
    let unit = FloatingSoftmax(lanes: 2, maximumBeats: 4, stages: 0)
    let scores = (0..<20).map { BFloat16(Double($0) / 4) }
    let found = try run(
      unit, [Row(scores: scores, kept: scores.map { _ in true }), Row(scores: [.one], kept: [true])], pauses: false,
      limit: 2000)
    // The second row of the list is the second part of the first one.
    #expect(found == (try [0..<8, 8..<16].map { try golden(unit)(Array(scores[$0])) }))
  }
}
