import HDL
import Netlist
import TATAA

/// The strips of a core, one above the other: an array of ``/TATAA/Configuration/tileRows`` × ``/TATAA/Configuration/tileColumns``
/// sums, or ``/TATAA/Configuration/vectorLanes`` multipliers of significands.
///
/// One step of a product a cycle: an X operand for each row and a Y operand for each column, not skewed; 0 for all of X when
/// there is no step. Lane s · columns + c is that of strip s and column c.
///
/// After `capture`, tile row r shows on `row` ``captureLatency`` + r cycles later, marked by `rowValid`; captures are at
/// least `tileRows` cycles apart. All sums have taken what was given ``settleCycles`` cycles before.
public struct ComputeArray: DefaultConfigurable {
  /// Rows, columns and widths.
  public var configuration: Configuration
  /// How cells multiply.
  public var multiplier: CellMultiplier

  /// The array of a configuration.
  public init(configuration: Configuration = .tiny, multiplier: CellMultiplier = .packed) {
    self.configuration = configuration
    self.multiplier = multiplier
  }

  /// The default configuration.
  public init() { self.init(configuration: .tiny) }

  /// Operands, tokens, captured rows and lanes.
  public struct Ports {
    public let x, y: Input<Vector<SInt>>
    public let clear, capture: Input<Bit>
    public let preset: Input<Bits>
    public let presetValue: Input<Vector<SInt>>
    public let presetEnable: Input<Bits>
    public let isVector: Input<Bit>?
    public let left, right: Input<Vector<UInt>>?
    public let products: Output<Vector<UInt>>?
    public let rowValid: Output<Bit>
    public let rowIndex: Output<UInt>
    public let row: Output<Vector<SInt>>
  }

  /// The interface for these parameters.
  public var ports: Ports {
    let c = configuration
    let significand = DualModeCell.significandWidth
    let hasLanes = c.vectorRegisters > 0
    return Ports(
      x: .init(c.tileRows, of: c.operandWidth, "An operand for each row; 0 when there is no step"),
      y: .init(c.tileColumns, of: c.operandWidth, "An operand for each column"),
      clear: .init("Sums start from 0 with this step"), capture: .init("Sums leave after this step"),
      preset: .init(c.tileRows, "Rows whose sums start from the preset values with this step"),
      presetValue: .init(c.tileColumns, of: c.accumulatorWidth, "What the sums of a column start from; stands still"),
      presetEnable: .init(c.tileColumns, "Which columns start from it; stands still"),
      isVector: hasLanes ? .init("1 when the lanes multiply; x is 0 meanwhile") : nil,
      left: hasLanes ? .init(c.vectorLanes, of: significand, "A significand for each lane") : nil,
      right: hasLanes ? .init(c.vectorLanes, of: significand, "The other significand for each lane") : nil,
      products: hasLanes
        ? .init(c.vectorLanes, of: 2 * significand, "The product for each lane, one cycle later") : nil,
      rowValid: .init("1 when there is a captured row"),
      rowIndex: .init(bits(for: c.tileRows - 1), "Which row it is"),
      row: .init(c.tileColumns, of: c.accumulatorWidth, "The captured sums of a row"))
  }

  /// What stands above the emitted module.
  public var documentation: String {
    """
    \(configuration.strips) strips of \(configuration.rowsPerStrip) x \(configuration.columns) processing elements with \(configuration.packing) sum(s) each.
    row shows captured row r \(captureLatency) + r cycles after capture; captures are at least \(configuration.tileRows) cycles apart.
    """
  }

  private var strip: Strip {
    Strip(
      rows: configuration.rowsPerStrip, columns: configuration.columns,
      cell: DualModeCell(
        operandWidth: configuration.operandWidth, packing: configuration.packing,
        accumulatorWidth: configuration.accumulatorWidth, multiplier: multiplier),
      hasLanes: configuration.vectorRegisters > 0)
  }

  /// Cycles from the capture of a step to row 0.
  public var captureLatency: Int { strip.latency + configuration.columns - 1 }

