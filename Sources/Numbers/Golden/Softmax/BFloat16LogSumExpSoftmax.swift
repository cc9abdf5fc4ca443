import Foundation
import NumberFormats

/// Softmax of bfloat16 scores without a division, exp(x − (m + ln Σ exp(x − m))), with powers of two in fixed point: bit for bit.
///
/// With F fraction bits of exponents and W of weights:
///
///     m   = the greatest score
///     t_i = rne((m − x_i) · c · 2^F)       m − x_i rounded to bfloat16, c = 47274 / 2^15 for log2 e; saturated at 2^(F + 8) − 1
///     w_i = rne(powers[t_i mod 2^F] / 2^(t_i / 2^F)),   powers[k] = rne(2^W · 2^(−k / 2^F))
///     L   = F-bit logarithm to base 2 of Σ w_i / 2^W:   the leading one, and logarithms[the F + 1 bits behind it]
///     p_i = 2^(−(t_i + L) / 2^F) with the fraction rounded to 7 bits
///
/// where logarithms[k] = rne(2^F · log2(1 + (k + 1/2) / 2^(F + 1))). What weighs and what is given have the same exponent t_i, so
/// that its rounding does not change the sum of a row.
///
/// **How far a row may be from 1.** A weight is off by 3/4 · 2^−W at most and the greatest one not at all, so that the sum of n
/// weights is wrong by 3/4 · n · 2^−W, relative to it, at most. L is off by 2^−(F + 1) for its rounding and by log2 e · 2^−(F + 2)
/// for the bits that are dropped. Each probability is rounded once, by 2^−8 of it at most. Together: ``sumBound(count:)``.
///
/// Masked elements, and scores of −∞, have the result +0 and do not count. A row of which nothing is left has only +0. A row with
/// NaN or +∞ among the elements that count has NaN for all of these. A probability below 2^−126 is +0.
public struct BFloat16LogSumExpSoftmax: Hashable, Sendable {
  /// F.
  public let exponentFractionBits: Int
  /// W.
  public let weightFractionBits: Int
  /// 2^W · 2^(−k / 2^F).
  public let powers: [UInt64]
  /// 2^F · log2(1 + (k + 1/2) / 2^(F + 1)).
  public let logarithms: [UInt64]
  /// 128 · (2^(k / 2^F) − 1): the fractions of the probabilities.
  public let fractions: [UInt64]

  /// The codes of t_i.
  private let exponentFormat: IntegerFormat

  /// c, in units of 2^−15.
  public static let log2e = 47274
  /// The bits of t_i above its fraction bits.
  public static let exponentIntegerBits = 8

  /// Makes the function.
  ///
  /// - Parameters:
  ///   - exponentFractionBits: F, 4 to 10.
  ///   - weightFractionBits: W, 12 to 24.
  /// - Throws: ``SoftmaxError/logarithm(exponent:weight:)`` when one of them is out of range.
  public init(exponentFractionBits: Int = 8, weightFractionBits: Int = 16) throws(SoftmaxError) {
    let width = exponentFractionBits + Self.exponentIntegerBits
    guard (4...10).contains(exponentFractionBits), (12...24).contains(weightFractionBits),
      let format = try? IntegerFormat(width: width, isSigned: false)
    else {
      throw .logarithm(exponent: exponentFractionBits, weight: weightFractionBits)
    }
    self.exponentFractionBits = exponentFractionBits
    self.weightFractionBits = weightFractionBits
    exponentFormat = format
    powers = FunctionTables.decayingExponentialEntries(
      indexBits: exponentFractionBits, fractionBits: weightFractionBits)
    logarithms = FunctionTables.logarithmEntries(
      indexBits: exponentFractionBits + 1, fractionBits: exponentFractionBits)
    fractions = FunctionTables.exponentialFractionEntries(indexBits: exponentFractionBits)
  }

  /// The probabilities of a row of scores.
  ///
  /// - Throws: ``SoftmaxError`` when the row has not 1 to 65,536 elements, or the mask another length.
  public func callAsFunction(_ scores: [BFloat16], kept: [Bool]? = nil) throws(SoftmaxError) -> [BFloat16] {
    let (counts, maximum) = try BFloat16Softmax.counted(scores, kept)
    guard let maximum else { return scores.map { _ in .zero } }
    guard !maximum.isNaN, !maximum.isInfinite else { return counts.map { $0 ? .notANumber : .zero } }
    let exponents = zip(scores, counts).map { score, counted in counted ? exponent(maximum - score) : nil }
    let logarithm = logarithm(exponents.reduce(0) { sum, exponent in sum + (exponent.map { weight($0) } ?? 0) })
    return exponents.map { exponent in exponent.map { power($0 + logarithm) } ?? .zero }
  }

  /// A bound of |Σ p − 1| for a row of which `count` elements are left; infinite where the weights are too narrow for as many.
  public func sumBound(count: Int) -> Double {
    let logarithm = exp2(-Double(exponentFractionBits + 1)) + M_LOG2E * exp2(-Double(exponentFractionBits + 2))
    let weights = 0.75 * Double(count) * exp2(-Double(weightFractionBits))
    return weights < 1 ? exp2(logarithm) * (1 + 0x1p-8) / (1 - weights) - 1 : .infinity
  }

  /// t of a difference that is not negative.
  private func exponent(_ difference: BFloat16) -> Int {
    Int(
      exponentFormat.code(
        for: difference.realValue * RealValue(Dyadic(Int64(Self.log2e), exponent: exponentFractionBits - 15)),
        rounding: .nearestEven, overflow: .saturating))
  }

  private func weight(_ exponent: Int) -> UInt64 {
    powers[exponent & ((1 << exponentFractionBits) - 1)].roundedShiftRight(by: exponent >> exponentFractionBits)
  }

  /// L of a sum of at least 2^W.
  func logarithm(_ sum: UInt64) -> Int {
    let (indexBits, place) = (exponentFractionBits + 1, 63 - sum.leadingZeroBitCount)
    let index = Int(sum >> UInt64(place - indexBits)) & ((1 << indexBits) - 1)
    return (place - weightFractionBits) << exponentFractionBits + Int(logarithms[index])
  }

  /// 2^(−x / 2^F).
  private func power(_ x: Int) -> BFloat16 {
    let below = -x
    let fraction = Int(fractions[below & ((1 << exponentFractionBits) - 1)])
    let pattern = (127 + below >> exponentFractionBits) << 7 + fraction
    return pattern < 0x0080 ? .zero : BFloat16(bitPattern: UInt16(pattern))
  }
}
