import HDL

/// A generator around an array of cells.
public protocol CellArray: DefaultConfigurable {
  /// Rows of cells.
  var rows: Int { get set }
  /// Columns of cells.
  var columns: Int { get set }
}

extension CellArray {
  /// The usual one of `rows` × `columns` cells, but for what `change` sets.
  public init(rows: Int, columns: Int, _ change: (inout Self) -> Void = { _ in }) {
    self.init()
    (self.rows, self.columns) = (rows, columns)
    change(&self)
  }
}
