import AnalogMacros
public import HDL
public import Netlist
public import TRON

/// A bank of microrings with detectors and converters, as a black box: nothing but integers crosses its ports.
///
/// `write` sets the rings of a row, of both arms, with `settled` after ``settleCycles``; `heat` sets their heaters. `drive` sends the light of
/// a pass, or adds its current to that of the pass before where `continues`; the codes of all rows are there one clock edge later,
/// with `codesValid` after ``convertCycles``. Latencies are fixed, so noise never changes a cycle count. Synthesis sees an empty
/// module; Verilator runs the integers of the module's text, the native simulator those of ``/TRON/RingBank``, and both give the
/// same codes.
public struct RingBankMacro: BlackBox {
  /// Rings and converters.
  public var geometry: RingBankGeometry
  /// What is not ideal.
  public var effects: RingEffects
  /// Number of the bank in the design.
  public var number: UInt32
  /// Clock edges from `write` to `settled`, 2 to 64: 20 ns of electro-optic tuning at 1 GHz.
  public var settleCycles: Int
  /// Clock edges from `drive` to `codesValid`, 2 to 64.
  public var convertCycles: Int

  /// The macro of a geometry.
  public init(
    _ geometry: RingBankGeometry = RingBankGeometry(), effects: RingEffects = RingEffects(), number: UInt32 = 0,
    settleCycles: Int = 20, convertCycles: Int = 2
  ) {
    (self.geometry, self.effects, self.number) = (geometry, effects, number)
    (self.settleCycles, self.convertCycles) = (settleCycles, convertCycles)
  }

  /// All ports belong to one clock.
  public struct Ports {
    public let write: Input<Bit>
    public let writeRow: Input<UInt>
    public let writePositive, writeNegative, writeWeights: Input<Bits>
    public let settled: Output<Bit>
    public let heat: Input<Bit>
    public let heatRow: Input<UInt>
    public let heatPositive, heatNegative: Input<Bits>
    public let drive, continues: Input<Bit>
    public let light, magnitudes: Input<Bits>
    public let driveEvent: Input<UInt>
    public let temperature: Input<SInt>
    public let codesValid: Output<Bit>
    public let codes, idealSums: Output<Bits>
  }
  public var ports: Ports {
    let rings = geometry.wavelengths
    return Ports(
      write: .init("Sets the rings of a row"), writeRow: .init(rowBits, "Row to set"),
      writePositive: .init(rings * codeBits, "Codes of the positive arm, that of wavelength 0 lowest"),
      writeNegative: .init(rings * codeBits, "Codes of the negative arm"),
      writeWeights: .init(rings * geometry.operandBits, "The weights as integers, for comparison"),
      settled: .init("The rings are set"), heat: .init("Sets the heaters of a row"),
      heatRow: .init(rowBits, "Row to heat"), heatPositive: .init(rings * 12, "Heaters of the positive arm, signed"),
      heatNegative: .init(rings * 12, "Heaters of the negative arm, signed"), drive: .init("Sends the light of a pass"),
      continues: .init("Adds the current to that of the pass before"),
      light: .init(rings * lightBits, "Codes of the activations, that of wavelength 0 lowest"),
      magnitudes: .init(rings * geometry.magnitudeBits, "The activations as integers, for comparison"),
      driveEvent: .init(32, "Number of the pass, which chooses its noise"),
      temperature: .init(8, "Steps of 0.05 K from the calibrated temperature"),
      codesValid: .init("The codes are settled"),
      codes: .init(geometry.rows * resultBits, "Codes, that of row 0 lowest; of two the positive arm's lower"),
      idealSums: .init(geometry.rows * sumBits, "Exact sums of the pass, for comparison"))
  }

  /// Bits of a row.
  public var rowBits: Int { bits(for: geometry.rows - 1) }
  /// Bits of the code of a ring.
  public var codeBits: Int {
    effects.tuning == .lorentzian ? effects.tuningBits : geometry.magnitudeBits + effects.fractionBits
  }
  /// Bits of the code of an activation.
  public var lightBits: Int { geometry.magnitudeBits + effects.fractionBits }
  /// Bits of the result of a row: a code, or those of both arms.
  public var resultBits: Int { geometry.converterBits * (geometry.detection == .separate ? 2 : 1) }
  /// Bits of an exact sum.
  public var sumBits: Int { bits(for: geometry.greatestSum) + 1 }

  /// One module for all banks.
  public var moduleName: String { "photonic_ring_bank" }
  /// A clock and no reset.
  public var clocking: BlackBoxClocking? { BlackBoxClocking(clock: "clock") }
  /// Every output is a register.
  public var followsInputs: Bool { false }
  /// The text of the module.
  public var sources: [BlackBoxSource] { [.text(name: RingBankVerilog.name, RingBankVerilog.text)] }
  /// The golden bank behind the ports.
  public func makeModel() -> (any SoftwareModel)? { RingBankModel(self) }

  public func validate(_ parameters: inout ParameterCheck) {
    let fault = geometry.fault ?? effects.fault
    parameters.require(fault == nil, fault ?? "", fix: "choose a value in the range")
    parameters.require("settleCycles", settleCycles, in: 2...64)
    parameters.require("convertCycles", convertCycles, in: 2...64)
  }

