/// Rings, operands and converters of a bank.
///
/// A bank has a row of rings for each of its outputs and arms; light of N wavelengths passes all rings of a row. Operands are
/// signed codes of `operandBits`, −(2^(b−1) − 1) to 2^(b−1) − 1. Light has no sign: a weight stands in the arm of its sign, and
/// negative activations are a pass of their own.
public struct RingBankGeometry: Hashable, Sendable, Codable {
  /// What is converted.
  public enum Detection: String, Hashable, Sendable, Codable, CaseIterable {
    /// The difference of two detectors, one converter for a row.
    case balanced
    /// Each arm by itself; the codes are subtracted.
    case separate
  }

  /// Outputs of the bank, 1 to 64.
  public var rows: Int
  /// Wavelengths, so rings in a row of an arm, 1 to 64.
  public var wavelengths: Int
  /// Bits of signed weights and activations, 2 to 8.
  public var operandBits: Int
  /// Bits of a converter, 2 to 24; a sum beyond its range gives its end.
  public var converterBits: Int
  /// Bits of the products below a step of the converter, 0 to 16.
  public var converterShift: Int
  /// What is converted.
  public var detection: Detection

  /// A bank; its converters hold every sum unless told.
  public init(
    rows: Int = 10, wavelengths: Int = 15, operandBits: Int = 8, converterBits: Int? = nil, converterShift: Int = 0,
    detection: Detection = .balanced
  ) {
    (self.rows, self.wavelengths, self.operandBits) = (rows, wavelengths, operandBits)
    (self.converterShift, self.detection) = (converterShift, detection)
    self.converterBits = 1
    self.converterBits = converterBits ?? losslessBits
  }

  /// The greatest magnitude of a code.
  public var greatest: Int { 1 << (operandBits - 1) - 1 }
  /// Bits of a magnitude.
  public var magnitudeBits: Int { operandBits - 1 }
  /// The greatest sum of an arm.
  public var greatestSum: Int { wavelengths * greatest * greatest }
  /// Bits with which a converter without shift holds every sum.
  public var losslessBits: Int {
    Int.bitWidth - greatestSum.leadingZeroBitCount + (detection == .balanced ? 1 : 0)
  }

  /// What is wrong with the values; nil when nothing is.
  public var fault: String? {
    for (name, value, range) in [
      ("rows", rows, 1...64), ("wavelengths", wavelengths, 1...64), ("operandBits", operandBits, 2...8),
      ("converterBits", converterBits, 2...24), ("converterShift", converterShift, 0...16),
    ] where !range.contains(value) {
      return "\(name) is \(value), and must be \(range.lowerBound) to \(range.upperBound)"
    }
    return nil
  }
}
