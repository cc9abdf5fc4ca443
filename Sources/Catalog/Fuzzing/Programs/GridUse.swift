import Netlist

/// A grid of a cell.
package struct GridUse: Hashable, Sendable {
  /// How an input of the cells is connected.
  package enum Form: Hashable, Sendable {
    case all, rows, columns, cells
    /// From cell to cell: the number of the output among those of the cell, and the side where values enter.
    case chain(output: Int, GridSide, isOne: Bool)
  }

  /// An input of the cells.
  package struct Link: Hashable, Sendable {
    /// How it is connected.
    package var form: Form
    /// The values from outside.
    package var values: [Operand]
  }

  /// The value of one cell.
  package struct Read: Hashable, Sendable {
    /// The value.
    package var result: MadeValue
    /// The number of the output among those of the cell.
    package var output: Int
    /// Which cell.
    package var row, column: Int
  }

  /// Name in the Verilog.
  package var name: String
  /// Index in ``CircuitProgram/cells``.
  package var cell: Int
  /// Size of the grid.
  package var rows, columns: Int
  /// A link for each input of the cell, in the order of its ports.
  package var links: [Link]
  /// What is read of the cells.
  package var reads: [Read]
  /// The clock that the cells have as their main one.
  package var domain: ProgramDomain

  /// The number of values from outside that `form` wants.
  func count(of form: Form) -> Int {
    switch form {
    case .all: 1
    case .rows: rows
    case .columns: columns
    case .cells: rows * columns
    case .chain(_, let side, let isOne): isOne ? 1 : side.isAcrossColumns ? rows : columns
    }
  }

  /// The same grid with other rows and columns.
  func resized(_ rows: Int, _ columns: Int) -> GridUse {
    var result = self
    (result.rows, result.columns) = (rows, columns)
    for index in links.indices {
      result.links[index].values = Array(links[index].values.prefix(result.count(of: links[index].form)))
    }
    for index in reads.indices {
      result.reads[index].row = min(reads[index].row, rows - 1)
      result.reads[index].column = min(reads[index].column, columns - 1)
    }
    return result
  }

  /// Smaller grids that make the same values.
  var reductions: [GridUse] {
    var found: [GridUse] = []
    if rows > 1 { found.append(resized(rows - 1, columns)) }
    if columns > 1 { found.append(resized(rows, columns - 1)) }
    for index in links.indices where links[index].form != .all {
      var simpler = self
      simpler.links[index] = Link(form: .all, values: [links[index].values[0]])
      found.append(simpler)
    }
    if reads.count > 1 {
      // Reads that nothing needs go with the values.
      for index in reads.indices where (reads[index].row, reads[index].column) != (0, 0) {
        var first = self
        (first.reads[index].row, first.reads[index].column) = (0, 0)
        found.append(first)
      }
    }
    return found
  }
}

extension Statement {
  /// The cell of the program that the statement uses.
  var cell: Int? {
    get {
      switch self {
      case .instance(let use): use.cell
      case .grid(let use): use.cell
      default: nil
      }
    }
    set {
      guard let newValue else { return }
      switch self {
      case .instance(var use):
        use.cell = newValue
        self = .instance(use)
      case .grid(var use):
        use.cell = newValue
        self = .grid(use)
      default: break
      }
    }
  }
}
