/// What a code of any format stands for: a number, a signed zero, an infinity, or no number.
///
/// Its operations are exact; a format rounds their result, once. Their special cases are those of IEEE 754, with two
/// choices stated: the sum of x and −x is +0, whatever the rounding, and there is one NaN.
public enum RealValue: Hashable, Sendable {
  /// Zero of a sign.
  case zero(FloatingPointSign)
  /// A number that is not zero.
  case finite(Dyadic)
  /// Infinity of a sign.
  case infinity(FloatingPointSign)
  /// No number.
  case notANumber

  /// A number; zero is +0.
  public init(_ number: Dyadic) { self = number.isZero ? .zero(.plus) : .finite(number) }

  /// An integer.
  public init(_ number: some BinaryInteger) {
    let magnitude = BigMagnitude(words: number.magnitude.words.map { UInt64($0) })
    self.init(Dyadic(isNegative: number < 0, magnitude: magnitude, exponent: 0))
  }

  /// What a `Double` stands for.
  public init(_ value: Double) {
    if value.isNaN {
      self = .notANumber
    } else if value == 0 {
      self = .zero(value.sign)
    } else if let number = Dyadic(exactly: value) {
      self = .finite(number)
    } else {
      self = .infinity(value.sign)
    }
  }

  /// The sign; plus for NaN.
  public var sign: FloatingPointSign {
    switch self {
    case .zero(let sign), .infinity(let sign): sign
    case .finite(let number): number.isNegative ? .minus : .plus
    case .notANumber: .plus
    }
  }

  /// The number, also for a zero; nil for an infinity and NaN.
  public var number: Dyadic? {
    switch self {
    case .zero: .zero
    case .finite(let number): number
    case .infinity, .notANumber: nil
    }
  }

  /// The nearest `Double`.
  public var doubleValue: Double {
    switch self {
    case .zero(let sign): sign == .minus ? -0.0 : 0
    case .finite(let number): number.doubleValue
    case .infinity(let sign): sign == .minus ? -.infinity : .infinity
    case .notANumber: .nan
    }
  }
}

extension FloatingPointSign {
  fileprivate static func * (a: FloatingPointSign, b: FloatingPointSign) -> FloatingPointSign {
    a == b ? .plus : .minus
  }
  fileprivate static prefix func - (a: FloatingPointSign) -> FloatingPointSign { a == .plus ? .minus : .plus }
}

extension RealValue {
  /// The value with the other sign, −0 for +0.
  public static prefix func - (a: RealValue) -> RealValue {
    switch a {
    case .zero(let sign): .zero(-sign)
    case .finite(let number): .finite(-number)
    case .infinity(let sign): .infinity(-sign)
    case .notANumber: .notANumber
    }
  }

  /// The value without its sign.
  public var absolute: RealValue { sign == .minus ? -self : self }

  /// The exact sum. Opposite infinities give NaN; −0 comes only of two of them.
  public static func + (a: RealValue, b: RealValue) -> RealValue {
    switch (a, b) {
    case (.notANumber, _), (_, .notANumber): .notANumber
    case (.infinity(let left), .infinity(let right)): left == right ? a : .notANumber
    case (.infinity, _): a
    case (_, .infinity): b
    case (.zero(let left), .zero(let right)): .zero(left == right ? left : .plus)
    case (.zero, _): b
    case (_, .zero): a
    case (.finite(let left), .finite(let right)): RealValue(left + right)
    }
  }

  /// The exact difference.
  public static func - (a: RealValue, b: RealValue) -> RealValue { a + -b }

  /// The exact product. Zero times infinity gives NaN.
  public static func * (a: RealValue, b: RealValue) -> RealValue {
    switch (a, b) {
    case (.notANumber, _), (_, .notANumber), (.infinity, .zero), (.zero, .infinity): .notANumber
    case (.infinity, _), (_, .infinity): .infinity(a.sign * b.sign)
    case (.zero, _), (_, .zero): .zero(a.sign * b.sign)
    case (.finite(let left), .finite(let right)): .finite(left * right)
    }
  }

  /// The exact sum of products, in any order: x₀·y₀ + x₁·y₁ + …; +0 when there is none.
  ///
  /// NaN when a product is NaN or infinities of both signs meet. −0 only where all products are −0.
  public static func dot(_ pairs: some Sequence<(RealValue, RealValue)>) -> RealValue {
    var sum: RealValue?
    for (x, y) in pairs {
      let product = x * y
      sum = sum.map { $0 + product } ?? product
    }
    return sum ?? .zero(.plus)
  }

  /// The quotient, rounded so that a later rounding to multiples of 2^(quantum + 1) is right. x / 0 is infinite, 0 / 0 NaN.
  package func divided(by b: RealValue, quantum: (_ binade: Int) -> Int) -> RealValue {
    switch (self, b) {
    case (.notANumber, _), (_, .notANumber), (.infinity, .infinity), (.zero, .zero): .notANumber
    case (.infinity, _), (_, .zero): .infinity(sign * b.sign)
    case (.zero, _), (_, .infinity): .zero(sign * b.sign)
    case (.finite(let left), .finite(let right)):
      // The binade of the quotient is this one or the one below.
      .finite(Dyadic.quotient(left, right, quantum: quantum(left.binade - right.binade - 1)))
    }
  }

  /// The square root, rounded likewise. Of −0 it is −0, of a negative number NaN.
  package func squareRoot(quantum: (_ binade: Int) -> Int) -> RealValue {
    switch self {
    case .zero, .notANumber, .infinity(.plus): self
    case .infinity: .notANumber
    case .finite(let number):
      number.isNegative
        ? .notANumber
        : .finite(Dyadic.squareRoot(ofQuotient: number, quantum: quantum(number.binade >> 1)))
    }
  }

  /// Whether the value is less than, equal to or greater than `other`; nil where one of them is NaN. −0 equals +0.
  public func compared(to other: RealValue) -> ValueOrder? {
    switch (self, other) {
    case (.notANumber, _), (_, .notANumber): return nil
    case (.infinity(let left), .infinity(let right)) where left == right: return .equal
    case (.infinity(let sign), _): return sign == .plus ? .greater : .less
    case (_, .infinity(let sign)): return sign == .plus ? .less : .greater
    default:
      let (left, right) = (number ?? .zero, other.number ?? .zero)
      return left == right ? .equal : left < right ? .less : .greater
    }
  }
}

/// The result of a comparison of two numbers.
public enum ValueOrder: Hashable, Sendable {
  /// The first is the lesser one.
  case less
  /// Neither is greater.
  case equal
  /// The first is the greater one.
  case greater
}
