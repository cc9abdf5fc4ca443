public import AnalogMacros
public import HDL
public import Netlist

/// A crossbar of resistive cells with its converters, as a black box: nothing but integers crosses its ports.
///
/// `read` drives the rows of `plane`; `convert` gives the codes of the columns of one step: column
/// c · ``columnsPerConverter`` + `step` at converter c, one clock edge later, with `codesValid` after ``convertCycles``. A write stores the levels of a row.
/// Latencies are fixed, so noise never changes a cycle count. Synthesis sees an empty module; Verilator runs the
/// integers of the module's text, the native simulator those of ``Crossbar``, and both give the same codes.
public struct CrossbarMacro: BlackBox {
  /// Cells and range of a converter.
  public var geometry: CrossbarGeometry
  /// Strengths of what is not ideal.
  public var effects: Nonidealities
  /// Number of the macro in the design: other numbers, other errors.
  public var number: UInt32
  /// Columns that share a converter, a divisor of the columns.
  public var columnsPerConverter: Int
  /// Clock edges from `convert` to `codesValid`, 2 to 64.
  public var convertCycles: Int
  /// Clock edges from `write` to `writeDone`, 2 to 64.
  public var writeCycles: Int

  /// The macro of a geometry, with a converter for each column unless told.
  public init(
    _ geometry: CrossbarGeometry = CrossbarGeometry(), effects: Nonidealities = Nonidealities(), number: UInt32 = 0,
    columnsPerConverter: Int = 1, convertCycles: Int = 2, writeCycles: Int = 2
  ) {
    self.geometry = geometry
    self.effects = effects
    self.number = number
    self.columnsPerConverter = columnsPerConverter
    self.convertCycles = convertCycles
    self.writeCycles = writeCycles
  }

  /// All ports belong to one clock.
  public struct Ports {
    public let read: Input<Bit>
    public let plane: Input<Bits>
    public let readEvent: Input<UInt>
    public let temperature: Input<UInt>
    public let convert: Input<Bit>
    public let step: Input<UInt>
    public let codesValid: Output<Bit>
    public let codes, idealSums: Output<Bits>
    public let write: Input<Bit>
    public let writeRow: Input<UInt>
    public let writeLevels: Input<Bits>
    public let writeDone: Output<Bit>
    public let writeFailed: Output<Bit>
    public let writePulses: Output<UInt>
  }
  public var ports: Ports {
    Ports(
      read: .init("Drives the rows of plane"), plane: .init(geometry.rows, "Rows to drive, a bit each"),
      readEvent: .init(32, "Number of the read, which chooses its noise"),
      temperature: .init(8, "Half kelvins above 300 K"),
      convert: .init("Converts the columns of a step"), step: .init(stepBits, "Column within each converter"),
      codesValid: .init("The codes are settled"),
      codes: .init(converters * geometry.converterBits, "Codes, that of converter 0 lowest"),
      idealSums: .init(converters * geometry.losslessBits, "Exact sums of the levels, for comparison"),
      write: .init("Stores the levels of a row"), writeRow: .init(rowBits, "Row to store"),
      writeLevels: .init(geometry.columns * geometry.cellBits, "Levels, that of column 0 lowest"),
      writeDone: .init("The levels are stored"),
      writeFailed: .init("A cell of the last row that was written is not near enough to its level"),
      writePulses: .init(4, "Pulses of the cell of that row that got most"))
  }

  /// Converters.
  public var converters: Int { geometry.columns / max(columnsPerConverter, 1) }
  /// Bits of a step.
  public var stepBits: Int { bits(for: columnsPerConverter - 1) }
  /// Bits of a row.
  public var rowBits: Int { bits(for: geometry.rows - 1) }

  /// One module for all macros.
  public var moduleName: String { "analog_crossbar" }
  /// A clock and no reset.
  public var clocking: BlackBoxClocking? { BlackBoxClocking(clock: "clock") }
  /// Every output is a register.
  public var followsInputs: Bool { false }
  /// The text of the module.
  public var sources: [BlackBoxSource] { [.text(name: CrossbarVerilog.name, CrossbarVerilog.text)] }
  /// The golden crossbar behind the ports.
  public func makeModel() -> (any SoftwareModel)? { CrossbarModel(self) }

  public func validate(_ parameters: inout ParameterCheck) {
    let fault = geometry.fault ?? effects.fault
    parameters.require(fault == nil, fault ?? "", fix: "choose a value in the range")
    parameters.require(
      columnsPerConverter > 0 && geometry.columns.isMultiple(of: max(columnsPerConverter, 1)),
      "\(columnsPerConverter) columns a converter do not divide \(geometry.columns) columns",
      fix: "use a divisor of the columns")
    parameters.require("convertCycles", convertCycles, in: 2...64)
    parameters.require("writeCycles", writeCycles, in: 2...64)
  }

