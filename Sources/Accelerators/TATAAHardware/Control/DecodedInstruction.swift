import HDL
import TATAA

/// The fields of an instruction word, read by the tables of the instruction set.
struct DecodedInstruction {
  /// The word.
  let word: Bits

  /// 1 for a word that is an instruction of `opcode`, by its code alone.
  private let isOpcode: [Opcode: Bit]

  /// Reads `word` of 64 bits.
  init(_ word: Bits) {
    self.word = word
    var isOpcode: [Opcode: Bit] = [:]
    let code = word[57..<63].asUnsigned
    for opcode in Opcode.allCases {
      let matches = word[63] & (code .== UInt(opcode.code))
      // A word without its highest bit does nothing, whatever else it says.
      isOpcode[opcode] = (opcode == .nop ? matches | !word[63] : matches).named("is_\(opcode)")
    }
    self.isOpcode = isOpcode
  }

  /// 1 for one of these instructions.
  func isOne(of opcodes: Opcode...) -> Bit { isOne(of: opcodes) }

  /// 1 for one of these instructions.
  func isOne(of opcodes: [Opcode]) -> Bit { anyOf(opcodes.map { isOpcode[$0] ?? false }) }

  /// The bits of a field of an instruction of `opcode`; of a count, they hold one less.
  func bits(_ name: InstructionField.Name, of opcode: Opcode) -> Bits {
    guard let field = opcode.fields.first(where: { $0.name == name }) else {
      preconditionFailure("\(opcode) has no \(name)")
    }
    return word[field.offset..<field.offset + field.width]
  }

  /// The bits of a field of whichever of `opcodes` the instruction is of, as a number of `width` bits; 0 of another one.
  func number(_ name: InstructionField.Name, of opcodes: Opcode..., width: Int) -> UInt {
    let values = opcodes.map { opcode in
      mux(isOne(of: opcode), bits(name, of: opcode).asUnsigned.resized(to: width), 0)
    }
    return values.dropFirst().reduce(values[0], |)
  }

  /// The bit of a flag of whichever of `opcodes` the instruction is of; 0 of another one.
  func flag(_ name: InstructionField.Name, of opcodes: Opcode...) -> Bit {
    anyOf(opcodes.map { isOne(of: $0) & bits(name, of: $0)[0] })
  }

  /// The operations on lanes.
  static let laneOperations = Opcode.allCases.filter { $0.arity != nil }
  /// The reductions over lanes.
  static let reductions: [Opcode] = [.reduceSum, .reduceMaximum]
  /// The instructions that read memory.
  static let loads: [Opcode] = [.loadX, .loadY, .loadAccumulators, .loadTable, .loadVector]
  /// The instructions that write memory.
  static let stores: [Opcode] = [.storeAccumulators, .storeVector]
}

// What can be refused without knowing what went before: the same as golden and assembler refuse, from the same tables.
extension DecodedInstruction {
  /// 1 for a word that is no instruction: of no operation, with a bit of no field, or a choice that does not exist.
  var isUnknown: Bit {
    let known = anyOf(Opcode.allCases.map { isOpcode[$0] ?? false })
    let mistakes = Opcode.allCases.map { opcode -> Bit in
      var used: UInt64 = 0x7F << 57
      var wrong: [Bit] = []
      for field in opcode.fields {
        used |= ((1 << UInt64(field.width)) - 1) << UInt64(field.offset)
        if case .choice(let words) = field.kind, words.count < 1 << field.width {
          wrong.append(word[field.offset..<field.offset + field.width].asUnsigned .>= UInt(words.count))
        }
      }
      let free = (0..<57).filter { used >> UInt64($0) & 1 == 0 }
      if let first = free.first { wrong.append(word[first..<57].any) }
      return isOne(of: opcode) & word[63] & (wrong.isEmpty ? false : anyOf(wrong))
    }
    return !known | anyOf(mistakes)
  }

  /// 1 for a number beyond what the configuration has, or a register 0 that stands for none.
  func isBeyond(_ configuration: Configuration) -> Bit {
    anyOf(
      Opcode.allCases.map { opcode in
        let wrong = opcode.fields.compactMap { isBeyond($0, of: opcode, configuration) }
        return isOne(of: opcode) & word[63] & (wrong.isEmpty ? false : anyOf(wrong))
      })
  }

  private func isBeyond(_ field: InstructionField, of opcode: Opcode, _ c: Configuration) -> Bit? {
    let value = word[field.offset..<field.offset + field.width].asUnsigned
    /// Whether a number is not below a count.
    func exceeds(_ value: UInt, _ count: Int) -> Bit? {
      count > (1 << value.width) - 1 ? nil : value .>= UInt(count)
    }
    switch field.kind {
    case .register:
      guard field.name == .register else { return exceeds(value, c.vectorRegisters) }
      return exceeds(value + bits(.count, of: opcode).asUnsigned, c.vectorRegisters)
    case .constant: return exceeds(value, c.constantRegisters)
    case .operand:
      let number = value[0..<8].asUnsigned
      let (vector, constant) = (exceeds(number, c.vectorRegisters), exceeds(number, c.constantRegisters))
      return value[8] & (constant ?? false) | !value[8] & (vector ?? false)
    default: break
    }
    switch field.name {
    case .bank, .x, .y: return exceeds(value, c.operandBanks)
    case .depth: return exceeds(value, c.maximumDepth)
    case .rows: return exceeds(value, c.tileRows)
    case .columns: return exceeds(value, c.tileColumns)
    case .lanes: return exceeds(value, c.vectorLanes)
    case .count where opcode == .loadTable: return exceeds(value, c.tileColumns)
    case .index: return value .== 0
    default: return nil
    }
  }

  /// 1 for a quantiser of which the codes are not low ≤ zero ≤ high.
  var hasBadCodes: Bit {
    let codes = codeRange
    return isOne(of: .quantizer) & ((codes.low .> codes.zero) | (codes.zero .> codes.high))
  }

  /// The codes of a quantiser.
  var codeRange: CodeRange {
    CodeRange(
      low: bits(.low, of: .quantizer).asSigned, high: bits(.high, of: .quantizer).asSigned,
      zero: bits(.zero, of: .quantizer).asSigned)
  }
}
