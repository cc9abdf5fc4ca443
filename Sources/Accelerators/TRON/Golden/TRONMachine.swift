import NumberFormats
import XFormer

/// The golden machine: executes a program command by command, bit for bit, and tells of every store.
public struct TRONMachine: Sendable {
  /// What a command stores, in consecutive bytes.
  public struct Store: Hashable, Sendable {
    /// Where.
    public var address: Int
    /// What.
    public var bytes: [UInt8]
  }

  /// The machine.
  public let sizes: TRONSizes
  /// Steps of 0.05 K from where the banks were calibrated.
  public var temperature: Int8 = 0
  /// Where resonances are since heaters were found, by bank, arm, row and wavelength; nil where they have not been.
  private var locked: [Int64]?
  /// The memory.
  public private(set) var memory: [UInt8]
  /// All stores so far.
  public private(set) var stores: [Store] = []
  /// For each product so far, how many passes each part of each vector takes.
  package private(set) var passes: [[UInt8]] = []
  /// What products cost so far.
  public private(set) var counts = RingProduct.Counts()

  /// A machine with a memory.
  ///
  /// - Throws: ``TRONError`` for sizes that are none.
  public init(_ sizes: TRONSizes, memory: [UInt8]) throws(TRONError) {
    try sizes.validate()
    (self.sizes, self.memory) = (sizes, memory)
  }

  /// The machine of a program, with all of it executed.
  ///
  /// - Throws: ``TRONError`` for sizes that are none.
  public static func executed(_ program: TRONProgram, temperature: Int8 = 0) throws(TRONError) -> TRONMachine {
    var machine = try TRONMachine(program.sizes, memory: program.memory)
    machine.temperature = temperature
    machine.run(program.commands)
    return machine
  }

  /// Executes commands.
  public mutating func run(_ commands: [TRONCommand]) {
    for command in commands {
      switch command {
      case .product(let order): finish(order, sums(order))
      case .softmax(let order): softmax(order)
      case .normalize(let order): normalize(order)
      }
    }
  }

  /// The numbers of a place.
  public func numbers(_ place: TRONProgram.Place) -> [Int32] {
    (0..<place.rows).flatMap { row in
      let address = place.address + row * place.stride
      return place.bytes == 1 ? codes(address, place.columns) : wideCodes(address, place.columns)
    }
  }

  private func codes(_ address: Int, _ count: Int) -> [Int32] {
    memory[address..<address + count].map { Int32(Int8(bitPattern: $0)) }
  }

  private func wideCodes(_ address: Int, _ count: Int) -> [Int32] {
    (0..<count).map {
      Int32(Int16(bitPattern: UInt16(memory[address + 2 * $0]) | UInt16(memory[address + 2 * $0 + 1]) << 8))
    }
  }

  private mutating func store(_ codes: [Int32], bytes: Int, at address: Int) {
    let bytes = codes.flatMap { code in (0..<bytes).map { UInt8(truncatingIfNeeded: code >> Int32(8 * $0)) } }
    stores.append(Store(address: address, bytes: bytes))
    memory.replaceSubrange(address..<address + bytes.count, with: bytes)
  }

  private func scale(_ address: Int) -> (bias: Int64, multiplier: Int64, shift: Int) {
    let pattern = (0..<4).reduce(UInt32(0)) { $0 | UInt32(memory[address + $1]) << UInt32(8 * $1) }
    return (
      Int64(Int32(bitPattern: pattern)), Int64(memory[address + 4]) | Int64(memory[address + 5]) << 8,
      Int(memory[address + 6])
    )
  }

  private func detunings(of unit: Int) -> [Int64]? {
    let count = 2 * sizes.bank.rows * sizes.bank.wavelengths * sizes.banks
    return locked.map { Array($0[unit * count..<(unit + 1) * count]) }
  }