  /// Geometry and strengths as integers; the starts of the random words in parts that every tool reads.
  public var verilogParameters: [ForeignModule.Parameter] {
    let c = CrossbarCoefficients(effects, geometry)
    var parameters: [(String, Int)] = [
      ("ROWS", geometry.rows), ("COLUMNS", geometry.columns), ("CELL_BITS", geometry.cellBits),
      ("CONVERTER_BITS", geometry.converterBits), ("CODE_FRACTION_BITS", geometry.codeFractionBits),
      ("CONVERTERS", converters), ("ROW_BITS", rowBits),
      ("STEP_BITS", stepBits), ("SUM_BITS", geometry.losslessBits), ("CONVERT_CYCLES", convertCycles),
      ("WRITE_CYCLES", writeCycles), ("IDEAL", effects.isIdeal ? 1 : 0),
    ]
    guard !effects.isIdeal else { return parameters.map { .init($0, .integer($1)) } }
    for (name, purpose) in [
      ("CELL", CounterNoise.Purpose.cell), ("READ", .read), ("TELEGRAPH", .telegraph), ("CONVERTER", .converter),
    ] {
      let start = CounterNoise(seed: effects.seed, macro: number, purpose: purpose).start
      parameters.append(("\(name)_2", Int(start >> 48)))
      parameters.append(("\(name)_1", Int(start >> 24 & 0xFF_FFFF)))
      parameters.append(("\(name)_0", Int(start & 0xFF_FFFF)))
    }
    parameters += [
      ("LOWEST", c.lowest), ("RELATIVE", c.relativeProgramming), ("TOLERANCE", c.verifyTolerance),
      ("PULSES", c.verifyPulses), ("ABSOLUTE", c.absoluteProgramming),
      ("STUCK_LOWEST", c.stuckLowest), ("STUCK_HIGHEST", c.stuckHighest), ("READ_NOISE", c.readNoise),
      ("TELEGRAPH_SHARE", c.telegraphShare), ("TELEGRAPH_STRENGTH", c.telegraphStrength),
      ("DRIFT_DOWN", c.driftDown), ("DRIFT_UP", c.driftUp), ("CONVERTER_OFFSET", c.converterOffset),
      ("CONVERTER_GAIN", c.converterGain), ("TEMPERATURE", c.temperature), ("LOSS_PER_COLUMN", c.lossPerColumn),
      ("LOSS_PER_ROW", c.lossPerRow),
    ].map { ($0, Int($1)) }
    return parameters.map { .init($0, .integer($1)) }
  }
}

/// The macro for the native simulator.
private struct CrossbarModel: SoftwareModel {
  let macro: CrossbarMacro
  var crossbar: Crossbar
  var plane: [Bool]
  var event: UInt32 = 0
  var temperature: UInt8 = 0
  var codes, sums: BitVector
  var converting: [Bool]
  var writing: [Bool]
  var lastWrite: Crossbar.Write?
  /// Codes and sums of all columns of the last read; nil until they are asked for.
  var held: (codes: [Int], sums: [Int])?

  init(_ macro: CrossbarMacro) {
    self.macro = macro
    crossbar = Crossbar(
      macro.geometry, macro.effects, number: macro.number, columnsPerConverter: macro.columnsPerConverter)
    plane = [Bool](repeating: false, count: macro.geometry.rows)
    codes = .zeros(macro.converters * macro.geometry.converterBits)
    sums = .zeros(macro.converters * macro.geometry.losslessBits)
    converting = [Bool](repeating: false, count: macro.convertCycles)
    writing = [Bool](repeating: false, count: macro.writeCycles)
  }

  func outputs(for inputs: PortValues) -> PortValues {
    var values: PortValues = [
      "codes_valid": converting.last! ? 1 : 0, "write_done": writing.last! ? 1 : 0,
      "write_failed": lastWrite?.hasFailed == true ? 1 : 0, "write_pulses": lastWrite?.pulses ?? 0,
    ]
    values.set("codes", to: codes)
    values.set("ideal_sums", to: sums)
    return values
  }

  mutating func step(_ inputs: PortValues) {
    let (converts, writes) = (inputs["convert"] == 1, inputs["write"] == 1)
    converting = [converts] + converting.dropLast()
    writing = [writes] + writing.dropLast()
    if converts { convert(step: inputs["step"]) }
    if inputs["read"] == 1 {
      let bits = inputs.bits("plane", width: macro.geometry.rows)!
      plane = (0..<macro.geometry.rows).map { bits[$0] }
      event = UInt32(inputs["read_event"])
      temperature = UInt8(inputs["temperature"])
      held = nil
    }
    if writes, inputs["write_row"] < macro.geometry.rows {
      let width = macro.geometry.cellBits
      let bits = inputs.bits("write_levels", width: macro.geometry.columns * width)!
      lastWrite = crossbar.write(
        row: inputs["write_row"],
        (0..<macro.geometry.columns).map { column in
          (0..<width).reduce(0) { $0 | (bits[column * width + $1] ? 1 << $1 : 0) }
        })
      held = nil
    }
  }

  private mutating func convert(step: Int) {
    let all =
      held
      ?? (
        crossbar.codes(plane: plane, event: event, temperature: temperature), crossbar.idealSums(plane: plane)
      )
    held = all
    func packed(_ values: [Int], _ width: Int) -> BitVector {
      .concatenation(
        (0..<macro.converters).reversed().map { converter in
          let column = min(converter * macro.columnsPerConverter + step, macro.geometry.columns - 1)
          return BitVector(UInt64(values[column]), width: width)
        })
    }
    codes = packed(all.codes, macro.geometry.converterBits)
    sums = packed(all.sums, macro.geometry.losslessBits)
  }
}
