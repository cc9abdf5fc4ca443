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
public struct WeightStationaryArray: DefaultConfigurable, FixedLatencyGenerator {
  /// Lanes of the depth.
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
    public let load, loadFirst, swap: Input<Bit>
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
      }, load: .init("Takes a row of weights"),
      loadFirst: .init("Marks the first row of a tile of weights"),
      swap: .init("Makes the loaded tile the current one"),
      sums: (0..<columns).map { _ in .init(arithmetic.accumulatorWidth, "One sum for each column") })
  }

  /// What stands above the emitted module.
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

  /// Rejects parameters for which there is no hardware.
  public func validate(_ parameters: inout ParameterCheck) {
    parameters.require("rows", rows, in: 1...1024)
    parameters.require("columns", columns, in: 1...1024)
    arithmetic.validate(&parameters)
  }

  /// Makes the hardware.
  public func build(_ io: Interior<Ports>, in m: Module) {
    let cell = WeightStationaryCell(arithmetic: arithmetic)
    let loads = rowLoads(io, in: m)
    // Asking for a port of many elements makes all of them, so once.
    let (activations, sums) = (io.activations, io.sums)
    var above = io.weights.enumerated().map { column, weight in
      (
        weight: m.delayed("weight_\(column)", weight, by: column),
        sum: m.constant(0, width: arithmetic.accumulatorWidth, as: SInt.self)
      )
    }
    // Sums run downwards and weights enter at the top: with lane 0 at the bottom the first weight travels furthest.
    var swap = io.swap
    for depth in 0..<rows {
      let lane = rows - 1 - depth
      if depth > 0 { swap = m.register("swap_\(depth)", swap) }
      var left = (
        activation: m.delayed("activation_\(lane)", activations[lane], by: depth), load: loads[depth], swap: swap
      )
      for column in 0..<columns {
        let instance = m.instance(cell, "cell_\(lane)_\(column)")
        instance.activation <== left.activation
        instance.load <== left.load
        instance.swap <== left.swap
        instance.weight <== above[column].weight
        instance.partialSum <== above[column].sum
        left = (instance.activationOut, instance.loadOut, instance.swapOut)
        above[column] = (instance.weightOut, instance.partialSumOut)
      }
    }
    for column in 0..<columns { sums[column] <== above[column].sum }
  }

  /// The load signal of each row of cells, the top one first.
  ///
  /// A row starts to shift when the first weights of the tile reach it, not before: until then its next weight may still
  /// wait for a swap that arrives as much later as the row lies lower.
  private func rowLoads(_ io: Interior<Ports>, in m: Module) -> [Bit] {
    var loads = [io.load]
    var reached = !io.loadFirst
    for depth in 1..<max(1, rows) {
      loads.append(io.load & reached)
      guard depth + 1 < rows else { break }
      reached = !io.loadFirst & m.register("reached_\(depth + 1)", reached, when: io.load)
    }
    return loads
  }
}
