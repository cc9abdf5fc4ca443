import Components
import HDL
import NumberFormats

extension WeightSum {
  /// Bits of the division of 1 by a sum of `sumWidth` bits: the quotient has 11 or more before what decides a rounding.
  static func divisionWidth(sumWidth: Int) -> Int { sumWidth + 11 }
}

extension Stream<WeightSum> {
  /// 1 / sum of each row in bfloat16, rounded once: NaN for a row that is not valid, +0 for an empty one.
  ///
  /// - Parameters:
  ///   - fractionBits: Bits of a sum after the binary point.
  ///   - m: The module.
  func reciprocals(fractionBits: Int, in m: Module) -> Stream<ReciprocalSum> {
    let width = WeightSum.divisionWidth(sumWidth: payload.sum.width)
    let divider = m.instance(Divider(width: width) { $0.isSigned = false }, "divider")
    divider.push.valid <== valid
    divider.push.payload.dividend <== (m.constant(1, width: 1, as: UInt.self) << (width - 1)).asBits
    divider.push.payload.divisor <== payload.sum.extended(to: width).asBits
    ready <== divider.push.ready
    // The divider has one division at a time, and these belong to it.
    let starts = valid & divider.push.ready
    let isInvalid = m.register("divided_is_invalid", payload.isInvalid, when: starts)
    let isEmpty = m.register("divided_is_empty", !payload.sum.any, when: starts)

    // The dividend is 2^(width − 1), so that the highest bit of the quotient weighs 2^fractionBits.
    let result = divider.pop.payload
    let exact = UnroundedNumber(
      sign: 0, exponent: m.constant(fractionBits + Minifloat.bfloat16.bias, width: 10, as: SInt.self),
      magnitude: concatenate(result.quotient, result.remainder.any).asUnsigned, isNaN: isInvalid, isInfinite: nil)
    let rounded = exact.normalized(for: .bfloat16, in: m).rounded(to: .bfloat16, in: m)
    let reciprocal = FloatingNumber(mux(isEmpty & !isInvalid, 0, rounded.bits), as: .bfloat16)
    return Stream<ReciprocalSum>(
      valid: divider.pop.valid, payload: ReciprocalSum(reciprocal: reciprocal), ready: divider.pop.ready
    ).piped("reciprocal", in: m)
  }
}
