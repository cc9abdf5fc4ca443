import NumberFormats

/// 1 / √x of a bfloat16 number from a seed and steps of Newton's iteration y ← y · (1.5 − 0.5 · x · y²), bit for bit.
///
/// In bfloat16: y₀ is the pattern 0x5F37 − (bits(x) >> 1); each step computes p = x · y, s = p · y, h = 0.5 · s,
/// d = 1.5 − h and y · d, all rounded; y · y first would leave the range at large x. In fixed point, with x = m · 4^k, 1 ≤ m < 4 (an integer over 2^7) and y an integer
/// over 2^g:
///
///     y₀ = the pattern's number for m, or the table's entry, rne(2^g / √middle)
///     s  = rne(y² / 2^g)
///     y ← rne(y · (3 · 2^(7 + g) − m · s) / 2^(8 + g))       from the exact product
///     1 / √x = y / 2^g · 2^−k                                rounded once to bfloat16
///
/// ±0 gives ±∞, +∞ gives +0, negative numbers and NaN give NaN.
///
/// Errors over all inputs (``FunctionError``; the tests recompute them):
///
/// | form | maximum ulp | mean ulp | maximum relative | mean relative |
/// |---|---|---|---|---|
/// | correctly rounded | 0.499 | 0.247 | 0.00387 | 0.00142 |
/// | pattern, no step | 8.023 | 4.088 | 0.03580 | 0.02299 |
/// | pattern, 1 step, bfloat16 | 1.641 | 0.368 | 0.00906 | 0.00211 |
/// | pattern, 2 steps, bfloat16 | 1.275 | 0.339 | 0.00602 | 0.00191 |
/// | pattern, 1 step, 12 bits | 0.800 | 0.276 | 0.00567 | 0.00159 |
/// | pattern, 2 steps, 12 bits | 0.534 | 0.248 | 0.00391 | 0.00143 |
/// | table of 2 · 16, 1 step, 12 bits | 0.563 | 0.248 | 0.00391 | 0.00143 |
public struct NewtonReciprocalSquareRoot: Hashable, Sendable {
  /// Where the iteration starts; in bfloat16 the table's entry is rounded to bfloat16.
  public let seed: NewtonSeed
  /// The number of steps, 0 or more.
  public let steps: Int
  /// The arithmetic.
  public let arithmetic: NewtonArithmetic
  /// The table's entries over 2^g, for 1 ≤ m < 2, then for 2 ≤ m < 4; empty for the pattern.
  public let table: [UInt64]

  /// Makes the function.
  ///
  /// - Throws: ``FunctionTableError`` when a table's index has not 1 to 7 bits, the fixed point not 9 to 24 fraction bits, or
  ///   the steps are negative.
  public init(
    seed: NewtonSeed = .pattern, steps: Int, arithmetic: NewtonArithmetic
  ) throws(FunctionTableError) {
    guard steps >= 0 else { throw .steps(steps) }
    try seed.check()
    try arithmetic.check()
    self.arithmetic = arithmetic
    self.seed = seed
    self.steps = steps
    table = self.seed.table(FunctionTables.reciprocalSquareRootEntries, self.arithmetic)
  }

  /// 1 / √x.
  public func callAsFunction(_ x: BFloat16) -> BFloat16 {
    if x.isZero { return BFloat16(bitPattern: x.bitPattern | 0x7F80) }
    if x.isNaN || x.isNegative { return .notANumber }
    if x.isInfinite { return .zero }
    // x = m · 4^k with m an odd or even binade.
    let isUpper = x.bitPattern & 0x80 == 0
    let k = (Int(x.bitPattern >> 7) - (isUpper ? 128 : 127)) / 2
    let fraction = x.bitPattern & 0x7F
    let index = { (bits: Int) in (isUpper ? 1 << bits : 0) + (Int(fraction) >> (7 - bits)) }
    switch arithmetic {
    case .bfloat16:
      var y = BFloat16(bitPattern: 0x5F37 - (x.bitPattern >> 1))
      if case .table(let bits) = seed {
        y = BFloat16(RealValue(Dyadic(table[index(bits)], exponent: -k - seed.bfloat16Bits)))
      }
      for _ in 0..<steps { y = y * (BFloat16(1.5) - BFloat16(0.5) * ((x * y) * y)) }
      return y
    case .fixedPoint(let g):
      let m = Int64(fraction | 0x80) << (isUpper ? 1 : 0)
      var y: Int64
      if case .table(let bits) = seed {
        y = Int64(table[index(bits)])
      } else {
        let pattern = (isUpper ? 0x4000 : 0x3F80) | fraction
        // The pattern's number for m lies between 1/4 and 1: at most 9 fraction bits.
        let (significand, exponent) = BFloat16(bitPattern: 0x5F37 - (pattern >> 1)).significandAndExponent
        y = significand << Int64(exponent + g)
      }
      for _ in 0..<steps {
        let square = (y * y).roundedShiftRight(by: g)
        y = (y * ((3 << Int64(7 + g)) - m * square)).roundedShiftRight(by: 8 + g)
      }
      return BFloat16(RealValue(Dyadic(y, exponent: -k - g)))
    }
  }
}
