import NumberFormats

/// 1 / x of a bfloat16 number from a seed and steps of Newton's iteration y ← y · (2 − x · y), bit for bit.
///
/// In bfloat16: y₀ is the pattern 0x7EF3 − bits(|x|), +0 where that is no normal number; each step computes p = x · y,
/// d = 2 − p and y · d, all rounded. In fixed point, with |x| = m · 2^e, 1 ≤ m < 2 (an integer over 2^7) and y an integer
/// over 2^g:
///
///     y₀ = the pattern's number for m, or the table's entry, rne(2^g / middle)
///     y ← rne(y · (2 · 2^(7 + g) − m · y) / 2^(7 + g))       from the exact product
///     1 / x = y / 2^g · 2^−e                                 rounded once to bfloat16
///
/// The sign is that of x. ±0 gives ±∞, ±∞ gives ±0, NaN gives NaN.
///
/// Errors over all inputs (``FunctionError``; the tests recompute them). In bfloat16 the pattern of |x| > 1.9 · 2^125 is no
/// normal number, and an error below 2^−126 flushes a result; so the last column is for 2^−125 ≤ |x| ≤ 2^125 alone:
///
/// | form | maximum ulp | mean ulp | maximum relative | mean relative | maximum ulp within |
/// |---|---|---|---|---|---|
/// | correctly rounded | 0.992 | 0.240 | 0.00388 | 0.00140 | 0.498 |
/// | pattern, no step | 134.295 | 5.647 | 1.00000 | 0.03300 | 12.016 |
/// | pattern, 1 step, bfloat16 | 134.295 | 0.498 | 1.00000 | 0.00304 | 1.603 |
/// | pattern, 2 steps, bfloat16 | 134.295 | 0.413 | 1.00000 | 0.00243 | 1.376 |
/// | pattern, 1 step, 12 bits | 128.000 | 0.299 | 1.00000 | 0.00177 | 1.016 |
/// | pattern, 2 steps, 12 bits | 0.992 | 0.240 | 0.00391 | 0.00140 | 0.512 |
/// | table of 16, 1 step, 12 bits | 0.992 | 0.244 | 0.00391 | 0.00142 | 0.579 |
public struct NewtonReciprocal: Hashable, Sendable {
  /// Where the iteration starts; in bfloat16 the table's entry is rounded to bfloat16.
  public let seed: NewtonSeed
  /// The number of steps, 0 or more.
  public let steps: Int
  /// The arithmetic.
  public let arithmetic: NewtonArithmetic
  /// The table's entries over 2^g; empty for the pattern.
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
    table = self.seed.table(FunctionTables.reciprocalEntries, self.arithmetic)
  }

  /// 1 / x.
  public func callAsFunction(_ x: BFloat16) -> BFloat16 {
    if x.isNaN { return x }
    let sign = x.bitPattern & 0x8000
    let bits = x.bitPattern & 0x7FFF
    if bits == 0 { return BFloat16(bitPattern: sign | 0x7F80) }
    if bits == 0x7F80 { return BFloat16(bitPattern: sign) }
    let magnitude: BFloat16
    switch arithmetic {
    case .bfloat16: magnitude = inBFloat16(BFloat16(bitPattern: bits))
    case .fixedPoint(let g): magnitude = inFixedPoint(bits, g)
    }
    return BFloat16(bitPattern: sign | magnitude.bitPattern)
  }

  private func inBFloat16(_ x: BFloat16) -> BFloat16 {
    let bits = x.bitPattern
    var y: BFloat16
    if case .table(let indexBits) = seed {
      let entry = table[Int(bits & 0x7F) >> (7 - indexBits)]
      y = BFloat16(RealValue(Dyadic(entry, exponent: 127 - Int(bits >> 7) - seed.bfloat16Bits)))
    } else {
      y = BFloat16(bitPattern: bits > 0x7EF3 - 0x80 ? 0 : 0x7EF3 - bits)
    }
    for _ in 0..<steps { y = y * (BFloat16(2) - x * y) }
    return y
  }

  private func inFixedPoint(_ bits: UInt16, _ g: Int) -> BFloat16 {
    let m = Int64(bits & 0x7F | 0x80)
    var y: Int64
    if case .table(let indexBits) = seed {
      y = Int64(table[Int(m & 0x7F) >> (7 - indexBits)])
    } else {
      // The pattern's number for m lies between 1/4 and 1: at most 9 fraction bits.
      let (significand, exponent) = BFloat16(bitPattern: 0x7EF3 - (0x3F80 | bits & 0x7F)).significandAndExponent
      y = significand << Int64(exponent + g)
    }
    for _ in 0..<steps { y = (y * ((2 << Int64(7 + g)) - m * y)).roundedShiftRight(by: 7 + g) }
    return BFloat16(RealValue(Dyadic(y, exponent: 127 - Int(bits >> 7) - g)))
  }
}

extension NewtonSeed {
  /// The fraction bits of a table that is rounded to bfloat16.
  var bfloat16Bits: Int { 9 }

  func check() throws(FunctionTableError) {
    if case .table(let bits) = self, !(1...7).contains(bits) { throw .index(bits) }
  }

  func table(_ make: (_ indexBits: Int, _ fractionBits: Int) -> [UInt64], _ arithmetic: NewtonArithmetic) -> [UInt64] {
    guard case .table(let bits) = self else { return [] }
    if case .fixedPoint(let g) = arithmetic { return make(bits, g) }
    return make(bits, bfloat16Bits)
  }
}

extension NewtonArithmetic {
  func check() throws(FunctionTableError) {
    if case .fixedPoint(let bits) = self, !(9...24).contains(bits) { throw .fraction(bits) }
  }
}
