import Netlist

/// Writes a module as text, item by item. Line breaks and parentheses are all that it settles.
struct VerilogPrinter {
  /// The item that is being written, and some before it.
  let text: TextBuffer
  /// What was written before.
  private var written = ""
  /// A blank line waits for what it separates.
  private var blank = Blank.unwanted

  private enum Blank { case unwanted, possible, wanted }

  static let lineLength = 100
  /// A choice or list inside another one of more bytes is broken too.
  private static let longestLine = 400

  /// Parts of a list that stand one on a line.
  private static let fewParts = 8

  /// How many bytes wait in the buffer: few enough to stay in a cache.
  private static let chunk = 1 << 15

  /// A printer of about `capacity` bytes.
  init(capacity: Int) {
    text = TextBuffer(capacity: 2 * Self.chunk)
    written.reserveCapacity(capacity)
  }

  mutating func begin(_ module: VerilogHead) {
    for line in module.comment { write(line.isEmpty ? "//" : "// ", line, "\n") }
    write("`default_nettype none\n")
    for (position, macro) in module.checkMacros.enumerated() {
      write(position == 0 ? "`ifdef " : "`elsif ", macro)
      write("\n`define ", VerilogHead.checks, "\n")
    }
    if !module.checkMacros.isEmpty { write("`endif\n") }
    write("\nmodule ", module.name)
    if module.ports.isEmpty {
      write(";\n")
    } else {
      write(" (\n")
      list(module.ports)
      write(");\n")
    }
  }

  /// Ends the module that began with `module`; gives its whole text.
  mutating func end(_ module: VerilogHead) -> String {
    write("endmodule\n\n")
    if !module.checkMacros.isEmpty {
      write("`ifdef ", VerilogHead.checks, "\n")
      write("`undef ", VerilogHead.checks, "\n`endif\n")
    }
    write("`default_nettype wire\n")
    text.move(to: &written)
    return written
  }

  func write(_ part: String) { text.append(part) }

  func write(_ first: String, _ second: String) {
    write(first)
    write(second)
  }

  func write(_ first: String, _ second: String, _ third: String) {
    write(first)
    write(second)
    write(third)
  }

  static func range(_ type: VerilogType) -> String {
    let sign = type.isSigned ? "signed " : ""
    return type.width == 1 && !type.isSigned ? "" : "\(sign)[\(type.width - 1):0]"
  }

  private func declare(_ keyword: String, _ type: VerilogType, _ name: String) {
    text.append(keyword, type)
    write(name)
  }

  mutating func print(_ items: [VerilogItem]) { for item in items { print(item) } }

  mutating func print(_ item: VerilogItem) {
    if case .blank = item { return separate() }
    open()
    printBody(item)
  }

  /// Asks for a blank line before what comes next, if anything does.
  mutating func separate() { if blank == .possible { blank = .wanted } }

  /// Writes the blank line that was asked for; something follows.
  mutating func open() {
    if text.count > Self.chunk { text.move(to: &written) }
    if blank == .wanted { write("\n") }
    blank = .possible
  }

  private func printBody(_ item: VerilogItem) {
    switch item {
    case .wire(let name, let type, let value):
      declare("wire", type, name)
      if let value {
        write(" = ")
        print(value, indent: 4)
      }
      write(";\n")
    case .parameter(let name, let type, let value):
      declare("localparam", type, name)
      write(" = ")
      print(value, indent: 4)
      write(";\n")
    case .variable(let name, let type, let attribute):
      if let attribute { write("  (* ", attribute, " *)\n") }
      declare("reg", type, name)
      write(";\n")
    case .memory(let name, let type, let depth, let attribute):
      if let attribute { write("  (* ", attribute, " *)\n") }
      declare("reg", type, name)
      write(" [0:\(depth - 1)];\n")
    case .assign(let name, let value):
      write("  assign ", name, " = ")
      print(value, indent: 4)
      write(";\n")
    case .array(let name, let type, let count):
      declare("wire", type, name)
      write(" [0:\(count - 1)];\n")
    case .genvar(let names): write("  genvar ", names.joined(separator: ", "), ";\n")
    case .generate(let items):
      write("  generate\n")
      for item in items { printNested(item, indent: 4) }
      write("  endgenerate\n")
    case .drive, .loop, .instance: printNested(item, indent: 2)
    case .clocked(let event, let statements):
      write("  always @(", event, ") begin\n")
      print(statements, indent: 4)
      write("  end\n")
    case .table(let target, let subject, let entries):
      write("  always @* begin\n    case (")
      print(subject, indent: 6)
      write(")\n")
      for entry in entries {
        printLabels(entry.labels, indent: 6)
        write(" ", target, " = ")
        print(entry.value, indent: 8)
        write(";\n")
      }
      write("    endcase\n  end\n")
    case .initial(let values):
      write("  initial begin\n")
      for (name, value) in values {
        write("    ", name, " = ")
        print(value, indent: 6)
        write(";\n")
      }
      write("  end\n")
    case .load(let file, let memory):
      write("`ifdef SYSTOLE_DATA\n  initial $readmemh({`SYSTOLE_DATA, \"/", file)
      write("\"}, ", memory, ");\n`else\n")
      write("  initial $readmemh(\"", file, "\", ")
      write(memory, ");\n`endif\n")
    case .conditional(let macro, let items):
      write("`ifdef ", macro, "\n")
      for item in items { printBody(item) }
      write("`endif\n")
    case .comment(let line): write("  // ", line, "\n")
    case .blank: break
    }
  }

