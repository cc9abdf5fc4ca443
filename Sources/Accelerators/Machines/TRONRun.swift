import Engine
import HDL
import Netlist
import Simulator
import TRON
import TRONHardware
public import Verilator
import Verilog

/// Encoder layers on TRON's units of hardware: a bank of rings with its shell, and softmax.
///
/// The scheduler is the host: it sets the rings row by row, sends the vectors, adds partial sums, scales them and normalises rows, as
/// the golden machine does. All products of all layers, attention included, and all rows of softmax come from the hardware, and
/// every byte that follows from them is compared with the golden machine's.
public struct TRONRun: Sendable {
  /// What the units run on.
  public enum Target: Sendable {
    /// The native simulator.
    case native
    /// The emitted Verilog in Verilator.
    case verilator(ModelBuilder)
  }

  /// The program.
  public let program: TRONProgram
  /// The golden machine with the program executed.
  public let golden: TRONMachine
  /// Steps of 0.05 K from where the bank was calibrated.
  public let temperature: Int8
  /// Told the share of the commands that have ended.
  public var progress: (@Sendable (Double) -> Void)?
  /// Whether to stop.
  public var isCancelled: @Sendable () -> Bool = { false }

  /// A run of a program.
  ///
  /// - Throws: ``TRON/TRONError`` for sizes that are none.
  public init(_ program: TRONProgram, temperature: Int8 = 0) throws(TRONError) {
    (self.program, self.temperature) = (program, temperature)
    golden = try TRONMachine.executed(program, temperature: temperature)
  }

  /// The bank of the run.
  var unit: RingBankUnit {
    let sizes = program.sizes
    return RingBankUnit(sizes.bank, effects: sizes.effects, predistorts: sizes.predistorts, settleCycles: 20)
  }

  /// Runs the program.
  ///
  /// - Throws: ``MachineError``, what elaboration says of an impossible design, and what the engine says.
  public func run(on target: Target) throws -> TRONOutcome {
    guard program.sizes.allBanks == 1, program.sizes.accumulation == .electrical, program.sizes.phaseError == 0 else {
      throw MachineError.model("the hardware has one bank with electrical sums: set heads=1 and banks=1")
    }
    let longest = program.commands.reduce(2) { longest, command in
      if case .softmax(let order) = command { return max(longest, order.count) }
      return longest
    }
    let bank = try unit.elaborate().simplified()
    let softmax = try LogSumExpUnit(rowLength: longest).elaborate().simplified()
    switch target {
    case .native: return try run(NativeModel(bank), NativeModel(softmax))
    case .verilator(let builder):
      return try run(
        builder.model(of: ModelDesign(bank), profile: .default, initialState: .random(seed: 1)),
        builder.model(of: ModelDesign(softmax), profile: .default, initialState: .random(seed: 1)))
    }
  }

  private func run(_ bank: some Engine, _ softmax: some Engine) throws -> TRONOutcome {
    let clock = ContinuousClock.now
    var bank = try BankHost(bank, unit, program.sizes, temperature)
    let rows = try SoftmaxHost(softmax)
    var machine = try TRONMachine(program.sizes, memory: program.memory)
    var outcome = TRONOutcome()
    for (index, command) in program.commands.enumerated() {
      if isCancelled() { throw MachineError.cancelled }
      let before = machine.stores.count
      try machine.run(command, products: { try bank.products($0, $1, $2) }, softmax: { try rows.codes($0) })
      for store in before..<machine.stores.count {
        let (found, wanted) = (machine.stores[store], golden.stores[store])
        outcome.bytes += wanted.bytes.count
        if found == wanted {
          outcome.bytesCompared += wanted.bytes.count
        } else if outcome.difference == nil {
          let place = zip(found.bytes, wanted.bytes).enumerated().first { $1.0 != $1.1 }?.offset ?? 0
          outcome.difference =
            "command \(index), byte \(wanted.address + place): \(found.bytes[place]), golden \(wanted.bytes[place])"
        }
      }
      if outcome.difference != nil { break }
      progress?(Double(index + 1) / Double(program.commands.count))
    }
    outcome.allBytes = golden.stores.reduce(0) { $0 + $1.bytes.count }
    (outcome.bankCycles, outcome.softmaxCycles) = (bank.cycles, rows.cycles)
    (outcome.passes, outcome.rowLoads, outcome.dark) = (bank.passes, bank.rowLoads, bank.dark)
    outcome.seconds = (ContinuousClock.now - clock) / .seconds(1)
    return outcome
  }
}

/// What a run on TRON's units gave.
public struct TRONOutcome: Sendable {
  /// Bytes that were right, those that were looked at, and those that the golden machine stores.
  public internal(set) var bytesCompared = 0, bytes = 0, allBytes = 0
  /// The first byte that was wrong; nil where none was.
  public internal(set) var difference: String?
  /// Cycles of the bank's shell and of softmax.
  public internal(set) var bankCycles = 0, softmaxCycles = 0
  /// What the shell counted: passes of light, rows of rings that were set, and lasers that stayed dark in passes.
  public internal(set) var passes = 0, rowLoads = 0, dark = 0
  /// How long it took.
  public internal(set) var seconds = 0.0

