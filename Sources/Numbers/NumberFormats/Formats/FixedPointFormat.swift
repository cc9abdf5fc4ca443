/// Fixed point Q(i, f): an integer of i + f bits, two's complement or unsigned, times 2^−f.
///
/// The sign bit, where there is one, counts among the i integer bits. f may be negative or greater than the width, as long as
/// the width i + f is 1 to 64 and |f| ≤ 1024.
public struct FixedPointFormat: Hashable, Sendable {
  /// i: the bits before the binary point, a sign bit included.
  public let integerBits: Int
  /// f: the bits after the binary point.
  public let fractionBits: Int
  /// The codes, read as integers.
  public let codes: IntegerFormat

  /// Makes a format.
  ///
  /// - Throws: ``FixedPointFormatError`` when the width is not 1 to 64, or the point is more than 1024 places away.
  public init(integerBits: Int, fractionBits: Int, isSigned: Bool) throws(FixedPointFormatError) {
    guard abs(fractionBits) <= 1024, abs(integerBits) <= 2048,
      let codes = try? IntegerFormat(width: integerBits + fractionBits, isSigned: isSigned)
    else { throw .width(integerBits: integerBits, fractionBits: fractionBits) }
    self.init(codes: codes, fractionBits: fractionBits)
  }

  private init(codes: IntegerFormat, fractionBits: Int) {
    integerBits = codes.width - fractionBits
    self.fractionBits = fractionBits
    self.codes = codes
  }

  /// Whether the format has negative numbers.
  public var isSigned: Bool { codes.isSigned }

  /// Integers as fixed point without fraction bits.
  init(integers codes: IntegerFormat) { self.init(codes: codes, fractionBits: 0) }
}

extension FixedPointFormat: NumberFormat {
  /// i + f.
  public var width: Int { codes.width }

  /// The number of a code, exactly.
  public func value(of code: UInt64) -> RealValue {
    if isSigned { return RealValue(Dyadic(Int64(bitPattern: codes.wrap(code)), exponent: -fractionBits)) }
    return RealValue(Dyadic(code & codeMask, exponent: -fractionBits))
  }

  /// The code of a value: NaN gives 0, infinities saturate.
  public func code(for value: RealValue, rounding: RoundingRule, overflow: OverflowRule) -> UInt64 {
    switch value {
    case .zero, .notANumber: return 0
    case .infinity(let sign): return limit(isNegative: sign == .minus)
    case .finite(let number):
      // Far beyond the range the low bits, if asked for, are zeros: the number is a multiple of its own last place.
      if number.exponent + fractionBits > 64 {
        return overflow == .wrapping ? 0 : limit(isNegative: number.isNegative)
      }
      let integer = number.multiple(ofPowerOfTwo: -fractionBits, rounding: rounding)
      let greatest = number.isNegative ? codes.minimum.magnitude : codes.maximum
      if let word = integer.word, word <= greatest { return (number.isNegative ? 0 &- word : word) & codeMask }
      guard overflow == .wrapping else { return limit(isNegative: number.isNegative) }
      let low = integer.lowBits(64)
      return (number.isNegative ? 0 &- low : low) & codeMask
    }
  }

  private func limit(isNegative: Bool) -> UInt64 {
    isNegative ? UInt64(bitPattern: codes.minimum) & codeMask : codes.maximum
  }

  /// −f everywhere.
  public func quantum(atBinade binade: Int) -> Int { -fractionBits }

  /// `Q(4, 12)`; `UQ(0, 8)` without a sign.
  public var description: String { "\(isSigned ? "" : "U")Q(\(integerBits), \(fractionBits))" }
}

extension IntegerFormat: NumberFormat {
  /// The number of a code, exactly.
  public func value(of code: UInt64) -> RealValue { FixedPointFormat(integers: self).value(of: code) }

  /// The code of a value: NaN gives 0, infinities saturate.
  public func code(for value: RealValue, rounding: RoundingRule, overflow: OverflowRule) -> UInt64 {
    FixedPointFormat(integers: self).code(for: value, rounding: rounding, overflow: overflow)
  }

  /// 0 everywhere.
  public func quantum(atBinade binade: Int) -> Int { 0 }

  /// The code as a signed integer. An unsigned code of 64 bits beyond `Int64.max` is read modulo 2^64.
  public func integer(of code: UInt64) -> Int64 { Int64(bitPattern: wrap(code)) }
}

/// Why a fixed point format cannot be made.
public enum FixedPointFormatError: Error, Hashable, CustomStringConvertible {
  /// The bits are not 1 to 64 in all, or the point is too far away.
  case width(integerBits: Int, fractionBits: Int)

  /// What is wrong, and what to give instead.
  public var description: String {
    switch self {
    case .width(let integerBits, let fractionBits):
      "Q(\(integerBits), \(fractionBits)) is no fixed point format: give 1 to 64 bits in all, and at most 1024 fraction bits"
    }
  }
}
