import HDL

/// How far scores are below the greatest one of their row, as exponents in base 2.
struct DistanceBeat: SignalBundle {
  let exponents: Vector<UInt>
  let counts: Bits
  let isLast: Bit
  /// Whether NaN or +∞ is among the scores that count.
  let isInvalid: Bit
}

/// The sum of the weights of a beat.
struct WeighedBeat: SignalBundle {
  let sum: UInt
  let isLast: Bit
  let isInvalid: Bit
}

/// The logarithm of the sum of the weights of a row.
struct RowLogarithm: SignalBundle {
  let logarithm: UInt
  let isInvalid: Bit
}

/// Exponents with the logarithm of their row.
struct LogarithmBeat: SignalBundle {
  let exponents: Vector<UInt>
  let counts: Bits
  let row: RowLogarithm
  let isLast: Bit
}
