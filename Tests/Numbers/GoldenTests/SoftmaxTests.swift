import Foundation
import NumberFormats
import Testing

@testable import Golden

/// Random rows, the same everywhere.
struct RowSource {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func bits() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return state >> 33
  }

  /// About normal: the sum of twelve uniform numbers.
  mutating func normal() -> Double { (0..<12).reduce(-6) { sum, _ in sum + Double(bits()) * 0x1p-31 } }

  mutating func row(_ count: Int, deviation: Double, mean: Double = 0) -> [BFloat16] {
    (0..<count).map { _ in BFloat16(mean + deviation * normal()) }
  }
}

@Suite struct SoftmaxTests {
  private func reference(_ scores: [Double]) -> [Double] {
    let top = scores.max() ?? 0
    let weights = scores.map { exp($0 - top) }
    let sum = weights.reduce(0, +)
    return weights.map { $0 / sum }
  }

  private func totalVariation(_ a: [Double], _ b: [Double]) -> Double {
    zip(a, b).reduce(0) { $0 + abs($1.0 - $1.1) } / 2
  }

  /// Forms, and how far they are from softmax at most.
  static let forms: [(BFloat16Softmax, Double)] = [
    (BFloat16Softmax(), 0.0018),
    (BFloat16Softmax(exponential: .fixedPoint(try! FixedPointExponential(.table(indexBits: 7)))), 0.003),
    (BFloat16Softmax(exponential: .fixedPoint(try! FixedPointExponential(.table(indexBits: 5)))), 0.004),
    (
      BFloat16Softmax(
        exponential: .fixedPoint(try! FixedPointExponential(.quadratic)), accumulation: .fixedPoint(fractionBits: 16)),
      0.003
    ),
    (BFloat16Softmax(difference: .rounded, division: .reciprocal), 0.003),
  ]

  @Test(arguments: [1.0, 2, 3, 4], [16, 128, 2048])
  func `Every form is within 0.004 of softmax in total variation`(deviation: Double, length: Int) throws {
    var source = RowSource(seed: UInt64(length) * 7 + UInt64(deviation))
    for _ in 0..<(length > 1000 ? 1 : 6) {
      let row = source.row(length, deviation: deviation)
      let expected = reference(row.map(\.doubleValue))
      for (form, bound) in Self.forms {
        let distance = totalVariation(try form(row).map(\.doubleValue), expected)
        #expect(distance <= bound, "\(form)")
      }
      let bySum = try BFloat16Softmax().byLogSumExp(row).map(\.doubleValue)
      #expect(totalVariation(bySum, expected) <= 0.0018)
    }
  }

