/// Real functions computed by additions, multiplications, divisions and square roots of binary64 alone, in a fixed order.
///
/// The C library's functions differ from machine to machine in their last bit. What is rounded to bfloat16 here is the same
/// everywhere. The relative error is below 2^−40; functions are what their names say.
enum ElementaryFunctions {
  private static let logarithm2High = 0x1.62E42FEFA0000p-1
  private static let logarithm2Low = 0x1.CF79ABC9E3B39p-40

  static func exp(_ x: Double) -> Double {
    if x.isNaN { return x }
    if x > 709.78 { return .infinity }
    if x < -745.2 { return 0 }
    let steps = (x / 0x1.62E42FEFA39EFp-1).rounded(.toNearestOrEven)
    let rest = x - steps * logarithm2High - steps * logarithm2Low
    // |rest| ≤ 0.35: the term of order 16 is below 2^−60.
    var sum = 1.0
    for order in stride(from: 16.0, through: 1, by: -1) { sum = 1 + sum * rest / order }
    // Two factors, since a subnormal result has no exponent of its own.
    let half = (steps / 2).rounded(.towardZero)
    return sum * power(Int(half)) * power(Int(steps - half))
  }

  private static func power(_ exponent: Int) -> Double { Double(sign: .plus, exponent: exponent, significand: 1) }

  /// For positive normal numbers.
  static func log(_ x: Double) -> Double {
    var (exponent, significand) = (Double(x.exponent), x.significand)
    if significand > 1.4142135623730951 {
      significand /= 2
      exponent += 1
    }
    let ratio = (significand - 1) / (significand + 1)
    let square = ratio * ratio
    // |ratio| ≤ 0.172: 2 · Σ ratio^(2k + 1) / (2k + 1).
    var sum = 0.0
    for order in stride(from: 25.0, through: 1, by: -2) { sum = 1 / order + sum * square }
    return exponent * logarithm2High + (exponent * logarithm2Low + 2 * ratio * sum)
  }

  /// Sine and cosine of angles up to 2^20.
  static func sineAndCosine(_ x: Double) -> (sine: Double, cosine: Double) {
    // π/2 in three parts, of which the products with the number of quarters are exact.
    let quarters = (x * 0x1.45F306DC9C883p-1).rounded(.toNearestOrEven)
    var rest = x - quarters * 0x1.921FB54400000p0
    rest -= quarters * 0x1.0B4611A600000p-34
    rest -= quarters * 0x1.3198A2E037073p-69
    let square = rest * rest
    var (sine, cosine) = (1.0, 1.0)
    for order in stride(from: 18.0, through: 2, by: -2) {
      cosine = 1 - square * cosine / (order * (order - 1))
      sine = 1 - square * sine / (order * (order + 1))
    }
    sine *= rest
    switch Int(quarters) & 3 {
    case 0: return (sine, cosine)
    case 1: return (cosine, -sine)
    case 2: return (-sine, -cosine)
    default: return (-cosine, sine)
    }
  }

  /// The standard normal distribution function, with a small relative error far out too.
  static func normalDistribution(_ x: Double) -> Double {
    let distance = abs(x) * 0.5.squareRoot()
    let tail = distance < 1.5 ? (1 - errorFunction(distance)) / 2 : complementaryErrorFunction(distance) / 2
    return x < 0 ? tail : 1 - tail
  }

  /// 2/√π · e^(−x²) · Σ 2^n x^(2n + 1) / (2n + 1)!!, of which all terms are positive.
  private static func errorFunction(_ x: Double) -> Double {
    var (term, sum) = (x, x)
    for order in stride(from: 3.0, through: 121, by: 2) {
      term *= 2 * x * x / order
      sum += term
    }
    return 1.1283791670955126 * exp(-x * x) * sum
  }

  /// The continued fraction of Laplace.
  private static func complementaryErrorFunction(_ x: Double) -> Double {
    guard x < 27 else { return 0 }
    var fraction = x
    for order in stride(from: 200.0, through: 1, by: -1) { fraction = x + order / 2 / fraction }
    return exp(-x * x) / (1.7724538509055161 * fraction)
  }

  static func tanh(_ x: Double) -> Double {
    let magnitude = abs(x)
    if magnitude < 1e-4 { return x - x * x * x / 3 }
    let decay = exp(-2 * magnitude)
    let value = (1 - decay) / (1 + decay)
    return x < 0 ? -value : value
  }
}

extension GraphOperation.Activation {
  /// The function in binary64, the same on every machine.
  func exact(_ x: Double) -> Double {
    switch self {
    case .gelu: x == 0 ? x : x * ElementaryFunctions.normalDistribution(x)
    case .geluTanh:
      // x · sigmoid(2 t), the same as x/2 · (1 + tanh t).
      x / (1 + ElementaryFunctions.exp(-2 * 0.7978845608028654 * (x + 0.044715 * x * x * x)))
    case .relu: max(x, 0)
    case .silu: x / (1 + ElementaryFunctions.exp(-x))
    case .quickGelu: x / (1 + ElementaryFunctions.exp(-1.702 * x))
    case .tanh: ElementaryFunctions.tanh(x)
    }
  }

  /// How far the function goes below zero; nil where there is no bound that matters.
  var depth: Double? {
    switch self {
    case .gelu, .geluTanh: 0.17
    case .relu: 0
    case .silu, .quickGelu, .tanh: nil
    }
  }
}
