extension Dyadic {
  /// |number| / 2^quantum, rounded to an integer by the rule; `down` and `up` mean the signed number.
  package func multiple(ofPowerOfTwo quantum: Int, rounding rule: RoundingRule) -> BigMagnitude {
    let shift = quantum - exponent
    guard shift > 0 else { return magnitude << -shift }
    if shift > magnitude.bitWidth + 1, !rule.mayRoundUpFromBelowHalf(isNegative: isNegative, shift - magnitude.bitWidth)
    {
      return .zero
    }
    let floor = magnitude >> shift
    // The magnitude is odd, so that a shift always removes something.
    let roundsUp: Bool
    switch rule {
    case .nearestEven, .nearestAway:
      let reachesHalf = !(magnitude >> (shift - 1)).isZero && (magnitude >> (shift - 1)).isOdd
      let isTie = reachesHalf && !magnitude.hasBits(below: shift - 1)
      roundsUp = reachesHalf && (!isTie || rule == .nearestAway || floor.isOdd)
    case .towardZero: roundsUp = false
    case .down: roundsUp = isNegative
    case .up: roundsUp = !isNegative
    case .stochastic(let noise):
      // The bits of the remainder that stand against the noise, the rest cut off.
      let remainder = (shift >= noise.bits ? magnitude >> (shift - noise.bits) : magnitude << (noise.bits - shift))
        .lowBits(noise.bits)
      roundsUp = BigMagnitude(remainder) + BigMagnitude(noise.value) >= .powerOfTwo(noise.bits)
    }
    return roundsUp ? floor + BigMagnitude(1) : floor
  }

  /// The number rounded by the rule to a multiple of 2^quantum.
  public func rounded(toMultipleOfPowerOfTwo quantum: Int, _ rule: RoundingRule = .nearestEven) -> Dyadic {
    Dyadic(
      isNegative: isNegative, magnitude: multiple(ofPowerOfTwo: quantum, rounding: rule), exponent: quantum)
  }

  /// a / b rounded towards zero to a multiple of 2^quantum, and half a quantum further when that is not exact.
  ///
  /// Any rounding to multiples of 2^(quantum + 1) or coarser ones gives for the result what it gives for the quotient: a
  /// division and a rounding together round once. b is not zero.
  public static func quotient(_ a: Dyadic, _ b: Dyadic, quantum: Int) -> Dyadic {
    let shift = a.exponent - b.exponent - quantum
    let dividend = shift >= 0 ? a.magnitude << shift : a.magnitude
    let divisor = shift >= 0 ? b.magnitude : b.magnitude << -shift
    let (quotient, remainder) = dividend.quotientAndRemainder(dividingBy: divisor)
    return sticky(quotient, isExact: remainder.isZero, isNegative: a.isNegative != b.isNegative, quantum: quantum)
  }

  /// The square root of a / b, rounded as ``quotient(_:_:quantum:)`` does. a is not negative, b is positive.
  public static func squareRoot(ofQuotient a: Dyadic, _ b: Dyadic = .one, quantum: Int) -> Dyadic {
    precondition(!a.isNegative && !b.isNegative, "a square root of a negative number")
    let shift = a.exponent - b.exponent - 2 * quantum
    let dividend = shift >= 0 ? a.magnitude << shift : a.magnitude
    let divisor = shift >= 0 ? b.magnitude : b.magnitude << -shift
    let (quotient, remainder) = dividend.quotientAndRemainder(dividingBy: divisor)
    let (root, isExact) = quotient.squareRoot()
    return sticky(root, isExact: isExact && remainder.isZero, isNegative: false, quantum: quantum)
  }

  private static func sticky(_ value: BigMagnitude, isExact: Bool, isNegative: Bool, quantum: Int) -> Dyadic {
    isExact
      ? Dyadic(isNegative: isNegative, magnitude: value, exponent: quantum)
      : Dyadic(isNegative: isNegative, magnitude: (value << 1) + BigMagnitude(1), exponent: quantum - 1)
  }
}
