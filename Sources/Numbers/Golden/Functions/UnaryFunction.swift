import NumberFormats

/// A function of one number, correctly rounded: the result is the real value rounded once, to nearest, ties to even.
///
/// How: the function is computed in `Double`, whose result y is within 2^−40 · |y| of the real value, as the library's
/// functions err by a few units of the last place, 2^−52, and the formulas here amplify that by at most 2^9. If both ends
/// of y · (1 ± 2^−39) round to the same code, this is the result. Otherwise the value is near a tie: then it is enclosed by
/// ``HighPrecision`` with 128 bits, 256 bits and so on, until both ends of the enclosure agree. Values that are rational, at
/// which an enclosure could never decide a tie, are given exactly: these are known, since exp, log and their kin are
/// transcendental at all other dyadic arguments.
///
/// Results at special operands, for all formats (a format without infinity or NaN writes them as its overflow rule says):
///
/// | function | −∞ | −0 | +0 | +∞ |
/// |---|---|---|---|---|
/// | exp, exp2 | +0 | 1 | 1 | +∞ |
/// | reciprocal | −0 | −∞ | +∞ | +0 |
/// | reciprocalSquareRoot | NaN | −∞ | +∞ | +0 |
/// | log, log2 | NaN | −∞ | −∞ | +∞ |
/// | tanh | −1 | −0 | +0 | 1 |
/// | sigmoid | +0 | 1/2 | 1/2 | 1 |
/// | gelu, geluTanh, silu, hardSwish | −0 | −0 | +0 | +∞ |
/// | relu, squaredReLU, clippedReLU | +0 | +0 | +0 | +∞, or the limit |
/// | leakyReLU | −∞ | −0 | +0 | +∞ |
/// | hardSigmoid | +0 | 1/2 | 1/2 | 1 |
///
/// NaN gives NaN. A negative operand of log, log2 and reciprocalSquareRoot gives NaN.
public enum UnaryFunction: Hashable, Sendable {
  /// e^x.
  case exp
  /// 2^x.
  case exp2
  /// 1 / x.
  case reciprocal
  /// 1 / √x.
  case reciprocalSquareRoot
  /// The natural logarithm.
  case log
  /// The logarithm to base 2.
  case log2
  /// The hyperbolic tangent.
  case tanh
  /// 1 / (1 + e^−x).
  case sigmoid
  /// x · Φ(x), Φ being the standard normal distribution: the exact form.
  case gelu
  /// x/2 · (1 + tanh(√(2/π) · (x + 0.044715 x³))): the tanh form, within 4.8e-4 of the exact one.
  case geluTanh
  /// x · sigmoid(x), also called swish.
  case silu
  /// max(x, 0).
  case relu
  /// max(x, 0)².
  case squaredReLU
  /// min(max(x, 0), limit); ReLU6 with the limit 6.
  case clippedReLU(limit: BFloat16)
  /// x, and slope · x where x is negative.
  case leakyReLU(slope: BFloat16)
  /// min(max(x/6 + 1/2, 0), 1).
  case hardSigmoid
  /// x · hardSigmoid(x).
  case hardSwish

  /// The functions without a parameter.
  public static let all: [UnaryFunction] = [
    .exp, .exp2, .reciprocal, .reciprocalSquareRoot, .log, .log2, .tanh, .sigmoid, .gelu, .geluTanh, .silu, .relu,
    .squaredReLU, .hardSigmoid, .hardSwish,
  ]
}

extension UnaryFunction {
  /// The function of a bfloat16 number, in bfloat16.
  public func callAsFunction(_ x: BFloat16) -> BFloat16 {
    if !x.isZero, !x.isInfinite, !x.isNaN, isTranscendental, let y = approximation(x.doubleValue),
      y.magnitude > 0x1p-900, y.magnitude < 0x1p900
    {
      let low = BFloat16(y * (1 - 0x1p-39))
      if low == BFloat16(y * (1 + 0x1p-39)) { return low }
    }
    return BFloat16(bitPattern: UInt16(code(for: x.realValue, in: Minifloat.bfloat16)))
  }

