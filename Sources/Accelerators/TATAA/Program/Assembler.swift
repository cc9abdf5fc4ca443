import NumberFormats

/// Reads programs as text.
///
///     .equ scores 0x400              ; a name for a number
///     stride 1, 64
///     load.v v0, address=scores, lanes=4, stride=1
///     fma v1, v0, c2, -v0
///     store.v bfloat16, v1, address=scores+8, lanes=4
///     end
///
/// A line holds one instruction, `; ` starts a comment. Operands come in the order of the fields; fields with a name are
/// written `name=value` in any order, flags by their name alone. A number is decimal or `0x…`, and where an address or a
/// count stands also a symbol, or a sum of these. The value of a constant is `0x3F80` for bits, or `1.5`, rounded once.
public struct Assembler: Sendable {
  /// Names for numbers.
  public private(set) var symbols: [String: Int]

  /// An assembler that knows some names for numbers, such as those of a ``MemoryImage``.
  public init(symbols: [String: Int] = [:]) { self.symbols = symbols }

  /// The program of a text.
  ///
  /// - Throws: ``AssemblyError`` with the line and column of the first mistake.
  public func callAsFunction(_ text: String) throws(AssemblyError) -> MachineProgram {
    var reader = self
    var program = MachineProgram()
    for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      do throws(LineError) {
        if let instruction = try reader.read(Array(line)) { program.instructions.append(instruction) }
      } catch { throw AssemblyError(line: number + 1, column: error.column + 1, reason: error.reason) }
    }
    return program
  }

  /// A mistake at a place of a line.
  private struct LineError: Error {
    var column: Int
    var reason: AssemblyError.Reason
  }

  /// Characters with the place where they start.
  private struct Piece {
    var column: Int
    var text: String

    func dropFirst(_ count: Int) -> Piece { Piece(column: column + count, text: String(text.dropFirst(count))) }
  }

  private mutating func read(_ line: [Character]) throws(LineError) -> Instruction? {
    let content = line.prefix { $0 != ";" }
    guard let start = content.firstIndex(where: { !$0.isWhitespace }) else { return nil }
    let end = content[start...].firstIndex { $0.isWhitespace } ?? content.endIndex
    let head = Piece(column: start, text: String(content[start..<end]))
    let rest = Array(content[end...])
    if head.text.hasPrefix(".") {
      try directive(head, rest, at: end)
      return nil
    }
    guard let opcode = Opcode(rawValue: head.text) else {
      throw LineError(column: head.column, reason: .operation(head.text))
    }
    return try instruction(opcode, head, Self.pieces(rest, at: end))
  }

  /// What stands between commas.
  private static func pieces(_ characters: [Character], at offset: Int) throws(LineError) -> [Piece] {
    guard characters.contains(where: { !$0.isWhitespace }) else { return [] }
    var pieces: [Piece] = []
    var start = 0
    for place in 0...characters.count where place == characters.count || characters[place] == "," {
      guard let first = (start..<place).first(where: { !characters[$0].isWhitespace }) else {
        throw LineError(column: offset + place, reason: .empty)
      }
      let last = (start..<place).last { !characters[$0].isWhitespace } ?? first
      pieces.append(Piece(column: offset + first, text: String(characters[first...last])))
      start = place + 1
    }
    return pieces
  }

  private mutating func directive(_ head: Piece, _ rest: [Character], at offset: Int) throws(LineError) {
    guard head.text == ".equ" else { throw LineError(column: head.column, reason: .directive(head.text)) }
    let words = String(rest).split(whereSeparator: \.isWhitespace)
    guard words.count == 2 else { throw LineError(column: head.column, reason: .equ) }
    let name = String(words[0])
    let column = offset + (rest.firstIndex { !$0.isWhitespace } ?? 0)
    guard Self.isName(name) else { throw LineError(column: column, reason: .name(name)) }
    guard symbols[name] == nil else { throw LineError(column: column, reason: .sameName(name)) }
    let place = String(rest).distance(
      from: String(rest).startIndex, to: words[1].startIndex)
    symbols[name] = try number(Piece(column: offset + place, text: String(words[1])))
  }

  private static func isName(_ text: String) -> Bool {
    guard let first = text.first, first.isLetter || first == "_" else { return false }
    return text.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "." }
  }

  private func instruction(_ opcode: Opcode, _ head: Piece, _ pieces: [Piece]) throws(LineError) -> Instruction {
    var given: [InstructionField.Name: Int] = [:]
    var positional = opcode.fields.filter(\.isPositional)[...]
    for piece in pieces {
      let field: InstructionField
      let value: Piece
      if let equals = piece.text.firstIndex(of: "=") {
        let count = piece.text.distance(from: piece.text.startIndex, to: equals)
        let name = piece.text.prefix(count).trimmed
        guard
          let found = opcode.fields.first(where: { $0.name.rawValue == name && !$0.isPositional && $0.kind != .flag })
        else { throw LineError(column: piece.column, reason: .field(opcode, name)) }
        let blanks = piece.text.dropFirst(count + 1).prefix { $0.isWhitespace }.count
        (field, value) = (found, piece.dropFirst(count + 1 + blanks))
      } else if let flag = opcode.fields.first(where: { $0.kind == .flag && $0.name.rawValue == piece.text }) {
        guard given.updateValue(1, forKey: flag.name) == nil else {
          throw LineError(column: piece.column, reason: .twice(opcode, flag.name))
        }
        continue
      } else if let next = positional.popFirst() {
        (field, value) = (next, piece)
      } else {
        throw LineError(column: piece.column, reason: .tooMany(opcode, piece.text))
      }
      let number = try read(value, as: field)
      guard field.values.contains(number) else {
        throw LineError(
          column: value.column, reason: .instruction(.value(opcode, field.name, number, field.values)))
      }
      guard given.updateValue(number, forKey: field.name) == nil else {
        throw LineError(column: piece.column, reason: .twice(opcode, field.name))
      }
    }
    do throws(InstructionError) { return try Instruction(opcode, given) } catch {
      throw LineError(column: head.column, reason: .instruction(error))
    }
  }

  private func read(_ piece: Piece, as field: InstructionField) throws(LineError) -> Int {
    switch field.kind {
    case .choice(let words):
      guard let place = words.firstIndex(of: piece.text) else {
        throw LineError(column: piece.column, reason: .choice(piece.text, words))
      }
      return place
    case .register: return try register(piece, "v")
    case .constant: return try register(piece, "c")
    case .operand:
      let isNegated = piece.text.hasPrefix("-")
      let name = isNegated ? piece.dropFirst(1) : piece
      let isConstant = name.text.hasPrefix("c")
      let index = try register(name, isConstant ? "c" : "v")
      return VectorOperand(index: index, isConstant: isConstant, isNegated: isNegated).code
    case .bfloat16:
      if piece.text.hasPrefix("0x") { return try number(piece) }
      guard let value = Double(piece.text) else { throw LineError(column: piece.column, reason: .number(piece.text)) }
      return Int(BFloat16(value).bitPattern)
    default: return try number(piece)
    }
  }

  private func register(_ piece: Piece, _ letter: Character) throws(LineError) -> Int {
    guard piece.text.first == letter, let index = Int(piece.text.dropFirst()), (0...255).contains(index),
      piece.text.dropFirst().allSatisfy(\.isNumber)
    else { throw LineError(column: piece.column, reason: .register(piece.text, letter)) }
    return index
  }

  /// A number, a symbol, or a sum of these.
  private func number(_ piece: Piece) throws(LineError) -> Int {
    var total = 0
    var start = 0
    let characters = Array(piece.text)
    for place in 0...characters.count where place == characters.count || characters[place] == "+" {
      let term = String(characters[start..<place])
      let blanks = term.prefix { $0.isWhitespace }.count
      let found = try self.term(Piece(column: piece.column + start + blanks, text: term.trimmed))
      let (sum, overflow) = total.addingReportingOverflow(found)
      guard !overflow else { throw LineError(column: piece.column, reason: .number(piece.text)) }
      total = sum
      start = place + 1
    }
    return total
  }

  private func term(_ piece: Piece) throws(LineError) -> Int {
    if let symbol = symbols[piece.text] { return symbol }
    let isHexadecimal = piece.text.hasPrefix("0x") && piece.text.dropFirst(2).allSatisfy(\.isHexDigit)
    let found = isHexadecimal ? Int(piece.text.dropFirst(2), radix: 16) : Int(piece.text)
    guard let found else {
      throw LineError(
        column: piece.column, reason: Self.isName(piece.text) ? .symbol(piece.text) : .number(piece.text))
    }
    return found
  }
}

extension StringProtocol {
  /// The characters without blanks at both ends.
  fileprivate var trimmed: String {
    let start = firstIndex { !$0.isWhitespace } ?? endIndex
    let kept = self[start...]
    return String(kept.prefix(kept.count - kept.reversed().prefix { $0.isWhitespace }.count))
  }
}
