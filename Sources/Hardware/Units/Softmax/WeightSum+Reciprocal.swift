import Components
import HDL
import NumberFormats

extension WeightSum {
  /// Bits of the division of 1 by a sum of `sumWidth` bits: the quotient has the 8 of a significand, or more, and one below.
  static func divisionWidth(sumWidth: Int) -> Int { sumWidth + 9 }
}

extension Stream<WeightSum> {
  /// 1 / sum of each row in bfloat16, rounded once: NaN for a row that is not valid.
  ///
  /// The reciprocal of an integer is never in the middle between two numbers of 8 bits: it has one digit when the integer is a
  /// power of two, and no end else. So the digit below the significand alone decides how it is rounded. It is within the range
  /// of normal numbers, for sums of up to 100 bits.
  ///
  /// - Parameters:
  ///   - fractionBits: Bits of a sum after the binary point.
  ///   - zeroWhenEmpty: Whether an empty row has the reciprocal +0, instead of any number.
  ///   - m: The module.
  func reciprocals(fractionBits: Int, zeroWhenEmpty: Bool, in m: Module) -> Stream<ReciprocalSum> {
    let width = WeightSum.divisionWidth(sumWidth: payload.sum.width)
    let divider = m.instance(Divider(width: width) { $0.isSigned = false }, "divider")
    divider.push.valid <== valid
    divider.push.payload.dividend <== (m.constant(1, width: 1, as: UInt.self) << (width - 1)).asBits
    divider.push.payload.divisor <== payload.sum.extended(to: width).asBits
    ready <== divider.push.ready
    // The divider has one division at a time, and these belong to it.
    let starts = valid & divider.push.ready
    let isInvalid = m.register("divided_is_invalid", payload.isInvalid, when: starts)

    // The dividend is 2^(width − 1), so that the highest bit of the quotient weighs 2^fractionBits.
    let quotient = divider.pop.payload.quotient
    let counter = m.instance(LeadingZeroCounter(width: width), "quotient_zeros")
    counter.value <== quotient
    let shifted = quotient.asUnsigned &<< counter.count
    let digits = shifted[(width - 9)..<width].named("quotient_digits")
    let exponent = UInt(fractionBits + Minifloat.bfloat16.bias).extended(to: 8) &- counter.count.extended(to: 8)
    // A fraction that rounds up to 1 carries into the exponent.
    let rounded = concatenate(exponent, digits[1..<8]).asUnsigned &+ digits[0].asUnsigned
    var code = concatenate(Bit(0), rounded)
    if zeroWhenEmpty {
      let isEmpty = m.register("divided_is_empty", !payload.sum.any, when: starts)
      code = mux(isEmpty, 0, code)
    }
    let nan = m.constant(0x7FC0, width: 16, as: Bits.self)
    let reciprocal = FloatingNumber(mux(isInvalid, nan, code), as: .bfloat16)
    return Stream<ReciprocalSum>(
      valid: divider.pop.valid, payload: ReciprocalSum(reciprocal: reciprocal), ready: divider.pop.ready
    ).piped("reciprocal", in: m)
  }
}
