import NumberFormats

/// The contents of the tables that hardware holds, each entry the real value rounded once to nearest, ties to even.
public enum FunctionTables {
  /// `rne(2^p · (2^(k / 2^F) − 1))` for k from 0 to 2^F − 1: the fraction of 2^x over one binade.
  ///
  /// The last entries of a long table may be 2^p: a fraction that carries into the exponent.
  ///
  /// - Throws: ``FunctionTableError`` when the index has not 0 to 16 bits, or the fraction not 1 to 40.
  public static func exponentialFractions(
    indexBits: Int, fractionBits: Int = 7
  ) throws(FunctionTableError) -> [UInt64] {
    try check(indexBits, fractionBits)
    return exponentialFractionEntries(indexBits: indexBits, fractionBits: fractionBits)
  }

  static func exponentialFractionEntries(indexBits: Int, fractionBits: Int = 7) -> [UInt64] {
    return exp2Codes(indexBits: indexBits, fractionBits: fractionBits).map { $0 - (1 << UInt64(fractionBits)) }
  }

  /// `rne(2^p · 2^(−k / 2^F))` for k from 0 to 2^F − 1: weights from 2^p down to just above half of it.
  ///
  /// - Throws: ``FunctionTableError`` when the index has not 0 to 16 bits, or the fraction not 1 to 40.
  public static func decayingExponentials(
    indexBits: Int, fractionBits: Int
  ) throws(FunctionTableError) -> [UInt64] {
    try check(indexBits, fractionBits)
    return decayingExponentialEntries(indexBits: indexBits, fractionBits: fractionBits)
  }

  static func decayingExponentialEntries(indexBits: Int, fractionBits: Int) -> [UInt64] {
    return exp2Codes(indexBits: indexBits, fractionBits: fractionBits, sign: -1)
  }

  private static func check(_ indexBits: Int, _ fractionBits: Int) throws(FunctionTableError) {
    guard (0...16).contains(indexBits) else { throw .index(indexBits) }
    guard (1...40).contains(fractionBits) else { throw .fraction(fractionBits) }
  }

  private static func exp2Codes(indexBits: Int, fractionBits: Int, sign: Int64 = 1) -> [UInt64] {
    (0..<Int64(1) << Int64(indexBits)).map { k in
      let code = UnaryFunction.exp2.code(
        for: RealValue(Dyadic(sign * k, exponent: -indexBits)), in: IntegerFormat.uint64,
        scale: Dyadic(1 as Int64, exponent: -fractionBits))
      return code
    }
  }

  /// `rne(2^g / (1 + (k + 1/2) / 2^T))` for k from 0 to 2^T − 1: reciprocals at the middles of 2^T parts of a binade.
  ///
  /// - Throws: ``FunctionTableError`` when the index has not 0 to 16 bits, or the fraction not 1 to 40.
  public static func reciprocals(
    indexBits: Int, fractionBits: Int
  ) throws(FunctionTableError) -> [UInt64] {
    try check(indexBits, fractionBits)
    return reciprocalEntries(indexBits: indexBits, fractionBits: fractionBits)
  }

  static func reciprocalEntries(indexBits: Int, fractionBits: Int) -> [UInt64] {
    return (0..<Int64(1) << Int64(indexBits)).map { k in
      middleCode(.reciprocal, 2 * k + 1 + (2 << Int64(indexBits)), exponent: -indexBits - 1, fractionBits)
    }
  }

  /// `rne(2^g / √m)` at the middles m of 2^T parts of the numbers from 1 to 2, then of those from 2 to 4: 2 · 2^T entries.
  ///
  /// - Throws: ``FunctionTableError`` when the index has not 0 to 16 bits, or the fraction not 1 to 40.
  public static func reciprocalSquareRoots(
    indexBits: Int, fractionBits: Int
  ) throws(FunctionTableError) -> [UInt64] {
    try check(indexBits, fractionBits)
    return reciprocalSquareRootEntries(indexBits: indexBits, fractionBits: fractionBits)
  }

  static func reciprocalSquareRootEntries(indexBits: Int, fractionBits: Int) -> [UInt64] {
    return [0, 1].flatMap { binade in
      (0..<Int64(1) << Int64(indexBits)).map { k in
        middleCode(
          .reciprocalSquareRoot, 2 * k + 1 + (2 << Int64(indexBits)), exponent: binade - indexBits - 1, fractionBits)
      }
    }
  }

  /// `rne(2^f · log2(1 + (k + 1/2) / 2^T))` for k from 0 to 2^T − 1: logarithms to base 2 at the middles of 2^T parts of a binade.
  ///
  /// - Throws: ``FunctionTableError`` when the index has not 0 to 16 bits, or the fraction not 1 to 40.
  public static func logarithms(
    indexBits: Int, fractionBits: Int
  ) throws(FunctionTableError) -> [UInt64] {
    try check(indexBits, fractionBits)
    return logarithmEntries(indexBits: indexBits, fractionBits: fractionBits)
  }

  static func logarithmEntries(indexBits: Int, fractionBits: Int) -> [UInt64] {
    return (0..<Int64(1) << Int64(indexBits)).map { k in
      middleCode(.log2, 2 * k + 1 + (2 << Int64(indexBits)), exponent: -indexBits - 1, fractionBits)
    }
  }

  private static func middleCode(_ f: UnaryFunction, _ middle: Int64, exponent: Int, _ fractionBits: Int) -> UInt64 {
    f.code(
      for: RealValue(Dyadic(middle, exponent: exponent)), in: IntegerFormat.uint64,
      scale: Dyadic(1 as Int64, exponent: -fractionBits))
  }

  /// A function of codes as a table, exact for every code: entry i is the code of f(q · inputScale) / outputScale, rounded
  /// once, with q the input code of which the low bits are i.
  ///
  /// With 8 bits in and out this is the form that needs no approximation at all. NaN, where the function has no value, is the
  /// code 0 of integers and fixed point.
  ///
  /// - Throws: ``FunctionTableError`` when the input has more than 16 bits, or a scale is not positive.
  public static func codes(
    of function: UnaryFunction, from input: some NumberFormat, inputScale: Dyadic = .one,
    to output: some NumberFormat, outputScale: Dyadic = .one
  ) throws(FunctionTableError) -> [UInt64] {
    guard input.width <= 16 else { throw .index(input.width) }
    for scale in [inputScale, outputScale] where scale <= .zero { throw .scale(scale) }
    return (0...input.codeMask).map { code in
      function.code(for: input.value(of: code) * RealValue(inputScale), in: output, scale: outputScale)
    }
  }
}

/// Why a table cannot be made.
public enum FunctionTableError: Error, Hashable, CustomStringConvertible {
  /// The index has too many bits, or fewer than none.
  case index(Int)
  /// The fraction has too few or too many bits.
  case fraction(Int)
  /// A number of steps is negative.
  case steps(Int)
  /// A scale is zero or negative.
  case scale(Dyadic)

  /// What is wrong, and what to give instead.
  public var description: String {
    switch self {
    case .index(let bits): "an index of \(bits) bits is out of range: use fewer entries, or compute the function"
    case .fraction(let bits):
      "a fraction of \(bits) bits is out of range: tables have 1 to 40, Newton's iteration 9 to 24"
    case .steps(let steps): "an iteration has 0 steps or more, not \(steps)"
    case .scale(let scale): "the scale of codes is positive, not \(scale)"
    }
  }
}
