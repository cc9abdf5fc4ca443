/// How a number that a format cannot hold becomes one of its two neighbours.
///
/// ``nearestEven`` is what every operation does unless it is told otherwise.
public enum RoundingRule: Hashable, Sendable {
  /// The nearest; of two equally near ones the one with an even last bit.
  case nearestEven
  /// The nearest; of two equally near ones the one farther from zero.
  case nearestAway
  /// The one nearer to zero: the bits beyond the last are cut off.
  case towardZero
  /// The lesser.
  case down
  /// The greater.
  case up
  /// Away from zero with a probability that is the fraction cut off, decided by a random number.
  case stochastic(RoundingNoise)

  /// Whether less than half of the last place, at least 2^−zeros of it, may become a whole one.
  func mayRoundUpFromBelowHalf(isNegative: Bool, _ zeros: Int) -> Bool {
    switch self {
    case .nearestEven, .nearestAway, .towardZero: false
    case .down: isNegative
    case .up: !isNegative
    case .stochastic(let noise): zeros < noise.bits
    }
  }
}

/// The random number of one stochastic rounding: 1 to 63 bits, uniformly distributed.
///
/// With n bits, the first n bits of the fraction cut off and the number are added; a carry rounds away from zero. A fraction
/// f so rounds up with the probability floor(f · 2^n) / 2^n, and a number that the format holds never changes.
public struct RoundingNoise: Hashable, Sendable {
  /// The number, less than 2^bits.
  public let value: UInt64
  /// How many bits it has, 1 to 63.
  public let bits: Int

  /// Takes the low `bits` bits of `value`; a count outside 1 to 63 is taken as the nearer limit.
  public init(_ value: UInt64, bits: Int) {
    self.bits = min(max(bits, 1), 63)
    self.value = value & (.max >> UInt64(64 - self.bits))
  }
}

/// What becomes of a number beyond the range of a format.
public enum OverflowRule: Hashable, Sendable {
  /// What the format is made for: an infinity, NaN where there is none, the greatest number where neither exists; integers
  /// and fixed point saturate. A rounding towards zero gives the greatest number, as IEEE 754 says.
  case standard
  /// The greatest number of the format, of the same sign, for infinities too.
  case saturating
  /// Integers and fixed point: the low bits. An infinity has none and saturates; floating point formats do as `standard`.
  case wrapping
}