  /// Geometry and strengths as integers; the starts of the random words in parts that every tool reads.
  public var verilogParameters: [ForeignModule.Parameter] {
    var parameters: [(String, Int)] = [
      ("ROWS", geometry.rows), ("RINGS", geometry.wavelengths), ("ROW_BITS", rowBits), ("GREATEST", geometry.greatest),
      ("CODE_BITS", codeBits), ("LIGHT_BITS", lightBits), ("OPERAND_BITS", geometry.operandBits),
      ("CONVERTER_BITS", geometry.converterBits), ("CONVERTER_SHIFT", geometry.converterShift),
      ("SEPARATE", geometry.detection == .separate ? 1 : 0), ("RESULT_BITS", resultBits), ("SUM_BITS", sumBits),
      ("SETTLE_CYCLES", settleCycles), ("CONVERT_CYCLES", convertCycles),
    ]
    parameters += RingBank.parameters(geometry, effects).map { ($0.name, $0.value) }
    for (name, purpose) in [("CELL", CounterNoise.Purpose.cell), ("READ", .read)] {
      let start = CounterNoise(seed: effects.seed, macro: number, purpose: purpose).start
      parameters.append(("\(name)_2", Int(start >> 48)))
      parameters.append(("\(name)_1", Int(start >> 24 & 0xFF_FFFF)))
      parameters.append(("\(name)_0", Int(start & 0xFF_FFFF)))
    }
    return parameters.map { .init($0.0, .integer($0.1)) }
  }
}

/// The macro for the native simulator.
private struct RingBankModel: SoftwareModel {
  let macro: RingBankMacro
  var bank: RingBank
  var weights: [[Int]]
  var codes, sums: BitVector
  var converting, settling: [Bool]

  init(_ macro: RingBankMacro) {
    self.macro = macro
    let geometry = macro.geometry
    bank = RingBank(geometry, macro.effects, number: macro.number)
    weights = [[Int]](repeating: [Int](repeating: 0, count: geometry.wavelengths), count: geometry.rows)
    codes = .zeros(geometry.rows * macro.resultBits)
    sums = .zeros(geometry.rows * macro.sumBits)
    converting = [Bool](repeating: false, count: macro.convertCycles)
    settling = [Bool](repeating: false, count: macro.settleCycles)
  }

  func outputs(for inputs: PortValues) -> PortValues {
    var values: PortValues = ["codes_valid": converting.last! ? 1 : 0, "settled": settling.last! ? 1 : 0]
    values.set("codes", to: codes)
    values.set("ideal_sums", to: sums)
    return values
  }

  private func numbers(_ inputs: PortValues, _ name: String, width: Int, isSigned: Bool = false) -> [Int] {
    let count = macro.geometry.wavelengths
    guard let bits = inputs.bits(name, width: count * width) else { return [Int](repeating: 0, count: count) }
    return (0..<count).map { place in
      let value = (0..<width).reduce(0) { $0 | (bits[place * width + $1] ? 1 << $1 : 0) }
      return isSigned && value >> (width - 1) == 1 ? value - 1 << width : value
    }
  }

  mutating func step(_ inputs: PortValues) {
    let (drives, writes) = (inputs["drive"] == 1, inputs["write"] == 1)
    converting = [drives] + converting.dropLast()
    settling = [writes] + settling.dropLast()
    if drives { drive(inputs) }
    if writes, inputs["write_row"] < macro.geometry.rows {
      let row = inputs["write_row"]
      bank.write(
        row: row, positive: numbers(inputs, "write_positive", width: macro.codeBits),
        negative: numbers(inputs, "write_negative", width: macro.codeBits))
      weights[row] = numbers(inputs, "write_weights", width: macro.geometry.operandBits, isSigned: true)
    }
    if inputs["heat"] == 1, inputs["heat_row"] < macro.geometry.rows {
      bank.heat(
        row: inputs["heat_row"], positive: numbers(inputs, "heat_positive", width: 12, isSigned: true),
        negative: numbers(inputs, "heat_negative", width: 12, isSigned: true))
    }
  }

  private mutating func drive(_ inputs: PortValues) {
    let geometry = macro.geometry
    let temperature = Int8(truncatingIfNeeded: inputs["temperature"])
    let all = bank.armCodes(
      activations: numbers(inputs, "light", width: macro.lightBits), event: UInt32(inputs["drive_event"]),
      temperature: temperature, continues: inputs["continues"] == 1)
    func packed(_ values: [Int], _ width: Int) -> BitVector {
      .concatenation(
        values.reversed().map { value in
          BitVector(UInt64(bitPattern: Int64(value)) & (1 << UInt64(width) - 1), width: width)
        })
    }
    codes = packed(all.flatMap(\.self), geometry.converterBits)
    let magnitudes = numbers(inputs, "magnitudes", width: geometry.magnitudeBits)
    sums = packed(
      weights.map { row in zip(row, magnitudes).reduce(0) { $0 + $1.0 * $1.1 } }, macro.sumBits)
  }
}
