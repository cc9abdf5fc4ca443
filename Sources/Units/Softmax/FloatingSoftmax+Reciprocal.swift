import Components
import HDL
import NumberFormats

extension FloatingSoftmax {
  /// 1 / sum of each row, rounded once; NaN for a row that is not valid.
  func reciprocal(_ sums: Stream<WeightSum>, in m: Module) -> Stream<ReciprocalSum> {
    let divider = m.instance(Divider(width: divisionWidth, isSigned: false), "divider")
    divider.push.valid <== sums.valid
    divider.push.payload.dividend <== (m.constant(1, width: 1, as: Bits.self).asUnsigned << (divisionWidth - 1)).asBits
    divider.push.payload.divisor <== sums.payload.sum.extended(to: divisionWidth).asBits
    sums.ready <== divider.push.ready
    // The divider has one division at a time, and this belongs to it.
    let isInvalid = m.register(
      "divided_is_invalid", sums.payload.isInvalid, when: sums.valid & divider.push.ready)

    let quotient = divider.pop.payload.quotient
    let magnitude = concatenate(quotient, divider.pop.payload.remainder.any).asUnsigned
    // The dividend is 2^(divisionWidth − 1), and the sum has its fraction bits: the quotient's lowest bit weighs
    // 2^(fraction bits − divisionWidth + 1).
    let exponent = sumFractionBits + Minifloat.bfloat16.bias
    let exact = UnroundedNumber(
      sign: 0,
      exponent: m.constant(exponent, width: 10, as: SInt.self), magnitude: magnitude, isNaN: isInvalid,
      isInfinite: nil)
    let rounded = exact.normalized(for: .bfloat16, in: m).rounded(to: .bfloat16, in: m)
    return Stream<ReciprocalSum>(
      valid: divider.pop.valid, payload: ReciprocalSum(reciprocal: rounded), ready: divider.pop.ready)
  }
}
