import HDL
import Netlist

/// Some rows of processing elements that are, by mode, a slice of an output-stationary array or bfloat16 multipliers.
///
/// In either mode the top row multiplies significands for the lanes. X operands and tokens of a cycle come for all rows at
/// once, and are skewed inside by one cycle a row. Y operands come skewed by one cycle a column, and go on to the next strip
/// `rows` cycles later. Tile row r is the r-th from below, so that rows leave in their order.
///
/// After `capture` the shadows of row r show at column c of ``Ports/sums`` ``latency`` + r + c cycles later. Captures are
/// at least `rows` cycles apart; between them sums may go on in every cycle.
public struct Strip: DefaultConfigurable {
  /// Rows of cells.
  public var rows: Int
  /// Columns of cells.
  public var columns: Int
  /// Sizes and multiplier of a cell.
  public var cell: DualModeCell
  /// Whether the top row multiplies for lanes too.
  public var hasLanes: Bool

  /// A strip of `rows` × `columns` cells.
  public init(rows: Int = 4, columns: Int = 16, cell: DualModeCell = DualModeCell(), hasLanes: Bool = true) {
    self.rows = rows
    self.columns = columns
    self.cell = cell
    self.hasLanes = hasLanes
  }

  /// The default configuration.
  public init() { self.init(rows: 4) }

  /// Operands, tokens, sums and lanes.
  public struct Ports {
    public let x: Input<Vector<SInt>>
    public let y: [Input<Vector<SInt>>]
    public let clear, capture: Input<Bit>
    public let preset: Input<Bits>
    public let presetValue: [Input<Vector<SInt>>]
    public let presetEnable: [Input<Bits>]
    public let isVector: Input<Bit>?
    public let left, right: Input<Vector<UInt>>?
    public let yOut: [Output<Vector<SInt>>]
    public let sums: [Output<Vector<SInt>>]
    public let products: Output<Vector<UInt>>?
  }

  /// The interface for these parameters.
  public var ports: Ports {
    let (packing, operand, sum) = (cell.packing, cell.operandWidth, cell.accumulatorWidth)
    let significand = DualModeCell.significandWidth
    func each<T>(_ make: () -> T) -> [T] { (0..<columns).map { _ in make() } }
    return Ports(
      x: .init(rows, of: operand, "An operand for each row; 0 when there is none"),
      y: each { .init(packing, of: operand, "The operands of a column, skewed") },
      clear: .init("Sums start from 0"), capture: .init("Sums end"),
      preset: .init(rows, "Rows whose sums start from the preset values"),
      presetValue: each { .init(packing, of: sum, "What sums of a column start from; stands still") },
      presetEnable: each { .init(packing, "Which sums of a column start from it; stands still") },
      isVector: hasLanes ? .init("1 when the top row multiplies significands; x is 0 meanwhile") : nil,
      left: hasLanes ? .init(columns, of: significand, "A significand for each lane") : nil,
      right: hasLanes ? .init(columns, of: significand, "The other significand for each lane") : nil,
      yOut: each { .init(packing, of: operand, "The operands of a column for the next strip") },
      sums: each { .init(packing, of: sum, "Captured sums of a column, row by row") },
      products: hasLanes ? .init(columns, of: 2 * significand, "The product for each lane, one cycle later") : nil)
  }

  /// What stands above the emitted module.
  public var documentation: String {
    """
    Strip of \(rows) x \(columns) processing elements with \(cell.packing) sum(s) each\(hasLanes ? "; the top row multiplies for \(columns) bfloat16 lanes" : "").
    sums_c shows captured row r \(latency) + r + c cycles after capture; captures are at least \(rows) cycles apart.
    """
  }

  /// Cycles from the capture of a cycle to the sums of row 0 and column 0.
  public var latency: Int { rows - 1 + DualModeCell.latency }

  /// Rejects parameters for which there is no hardware.
  public func validate(_ parameters: inout ParameterCheck) {
    parameters.require("rows", rows, in: 1...256)
    parameters.require("columns", columns, in: 1...256)
    cell.validate(&parameters)
  }

