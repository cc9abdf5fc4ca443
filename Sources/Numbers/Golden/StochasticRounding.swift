import NumberFormats

/// The random numbers of stochastic rounding, as a linear feedback shift register makes them.
///
/// The register of n bits holds n consecutive terms of the sequence of a primitive polynomial, the latest term in the most
/// significant bit, and steps `bits` times between two roundings: so each rounding sees new bits, and the sequence repeats
/// after 2ⁿ − 1 steps. The polynomial is found by computing, not taken from a list: ``BinaryPolynomial/firstPrimitive(degree:)``.
public struct StochasticRoundingSource: Hashable, Sendable {
  /// The characteristic polynomial of the sequence.
  public let polynomial: BinaryPolynomial
  /// The bits of each random number, 1 to the degree, at most 63.
  public let bits: Int
  /// The register, never 0.
  public private(set) var state: UInt64

  /// Starts from a seed, of which the low `degree` bits count; 0 is taken as 1. Bits and degree outside their limits are
  /// taken as the nearer limit.
  public init(degree: Int = 32, bits: Int, seed: UInt64) {
    polynomial = .firstPrimitive(degree: degree)
    self.bits = min(max(bits, 1), min(polynomial.degree, 63))
    let low = seed & (.max >> UInt64(64 - polynomial.degree))
    state = low == 0 ? 1 : low
  }

  /// A seed for one of several registers side by side, different for each of the first 2^degree − 1.
  public static func seed(ofLane lane: Int, degree: Int) -> UInt64 {
    let low = (0x9E37_79B9_7F4A_7C15 &* (UInt64(lane) &+ 1)) & (.max >> UInt64(64 - degree))
    return low == 0 ? 1 : low
  }

  /// The rule for the next rounding.
  public mutating func next() -> RoundingRule {
    for _ in 0..<bits {
      state = state >> 1 | polynomial.nextTerm(after: state) << UInt64(polynomial.degree - 1)
    }
    return .stochastic(RoundingNoise(state >> UInt64(polynomial.degree - bits), bits: bits))
  }
}

extension BinaryPolynomial {
  /// The primitive polynomial of a degree, 2 to 64, with the fewest terms and among those the least lower part, read as a
  /// number.
  ///
  /// Primitivity is computed for each candidate. A degree outside the limits is taken as the nearer limit.
  public static func firstPrimitive(degree: Int) -> BinaryPolynomial {
    let degree = min(max(degree, 2), 64)
    for middle in 1..<degree {
      let candidate = BinaryPolynomial(exponents: [degree, middle])
      if candidate.isPrimitive { return candidate }
    }
    // Three middle terms: there is a primitive one for every degree from 5 to 64 that has no trinomial.
    for high in 3..<degree {
      for middle in 2..<high {
        for low in 1..<middle {
          let candidate = BinaryPolynomial(exponents: [degree, high, middle, low])
          if candidate.isPrimitive { return candidate }
        }
      }
    }
    preconditionFailure("no primitive pentanomial of degree \(degree)")
  }
}
