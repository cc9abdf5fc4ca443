// Rounding of integers is to nearest, ties to even. What rounds otherwise takes a `RoundingRule`.

extension FixedWidthInteger {
  /// `rne(self / 2^shift)`: the quotient rounded to the nearest integer, a tie to the even one.
  ///
  /// Exact for every value and every shift, also one that removes all bits: a signed value is then at most a tie and
  /// gives 0; an unsigned value above half of 2^shift gives 1.
  ///
  /// - Parameter shift: the number of fraction bits to remove, 0 or more.
  @inlinable
  public func roundedShiftRight(by shift: Int) -> Self {
    precondition(shift >= 0, "a rounding shift is not negative")
    guard shift > 0 else { return self }
    guard shift < Self.bitWidth else {
      let half = (1 as Self) << (Self.bitWidth - 1)
      return !Self.isSigned && shift == Self.bitWidth && self > half ? 1 : 0
    }
    let floor = self >> shift
    // Compared without a sign: with shift = width − 1 the half weighs as much as the second highest bit, the remainder
    // uses all bits below the sign.
    let remainder = Magnitude(truncatingIfNeeded: self) & ((1 << Magnitude(shift)) &- 1)
    let half = (1 as Magnitude) << Magnitude(shift - 1)
    let roundsUp = remainder > half || (remainder == half && floor & 1 != 0)
    return roundsUp ? floor + 1 : floor
  }
}

extension IntegerFormat {
  /// The code of the format for a real number: `rne(value)`, saturated; NaN gives 0.
  ///
  /// Exact for every `Double`. A code above `Int64.max`, which only unsigned 64 bits has, is returned as `Int64.max`.
  public func code(nearestTo value: Double) -> Int64 {
    guard !value.isNaN else { return 0 }
    let rounded = value.rounded(.toNearestOrEven)
    // One above the maximum is a power of two: the comparison is exact where the maximum itself is no `Double`.
    let beyond = Double(sign: .plus, exponent: isSigned ? width - 1 : min(width, 63), significand: 1)
    if rounded >= beyond { return Int64(clamping: maximum) }
    return rounded <= Double(minimum) ? minimum : Int64(rounded)
  }
}
