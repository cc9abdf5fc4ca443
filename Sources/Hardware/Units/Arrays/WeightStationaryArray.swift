import Components
import HDL

/// A weight-stationary systolic array: `sums[c]` = Σ `activations[r]` × weight(r, c).
///
/// Row r holds the weights of lane r of the depth, column c those of output column c. One beat of activations (one row of
/// the left matrix) enters a clock, all lanes at once; the skew between lanes is made inside. The sums of a beat leave
/// column 0 after ``latency`` clock edges and column c after c more.
///
/// Weights are double-buffered: while one tile is in use, `rows` beats of `weights` (lane 0 first, all columns at once,
/// `load` 1, `load_first` 1 with the first) put the next one in place, with or without gaps. `swap` then makes it the
/// current one for the beats of activations after it; it must come after the last weight beat, and the first beat of a
/// further tile not before it. So a tile may follow another one after `rows` clocks.
public struct WeightStationaryArray: CellArray, FixedLatencyGenerator {
  public var rows = 16
  public var columns = 16
  /// Formats and registers of the cells.
  public var arithmetic = CellArithmetic()

  public init() {}

  public static let parameters: [Parameter<Self>] =
    [
      .integer("rows", \.rows, in: 1...1024, "Lanes of the depth"),
      .integer("columns", \.columns, in: 1...1024, "Output columns"),
    ] + CellArithmetic.parameters.map { $0.of(\.arithmetic) }

  /// Operands aligned, sums skewed by one clock a column.
  public struct Ports {
    public let activations, weights: [Input<Integer>]
    public let load, loadFirst, swap: Input<Bit>
    public let sums: [Output<SInt>]
  }

  public var ports: Ports {
    Ports(
      activations: (0..<rows).map { _ in
        .init(shape: arithmetic.activation, "One operand for each row")
      },
      weights: (0..<columns).map { _ in
        .init(shape: arithmetic.weight, "One operand for each column")
      }, load: .init("Takes a row of weights"),
      loadFirst: .init("Marks the first row of a tile of weights"),
      swap: .init("Makes the loaded tile the current one"),
      sums: (0..<columns).map { _ in .init(arithmetic.accumulatorWidth, "One sum for each column") })
  }

  public var documentation: String {
    """
    Weight-stationary systolic array of \(rows) x \(columns) cells; no register is reset.
      sums_c = sum over r of activations_r x weight(r, c); of the activations at one clock edge sums_0 shows after
      \(latency) clock edges, sums_c after c more.
      load   takes a row of weights, lane 0 first; load_first marks the first of the \(rows) rows. Gaps may be between them.
      swap   makes the loaded weights the current ones for the activations of later clocks. It comes after the last row
             of a tile; the first row of the next tile comes after swap. Both work while activations flow.
    Lane 0 is the bottom row of cells.
    """
  }

  /// From a beat of activations to its sum in column 0.
  public var latency: Int { rows + (arithmetic.isPipelined ? 1 : 0) }

  public func validate(_ parameters: inout ParameterCheck) {
    arithmetic.validate(&parameters)
  }

  public func build(_ io: Interior<Ports>, in m: Module) {
    let loads = rowLoads(io, in: m)
    // Row r holds lane r. Sums run from the last lane to lane 0, and weights the same way, so that the first one travels
    // furthest; a lane is the later, the further it is from the last one.
    let swaps = m.delays("swap", io.swap, upTo: rows - 1)
    let activations = io.activations.enumerated().map { lane, value in
      m.delayed("activation_\(lane)", value, by: rows - 1 - lane)
    }
    let weights = io.weights.enumerated().map { m.delayed("weight_\($0)", $1, by: $0) }

    let mac = m.grid(WeightStationaryCell { $0.arithmetic = arithmetic }, "mac", rows: rows, columns: columns)
    mac.activation <== .chain(mac.activationOut, from: .firstColumn, entering: activations)
    mac.load <== .chain(mac.loadOut, from: .firstColumn, entering: loads.reversed())
    mac.swap <== .chain(mac.swapOut, from: .firstColumn, entering: swaps.reversed())
    mac.weight <== .chain(mac.weightOut, from: .lastRow, entering: weights)
    mac.partialSum <== .chain(mac.partialSumOut, from: .lastRow, entering: 0)
    for (sum, value) in zip(io.sums, mac.partialSumOut.firstRow) { sum <== value }
  }

  /// The load signal of each row of cells, the top one first.
  ///
  /// A row starts to shift when the first weights of the tile reach it, not before: until then its next weight may still
  /// wait for a swap that arrives as much later as the row lies lower.
  private func rowLoads(_ io: Interior<Ports>, in m: Module) -> [Bit] {
    guard rows > 1 else { return [io.load] }
    let isLater = io.load & !io.loadFirst
    guard rows > 2 else { return [io.load, isLater] }
    // Bit d: the first weights have reached the row with d + 2 rows above it.
    let reached = m.register("reached", Bits.self, width: rows - 2)
    let one: Bits = m.constant(1, width: 1, as: Bits.self)
    let further = rows == 3 ? one : concatenate(reached[0..<rows - 3], one)
    m.when(io.load) { reached.next <== mux(io.loadFirst, m.constant(0, width: rows - 2, as: Bits.self), further) }
    return [io.load, isLater] + (0..<rows - 2).map { isLater & reached[$0] }
  }
}
