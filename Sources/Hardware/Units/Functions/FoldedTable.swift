import NumberFormats

/// A function of one floating point number: all of its results, stored once where they repeat.
///
/// The operands of one sign and exponent, a *binade*, share an entry of a directory. It says that the results are constant; or
/// which segment of a table has them, an entry for each fraction, and what is added to the exponents there. So a reciprocal
/// needs one segment for all exponents, and a function that is the identity near 0 needs none there.
struct FoldedTable {
  /// The results of the operands of one sign and exponent field.
  enum Binade: Hashable {
    /// They are one code.
    case constant(UInt64)
    /// They are the entries of a segment; nil for the fractions themselves. `offset` is added to the exponent fields, modulo
    /// their number.
    case segment(Int?, offset: UInt64, isNegative: Bool)
  }

  /// The format of operands and results.
  let format: Minifloat
  /// By sign and exponent field, the sign being the highest bit.
  private(set) var binades: [Binade] = []
  /// Exponent field and fraction of each result, and above them its sign where one segment has both.
  private(set) var segments: [[UInt64]] = []
  /// The results at +∞ and −∞; nil where the format has none.
  private(set) var infinite: (plus: UInt64, minus: UInt64)?

  /// Folds the results, which are those of all codes of `format` in order.
  init(_ format: Minifloat, results: [UInt64]) {
    self.format = format
    let size = 1 << format.fractionBits
    var known: [[UInt64]: Int] = [:]
    for start in stride(from: 0, to: results.count, by: size) {
      let codes = Array(results[start..<(start + size)])
      let isSpecial = format.specials == .ieee && (start / size + 1) % (1 << format.exponentBits) == 0
      if isSpecial || Set(codes).count == 1 {
        // Infinity has the fraction 0, NaN the others.
        binades.append(.constant(codes[size - 1]))
        continue
      }
      let (entries, offset, isNegative) = relative(codes)
      if entries == (0..<UInt64(size)).map({ $0 }) {
        binades.append(.segment(nil, offset: offset, isNegative: isNegative))
        continue
      }
      let index = known[entries] ?? segments.count
      if index == segments.count {
        known[entries] = index
        segments.append(entries)
      }
      binades.append(.segment(index, offset: offset, isNegative: isNegative))
    }
    if let infinity = format.infinityCode {
      infinite = (results[Int(infinity)], results[Int(infinity) + results.count / 2])
    }
  }

  /// Entries with the least exponent 0, what was taken off, and the sign that all have.
  private func relative(_ codes: [UInt64]) -> (entries: [UInt64], offset: UInt64, isNegative: Bool) {
    let signBit = UInt64(1) << UInt64(format.width - 1)
    let isNegative = codes.allSatisfy { $0 & signBit != 0 }
    let entries = isNegative ? codes.map { $0 & ~signBit } : codes
    let fractionBits = UInt64(format.fractionBits)
    let fields = entries.map { $0 >> fractionBits }
    // A zero, an infinity and NaN are no multiples of anything.
    let greatest = UInt64(1) << UInt64(format.exponentBits) - 1
    guard let least = fields.min(), let most = fields.max(), least > 0, most < greatest else {
      return (entries, 0, isNegative)
    }
    return (entries.map { $0 - least << fractionBits }, least, isNegative)
  }

  /// Bits of an entry of a segment.
  var entryWidth: Int {
    max(format.fractionBits + 1, 64 - (segments.joined().max() ?? 0).leadingZeroBitCount)
  }
}
