import NumberFormats

extension Instruction: CustomStringConvertible {
  /// The instruction in assembly. Fields that have their default are left out.
  public var description: String {
    var parts: [String] = []
    for (field, value) in zip(opcode.fields, values) where field.defaultValue != value {
      let text = field.text(of: value)
      if field.kind == .flag {
        parts.append(field.name.rawValue)
      } else {
        parts.append(field.isPositional ? text : "\(field.name.rawValue)=\(text)")
      }
    }
    return parts.isEmpty ? opcode.rawValue : opcode.rawValue + " " + parts.joined(separator: ", ")
  }
}

extension MachineProgram: CustomStringConvertible {
  /// A line for each instruction.
  public var description: String { instructions.map { "\($0)\n" }.joined() }
}

extension InstructionField {
  fileprivate func text(of value: Int) -> String {
    switch kind {
    case .register: return "v\(value)"
    case .constant: return "c\(value)"
    case .operand: return "\(VectorOperand(code: value))"
    case .choice(let words): return words[value]
    case .bfloat16: return Self.hexadecimal(value, digits: 4)
    case .unsigned where name == .address: return Self.hexadecimal(value, digits: 1)
    default: return "\(value)"
    }
  }

  private static func hexadecimal(_ value: Int, digits: Int) -> String {
    let text = String(value, radix: 16, uppercase: true)
    return "0x" + String(repeating: "0", count: max(0, digits - text.count)) + text
  }
}