  @Test func `Each step of the exact form rounds once`() throws {
    var source = RowSource(seed: 3)
    let row = source.row(40, deviation: 3)
    let top = row.map(\.doubleValue).max() ?? 0
    let weights = row.map { BFloat16(exp($0.doubleValue - top)).doubleValue }
    let sum = weights.reduce(0, +)
    #expect(try BFloat16Softmax()(row) == weights.map { BFloat16($0 / sum) })
    let r = BFloat16(1 / sum)
    #expect(try BFloat16Softmax(division: .reciprocal)(row) == weights.map { BFloat16($0) * r })
    let fixed = weights.reduce(0) { $0 + ($1 * 256).rounded(.toNearestOrEven) / 256 }
    #expect(
      try BFloat16Softmax(accumulation: .fixedPoint(fractionBits: 8))(row) == weights.map { BFloat16($0 / fixed) })
    let logSum = try BFloat16Softmax().logSumExp(row, fractionBits: 12).doubleValue
    #expect(logSum == top + (log(sum) * 4096).rounded(.toNearestOrEven) / 4096)
  }

  @Test func `Masked rows, empty rows and special scores have the results that are stated`() throws {
    let softmax = BFloat16Softmax()
    let row = [BFloat16(1), BFloat16(2), BFloat16(3)]
    #expect(try softmax(row, kept: [false, false, false]) == [.zero, .zero, .zero])
    #expect(try softmax(row, kept: [false, true, false]) == [.zero, .one, .zero])
    #expect(try softmax([-.infinity, -.infinity]) == [.zero, .zero])
    #expect(try softmax([-.infinity, .one]) == [.zero, .one])
    #expect(try softmax([.notANumber, .one, -.infinity]) == [.notANumber, .notANumber, .zero])
    #expect(try softmax([.infinity, .one], kept: [false, true]) == [.zero, .one])
    #expect(try softmax([.infinity, .one]) == [.notANumber, .notANumber])
    #expect(try softmax.logSumExp(row, kept: [false, false, false]) == .infinity(.minus))
    #expect(try softmax.byLogSumExp([-.infinity]) == [.zero])
    #expect(try softmax([.greatestFinite, -.greatestFinite]) == [.one, .zero])
    #expect(try softmax([BFloat16](repeating: .one, count: 65536)).allSatisfy { $0.doubleValue == 0x1p-16 })
    #expect(throws: SoftmaxError.length(0)) { try softmax([]) }
    #expect(throws: SoftmaxError.mask(count: 2, row: 3)) { try softmax(row, kept: [true, true]) }
    #expect("\(SoftmaxError.length(70000))" == "a softmax row has 1 to 65536 elements, not 70000")
  }

  @Test func `Masks combine length, causality and addition`() throws {
    let additive = try Matrix(
      rows: 2, columns: 4,
      elements: [.zero, .one, -.infinity, .zero, .zero, .zero, .zero, .zero] as [BFloat16])
    let mask = AttentionMask(validLength: 3, causalOffset: 1, additive: additive)
    #expect(try mask.kept(query: 0, keys: 4) == [true, true, false, false])
    #expect(try mask.kept(query: 1, keys: 4) == [true, true, true, false])
    #expect(try mask.added(to: [.one, .one, .one, .one], query: 0) == [.one, BFloat16(2), -.infinity, .one])
    #expect(try AttentionMask().kept(query: 9, keys: 2) == [true, true])
    #expect(throws: SoftmaxError.mask(count: 4, row: 5)) { try mask.kept(query: 0, keys: 5) }
  }

  @Test func `Deferred division keeps 127 for the greatest score, and the weights add up to 1`() throws {
    var source = RowSource(seed: 9)
    let scores = source.row(64, deviation: 2)
    let values = try Matrix(
      rows: 64, columns: 3, elements: (0..<192).map { _ in Int8(truncatingIfNeeded: source.bits()) })
    let (codes, reciprocal) = try DeferredSoftmax()(scores)
    #expect(codes.max() == 127)
    #expect(reciprocal == BFloat16(1 / Double(codes.reduce(0) { $0 + Int($1) })))
    let context = try DeferredSoftmax().context(scores, values: values, scale: BFloat16(0.0625))
    let probabilities = reference(scores.map(\.doubleValue))
    for column in 0..<3 {
      let expected = (0..<64).reduce(0) { $0 + probabilities[$1] * Double(values.elements[$1 * 3 + column]) / 16 }
      // 64 codes each half a step off, and the roundings.
      #expect(abs(context[column].doubleValue - expected) < 0.1)
    }
    #expect(try DeferredSoftmax()(scores, kept: scores.map { _ in false }).reciprocal == .zero)
  }

  @Test(arguments: [8, 16]) func `Integer softmax follows softmax, whichever sum it takes`(width: Int) throws {
    var source = RowSource(seed: 21)
    for length in [1, 2, 16, 300, 2048] {
      let scores = (0..<length).map { _ in Int8(max(-128, min(127, source.normal() * 40))) }
      let scale = 0.0625
      let expected = reference(scores.map { Double($0) * scale })
      for sum in [IntegerSoftmax.Sum.online, .twoPass, .exactByRunningSum, .exactByLargestRemainder] {
        let softmax = try IntegerSoftmax(scale: scale, outputWidth: width, sum: sum)
        let codes = try softmax(scores)
        let unit = Double(sign: .plus, exponent: -softmax.fractionBits, significand: 1)
        for (code, probability) in zip(codes, expected) {
          // One step for the rounding, half a per cent for the weights.
          #expect(abs(Double(code) * unit - probability) <= 1.01 * unit + 0.005 * probability)
        }
        if sum == .exactByRunningSum || sum == .exactByLargestRemainder {
          #expect(codes.reduce(0) { $0 + Int($1) } == 1 << softmax.fractionBits)
        }
      }
    }
  }

  @Test func `Integer softmax of 16 bits is within 0.004 of softmax in total variation`() throws {
    var source = RowSource(seed: 22)
    for deviation in [1.0, 2, 3, 4] {
      for length in [16, 128, 512] {
        let scale = deviation / 32
        let scores = (0..<length).map { _ in Int8(max(-128, min(127, (source.normal() * 32).rounded()))) }
        let softmax = try IntegerSoftmax(scale: scale, outputWidth: 16, sum: .twoPass)
        let found = try softmax(scores).map { Double($0) * 0x1p-16 }
        #expect(totalVariation(found, reference(scores.map { Double($0) * scale })) <= 0.004)
      }
    }
  }

  @Test func `An exact sum holds for masked rows, equal scores and the longest row`() throws {
    for sum in [IntegerSoftmax.Sum.exactByRunningSum, .exactByLargestRemainder] {
      let softmax = try IntegerSoftmax(scale: 0.1, sum: sum)
      #expect(try softmax([5]) == [128])
      #expect(try softmax([-128, 127, -128]) == [0, 128, 0])
      #expect(try softmax([3, 3, 3], kept: [true, false, true]) == [64, 0, 64])
      #expect(try softmax([3, 3, 3], kept: [false, false, false]) == [0, 0, 0])
      let long = try softmax([Int8](repeating: 7, count: 65536))
      #expect(long.reduce(0) { $0 + Int($1) } == 128 && long.max() == 1)
    }
    #expect(try IntegerSoftmax(scale: 0.1, sum: .exactByLargestRemainder)([1, 1, 1]) == [43, 43, 42])
    #expect(try IntegerSoftmax(scale: 0.1, sum: .exactByRunningSum)([1, 1, 1]) == [42, 43, 43])
    #expect(try IntegerSoftmax(scale: 0.1)([5]) == [255])
    #expect(throws: SoftmaxError.exactSum(output: 8, fraction: 8)) {
      try IntegerSoftmax(scale: 0.1, fractionBits: 8, sum: .exactByRunningSum)
    }
    #expect(throws: SoftmaxError.precision(exponent: 13, weight: 16)) {
      try IntegerSoftmax(scale: 1, exponentFractionBits: 13)
    }
    #expect(throws: SoftmaxError.scale(0)) { try IntegerSoftmax(scale: 0) }
    #expect(throws: SoftmaxError.widths(output: 12, fraction: 12)) { try IntegerSoftmax(scale: 1, outputWidth: 12) }
  }

  @Test func `The online sum is the two-pass one when the greatest score comes first`() throws {
    var source = RowSource(seed: 30)
    let scores = [127] + (0..<200).map { _ in Int8(truncatingIfNeeded: source.bits()) }
    let online = try IntegerSoftmax(scale: 0.03, outputWidth: 16)
    let twoPass = try IntegerSoftmax(scale: 0.03, outputWidth: 16, sum: .twoPass)
    #expect(try online(scores) == twoPass(scores))
    // In rising order the sum is shifted again and again, by roundings of half a unit each.
    let rising = try zip(online(scores.sorted()), twoPass(scores.sorted())).map { abs(Int($0) - Int($1)) }
    #expect((rising.max() ?? 0) <= 1)
  }
}

