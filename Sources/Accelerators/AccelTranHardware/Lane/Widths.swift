import HDL

extension UInt {
  /// The value times 2^`count`, at the same width.
  func shiftedUp(by count: Int) -> UInt { (self << count).truncated(to: width) }
}

extension SInt {
  /// The value times 2^`count`, at the same width.
  func shiftedUp(by count: Int) -> SInt { (self << count).truncated(to: width) }

  /// The absolute value, exact for every code.
  var magnitude: UInt { mux(isNegative, 0 &- asUnsigned, asUnsigned) }
}

/// Numbers below `limit` of a counter.
func countWidth(_ limit: Int) -> Int { bits(for: max(1, limit - 1)) }
