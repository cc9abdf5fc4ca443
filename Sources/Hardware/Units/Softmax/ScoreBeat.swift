import HDL

/// Scores of a row of softmax, several a clock.
public struct ScoreBeat: SignalBundle {
  /// bfloat16 scores, the first one in the low bits.
  public let values: Vector<Bits>
  /// 1 for each score that takes part: the mask of attention, and 0 for what is left over in the last beat.
  public let kept: Bits
  /// 1 with the last beat of a row.
  public let isLast: Bit

  /// A beat of `lanes` scores.
  public init(lanes: Int) { (values, kept, isLast) = (.shape(max(1, lanes), of: 16), .shape(max(1, lanes)), .shape) }
}

/// Probabilities of a row of softmax, several a clock.
public struct ProbabilityBeat: SignalBundle {
  /// bfloat16 probabilities, in the places of their scores.
  public let values: Vector<Bits>
  /// 1 with the last beat of a row.
  public let isLast: Bit

  /// A beat of `lanes` probabilities.
  public init(lanes: Int) { (values, isLast) = (.shape(max(1, lanes), of: 16), .shape) }

  init(values: Vector<Bits>, isLast: Bit) { (self.values, self.isLast) = (values, isLast) }
}
