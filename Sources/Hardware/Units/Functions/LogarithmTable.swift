import Golden
import HDL
import Netlist
import NumberFormats

/// A logarithm by a sum: that of 2^e times the exponent, and that of the significand from a table, both in fixed point.
///
/// There are as many fraction bits as it takes for every result to be the correctly rounded one; making the table tries all
/// operands.
struct LogarithmTable {
  /// `log` or `log2`.
  let function: UnaryFunction
  /// The format of operands and results, which flushes subnormal numbers.
  let format: Minifloat
  /// Bits of the sum after the binary point.
  private(set) var fractionBits: Int
  /// The logarithm of 2.
  private(set) var base: Int64 = 0
  /// The logarithm of each significand, from 1 up to 2.
  private(set) var entries: [Int64] = []

  /// Finds the least number of fraction bits; nil when 44 are not enough.
  ///
  /// - Parameters:
  ///   - function: `log` or `log2`.
  ///   - format: A format that flushes subnormal numbers.
  ///   - results: The function of every code of the format, in order.
  init?(_ function: UnaryFunction, _ format: Minifloat, results: [UInt64]) {
    (self.function, self.format) = (function, format)
    fractionBits = format.fractionBits + 4
    repeat {
      fractionBits += 1
      (base, entries) = Self.logarithms(function, format, fractionBits)
      if isRight(results) { return }
    } while fractionBits < 44
    return nil
  }

  private static func logarithms(
    _ function: UnaryFunction, _ format: Minifloat, _ fractionBits: Int
  ) -> (base: Int64, entries: [Int64]) {
    let scale = Dyadic(1 as Int64, exponent: -fractionBits)
    func logarithm(_ number: Dyadic) -> Int64 {
      Int64(bitPattern: function.code(for: RealValue(number), in: IntegerFormat.int64, scale: scale))
    }
    let one = Int64(1) << Int64(format.fractionBits)
    return (
      logarithm(Dyadic(2 as Int64)), (one..<(2 * one)).map { logarithm(Dyadic($0, exponent: -format.fractionBits)) }
    )
  }

  /// Whether each normal operand has its result.
  private func isRight(_ results: [UInt64]) -> Bool {
    let first = 1 << format.fractionBits
    // Near the ends of the exponents first, where the sum errs most.
    return (first...Int(format.greatestFiniteCode)).reversed().allSatisfy { code in
      let exponent = Int64(code >> format.fractionBits - format.bias)
      let sum = exponent * base + entries[code & (first - 1)]
      return format.code(for: RealValue(Dyadic(sum, exponent: -fractionBits))) == results[code]
    }
  }

  /// Bits of the sum with its sign.
  private var width: Int {
    let greatest = (Int64(1) << Int64(format.exponentBits)) * base
    return BitVector.bitsNeeded(signed: Int(greatest)) + 1
  }

  /// The logarithm of `x`. Registers may stand behind table and product, behind the sum, and before the rounding.
  func result(of x: FloatingNumber, _ pipeline: PipelineRegisters) -> FloatingNumber {
    let m = pipeline.module
    let entryWidth = bits(for: Int(entries.max() ?? 0))
    let table = m.rom("logarithms", Bits.self, width: entryWidth, contents: .words(entries.map { Int($0) }))
    let entry = pipeline.word(of: table, at: x.bits[0..<format.fractionBits].asUnsigned, place: 0)
    let exponent = x.exponentField.plus(-format.bias, greatest: (1 << format.exponentBits) - 1).named("exponent")
    let isNegative = x.signBit & !x.isZero
    let terms = pipeline(
      "term",
      LogarithmTerms(
        exponentPart: exponentPart(exponent, in: m), isZero: x.isZero, isNaN: x.isNaN | isNegative,
        isInfinite: x.isInfinite), at: 0)

    let sum = (terms.exponentPart &+ entry.asUnsigned.extended(to: width).asSigned).named("sum")
    let exact = pipeline(
      "exact",
      LogarithmSum(
        sign: mux(terms.isZero, 1, sum.isNegative & !terms.isInfinite),
        magnitude: mux(sum.isNegative, 0 &- sum, sum).asUnsigned, isNaN: terms.isNaN,
        isInfinite: terms.isInfinite | terms.isZero), at: 1)
    let place = width - 1 - fractionBits + format.bias
    let number = UnroundedNumber(
      sign: exact.sign, exponent: m.constant(place, width: BitVector.bitsNeeded(signed: place), as: SInt.self),
      magnitude: exact.magnitude, isNaN: exact.isNaN, isInfinite: exact.isInfinite)
    return pipeline("unrounded", number.normalized(for: format, in: m), at: 2).rounded(to: format, in: m)
  }

  private func exponentPart(_ exponent: SInt, in m: Module) -> SInt {
    if function == .log2 { return (exponent << fractionBits).extended(to: width) }
    let factor = m.constant(Int(base), width: BitVector.bitsNeeded(signed: Int(base)), as: SInt.self)
    let product = exponent * factor
    return product.width > width ? product.truncated(to: width) : product.extended(to: width)
  }
}

/// What is added, and what is special.
private struct LogarithmTerms: SignalBundle {
  let exponentPart: SInt
  let isZero: Bit
  let isNaN: Bit
  let isInfinite: Bit
}

/// The sum without its sign.
private struct LogarithmSum: SignalBundle {
  let sign: Bit
  let magnitude: UInt
  let isNaN: Bit
  let isInfinite: Bit
}
