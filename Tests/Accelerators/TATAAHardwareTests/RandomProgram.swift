import NumberFormats
import SmallModels
import TATAA

/// Programs of every instruction with random fields, valid for a configuration: loads read the first half of the memory, or
/// after FENCE all of it, and stores write the second half.
struct RandomProgram {
  let configuration: Configuration
  var random: SeededGenerator
  /// Bytes of the memory: rows as far apart as they may be stay inside.
  var memorySize: Int { configuration.maximumDepth > 64 ? 1 << 18 : 1 << 13 }
  /// What an address in the middle of a half is away from its beginning.
  private var margin: Int { memorySize / 2 * 7 / 16 }
  /// Where valid scales of requantisers stand.
  static let scales = 64

  init(_ configuration: Configuration, seed: UInt64) {
    self.configuration = configuration
    random = SeededGenerator(seed: seed)
  }

  mutating func memory() -> [UInt8] {
    var memory = (0..<memorySize).map { _ in UInt8.random(in: 0...255, using: &random) }
    for index in 0..<configuration.tileColumns {
      let word = UInt32(number(0...47)) << 16 | UInt32(number(32768...65535))
      for byte in 0..<4 {
        memory[Self.scales + 4 * index + byte] = UInt8(truncatingIfNeeded: word >> (8 * UInt32(byte)))
      }
    }
    return memory
  }

  private mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }
  private mutating func flag() -> Int { number(0...1) }

  private mutating func operand() -> VectorOperand {
    let isConstant = number(0...3) == 0
    let count = isConstant ? configuration.constantRegisters : configuration.vectorRegisters
    // Few registers, so that results are read again soon.
    return VectorOperand(index: number(0...min(5, count - 1)), isConstant: isConstant, isNegated: flag() == 1)
  }

  private func code(_ operand: VectorOperand) -> Int {
    operand.index | (operand.isConstant ? 1 << 8 : 0) | (operand.isNegated ? 1 << 9 : 0)
  }

  mutating func program(_ count: Int) throws -> [UInt64] {
    let c = configuration
    var program: [Instruction] = []
    func add(_ opcode: Opcode, _ fields: [InstructionField.Name: Int] = [:]) throws {
      program.append(try Instruction(opcode, fields))
    }
    try add(.loadX, [.bank: 0, .address: 256, .depth: c.maximumDepth, .rows: c.tileRows])
    try add(.loadY, [.bank: 0, .address: 300, .depth: c.maximumDepth, .columns: c.tileColumns])
    try add(.loadX, [.bank: c.operandBanks - 1, .address: 777, .depth: c.maximumDepth, .rows: c.tileRows])
    try add(.loadY, [.bank: c.operandBanks - 1, .address: 999, .depth: c.maximumDepth, .columns: c.tileColumns])
    try add(.loadTable, [.kind: 1, .address: Self.scales, .count: c.tileColumns])
    try add(.loadTable, [.kind: 2, .address: 1400, .count: c.tileColumns])
    // Cursors keep what they hold, and would leave the memory after some programs.
    for index in 1...3 { try add(.cursor, [.index: index, .value: 0]) }
    for index in 1...3 { try add(.stride, [.index: index, .bytes: 4 * number(-20...20)]) }
    var depths = [[c.maximumDepth, c.maximumDepth], [c.maximumDepth, c.maximumDepth]]
    var isFenced = false
    let half = memorySize / 2
    while program.count < count {
      /// An address in the middle of a half, so that rows in any direction stay inside.
      func source(_ unit: Int) -> Int {
        let low = isFenced && flag() == 1 ? half + margin : margin
        return number(low...low + 300) / unit * unit
      }
      func target(_ unit: Int) -> Int { number(half + margin...half + margin + 400) / unit * unit }
      switch number(0...27) {
      case 0: try add(.constant, [.index: number(0...min(5, c.constantRegisters - 1)), .value: number(0...65535)])
      case 1: try add(.stride, [.index: number(1...3), .bytes: 4 * number(-20...20)])
      case 2: try add(.cursor, [.index: number(1...3), .value: number(0...3)])
      case 3:
        let codes = [number(-128...127), number(-128...127), number(-128...127)].sorted()
        try add(
          .quantizer, [.factor: code(operand()), .low: codes[0], .zero: codes[1], .high: codes[2], .each: flag()])
      case 4:
        try add(.fence)
        isFenced = true
      case 5, 6:
        let (bank, depth) = (number(0...c.operandBanks - 1), number(1...c.maximumDepth))
        depths[0][bank] = depth
        try add(
          .loadX,
          [.bank: bank, .address: source(1), .depth: depth, .rows: number(1...c.tileRows), .stride: number(0...3)])
      case 7, 8:
        let (bank, depth) = (number(0...c.operandBanks - 1), number(1...c.maximumDepth))
        depths[1][bank] = depth
        try add(
          .loadY,
          [
            .bank: bank, .address: source(1), .depth: depth, .columns: number(1...c.tileColumns),
            .stride: number(0...3),
          ])
      case 9:
        try add(
          .loadAccumulators,
          [
            .address: source(4), .rows: number(1...c.tileRows), .columns: number(1...c.tileColumns),
            .transposed: flag(), .stride: number(0...3),
          ])
      case 10:
        try add(.loadTable, [.kind: [0, 2][flag()], .address: source(4), .count: c.tileColumns, .broadcast: flag()])
      case 11: try add(.loadTable, [.kind: 1, .address: Self.scales, .count: c.tileColumns, .broadcast: flag()])
      case 12, 13, 14:
        try add(
          .loadVector,
          [
            .register: number(0...3), .address: source(2), .lanes: number(1...c.vectorLanes), .count: number(1...4),
            .broadcast: flag(), .stride: number(0...3),
          ])
      case 15, 16:
        let kind = number(0...2)
        try add(
          .storeAccumulators,
          [
            .kind: kind, .address: target(4), .rows: number(1...c.tileRows), .columns: number(1...c.tileColumns),
            .transposed: flag(), .stride: number(0...3), .cursor: number(0...3),
          ])
        isFenced = false
      case 17, 18:
        try add(
          .storeVector,
          [
            .kind: flag(), .register: number(0...3), .address: target(2), .lanes: number(1...c.vectorLanes),
            .count: number(1...4), .stride: number(0...3), .cursor: number(0...3),
          ])
        isFenced = false
      case 19, 20, 21:
        let (x, y) = (number(0...c.operandBanks - 1), number(0...c.operandBanks - 1))
        try add(.matmul, [.x: x, .y: y, .depth: number(1...min(depths[0][x], depths[1][y])), .start: number(0...2)])
      case 22:
        try add(
          flag() == 1 ? .reduceSum : .reduceMaximum,
          [.destination: number(0...5), .first: code(operand()), .lanes: number(1...c.vectorLanes)])
      default:
        let lanes = Opcode.allCases.filter { $0.arity != nil }
        let opcode = lanes[number(0...lanes.count - 1)]
        var fields: [InstructionField.Name: Int] = [.destination: number(0...5)]
        for name in [InstructionField.Name.first, .second, .third].prefix(opcode.arity ?? 0) {
          fields[name] = code(operand())
        }
        try add(opcode, fields)
      }
    }
    for register in 0...5 {
      try add(
        .storeVector,
        [
          .kind: 0, .register: register, .address: half + memorySize * 3 / 8 + 2 * c.vectorLanes * register,
          .lanes: c.vectorLanes,
        ])
    }
    try add(.storeAccumulators, [.kind: 2, .address: half, .rows: c.tileRows, .columns: c.tileColumns])
    try add(.end)
    return program.map(\.word)
  }
}
