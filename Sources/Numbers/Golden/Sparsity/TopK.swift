import NumberFormats

/// The greatest elements of a row: of equal ones those with the lower index.
public enum TopK {
  /// The indices of the `count` greatest integers, the greatest first; all indices when there are fewer.
  public static func indices(of row: [some BinaryInteger], count: Int) -> [Int] {
    first(row.indices.sorted { row[$0] != row[$1] ? row[$0] > row[$1] : $0 < $1 }, count)
  }

  /// The indices of the `count` greatest numbers, the greatest first; all indices when there are fewer.
  ///
  /// −0 equals +0. NaN comes after all numbers, −∞ included.
  public static func indices(of row: [BFloat16], count: Int) -> [Int] {
    first(
      row.indices.sorted { a, b in
        switch row[a].compared(to: row[b]) {
        case .greater: true
        case .less: false
        case .equal: a < b
        case nil: row[a].isNaN == row[b].isNaN ? a < b : row[b].isNaN
        }
      }, count)
  }

  /// Which elements are among the given indices.
  public static func mask(_ indices: [Int], length: Int) -> [Bool] {
    var mask = [Bool](repeating: false, count: length)
    for index in indices where mask.indices.contains(index) { mask[index] = true }
    return mask
  }

  private static func first(_ order: [Int], _ count: Int) -> [Int] { Array(order.prefix(max(count, 0))) }
}
