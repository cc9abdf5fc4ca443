import HDL

/// Scores, and which of them count.
struct CountedBeat: SignalBundle {
  let values: Vector<Bits>
  let counts: Bits
  let isLast: Bit
}

/// The greatest score that counts in a row.
struct GreatestScore: SignalBundle {
  let greatest: FloatingNumber
}

/// Scores with the greatest one of their row.
struct DifferenceBeat: SignalBundle {
  let beat: CountedBeat
  let greatest: FloatingNumber
}

/// What goes with the scores through the pipeline.
struct ScoreFlags: SignalBundle {
  let counts: Bits
  let isLast: Bit
  /// Whether NaN or +∞ is among the scores that count.
  let isInvalid: Bit
}

/// Powers of e without their sign, +0 for scores that do not count.
struct WeightBeat: SignalBundle {
  let weights: Vector<Bits>
  let counts: Bits
  let isLast: Bit
  let isInvalid: Bit
}

/// The sum of the weights of a row in fixed point.
struct WeightSum: SignalBundle {
  let sum: UInt
  let isInvalid: Bit
}

/// The reciprocal of the sum of a row.
struct ReciprocalSum: SignalBundle {
  let reciprocal: FloatingNumber
}

/// The weights of a valid row, which its sum alone says it is.
struct WeightedBeat: SignalBundle {
  let weights: Vector<Bits>
  let counts: Bits
  let isLast: Bit
}

/// Weights with the reciprocal of the sum of their row.
struct ProductBeat: SignalBundle {
  let beat: WeightedBeat
  let reciprocal: FloatingNumber
}