  /// The code in a format of the function of any value, divided by a scale.
  ///
  /// - Parameters:
  ///   - x: the operand.
  ///   - format: the format of the result.
  ///   - scale: what one unit of the format stands for; positive.
  public func code(for x: RealValue, in format: some NumberFormat, scale: Dyadic = .one) -> UInt64 {
    precondition(scale > .zero, "a scale is positive")
    func quotient(_ a: RealValue) -> RealValue {
      a.divided(by: RealValue(scale)) { format.quantum(atBinade: $0) - 4 }
    }
    switch value(x) {
    case .exact(let value): return format.code(for: quotient(value))
    case .ratio(let a, let b):
      return format.code(for: a.divided(by: RealValue(b * scale)) { format.quantum(atBinade: $0) - 4 })
    case .reciprocalRoot(let number):
      let square = number * scale * scale
      let quantum = format.quantum(atBinade: -((square.binade + 2) >> 1)) - 4
      return format.code(for: RealValue(Dyadic.squareRoot(ofQuotient: .one, square, quantum: quantum)))
    case .real(let number):
      if let code = codeByDouble(number, in: format, scale: scale) { return code }
      return codeByEnclosure(number, in: format) { end in quotient(RealValue(end)) }
    }
  }

  private func codeByDouble(_ x: Dyadic, in format: some NumberFormat, scale: Dyadic) -> UInt64? {
    let argument = x.doubleValue
    guard Dyadic(exactly: argument) == x, let y = approximation(argument) else { return nil }
    let scaled = y / scale.doubleValue
    guard y.magnitude > 0x1p-900, y.magnitude < 0x1p900, scaled.magnitude > 0x1p-900, scaled.magnitude < 0x1p900 else {
      return nil
    }
    let low = format.code(for: scaled * (1 - 0x1p-39))
    return low == format.code(for: scaled * (1 + 0x1p-39)) ? low : nil
  }

  private func codeByEnclosure(
    _ x: Dyadic, in format: some NumberFormat, _ scaled: (Dyadic) -> RealValue
  ) -> UInt64 {
    if let (low, high) = wideEnclosure(x) {
      // Far out of the range of most formats: both ends have the code of zero, or of infinity.
      let code = format.code(for: scaled(low))
      if code == format.code(for: scaled(high)) { return code }
    }
    var bits = 128
    while true {
      let (low, high) = enclosure(x, bits: bits)
      let code = format.code(for: scaled(low))
      // No tie of a format has as many bits: at the end both codes are as near to the value as can be told.
      if code == format.code(for: scaled(high)) || bits > 16384 { return code }
      bits *= 2
    }
  }
}

extension UnaryFunction {
  /// What is known of a value without computing it.
  enum Value {
    /// The value itself.
    case exact(RealValue)
    /// a / b.
    case ratio(RealValue, Dyadic)
    /// 1 / √x of a positive number.
    case reciprocalRoot(Dyadic)
    /// An irrational number: the function of this one.
    case real(Dyadic)
  }

  var isTranscendental: Bool {
    switch self {
    case .exp, .exp2, .log, .log2, .tanh, .sigmoid, .gelu, .geluTanh, .silu: true
    default: false
    }
  }

