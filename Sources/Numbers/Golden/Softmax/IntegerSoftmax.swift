import Foundation
import NumberFormats

/// Softmax of int8 scores by powers of two, in integers, read once for the sum: unsigned codes of which 2^n stand for 1.
///
/// Scores q stand for q · s. With F fraction bits of the exponent and W of the weights:
///
///     c    = rne(s · log2 e · 2^16)
///     e_i  = rne(q_i · c / 2^(16 − F))
///     R    = the greatest ceil(e_i / 2^F) of the elements read so far
///     w_i  = rne(table[d mod 2^F] / 2^(d / 2^F)),  d = R · 2^F − e_i,  table[k] = rne(2^W · 2^(−k / 2^F))
///     sum  : when R grows by k, sum ← rne(sum / 2^k); then sum ← sum + w_i
///     p_i  = rne(w_i · 2^n / sum) with the last R, saturated
///
/// The reference R is an integer, so that the sum follows it by shifts (online normalisation in base 2: J. Stevens et al.,
/// Softermax, DAC 2021). Elements are read `lanes` at a time, and R grows once for all of these. The online sum may depend on the
/// order of the elements by its roundings; the other sums are Σ w_i with the last R, and do not.
///
/// How far the codes of a row may be from 2^n together: with a sum of two passes each code errs by 1/2 at most, so that N kept
/// elements miss it by N/2 at most. With an exact sum they never miss it: floor(2^n · C_i / sum) of the last element is 2^n,
/// because C is the sum there, and the codes are the differences from one to the next.
///
/// Masked elements have the code 0 and do not count; a row of which all is masked has only zeros.
///
/// Codes are the limit of what this can be: 2^−n for each of many small probabilities. Codes of 16 bits are within 0.004 of
/// softmax in total variation up to 512 scores (a test measures it); codes of 8 bits lose most of a row of a thousand, where
/// ``DeferredSoftmax`` does better.
public struct IntegerSoftmax: Hashable, Sendable {
  /// The denominator, and what becomes of the rounding of the codes.
  public enum Sum: Hashable, Sendable {
    /// The sum as it was gathered online.
    case online
    /// Σ w_i with the last reference.
    case twoPass
    /// Σ w_i, and codes that add up to 2^n exactly: p_i = floor(2^n · C_i / sum) − floor(2^n · C_(i−1) / sum), where
    /// C_i = w_0 + … + w_i. The remainder goes where the running sum passes an integer: within 1 of the quotient, in one pass.
    case exactByRunningSum
    /// Σ w_i, and codes that add up to 2^n exactly: the quotients rounded down, and 1 more for those with the greatest
    /// remainders, of equal ones the first.
    case exactByLargestRemainder
  }

  /// c.
  public let exponentStep: Int64
  /// F.
  public let exponentFractionBits: Int
  /// W.
  public let weightFractionBits: Int
  /// The bits of a code, 8 or 16.
  public let outputWidth: Int
  /// n.
  public let fractionBits: Int
  /// The denominator.
  public let sum: Sum
  /// Elements that are read together.
  public let lanes: Int
  /// 2^W · 2^(−k / 2^F).
  public let table: [UInt64]

  /// Makes the function for scores of a scale s.
  ///
  /// - Parameters:
  ///   - scale: s, the real number that a score of 1 stands for, 2^−14 to 64.
  ///   - exponentFractionBits: F, 1 to 12.
  ///   - weightFractionBits: W, 8 to 24.
  ///   - outputWidth: 8 or 16.
  ///   - fractionBits: n, at most the width, and less than that with an exact sum; the greatest allowed when nil.
  ///   - sum: The denominator.
  ///   - lanes: Elements that are read together, 1 or more; only the online sum depends on it.
  /// - Throws: ``SoftmaxError`` when scale or widths are out of range.
  public init(
    scale: Double, exponentFractionBits: Int = 8, weightFractionBits: Int = 16, outputWidth: Int = 8,
    fractionBits: Int? = nil, sum: Sum = .online, lanes: Int = 1
  ) throws(SoftmaxError) {
    guard scale >= 0x1p-14, scale <= 64 else { throw .scale(scale) }
    try self.init(
      exponentStep: Int64((scale * M_LOG2E * 65536).rounded(.toNearestOrEven)),
      exponentFractionBits: exponentFractionBits, weightFractionBits: weightFractionBits, outputWidth: outputWidth,
      fractionBits: fractionBits, sum: sum, lanes: lanes)
  }

