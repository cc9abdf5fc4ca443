/// A mistake in a text of assembly.
public struct AssemblyError: Error, Hashable, CustomStringConvertible {
  /// The line, from 1.
  public let line: Int
  /// The column of the line, from 1.
  public let column: Int
  /// What is wrong.
  public let reason: Reason

  /// What is wrong with a line.
  public enum Reason: Hashable, Sendable {
    /// There is no such operation.
    case operation(String)
    /// There is no such directive.
    case directive(String)
    /// `.equ` has not a name and a number.
    case equ
    /// A name that is none.
    case name(String)
    /// A name is given twice.
    case sameName(String)
    /// Nothing stands between two commas.
    case empty
    /// The operation has no field of this name.
    case field(Opcode, String)
    /// A field is given twice.
    case twice(Opcode, InstructionField.Name)
    /// More operands than the operation takes.
    case tooMany(Opcode, String)
    /// A word that is not among those that a field knows.
    case choice(String, [String])
    /// What should be a register is none.
    case register(String, Character)
    /// What should be a number is none.
    case number(String)
    /// A name that stands for nothing.
    case symbol(String)
    /// The fields do not make an instruction.
    case instruction(InstructionError)
  }

  /// `line 3, column 9: ` and what is wrong, and what to write instead.
  public var description: String { "line \(line), column \(column): \(reason)" }
}

extension AssemblyError.Reason: CustomStringConvertible {
  /// What is wrong, and what to write instead.
  public var description: String {
    switch self {
    case .operation(let text):
      "there is no operation \"\(text)\": the operations are "
        + Opcode.allCases.map(\.rawValue).joined(separator: ", ")
    case .directive(let text): "there is no directive \"\(text)\": write .equ"
    case .equ: "write .equ, a name and a number"
    case .name(let text): "\"\(text)\" is no name: start with a letter, then letters, digits, _ and ."
    case .sameName(let text): "the name \"\(text)\" is there already: take another one"
    case .empty: "nothing stands between two commas: write an operand, or one comma less"
    case .field(let opcode, let text):
      "\(opcode.rawValue) has no field \"\(text)\" with a value: it has "
        + Self.list(opcode.fields.filter { !$0.isPositional && $0.kind != .flag }.map(\.name.rawValue))
    case .twice(let opcode, let name): "\(name.rawValue) of \(opcode.rawValue) is given twice: leave one out"
    case .tooMany(let opcode, let text):
      "\"\(text)\" is more than \(opcode.rawValue) takes: it takes "
        + Self.list(opcode.fields.filter(\.isPositional).map(\.name.rawValue))
    case .choice(let text, let words): "\"\(text)\" is not one of \(words.joined(separator: ", "))"
    case .register(let text, let letter):
      "\"\(text)\" is no register: write \(letter)0 to \(letter)255"
    case .number(let text): "\"\(text)\" is no number: write digits, 0x and hexadecimal digits, or a symbol"
    case .symbol(let text): "there is no symbol \"\(text)\": define it with .equ, or name a region of the memory"
    case .instruction(let error): "\(error)"
    }
  }

  private static func list(_ names: [String]) -> String { names.isEmpty ? "none" : names.joined(separator: ", ") }
}