  /// Makes the hardware.
  public func build(_ io: Interior<Ports>, in m: Module) {
    // Row 0 is the lowest one: a row is the later, the nearer it is to it.
    let clears = m.delays("clear", io.clear, upTo: rows - 1)
    let captures = m.delays("capture", io.capture, upTo: rows - 1, reset: 0)
    let tokens = (0..<rows).map { row in
      RowTokens(
        x: m.delayed("x_\(row)", io.x[row], by: rows - 1 - row, reset: 0), clear: clears[rows - 1 - row],
        preset: m.delayed("preset_\(row)", io.preset[row], by: rows - 1 - row, reset: 0),
        capture: captures[rows - 1 - row])
    }
    let shifts = rowShifts(captures, in: m)
    let zero = Vector<SInt>(
      m.constant(BitVector(0, width: cell.packing * cell.accumulatorWidth), as: Bits.self), count: cell.packing,
      of: cell.accumulatorWidth)

    var laneCell = cell
    laneCell.isLane = hasLanes
    let lanes = m.grid(laneCell, "lane", rows: 1, columns: columns)
    connect(
      lanes, [tokens[rows - 1]], [shifts[rows - 1]], y: io.y.map { $0 },
      shadow: .chain(lanes.shadowOut, from: .firstRow, entering: zero), io)
    if let isVector = lanes.isVector, let mode = io.isVector { isVector <== mode }
    if let left = lanes.left, let own = io.left { left <== .columns(own.map { $0 }) }
    if let right = lanes.right, let own = io.right { right <== .columns(own.map { $0 }) }
    if let product = lanes.product, let products = io.products { products <== Vector(product.firstRow) }

    guard rows > 1 else {
      for column in 0..<columns {
        io.yOut[column] <== lanes.yOut[0, column]
        io.sums[column] <== lanes.shadowOut[0, column]
      }
      return
    }
    let cells = m.grid(cell, "element", rows: rows - 1, columns: columns)
    connect(
      cells, Array(tokens.dropLast()), Array(shifts.dropLast()), y: lanes.yOut.firstRow,
      shadow: .chain(cells.shadowOut, from: .lastRow, entering: lanes.shadowOut.firstRow), io)
    for column in 0..<columns {
      io.yOut[column] <== cells.yOut[0, column]
      io.sums[column] <== cells.shadowOut[0, column]
    }
  }

  private func connect(
    _ grid: Grid<DualModeCell.Ports>, _ tokens: [RowTokens], _ shifts: [Bit], y: [Vector<SInt>],
    shadow: GridSource<Vector<SInt>>, _ io: Interior<Ports>
  ) {
    grid.x <== .chain(grid.xOut, from: .firstColumn, entering: tokens.map(\.x))
    grid.clear <== .chain(grid.clearOut, from: .firstColumn, entering: tokens.map(\.clear))
    grid.preset <== .chain(grid.presetOut, from: .firstColumn, entering: tokens.map(\.preset))
    grid.capture <== .chain(grid.captureOut, from: .firstColumn, entering: tokens.map(\.capture))
    grid.shift <== .chain(grid.shiftOut, from: .firstColumn, entering: shifts)
    grid.y <== .chain(grid.yOut, from: .lastRow, entering: y)
    grid.shadow <== shadow
    grid.presetValue <== .columns(io.presetValue.map { $0 })
    grid.presetEnable <== .columns(io.presetEnable.map { $0 })
  }

  /// The shift signal of each row, the lowest one first.
  ///
  /// When the lowest row holds its sums, all rows start to shift. The row with d rows above it needs d shifts and then waits,
  /// because its next sums may already be there; the lowest one never waits, since its sums leave as soon as they are there.
  private func rowShifts(_ captures: [Bit], in m: Module) -> [Bit] {
    guard rows > 1 else { return [false] }
    guard rows > 2 else { return [true, false] }
    let start = m.delayed("drain", captures[rows - 1], by: DualModeCell.latency - 1, reset: 0)
    // Bit d: the row with d + 1 rows above it shifts, and has had all its shifts.
    let shift = m.register("shift", Bits.self, width: rows - 2, reset: 0)
    let ends = concatenate(m.delays("drained", start, upTo: rows - 2, reset: 0).dropFirst().reversed())
    shift.next <== mux(start, m.constant(BitVector.ones(rows - 2), as: Bits.self), shift & ~ends)
    return [true] + (0..<rows - 2).reversed().map { shift[$0] } + [false]
  }
}

/// What enters a row of cells at the left.
private struct RowTokens {
  let x: SInt
  let clear, preset, capture: Bit
}
