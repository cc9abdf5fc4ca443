/// A division of two numbers of up to 64 bits, given and returned as bit patterns.
///
/// The quotient is rounded towards zero. By zero it has all bits 1 and the remainder is the dividend; the least number by
/// −1 gives itself and remainder 0.
public struct IntegerDivision: Hashable, Sendable {
  /// The quotient, as bits.
  public let quotient: UInt64
  /// The remainder, as bits; its sign is that of the dividend.
  public let remainder: UInt64

  /// Divides `dividend` by `divisor`, both of `width` bits.
  public init(_ dividend: UInt64, by divisor: UInt64, width: Int, isSigned: Bool) {
    precondition((1...64).contains(width), "a division has 1 to 64 bits, got \(width)")
    let mask = UInt64.max >> UInt64(64 - width)
    guard divisor & mask != 0 else {
      quotient = mask
      remainder = dividend & mask
      return
    }
    guard isSigned else {
      (quotient, remainder) = (dividend & mask).quotientAndRemainder(dividingBy: divisor & mask)
      return
    }
    func number(_ bits: UInt64) -> Int64 { Int64(bitPattern: bits << UInt64(64 - width)) >> Int64(64 - width) }
    // The one overflow is the least number by −1, of which the low bits are right.
    let (result, _) = number(dividend).dividedReportingOverflow(by: number(divisor))
    quotient = UInt64(bitPattern: result) & mask
    remainder = UInt64(bitPattern: number(dividend) &- result &* number(divisor)) & mask
  }
}

/// The greatest integer of which the square is not greater than `number`: by bisection.
public func integerSquareRoot(_ number: UInt64) -> UInt64 {
  var (low, high): (UInt64, UInt64) = (0, UInt64(UInt32.max))
  while low < high {
    let middle = low + (high - low + 1) / 2
    if middle * middle <= number { low = middle } else { high = middle - 1 }
  }
  return low
}
