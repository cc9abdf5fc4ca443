extension Instruction {
  /// The word of the instruction.
  public var word: UInt64 {
    guard opcode != .nop else { return 0 }
    var word = 1 << 63 | UInt64(opcode.code) << 57
    for (field, value) in zip(opcode.fields, values) { word |= field.bits(of: value) }
    return word
  }

  /// Reads a word.
  ///
  /// - Throws: ``InstructionError`` when it has an operation or a choice that does not exist, or a bit of no field.
  public init(word: UInt64) throws(InstructionError) {
    guard word >> 63 == 1 else {
      self.init(unchecked: .nop, [])
      return
    }
    guard let opcode = Opcode(code: Int(word >> 57 & 0x3F)) else { throw .code(word) }
    var used: UInt64 = 0x7F << 57
    var values: [Int] = []
    for field in opcode.fields {
      used |= ((1 << UInt64(field.width)) - 1) << UInt64(field.offset)
      guard let value = field.value(in: word) else { throw .choice(opcode, field.name, word) }
      values.append(value)
    }
    guard word & ~used == 0 else { throw .reserved(opcode, word) }
    self.init(unchecked: opcode, values)
  }
}

/// Instructions in the order in which they are executed: there is no jump.
public struct MachineProgram: Hashable, Sendable {
  /// The instructions.
  public var instructions: [Instruction]

  /// A program of instructions.
  public init(_ instructions: [Instruction] = []) { self.instructions = instructions }

  /// The words, as they stand in memory.
  public var words: [UInt64] { instructions.map(\.word) }

  /// Reads words.
  ///
  /// - Throws: ``ProgramError`` with the place of the word that is none.
  public init(words: [UInt64]) throws(ProgramError) {
    instructions = []
    for (index, word) in words.enumerated() {
      do throws(InstructionError) { instructions.append(try Instruction(word: word)) } catch {
        throw ProgramError(index: index, text: nil, reason: .instruction(error))
      }
    }
  }

  /// The words, eight bytes each, the lowest first.
  public var bytes: [UInt8] { words.flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) } } }

  /// Reads words of eight bytes, the lowest first.
  ///
  /// - Throws: ``ProgramError`` when the bytes are not whole words, or one of them is no instruction.
  public init(bytes: [UInt8]) throws(ProgramError) {
    guard bytes.count % 8 == 0 else {
      throw ProgramError(index: bytes.count / 8, text: nil, reason: .partialWord(bytes.count % 8))
    }
    try self.init(
      words: stride(from: 0, to: bytes.count, by: 8).map { start in
        (0..<8).reduce(UInt64(0)) { $0 | UInt64(bytes[start + $1]) << UInt64(8 * $1) }
      })
  }
}