  /// Makes the function for scores of which one step is c / 2^16 powers of two.
  ///
  /// - Parameter exponentStep: c, 6 to 6,051,102. The others are those of the other initialiser.
  /// - Throws: ``SoftmaxError`` when step or widths are out of range.
  public init(
    exponentStep: Int64, exponentFractionBits: Int = 8, weightFractionBits: Int = 16, outputWidth: Int = 8,
    fractionBits: Int? = nil, sum: Sum = .online, lanes: Int = 1
  ) throws(SoftmaxError) {
    guard Self.exponentSteps.contains(exponentStep) else { throw .scale(Double(exponentStep) / M_LOG2E / 65536) }
    guard lanes >= 1 else { throw .length(lanes) }
    let isExact = sum == .exactByRunningSum || sum == .exactByLargestRemainder
    let n = fractionBits ?? (isExact ? outputWidth - 1 : outputWidth)
    guard outputWidth == 8 || outputWidth == 16, (1...outputWidth).contains(n) else {
      throw .widths(output: outputWidth, fraction: n)
    }
    guard !isExact || n < outputWidth else { throw .exactSum(output: outputWidth, fraction: n) }
    guard (1...12).contains(exponentFractionBits), (8...24).contains(weightFractionBits) else {
      throw .precision(exponent: exponentFractionBits, weight: weightFractionBits)
    }
    self.exponentStep = exponentStep
    self.lanes = lanes
    self.exponentFractionBits = exponentFractionBits
    self.weightFractionBits = weightFractionBits
    self.outputWidth = outputWidth
    self.fractionBits = n
    self.sum = sum
    table = FunctionTables.decayingExponentialEntries(
      indexBits: self.exponentFractionBits, fractionBits: self.weightFractionBits)
  }

  /// The steps c of the scales that are allowed.
  public static let exponentSteps: ClosedRange<Int64> = 6...6_051_102

  /// The codes of a row of scores; `kept` tells which elements take part, all when nil.
  ///
  /// - Throws: ``SoftmaxError`` when the row has not 1 to 65,536 elements, or the mask another length.
  public func callAsFunction(_ scores: [Int8], kept: [Bool]? = nil) throws(SoftmaxError) -> [UInt16] {
    try SoftmaxError.check(scores.count, kept: kept)
    let exponents = scores.indices.map { index in kept?[index] ?? true ? exponent(scores[index]) : nil }
    let (reference, online) = reduce(exponents)
    guard let reference else { return scores.map { _ in 0 } }
    let weights = exponents.map { $0.map { weight($0, reference) } ?? 0 }
    let total = sum == .online ? online : weights.reduce(0, +)
    switch sum {
    case .online, .twoPass:
      let limit = (UInt64(1) << UInt64(outputWidth)) - 1
      return weights.map { UInt16(min(rounded($0 << UInt64(fractionBits), over: total), limit)) }
    case .exactByRunningSum:
      var (running, before): (UInt64, UInt64) = (0, 0)
      return weights.map { weight in
        running += weight
        let here = (running << UInt64(fractionBits)) / total
        defer { before = here }
        return UInt16(here - before)
      }
    case .exactByLargestRemainder:
      let parts = weights.map { ($0 << UInt64(fractionBits)).quotientAndRemainder(dividingBy: total) }
      let missing = (1 << fractionBits) - Int(parts.reduce(0) { $0 + $1.quotient })
      var codes = parts.map { UInt16($0.quotient) }
      let order = parts.indices.sorted {
        parts[$0].remainder != parts[$1].remainder ? parts[$0].remainder > parts[$1].remainder : $0 < $1
      }
      for index in order.prefix(missing) { codes[index] += 1 }
      return codes
    }
  }

  /// e: the exponent of a score.
  private func exponent(_ score: Int8) -> Int {
    Int((Int64(score) * exponentStep).roundedShiftRight(by: 16 - exponentFractionBits))
  }

  private func weight(_ exponent: Int, _ reference: Int) -> UInt64 {
    let distance = (reference << exponentFractionBits) - exponent
    return table[distance & ((1 << exponentFractionBits) - 1)].roundedShiftRight(by: distance >> exponentFractionBits)
  }

  /// The last reference and the online sum; no reference where everything is masked.
  private func reduce(_ exponents: [Int?]) -> (reference: Int?, sum: UInt64) {
    var reference: Int?
    var sum: UInt64 = 0
    for start in stride(from: 0, to: exponents.count, by: lanes) {
      let read = exponents[start..<min(start + lanes, exponents.count)].compactMap { $0 }
      let ceilings = read.map { -((-$0) >> exponentFractionBits) }
      guard let greatest = ceilings.max() else { continue }
      let new = max(reference ?? greatest, greatest)
      if let last = reference { sum = sum.roundedShiftRight(by: new - last) }
      reference = new
      sum += read.reduce(0) { $0 + weight($1, new) }
    }
    return (reference, sum)
  }

  private func rounded(_ dividend: UInt64, over divisor: UInt64) -> UInt64 {
    let (quotient, remainder) = dividend.quotientAndRemainder(dividingBy: divisor)
    let isUp = 2 * remainder > divisor || 2 * remainder == divisor && quotient & 1 == 1
    return isUp ? quotient + 1 : quotient
  }
}
