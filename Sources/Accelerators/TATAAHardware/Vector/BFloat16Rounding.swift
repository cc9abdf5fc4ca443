import HDL

/// Rounds a normalised magnitude to bfloat16: to nearest, ties to even; overflow is infinite, underflow zero.
struct BFloat16Rounding {
  /// What the significand does not say.
  struct Special: SignalBundle {
    let isNaN, isInfinite, sign: Bit
  }

  /// The code of `normal`, of which the highest bit is 1 unless the number is 0.
  ///
  /// - Parameters:
  ///   - exponent: The biased exponent of the highest bit.
  ///   - sign: The sign of the number.
  ///   - special: What takes precedence, with a sign of its own.
  static func code(_ normal: UInt, exponent: SInt, sign: Bit, special: Special) -> Bits {
    let width = normal.width
    let kept = normal[(width - 8)..<width].asUnsigned
    let roundsUp = normal[width - 9] & (normal[0..<width - 9].any | kept[0])
    let rounded = kept + roundsUp.asUnsigned.extended(to: 8)
    let carried = exponent + rounded[8].asUnsigned.extended(to: 2).asSigned
    let isZero = !normal[width - 1] | (carried .<= 0)
    let isInfinite = special.isInfinite | !isZero & (carried .>= 255)
    let finite = mux(isZero, Bits(0).extended(to: 15), concatenate(carried.asBits[0..<8], rounded[0..<7]))
    let number = concatenate(
      mux(special.isInfinite, special.sign, sign), mux(isInfinite, Bits(0x7F80).extended(to: 15), finite))
    return mux(special.isNaN, Bits(0x7FC0).extended(to: 16), number)
  }

  /// `magnitude` without the zeros in front of it, and how many these are.
  static func normalized(_ magnitude: UInt, _ name: String) -> (number: UInt, zeros: UInt) {
    var number = magnitude
    var places: [Bit] = []
    for step in (0..<clog2(magnitude.width)).reversed() {
      let count = 1 << step
      let isEmpty = !number[(number.width - count)..<number.width].any
      number = mux(isEmpty, (number << count).truncated(to: number.width), number).named("\(name)_\(count)")
      places.append(isEmpty)
    }
    return (number, concatenate(places).asUnsigned)
  }
}
