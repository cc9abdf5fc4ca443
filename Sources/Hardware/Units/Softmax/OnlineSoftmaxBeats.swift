import HDL

/// int8 scores of a row of softmax, several a clock.
public struct IntegerScoreBeat: SignalBundle {
  /// The scores, the first one in the low bits.
  public let values: Vector<SInt>
  /// 1 for each score that takes part: the mask of attention, and 0 for what is left over in the last beat.
  public let kept: Bits
  /// 1 with the last beat of a row.
  public let isLast: Bit

  /// A beat of `lanes` scores.
  public init(lanes: Int) { (values, kept, isLast) = (.shape(max(1, lanes), of: 8), .shape(max(1, lanes)), .shape) }

  init(values: Vector<SInt>, kept: Bits, isLast: Bit) { (self.values, self.kept, self.isLast) = (values, kept, isLast) }
}

/// Codes of probabilities of a row of softmax, several a clock.
public struct ProbabilityCodeBeat: SignalBundle {
  /// Unsigned codes, in the places of their scores.
  public let codes: Vector<UInt>
  /// 1 with the last beat of a row.
  public let isLast: Bit

  /// A beat of `lanes` codes of `width` bits.
  public init(lanes: Int, width: Int) { (codes, isLast) = (.shape(max(1, lanes), of: width), .shape) }

  init(codes: Vector<UInt>, isLast: Bit) { (self.codes, self.isLast) = (codes, isLast) }
}

/// Scores as exponents of two in fixed point.
struct ExponentBeat: SignalBundle {
  let exponents: Vector<SInt>
  let kept: Bits
  let isLast: Bit
}

/// What is known of a row that has a reference.
protocol ReferencedRow: SignalBundle {
  /// The power of two that the weights of the row are relative to.
  var reference: SInt { get }
}

/// The reference of a row.
struct RowReference: ReferencedRow {
  let reference: SInt
}

/// The reference of a row and the sum of its weights.
struct RowTotal: ReferencedRow {
  let reference: SInt
  let sum: UInt
}

/// The sum of the weights of a row, or a part of it.
struct RowSum: SignalBundle {
  let sum: UInt
}

/// Exponents with the reference so far.
struct FollowedBeat: SignalBundle {
  let exponents: Vector<SInt>
  let kept: Bits
  let reference: SInt
  /// How much greater the reference is than it was.
  let growth: UInt
  let isLast: Bit
}

/// The weights of a beat together.
struct GatheredBeat: SignalBundle {
  let sum: UInt
  let reference: SInt
  let growth: UInt
  let isLast: Bit
}

/// Scores with the reference of their row, and with its sum where that is known already.
struct ReferencedScores: SignalBundle {
  let beat: IntegerScoreBeat
  let reference: SInt
  let divisor: UInt?
}

/// Weights, or sums of weights, and what they are divided by where that is known.
struct DividedBeat: SignalBundle {
  let weights: Vector<UInt>
  let divisor: UInt?
  let isLast: Bit
}

/// Quotients and what is left.
struct QuotientBeat: SignalBundle {
  let remainders: Vector<UInt>
  let quotients: Vector<UInt>
  let divisor: UInt
  let isLast: Bit
}
