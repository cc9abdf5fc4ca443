/// A two's complement or unsigned integer format of 1 to 64 bits: `intN` or `uintN`.
///
/// The format is a value, not a type, because the widths of a generator are run-time parameters.
public struct IntegerFormat: Hashable, Sendable {
  /// The number of bits, 1 to 64.
  public let width: Int

  /// Whether the most significant bit weighs −2^(width − 1).
  public let isSigned: Bool

  /// Makes a format.
  ///
  /// - Throws: ``IntegerFormatError`` when the width is not 1 to 64.
  public init(width: Int, isSigned: Bool) throws(IntegerFormatError) {
    guard (1...64).contains(width) else { throw .width(width) }
    self.init(checkedWidth: width, isSigned: isSigned)
  }

  private init(checkedWidth width: Int, isSigned: Bool) {
    self.width = width
    self.isSigned = isSigned
  }

  /// Signed 8 bits, −128 to 127.
  public static let int8 = IntegerFormat(checkedWidth: 8, isSigned: true)
  /// Signed 16 bits.
  public static let int16 = IntegerFormat(checkedWidth: 16, isSigned: true)
  /// Signed 32 bits.
  public static let int32 = IntegerFormat(checkedWidth: 32, isSigned: true)
  /// Signed 64 bits.
  public static let int64 = IntegerFormat(checkedWidth: 64, isSigned: true)
  /// Unsigned 8 bits, 0 to 255.
  public static let uint8 = IntegerFormat(checkedWidth: 8, isSigned: false)
  /// Unsigned 16 bits.
  public static let uint16 = IntegerFormat(checkedWidth: 16, isSigned: false)
  /// Unsigned 32 bits.
  public static let uint32 = IntegerFormat(checkedWidth: 32, isSigned: false)
  /// Unsigned 64 bits.
  public static let uint64 = IntegerFormat(checkedWidth: 64, isSigned: false)

  /// The least number of the format; 0 when unsigned.
  public var minimum: Int64 { isSigned ? Int64.min >> Int64(64 - width) : 0 }

  /// The greatest number of the format.
  public var maximum: UInt64 { UInt64.max >> UInt64(64 - width + (isSigned ? 1 : 0)) }

  /// Whether the number can be held exactly.
  public func contains(_ value: some BinaryInteger) -> Bool { value >= minimum && value <= maximum }

  /// The number of the format nearest to `value`: narrowing that saturates.
  public func clamp<Value: FixedWidthInteger>(_ value: Value) -> Value {
    // A bound that is passed lies between `value` and zero, so `Value` can hold it.
    if value < minimum { return Value(minimum) }
    if value > maximum { return Value(maximum) }
    return value
  }

  /// The low `width` bits of `value`, read in this format: narrowing that wraps.
  ///
  /// When `Value` has too few bits, or no sign, to hold the result, it holds the result's low bits.
  public func wrap<Value: FixedWidthInteger>(_ value: Value) -> Value {
    let bits = UInt64(truncatingIfNeeded: value) << UInt64(64 - width)
    let unused = 64 - width
    return isSigned
      ? Value(truncatingIfNeeded: Int64(bitPattern: bits) >> Int64(unused))
      : Value(truncatingIfNeeded: bits >> UInt64(unused))
  }
}

extension IntegerFormat: CustomStringConvertible {
  /// `int8`, `uint4`: the field's name of the format.
  public var description: String { (isSigned ? "int" : "uint") + String(width) }
}

/// Why an integer format cannot be made.
public enum IntegerFormatError: Error, Hashable, CustomStringConvertible {
  /// The width is not 1 to 64.
  case width(Int)

  /// What is wrong, and what to give instead.
  public var description: String {
    switch self {
    case .width(let width): "an integer format has 1 to 64 bits, not \(width): give a width in this range"
    }
  }
}
