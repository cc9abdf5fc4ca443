import NumberFormats

/// The numbers of online softmax in base 2 with integer references, as an attention tile computes them.
///
/// With F fraction bits of an exponent and W of a weight, block by block of keys in rising order:
///
///     e = clamp(rne(s · m / 2^sh), −8191…8191)
///     R = the greatest ⌈e / 2^F⌉ of all blocks so far; k = how much it grew with this block
///     w = rne(rne(2^W · 2^(−f / 2^F)) / 2^n),  n and f the whole part and the fraction of R · 2^F − e
///     L ← rne(L / 2^k) + Σ w,  O ← rne(O / 2^k) + Σ w · v
///
/// and behind the last block y = clamp(rne(rne(O · ⌊2^32 / L⌋ / 2^16) · m / 2^sh), −127…127). Every rne rounds to nearest, ties
/// to even. Roundings of L and O are not associative: the order of the blocks is part of the definition.
public struct SoftmaxNumbers: Hashable, Sendable {
  /// The greatest magnitude of an exponent.
  public static let greatestExponent = 8191
  /// Fraction bits of a reciprocal.
  public static let reciprocalBits = 32
  /// Bits of a product with a reciprocal that are dropped.
  public static let droppedBits = 16

  /// F and W.
  public let exponentFractionBits, weightFractionBits: Int
  /// rne(2^W · 2^(−k / 2^F)).
  public let powers: [Int]

  /// The numbers of a machine.
  public init(_ sizes: XFormerSizes) {
    self.init(exponentFractionBits: sizes.exponentFractionBits, weightFractionBits: sizes.weightFractionBits)
  }

  /// The numbers of F and W.
  public init(exponentFractionBits: Int, weightFractionBits: Int) {
    self.exponentFractionBits = exponentFractionBits
    self.weightFractionBits = weightFractionBits
    let steps = 1 << exponentFractionBits
    // 2^(−1 / 2^F) by square roots: correctly rounded operations alone, so that every machine has the same table.
    var root = 0.5
    for _ in 0..<exponentFractionBits { root = root.squareRoot() }
    powers = (0..<steps).map { k in
      var (power, factor, rest) = (1.0, root, k)
      while rest > 0 {
        if rest & 1 == 1 { power *= factor }
        factor *= factor
        rest >>= 1
      }
      return Int((power * Double(1 << weightFractionBits)).rounded(.toNearestOrEven))
    }
  }

  /// e.
  public func exponent(_ score: Int, multiplier: Int, shift: Int) -> Int {
    let scaled = (Int64(score) * Int64(multiplier)).roundedShiftRight(by: shift)
    return Int(min(max(scaled, Int64(-Self.greatestExponent)), Int64(Self.greatestExponent)))
  }

  /// ⌈e / 2^F⌉.
  public func ceiling(_ exponent: Int) -> Int { -((-exponent) >> exponentFractionBits) }

  /// w.
  public func weight(_ exponent: Int, reference: Int) -> Int {
    let distance = reference << exponentFractionBits - exponent
    return Int(
      Int64(powers[distance & (1 << exponentFractionBits - 1)]).roundedShiftRight(
        by: min(distance >> exponentFractionBits, 40)))
  }
}

/// The state of a row of queries of one head between two blocks of keys.
public struct SoftmaxRow: Hashable, Sendable {
  /// R; nil before the first block.
  public private(set) var reference: Int?
  /// L.
  public private(set) var sum: Int64 = 0
  /// O.
  public private(set) var sums: [Int64]

  /// A row of which nothing is known.
  public init(features: Int) { sums = [Int64](repeating: 0, count: features) }

  /// Takes a block of keys.
  ///
  /// - Parameters:
  ///   - exponents: e of each key; nil for a key that is not seen.
  ///   - values: the rows of the values.
  public mutating func take(_ exponents: [Int?], _ values: [[Int8]], _ numbers: SoftmaxNumbers) {
    guard let greatest = exponents.compactMap({ $0 }).map(numbers.ceiling).max() else { return }
    let new = max(reference ?? greatest, greatest)
    let growth = min(new - (reference ?? new), 62)
    reference = new
    sum = sum.roundedShiftRight(by: growth)
    for column in sums.indices { sums[column] = sums[column].roundedShiftRight(by: growth) }
    for (exponent, row) in zip(exponents, values) {
      guard let exponent else { continue }
      let weight = Int64(numbers.weight(exponent, reference: new))
      sum += weight
      for column in sums.indices { sums[column] += weight * Int64(row[column]) }
    }
  }

  /// The codes of the row.
  public func codes(multiplier: Int, shift: Int) -> [Int8] {
    let reciprocal = sum > 0 ? (Int64(1) << Int64(SoftmaxNumbers.reciprocalBits)) / sum : 0
    return sums.map { value in
      // |O| is at most 128 · L, so that the product has less than 41 bits.
      let mean = (value * reciprocal).roundedShiftRight(by: SoftmaxNumbers.droppedBits)
      return Int8(min(max((mean * Int64(multiplier)).roundedShiftRight(by: shift), -127), 127))
    }
  }
}
