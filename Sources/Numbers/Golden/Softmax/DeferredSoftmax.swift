import NumberFormats

/// Attention with the division by the softmax sum deferred behind the product with the values.
///
///     e_i = rne(127 · w_i)                      w_i = exp(x_i − m) of the softmax: codes 0 to 127, of m exactly 127
///     a_j = Σ_i e_i · v_ij                      int32, exact
///     r   = 1 / Σ_i e_i                         rounded to bfloat16
///     y_j = (a_j · s) · r                       both products rounded to bfloat16
///
/// The sum is that of the codes, so that the weights that are used add up to 1. With nothing left in a row, codes, r and y
/// are 0. With NaN or +∞ among the scores, codes are 0, r and y NaN.
public struct DeferredSoftmax: Hashable, Sendable {
  /// How the weights are computed; its sum and division are not used.
  public var softmax: BFloat16Softmax

  /// Makes the function.
  public init(softmax: BFloat16Softmax = BFloat16Softmax()) { self.softmax = softmax }

  /// Codes of a row, and the reciprocal of their sum.
  ///
  /// - Throws: ``SoftmaxError`` when the row has not 1 to 65,536 elements, or the mask another length.
  public func callAsFunction(
    _ scores: [BFloat16], kept: [Bool]? = nil
  ) throws(SoftmaxError) -> (codes: [UInt8], reciprocal: BFloat16) {
    guard let row = try softmax.row(scores, kept) else { return (scores.map { _ in 0 }, .zero) }
    guard row.sum != nil else { return (scores.map { _ in 0 }, .notANumber) }
    let codes = row.weights.map { UInt8($0.code(in: .uint8, scale: BFloat16(127))) }
    let sum = codes.reduce(0) { $0 + Int($1) }
    return (codes, BFloat16(1 / Double(sum)))
  }

  /// The context of a row: the weighted values, keys × features, that stand for v · `scale`.
  ///
  /// - Throws: ``SoftmaxError`` as above, and when there are not as many values as scores.
  public func context(
    _ scores: [BFloat16], kept: [Bool]? = nil, values: Matrix<Int8>, scale: BFloat16
  ) throws(SoftmaxError) -> [BFloat16] {
    guard values.rows == scores.count else { throw .mask(count: values.rows, row: scores.count) }
    let (codes, reciprocal) = try self(scores, kept: kept)
    return (0..<values.columns).map { column in
      var sum: Int32 = 0
      for row in 0..<values.rows { sum += Int32(codes[row]) * Int32(values.elements[row * values.columns + column]) }
      return BFloat16(sum, scale: scale) * reciprocal
    }
  }
}
