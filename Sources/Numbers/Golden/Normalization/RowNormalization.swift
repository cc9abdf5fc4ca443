import NumberFormats

/// LayerNorm and RMSNorm of bfloat16 rows with the sums in fixed point: bit for bit.
///
/// With W = `integerBits` + `fractionBits` and F = `fractionBits`, of the N elements that are kept:
///
///     v_i = x_i + residual_i                       rounded to bfloat16; x_i without a residual
///     q_i = rne(v_i · 2^F)                         saturated to −2^W … 2^W − 1
///     S = Σ q_i,  Q = Σ q_i²                       exact; S = 0 for RMSNorm
///     V = N · Q − S² + N² · e                      exact: (variance + ε) · N² · 2^2F with ε = e · 2^−2F
///     r   = 1 / √V                                 rounded to E8M15, as is
///     n_i = (N · q_i − S) · r
///     y_i = n_i · γ_i + β_i                        rounded once to E8M15, then to bfloat16
///
/// The variance loses nothing to cancellation. Elements that are not kept do not count, and give +0. A row with NaN or an
/// infinity among the elements that count gives NaN for all of these. A row of which nothing is kept gives +0 everywhere.
///
/// Relative error of y without β, over rows with mean/std up to 64 and a deviation of 2^(8 − F) or more: at most 2^−8 + 2^−10
/// beside what q loses (the tests measure it).
public struct RowNormalization: Hashable, Sendable {
  /// Which mean is subtracted.
  public let kind: Normalization.Kind
  /// Bits of q above the binary point, without the sign, 1 to 16.
  public let integerBits: Int
  /// F, 2 to 24.
  public let fractionBits: Int
  /// e: ε in units of 2^−2F, at least 1.
  public let epsilon: Int

  /// Makes the function.
  ///
  /// - Throws: ``NormalizationError/fixedPoint(integerBits:fractionBits:epsilon:)`` when a parameter is out of range.
  public init(
    _ kind: Normalization.Kind = .layer, integerBits: Int, fractionBits: Int, epsilon: Int
  ) throws(NormalizationError) {
    guard (1...16).contains(integerBits), (2...24).contains(fractionBits), (1...1 << 48).contains(epsilon) else {
      throw .fixedPoint(integerBits: integerBits, fractionBits: fractionBits, epsilon: epsilon)
    }
    self.kind = kind
    self.integerBits = integerBits
    self.fractionBits = fractionBits
    self.epsilon = epsilon
  }

  /// The normalised row, and v.
  ///
  /// - Parameters:
  ///   - row: x.
  ///   - residual: Added to it; nil for none.
  ///   - kept: Which elements count; all when nil.
  ///   - gamma: γ.
  ///   - beta: β.
  /// - Throws: ``NormalizationError`` when the row has not 1 to 65,536 elements, or another argument another number.
  public func callAsFunction(
    _ row: [BFloat16], residual: [BFloat16]? = nil, kept: [Bool]? = nil, gamma: [BFloat16], beta: [BFloat16]
  ) throws(NormalizationError) -> (normalized: [BFloat16], sums: [BFloat16]) {
    try NormalizationError.check(row.count, gamma: gamma.count, beta: beta.count)
    try NormalizationError.check(row.count, gamma: residual?.count, beta: kept?.count)
    let sums = row.indices.map { index in residual.map { row[index] + $0[index] } ?? row[index] }
    let counted = row.indices.filter { kept?[$0] ?? true }
    guard counted.allSatisfy({ !sums[$0].isNaN && !sums[$0].isInfinite }) else {
      return (row.indices.map { kept?[$0] ?? true ? .notANumber : .zero }, sums)
    }
    var result = row.map { _ in BFloat16.zero }
    let codes = sums.map(code)
    let count = Dyadic(Int64(counted.count))
    let squares = counted.reduce(Dyadic.zero) { $0 + Dyadic(codes[$1]) * Dyadic(codes[$1]) }
    let sum = kind == .layer ? counted.reduce(Dyadic.zero) { $0 + Dyadic(codes[$1]) } : .zero
    let spread = count * squares - sum * sum + count * count * Dyadic(Int64(epsilon))
    guard spread > .zero else { return (result, sums) }
    let working = Minifloat.bfloat16Extended
    let binade = -((spread.binade + 2) >> 1)
    let root = Dyadic.squareRoot(ofQuotient: .one, spread, quantum: working.quantum(atBinade: binade) - 4)
    let scale = working.value(of: working.code(for: RealValue(root)))
    for index in counted {
      let centred = RealValue(count * Dyadic(codes[index]) - sum)
      let normal = working.code(for: centred * scale)
      let factor = working.convert(UInt64(gamma[index].bitPattern), from: Minifloat.bfloat16)
      let offset = working.convert(UInt64(beta[index].bitPattern), from: Minifloat.bfloat16)
      let affine = working.fusedMultiplyAdd(normal, factor, offset)
      result[index] = BFloat16(bitPattern: UInt16(Minifloat.bfloat16.convert(affine, from: working)))
    }
    return (result, sums)
  }

  /// q: v in fixed point.
  private func code(_ value: BFloat16) -> Int64 {
    let width = integerBits + fractionBits
    guard let number = value.realValue.number else { return 0 }
    let scaled = number.scaled(byPowerOfTwo: fractionBits).rounded(toMultipleOfPowerOfTwo: 0)
    let limit = Dyadic(1 as Int64, exponent: width)
    let one = Dyadic(1 as Int64)
    return Int64(min(max(scaled, -limit), limit - one).doubleValue)
  }
}