  func value(_ x: RealValue) -> Value {
    if x == .notANumber { return .exact(.notANumber) }
    let half = RealValue(Dyadic(1 as Int64, exponent: -1))
    switch (self, x) {
    case (.exp, .zero), (.exp2, .zero): return .exact(RealValue(1))
    case (.exp, .infinity(let sign)), (.exp2, .infinity(let sign)): return .exact(sign == .plus ? x : .zero(.plus))
    case (.exp2, .finite(let number)) where number.exponent >= 0 && number.binade < 15:
      return .exact(RealValue(Dyadic(1 as Int64, exponent: Int(number.doubleValue))))
    case (.reciprocal, _): return .reciprocal(of: x)
    case (.reciprocalSquareRoot, .zero(let sign)): return .exact(.infinity(sign))
    case (.reciprocalSquareRoot, .infinity(.plus)): return .exact(.zero(.plus))
    case (.reciprocalSquareRoot, .finite(let number)) where !number.isNegative: return .reciprocalRoot(number)
    case (.reciprocalSquareRoot, _): return .exact(.notANumber)
    case (.log, .zero), (.log2, .zero): return .exact(.infinity(.minus))
    case (.log, .infinity(.plus)), (.log2, .infinity(.plus)): return .exact(x)
    case (.log, _) where x.sign == .minus, (.log2, _) where x.sign == .minus: return .exact(.notANumber)
    case (.log, .finite(.one)): return .exact(.zero(.plus))
    case (.log2, .finite(let number)) where number.magnitude == BigMagnitude(1):
      return .exact(RealValue(number.exponent))
    case (.tanh, .zero): return .exact(x)
    case (.tanh, .infinity(let sign)): return .exact(RealValue(sign == .plus ? 1 : -1))
    case (.sigmoid, .zero), (.hardSigmoid, .zero): return .exact(half)
    case (.sigmoid, .infinity(let sign)), (.hardSigmoid, .infinity(let sign)):
      return .exact(sign == .plus ? RealValue(1) : .zero(.plus))
    case (.gelu, .zero), (.geluTanh, .zero), (.silu, .zero), (.hardSwish, .zero): return .exact(x)
    case (.gelu, .infinity(let sign)), (.geluTanh, .infinity(let sign)), (.silu, .infinity(let sign)),
      (.hardSwish, .infinity(let sign)):
      return .exact(sign == .plus ? x : .zero(.minus))
    case (.exp, .finite(let number)), (.exp2, .finite(let number)), (.log, .finite(let number)),
      (.log2, .finite(let number)), (.tanh, .finite(let number)), (.sigmoid, .finite(let number)),
      (.gelu, .finite(let number)), (.geluTanh, .finite(let number)), (.silu, .finite(let number)):
      return .real(number)
    default: return piecewise(x)
    }
  }

  /// The functions made of straight pieces and parabolas.
  private func piecewise(_ x: RealValue) -> Value {
    let positive: RealValue = x.sign == .plus ? x : .zero(.plus)
    switch self {
    case .relu: return .exact(positive)
    case .squaredReLU: return .exact(positive * positive)
    case .clippedReLU(let limit):
      let bound = limit.realValue
      if bound == .notANumber { return .exact(.notANumber) }
      return .exact(positive.compared(to: bound) == .greater ? bound : positive)
    case .leakyReLU(let slope): return .exact(x.sign == .plus ? x : x * slope.realValue)
    case .hardSigmoid, .hardSwish:
      guard let number = x.number else { return .exact(.notANumber) }
      let three = Dyadic(3 as Int64)
      let six = Dyadic(6 as Int64)
      let ramp = max(min(number + three, six), .zero)
      if self == .hardSigmoid { return .ratio(RealValue(ramp), six) }
      // Below −3 the value is zero and comes from below.
      return ramp.isZero ? .exact(.zero(.minus)) : .ratio(RealValue(number * ramp), six)
    default: return .exact(.notANumber)
    }
  }
}

extension UnaryFunction.Value {
  /// 1 / x of any value.
  fileprivate static func reciprocal(of x: RealValue) -> UnaryFunction.Value {
    switch x {
    case .finite(let number):
      .ratio(RealValue(number.isNegative ? -1 : 1), number.absolute)
    case .zero(let sign): .exact(.infinity(sign))
    case .infinity(let sign): .exact(.zero(sign))
    case .notANumber: .exact(.notANumber)
    }
  }
}
