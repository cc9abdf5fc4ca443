import NumberFormats
import SmallModels
import TATAA
import Testing

struct EncodingTests {
  @Test func `No two operations have the same code, and all fields fit side by side`() {
    #expect(Set(Opcode.allCases.map(\.code)).count == Opcode.allCases.count)
    for opcode in Opcode.allCases {
      #expect(Opcode(code: opcode.code) == opcode)
      #expect((0..<64).contains(opcode.code))
      var end = 0
      for field in opcode.fields {
        #expect(field.offset == end && field.width > 0, "\(opcode)")
        #expect(!field.meaning.isEmpty)
        end += field.width
      }
      #expect(end <= 57, "\(opcode)")
      #expect(Set(opcode.fields.map(\.name)).count == opcode.fields.count)
    }
  }

  /// Each field alone and all together at the least and the greatest value, and random ones.
  static func samples(_ opcode: Opcode) throws -> [Instruction] {
    let fields = opcode.fields
    let least = Dictionary(uniqueKeysWithValues: fields.map { ($0.name, $0.values.lowerBound) })
    let most = Dictionary(uniqueKeysWithValues: fields.map { ($0.name, $0.values.upperBound) })
    var given = [least, most]
    for field in fields {
      given.append(least.merging([field.name: field.values.upperBound]) { $1 })
      given.append(most.merging([field.name: field.values.lowerBound]) { $1 })
    }
    var random = SeededGenerator(seed: UInt64(opcode.code))
    for _ in 0..<50 {
      given.append(
        Dictionary(uniqueKeysWithValues: fields.map { ($0.name, Int.random(in: $0.values, using: &random)) }))
    }
    return try given.map { try Instruction(opcode, $0) }
  }

  @Test(arguments: Opcode.allCases)
  func `Every instruction survives binary and text`(opcode: Opcode) throws {
    for instruction in try Self.samples(opcode) {
      #expect(try Instruction(word: instruction.word) == instruction)
      #expect(try Assembler()("\(instruction)") == MachineProgram([instruction]), "\(instruction)")
      #expect(instruction.word >> 63 == (opcode == .nop ? 0 : 1))
    }
    // Different instructions have different words.
    let all = try Set(Self.samples(opcode))
    #expect(Set(all.map(\.word)).count == all.count)
  }

  @Test func `Words of known instructions`() throws {
    let program = try Assembler()(
      """
      const c3, 1.5
      fma v1, -v2, c3, -c4
      matmul x=1, y=0, depth=512, start=bias
      load.x 1, address=0x1234, depth=10, rows=32
      end
      """)
    func word(_ code: UInt64, _ fields: UInt64...) -> UInt64 { fields.reduce(1 << 63 | code << 57, |) }
    let (v2, c3, c4): (UInt64, UInt64, UInt64) = (2 | 1 << 9, 3 | 1 << 8, 4 | 3 << 8)
    #expect(
      program.words == [
        word(1, 3, 0x3FC0 << 8), word(34, 1, v2 << 8, c3 << 18, c4 << 28), word(16, 1, 511 << 2, 2 << 12),
        word(8, 1, 0x1234 << 1, 9 << 33, 31 << 43), word(6),
      ])
    #expect(try MachineProgram(bytes: program.bytes) == program)
  }

  @Test func `Words that are no instruction are refused`() throws {
    #expect(throws: InstructionError.code(1 << 63 | 63 << 57)) { try Instruction(word: 1 << 63 | 63 << 57) }
    #expect(throws: InstructionError.reserved(.end, 1 << 63 | 6 << 57 | 1)) {
      try Instruction(word: 1 << 63 | 6 << 57 | 1)
    }
    let badChoice: UInt64 = 1 << 63 | 16 << 57 | 3 << 12
    #expect(throws: InstructionError.choice(.matmul, .start, badChoice)) { try Instruction(word: badChoice) }
    #expect(throws: ProgramError(index: 1, text: nil, reason: .instruction(.code(.max)))) {
      try MachineProgram(words: [0, .max])
    }
    #expect(try Instruction(word: 0x7FFF_FFFF_FFFF_FFFF).opcode == .nop)
    #expect(throws: ProgramError(index: 1, text: nil, reason: .partialWord(3))) {
      try MachineProgram(bytes: [UInt8](repeating: 0, count: 11))
    }
  }

  @Test func `Values that do not fit are refused by name`() {
    #expect(throws: InstructionError.value(.matmul, .depth, 1025, 1...1024)) {
      try Instruction(.matmul, [.x: 0, .y: 0, .depth: 1025, .start: 0])
    }
    #expect(throws: InstructionError.missing(.matmul, .start)) {
      try Instruction(.matmul, [.x: 0, .y: 0, .depth: 4])
    }
    #expect(throws: InstructionError.unknown(.end, .depth)) { try Instruction(.end, [.depth: 1]) }
    #expect(throws: InstructionError.operands(.add, 1)) { try Instruction.vector(.add, 0, .vector(1)) }
    #expect(
      "\(InstructionError.value(.matmul, .depth, 1025, 1...1024))" == "depth of matmul is 1025: give 1 to 1024")
  }
}