/// What is stated of the sum of the codes of a row.
@Suite struct CodeSumTests {
  @Test func `The codes of every row of two scores add up exactly, or as nearly as is stated`() throws {
    let exact = try IntegerSoftmax(scale: 0.05, sum: .exactByRunningSum)
    let twoPass = try IntegerSoftmax(scale: 0.05, fractionBits: 7, sum: .twoPass)
    for first in -128...127 {
      for second in stride(from: -128, through: 127, by: 3) {
        let row = [Int8(first), Int8(second)]
        #expect(try exact(row).reduce(0, +) == 128)
        #expect(abs(Int(try twoPass(row).reduce(0, +)) - 128) <= 1)
      }
    }
  }

  @Test(arguments: [1, 2, 3, 7]) func `Longer rows too, and the codes are within 1 of their quotients`(kinds: Int)
    throws
  {
    var state = UInt64(kinds)
    func next() -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 40)
    }
    for length in [3, 17, 200] {
      let scores = (0..<length).map { _ in Int8(truncatingIfNeeded: next() % kinds * 40) }
      let kept = scores.map { _ in next() % 4 > 0 } + []
      let count = kept.count { $0 }
      let exact = try IntegerSoftmax(scale: 0.03, outputWidth: 16, sum: .exactByRunningSum)
      let near = try IntegerSoftmax(scale: 0.03, outputWidth: 16, fractionBits: 15, sum: .twoPass)
      let (codes, quotients) = (try exact(scores, kept: kept), try near(scores, kept: kept))
      #expect(codes.reduce(0) { $0 + Int($1) } == (count > 0 ? 1 << 15 : 0))
      #expect(abs(quotients.reduce(0) { $0 + Int($1) } - (count > 0 ? 1 << 15 : 0)) <= (count + 1) / 2)
      #expect(zip(codes, quotients).allSatisfy { abs(Int($0) - Int($1)) <= 1 })
    }
  }

  @Test func `Elements that are read together change the online sum by its roundings alone`() throws {
    let scores = (0..<96).map { Int8(truncatingIfNeeded: $0 * 2 - 100) }
    let twoPass = try IntegerSoftmax(scale: 0.03, outputWidth: 16, sum: .twoPass)(scores)
    for lanes in [1, 2, 5, 96] {
      let online = try IntegerSoftmax(scale: 0.03, outputWidth: 16, lanes: lanes)(scores)
      #expect(zip(online, twoPass).allSatisfy { abs(Int($0) - Int($1)) <= 1 })
    }
    #expect(try IntegerSoftmax(scale: 0.03, outputWidth: 16, lanes: 96)(scores) == twoPass)
    #expect(throws: SoftmaxError.self) { try IntegerSoftmax(scale: 0.03, lanes: 0) }
  }
}
