import NumberFormats

/// One instruction: an operation, and a value for each of its fields.
public struct Instruction: Hashable, Sendable {
  /// The operation.
  public let opcode: Opcode
  /// A value for each field, in the order of ``Opcode/fields``.
  public let values: [Int]

  /// Makes an instruction; a field that is not given has its default.
  ///
  /// - Throws: ``InstructionError`` when the operation has no such field, one without default is missing, or a value does not
  ///   fit its bits.
  public init(_ opcode: Opcode, _ given: [InstructionField.Name: Int] = [:]) throws(InstructionError) {
    let fields = opcode.fields
    for name in given.keys where !fields.contains(where: { $0.name == name }) { throw .unknown(opcode, name) }
    var values: [Int] = []
    for field in fields {
      guard let value = given[field.name] ?? field.defaultValue else { throw .missing(opcode, field.name) }
      guard field.values.contains(value) else { throw .value(opcode, field.name, value, field.values) }
      values.append(value)
    }
    self.opcode = opcode
    self.values = values
  }

  init(unchecked opcode: Opcode, _ values: [Int]) {
    self.opcode = opcode
    self.values = values
  }

  /// The value of a field; 0 where the operation has none of this name.
  public subscript(name: InstructionField.Name) -> Int {
    for (place, field) in opcode.fields.enumerated() where field.name == name { return values[place] }
    return 0
  }

  /// The operand in a field.
  func operand(_ name: InstructionField.Name) -> VectorOperand { VectorOperand(code: self[name]) }
}

extension Instruction {
  /// Sets a constant register.
  ///
  /// - Throws: ``InstructionError`` when the number of the register does not fit.
  public static func constant(_ index: Int, _ value: BFloat16) throws(InstructionError) -> Instruction {
    try Instruction(.constant, [.index: index, .value: Int(value.bitPattern)])
  }

  /// An operation on lanes.
  ///
  /// - Throws: ``InstructionError`` when the number of operands is not that of the operation, or a register does not fit.
  public static func vector(
    _ opcode: Opcode, _ destination: Int, _ operands: VectorOperand...
  ) throws(InstructionError) -> Instruction {
    try vector(opcode, destination, operands)
  }

  static func vector(
    _ opcode: Opcode, _ destination: Int, _ operands: [VectorOperand]
  ) throws(InstructionError) -> Instruction {
    guard opcode.arity == operands.count else { throw .operands(opcode, operands.count) }
    var given: [InstructionField.Name: Int] = [.destination: destination]
    for (name, operand) in zip([InstructionField.Name.first, .second, .third], operands) {
      guard (0...255).contains(operand.index) else { throw .value(opcode, name, operand.index, 0...255) }
      given[name] = operand.code
    }
    return try Instruction(opcode, given)
  }
}

/// Why an instruction is none.
public enum InstructionError: Error, Hashable, CustomStringConvertible {
  /// The operation has no such field.
  case unknown(Opcode, InstructionField.Name)
  /// A field has neither value nor default.
  case missing(Opcode, InstructionField.Name)
  /// A value does not fit.
  case value(Opcode, InstructionField.Name, Int, ClosedRange<Int>)
  /// The number of operands is wrong.
  case operands(Opcode, Int)
  /// A word has an operation that does not exist.
  case code(UInt64)
  /// A word has a bit where no field is.
  case reserved(Opcode, UInt64)
  /// A word has a choice that does not exist.
  case choice(Opcode, InstructionField.Name, UInt64)

  /// What is wrong, and what to give instead.
  public var description: String {
    switch self {
    case .unknown(let opcode, let name):
      "\(opcode.rawValue) has no field \"\(name.rawValue)\": it has \(Self.list(opcode))"
    case .missing(let opcode, let name): "\(opcode.rawValue) needs \"\(name.rawValue)\": give it"
    case .value(let opcode, let name, let value, let range):
      "\(name.rawValue) of \(opcode.rawValue) is \(value): give \(range.lowerBound) to \(range.upperBound)"
    case .operands(let opcode, let count):
      "\(opcode.rawValue) takes \(opcode.arity.map { "\($0)" } ?? "no") operands, not \(count)"
    case .code(let word):
      "the word 0x\(Self.hexadecimal(word)) has the operation \(word >> 57 & 0x3F), which does not exist: was it assembled "
        + "for another machine?"
    case .reserved(let opcode, let word):
      "the word 0x\(Self.hexadecimal(word)) of \(opcode.rawValue) has a bit set that belongs to no field: clear it"
    case .choice(let opcode, let name, let word):
      "the word 0x\(Self.hexadecimal(word)) has a \(name.rawValue) that \(opcode.rawValue) does not know"
    }
  }

  private static func list(_ opcode: Opcode) -> String {
    let names = opcode.fields.map(\.name.rawValue)
    return names.isEmpty ? "none" : names.joined(separator: ", ")
  }

  static func hexadecimal(_ word: UInt64) -> String {
    let digits = String(word, radix: 16, uppercase: true)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
