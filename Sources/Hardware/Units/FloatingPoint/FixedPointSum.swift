import HDL
import Netlist
import NumberFormats

/// An exact sum of products of a floating point format: a fixed-point number with a place for every bit that a product can
/// have, after U. Kulisch.
struct FixedPointSum: SignalBundle {
  let sum: SInt
  /// Whether every term had the sign −, so that a sum that is zero is −0.
  let isAllNegative: Bit
  let isNaN: Bit?
  let hasInfinity: Bit?
  let hasNegativeInfinity: Bit?
}

extension Minifloat {
  /// The weight of the lowest bit that a product of two numbers can have, as a power of two.
  var productQuantum: Int { 2 * (leastExponent - fractionBits) }

  /// Bits of the greatest product in units of the lowest bit.
  var productBits: Int {
    let greatestField = Int(greatestFiniteCode >> UInt64(fractionBits))
    return 2 * (max(greatestField, 1) - 1 + significandBits)
  }
}

extension FixedPointSum {
  /// The product of two numbers as a sum of one term.
  init(_ a: FloatingOperand, _ b: FloatingOperand, _ format: Minifloat, name: String) {
    let sign = (a.sign ^ b.sign).named("\(name)_sign")
    let isInfinite = (a.isInfinite | b.isInfinite)?.named("\(name)_is_infinite")
    // The least normal exponents have field 1.
    let shift = (a.exponent + b.exponent) &- 2
    let magnitude = ((a.significand * b.significand).extended(to: format.productBits) &<< shift).named(
      "\(name)_magnitude")
    let number = magnitude.extended(to: format.productBits + 1).asSigned
    sum = mux(sign, 0 &- number, number).named("\(name)_number")
    isAllNegative = sign
    isNaN = a.productIsNaN(b)?.named("\(name)_is_nan")
    hasInfinity = isInfinite.map { $0 & !sign }
    hasNegativeInfinity = isInfinite.map { $0 & sign }
  }

  /// Both together, in `width` bits.
  static func added(_ terms: [FixedPointSum], width: Int) -> FixedPointSum {
    func any(_ flags: [Bit?]) -> Bit? { flags.contains { $0 == nil } ? nil : anyOf(flags.compactMap { $0 }) }
    let total = HDL.sum(terms.map(\.sum))
    return FixedPointSum(
      sum: total.width > width ? total.truncated(to: width) : total.extended(to: width),
      isAllNegative: allOf(terms.map(\.isAllNegative)), isNaN: any(terms.map(\.isNaN)),
      hasInfinity: any(terms.map(\.hasInfinity)), hasNegativeInfinity: any(terms.map(\.hasNegativeInfinity)))
  }

  /// The sum at the place where `format` rounds it.
  func normalized(for format: Minifloat, in m: Module) -> NormalizedNumber {
    let exponent = sum.width - 2 + format.productQuantum + format.bias
    return unrounded(format, exponent, in: m).normalized(for: format, mayUnderflow: exponent < 1, in: m)
  }

  private func unrounded(_ format: Minifloat, _ exponent: Int, in m: Module) -> UnroundedNumber {
    let isNegative = sum.isNegative
    // So many products are never as much as the least number of so many bits.
    let magnitude = mux(isNegative, 0 &- sum, sum).asUnsigned.truncated(to: sum.width - 1).named("sum_magnitude")
    let isEmpty = !magnitude.any
    let width = max(BitVector.bitsNeeded(signed: exponent), 2)
    let finiteSign = mux(isEmpty, isAllNegative, isNegative)
    return UnroundedNumber(
      sign: (hasNegativeInfinity.map { mux($0 | (hasInfinity ?? 0), $0, finiteSign) } ?? finiteSign).named("sum_sign"),
      exponent: m.constant(exponent, width: width, as: SInt.self), magnitude: magnitude,
      isNaN: (isNaN | (hasInfinity & hasNegativeInfinity))?.named("sum_is_nan"),
      isInfinite: (hasInfinity | hasNegativeInfinity)?.named("sum_is_infinite"))
  }
}
