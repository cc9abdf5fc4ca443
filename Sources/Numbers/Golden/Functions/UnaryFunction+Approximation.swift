import Foundation
import NumberFormats

extension UnaryFunction {
  /// The function in `Double`, within 2^−40 of the value relative to it; nil where `Double` does not serve.
  ///
  /// Where the formula amplifies errors of its parts: x · Φ(x) at negative x, where an error of the argument z of erfc counts
  /// 2 z² ≤ 1300 times; e^u with |u| ≤ 620, where one of u counts |u| times.
  func approximation(_ x: Double) -> Double? {
    switch self {
    case .exp: abs(x) < 620 ? Foundation.exp(x) : nil
    case .exp2: abs(x) < 890 ? Foundation.exp2(x) : nil
    case .log: Foundation.log(x)
    case .log2: Foundation.log2(x)
    case .tanh: Foundation.tanh(x)
    case .sigmoid: x > -620 ? 1 / (1 + Foundation.exp(-x)) : nil
    case .gelu: x > -36 ? x * (0.5 * erfc(-x * 0.5.squareRoot())) : nil
    case .geluTanh:
      // x/2 · (1 + tanh(u)) = x · sigmoid(2u), which does not cancel.
      x > -20 ? x / (1 + Foundation.exp(-2 * (2 / Double.pi).squareRoot() * (x + 0.044715 * (x * x * x)))) : nil
    case .silu: x > -620 ? x / (1 + Foundation.exp(-x)) : nil
    default: nil
    }
  }

  /// Two numbers between which the value lies, at arguments at which it is within 2^−850 of 0, 1 or x, or above 2^850; nil
  /// elsewhere.
  func wideEnclosure(_ x: Dyadic) -> (low: Dyadic, high: Dyadic)? {
    // Farther than any format goes.
    let (nothing, everything) = (Dyadic(1 as Int64, exponent: -10000), Dyadic(1 as Int64, exponent: 10000))
    let (little, much) = (Dyadic(1 as Int64, exponent: -850), Dyadic(1 as Int64, exponent: 850))
    let limit: Int64? =
      switch self {
      case .exp, .sigmoid, .silu: 610
      case .exp2: 860
      case .gelu: 36
      case .geluTanh: 20
      default: nil
      }
    guard let limit, x.absolute >= Dyadic(limit) else { return nil }
    switch self {
    case .exp, .exp2: return x.isNegative ? (nothing, little) : (much, everything)
    case .sigmoid: return x.isNegative ? (nothing, little) : (.one - little, .one - nothing)
    // x · Φ(x) is less than x by more than nothing: by x · Φ(−x), at most 2^−850 from 36 on.
    default: return x.isNegative ? (-little, -nothing) : (x - little, x - nothing)
    }
  }

  /// Two numbers between which the value lies, 2^(8 − bits) apart, or nearer than any format tells where it is out of range.
  func enclosure(_ x: Dyadic, bits: Int) -> (low: Dyadic, high: Dyadic) {
    let precision = HighPrecision(bits: bits + 16)
    // Beyond these limits a value is below 2^−10000, or that near to 0, 1 or x, or above 2^10000: farther than formats go.
    let limit: Dyadic = self == .gelu || self == .geluTanh ? Dyadic(150 as Int64) : Dyadic(8000 as Int64)
    let nothing = Dyadic(1 as Int64, exponent: -10000)
    if self != .log, self != .log2, x.absolute > limit {
      return x.isNegative ? limitBelow(nothing) : limitAbove(x, nothing)
    }
    let y =
      switch self {
      case .exp: precision.exp(x)
      case .exp2: precision.exp(precision.product(x, precision.extended(by: 16).logarithmOfTwo))
      case .log: precision.log(x)
      case .log2: precision.quotient(precision.log(x), precision.logarithmOfTwo)
      case .tanh: precision.tanh(x)
      case .sigmoid: precision.sigmoid(x)
      case .gelu: x * precision.extended(by: 16).normalDistribution(x)
      case .geluTanh: x * precision.extended(by: 16).sigmoid(precision.extended(by: 40).geluArgument(x))
      default: x * precision.extended(by: 16).sigmoid(x)
      }
    let error = Dyadic(1 as Int64, exponent: 7 - bits)
    return (y - error, y + error)
  }

  private func limitBelow(_ nothing: Dyadic) -> (Dyadic, Dyadic) {
    switch self {
    case .tanh: (-.one + nothing, -.one + nothing)
    case .gelu, .geluTanh, .silu: (-nothing, -nothing)
    default: (nothing, nothing)
    }
  }

  private func limitAbove(_ x: Dyadic, _ nothing: Dyadic) -> (Dyadic, Dyadic) {
    switch self {
    case .tanh, .sigmoid: (.one - nothing, .one - nothing)
    case .gelu, .geluTanh, .silu: (x - nothing, x - nothing)
    default: (Dyadic(1 as Int64, exponent: 10000), Dyadic(1 as Int64, exponent: 10000))
    }
  }
}