  func indent(_ count: Int) { text.append(repeating: 32, count: count) }

  private func print(_ statements: [VerilogStatement], indent depth: Int) {
    for statement in statements { print(statement, indent: depth) }
  }

  private func print(_ statement: VerilogStatement, indent depth: Int, afterElse: Bool = false) {
    if !afterElse { indent(depth) }
    switch statement {
    case .assign(let name, let value):
      write(name, " <= ")
      print(value, indent: depth + 2)
      write(";\n")
    case .store(let word, let value):
      printFlat(word)
      write(" <= ")
      print(value, indent: depth + 2)
      write(";\n")
    case .property(let kind, let label, let condition):
      write(label, ": ", kind)
      write(" (")
      print(condition, indent: depth + 4)
      write(");\n")
    case .call(let call): write(call, ";\n")
    case .condition(let condition, let yes, let no):
      write("if (")
      print(condition, indent: depth + 4)
      write(") begin\n")
      print(yes, indent: depth + 2)
      indent(depth)
      write("end")
      guard !no.isEmpty else { return write("\n") }
      if no.count == 1, case .condition = no[0] {
        write(" else ")
        print(no[0], indent: depth, afterElse: true)
      } else {
        write(" else begin\n")
        print(no, indent: depth + 2)
        indent(depth)
        write("end\n")
      }
    case .choice(let subject, let entries):
      write("case (")
      print(subject, indent: depth + 4)
      write(")\n")
      for entry in entries {
        printLabels(entry.labels, indent: depth + 2)
        if entry.body.isEmpty {
          write(" ;\n")
        } else if entry.body.count == 1, case .assign(let name, let value) = entry.body[0] {
          write(" ", name, " <= ")
          print(value, indent: depth + 6)
          write(";\n")
        } else {
          write(" begin\n")
          print(entry.body, indent: depth + 4)
          indent(depth + 2)
          write("end\n")
        }
      }
      indent(depth)
      write("endcase\n")
    }
  }

  /// The values for which a branch of a case statement is taken, over as many lines as they need.
  private func printLabels(_ labels: [VerilogExpression], indent depth: Int) {
    indent(depth)
    if labels.isEmpty { write("default") }
    for (index, label) in labels.enumerated() {
      if index > 0 {
        write(",")
        if text.lineLength > Self.lineLength - 20 {
          write("\n")
          indent(depth + 2)
        } else {
          write(" ")
        }
      }
      printFlat(label)
    }
    write(":")
  }

  // MARK: Expressions

  private static func precedence(_ operation: String) -> Int {
    switch operation {
    case "*": 10
    case "+", "-": 9
    case "<<", ">>", ">>>": 8
    case "<", "<=", ">", ">=": 7
    case "==", "!=": 6
    case "&": 5
    case "^": 4
    case "|": 3
    default: preconditionFailure("unknown operator \(operation)")
    }
  }

  /// How tightly the outermost operator of `expression` binds.
  private static func precedence(_ expression: VerilogExpression) -> Int {
    switch expression {
    case .binary(let operation, _, _): precedence(operation)
    case .conditional: 1
    case .unary: 11
    // A minus before the digits is an operator.
    case .literal(let digits): digits.utf8.first == UInt8(ascii: "-") ? 11 : 12
    default: 12
    }
  }

