import Components
import HDL
import NumberFormats

/// What an arithmetic unit has computed, before it is rounded to a format.
struct UnroundedNumber: SignalBundle {
  /// The sign of the result, also of a zero.
  let sign: Bit
  /// The exponent field that the number has in the format when the highest bit of the magnitude is 1.
  let exponent: SInt
  /// The absolute value. Its lowest bit may stand for all that is below it.
  let magnitude: UInt
  /// Absent where no NaN can come.
  let isNaN: Bit?
  /// Absent where no infinity can come.
  let isInfinite: Bit?
}

/// A number at its place: what is left to do is to round it up or not.
struct NormalizedNumber: SignalBundle {
  let sign: Bit
  /// The exponent field before rounding: less than 1 for what is flushed to zero, 0 for a subnormal number.
  let exponent: SInt
  /// The significand before rounding; its highest bit is 0 for a subnormal number and zero.
  let significand: UInt
  /// The first bit below the significand.
  let guardBit: Bit
  /// Whether there is anything below the guard bit.
  let sticky: Bit
  let isNaN: Bit?
  let isInfinite: Bit?
}

/// The zeros above the highest 1 of a magnitude that is not zero.
enum LeadingZeros {
  /// None or one, as in a product of two normal significands.
  case atMostOne
  /// Any number.
  case any
}

extension UnroundedNumber {
  /// Shifts the number to where `format` rounds it.
  ///
  /// - Parameters:
  ///   - zeros: How far up it may have to go.
  ///   - mayUnderflow: Whether the exponent may be less than 1, so that a subnormal result has to go down.
  func normalized(
    for format: Minifloat, _ zeros: LeadingZeros = .any, mayUnderflow: Bool = true, in m: Module
  ) -> NormalizedNumber {
    let padding = max(0, format.significandBits + 2 - magnitude.width)
    let wide = magnitude << padding
    if zeros == .atMostOne && format.subnormals == .flushed {
      let isUpper = wide[wide.width - 1].named("is_two_or_more")
      let shifted = mux(isUpper, wide.truncated(to: wide.width - 1), wide.truncated(to: wide.width - 2) << 1)
      let lead = isUpper | wide[wide.width - 2]
      return split(
        concatenate(lead, shifted).asUnsigned.named("shifted"),
        exponent: mux(isUpper, exponent, exponent &- 1), format)
    }
    let counter = m.instance(LeadingZeroCounter(width: wide.width), "leading_zero_counter")
    counter.value <== wide.asBits
    let count = counter.count
    // The exponent less the zeros has a bit more.
    let width = max(exponent.width, count.width + 1) + 1
    let raisedExponent = exponent.extended(to: width) &- count.extended(to: width).asSigned
    guard format.subnormals == .kept else {
      return split((wide &<< count).named("shifted"), exponent: raisedExponent, format)
    }
    // A subnormal number stays at the place of the least exponent.
    let room = exponent - 1
    let isLimited = (room.extended(to: width) .< count.extended(to: width).asSigned).named("is_limited")
    let isBelow = room.isNegative
    let up = mux(isLimited, fitted(room.asUnsigned, to: count.width), count)
    let raised = wide &<< (mayUnderflow ? mux(isBelow, 0, up) : up).named("shift_up")
    let shifted =
      mayUnderflow
      ? raised.shiftedRightSticky(by: mux(isBelow, 0 &- room.asUnsigned, 0).named("shift_down"), "lowering", in: m)
      : raised
    return split(
      shifted.named("shifted"), exponent: mux(isLimited | !wide.any, 0, raisedExponent), format)
  }

  private func split(_ magnitude: UInt, exponent: SInt, _ format: Minifloat) -> NormalizedNumber {
    let below = magnitude.width - format.significandBits
    return NormalizedNumber(
      sign: sign, exponent: exponent.named("shifted_exponent"),
      significand: magnitude[below..<magnitude.width].asUnsigned, guardBit: magnitude[below - 1],
      sticky: magnitude[0..<(below - 1)].any, isNaN: isNaN, isInfinite: isInfinite)
  }
}

extension NormalizedNumber {
  /// The number rounded to nearest, ties to even, with what the format does beyond its range.
  func rounded(to format: Minifloat, in m: Module) -> FloatingNumber {
    let fractionBits = format.fractionBits
    let roundsUp = (guardBit & (sticky | significand[0])).named("rounds_up")
    // A fraction that rounds up to 1 carries into the exponent.
    let magnitude = concatenate(exponent, significand[0..<fractionBits]).asUnsigned
    let code = (magnitude &+ roundsUp.asUnsigned).asSigned.named("rounded")
    let isBeyond = (code .> SInt(Int(format.greatestFiniteCode))).named("is_beyond")
    var kept = code.truncated(to: format.width - 1).asBits
    var isZero: Bit = 0
    var beyond = isBeyond
    if format.subnormals == .flushed {
      let isUnder = code .< SInt(1 << fractionBits)
      isZero = (isUnder | !significand[fractionBits]).named("is_flushed")
      kept = mux(isZero, 0, kept)
      beyond = (isBeyond & !isZero).named("overflows")
    } else if format.specials == .negativeZeroIsNaN {
      isZero = !kept.any
    }
    let signBit = format.specials == .negativeZeroIsNaN ? sign & !isZero : sign
    beyond = beyond | isInfinite ?? 0
    func constant(_ code: UInt64, _ width: Int) -> Bits { m.constant(Int(code), width: width, as: Bits.self) }
    guard let nan = format.canonicalNaN else {
      let limited = mux(beyond, constant(format.greatestFiniteCode, format.width - 1), kept)
      let number = concatenate(signBit, limited)
      return FloatingNumber(isNaN.map { mux($0, 0, number) } ?? number, as: format)
    }
    let canonical = constant(nan, format.width)
    guard let infinity = format.infinityCode else {
      return FloatingNumber(mux(beyond | isNaN ?? 0, canonical, concatenate(signBit, kept)), as: format)
    }
    let number = concatenate(signBit, mux(beyond, constant(infinity, format.width - 1), kept))
    return FloatingNumber(isNaN.map { mux($0, canonical, number) } ?? number, as: format)
  }
}

/// The number in another width, which it fits in.
func fitted(_ value: UInt, to width: Int) -> UInt {
  value.width > width ? value.truncated(to: width) : value.extended(to: width)
}
