import AnalogMacros
import NumberFormats

/// The golden machine: executes a program command by command, bit for bit, and tells of every store.
///
/// Commands run in the order of the program. The hardware runs them on its engines at once, as far as their waits allow, and
/// stores the same bytes.
public struct XFormerMachine: Sendable {
  /// What a command stores, in consecutive bytes.
  public struct Store: Hashable, Sendable {
    /// Where.
    public var address: Int
    /// What.
    public var bytes: [UInt8]
  }

  /// What was counted, under the names of the hardware's counters.
  public struct Counts: Hashable, Sendable {
    /// Vectors that units multiplied.
    public var unitVectors = 0
    /// Rows of crossbars that were written.
    public var rowWrites = 0
    /// Pulses that rows took, and rows of which a cell is not near enough to its level.
    public var writePulses = 0, failedWrites = 0
    /// Words that attention tiles multiplied with queries, and words of values that they multiplied with weights.
    public var scoreWords = 0, valueWords = 0
    /// Blocks of attention.
    public var attentionBlocks = 0
    /// Rows that were normalised.
    public var normalizedRows = 0
  }

  /// The sizes.
  public let sizes: XFormerSizes
  /// The memory.
  public private(set) var memory: [UInt8]
  /// All stores so far.
  public private(set) var stores: [Store] = []
  /// Half kelvins above 300 K of the crossbars of each projection engine.
  public var temperatures: [UInt8]
  /// What happened so far.
  public private(set) var counts = Counts()
  /// Vectors that units multiplied and rows of crossbars that were written, by projection engine.
  public private(set) var engineCounts: [(unitVectors: Int, rowWrites: Int)]

  private struct Scale {
    var bias: Int32 = 0
    var multiplier = 0, shift = 0
  }

  private let numbers: SoftmaxNumbers
  private var units: [[ProjectionUnit]]
  /// Units that were programmed before, and how many of this program's have been.
  private var prepared: XFormerUnits?
  private var programmings = 0
  private var scales: [[Scale]]
  private var tables: [[Int8]]
  private var queries: [[[Int8]]]
  private var rows: [[Int: [SoftmaxRow]]]
  private var coefficients: [Int: (gamma: [Int32], beta: [Int32], shifts: [UInt8])] = [:]

  /// A machine with a memory; its crossbars are at the lowest level.
  ///
  /// - Parameter temperature: half kelvins above 300 K, of all crossbars.
  /// - Throws: ``XFormerError`` for sizes that are none.
  public init(_ sizes: XFormerSizes, memory: [UInt8], temperature: UInt8 = 0) throws(XFormerError) {
    try sizes.validate()
    (self.sizes, self.memory) = (sizes, memory)
    numbers = SoftmaxNumbers(sizes)
    temperatures = [UInt8](repeating: temperature, count: sizes.projectionEngines)
    engineCounts = [(Int, Int)](repeating: (0, 0), count: sizes.projectionEngines)
    units = (0..<sizes.projectionEngines).map { engine in
      (0..<sizes.unitsPerEngine).map { unit in
        ProjectionUnit(sizes.crossbar, number: sizes.macroNumber(engine: engine, unit: unit))
      }
    }
    scales = [[Scale]](
      repeating: [Scale](repeating: Scale(), count: sizes.unitsPerEngine * sizes.crossbar.outputs),
      count: sizes.projectionEngines)
    tables = [[Int8]](repeating: [Int8](repeating: 0, count: 256), count: sizes.projectionEngines)
    queries = [[[Int8]]](
      repeating: [[Int8]](
        repeating: [Int8](repeating: 0, count: sizes.headFeatures), count: sizes.block), count: sizes.attentionTiles)
    rows = [[Int: [SoftmaxRow]]](repeating: [:], count: sizes.attentionTiles)
  }

  /// The machine of a program, with all of it executed.
  ///
  /// - Parameter units: units that were programmed before with the same weights; the same bits come out, sooner.
  /// - Throws: ``XFormerError`` for sizes that are none.
  public static func executed(
    _ program: XFormerProgram, with units: XFormerUnits? = nil
  ) throws(XFormerError) -> XFormerMachine {
    var machine = try XFormerMachine(program.sizes, memory: program.memory, temperature: program.temperature)
    machine.prepared = units
    machine.run(program.deployment)
    machine.run(program.inference)
    return machine
  }

