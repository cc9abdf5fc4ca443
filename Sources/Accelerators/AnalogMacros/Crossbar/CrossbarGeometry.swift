/// Cells and converter of a crossbar.
public struct CrossbarGeometry: Hashable, Sendable, Codable {
  /// Rows, each driven by one bit at a time: 1 to 512.
  public var rows: Int
  /// Columns of cells: 1 to 1024.
  public var columns: Int
  /// Bits that a cell stores: 1 to 4.
  public var cellBits: Int
  /// Bits of the converter: 1 to 16. A sum above its range gives its greatest code.
  public var converterBits: Int
  /// Fraction bits of a code, 0 to 4: the converter's step is 2^−n of a level step, and its range as much smaller.
  ///
  /// A cell that is not at its level puts the current of a column between two levels, and a converter of whole levels then adds the error of a
  /// rounding to every plane and slice.
  public var codeFractionBits: Int

  /// 128 rows and columns of two bits, and a converter that holds every sum: 128 · 3 = 384 needs 9 bits.
  public init(rows: Int = 128, columns: Int = 128, cellBits: Int = 2, converterBits: Int = 9, codeFractionBits: Int = 0)
  {
    self.rows = rows
    self.columns = columns
    self.cellBits = cellBits
    self.converterBits = converterBits
    self.codeFractionBits = codeFractionBits
  }

  /// The greatest level of a cell.
  public var greatestLevel: Int { 1 << cellBits - 1 }

  /// The greatest sum of a column.
  public var greatestSum: Int { rows * greatestLevel }

  /// Bits of the exact sum of a column: with as many in the converter, and its fraction bits besides, nothing is lost.
  public var losslessBits: Int { Int.bitWidth - greatestSum.leadingZeroBitCount }

  /// What is wrong with the values; nil when nothing is.
  public var fault: String? {
    for (name, value, range) in [
      ("rows", rows, 1...512), ("columns", columns, 1...1024), ("cellBits", cellBits, 1...4),
      ("converterBits", converterBits, 1...16), ("codeFractionBits", codeFractionBits, 0...4),
    ] where !range.contains(value) {
      return "\(name) is \(value), and must be \(range.lowerBound) to \(range.upperBound)"
    }
    return nil
  }
}
