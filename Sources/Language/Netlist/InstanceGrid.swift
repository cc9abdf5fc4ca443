/// A regular array of instances of one module: the contents of a definition that has no text of its own.
///
/// Its ports are those of a cell in the same order, each one vector of values in row-major order with the value of row 0
/// and column 0 in the low bits: for an output one value a cell, for an input as many as ``InstanceGridInput/Source``
/// says. So its user is connected to a few vectors, whatever the number of cells, and every rule about instances holds.
public struct InstanceGrid: Hashable, Sendable {
  /// Index of the module of a cell in ``Circuit/definitions``, smaller than that of the array.
  public var cell: Int32
  /// Number of rows, at least 1.
  public var rows: Int
  /// Number of columns, at least 1.
  public var columns: Int
  /// How the inputs of the cells are connected, in the order of the inputs.
  public var inputs: [InstanceGridInput]

  /// An array of `rows` × `columns` cells.
  public init(cell: Int32, rows: Int, columns: Int, inputs: [InstanceGridInput]) {
    self.cell = cell
    self.rows = rows
    self.columns = columns
    self.inputs = inputs
  }

  /// Number of cells.
  public var count: Int { rows * columns }

  /// Row and column of each cell, row by row.
  public var cells: some Sequence<(row: Int, column: Int)> {
    (0..<count).lazy.map { (row: $0 / columns, column: $0 % columns) }
  }

  /// How many values of an input come from outside.
  public func values(of input: InstanceGridInput) -> Int {
    switch input.source {
    case .all: 1
    case .rows: rows
    case .columns: columns
    case .cells: count
    }
  }

  /// The number among the values from outside that the cell in this row and column takes; nil when a neighbour gives it.
  public func value(of input: InstanceGridInput, row: Int, column: Int) -> Int? {
    if input.chain != nil, neighbour(of: input, row: row, column: column) != nil { return nil }
    switch input.source {
    case .all: return 0
    case .rows: return row
    case .columns: return column
    case .cells: return row * columns + column
    }
  }

  /// The cell whose output a chained input takes; nil at the side where values enter.
  public func neighbour(of input: InstanceGridInput, row: Int, column: Int) -> (row: Int, column: Int)? {
    guard let side = input.chain?.side else { return nil }
    let found = (row: row - side.step.row, column: column - side.step.column)
    return (0..<rows).contains(found.row) && (0..<columns).contains(found.column) ? found : nil
  }
}

/// A side of a grid: where the values of a chain enter.
public enum GridSide: UInt8, Hashable, Sendable, CaseIterable {
  /// Row 0: values go on to rows of higher numbers.
  case firstRow
  /// The row of the highest number: values go on to rows of lower ones.
  case lastRow
  /// Column 0: values go on to columns of higher numbers.
  case firstColumn
  /// The column of the highest number: values go on to columns of lower ones.
  case lastColumn

  /// From a cell to the next one of the chain.
  public var step: (row: Int, column: Int) {
    switch self {
    case .firstRow: (1, 0)
    case .lastRow: (-1, 0)
    case .firstColumn: (0, 1)
    case .lastColumn: (0, -1)
    }
  }

  /// Whether a chain runs along the columns of a row, so that each row has a value of its own at the side.
  public var isAcrossColumns: Bool { self == .firstColumn || self == .lastColumn }
}

/// How one input of the cells of a ``InstanceGrid`` is connected.
public struct InstanceGridInput: Hashable, Sendable {
  /// What comes from outside: for a chain at the side where it enters.
  public enum Source: UInt8, Hashable, Sendable {
    /// One value for all cells.
    case all
    /// One value a row.
    case rows
    /// One value a column.
    case columns
    /// One value a cell.
    case cells
  }

  /// A connection from cell to cell.
  public struct Chain: Hashable, Sendable {
    /// The output of the neighbour: its index among the ports.
    public var port: Int32
    /// Where the chain begins.
    public var side: GridSide

    /// From `port` of the neighbour towards `side`.
    public init(port: Int32, side: GridSide) {
      self.port = port
      self.side = side
    }
  }

  /// What comes from outside.
  public var source: Source
  /// The connection from cell to cell; nil when all cells take what comes from outside.
  public var chain: Chain?

  /// An input that takes what comes from outside, or what a neighbour gives.
  public init(_ source: Source, chain: Chain? = nil) {
    self.source = source
    self.chain = chain
  }
}

extension Definition {
  /// The definition of an array of cells of `cell`; its ports follow from the grid.
  public init(name: String, grid: InstanceGrid, of cell: Definition) {
    self.init(
      name: name, summary: "\(grid.rows) x \(grid.columns) of \(cell.summary.isEmpty ? cell.name : cell.summary)")
    self.grid = grid
    clocks = cell.clocks
    latency = nil
    ports = grid.ports(cells: cell.ports)
  }
}

extension Instance {
  /// Where a cell of an instance that is a grid is in the Verilog, such as `mac_row[3].mac_column[5].mac`.
  public func path(row: Int, column: Int) -> String { "\(name)_row[\(row)].\(name)_column[\(column)].\(name)" }
}

extension InstanceGrid {
  /// The ports of the array when `cells` are those of a cell.
  func ports(cells: [Port]) -> [Port] {
    var input = 0
    return cells.map { port in
      var shape = port.shape
      var values = count
      if shape.direction == .input {
        values = self.values(of: inputs[input])
        if inputs[input].source == .all { values = 1 } else { shape.isSigned = false }
        input += 1
      } else {
        shape.isSigned = false
      }
      shape.width *= values
      return Port(shape: shape, path: port.path, driver: nil, place: -1, clock: port.clock)
    }
  }
}

extension InstanceGrid {
  /// For each port of the array the inputs that it follows without a clock edge between, when `cell` says the same of a
  /// cell.
  func dependencies(cell: [[Int32]]) -> [[Int32]] {
    cell.map { first in
      var found: Set<Int32> = []
      var open = first
      while let input = open.popLast() {
        guard found.insert(input).inserted, let chain = inputs[Int(input)].chain else { continue }
        open += cell[Int(chain.port)]
      }
      return found.sorted()
    }
  }

  /// Whether a value may come back to where it was without a clock edge between: where chains that are followed within
  /// the cycle run both ways along an axis.
  func mayLoop(cell: [[Int32]]) -> Bool {
    let followed = Set(cell.joined())
    let sides = Set(
      inputs.indices.compactMap { index in
        inputs[index].chain.flatMap { chain in
          followed.contains(Int32(index)) && !cell[Int(chain.port)].isEmpty ? chain.side : nil
        }
      })
    return sides.isSuperset(of: [.firstRow, .lastRow]) || sides.isSuperset(of: [.firstColumn, .lastColumn])
  }
}
