/// A positive real factor held as `multiplier / 2^shift`, the form in which hardware requantises an accumulator.
///
/// `multiplier` has exactly 16 significant bits, 2^15 ≤ `multiplier` < 2^16, and 0 ≤ `shift` ≤ 47: the factors from
/// 2^−32 to just below 2^16, with a relative error of at most 2^−16.
public struct RequantizationScale: Hashable, Sendable {
  /// The significand, 2^15 to 2^16 − 1.
  public let multiplier: UInt16

  /// The number of fraction bits of the product, 0 to 47.
  public let shift: Int

  /// The greatest shift.
  public static let maximumShift = 47

  /// The significands that are allowed.
  public static let multipliers: ClosedRange<UInt16> = 0x8000...0xFFFF

  /// Makes a scale of given fields.
  ///
  /// - Throws: ``RequantizationScaleError`` when a field is out of range.
  public init(multiplier: UInt16, shift: Int) throws(RequantizationScaleError) {
    guard Self.multipliers.contains(multiplier) else { throw .multiplier(multiplier) }
    guard (0...Self.maximumShift).contains(shift) else { throw .shift(shift) }
    self.multiplier = multiplier
    self.shift = shift
  }

  /// Rounds a real factor to the nearest scale.
  ///
  /// With `factor` = f · 2^e and 1 ≤ f < 2: `shift` = 15 − e and `multiplier` = rne(f · 2^15), a tie to the even one. When
  /// that rounds up to 2^16, the value is 2^15 with a shift one less: the same number. All steps are exact in `Double`,
  /// subnormal factors included, save the one rounding.
  ///
  /// - Throws: ``RequantizationScaleError`` when the factor is not positive and finite, or the shift would not be 0 to 47,
  ///   decided after the rounding.
  public init(_ factor: Double) throws(RequantizationScaleError) {
    guard factor > 0, factor.isFinite else { throw .notPositive(factor) }
    var multiplier = Int((factor.significand * 0x1p15).rounded(.toNearestOrEven))
    var shift = 15 - Int(factor.exponent)
    if multiplier == 1 << 16 {
      multiplier >>= 1
      shift -= 1
    }
    guard shift >= 0 else { throw .tooLarge(factor) }
    guard shift <= Self.maximumShift else { throw .tooSmall(factor) }
    self.multiplier = UInt16(multiplier)
    self.shift = shift
  }

  /// The factor that the scale stands for, exactly.
  public var factor: Double { Double(multiplier) * Double(sign: .plus, exponent: -shift, significand: 1) }
}

extension RequantizationScale: CustomStringConvertible {
  /// `40000 / 2^20`.
  public var description: String { "\(multiplier) / 2^\(shift)" }
}

/// Why a factor has no requantisation scale.
public enum RequantizationScaleError: Error, Hashable, CustomStringConvertible {
  /// The factor is zero, negative, infinite or not a number.
  case notPositive(Double)
  /// The factor rounds to 2^16 or more.
  case tooLarge(Double)
  /// The factor rounds to less than 2^−32.
  case tooSmall(Double)
  /// The multiplier given has not 16 significant bits.
  case multiplier(UInt16)
  /// The shift given is not 0 to 47.
  case shift(Int)

  /// What is wrong, and what to give instead.
  public var description: String {
    switch self {
    case .notPositive(let factor):
      "a requantisation factor is positive and finite, not \(factor): check the scales that it is made of"
    case .tooLarge(let factor):
      "the requantisation factor \(factor) is 2^16 or more: use a larger output scale"
    case .tooSmall(let factor):
      "the requantisation factor \(factor) is below 2^-32: use a smaller output scale"
    case .multiplier(let multiplier):
      "a requantisation multiplier is 32768 to 65535, not \(multiplier): normalise it to 16 significant bits"
    case .shift(let shift):
      "a requantisation shift is 0 to \(RequantizationScale.maximumShift), not \(shift)"
    }
  }
}
