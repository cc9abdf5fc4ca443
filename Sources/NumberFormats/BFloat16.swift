/// A bfloat16 number as the hardware treats it: sign, 8 exponent bits (bias 127), 7 fraction bits.
///
/// Subnormal numbers do not exist: they are zero of the same sign. Rounding is to nearest, ties to even; overflow gives an
/// infinity; there is one NaN, `0x7FC0`.
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
    guard !value.isNaN else {
      self.init(bitPattern: 0x7FC0)
      return
    }
    let sign: UInt16 = value.sign == .minus ? 0x8000 : 0
    guard value.isFinite, value != 0 else {
      self.init(bitPattern: value == 0 ? sign : sign | 0x7F80)
      return
    }
    var significand = Int((value.significand * 128).rounded(.toNearestOrEven))
    var exponent = Int(value.exponent)
    if significand == 256 {
      significand = 128
      exponent += 1
    }
    if exponent < -126 {
      self.init(bitPattern: sign)
    } else if exponent > 127 {
      self.init(bitPattern: sign | 0x7F80)
    } else {
      self.init(bitPattern: sign | UInt16(exponent + 127) << 7 | UInt16(significand - 128))
    }
  }

  /// The number, exactly.
  public var floatValue: Float { Float(bitPattern: UInt32(bitPattern) << 16) }
}

extension BFloat16: CustomStringConvertible {
  /// The number as `Float` prints it.
  public var description: String { floatValue.description }
}
