/// An exact number ±m · 2^e with an integer m of any size: what every value of every format is.
///
/// Sums, differences and products of dyadic numbers are dyadic and computed without rounding. `m` is kept odd, so that
/// equal numbers have equal fields. Zero has no sign here; ``RealValue`` tells −0 from +0.
public struct Dyadic: Hashable, Sendable {
  /// Whether the number is below zero.
  public let isNegative: Bool
  /// m: odd, or zero.
  package let magnitude: BigMagnitude
  /// e; 0 for zero.
  package let exponent: Int

  package init(isNegative: Bool, magnitude: BigMagnitude, exponent: Int) {
    let zeros = magnitude.trailingZeroBitCount
    self.isNegative = isNegative && !magnitude.isZero
    self.magnitude = zeros == 0 ? magnitude : magnitude >> zeros
    self.exponent = magnitude.isZero ? 0 : exponent + zeros
  }

  /// `significand` · 2^`exponent`.
  public init(_ significand: Int64, exponent: Int = 0) {
    self.init(isNegative: significand < 0, magnitude: BigMagnitude(significand.magnitude), exponent: exponent)
  }

  /// `significand` · 2^`exponent`, for significands beyond `Int64`.
  public init(_ significand: UInt64, exponent: Int = 0) {
    self.init(isNegative: false, magnitude: BigMagnitude(significand), exponent: exponent)
  }

  /// The number that a finite `Double` stands for; nil for an infinity or NaN.
  public init?(exactly value: Double) {
    guard value.isFinite else { return nil }
    let field = Int(value.bitPattern >> 52 & 0x7FF)
    let fraction = value.bitPattern & 0xF_FFFF_FFFF_FFFF
    self.init(
      isNegative: value < 0, magnitude: BigMagnitude(field == 0 ? fraction : fraction | 1 << 52),
      exponent: max(field, 1) - 1075)
  }

  /// 0.
  public static let zero = Dyadic(0 as Int64)
  /// 1.
  public static let one = Dyadic(1 as Int64)

  /// Whether the number is 0.
  public var isZero: Bool { magnitude.isZero }

  /// E with 2^E ≤ |number| < 2^(E + 1); 0 for zero.
  public var binade: Int { magnitude.isZero ? 0 : magnitude.bitWidth - 1 + exponent }

  /// The number without its sign.
  public var absolute: Dyadic { Dyadic(isNegative: false, magnitude: magnitude, exponent: exponent) }

  /// The number times 2^power.
  public func scaled(byPowerOfTwo power: Int) -> Dyadic {
    Dyadic(isNegative: isNegative, magnitude: magnitude, exponent: exponent + power)
  }

  /// The nearest `Double`, ties to even. Beyond its range an infinity or zero; subnormal results may be rounded twice.
  public var doubleValue: Double {
    let quantum = binade - 52
    guard binade < 1100 else { return isNegative ? -.infinity : .infinity }
    guard binade > -1200 else { return 0 }
    let significand = Double(multiple(ofPowerOfTwo: quantum, rounding: .nearestEven).word ?? 0)
    // In two steps, as 2^quantum alone may be beyond the range.
    let half = quantum / 2
    let value =
      significand * Double(sign: .plus, exponent: half, significand: 1)
      * Double(sign: .plus, exponent: quantum - half, significand: 1)
    return isNegative ? -value : value
  }
}

extension Dyadic {
  /// The number with the other sign.
  public static prefix func - (a: Dyadic) -> Dyadic {
    Dyadic(isNegative: !a.isNegative, magnitude: a.magnitude, exponent: a.exponent)
  }

  /// The exact sum.
  public static func + (a: Dyadic, b: Dyadic) -> Dyadic {
    if a.isZero { return b }
    if b.isZero { return a }
    let exponent = min(a.exponent, b.exponent)
    let left = a.magnitude << (a.exponent - exponent)
    let right = b.magnitude << (b.exponent - exponent)
    if a.isNegative == b.isNegative {
      return Dyadic(isNegative: a.isNegative, magnitude: left + right, exponent: exponent)
    }
    return left < right
      ? Dyadic(isNegative: b.isNegative, magnitude: right - left, exponent: exponent)
      : Dyadic(isNegative: a.isNegative, magnitude: left - right, exponent: exponent)
  }

  /// The exact difference.
  public static func - (a: Dyadic, b: Dyadic) -> Dyadic { a + -b }

  /// The exact product.
  public static func * (a: Dyadic, b: Dyadic) -> Dyadic {
    Dyadic(
      isNegative: a.isNegative != b.isNegative, magnitude: a.magnitude * b.magnitude, exponent: a.exponent + b.exponent)
  }
}

extension Dyadic: Comparable {
  /// Whether `a` is less than `b`.
  public static func < (a: Dyadic, b: Dyadic) -> Bool {
    if a.isNegative != b.isNegative { return a.isNegative }
    if a.isZero || b.isZero { return a.isZero && !b.isZero && !b.isNegative || b.isZero && a.isNegative }
    if a.binade != b.binade { return (a.binade < b.binade) != a.isNegative }
    return (a - b).isNegative
  }
}

extension Dyadic: CustomStringConvertible {
  /// The nearest `Double` as it prints.
  public var description: String { doubleValue.description }
}
