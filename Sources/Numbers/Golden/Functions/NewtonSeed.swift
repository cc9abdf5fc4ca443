/// Where a Newton iteration starts.
public enum NewtonSeed: Hashable, Sendable {
  /// A constant minus the bit pattern: 0x7EF3 − bits for the reciprocal, 0x5F37 − (bits >> 1) for the root.
  case pattern
  /// A table over the first bits of the fraction, 1 to 7 of them: ``FunctionTables``.
  case table(indexBits: Int)
}

/// The arithmetic of a Newton iteration.
public enum NewtonArithmetic: Hashable, Sendable {
  /// Every multiplication and subtraction in bfloat16, rounded each.
  case bfloat16
  /// Fixed point with g fraction bits, 9 to 24, on the significand alone; one rounding to bfloat16 at the end.
  case fixedPoint(fractionBits: Int)
}
