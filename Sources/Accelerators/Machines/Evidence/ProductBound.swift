import TATAA

/// The least cycles of a product of codes on an array that skews its operands, whatever its schedule is.
///
/// Three things bound it. The array takes a step of a tile a cycle, and the last sum of the last tile is complete when its
/// operands have crossed all rows and columns. Each bus brings a row of operands a cycle, and every row of X and of Y is
/// wanted once at least. And the last tile is stored behind its last sum, a word a cycle: all of it where a row in memory is
/// a column, for each of these has an element of the last row.
public struct ProductBound: Hashable, Sendable {
  /// Cycles from the first operand to the last stored word.
  public let cycles: Int
  /// What bounds it, in words.
  public let reason: String

  /// The bound of a product with a code for each sum, stored column by column.
  public init(_ c: Configuration, rows: Int, columns: Int, depth: Int) {
    let (tiles, wide) = ((rows + c.tileRows - 1) / c.tileRows, (columns + c.tileColumns - 1) / c.tileColumns)
    let steps = tiles * wide * depth
    let wordBytes = max(1, c.busWidth / 8)
    /// Words of a row of a tile, of dense rows of `length` bytes.
    func words(_ size: Int, of length: Int) -> Int { (min(size, length) + wordBytes - 1) / wordBytes }
    let (x, y) = (tiles * depth * words(c.tileRows, of: rows), wide * depth * words(c.tileColumns, of: columns))
    let reads = c.readPorts > 1 ? max(x, y) : x + y
    let lastHeight = (rows - 1) % c.tileRows + 1
    let lastWidth = (columns - 1) % c.tileColumns + 1
    let skew = (lastHeight - 1) + (lastWidth + c.packing - 1) / c.packing - 1
    let tail = lastWidth * words(c.tileRows, of: lastHeight)
    let writes = columns * tiles * words(c.tileRows, of: rows)
    let bounds = [
      (
        steps + skew + tail,
        "\(steps) steps, a skew of \(skew) cycles behind the last one, and \(tail) words of the last tile"
      ),
      (
        reads + skew + tail,
        "\(reads) rows of operands on one bus, a skew of \(skew) cycles, and \(tail) words of the last tile"
      ),
      (depth + skew + writes, "the first tile and \(writes) stored words"),
    ]
    let greatest = bounds.max { $0.0 < $1.0 } ?? (1, "")
    (cycles, reason) = greatest
  }
}
