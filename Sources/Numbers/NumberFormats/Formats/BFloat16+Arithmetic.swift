// Short ways to correctly rounded results, through the 53-bit significands of Double.
//
// Sum, quotient and root: Double rounds to 53 ≥ 2 · 8 + 2 bits, and a rounding to 8 bits after it gives what one rounding
// gives (S. Figueroa, When is double rounding innocuous?, 1995). Products of 8-bit significands are exact. No intermediate
// comes near the limits of Double's exponent. The tests compare each with Minifloat's exact arithmetic.
extension BFloat16 {
  /// The number with the other sign, −0 for +0; NaN stays as it is.
  public static prefix func - (a: BFloat16) -> BFloat16 {
    a.isNaN ? a : BFloat16(bitPattern: a.bitPattern ^ 0x8000)
  }

  /// The sum, rounded once; x + (−x) is +0.
  public static func + (a: BFloat16, b: BFloat16) -> BFloat16 { BFloat16(a.doubleValue + b.doubleValue) }

  /// The difference, rounded once; x − x is +0.
  public static func - (a: BFloat16, b: BFloat16) -> BFloat16 { BFloat16(a.doubleValue - b.doubleValue) }

  /// The product, rounded once.
  public static func * (a: BFloat16, b: BFloat16) -> BFloat16 { BFloat16(a.doubleValue * b.doubleValue) }

  /// The quotient, rounded once.
  public static func / (a: BFloat16, b: BFloat16) -> BFloat16 { BFloat16(a.doubleValue / b.doubleValue) }

  /// The square root, rounded once; of −0 it is −0, of a negative number NaN.
  public func squareRoot() -> BFloat16 { BFloat16(doubleValue.squareRoot()) }

  /// `a` · `b` + `c`, rounded once.
  public static func fusedMultiplyAdd(_ a: BFloat16, _ b: BFloat16, _ c: BFloat16) -> BFloat16 {
    let product = a.doubleValue * b.doubleValue
    let addend = c.doubleValue
    let sum = product + addend
    guard sum.isFinite, sum != 0 else { return BFloat16(sum) }
    // What the sum lost, exactly (Knuth's two-sum). A sum that lost something gets an odd last bit, so that it is never
    // mistaken for a tie: rounding to odd.
    let part = sum - product
    let error = (product - (sum - part)) + (addend - part)
    guard error != 0, sum.bitPattern & 1 == 0 else { return BFloat16(sum) }
    let isAway = (error > 0) == (sum > 0)
    return BFloat16(Double(bitPattern: isAway ? sum.bitPattern + 1 : sum.bitPattern - 1))
  }

  /// The sum of the products of paired numbers, added exactly and rounded once; what has no partner is left out.
  ///
  /// NaN when a product is NaN or infinities of both signs meet; −0 only where all products are −0.
  public static func dot(_ a: [BFloat16], _ b: [BFloat16]) -> BFloat16 {
    var sum = ExactSum()
    var special = -0.0
    for (x, y) in zip(a, b) {
      let (left, right) = (x.significandAndExponent, y.significandAndExponent)
      if left.significand != 0 && right.significand != 0 {
        sum.add(left.significand * right.significand, exponent: left.exponent + right.exponent)
        special += 0
      } else {
        special += x.doubleValue * y.doubleValue
      }
    }
    let total = sum.value
    guard special == 0, !(a.isEmpty || b.isEmpty) else { return BFloat16(special + 0) }
    return total.isZero ? BFloat16(special) : BFloat16(.finite(total))
  }

  /// The sum, added exactly and rounded once; +0 for no number.
  public static func sum(_ numbers: [BFloat16]) -> BFloat16 {
    dot(numbers, [BFloat16](repeating: .one, count: numbers.count))
  }

  /// Whether the number is less than, equal to or greater than `other`; nil where one of them is NaN. −0 equals +0.
  public func compared(to other: BFloat16) -> ValueOrder? {
    guard !isNaN, !other.isNaN else { return nil }
    let (left, right) = (order, other.order)
    return left == right || isZero && other.isZero ? .equal : left < right ? .less : .greater
  }

  /// The lesser number, −0 being less than +0.
  public static func minimum(_ a: BFloat16, _ b: BFloat16, nan: NaNRule = .propagate) -> BFloat16 {
    if a.isNaN || b.isNaN { return nan == .propagate ? .notANumber : a.isNaN ? b : a }
    return a.order < b.order ? a : b
  }

  /// The greater number, −0 being less than +0.
  public static func maximum(_ a: BFloat16, _ b: BFloat16, nan: NaNRule = .propagate) -> BFloat16 {
    if a.isNaN || b.isNaN { return nan == .propagate ? .notANumber : a.isNaN ? b : a }
    return a.order > b.order ? a : b
  }

  /// An integer in the order of the numbers, −0 below +0.
  private var order: Int { isNegative ? -Int(bitPattern & 0x7FFF) - 1 : Int(bitPattern) }
}

// Between integers and bfloat16.
extension BFloat16 {
  /// `accumulator` · `scale`, rounded once from the exact product.
  public init(_ accumulator: Int32, scale: BFloat16) {
    // 32 and 8 bits: exact in Double.
    self.init(Double(accumulator) * scale.doubleValue)
  }

  /// `accumulator` · `scale`, rounded once from the exact product.
  ///
  /// A subnormal scale counts as what it is; hardware that flushes it holds it as 0.
  public init(_ accumulator: Int32, scale: Float) {
    self.init(RealValue(accumulator) * RealValue(Double(scale)))
  }

  /// The code of `format` for the number times `scale`: rounded once from the exact product to the nearest integer, ties to
  /// even, and saturated. NaN gives 0.
  public func code(in format: IntegerFormat, scale: BFloat16) -> Int64 {
    format.code(nearestTo: doubleValue * scale.doubleValue)
  }
}
