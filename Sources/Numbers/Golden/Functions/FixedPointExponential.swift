import NumberFormats

/// exp of a bfloat16 number by 2^t in fixed point, bit for bit as hardware computes it.
///
///     t        = rne(x · 23637 / 2^14 · 2^F)      from the exact product; 23637 = rne(log2 e · 2^14); F fraction bits
///     exponent = 127 + floor(t / 2^F)
///     fraction = the fraction of 2^(f / 2^F) in 7 bits, f = t mod 2^F
///
/// A fraction of 128 carries into the exponent. A result below 2^−126 is +0, one beyond the greatest number +∞; NaN gives
/// NaN. Softmax needs x ≤ 0 only; the definition holds for all x.
///
/// Errors over all x with a normal result, against exp rounded once (``FunctionError``; the tests recompute them):
///
/// | form | maximum ulp | mean ulp | maximum relative | mean relative |
/// |---|---|---|---|---|
/// | correctly rounded | 0.849 | 0.033 | 0.00388 | 0.00019 |
/// | table of 128 | 1.148 | 0.043 | 0.00638 | 0.00024 |
/// | table of 32 | 3.179 | 0.122 | 0.01385 | 0.00066 |
/// | table of 16 | 5.505 | 0.226 | 0.02478 | 0.00123 |
/// | quadratic | 1.253 | 0.046 | 0.00774 | 0.00026 |
public struct FixedPointExponential: Hashable, Sendable {
  /// How the fraction of a power of two is found.
  public enum Fraction: Hashable, Sendable {
    /// A table of 2^F entries, `rne(128 · (2^(k / 2^F) − 1))`; F is 1 to 12.
    case table(indexBits: Int)
    /// (f · (168 · 256 + 88 f) + 2^16) >> 17 with F = 8.
    case quadratic
  }

  /// How the fraction of a power of two is found.
  public let fraction: Fraction
  /// F: the fraction bits of the exponent.
  public let exponentFractionBits: Int
  /// The fraction for each f.
  public let fractions: [Int]

  /// Makes the function.
  ///
  /// - Throws: ``FunctionTableError/index(_:)`` when a table's index has not 1 to 12 bits.
  public init(_ fraction: Fraction) throws(FunctionTableError) {
    self.fraction = fraction
    switch fraction {
    case .table(let indexBits):
      guard (1...12).contains(indexBits) else { throw .index(indexBits) }
      exponentFractionBits = indexBits
      fractions = FunctionTables.exponentialFractionEntries(indexBits: indexBits).map { Int($0) }
    case .quadratic:
      exponentFractionBits = 8
      fractions = (0..<256).map { f in (f * (168 * 256 + 88 * f) + 65536) >> 17 }
    }
  }

  /// rne(log2 e · 2^14).
  public static let log2e: Int64 = 23637

  /// exp(x).
  public func callAsFunction(_ x: BFloat16) -> BFloat16 {
    if x.isNaN { return x }
    if x.isInfinite { return x.isNegative ? .zero : .infinity }
    let (significand, exponent) = x.significandAndExponent
    return callAsFunction(significand, exponent: exponent)
  }

  /// exp of `significand` · 2^`exponent`, which may have more bits than a bfloat16 number: a difference that was not rounded.
  /// The significand has at most 40 bits.
  public func callAsFunction(_ significand: Int64, exponent: Int) -> BFloat16 {
    precondition(significand.magnitude < 1 << 40, "a significand of at most 40 bits")
    if significand == 0 { return .one }
    // e^128 and e^−128 are out of range.
    let binade = 63 - significand.magnitude.leadingZeroBitCount + exponent
    if binade >= 7 { return significand < 0 ? .zero : .infinity }
    let shift = 14 - exponentFractionBits - exponent
    let product = significand * Self.log2e
    let t = Int(shift < 0 ? product << Int64(-shift) : product.roundedShiftRight(by: shift))
    let pattern = ((127 + (t >> exponentFractionBits)) << 7) + fractions[t & ((1 << exponentFractionBits) - 1)]
    if pattern < 0x0080 { return .zero }
    return pattern < 0x7F80 ? BFloat16(bitPattern: UInt16(pattern)) : .infinity
  }
}
