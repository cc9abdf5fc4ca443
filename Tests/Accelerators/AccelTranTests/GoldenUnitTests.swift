import AccelTran
import Foundation
import Golden
import NumberFormats
import Testing

/// The units of the golden machine against real arithmetic, and against masks and packed rows.
struct GoldenUnitTests {
  static let formats = [(4, 16), (3, 8), (8, 12), (6, 20), (4, 24), (2, 6)]

  @Test func `Codes round to nearest even and saturate`() throws {
    let format = LaneFormat.published
    #expect(format.maximum == 524_287 && format.minimum == -524_288 && format.one == 65536)
    #expect(format.code(8) == 524_287 && format.code(-8) == -524_288 && format.code(-9) == -524_288)
    #expect(format.code(0.5 / 65536) == 0 && format.code(1.5 / 65536) == 2 && format.code(-0.5 / 65536) == 0)
    #expect(format.code(.nan) == 0 && format.code(.infinity) == 524_287)
    #expect(format.rounded(3 << 15) == 2 && format.rounded(-3 << 15) == -2 && format.rounded(1 << 15) == 0)
    #expect(format.threshold(0.02) == 1310 && format.threshold(0) == 0 && format.threshold(-1) == 0)
    for (integer, fraction) in [(0, 8), (17, 4), (4, -1), (4, 25), (16, 24)] {
      let refused = Result { try LaneFormat(integerBits: integer, fractionBits: fraction) }
      #expect("\(refused)".contains("give "))
    }
  }

  /// A product by the definition of the hardware: masks, packed rows, and only pairs that both keep.
  @Test(arguments: [0.0, 0.1, 0.5, 0.9])
  func `Leaving out what is not kept changes no bit of a product`(_ zeros: Double) throws {
    var random = SeededNumbers(seed: 7)
    let (rows, inner, columns) = (5, 37, 6)
    func codes(_ count: Int) -> [Int32] {
      (0..<count).map { _ in
        Double.random(in: 0..<1, using: &random) < zeros ? 0 : Int32.random(in: -524_288...524_287, using: &random)
      }
    }
    let (left, right) = (codes(rows * inner), codes(inner * columns))
    let lanes = LaneProduct(multipliers: 4, sharedRows: 2)
    let (result, counts) = lanes(left[...], right, rows: rows, inner: inner, columns: columns)
    var (effectual, steps): (Int, Int) = (0, 0)
    var shared: [Int: Int] = [:]
    for row in 0..<rows {
      for column in 0..<columns {
        let a = Array(left[row * inner..<(row + 1) * inner])
        let b = (0..<inner).map { right[$0 * columns + column] }
        let packed = try ZeroFree(a, mask: a.map { $0 != 0 }).effectualPairs(with: ZeroFree(b, mask: b.map { $0 != 0 }))
        let sum = packed.reduce(Int64(0)) { $0 + Int64($1.0) * Int64($1.1) }
        #expect(result[row * columns + column] == LaneFormat.published.rounded(sum))
        effectual += packed.count
        steps += (packed.count + 3) / 4
        shared[row / 2 * columns + column, default: 0] += packed.count
      }
    }
    #expect(counts.pairs == rows * inner * columns && counts.effectual == effectual && counts.steps == steps)
    #expect(counts.sharedSteps == shared.values.reduce(0) { $0 + ($1 + 3) / 4 })
    #expect(counts.sharedSteps <= counts.steps)
  }

