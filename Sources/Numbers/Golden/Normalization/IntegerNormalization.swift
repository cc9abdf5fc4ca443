import NumberFormats

/// LayerNorm and RMSNorm of int8 codes to int8 codes, rounded once.
///
/// With N codes q, S = Σ q and Q = Σ q², exact integers:
///
///     a_i = N · q_i − S                    q_i · N for RMSNorm
///     V   = N · Q − S² + N² · ε            N · Q + N² · ε for RMSNorm; ε counts in squares of a code step
///     y_i = clamp(rne(a_i · g_i / (√V · 2^sh)) + b_i, −127…127)
///
/// The quotient is rounded from its exact value. g_i / 2^sh is γ_i / (output scale); the input scale cancels.
public struct IntegerNormalization: Hashable, Sendable {
  /// Which mean is subtracted.
  public let kind: Normalization.Kind
  /// ε.
  public let epsilon: Double
  /// g: one for each element.
  public let multipliers: [Int32]
  /// sh, 0 to 47.
  public let shift: Int
  /// b: one for each element, or none.
  public let bias: [Int32]

  /// Makes the function.
  ///
  /// - Throws: ``NormalizationError`` when ε is not positive and finite, the shift not 0 to 47, or the numbers of multipliers
  ///   and biases are not one, 1 to 65,536.
  public init(
    _ kind: Normalization.Kind = .layer, epsilon: Double, multipliers: [Int32], shift: Int, bias: [Int32] = []
  ) throws(NormalizationError) {
    guard epsilon > 0, epsilon.isFinite else { throw .epsilon(epsilon) }
    guard (0...47).contains(shift) else { throw .shift(shift) }
    try NormalizationError.check(multipliers.count, gamma: nil, beta: bias.isEmpty ? nil : bias.count)
    self.kind = kind
    self.epsilon = epsilon
    self.multipliers = multipliers
    self.shift = shift
    self.bias = bias
  }

  /// The codes of a row.
  ///
  /// - Throws: ``NormalizationError`` when the row has another length than the multipliers.
  public func callAsFunction(_ row: [Int8]) throws(NormalizationError) -> [Int8] {
    try NormalizationError.check(row.count, gamma: multipliers.count, beta: nil)
    let count = Int64(row.count)
    let sum = kind == .layer ? row.reduce(0) { $0 + Int64($1) } : 0
    let squares = row.reduce(0) { $0 + Int64($1) * Int64($1) }
    let spread =
      Dyadic(count * squares - sum * sum) + Dyadic(count * count) * (Dyadic(exactly: epsilon) ?? .zero)
    return row.indices.map { index in
      let product = Dyadic(count * Int64(row[index]) - sum) * Dyadic(Int64(multipliers[index]))
      // |a · g| / (√V · 2^sh) is the root of its square; a quarter of a step below the integers is enough for one rounding.
      let root = Dyadic.squareRoot(
        ofQuotient: product * product, spread.scaled(byPowerOfTwo: 2 * shift), quantum: -4)
      let rounded = RealValue(product.isNegative ? -root : root)
      let code = IntegerFormat.int64.integer(of: IntegerFormat.int64.code(for: rounded))
      // Far beyond the codes no bias brings a number back.
      let near = min(max(code, -1 << 40), 1 << 40)
      return Int8(min(max(near + Int64(bias.isEmpty ? 0 : bias[index]), -127), 127))
    }
  }
}
