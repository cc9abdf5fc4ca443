import Netlist

/// A regular array of instances of one module, as ``Module/grid(_:_:rows:columns:clocks:resets:file:line:)`` makes it.
///
/// An input stands for that input of every cell and takes a ``GridSource``; an output gives the values of the cells at an
/// edge, or of any cell. Rows and columns are counted from 0.
@dynamicMemberLookup
public struct Grid<P> {
  let ports: P
  let layout: PortLayout
  let record: GridRecord

  /// Number of rows.
  public var rows: Int { record.rows }
  /// Number of columns.
  public var columns: Int { record.columns }

  /// An input of the cells.
  public subscript<T: PortElement>(dynamicMember path: KeyPath<P, Input<T>>) -> GridInput<T> {
    GridInput(record: record, shape: ports[keyPath: path].shape, leaves: layout.entry(of: path).leaves)
  }

  /// An array of inputs of the cells.
  public subscript<T: PortElement>(dynamicMember path: KeyPath<P, [Input<T>]>) -> [GridInput<T>] {
    zip(ports[keyPath: path], layout.entry(of: path).elements).map {
      GridInput(record: record, shape: $0.shape, leaves: $1.leaves)
    }
  }

  /// An input of the cells that may be absent.
  public subscript<T: PortElement>(dynamicMember path: KeyPath<P, Input<T>?>) -> GridInput<T>? {
    ports[keyPath: path].map {
      GridInput(record: record, shape: $0.shape, leaves: layout.entry(of: path).leaves)
    }
  }

  /// An output of the cells.
  public subscript<T: PortElement>(dynamicMember path: KeyPath<P, Output<T>>) -> GridOutput<T> {
    GridOutput(record: record, shape: ports[keyPath: path].shape, leaves: layout.entry(of: path).leaves)
  }

  /// An array of outputs of the cells.
  public subscript<T: PortElement>(dynamicMember path: KeyPath<P, [Output<T>]>) -> [GridOutput<T>] {
    zip(ports[keyPath: path], layout.entry(of: path).elements).map {
      GridOutput(record: record, shape: $0.shape, leaves: $1.leaves)
    }
  }

  /// An output of the cells that may be absent.
  public subscript<T: PortElement>(dynamicMember path: KeyPath<P, Output<T>?>) -> GridOutput<T>? {
    ports[keyPath: path].map {
      GridOutput(record: record, shape: $0.shape, leaves: layout.entry(of: path).leaves)
    }
  }

  /// A nested group of ports.
  public subscript<G: PortGroup>(dynamicMember path: KeyPath<P, G>) -> Grid<G> {
    Grid<G>(ports: ports[keyPath: path], layout: layout.entry(of: path).layout, record: record)
  }
}

/// An input of every cell of a ``Grid``: `cells.weight <== .columns(weights)`.
public struct GridInput<T: PortElement> {
  let record: GridRecord
  let shape: T.Shape
  let leaves: [Int]
}

/// An output of every cell of a ``Grid``.
public struct GridOutput<T: PortElement> {
  let record: GridRecord
  let shape: T.Shape
  let leaves: [Int]

  /// The value of one cell.
  public subscript(row: Int, column: Int) -> T {
    let form = T.form(shape)
    guard record.check(row, in: record.rows, "row"), record.check(column, in: record.columns, "column") else {
      return form.refused()
    }
    return form.replacing(leaves.map { record.value(of: $0, row: row, column: column) })
  }

  /// The values of a row, that of column 0 first.
  public func row(_ row: Int) -> [T] { (0..<record.columns).map { self[row, $0] } }

  /// The values of a column, that of row 0 first.
  public func column(_ column: Int) -> [T] { (0..<record.rows).map { self[$0, column] } }

  /// The values of row 0.
  public var firstRow: [T] { row(0) }
  /// The values of the row of the highest number.
  public var lastRow: [T] { row(record.rows - 1) }
  /// The values of column 0.
  public var firstColumn: [T] { column(0) }
  /// The values of the column of the highest number.
  public var lastColumn: [T] { column(record.columns - 1) }
  /// The values of all cells, row by row.
  public var all: [[T]] { (0..<record.rows).map(row) }
}

/// What an input of the cells of a ``Grid`` takes. One value for all cells is written as it is.
public struct GridSource<T: PortElement> {
  enum Form {
    case values([T], InstanceGridInput.Source)
    case table([[T]])
    case chain(GridOutput<T>, GridSide, [T], isOne: Bool)
  }

  let form: Form

  /// One value for each row: all cells of row r take `values[r]`.
  public static func rows(_ values: [T]) -> GridSource { GridSource(form: .values(values, .rows)) }

  /// One value for each column: all cells of column c take `values[c]`.
  public static func columns(_ values: [T]) -> GridSource { GridSource(form: .values(values, .columns)) }

  /// One value for each cell: that of row r and column c takes `values[r][c]`.
  public static func cells(_ values: [[T]]) -> GridSource { GridSource(form: .table(values)) }

  /// Each cell takes `output` of its neighbour towards `side`; the cells at that side take `values`, one for each row or
  /// column.
  public static func chain(_ output: GridOutput<T>, from side: GridSide, entering values: [T]) -> GridSource {
    GridSource(form: .chain(output, side, values, isOne: false))
  }

  /// Each cell takes `output` of its neighbour towards `side`; all cells at that side take `value`.
  public static func chain(_ output: GridOutput<T>, from side: GridSide, entering value: T) -> GridSource {
    GridSource(form: .chain(output, side, [value], isOne: true))
  }
}

/// Connects an input of the cells.
public func <== <T: PortElement>(input: GridInput<T>, source: GridSource<T>) {
  input.record.connect(input, source.form)
}

/// Connects an input of all cells to one value.
public func <== <T: PortElement>(input: GridInput<T>, value: T) {
  input.record.connect(input, .values([value], .all))
}