  func print(_ expression: VerilogExpression, indent depth: Int) {
    let start = text.count
    printFlat(expression)
    guard text.count - start > Self.lineLength / 2 else { return }
    guard text.lineLength > Self.lineLength else { return }
    switch expression {
    case .conditional, .concatenation:
      text.truncate(to: start)
      printBroken(expression, indent: depth)
    case .unary(let operation, let operand) where text.lineLength > Self.longestLine:
      text.truncate(to: start)
      write(operation)
      printBroken(operand, indent: depth)
    default: break
    }
  }

  /// Long choices and lists over several lines, one alternative or element a line.
  private func printBroken(_ expression: VerilogExpression, indent depth: Int) {
    switch expression {
    case .conditional(let condition, let yes, let no):
      print(condition, above: 1)
      write("\n")
      indent(depth)
      write("? ")
      let start = text.count
      print(yes, above: 1)
      if text.count - start > Self.longestLine, case .conditional = yes {
        text.truncate(to: start)
        write("(")
        printBroken(yes, indent: depth + 2)
        write(")")
      }
      write("\n")
      indent(depth)
      write(": ")
      if case .conditional = no { printBroken(no, indent: depth) } else { print(no, above: 0) }
    case .concatenation(let parts) where parts.count > Self.fewParts && parts.allSatisfy(\.isShort):
      write("{\n")
      printFilled(parts, indent: depth)
      indent(depth - 2)
      write("}")
    case .concatenation(let parts):
      write("{\n")
      for (index, part) in parts.enumerated() {
        indent(depth)
        let start = text.count
        printFlat(part)
        if text.count - start > Self.longestLine, case .concatenation = part {
          text.truncate(to: start)
          printBroken(part, indent: depth + 2)
        }
        write(index + 1 < parts.count ? ",\n" : "\n")
      }
      indent(depth - 2)
      write("}")
    default: printFlat(expression)
    }
  }

  /// Prints `expression`, in parentheses unless it binds more tightly than `level`.
  private func print(_ expression: VerilogExpression, above level: Int) {
    if Self.precedence(expression) > level {
      printFlat(expression)
    } else {
      write("(")
      printFlat(expression)
      write(")")
    }
  }

  func printFlat(_ expression: VerilogExpression) {
    switch expression {
    case .name(let name), .literal(let name): write(name)
    case .output(let instance, let port): write(instance, "_", port)
    case .unary(let operation, let operand):
      write(operation)
      print(operand, above: 11)
    case .binary(let operation, let left, let right):
      let level = Self.precedence(operation)
      // Only sums and equal bitwise operators chain to the left without parentheses; mixtures always show theirs.
      print(left, above: Self.chains(operation, left) ? level - 1 : max(level, 9))
      write(" ", operation, " ")
      print(right, above: max(level, 9))
    case .conditional(let condition, let yes, let no):
      print(condition, above: 1)
      write(" ? ")
      print(yes, above: 1)
      write(" : ")
      print(no, above: 0)
    case .concatenation(let parts):
      write("{")
      for (index, part) in parts.enumerated() {
        if index > 0 { write(", ") }
        printFlat(part)
      }
      write("}")
    case .replication(let count, let value):
      write("{\(count){")
      printFlat(value)
      write("}}")
    case .bit(let name, let index): write(name, "[\(index)]")
    case .bits(let name, let high, let low): write(name, "[\(high):\(low)]")
    case .word(let name, let index):
      write(name, "[")
      printFlat(index)
      write("]")
    case .bitsFrom(let name, let index, let width):
      write(name, "[")
      printFlat(index)
      write(" +: \(width)]")
    case .part(let word, let high, let low):
      printFlat(word)
      write(high == low ? "[\(low)]" : "[\(high):\(low)]")
    case .signed(let value):
      write("$signed(")
      printFlat(value)
      write(")")
    case .unsigned(let value):
      write("$unsigned(")
      printFlat(value)
      write(")")
    }
  }

  private static func chains(_ operation: String, _ left: VerilogExpression) -> Bool {
    guard case .binary(let other, _, _) = left else { return false }
    switch operation {
    case "+", "-": return other == "+" || other == "-"
    case "&", "|", "^": return other == operation
    default: return false
    }
  }
}
