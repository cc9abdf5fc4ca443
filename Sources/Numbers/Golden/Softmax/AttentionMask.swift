import NumberFormats

/// Which keys a query may see: a length, a causal limit and an added matrix, each optional, all of them together.
///
/// A key is masked where it is at or beyond the valid length, later than the query allows, or where −∞ is added. A row in
/// which every key is masked has the result zero everywhere, in every softmax of this module.
public struct AttentionMask: Sendable {
  /// Keys from this one on are padding.
  public var validLength: Int?
  /// Query i sees keys 0 to i + offset: 0 for a square matrix, the number of earlier tokens with a cache.
  public var causalOffset: Int?
  /// Added to the scores, queries × keys, in bfloat16, one rounding each.
  public var additive: Matrix<BFloat16>?

  /// Makes a mask; without arguments it masks nothing.
  public init(validLength: Int? = nil, causalOffset: Int? = nil, additive: Matrix<BFloat16>? = nil) {
    self.validLength = validLength
    self.causalOffset = causalOffset
    self.additive = additive
  }

  /// Whether each key of a row takes part.
  ///
  /// - Throws: ``SoftmaxError/mask(count:row:)`` when the added matrix has other columns, or no such row.
  public func kept(query: Int, keys: Int) throws(SoftmaxError) -> [Bool] {
    let added = try additions(query: query, keys: keys)
    return (0..<keys).map { key in
      (validLength.map { key < $0 } ?? true) && (causalOffset.map { key <= query + $0 } ?? true)
        && (added.map { $0[key].bitPattern != 0xFF80 } ?? true)
    }
  }

  /// The scores of a row with the matrix added.
  ///
  /// - Throws: ``SoftmaxError/mask(count:row:)`` when the added matrix has other columns, or no such row.
  public func added(to scores: [BFloat16], query: Int) throws(SoftmaxError) -> [BFloat16] {
    guard let added = try additions(query: query, keys: scores.count) else { return scores }
    return zip(scores, added).map { $0 + $1 }
  }

  private func additions(query: Int, keys: Int) throws(SoftmaxError) -> [BFloat16]? {
    guard let additive else { return nil }
    guard additive.columns == keys, (0..<additive.rows).contains(query) else {
      throw .mask(count: additive.columns, row: keys)
    }
    return Array(additive.elements[query * keys..<(query + 1) * keys])
  }
}

/// Why a softmax cannot be computed.
public enum SoftmaxError: Error, Hashable, CustomStringConvertible {
  /// The row is empty or longer than 65,536.
  case length(Int)
  /// A mask and a row, or a matrix of values and a row, differ in length.
  case mask(count: Int, row: Int)
  /// The scale of the scores is not positive, or too large or small for the fixed point.
  case scale(Double)
  /// Widths that do not fit together.
  case widths(output: Int, fraction: Int)
  /// Too few or too many fraction bits of exponents or weights.
  case precision(exponent: Int, weight: Int)
  /// Too few or too many fraction bits of the exponents or weights of a softmax by logarithms.
  case logarithm(exponent: Int, weight: Int)
  /// An exact sum whose codes may not fit.
  case exactSum(output: Int, fraction: Int)

  /// What is wrong, and what to give instead.
  public var description: String {
    switch self {
    case .length(let length): "a softmax row has 1 to 65536 elements, not \(length)"
    case .mask(let count, let row): "a mask or matrix of \(count) does not fit a row of \(row)"
    case .scale(let scale):
      "the scale \(scale) of the scores is not between 2^-14 and 64: requantise the scores to another scale"
    case .widths(let output, let fraction):
      "codes of \(output) bits with \(fraction) fraction bits: give 8 or 16 bits, and 1 fraction bit to as many as that"
    case .precision(let exponent, let weight):
      "exponents of \(exponent) and weights of \(weight) fraction bits: give 1 to 12 and 8 to 24"
    case .logarithm(let exponent, let weight):
      "exponents of \(exponent) and weights of \(weight) fraction bits: give 4 to 10 and 12 to 24"
    case .exactSum(let output, let fraction):
      "codes of \(output) bits cannot hold 2^\(fraction), which a row of one element has when the sum is exact: "
        + "give at most \(output - 1) fraction bits"
    }
  }

  static func check(_ count: Int, kept: [Bool]?) throws(SoftmaxError) {
    guard (1...65536).contains(count) else { throw .length(count) }
    if let kept, kept.count != count { throw .mask(count: kept.count, row: count) }
  }
}
