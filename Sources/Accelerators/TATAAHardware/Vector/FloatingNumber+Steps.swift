import HDL
import NumberFormats

// The operations of a lane that round nothing or that are steps towards a function. Numbers are canonical bfloat16.
extension FloatingNumber {
  /// A bfloat16 number.
  init(bfloat16 bits: Bits) { self.init(bits, as: .bfloat16) }

  /// The significand with its leading one; 0 for a zero, 128 and up for what is no number too.
  var significand: UInt { concatenate(exponentField.any, bits[0..<7]).asUnsigned }

  /// The number without its sign; there is one NaN, which has none.
  var magnitudeBits: Bits { concatenate(Bit(booleanLiteral: false), bits[0..<15]) }

  /// The greatest integer that is not above the number.
  var rounded: Bits {
    let exponent = exponentField
    // Below 1: 0 of the same sign, or −1.
    let isSmall = (exponent .< 127).named("is_below_one")
    let small = mux(signBit & !isZero, Bits(0xBF80).extended(to: 16), concatenate(signBit, Bits(0).extended(to: 15)))
    // From 2^7 on, also infinity and NaN: an integer already. Between, the code counts integers in steps of 2^(7 − e).
    let places = (134 - exponent).asBits[0..<3].asUnsigned
    let ones = UInt(0x7F).extended(to: 15)
    let fraction = (~(ones &<< places) & ones).asBits
    let code = bits[0..<15]
    let isCut = (code & fraction).any
    let step = UInt(1).extended(to: 15) &<< places
    let whole = (code & ~fraction).asUnsigned
    let middle = concatenate(signBit, mux(signBit & isCut, whole &+ step, whole))
    return mux(isSmall, small, mux(exponent .>= 134, bits, middle))
  }

  /// The greatest integer that is not above the number, but from −512 to 512; of NaN anything.
  var clampedFloor: SInt {
    let exponent = exponentField
    let isSmall = exponent .< 127
    let isLarge = exponent .>= 136
    let places = (exponent &- 127).asBits[0..<4].asUnsigned
    let fixed = significand.extended(to: 16) &<< places
    let whole = fixed[7..<16].asUnsigned
    let isCut = fixed[0..<7].any
    let magnitude = mux(
      isLarge, 512,
      mux(
        isSmall, mux(signBit & !isZero, UInt(1).extended(to: 10), 0),
        whole + (signBit & isCut).asUnsigned.extended(to: 9)))
    let value = magnitude.extended(to: 11).asSigned
    return mux(signBit, (-value).truncated(to: 11), value)
  }

  /// The number times 2^floor(`power`), rounded once.
  func scaled(by power: FloatingNumber) -> Bits {
    let exponent = exponentField.extended(to: 9).asSigned + power.clampedFloor
    let isAbove = exponent .>= 255
    let isBelow = exponent .<= 0
    let finite = mux(
      isAbove, concatenate(signBit, Bits(0x7F80).extended(to: 15)),
      mux(
        isBelow, concatenate(signBit, Bits(0).extended(to: 15)),
        concatenate(signBit, exponent.asBits[0..<8], bits[0..<7])))
    return mux(isNaN | power.isNaN, Bits(0x7FC0).extended(to: 16), mux(isZero | isInfinite, bits, finite))
  }

  /// The pattern 0x7EF3 − |a| with the sign of a; the reciprocal itself of ±0, ±∞ and NaN.
  var reciprocalSeed: Bits {
    let magnitude = bits[0..<15].asUnsigned
    let pattern = mux(magnitude .> UInt(0x7EF3 - 0x80), 0, (UInt(0x7EF3) &- magnitude))
    return mux(isNaN, bits, concatenate(signBit, mux(isZero, UInt(0x7F80).extended(to: 15), pattern)))
  }

  /// The pattern 0x5F37 − (a >> 1); 1 / √a itself of what has no such root.
  var rootSeed: Bits {
    let pattern = (UInt(0x5F37).extended(to: 16) &- (bits.asUnsigned >> 1)).asBits
    let special = mux(isInfinite & !signBit, Bits(0).extended(to: 16), Bits(0x7FC0).extended(to: 16))
    return mux(
      isZero, concatenate(signBit, Bits(0x7F80).extended(to: 15)), mux(isNaN | isInfinite | signBit, special, pattern))
  }
}
