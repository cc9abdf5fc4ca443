import HDL
import NumberFormats

/// `result` = `a` · `b` + `c` · `d` in bfloat16: both products exact, their sum rounded once to nearest, ties to even.
///
/// A sum that is zero is −0 only where both products are −0. Every result equals `BFloat16.dot`.
struct ProductPair: FixedLatencyGenerator {
  /// Pipeline registers: behind the aligned products, or none.
  let stages: Int

  struct Ports {
    let a, b, c, d: Input<FloatingNumber>
    let enable: Input<Bit>?
    let result: Output<FloatingNumber>
  }

  var ports: Ports {
    let format = Minifloat.bfloat16
    return Ports(
      a: .init(shape: format, "A factor"), b: .init(shape: format, "Multiplied with a"),
      c: .init(shape: format, "A factor"), d: .init(shape: format, "Multiplied with c"),
      enable: stages > 0 ? .init("1 to advance the pipeline") : nil,
      result: .init(shape: format, "The sum of both products, rounded to nearest, ties to even"))
  }

  var documentation: String {
    "result = a x b + c x d in bfloat16, rounded once. \(timing(stages: stages, hasEnable: stages > 0))"
  }

  var latency: Int { stages }

  func build(_ io: Interior<Ports>, in m: Module) {
    let format = Minifloat.bfloat16
    let (a, b, c, d) = (io.a.operand("a"), io.b.operand("b"), io.c.operand("c"), io.d.operand("d"))
    let first = m.scope("first") { a.product(b, format) }
    let second = m.scope("second") { c.product(d, format) }
    let pipeline = PipelineRegisters(module: m, enable: io.enable, places: Set(0..<stages))
    let aligned = AlignedProducts(first, a.isZero | b.isZero, second, c.isZero | d.isZero, in: m)
    io.result <== pipeline("aligned", aligned, at: 0).sum.normalized(for: format, in: m).rounded(to: format, in: m)
  }
}

/// Two products of which the one with the lower exponent is shifted to the place of the other one.
private struct AlignedProducts: SignalBundle {
  let greaterSign: Bit
  let smallerSign: Bit
  /// That of the highest bit of a sum.
  let exponent: SInt
  let greater: UInt
  /// Its lowest bit may stand for all that is below it.
  let smaller: UInt
  let isNaN: Bit?
  let isInfinite: Bit?
  let infiniteSign: Bit?

  init(
    _ first: UnroundedNumber, _ firstIsZero: Bit, _ second: UnroundedNumber, _ secondIsZero: Bit, in m: Module
  ) {
    // Zero has any exponent, and is never the greater one beside a number.
    let isSecond = (firstIsZero | !secondIsZero & (second.exponent .> first.exponent)).named("second_is_greater")
    let (greater, smaller) = (mux(isSecond, second, first), mux(isSecond, first, second))
    let distance = (greater.exponent - smaller.exponent).asUnsigned.named("distance")
    // Two bits below decide the rounding of what is left when almost all cancels, which only near numbers do.
    self.greater = greater.magnitude << 2
    self.smaller = (smaller.magnitude << 2).shiftedRightSticky(
      by: distance.truncated(to: distance.width - 1), "alignment", in: m)
    (greaterSign, smallerSign) = (greater.sign, smaller.sign)
    exponent = greater.exponent.extended(to: greater.exponent.width + 1) &+ 1
    let cancels = (first.isInfinite & second.isInfinite) & Optional(first.sign ^ second.sign)
    isNaN = (first.isNaN | second.isNaN | cancels)?.named("result_is_nan")
    isInfinite = (first.isInfinite | second.isInfinite)?.named("result_is_infinite")
    infiniteSign = first.isInfinite.map { mux($0, first.sign, second.sign) }
  }

  var sum: UnroundedNumber {
    let signsDiffer = (greaterSign ^ smallerSign).named("signs_differ")
    let wide = greater.extended(to: greater.width + 2)
    let sum = mux(signsDiffer, wide &- smaller, wide &+ smaller).named("signed_sum")
    let isTurned = (signsDiffer & sum[sum.width - 1]).named("sign_is_turned")
    let magnitude = mux(isTurned, 0 &- sum, sum).truncated(to: sum.width - 1).named("sum_magnitude")
    let finiteSign = mux(magnitude.any, greaterSign ^ isTurned, greaterSign & smallerSign)
    let isInfinite = self.isInfinite ?? 0
    return UnroundedNumber(
      sign: mux(isInfinite, infiniteSign ?? 0, finiteSign).named("sum_sign"), exponent: exponent,
      magnitude: magnitude, isNaN: isNaN, isInfinite: self.isInfinite)
  }
}
