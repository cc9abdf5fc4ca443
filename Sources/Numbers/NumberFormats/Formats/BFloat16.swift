/// A bfloat16 number as the hardware treats it: sign, 8 exponent bits (bias 127), 7 fraction bits.
///
/// Subnormal numbers do not exist: they are zero of the same sign. Rounding is to nearest, ties to even; overflow gives an
/// infinity; there is one NaN, `0x7FC0`. ``Minifloat/bfloat16`` is the same format as a value, with exact arithmetic; the
/// operations here are short ways to the same results.
///
/// Equality and hashing are those of the bits: −0 is not +0, NaN is NaN. ``compared(to:)`` compares numbers.
public struct BFloat16: Hashable, Sendable {
  /// The 16 bits. Never a subnormal pattern, and no NaN pattern but `0x7FC0`.
  public let bitPattern: UInt16

  /// Reads a pattern: a subnormal one becomes zero of its sign, every NaN becomes `0x7FC0`.
  public init(bitPattern: UInt16) {
    let magnitude = bitPattern & 0x7FFF
    if magnitude > 0x7F80 {
      self.bitPattern = 0x7FC0
    } else {
      self.bitPattern = magnitude < 0x0080 ? bitPattern & 0x8000 : bitPattern
    }
  }

  /// Rounds a number once. A result below 2^−126 in magnitude, decided after rounding to 8 significant bits, is zero.
  public init(_ value: Double) {
    let bits = value.bitPattern
    let sign = UInt16(truncatingIfNeeded: bits >> 48) & 0x8000
    let magnitude = bits & 0x7FFF_FFFF_FFFF_FFFF
    guard magnitude < 0x7FF0_0000_0000_0000 else {
      bitPattern = value.isNaN ? 0x7FC0 : sign | 0x7F80
      return
    }
    // Exponent and fraction as one number: a fraction that rounds up to 2 carries into the exponent.
    let rounded = (magnitude &+ 0x0FFF_FFFF_FFFF &+ (magnitude >> 45 & 1)) >> 45
    if rounded < (1023 - 126) << 7 {
      bitPattern = sign
    } else if rounded >= (1023 + 128) << 7 {
      bitPattern = sign | 0x7F80
    } else {
      bitPattern = sign | UInt16(rounded &- (1023 - 127) << 7)
    }
  }

  /// Rounds an exact value once.
  public init(_ value: RealValue, rounding: RoundingRule = .nearestEven, overflow: OverflowRule = .standard) {
    bitPattern = UInt16(Minifloat.bfloat16.code(for: value, rounding: rounding, overflow: overflow))
  }

  /// The number, exactly.
  public var floatValue: Float { Float(bitPattern: UInt32(bitPattern) << 16) }

  /// The number, exactly.
  public var doubleValue: Double { Double(floatValue) }

  /// The number, exactly.
  public var realValue: RealValue { Minifloat.bfloat16.value(of: UInt64(bitPattern)) }
}

extension BFloat16 {
  /// +0.
  public static let zero = BFloat16(bitPattern: 0)
  /// 1.
  public static let one = BFloat16(bitPattern: 0x3F80)
  /// The one NaN.
  public static let notANumber = BFloat16(bitPattern: 0x7FC0)
  /// +infinity.
  public static let infinity = BFloat16(bitPattern: 0x7F80)
  /// The greatest finite number, (2 − 2^−7) · 2^127.
  public static let greatestFinite = BFloat16(bitPattern: 0x7F7F)
  /// The least positive number, 2^−126.
  public static let leastPositive = BFloat16(bitPattern: 0x0080)

  /// Whether this is NaN.
  public var isNaN: Bool { bitPattern == 0x7FC0 }
  /// Whether this is an infinity.
  public var isInfinite: Bool { bitPattern & 0x7FFF == 0x7F80 }
  /// Whether this is a zero, of either sign.
  public var isZero: Bool { bitPattern & 0x7FFF == 0 }
  /// Whether the sign bit is set.
  public var isNegative: Bool { bitPattern & 0x8000 != 0 }
  /// The number with sign +.
  public var magnitude: BFloat16 { isNaN ? self : BFloat16(bitPattern: bitPattern & 0x7FFF) }

  /// The integer n and the exponent e with the number = n · 2^e; zero, infinity and NaN have n = 0.
  public var significandAndExponent: (significand: Int64, exponent: Int) {
    let field = Int(bitPattern >> 7 & 0xFF)
    guard field > 0, field < 0xFF else { return (0, 0) }
    let significand = Int64(bitPattern & 0x7F | 0x80)
    return (isNegative ? -significand : significand, field - 134)
  }
}

extension BFloat16: CustomStringConvertible {
  /// The number as `Float` prints it.
  public var description: String { floatValue.description }
}