  /// Executes commands.
  public mutating func run(_ commands: [XFormerCommand]) { for command in commands { run(command) } }

  /// Executes a command on a memory that several machines share, and gives what it stores.
  public mutating func run(_ command: XFormerCommand, on shared: inout [UInt8]) -> [Store] {
    swap(&memory, &shared)
    let before = stores.count
    run(command)
    swap(&memory, &shared)
    defer { stores.removeSubrange(before...) }
    return Array(stores[before...])
  }

  private mutating func run(_ command: XFormerCommand) {
    switch command.kind {
    case .end: break
    case .program:
      let order = command.programOrder
      let bytes = memory[order.address..<order.address + sizes.unitWords * sizes.busBytes]
      if let unit = prepared?.unit(programmings, command.engine, order, bytes, sizes) {
        units[command.engine][order.unit] = unit
      } else {
        units[command.engine][order.unit].program(bytes, group: order.group, sizes: sizes)
      }
      programmings += 1
      counts.writePulses += units[command.engine][order.unit].pulses
      counts.failedWrites += units[command.engine][order.unit].failures
      counts.rowWrites += sizes.crossbar.encoding.crossbars * sizes.crossbar.geometry.rows
      engineCounts[command.engine].rowWrites += sizes.crossbar.encoding.crossbars * sizes.crossbar.geometry.rows
    case .scales:
      for (place, entry) in command.scaleEntries.enumerated() {
        for output in 0..<sizes.crossbar.outputs {
          let start = command.dataAddress + 8 * (place * sizes.crossbar.outputs + output)
          let pattern = (0..<4).reduce(UInt32(0)) { $0 | UInt32(memory[start + $1]) << UInt32(8 * $1) }
          scales[command.engine][entry * sizes.crossbar.outputs + output] = Scale(
            bias: Int32(bitPattern: pattern), multiplier: Int(memory[start + 4]) | Int(memory[start + 5]) << 8,
            shift: Int(memory[start + 6]) & 63)
        }
      }
    case .table: tables[command.engine] = codes(at: command.dataAddress, 256)
    case .project: project(command.projection, command.engine)
    case .attend: attend(command.attention, command.engine - sizes.projectionEngines)
    case .coefficients:
      let (set, words) = command.coefficientPlace
      let all = wideCodes(at: command.dataAddress, words * sizes.busBytes / 2)
      coefficients[set] = (
        stride(from: 0, to: all.count, by: 2).map { all[$0] },
        stride(from: 1, to: all.count, by: 2).map { all[$0] & ~7 },
        stride(from: 1, to: all.count, by: 2).map { UInt8(all[$0] & 7) }
      )
    case .normalize: normalize(command.normalization)
    }
  }

  // MARK: Memory

  private func codes(at address: Int, _ count: Int) -> [Int8] {
    memory[address..<address + count].map { Int8(bitPattern: $0) }
  }

  private func wideCodes(at address: Int, _ count: Int) -> [Int32] {
    (0..<count).map {
      Int32(Int16(bitPattern: UInt16(memory[address + 2 * $0]) | UInt16(memory[address + 2 * $0 + 1]) << 8))
    }
  }

  private mutating func store(_ bytes: [UInt8], at address: Int) {
    stores.append(Store(address: address, bytes: bytes))
    memory.replaceSubrange(address..<address + bytes.count, with: bytes)
  }

