import Foundation
import NumberFormats

/// Softmax without a divider, in integers: p = 2^(e − max − log₂ Σ 2^(e − max)).
///
/// Exponents e are in base 2 with 6 fraction bits, −8191 to 8191; the factor log₂ e is in the scale that makes them. With d = max − e:
///
///     w = rne(power(64 d) / 2^n),   L = Σ w,   t = log₂(L / 2^15) with 12 fraction bits
///     p = min(rne(127 · power(64 d + t) / 2^(15 + n)), 127)
///
/// where x = 4096 n + f, and power and log₂ are lines between the entries of tables. A comparator tree, two subtractors, two look-ups
/// and an adder do it; there is no division. An element that is not seen is in neither max nor Σ, and its p is 0.
public enum LogSumExpSoftmax {
  /// Fraction bits of an exponent.
  public static let exponentBits = 6
  /// The greatest magnitude of an exponent.
  public static let greatestExponent = 8191
  /// Fraction bits of the argument of a power, and of a logarithm.
  public static let argumentBits = 12
  /// Fraction bits of a power.
  public static let powerBits = 15
  /// The code of probability 1.
  public static let one = 127

  /// 2^15 · 2^(−k / 32) to nearest, k from 0 to 32.
  public static let powers: [Int] = (0...32).map { k in
    Int((pow(2, -Double(k) / 32) * 32768).rounded(.toNearestOrEven))
  }
  /// 2^12 · log₂(1 + k / 64) to nearest, k from 0 to 64.
  public static let logarithms: [Int] = (0...64).map { k in
    Int((log2(1 + Double(k) / 64) * 4096).rounded(.toNearestOrEven))
  }

  /// 2^15 · 2^(−f / 4096) for f from 0 to 4095, by a line between two entries.
  public static func power(_ fraction: Int) -> Int {
    let (entry, rest) = (fraction >> 7, fraction & 127)
    return powers[entry] - ((powers[entry] - powers[entry + 1]) * rest + 64) >> 7
  }

  /// 2^12 · log₂(sum / 2^15) for sums of 2^15 and above, by a leading one and a line between two entries.
  public static func logarithm(_ sum: Int) -> Int {
    precondition(sum >= 1 << powerBits, "the greatest exponent adds 1 to the sum")
    let place = Int.bitWidth - 1 - sum.leadingZeroBitCount
    // Twelve bits behind the leading one; what is below them is dropped.
    let mantissa = sum >> (place - 12) & 4095
    let (entry, rest) = (mantissa >> 6, mantissa & 63)
    let line = logarithms[entry] + ((logarithms[entry + 1] - logarithms[entry]) * rest + 32) >> 6
    return (place - powerBits) << argumentBits + line
  }

  /// w of a distance from the greatest exponent.
  public static func weight(_ distance: Int) -> Int {
    let x = distance << (argumentBits - exponentBits)
    return Int(Int64(power(x & 4095)).roundedShiftRight(by: min(x >> argumentBits, 40)))
  }

  /// p of a distance and the logarithm of the sum.
  public static func probability(_ distance: Int, logarithm: Int) -> Int {
    let x = distance << (argumentBits - exponentBits) + logarithm
    return min(one, Int(Int64(one * power(x & 4095)).roundedShiftRight(by: powerBits + min(x >> argumentBits, 40))))
  }

  /// The codes of a row, 0 to 127; empty for an empty row.
  ///
  /// - Parameter exponents: of each element; nil for one that is not seen. Where none is, all codes are 0.
  public static func codes(_ exponents: [Int?]) -> [Int] {
    let seen = exponents.compactMap(\.self)
    guard let greatest = seen.max() else { return exponents.map { _ in 0 } }
    let t = logarithm(seen.reduce(0) { $0 + weight(greatest - $1) })
    return exponents.map { exponent in exponent.map { probability(greatest - $0, logarithm: t) } ?? 0 }
  }

  /// A bound of |Σ p − 127| for a row in which so many elements are seen: half a code for each, and the relative error of powers and logarithm.
  public static func sumBound(count: Int) -> Double { Double(count) / 2 + 127 * relativeBound(count: count) }

  /// A bound of the relative error of a probability before its last rounding.
  ///
  /// A power is wrong by 1.0e-4 at most (line and rounding), each w by that and half of 2^−15 more, and the logarithm by 5.3e-4 in
  /// its value (line, rounding and dropped bits), which is 3.7e-4 in the probability.
  public static func relativeBound(count: Int) -> Double { 5.8e-4 + Double(count) * 0.5 / 32768 }
}
