/// A systolic array with stationary sums and no overlap: tile after tile, each from its first operand to its last product.
/// This is the schedule that SCALE-Sim (PyPI `scalesim`) counts, and what the overlapped one of an accelerator stands beside.
public struct PlainSchedule: Hashable, Sendable {
  /// Rows and columns of the array, a product for each element and cycle.
  public var rows, columns: Int

  /// The schedule of an array.
  public init(rows: Int, columns: Int) { (self.rows, self.columns) = (rows, columns) }

  /// Cycles of a product of so many rows and columns, each element a sum of `depth` products.
  ///
  /// The operands of step s meet in element (r, c) of the array r + c cycles after those of element (0, 0). A tile at an edge
  /// takes the whole array.
  public func cycles(rows height: Int, columns width: Int, depth: Int) -> Int {
    var start = 0
    for _ in stride(from: 0, to: height, by: rows) {
      for _ in stride(from: 0, to: width, by: columns) {
        let last = start + (depth - 1) + (rows - 1) + (columns - 1)
        start = last + 1
      }
    }
    return start
  }

  /// The count that SCALE-Sim publishes: folds · (depth + rows + columns − 2).
  public func published(rows height: Int, columns width: Int, depth: Int) -> Int {
    (height + rows - 1) / rows * ((width + columns - 1) / columns) * (depth + rows + columns - 2)
  }
}