  /// Whether all stores are those of the golden machine.
  public var isExact: Bool { difference == nil && bytesCompared == allBytes && allBytes > 0 }
}

extension Engine {
  fileprivate func set(_ name: String, _ values: [Int], width: Int) {
    var bits = BitVector.zeros(values.count * width)
    for (index, value) in values.enumerated() {
      for bit in 0..<width { bits[index * width + bit] = value >> bit & 1 == 1 }
    }
    pin(name)?.store(bits)
  }

  fileprivate func set(_ name: String, _ value: Int) { pin(name)?.unsigned = UInt64(value) }
  fileprivate func value(_ name: String) -> Int { pin(name).map { Int($0.unsigned) } ?? 0 }

  /// Waits until a pin is 1.
  fileprivate func wait(for name: String, _ cycles: inout Int) throws {
    try settle()
    for _ in 0..<10_000 {
      if value(name) == 1 { return }
      try run(cycles: 1)
      cycles += 1
      try settle()
    }
    throw MachineError.model("nothing moved for 10000 cycles in front of \(name)")
  }
}

/// The host of a bank.
private struct BankHost<E: Engine> {
  let engine: E
  let unit: RingBankUnit
  let sizes: TRONSizes
  var cycles = 0, passes = 0, rowLoads = 0, dark = 0

  init(_ engine: E, _ unit: RingBankUnit, _ sizes: TRONSizes, _ temperature: Int8) throws {
    (self.engine, self.unit, self.sizes) = (engine, unit, sizes)
    for name in ["weights_valid", "vector_valid", "products_ready", "heat", "adds"] { engine.set(name, 0) }
    engine.set("temperature", Int(UInt8(bitPattern: temperature)))
    try engine.reset()
  }

  /// The sums of all vectors, tile by tile.
  mutating func products(
    _ order: TRONCommand.Product, _ matrix: [[Int]], _ vectors: [[Int]]
  ) throws -> [[Int64]] {
    let (g, width) = (unit.geometry, unit.geometry.operandBits)
    let (tiles, groups) = sizes.tiles(inputs: order.inputs, outputs: order.outputs)
    var sums = [[Int64]](repeating: [Int64](repeating: 0, count: order.outputs), count: vectors.count)
    func part(_ row: [Int], _ tile: Int) -> [Int] {
      (0..<g.wavelengths).map { place in
        let index = tile * g.wavelengths + place
        return index < row.count ? row[index] : 0
      }
    }
    for group in 0..<groups {
      let outputs = group * g.rows..<min((group + 1) * g.rows, order.outputs)
      for tile in 0..<tiles {
        for output in outputs {
          engine.set("weights_valid", 1)
          engine.set("weight_row", output - outputs.lowerBound)
          engine.set("weights_data", part(matrix[output], tile), width: width)
          try engine.wait(for: "weights_ready", &cycles)
          try engine.run(cycles: 1)
          cycles += 1
          rowLoads += 1
          engine.set("weights_valid", 0)
        }
        for (number, vector) in vectors.enumerated() {
          let pass = order.event + ((group * tiles + tile) * vectors.count + number) * 2
          engine.set("pass_event", pass & 0xFFFF_FFFF)
          engine.set("vector_data", part(vector, tile), width: width)
          engine.set("vector_valid", 1)
          try engine.wait(for: "vector_ready", &cycles)
          try engine.run(cycles: 1)
          cycles += 1
          engine.set("vector_valid", 0)
          try engine.wait(for: "products_valid", &cycles)
          let bits = engine.pin("products_data")?.load() ?? .zeros(32 * g.rows)
          for output in outputs {
            let word = bits.slice(low: (output - outputs.lowerBound) * 32, width: 32).words[0]
            sums[number][output] += Int64(Int32(truncatingIfNeeded: word))
          }
          passes += engine.value("passes")
          dark += engine.value("dark")
          engine.set("products_ready", 1)
          try engine.run(cycles: 1)
          cycles += 1
          engine.set("products_ready", 0)
        }
      }
    }
    return sums
  }
}

/// The host of softmax.
private final class SoftmaxHost<E: Engine> {
  let engine: E
  var cycles = 0

  init(_ engine: E) throws {
    self.engine = engine
    engine.set("exponents_valid", 0)
    engine.set("codes_ready", 1)
    try engine.reset()
  }

  func codes(_ exponents: [Int]) throws -> [Int] {
    for (place, exponent) in exponents.enumerated() {
      engine.set("exponents_valid", 1)
      engine.set("exponents_exponent", exponent & 0x3FFF)
      engine.set("exponents_is_last", place == exponents.count - 1 ? 1 : 0)
      try engine.wait(for: "exponents_ready", &cycles)
      try engine.run(cycles: 1)
      cycles += 1
    }
    engine.set("exponents_valid", 0)
    var codes: [Int] = []
    while codes.count < exponents.count {
      try engine.wait(for: "codes_valid", &cycles)
      codes.append(engine.value("codes_code"))
      try engine.run(cycles: 1)
      cycles += 1
    }
    return codes
  }
}
