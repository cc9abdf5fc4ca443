public import HDL
public import Netlist

/// A cell with an input of every kind that a grid can connect.
public struct WeaveCell: Generator {
  /// Bits of the values that go from cell to cell.
  public var width: Int
  /// Whether the values go on within the cycle.
  public var isCombinational: Bool

  /// Chained inputs and what goes on, values from outside, and what the cell shows.
  public struct Ports {
    let across, along: Input<SInt>
    let mask: Input<Bits>
    let rowValue: Input<UInt>
    let columnValue: Input<SInt>
    let own: Input<Bit>
    let acrossOut, alongOut: Output<SInt>
    let shown: Output<UInt>
    let isOdd: Output<Bit>
  }
  /// The interface for these parameters.
  public var ports: Ports {
    Ports(
      across: .init(width), along: .init(width), mask: .init(width), rowValue: .init(width), columnValue: .init(width),
      own: .init(), acrossOut: .init(width), alongOut: .init(width), shown: .init(width), isOdd: .init())
  }

  /// Makes the hardware.
  public func build(_ io: Interior<Ports>, in m: Module) {
    let sum = (io.across &+ io.columnValue).named("sum")
    let mixed = ((io.along.asBits ^ io.mask).asSigned &- mux(io.own, io.across, io.along)).named("mixed")
    io.acrossOut <== (isCombinational ? sum : m.register("kept_sum", sum, reset: 1))
    io.alongOut <== (isCombinational ? mixed : m.register("kept_mixed", mixed, when: io.own))
    io.shown <== m.register("shown", mixed.asUnsigned &+ io.rowValue)
    io.isOdd <== sum.asBits[0]
  }
}

/// A grid whose inputs are connected in every way, and all of whose outputs are read.
public struct Weave: Generator {
  /// Rows and columns.
  public var rows, columns: Int
  /// Where the two chains begin.
  public var across, along: GridSide
  /// Bits of the values.
  public var width: Int
  /// Whether the chains go on within the cycle.
  public var isCombinational: Bool

  /// A grid of `rows` × `columns` cells.
  public init(
    rows: Int = 3, columns: Int = 4, across: GridSide = .firstColumn, along: GridSide = .firstRow, width: Int = 5,
    isCombinational: Bool = false
  ) {
    (self.rows, self.columns, self.across, self.along) = (rows, columns, across, along)
    (self.width, self.isCombinational) = (width, isCombinational)
  }

  /// Every direction, lines of one row or column, wide and narrow values, with registers and without.
  public static let all: [Weave] = [
    Weave(), Weave(rows: 2, columns: 3, across: .lastColumn, along: .lastRow, width: 70),
    Weave(rows: 1, columns: 4, across: .firstColumn, along: .lastRow), Weave(rows: 4, columns: 1, width: 3),
    Weave(rows: 1, columns: 1), Weave(rows: 3, columns: 3, across: .lastColumn, along: .firstColumn),
    Weave(rows: 3, columns: 4, width: 9, isCombinational: true),
    Weave(rows: 3, columns: 2, across: .lastColumn, along: .lastRow, isCombinational: true),
  ]

  /// Values for the sides and for all cells, and what the cells give.
  public struct Ports {
    let rowSide, columnSide, columnValues: [Input<SInt>]
    let rowValues: [Input<UInt>]
    let mask: Input<Bits>
    let own: [Input<Bit>]
    let acrossEnd, alongEnd: [Output<SInt>]
    let shown: [Output<UInt>]
    let odd: Output<Bit>
  }
  /// The interface for these parameters.
  public var ports: Ports {
    func values(_ count: Int) -> [Input<SInt>] { (0..<count).map { _ in .init(width) } }
    func ends(_ count: Int) -> [Output<SInt>] { (0..<count).map { _ in .init(width) } }
    return Ports(
      rowSide: values(rows), columnSide: values(columns), columnValues: values(columns),
      rowValues: (0..<rows).map { _ in .init(width) }, mask: .init(width),
      own: (0..<rows * columns).map { _ in .init() },
      acrossEnd: ends(rows), alongEnd: ends(columns), shown: (0..<rows * columns).map { _ in .init(width) },
      odd: .init())
  }

  /// Makes the hardware.
  public func build(_ io: Interior<Ports>, in m: Module) {
    let cells = m.grid(WeaveCell(width: width, isCombinational: isCombinational), "tile", rows: rows, columns: columns)
    cells.across
      <== .chain(cells.acrossOut, from: across, entering: across.isAcrossColumns ? io.rowSide : io.columnSide)
    cells.along <== .chain(cells.alongOut, from: along, entering: along.isAcrossColumns ? io.rowSide : io.columnSide)
    cells.mask <== io.mask
    cells.rowValue <== .rows(io.rowValues)
    cells.columnValue <== .columns(io.columnValues)
    let own = io.own
    cells.own <== .cells((0..<rows).map { row in (0..<columns).map { own[row * columns + $0] } })
    for (sink, value) in zip(io.acrossEnd, cells.acrossOut.lastColumn) { sink <== value }
    for (sink, value) in zip(io.alongEnd, cells.alongOut.firstRow) { sink <== value }
    for (sink, value) in zip(io.shown, cells.shown.all.joined()) { sink <== value }
    io.odd <== cells.isOdd.all.joined().reduce(false) { $0 ^ $1 }
  }
}