  /// Finds the heaters of all banks at the present temperature, each by ``RingLock``.
  ///
  /// - Returns: the conversions that the bank with the most of them took.
  @discardableResult
  public mutating func lock() -> Int {
    var (all, most) = ([Int64](), 0)
    for number in 0..<sizes.allBanks {
      var bank = RingBank(sizes.bank, sizes.effects, number: UInt32(number))
      let conversions = RingLock.lock(
        &bank, temperature: temperature, sweeps: sizes.lockSweeps, predistortion: sizes.heaterPredistortion)
      most = max(most, conversions)
      for arm in 0..<2 {
        for row in 0..<sizes.bank.rows {
          all += bank.detunings(row: row, arm: arm, temperature: temperature).map { Int64($0) }
        }
      }
    }
    locked = all
    return most
  }

  /// The sums of all vectors of a product.
  private mutating func sums(_ order: TRONCommand.Product) -> [[Int64]] {
    let span = (order.outputs - 1) * order.outputStep + (order.inputs - 1) * order.inputStep + 1
    let product = RingProduct(
      memory[order.matrix..<order.matrix + span].map { Int8(bitPattern: $0) }, inputs: order.inputs,
      outputs: order.outputs, outputStride: order.outputStep, inputStride: order.inputStep, sizes: sizes,
      unit: order.unit, temperature: temperature, detunings: detunings(of: order.unit))
    var made: [UInt8] = []
    defer { passes.append(made) }
    return (0..<order.vectors).map { vector in
      product.times(
        codes(order.input + vector * order.inputStride, order.inputs), event: UInt32(order.event), vector: vector,
        of: order.vectors, counts: &counts, made: &made)
    }
  }

  /// Scales sums, and stores their codes.
  private mutating func finish(_ order: TRONCommand.Product, _ all: [[Int64]]) {
    let scales = (0..<order.outputs).map { scale(order.scales + (order.sharesScale ? 0 : 8 * $0)) }
    let limit: Int64 =
      switch order.form {
      case .narrow, .function: 127
      case .wide: 32767
      case .exponent: Int64(LogSumExpSoftmax.greatestExponent)
      }
    for (vector, sums) in all.enumerated() {
      let codes = zip(sums, scales).map { sum, scale -> Int32 in
        let scaled = ((sum + scale.bias) * scale.multiplier).roundedShiftRight(by: scale.shift)
        let code = Int32(min(max(scaled, -limit), limit))
        guard order.form == .function else { return code }
        return Int32(Int8(bitPattern: memory[order.table + Int(UInt8(truncatingIfNeeded: code))]))
      }
      let bytes = order.form == .wide || order.form == .exponent ? 2 : 1
      store(codes, bytes: bytes, at: order.output + vector * order.outputStride)
    }
  }

  private mutating func softmax(_ order: TRONCommand.Softmax) {
    for row in 0..<order.rows {
      let exponents = wideCodes(order.input + row * order.inputStride, order.count).enumerated().map { place, code in
        order.isCausal && place > row ? nil : Int(code)
      }
      store(
        LogSumExpSoftmax.codes(exponents).map { Int32($0) }, bytes: 1, at: order.output + row * order.outputStride)
    }
  }

  private mutating func normalize(_ order: TRONCommand.Normalization) {
    let adder = CoherentAdder(phaseError: sizes.phaseError)
    let pairs = wideCodes(order.coefficients, 2 * order.features)
    let gamma = stride(from: 0, to: pairs.count, by: 2).map { pairs[$0] }
    let beta = stride(from: 1, to: pairs.count, by: 2).map { pairs[$0] & ~7 }
    let narrowing = RowNumbers.Narrowing(
      shift: order.narrowShift, shifts: stride(from: 1, to: pairs.count, by: 2).map { UInt8(pairs[$0] & 7) })
    for token in 0..<order.tokens {
      let place = token * 2 * order.features
      let second = wideCodes(order.second + place, order.features).map(adder.arriving)
      let (wide, narrow) = RowNumbers.normalized(
        wideCodes(order.first + place, order.features), second, gamma: gamma, beta: beta, shift: order.shift,
        small: order.small, narrowing: narrowing, keepsSum: order.keepsSum)
      store(wide, bytes: 2, at: order.wide + place)
      store(narrow.map { Int32($0) }, bytes: 1, at: order.narrow + token * order.features)
    }
  }
}
