/// An encoder whose fully connected layers are int8.
public struct QuantizedEncoder: Hashable, Sendable {
  /// The layers, first to last.
  public let layers: [QuantizedLayer]
  /// The ranges that the scales were made from.
  public let calibration: Calibration
}

/// The fully connected layers of one encoder layer in int8.
public struct QuantizedLayer: Hashable, Sendable {
  /// x to q, k and v. The three read the same codes.
  public let query, key, value: QuantizedLinear
  /// c to o.
  public let attentionOutput: QuantizedLinear
  /// h to u.
  public let feedForward1: QuantizedLinear
  /// g to y.
  public let feedForward2: QuantizedLinear

  /// All six, in the order of computation.
  public var linears: [QuantizedLinear] { [query, key, value, attentionOutput, feedForward1, feedForward2] }
}