  @Test func `Lanes keep up their use on what is effectual`() throws {
    // The goal: at least 95 % of the multipliers at K = 768 and 85 % at K = 64, half of both operands zero.
    for (inner, goal) in [(768, 0.95), (64, 0.85)] {
      var random = SeededNumbers(seed: UInt64(inner))
      let mask = { (count: Int) in (0..<count).map { _ in Bool.random(using: &random) } }
      let work = LaneProduct().work(mask(64 * inner), mask(inner * 32), rows: 64, inner: inner, columns: 32)
      let use = Double(work.effectual) / Double(16 * work.sharedSteps)
      #expect(use >= goal)
      // The goal: at most 0.27 of the clocks of a dense product.
      let dense = 64 * 32 * (inner / 16)
      if inner == 768 { #expect(Double(work.sharedSteps) / Double(dense) <= 0.27) }
      #expect(work.sharedSteps < work.steps)
    }
  }

  @Test func `One rounding is better than one a step, the more so the deeper a sum is`() {
    var random = SeededNumbers(seed: 3)
    var errors: [Double] = []
    for inner in [64, 768] {
      let left = (0..<16 * inner).map { _ in LaneFormat.published.code(Double.random(in: -0.2...0.2, using: &random)) }
      let right = (0..<inner * 16).map { _ in LaneFormat.published.code(Double.random(in: -0.2...0.2, using: &random)) }
      let exact = LaneProduct().sums(left[...], right, rows: 16, inner: inner, columns: 16).sums
      func error(_ accumulation: LaneAccumulation) -> Double {
        let lanes = LaneProduct(accumulation: accumulation)
        let codes = lanes(left[...], right, rows: 16, inner: inner, columns: 16).codes
        let squares = zip(codes, exact).reduce(0.0) { $0 + pow(Double($1.0) - Double($1.1) / 65536, 2) }
        return (squares / Double(exact.count)).squareRoot()
      }
      let (wide, stepwise, stochastic) = (error(.wide), error(.stepwise(multipliers: 16)), error(.stochastic(seed: 9)))
      // A rounding to nearest errs by √(1/12) of a step, each of K/16 roundings as much, a stochastic one by √(1/6).
      #expect(abs(wide - (1.0 / 12).squareRoot()) < 0.05)
      #expect(abs(stepwise - (Double(inner / 16) / 12).squareRoot()) < 0.15 * (Double(inner / 16) / 12).squareRoot())
      #expect(abs(stochastic - (1.0 / 6).squareRoot()) < 0.05)
      errors.append(stepwise / wide)
    }
    #expect(errors[1] > 2.5 * errors[0])
  }

  @Test func `A stepwise lane wraps where a wide one saturates`() {
    let format = LaneFormat.published
    // 32 products of 2 · 1: a register of 4 + 16 bits wraps from 32 to 0, two steps saturated at 8 each to −2^−15.
    let (left, right) = ([Int32](repeating: 2 << 16, count: 32), [Int32](repeating: 1 << 16, count: 32))
    #expect(LaneProduct()(left[...], right, rows: 1, inner: 32, columns: 1).codes == [524_287])
    let stepwise = LaneProduct(accumulation: .stepwise(multipliers: 16))
    #expect(stepwise(left[...], right, rows: 1, inner: 32, columns: 1).codes == [-2])
    #expect(format.value(-2) == -0x1p-15)
  }

  @Test(arguments: formats)
  func `Softmax is near the real one, and hides padding`(_ bits: (Int, Int)) throws {
    let format = try LaneFormat(integerBits: bits.0, fractionBits: bits.1)
    let softmax = FixedPointSoftmax(format)
    var random = SeededNumbers(seed: UInt64(bits.1))
    let step = pow(2, -Double(bits.1))
    for length in [1, 2, 16, 100] {
      let row = (0..<length).map { _ in Int32.random(in: Int32(format.minimum)...Int32(format.maximum), using: &random)
      }
      let seen = (0..<length).map { $0 == 0 || $0 % 3 != 0 }
      let codes = softmax(row[...], seen: seen)
      let greatest = zip(row, seen).filter(\.1).map { format.value($0.0) }.max() ?? 0
      let powers = zip(row, seen).map { $1 ? exp(format.value($0) - greatest) : 0 }
      let sum = powers.reduce(0, +)
      for index in 0..<length {
        let real = min(powers[index] / sum, format.value(Int32(format.maximum)))
        #expect(abs(format.value(codes[index]) - real) <= 0.5 * step + 0x1p-17)
        if !seen[index] { #expect(codes[index] == 0) }
      }
    }
    #expect(softmax([1, 2, 3], seen: [false, false, false]) == [0, 0, 0])
  }

  @Test func `Weights of softmax are within 2 to the minus 17 of the power`() {
    let softmax = FixedPointSoftmax()
    for distance in stride(from: Int64(0), to: 1_100_000, by: 37) {
      let real = exp(-Double(distance) / 65536)
      #expect(abs(Double(softmax.weight(distance)) * 0x1p-24 - real) < 0x1p-17)
    }
    #expect(softmax.weight(0) == 1 << 24)
  }

  @Test(arguments: formats)
  func `Normalisation is the real one, rounded twice`(_ bits: (Int, Int)) throws {
    let format = try LaneFormat(integerBits: bits.0, fractionBits: bits.1)
    var random = SeededNumbers(seed: UInt64(bits.0))
    let norm = FixedPointNormalization(format, epsilon: 1e-5)
    for length in [1, 3, 64, 768] {
      let limit = Int32(format.maximum)
      let row = (0..<length).map { _ in Int32.random(in: -limit...limit, using: &random) }
      let gamma = (0..<length).map { _ in format.code(Double.random(in: 0.5...1.5, using: &random)) }
      let beta = (0..<length).map { _ in format.code(Double.random(in: -0.5...0.5, using: &random)) }
      let result = norm(row[...], gamma: gamma, beta: beta)
      let values = row.map(format.value)
      let mean = values.reduce(0, +) / Double(length)
      let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(length)
      for index in 0..<length {
        let normal = (values[index] - mean) / (variance + 1e-5).squareRoot()
        let real = normal * format.value(gamma[index]) + format.value(beta[index])
        let clamped = min(max(real, format.value(Int32(format.minimum))), format.value(limit))
        #expect(abs(format.value(result[index]) - clamped) <= 0.51 * pow(2, -Double(bits.1)) + 1.6 * 0x1p-17)
      }
    }
    // A row of which all is alike is β, with and without ε.
    #expect(norm([5, 5, 5, 5], beta: [1, 2, 3, 4]) == [1, 2, 3, 4])
    #expect(FixedPointNormalization(format, epsilon: 0)([5, 5], beta: [1, 2]) == [1, 2])
  }

  @Test func `GELU units are within their errors`() {
    let format = LaneFormat.published
    var worst = 0.0
    for code in stride(from: Int32(format.minimum), through: Int32(format.maximum), by: 977) {
      let x = format.value(code)
      let real = x * 0.5 * erfc(-x / 2.0.squareRoot())
      #expect(abs(format.value(LaneFunction.rounded(.gelu)(code, in: format)) - real) <= 0.5 / 65536 + 1e-12)
      worst = max(worst, abs(format.value(LaneFunction.quadraticSigmoid(code, in: format)) - real))
      #expect(LaneFunction.rounded(.relu)(code, in: format) == max(code, 0))
    }
    #expect((0.026...0.0263).contains(worst))
    // Zeros stay zeros, so that pruning before it is not lost.
    #expect(LaneFunction.quadraticSigmoid(0, in: format) == 0 && LaneFunction.rounded(.gelu)(0, in: format) == 0)
  }
}
