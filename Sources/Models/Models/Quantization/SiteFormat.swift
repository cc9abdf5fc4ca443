import NumberFormats

/// How activations of a site become codes: code = clamp(rne(x_j · factor_j) + zeroPoint).
///
/// The product of two bfloat16 numbers is exact in binary64: a code is rounded once.
public struct SiteFormat: Hashable, Sendable {
  /// The least and the greatest code.
  public let range: ClosedRange<Int32>
  /// The code of zero.
  public let zeroPoint: Int32
  /// One factor for each feature, or one for all; each a bfloat16 number.
  public let factors: [Float]

  /// The code of a value of a feature, and whether it was beyond the range.
  func code(_ value: Float, _ feature: Int) -> (code: Int32, isSaturated: Bool) {
    let factor = factors.count == 1 ? factors[0] : factors[feature]
    let scaled = (Double(value) * Double(factor)).rounded(.toNearestOrEven) + Double(zeroPoint)
    if scaled > Double(range.upperBound) { return (range.upperBound, true) }
    if scaled < Double(range.lowerBound) { return (range.lowerBound, true) }
    // What is no number has the code of zero.
    return (scaled.isNaN ? zeroPoint : Int32(scaled), false)
  }

  /// The real number that a code stands for.
  func value(_ code: Int32, _ feature: Int) -> Double {
    Double(code - zeroPoint) / Double(factors.count == 1 ? factors[0] : factors[feature])
  }

  /// Symmetric codes for values up to a maximum.
  static func symmetric(maximum: Float) -> SiteFormat {
    let factor = BFloat16(127 / Double(maximum > 0 ? maximum : 1)).floatValue
    return SiteFormat(range: -127...127, zeroPoint: 0, factors: [factor.isFinite && factor > 0 ? factor : 1])
  }

  /// The codes of e^(x − maximum), or of probabilities.
  static let probabilities = SiteFormat(range: 0...127, zeroPoint: 0, factors: [127])
}