  private static func bytes(_ codes: [Int32]) -> [UInt8] {
    codes.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] }
  }

  // MARK: Commands

  private mutating func project(_ order: XFormerCommand.Projection, _ engine: Int) {
    let rows = sizes.crossbar.geometry.rows
    for token in 0..<order.tokens {
      let input = codes(at: order.input + token * order.inputStride, order.words * sizes.busBytes).map { Int32($0) }
      let event = UInt32(truncatingIfNeeded: order.event + token * sizes.crossbar.inputBits)
      let groups = (0..<order.stack).map { group -> [Int32] in
        let part = Array(input.dropFirst(group * rows).prefix(rows))
        return part + [Int32](repeating: 0, count: rows - part.count)
      }
      var results: [Int32] = []
      for first in stride(from: order.firstUnit, to: order.firstUnit + order.units, by: order.stack) {
        var sums = [Int32](repeating: 0, count: sizes.crossbar.outputs)
        for unit in units[engine][first..<first + order.stack] {
          let products = unit.products(groups[unit.group], event: event, temperature: temperatures[engine])
          for column in sums.indices { sums[column] &+= products[column] }
          counts.unitVectors += 1
          engineCounts[engine].unitVectors += 1
        }
        let entry = order.firstUnit + (first - order.firstUnit) / order.stack
        for (column, sum) in sums.enumerated() {
          let scale = scales[engine][entry * sums.count + column]
          let scaled = ((Int64(sum) + Int64(scale.bias)) * Int64(scale.multiplier)).roundedShiftRight(by: scale.shift)
          results.append(Int32(min(max(scaled, -32767), 32767)))
        }
      }
      let bytes: [UInt8]
      switch order.form {
      case .wide: bytes = Self.bytes(results)
      case .narrow: bytes = results.map { UInt8(bitPattern: Self.narrow($0)) }
      case .function:
        bytes = results.map { UInt8(bitPattern: tables[engine][Int(UInt8(bitPattern: Self.narrow($0)))]) }
      }
      store(bytes, at: order.output + token * order.outputStride)
    }
  }

  private static func narrow(_ code: Int32) -> Int8 { Int8(min(max(code, -127), 127)) }

  private mutating func attend(_ order: XFormerCommand.Attention, _ tile: Int) {
    let features = order.words * sizes.busBytes
    counts.attentionBlocks += 1
    if order.loadsQueries {
      for row in 0..<order.queries {
        queries[tile][row] = codes(at: order.query + row * order.stride, features)
      }
    }
    let keys = (0..<order.keys).map { codes(at: order.key + $0 * order.stride, features) }
    let values = (0..<order.keys).map { codes(at: order.value + $0 * order.stride, features) }
    counts.scoreWords += order.keys * order.words
    counts.valueWords += order.queries * order.words
    var state =
      order.isFirst
      ? [SoftmaxRow](repeating: SoftmaxRow(features: features), count: sizes.block)
      : rows[tile][order.slot] ?? [SoftmaxRow](repeating: SoftmaxRow(features: features), count: sizes.block)
    for row in 0..<order.queries {
      let exponents = keys.enumerated().map { index, key -> Int? in
        guard !order.isDiagonal || index <= row else { return nil }
        let score = zip(queries[tile][row], key).reduce(0) { $0 + Int($1.0) * Int($1.1) }
        return numbers.exponent(score, multiplier: order.scoreMultiplier, shift: order.scoreShift)
      }
      state[row].take(exponents, values, numbers)
      if order.isLast {
        let codes = state[row].codes(multiplier: order.contextMultiplier, shift: order.contextShift)
        store(codes.map { UInt8(bitPattern: $0) }, at: order.output + row * order.outputStride)
      }
    }
    rows[tile][order.slot] = state
  }

  private mutating func normalize(_ order: XFormerCommand.Normalization) {
    let count = order.features
    let (gamma, beta, shifts) = coefficients[order.set] ?? ([], [], [])
    for token in 0..<order.tokens {
      let (wide, narrow) = RowNumbers.normalized(
        wideCodes(at: order.first + token * 2 * count, count), wideCodes(at: order.second + token * 2 * count, count),
        gamma: gamma, beta: beta, shift: order.shift, small: order.small,
        narrowing: .init(shift: order.narrowShift, shifts: shifts), keepsSum: order.keepsSum)
      store(Self.bytes(wide), at: order.wide + token * 2 * count)
      store(narrow.map { UInt8(bitPattern: $0) }, at: order.narrow + token * count)
      counts.normalizedRows += 1
    }
  }
}

extension XFormerSizes {
  /// The number of the first crossbar of a unit, which chooses its errors.
  public func macroNumber(engine: Int, unit: Int) -> UInt32 {
    UInt32((engine * unitsPerEngine + unit) * crossbar.encoding.crossbars)
  }
}
