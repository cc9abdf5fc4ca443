import NumberFormats

/// LayerNorm and RMSNorm of bfloat16 rows, with exact mean and variance: bit for bit.
///
/// With N elements, S = Σ x and Q = Σ x², both exact:
///
///     c_i = (N · x_i − S) / N                        rounded to the working format; x_i itself for RMSNorm
///     r   = 1 / √((N · Q − S²) / N² + ε)             rounded to the working format; of Q / N + ε for RMSNorm
///     n_i = c_i · r                                  rounded to the working format
///     y_i = n_i · γ_i + β_i                          rounded to bfloat16, once
///
/// The variance loses nothing to cancellation, however far the mean is from zero. A row with an infinity or NaN is all NaN.
///
/// Relative error without β: at most 2^−8 + 3 · 2^−16 with the working format E8M15, which is the default, as only the last
/// rounding is one to 8 bits; at most 4 · 2^−8 with bfloat16 as the working format. The tests measure both over rows with
/// mean/std up to 64.
public struct Normalization: Hashable, Sendable {
  /// Which mean is subtracted.
  public enum Kind: Hashable, Sendable {
    /// The mean of the row: LayerNorm.
    case layer
    /// None: RMSNorm.
    case rootMeanSquare
  }

  /// Which mean is subtracted.
  public let kind: Kind
  /// ε, added to the variance; exact.
  public let epsilon: Double
  /// The format of what is between the operations.
  public let workingFormat: Minifloat

  /// Makes the function.
  ///
  /// - Throws: ``NormalizationError/epsilon(_:)`` when ε is not positive and finite.
  public init(
    _ kind: Kind = .layer, epsilon: Double, workingFormat: Minifloat = .bfloat16Extended
  ) throws(NormalizationError) {
    guard epsilon > 0, epsilon.isFinite else { throw .epsilon(epsilon) }
    self.kind = kind
    self.epsilon = epsilon
    self.workingFormat = workingFormat
  }

  /// The normalised row, times γ plus β where they are given.
  ///
  /// - Throws: ``NormalizationError`` when the row has not 1 to 65,536 elements, or γ or β another number.
  public func callAsFunction(
    _ row: [BFloat16], gamma: [BFloat16]? = nil, beta: [BFloat16]? = nil
  ) throws(NormalizationError) -> [BFloat16] {
    try NormalizationError.check(row.count, gamma: gamma?.count, beta: beta?.count)
    guard row.allSatisfy({ !$0.isNaN && !$0.isInfinite }), let epsilon = Dyadic(exactly: epsilon) else {
      return row.map { _ in .notANumber }
    }
    var (first, second) = (ExactSum(), ExactSum())
    for x in row {
      let (significand, exponent) = x.significandAndExponent
      if kind == .layer { first.add(significand, exponent: exponent) }
      second.add(significand * significand, exponent: 2 * exponent)
    }
    let count = Dyadic(Int64(row.count))
    let sum = first.value
    // N² times the variance plus ε.
    let spread = count * second.value - sum * sum + epsilon * count * count
    let binade = (2 * count.binade - spread.binade) >> 1
    let quantum = workingFormat.quantum(atBinade: binade - 1) - 4
    let scale = working(RealValue(Dyadic.squareRoot(ofQuotient: count * count, spread, quantum: quantum)))
    return row.indices.map { index in
      let x = row[index].realValue
      let centred = kind == .layer ? centre(x, sum, count) : x
      let normal = working(centred * scale)
      return BFloat16(normal * (gamma?[index] ?? .one).realValue + (beta?[index] ?? .zero).realValue)
    }
  }

  private func working(_ value: RealValue) -> RealValue {
    workingFormat.value(of: workingFormat.code(for: value))
  }

  private func centre(_ x: RealValue, _ sum: Dyadic, _ count: Dyadic) -> RealValue {
    let difference = RealValue(count) * x - RealValue(sum)
    return working(difference.divided(by: RealValue(count)) { workingFormat.quantum(atBinade: $0) - 4 })
  }
}

/// Why a row cannot be normalised.
public enum NormalizationError: Error, Hashable, CustomStringConvertible {
  /// ε is not positive and finite.
  case epsilon(Double)
  /// The row is empty or longer than 65,536.
  case length(Int)
  /// γ or β have another number of elements than the row.
  case parameters(count: Int, row: Int)
  /// A shift is out of range.
  case shift(Int)
  /// A parameter of the normalisation in fixed point is out of range.
  case fixedPoint(integerBits: Int, fractionBits: Int, epsilon: Int)

  /// What is wrong, and what to give instead.
  public var description: String {
    switch self {
    case .epsilon(let epsilon): "the epsilon of a normalisation is positive and finite, not \(epsilon)"
    case .length(let length): "a row to be normalised has 1 to 65536 elements, not \(length)"
    case .parameters(let count, let row): "\(count) parameters do not fit a row of \(row): give one for each element"
    case .fixedPoint(let integerBits, let fractionBits, let epsilon):
      "elements of \(integerBits) and \(fractionBits) bits with an epsilon of \(epsilon) units: give 1 to 16 and 2 to 24 bits, "
        + "and an epsilon from 1 to 2^48"
    case .shift(let shift): "the shift of a normalisation is 0 to 47, not \(shift)"
    }
  }

  static func check(_ count: Int, gamma: Int?, beta: Int?) throws(NormalizationError) {
    guard (1...65536).contains(count) else { throw .length(count) }
    for other in [gamma, beta] {
      if let other, other != count { throw .parameters(count: other, row: count) }
    }
  }
}