  /// Cycles from a step until every sum has it.
  public var settleCycles: Int { configuration.tileRows + configuration.columns + DualModeCell.latency - 3 }

  /// Rejects parameters for which there is no hardware.
  public func validate(_ parameters: inout ParameterCheck) {
    do throws(ConfigurationError) { try configuration.validate() } catch {
      parameters.require(false, "the configuration is refused", fix: "\(error)")
    }
  }

  /// Makes the hardware.
  public func build(_ io: Interior<Ports>, in m: Module) {
    let c = configuration
    let rows = c.rowsPerStrip
    var y = (0..<c.columns).map { column in
      let own = Vector((0..<c.packing).map { io.y[column * c.packing + $0] })
      return m.delayed("y_\(column)", own, by: column)
    }
    let clears = m.delays("clear", io.clear, upTo: rows * (c.strips - 1))
    let captures = m.delays("capture", io.capture, upTo: rows * (c.strips - 1), reset: 0)
    let zeros = Vector<SInt>(Array(repeating: 0, count: rows), of: c.operandWidth)
    var products: [UInt] = []
    var sums: [[Vector<SInt>]] = []
    for number in 0..<c.strips {
      let strip = m.instance(strip, "strip_\(number)")
      let operands = Vector((0..<rows).map { io.x[number * rows + $0] })
      strip.x <== m.delayed("x_\(number)", operands, by: number * rows, reset: zeros)
      strip.clear <== clears[number * rows]
      strip.capture <== captures[number * rows]
      strip.preset
        <== m.delayed("preset_\(number)", io.preset[number * rows..<(number + 1) * rows], by: number * rows, reset: 0)
      for column in 0..<c.columns {
        strip.y[column] <== y[column]
        strip.presetValue[column] <== Vector((0..<c.packing).map { io.presetValue[column * c.packing + $0] })
        strip.presetEnable[column] <== io.presetEnable[column * c.packing..<(column + 1) * c.packing]
      }
      if let isVector = strip.isVector, let mode = io.isVector { isVector <== mode }
      for (own, all) in [(strip.left, io.left), (strip.right, io.right)] {
        if let own, let all { own <== Vector((0..<c.columns).map { all[number * c.columns + $0] }) }
      }
      if let own = strip.products { products += own }
      y = strip.yOut.map { $0 }
      sums.append(strip.sums.map { $0 })
    }
    if let all = io.products { all <== Vector(products) }
    drain(sums, io, m)
  }

  /// A row leaves column by column, one cycle later each, strip after strip; all its columns meet at the last one.
  private func drain(_ sums: [[Vector<SInt>]], _ io: Interior<Ports>, _ m: Module) {
    let c = configuration
    let starts = m.delayed("row_0", io.capture, by: strip.latency - 1, reset: 0)
    let isDraining = m.register("is_draining", Bit.self, reset: 0)
    let row = m.register("drained_row", UInt.self, width: bits(for: c.tileRows - 1), reset: 0)
    m.when(starts) {
      isDraining.next <== 1
      row.next <== 0
    }
    .otherwise(when: isDraining) {
      m.when(row .== UInt(c.tileRows - 1)) { isDraining.next <== 0 }
        .otherwise { row.next <== row &+ 1 }
    }
    m.assert(
      !(starts & isDraining & (row .!= UInt(c.tileRows - 1))), "one_tile_drains",
      "a capture came before the rows of the last one had left")
    let rows = m.delays("row_index", row, upTo: c.columns - 1)
    var columns: [SInt] = []
    for column in 0..<c.columns {
      // A strip is the row less its number in the strip.
      let choices = (0..<c.tileRows).map { sums[$0 / c.rowsPerStrip][column] }
      let chosen = c.strips == 1 ? choices[0] : select(rows[column], choices)
      columns += m.delayed("column_\(column)", chosen, by: c.columns - 1 - column)
    }
    io.row <== Vector(columns)
    io.rowIndex <== rows[c.columns - 1]
    io.rowValid <== m.delayed("row_valid", isDraining, by: c.columns - 1, reset: 0)
  }
}
