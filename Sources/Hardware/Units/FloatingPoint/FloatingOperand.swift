import HDL
import NumberFormats

/// A floating point number taken apart, as an arithmetic unit needs it.
struct FloatingOperand: SignalBundle {
  let sign: Bit
  /// The exponent field; that of the least normal numbers for a subnormal one, which exists where it is not flushed.
  let exponent: UInt
  /// The fraction below the bit that a normal number has before the binary point; 0 for zero.
  let significand: UInt
  let isZero: Bit
  /// Absent where the format has no NaN.
  let isNaN: Bit?
  /// Absent where the format has no infinity.
  let isInfinite: Bit?
}

extension FloatingNumber {
  /// The parts of the number; a flushed subnormal code gives those of zero. Names start with `name`.
  func operand(_ name: String) -> FloatingOperand {
    let isNormal = exponentField.any.named("\(name)_is_normal")
    let fraction = fractionField ?? 0
    let isFlushed = format.subnormals == .flushed
    return FloatingOperand(
      // A flushed number has the one zero of such a format.
      sign: isFlushed && format.specials == .negativeZeroIsNaN ? signBit & isNormal : signBit,
      exponent: isFlushed ? exponentField : mux(isNormal, exponentField, 1).named("\(name)_exponent"),
      significand: concatenate(
        isNormal, isFlushed ? mux(isNormal, fraction, 0) : fraction
      ).asUnsigned.named("\(name)_significand"),
      isZero: isZero,
      isNaN: format.canonicalNaN == nil ? nil : isNaN.named("\(name)_is_nan"),
      isInfinite: format.infinityCode == nil ? nil : isInfinite.named("\(name)_is_infinite"))
  }
}

extension Bit? {
  /// 1 where one of them is there and is 1; nil where none is there.
  static func | (a: Bit?, b: Bit?) -> Bit? {
    guard let a, let b else { return a ?? b }
    return Optional(a | b)
  }

  /// 1 where both are there and are 1; nil where one is not there.
  static func & (a: Bit?, b: Bit?) -> Bit? {
    guard let a, let b else { return nil }
    return Optional(a & b)
  }
}
