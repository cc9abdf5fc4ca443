import HDL

extension VectorSignal {
  /// The value at a width that may be less or greater than its own.
  func fitted(to width: Int) -> Self { width < self.width ? truncated(to: width) : extended(to: width) }
}

extension UInt {
  /// The value times 2^`count`, at the same width.
  func shiftedUp(by count: Int) -> UInt { (self << count).truncated(to: width) }
}

extension SInt {
  /// The value times 2^`count`, at the same width.
  func shiftedUp(by count: Int) -> SInt { (self << count).truncated(to: width) }

  /// The nearest multiple of 2^`count`, divided by it; ties to even.
  func roundedRight(by count: Int) -> SInt {
    let wide = extended(to: max(width, count) + 2)
    let odd = concatenate(Bit(0), wide[count]).asSigned
    let half = wide &+ SInt(1 << (count - 1) - 1)
    return (half &+ odd.extended(to: wide.width)) >> count
  }

  /// The absolute value, exact for every code.
  var magnitude: UInt { mux(isNegative, 0 &- asUnsigned, asUnsigned) }
}

/// Numbers below `limit` of a counter.
func countWidth(_ limit: Int) -> Int { bits(for: max(1, limit - 1)) }
