import Golden
import NumberFormats
import TestFiles
import Testbench
import Testing
import Units

@Suite struct SoftmaxTests {
  /// The rows of probabilities.
  private func run(
    _ unit: FloatingSoftmax, _ rows: [ScoreRow], pauses: Bool, limit: Int = 20_000
  ) throws -> [[BFloat16]] {
    let bench = SoftmaxBench(lanes: unit.lanes, pauses: pauses, limit: limit)
    let beats = try bench.run(unit, rows, outputs: [.init(stream: "pop", field: "values", last: "is_last")])[0]
    return beats.split { $0.map { BFloat16(bitPattern: UInt16($0)) } }
  }

  private func golden(_ unit: FloatingSoftmax) -> BFloat16Softmax {
    BFloat16Softmax(
      difference: .rounded, accumulation: .fixedPoint(fractionBits: unit.sumFractionBits), division: .reciprocal)
  }

  private func check(_ unit: FloatingSoftmax, _ rows: [ScoreRow], pauses: Bool) throws {
    let found = try run(unit, rows, pauses: pauses)
    #expect(found.count == rows.count)
    for (row, probabilities) in zip(rows, found) {
      let expected = try golden(unit)(row.scores, kept: row.kept)
      #expect(Array(probabilities.prefix(row.scores.count)) == expected)
      #expect(probabilities.dropFirst(row.scores.count).allSatisfy { $0 == .zero })
    }
  }

  /// Normal scores of several deviations, with masks.
  private func rows(_ count: Int, upTo length: Int) -> [ScoreRow] {
    var random = Seed(14).generator("scores")
    return (0..<count).map { index in
      let size = index == 0 ? length : 1 + random.integer(below: length)
      let scores = (0..<size).map { _ in
        let sum = (0..<8).reduce(0) { total, _ in total + random.integer(below: 1000) } - 3996
        return BFloat16(Double(sum) / 800 * Double(1 + index % 4))
      }
      return ScoreRow(scores: scores, kept: scores.map { _ in index % 3 == 0 || random.integer(below: 4) > 0 })
    }
  }

  static let units = [
    FloatingSoftmax { ($0.lanes, $0.maximumBeats) = (4, 8) },
    FloatingSoftmax { ($0.lanes, $0.maximumBeats, $0.stages) = (1, 16, 0) },
    FloatingSoftmax { ($0.lanes, $0.maximumBeats, $0.sumFractionBits, $0.stages) = (2, 8, 24, 2) },
  ]

  @Test(arguments: units) func `Probabilities equal the definition`(unit: FloatingSoftmax) throws {
    let rows = rows(Tier.isFull ? 200 : 5, upTo: unit.lanes * unit.maximumBeats)
    if Tier.isFull || unit.stages != 1 { try check(unit, rows, pauses: false) }
    if Tier.isFull || unit.stages == 1 { try check(unit, rows, pauses: true) }
  }

  @Test func `Rows of special scores`() throws {
    let (infinity, nan) = (BFloat16.infinity, BFloat16.notANumber)
    func row(_ scores: [BFloat16], _ kept: [Bool]? = nil) -> ScoreRow {
      ScoreRow(scores: scores, kept: kept ?? scores.map { _ in true })
    }
    try check(
      Self.units[0],
      [
        row([.one, nan, .zero, -infinity]), row([infinity, .one, -infinity]), row([-infinity, -infinity]),
        row([.one, .one, .one, .one, .one], [false, false, false, false, false]), row([nan, .one], [false, true]),
        row([.zero, -.zero, .zero]), row([.greatestFinite, -.greatestFinite, .zero]), row([.one]),
      ], pauses: false)
  }

  @Test(arguments: [
    UnnormalizedSoftmax { $0.maximumBeats = 8 },
    UnnormalizedSoftmax { ($0.lanes, $0.maximumBeats, $0.stages) = (2, 8, 0) },
  ])
  func `Codes and reciprocals equal the definition`(unit: UnnormalizedSoftmax) throws {
    let (infinity, nan) = (BFloat16.infinity, BFloat16.notANumber)
    let special: [[BFloat16]] = [[.one, nan, .zero], [infinity, .one, -infinity], [-infinity], [.zero, -.zero]]
    let rows =
      rows(Tier.isFull ? 200 : 4, upTo: unit.lanes * unit.maximumBeats)
      + special.map { ScoreRow(scores: $0, kept: $0.map { _ in true }) }
    let found = try SoftmaxBench(lanes: unit.lanes, pauses: unit.stages > 0, limit: 20_000).run(
      unit, rows,
      outputs: [.init(stream: "codes", field: "codes", last: "is_last"), .init(stream: "reciprocals", field: "value")])
    let (codes, reciprocals) = (found[0].split { $0.map { UInt8($0) } }, found[1].beats.map { UInt16($0.lanes[0]) })
    #expect(codes.count == rows.count && reciprocals.count == rows.count)
    for (row, (rowCodes, reciprocal)) in zip(rows, zip(codes, reciprocals)) {
      let expected = try DeferredSoftmax(softmax: BFloat16Softmax(difference: .rounded))(row.scores, kept: row.kept)
      #expect(Array(rowCodes.prefix(row.scores.count)) == expected.codes)
      #expect(rowCodes.dropFirst(row.scores.count).allSatisfy { $0 == 0 })
      #expect(reciprocal == expected.reciprocal.bitPattern, "\(row.scores)")
    }
  }

  @Test func `A beat a clock passes, of rows of full length`() throws {
    let unit = FloatingSoftmax { ($0.lanes, $0.maximumBeats, $0.stages) = (1, 48, 1) }
    let (row, count) = (rows(1, upTo: 48)[0], 40)
    // Two passes before the first result, and the division.
    let limit = count * 48 + 2 * 48 + unit.divisionCycles + 30
    let found = try run(unit, Array(repeating: row, count: count), pauses: false, limit: limit)
    #expect(found.count == count)
    #expect(found.last == (try golden(unit)(row.scores, kept: row.kept)))
  }

  @Test func `A row that is too long is cut`() throws {
    let unit = FloatingSoftmax { ($0.lanes, $0.maximumBeats, $0.stages) = (2, 4, 0) }
    let scores = (0..<20).map { BFloat16(Double($0) / 4) }
    let found = try run(
      unit, [ScoreRow(scores: scores, kept: scores.map { _ in true }), ScoreRow(scores: [.one], kept: [true])],
      pauses: false,
      limit: 2000)
    // The second row of the list is the second part of the first one.
    #expect(found == (try [0..<8, 8..<16].map { try golden(unit)(Array(scores[$0])) }))
  }
}
