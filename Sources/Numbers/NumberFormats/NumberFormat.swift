/// A set of numbers with a bit pattern for each: integers, fixed point and floating point.
///
/// A format is a value, as the parameters of a generator are. Its codes are the low ``width`` bits of a `UInt64`; higher bits
/// are ignored where a code is read and are 0 where one is made. Reading a code is exact; writing a value rounds it once.
public protocol NumberFormat: Hashable, Sendable, CustomStringConvertible {
  /// The number of bits of a code, 1 to 64.
  var width: Int { get }

  /// What a code stands for.
  func value(of code: UInt64) -> RealValue

  /// The code of a value, rounded once by the rule.
  func code(for value: RealValue, rounding: RoundingRule, overflow: OverflowRule) -> UInt64

  /// The exponent of the last place of numbers from 2^binade up to 2^(binade + 1): no code of the format, nor the place at
  /// which it would round beyond its range, is finer.
  func quantum(atBinade binade: Int) -> Int
}

extension NumberFormat {
  /// The bits that a code has.
  public var codeMask: UInt64 { .max >> UInt64(64 - width) }

  /// The code nearest to a value, ties to even, with the format's own overflow.
  public func code(for value: RealValue) -> UInt64 { code(for: value, rounding: .nearestEven, overflow: .standard) }

  /// The code nearest to a `Double`, ties to even: rounded once.
  public func code(for value: Double) -> UInt64 { code(for: RealValue(value)) }

  /// The code in this format of a code in another one.
  public func convert(
    _ code: UInt64, from source: some NumberFormat, rounding: RoundingRule = .nearestEven,
    overflow: OverflowRule = .standard
  ) -> UInt64 {
    self.code(for: source.value(of: code), rounding: rounding, overflow: overflow)
  }
}

// Arithmetic on codes: operands and result in one format, the exact result rounded once.
extension NumberFormat {
  private func quantumForQuotient(_ binade: Int) -> Int {
    // Finer by more bits than a stochastic rounding looks at. Below the range the finest quantum serves.
    quantum(atBinade: binade) - 66
  }

  /// −a. Unsigned formats saturate at 0.
  public func negate(_ a: UInt64) -> UInt64 { code(for: -value(of: a)) }

  /// a + b.
  public func add(
    _ a: UInt64, _ b: UInt64, rounding: RoundingRule = .nearestEven, overflow: OverflowRule = .standard
  ) -> UInt64 {
    code(for: value(of: a) + value(of: b), rounding: rounding, overflow: overflow)
  }

  /// a − b.
  public func subtract(
    _ a: UInt64, _ b: UInt64, rounding: RoundingRule = .nearestEven, overflow: OverflowRule = .standard
  ) -> UInt64 {
    code(for: value(of: a) - value(of: b), rounding: rounding, overflow: overflow)
  }

  /// a · b.
  public func multiply(
    _ a: UInt64, _ b: UInt64, rounding: RoundingRule = .nearestEven, overflow: OverflowRule = .standard
  ) -> UInt64 {
    code(for: value(of: a) * value(of: b), rounding: rounding, overflow: overflow)
  }

  /// a · b + c, rounded once.
  public func fusedMultiplyAdd(
    _ a: UInt64, _ b: UInt64, _ c: UInt64, rounding: RoundingRule = .nearestEven, overflow: OverflowRule = .standard
  ) -> UInt64 {
    code(for: value(of: a) * value(of: b) + value(of: c), rounding: rounding, overflow: overflow)
  }

  /// The sum of the products of paired codes, added exactly and rounded once; what has no partner is left out.
  public func dot(
    _ a: [UInt64], _ b: [UInt64], rounding: RoundingRule = .nearestEven, overflow: OverflowRule = .standard
  ) -> UInt64 {
    let pairs = zip(a, b).lazy.map { (value(of: $0), value(of: $1)) }
    return code(for: .dot(pairs), rounding: rounding, overflow: overflow)
  }

  /// a / b, rounded once. Where the format has neither infinity nor NaN, a division by zero saturates and 0 / 0 is 0.
  public func divide(
    _ a: UInt64, _ b: UInt64, rounding: RoundingRule = .nearestEven, overflow: OverflowRule = .standard
  ) -> UInt64 {
    let quotient = value(of: a).divided(by: value(of: b), quantum: quantumForQuotient)
    return code(for: quotient, rounding: rounding, overflow: overflow)
  }

  /// The square root, rounded once. That of a negative number is NaN, or 0 where the format has none.
  public func squareRoot(_ a: UInt64, rounding: RoundingRule = .nearestEven) -> UInt64 {
    code(for: value(of: a).squareRoot(quantum: quantumForQuotient), rounding: rounding, overflow: .standard)
  }

  /// The order of two codes by value; nil where one is NaN. −0 equals +0.
  public func compare(_ a: UInt64, _ b: UInt64) -> ValueOrder? { value(of: a).compared(to: value(of: b)) }

  /// The lesser of two codes, −0 being less than +0.
  public func minimum(_ a: UInt64, _ b: UInt64, nan: NaNRule = .propagate) -> UInt64 { select(a, b, .less, nan) }

  /// The greater of two codes, −0 being less than +0.
  public func maximum(_ a: UInt64, _ b: UInt64, nan: NaNRule = .propagate) -> UInt64 { select(a, b, .greater, nan) }

  private func select(_ a: UInt64, _ b: UInt64, _ wanted: ValueOrder, _ rule: NaNRule) -> UInt64 {
    let (left, right) = (value(of: a), value(of: b))
    guard let order = left.compared(to: right) else {
      let other = left == .notANumber ? right : left
      return code(for: rule == .propagate ? .notANumber : other)
    }
    // Through the value, so that a flushed subnormal becomes zero.
    if order == .equal { return code(for: (left.sign == .minus) == (wanted == .less) ? left : right) }
    return code(for: order == wanted ? left : right)
  }
}

/// What minimum and maximum do with NaN.
public enum NaNRule: Hashable, Sendable {
  /// NaN where an operand is NaN: `minimum` and `maximum` of IEEE 754-2019.
  case propagate
  /// The other operand; NaN where both are: `minimumNumber` and `maximumNumber` of IEEE 754-2019.
  case ignore
}
