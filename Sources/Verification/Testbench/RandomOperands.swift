extension RandomNumberGenerator {
  /// A whole number from 0 up to but not including `bound`, every one equally likely.
  ///
  /// Source: D. Lemire, "Fast random integer generation in an interval", ACM TOMACS 29 (1), 2019.
  @inlinable
  public mutating func integer(below bound: Int) -> Int {
    precondition(bound > 0, "a bounded draw needs a bound of at least 1, got \(bound)")
    let range = UInt64(bound)
    var product = next().multipliedFullWidth(by: range)
    if product.low < range {
      let threshold = (0 &- range) % range
      while product.low < threshold { product = next().multipliedFullWidth(by: range) }
    }
    return Int(product.high)
  }

  /// A whole number of the closed range, every one equally likely.
  @inlinable
  public mutating func integer(in range: ClosedRange<Int>) -> Int {
    let span = UInt64(bitPattern: Int64(range.upperBound)) &- UInt64(bitPattern: Int64(range.lowerBound))
    if span >= UInt64(Int.max) {
      var drawn = next()
      while drawn > span { drawn = next() }
      return range.lowerBound &+ Int(truncatingIfNeeded: drawn)
    }
    return range.lowerBound + integer(below: Int(span) + 1)
  }

  /// True with probability `chance`, which is 0 to 1.
  @inlinable
  public mutating func happens(_ chance: Double) -> Bool { next() >> 11 < UInt64(chance * 0x1p53) }

  /// An operand of `bits` bits (1 to 64) in the low bits of a word, biased towards the values that break arithmetic.
  ///
  /// One draw in eight is each of: a corner (0, 1, all ones, all ones less one, only the top bit, the top bit and one,
  /// all but the top bit, that less one), alternating ones and zeros, a small number of either sign, a power of two
  /// with its neighbours, and a number of random length. The other three in eight are uniform.
  @inlinable
  public mutating func operand(bits: Int) -> UInt64 {
    precondition((1...64).contains(bits), "an operand has 1 to 64 bits, got \(bits)")
    let mask = UInt64.max >> UInt64(64 - bits)
    let top: UInt64 = 1 << UInt64(bits - 1)
    let choice = next()
    let pattern: UInt64
    switch choice & 7 {
    case 0:
      switch choice >> 3 & 7 {
      case 0: pattern = 0
      case 1: pattern = 1
      case 2: pattern = .max
      case 3: pattern = .max - 1
      case 4: pattern = top
      case 5: pattern = top | 1
      case 6: pattern = top &- 1
      default: pattern = top &- 2
      }
    case 1: pattern = choice & 8 == 0 ? 0x5555_5555_5555_5555 : 0xAAAA_AAAA_AAAA_AAAA
    case 2:
      let small = choice >> 4 & 7
      pattern = choice & 8 == 0 ? small : 0 &- small
    case 3: pattern = (1 << UInt64(integer(below: bits))) &+ (choice >> 3 & 3) &- 1
    case 4: pattern = next() >> UInt64(integer(below: 64))
    default: pattern = next()
    }
    return pattern & mask
  }

  /// An unsigned operand of `bits` bits (1 to 63), biased as ``operand(bits:)``.
  @inlinable
  public mutating func unsigned(bits: Int) -> Int {
    precondition(bits < 64, "an unsigned operand of 64 bits does not fit an Int; use operand(bits:)")
    return Int(operand(bits: bits))
  }

  /// A two's complement operand of `bits` bits (1 to 64), biased as ``operand(bits:)``.
  @inlinable
  public mutating func signed(bits: Int) -> Int {
    let unused = 64 - bits
    return (Int(truncatingIfNeeded: operand(bits: bits)) << unused) >> unused
  }
}
