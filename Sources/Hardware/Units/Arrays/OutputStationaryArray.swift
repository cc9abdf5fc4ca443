import Components
import HDL
import Netlist

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
public struct OutputStationaryArray: CellArray, FixedLatencyGenerator {
  public var rows = 16
  public var columns = 16
  /// Formats and registers of the cells.
  public var arithmetic = CellArithmetic()

  public init() {}

  public static let parameters: [Parameter<Self>] =
    [
      .integer("rows", \.rows, in: 1...1024, "Lanes of the left matrix"),
      .integer("columns", \.columns, in: 1...1024, "Output columns"),
    ] + CellArithmetic.parameters.map { $0.of(\.arithmetic) }

  /// Operands aligned, sums skewed by one clock a column.
  public struct Ports {
    public let activations, weights: [Input<Integer>]
    public let first, last: Input<Bit>
    public let sums: [Output<SInt>]
  }

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

  public func validate(_ parameters: inout ParameterCheck) {
    arithmetic.validate(&parameters)
  }

  public func build(_ io: Interior<Ports>, in m: Module) {
    let shifts = rowShifts(io, in: m)
    // Row r makes lane r. Results leave at row 0, so that they come in the order of the lanes; a lane is the later, the
    // further it is from the last one.
    let firsts = m.delays("first", io.first, upTo: rows - 1)
    let lasts = m.delays("last", io.last, upTo: rows - 1)
    let activations = io.activations.enumerated().map { lane, value in
      m.delayed("activation_\(lane)", value, by: rows - 1 - lane)
    }
    let weights = io.weights.enumerated().map { m.delayed("weight_\($0)", $1, by: $0) }

    let mac = m.grid(OutputStationaryCell { $0.arithmetic = arithmetic }, "mac", rows: rows, columns: columns)
    mac.activation <== .chain(mac.activationOut, from: .firstColumn, entering: activations)
    mac.first <== .chain(mac.firstOut, from: .firstColumn, entering: firsts.reversed())
    mac.last <== .chain(mac.lastOut, from: .firstColumn, entering: lasts.reversed())
    mac.shift <== .chain(mac.shiftOut, from: .firstColumn, entering: shifts.reversed())
    mac.weight <== .chain(mac.weightOut, from: .lastRow, entering: weights)
    mac.result <== .chain(mac.resultOut, from: .lastRow, entering: 0)
    for (sum, value) in zip(io.sums, mac.resultOut.firstRow) { sum <== value }
  }

  /// The shift signal of each row of cells, the top one first.
  ///
  /// When the bottom row holds its sum, all rows start to shift; the row with d rows above it needs d shifts and then
  /// waits, because its next sum may already be there. The bottom row never waits: its sum leaves as soon as it is there.
  private func rowShifts(_ io: Interior<Ports>, in m: Module) -> [Bit] {
    guard rows > 1 else { return [false] }
    guard rows > 2 else { return [false, true] }
    let start = m.delayed("drain", io.last, by: latency - 1, reset: 0)
    // Bit d: the row with d + 1 rows above it shifts, and has had all its shifts.
    let shift = m.register("shift", Bits.self, width: rows - 2, reset: 0)
    let ends = concatenate(m.delays("drained", start, upTo: rows - 2, reset: 0).dropFirst().reversed())
    shift.next <== mux(start, m.constant(BitVector.ones(rows - 2), as: Bits.self), shift & ~ends)
    return [false] + (0..<rows - 2).map { shift[$0] } + [true]
  }
}
