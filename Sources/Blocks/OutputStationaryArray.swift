import Components
import HDL

/// An output-stationary systolic array: each cell keeps one element of the product of a tile.
///
/// Row r makes the sums of lane r of the left matrix, column c those of output column c. A beat holds one step of the
/// depth: `activations` (a column of the left tile) and `weights` (a row of the right tile), all lanes at once; the skew is
/// made inside. `first` and `last` mark the first and last beat of a tile; between them any number of clocks may carry
/// activations of 0, which change nothing.
///
/// A tile's sums leave by themselves while the next tile is computed: column 0 shows those of lane r ``latency`` + r clock
/// edges after the beat with `last`, column c those c clock edges later. So between two beats with `last` there must be
/// at least `rows` clock edges.
public struct OutputStationaryArray: DefaultConfigurable, FixedLatencyGenerator {
  /// Lanes of the left matrix.
  public var rows: Int
  /// Output columns.
  public var columns: Int
  /// Formats and registers of the cells.
  public var arithmetic: CellArithmetic

  /// An array of `rows` × `columns` cells.
  public init(rows: Int = 16, columns: Int = 16, arithmetic: CellArithmetic = CellArithmetic()) {
    self.rows = rows
    self.columns = columns
    self.arithmetic = arithmetic
  }

  /// The default configuration.
  public init() { self.init(rows: 16) }

  /// Operands aligned, sums skewed by one clock a column.
  public struct Ports {
    public let activations, weights: [Input<Integer>]
    public let first, last: Input<Bit>
    public let sums: [Output<SInt>]
  }

  /// The interface for these parameters.
  public var ports: Ports {
    Ports(
      activations: (0..<rows).map { _ in
        .init(shape: arithmetic.activation, "One operand for each row")
      },
      weights: (0..<columns).map { _ in
        .init(shape: arithmetic.weight, "One operand for each column")
      }, first: .init("The first step of a tile"),
      last: .init("The last step of a tile"),
      sums: (0..<columns).map { _ in .init(arithmetic.accumulatorWidth, "One sum for each column") })
  }

  /// What stands above the emitted module.
  public var documentation: String {
    """
    Output-stationary systolic array of \(rows) x \(columns) cells; reset reaches the drain control alone.
      Each clock takes one step of the depth: activations_r of row r and weights_c of column c, all 0 when there is none.
      first and last mark the first and the last step of a tile; they may coincide. At least \(rows) clock edges lie
      between two steps with last.
      sums_0 shows the sum of row r after \(latency) + r clock edges from the step with last, sums_c after c more.
    Lane 0 is the bottom row of cells.
    """
  }

  /// From the last beat of a tile to the sum of row 0 and column 0.
  public var latency: Int { rows + (arithmetic.isPipelined ? 2 : 1) }

  /// Rejects parameters for which there is no hardware.
  public func validate(_ parameters: inout ParameterCheck) {
    parameters.require("rows", rows, in: 1...1024)
    parameters.require("columns", columns, in: 1...1024)
    arithmetic.validate(&parameters)
  }

  /// Makes the hardware.
  public func build(_ io: Interior<Ports>, in m: Module) {
    let cell = OutputStationaryCell(arithmetic: arithmetic)
    let shifts = rowShifts(io, in: m)
    // Asking for a port of many elements makes all of them, so once.
    let (activations, sums) = (io.activations, io.sums)
    var above = io.weights.enumerated().map { column, weight in
      (
        weight: m.delayed("weight_\(column)", weight, by: column),
        result: m.constant(0, width: arithmetic.accumulatorWidth, as: SInt.self)
      )
    }
    // Results leave at the bottom: with lane 0 there they come in the order of the lanes.
    var (first, last) = (io.first, io.last)
    for depth in 0..<rows {
      let lane = rows - 1 - depth
      if depth > 0 {
        first = m.register("first_\(depth)", first)
        last = m.register("last_\(depth)", last)
      }
      var left = (
        activation: m.delayed("activation_\(lane)", activations[lane], by: depth), first: first, last: last,
        shift: shifts[depth]
      )
      for column in 0..<columns {
        let instance = m.instance(cell, "cell_\(lane)_\(column)")
        instance.activation <== left.activation
        instance.first <== left.first
        instance.last <== left.last
        instance.shift <== left.shift
        instance.weight <== above[column].weight
        instance.result <== above[column].result
        left = (instance.activationOut, instance.firstOut, instance.lastOut, instance.shiftOut)
        above[column] = (instance.weightOut, instance.resultOut)
      }
    }
    for column in 0..<columns { sums[column] <== above[column].result }
  }

  /// The shift signal of each row of cells, the top one first.
  ///
  /// When the bottom row holds its sum, all rows start to shift; the row with d rows above it needs d shifts and then
  /// waits, because its next sum may already be there. The bottom row never waits: its sum leaves as soon as it is there.
  private func rowShifts(_ io: Interior<Ports>, in m: Module) -> [Bit] {
    let start = m.delayed("drain", io.last, by: latency - 1, reset: 0)
    var shifts: [Bit] = [false]
    var end = start
    for depth in 1..<max(1, rows - 1) {
      end = m.register("drained_\(depth)", end, reset: 0)
      let isShifting = m.register("shift_\(depth)", Bit.self, reset: 0)
      isShifting <== start | (isShifting.value & !end)
      shifts.append(isShifting.value)
    }
    if rows > 1 { shifts.append(true) }
    return shifts
  }
}
