import Foundation
import NumberFormats
import Testing

@testable import Golden

@Suite struct RowNormalizationTests {
  /// A row around a mean, from a linear congruential sequence.
  private func row(_ count: Int, mean: Double, deviation: Double, seed: UInt64) -> [BFloat16] {
    var state = seed &* 2 &+ 1
    return (0..<count).map { _ in
      let sum = (0..<12).reduce(0.0) { total, _ in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return total + Double(state >> 11) / Double(1 << 53)
      }
      return BFloat16(mean + deviation * (sum - 6))
    }
  }

  /// The normalisation in `Double`.
  private func reference(_ kind: Normalization.Kind, _ row: [BFloat16], epsilon: Double) -> [Double] {
    let values = row.map(\.doubleValue)
    let mean = kind == .layer ? values.reduce(0, +) / Double(values.count) : 0
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
    return values.map { ($0 - mean) / (variance + epsilon).squareRoot() }
  }

  @Test(arguments: [Normalization.Kind.layer, .rootMeanSquare])
  func `Elements are within 2^-8 and 2^-10 of the real ones, mean/std up to 64`(kind: Normalization.Kind) throws {
    let golden = try RowNormalization(kind, integerBits: 8, fractionBits: 16, epsilon: 42950)
    let epsilon = 42950 * 0x1p-32
    var (worst, deviation) = (0.0, 0.0)
    for seed in 0..<40 as Range<UInt64> {
      let spread = [0.125, 1, 2][Int(seed % 3)]
      let row = row(96, mean: spread * [0, 1, 8, 64][Int(seed % 4)], deviation: spread, seed: seed)
      let ones = row.map { _ in BFloat16.one }
      let found = try golden(row, gamma: ones, beta: row.map { _ in .zero }).normalized
      let real = reference(kind, row, epsilon: epsilon)
      for (found, real) in zip(found, real) {
        // What q loses is at most half of 2^−16 for each element, and as much for the mean.
        let lost = 0x1p-16 / spread
        worst = max(worst, (abs(found.doubleValue - real) - lost) / max(abs(real), 0x1p-20))
      }
      let squares = found.reduce(0) { $0 + $1.doubleValue * $1.doubleValue } / Double(found.count)
      if seed % 3 > 0 { deviation = max(deviation, abs(squares.squareRoot() - 1)) }
    }
    #expect(worst <= 0x1p-8 + 0x1p-10, "\(worst)")
    #expect(deviation < 0x1p-8, "\(deviation)")
    // The bounds are not far from what happens.
    #expect(worst > 0x1p-10)
  }

  @Test func `Factors, offsets, residuals and masks are where the definition has them`() throws {
    let golden = try RowNormalization(.layer, integerBits: 4, fractionBits: 8, epsilon: 1)
    let (one, two) = (BFloat16.one, BFloat16(2))
    // Mean 0, variance 1: the last element does not count.
    let result = try golden(
      [.zero, .zero, two], residual: [one, -one, one], kept: [true, true, false], gamma: [two, two, two],
      beta: [one, .zero, one])
    #expect(result.sums == [one, -one, BFloat16(3)])
    #expect(result.normalized == [BFloat16(3), -two, .zero])
    #expect(
      try golden([one, two], kept: [false, false], gamma: [one, one], beta: [one, one]).normalized == [.zero, .zero])
  }

  @Test func `Special elements make the row NaN, large ones saturate`() throws {
    let golden = try RowNormalization(.rootMeanSquare, integerBits: 4, fractionBits: 4, epsilon: 1)
    let ones = [BFloat16.one, .one]
    for special in [BFloat16.notANumber, .infinity, -.infinity] {
      #expect(try golden([.one, special], gamma: ones, beta: ones).normalized.allSatisfy { $0.isNaN })
      #expect(try golden([.one, special], kept: [true, false], gamma: ones, beta: ones).normalized[1] == .zero)
    }
    let zeros = [BFloat16.zero, .zero]
    let far = try golden([BFloat16(1000), BFloat16(-3000)], gamma: ones, beta: zeros).normalized
    let near = try golden([BFloat16(16), BFloat16(-16)], gamma: ones, beta: zeros).normalized
    #expect(far == near)
  }

  @Test func `Parameters and lengths out of range are refused`() throws {
    #expect(throws: NormalizationError.self) {
      try RowNormalization(integerBits: 0, fractionBits: 8, epsilon: 1)
    }
    #expect(throws: NormalizationError.self) {
      try RowNormalization(integerBits: 4, fractionBits: 25, epsilon: 1)
    }
    #expect(throws: NormalizationError.self) {
      try RowNormalization(integerBits: 4, fractionBits: 8, epsilon: 0)
    }
    let golden = try RowNormalization(integerBits: 4, fractionBits: 8, epsilon: 1)
    #expect(throws: NormalizationError.self) { try golden([], gamma: [], beta: []) }
    #expect(throws: NormalizationError.self) { try golden([.one], gamma: [.one, .one], beta: [.one]) }
  }
}
