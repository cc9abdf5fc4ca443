extension MachineProgram {
  /// Checks a program against the machine that shall run it: the numbers of registers and banks, the sizes of tiles, and
  /// the addresses, as far as cursors do not move them.
  ///
  /// - Throws: ``ProgramError`` for the first instruction that the machine would refuse.
  public func check(on configuration: Configuration, memorySize: Int) throws(ProgramError) {
    do throws(ConfigurationError) { try configuration.validate() } catch {
      throw ProgramError(index: nil, text: nil, reason: .configuration(error))
    }
    var strides = [0, 0, 0, 0]
    var hasEnd = false
    for (index, instruction) in instructions.enumerated() {
      do throws(ProgramError.Reason) {
        try instruction.check(on: configuration)
        if instruction.opcode == .stride { strides[instruction[.index]] = instruction[.bytes] }
        if instruction[.cursor] == 0, let transfer = instruction.transfer(strides: strides, cursors: [0, 0, 0, 0]) {
          try instruction.check(transfer, memorySize: memorySize)
        }
      } catch { throw ProgramError(index: index, text: "\(instruction)", reason: error) }
      if instruction.opcode == .end { hasEnd = true }
    }
    guard hasEnd else { throw ProgramError(index: instructions.count, text: nil, reason: .noEnd) }
  }
}

extension Instruction {
  /// Refuses what the configuration does not have.
  func check(on configuration: Configuration) throws(ProgramError.Reason) {
    func limit(_ what: String, _ value: Int, _ count: Int) throws(ProgramError.Reason) {
      guard value < count else { throw .limit(what, value, count - 1) }
    }
    for (field, value) in zip(opcode.fields, values) {
      switch field.kind {
      case .register:
        let count = field.name == .register ? self[.count] : 1
        try limit("the vector register", value + count - 1, configuration.vectorRegisters)
      case .constant: try limit("the constant register", value, configuration.constantRegisters)
      case .operand:
        let operand = VectorOperand(code: value)
        if operand.isConstant {
          try limit("the constant register", operand.index, configuration.constantRegisters)
        } else {
          try limit("the vector register", operand.index, configuration.vectorRegisters)
        }
      default:
        switch field.name {
        case .bank, .x, .y: try limit("the bank", value, configuration.operandBanks)
        case .depth: try limit("the depth", value, configuration.maximumDepth + 1)
        case .rows: try limit("the number of rows", value, configuration.tileRows + 1)
        case .columns: try limit("the number of columns", value, configuration.tileColumns + 1)
        case .lanes: try limit("the number of lanes", value, configuration.vectorLanes + 1)
        case .count where opcode == .loadTable: try limit("the number of columns", value, configuration.tileColumns + 1)
        case .index: if value == 0 { throw .zeroRegister(opcode) }
        default: break
        }
      }
    }
    if opcode == .quantizer {
      let (low, high, zero) = (self[.low], self[.high], self[.zero])
      guard low <= high, (low...high).contains(zero) else { throw .codes(low: low, high: high, zero: zero) }
    }
  }

  func check(_ transfer: Transfer, memorySize: Int) throws(ProgramError.Reason) {
    guard transfer.isInside(memorySize) else {
      throw .memory(
        transfer.address, rows: transfer.rows, rowBytes: transfer.rowBytes, stride: transfer.stride, memory: memorySize)
    }
    let unit = elementBytes
    guard transfer.address % unit == 0, transfer.rows == 1 || transfer.stride % unit == 0 else {
      throw .unaligned(transfer.address, stride: transfer.stride, unit)
    }
  }
}

/// Why a program is refused, or a machine stopped.
public struct ProgramError: Error, Hashable, CustomStringConvertible {
  /// The place of the instruction, from 0; nil where it is the configuration that is refused.
  public let index: Int?
  /// The instruction in assembly, where there is one.
  public let text: String?
  /// What is wrong.
  public let reason: Reason

  /// Makes an error of its parts.
  public init(index: Int?, text: String?, reason: Reason) {
    self.index = index
    self.text = text
    self.reason = reason
  }

  /// What is wrong with an instruction.
  public enum Reason: Error, Hashable {
    /// The configuration is none.
    case configuration(ConfigurationError)
    /// The word is no instruction.
    case instruction(InstructionError)
    /// So many bytes are left behind the last whole word.
    case partialWord(Int)
    /// The program has no END.
    case noEnd
    /// A number is beyond what the configuration has.
    case limit(String, Int, Int)
    /// Stride register or cursor 0 is set, which stands for none.
    case zeroRegister(Opcode)
    /// The codes of the quantiser are not low ≤ zero ≤ high.
    case codes(low: Int, high: Int, zero: Int)
    /// Bytes outside the memory are touched.
    case memory(Int, rows: Int, rowBytes: Int, stride: Int, memory: Int)
    /// An address is not a multiple of its elements' size.
    case unaligned(Int, stride: Int, Int)
    /// A load reads what a store wrote without FENCE between them.
    case unfenced(Int)
    /// A product goes deeper than its banks are filled.
    case depth(Int, x: Int, y: Int)
    /// A table has fewer entries than columns are asked for.
    case table(Opcode.Table, Int, columns: Int)
    /// A requantiser's multiplier or shift is none.
    case requantizer(column: Int, multiplier: Int, shift: Int)
    /// An operand is not that many bits wide.
    case operand(Int, width: Int)
  }

  /// `instruction 3 (load.x …): `, what is wrong, and what to do.
  public var description: String {
    let place = index.map { "instruction \($0)" + (text.map { " (\($0))" } ?? "") + ": " } ?? ""
    return "\(place)\(reason)"
  }
}

extension ProgramError.Reason: CustomStringConvertible {
  /// What is wrong, and what to do.
  public var description: String {
    switch self {
    case .configuration(let error): "\(error)"
    case .instruction(let error): "\(error)"
    case .partialWord(let count): "\(count) bytes are left: a program has eight bytes for each instruction"
    case .noEnd: "the program goes on behind its last instruction: write end"
    case .limit(let what, let value, let most): "\(what) is \(value): this configuration has up to \(most)"
    case .zeroRegister(let opcode): "\(opcode.rawValue) 0 cannot be set, it stands for none: use 1 to 3"
    case .codes(let low, let high, let zero):
      "codes from \(low) to \(high) with zero at \(zero): order them low ≤ zero ≤ high"
    case .memory(let address, let rows, let rowBytes, let stride, let memory):
      "\(rows) rows of \(rowBytes) bytes from address \(address), \(stride) apart, leave the memory of \(memory) bytes"
    case .unaligned(let address, let stride, let unit):
      "address \(address) with stride \(stride) cuts an element in two: use multiples of \(unit)"
    case .unfenced(let address):
      "the byte at address \(address) was stored by an instruction before: put fence between the store and the load"
    case .depth(let depth, let x, let y):
      "depth \(depth) is more than was loaded, \(x) of X and \(y) of Y: load more, or go less deep"
    case .table(let table, let count, let columns):
      "the table of \(table) has \(count) entries, the tile \(columns) columns: load the table first"
    case .requantizer(let column, let multiplier, let shift):
      "the requantiser of column \(column) is \(multiplier) / 2^\(shift): use a multiplier of 16 bits and a shift of 0 to 47"
    case .operand(let value, let width): "the operand \(value) has more than \(width) bits: store it as one that fits"
    }
  }
}
