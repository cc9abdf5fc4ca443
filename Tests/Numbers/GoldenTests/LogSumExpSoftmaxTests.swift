import Foundation
import NumberFormats
import Testing

@testable import Golden

/// Softmax by the logarithm of the sum against softmax in binary64, and the bound of the sum of a row.
@Suite struct LogSumExpSoftmaxTests {
  private func reference(_ row: [BFloat16]) -> [Double] {
    let top = row.map(\.doubleValue).max() ?? 0
    let weights = row.map { exp($0.doubleValue - top) }
    let sum = weights.reduce(0, +)
    return weights.map { $0 / sum }
  }

  private static let forms = try! [(4, 12), (8, 16), (10, 20)].map {
    try BFloat16LogSumExpSoftmax(exponentFractionBits: $0.0, weightFractionBits: $0.1)
  }

  @Test(arguments: [1.0, 2, 3, 4], [16, 128, 2048])
  func `It is within 0.004 of softmax in total variation`(deviation: Double, length: Int) throws {
    var source = RowSource(seed: UInt64(length) * 11 + UInt64(deviation))
    let softmax = try BFloat16LogSumExpSoftmax(weightFractionBits: 20)
    for _ in 0..<(length > 1000 ? 1 : 6) {
      let row = source.row(length, deviation: deviation)
      let found = try softmax(row)
      let variation = zip(found, reference(row)).reduce(0) { $0 + abs($1.0.doubleValue - $1.1) } / 2
      #expect(variation <= 0.004)
    }
  }

  @Test(arguments: forms) func `Rows add up to 1 within the bound`(softmax: BFloat16LogSumExpSoftmax) throws {
    var source = RowSource(seed: 5)
    var greatest = 0.0
    for trial in 0..<400 {
      let count = 1 + Int(source.bits() % 96)
      // Rows that are flat have every error in one direction.
      let deviation = [0, 0.05, 1, 4][trial % 4]
      let sum = try softmax(source.row(count, deviation: deviation)).reduce(0) { $0 + $1.doubleValue }
      #expect(abs(sum - 1) <= softmax.sumBound(count: count), "\(count) scores")
      greatest = max(greatest, abs(sum - 1) / softmax.sumBound(count: count))
    }
    // The bound is no more than what can come near it.
    #expect(greatest > 0.5)
  }

  @Test(arguments: forms) func `Flat rows of every length add up to 1 within the bound`(
    softmax: BFloat16LogSumExpSoftmax
  ) throws {
    for count in 1...300 {
      let row = try softmax([BFloat16](repeating: .one, count: count))
      #expect(Set(row).count == 1)
      #expect(abs(row[0].doubleValue * Double(count) - 1) <= softmax.sumBound(count: count), "\(count) scores")
    }
  }

  @Test func `Every logarithm of a sum is within its bound`() {
    for softmax in Self.forms {
      let (f, w) = (Double(softmax.exponentFractionBits), softmax.weightFractionBits)
      let bound = exp2(-f - 1) + M_LOG2E * exp2(-f - 2)
      for sum in stride(from: UInt64(1) << UInt64(w), to: 40 << UInt64(w), by: 977) {
        let found = Double(softmax.logarithm(sum)) * exp2(-f)
        #expect(abs(found - (log2(Double(sum)) - Double(w))) <= bound)
      }
      #expect(softmax.logarithm(1 << UInt64(w)) == 0)
    }
  }

  @Test func `Masked rows, empty rows and special scores have the results that are stated`() throws {
    let softmax = try BFloat16LogSumExpSoftmax()
    let row = [BFloat16(1), BFloat16(2), BFloat16(3)]
    #expect(try softmax(row, kept: [false, false, false]) == [.zero, .zero, .zero])
    #expect(try softmax(row, kept: [false, true, false]) == [.zero, .one, .zero])
    #expect(try softmax([-.infinity, -.infinity]) == [.zero, .zero])
    #expect(try softmax([.notANumber, .one, -.infinity]) == [.notANumber, .notANumber, .zero])
    #expect(try softmax([.infinity, .one], kept: [false, true]) == [.zero, .one])
    #expect(try softmax([.infinity, .one]) == [.notANumber, .notANumber])
    #expect(try softmax([.greatestFinite, -.greatestFinite]) == [.one, .zero])
    #expect(try softmax([.zero, -.zero]) == [BFloat16(0.5), BFloat16(0.5)])
    // 2^−126 is the least that is given.
    let low = try softmax([.zero, BFloat16(-87), BFloat16(-88)])
    #expect(low[1].doubleValue >= 0x1p-126 && low[2].isZero)
    #expect(throws: SoftmaxError.length(0)) { try softmax([]) }
    #expect(throws: SoftmaxError.mask(count: 2, row: 3)) { try softmax(row, kept: [true, true]) }
    #expect(throws: SoftmaxError.logarithm(exponent: 3, weight: 16)) {
      try BFloat16LogSumExpSoftmax(exponentFractionBits: 3)
    }
  }
}
