/// Writes a module tree as text. Line breaks and parentheses are all that it settles.
struct VerilogPrinter {
  private(set) var text: [UInt8] = []

  private static let lineLength = 100

  mutating func print(_ module: VerilogModule) {
    text.reserveCapacity(text.count + Self.expectedLength(of: module))
    for line in module.header { write(line.isEmpty ? "//" : "// ", line, "\n") }
    write("`default_nettype none\n\nmodule ", module.name)
    if module.ports.isEmpty {
      write(";\n")
    } else {
      write(" (\n")
      let ranges = module.ports.map { Self.range($0.type) }
      let width = ranges.map(\.utf8.count).max() ?? 0
      for (index, port) in module.ports.enumerated() {
        write("  ", port.direction == "input" ? "input  wire " : "output wire ")
        write(ranges[index])
        for _ in ranges[index].utf8.count..<width { write(" ") }
        if width > 0 { write(" ") }
        write(port.name, index + 1 < module.ports.count ? ",\n" : "\n")
      }
      write(");\n")
    }
    var previousIsBlank = true
    for item in module.items {
      let isBlank = if case .blank = item { true } else { false }
      if !(isBlank && previousIsBlank) { print(item) }
      previousIsBlank = isBlank
    }
    write("endmodule\n\n`default_nettype wire\n")
  }

  /// A guess, so that the text rarely moves while it grows.
  private static func expectedLength(of module: VerilogModule) -> Int {
    module.items.reduce(1024 + 48 * module.ports.count) { length, item in
      if case .instance(_, _, let connections) = item { length + 64 + 40 * connections.count } else { length + 48 }
    }
  }

  private mutating func write(_ part: String) {
    var part = part
    part.withUTF8 { text.append(contentsOf: $0) }
  }

  private mutating func write(_ first: String, _ second: String) {
    write(first)
    write(second)
  }

  private mutating func write(_ first: String, _ second: String, _ third: String) {
    write(first)
    write(second)
    write(third)
  }

  private static func range(_ type: VerilogType) -> String {
    let sign = type.isSigned ? "signed " : ""
    return type.width == 1 && !type.isSigned ? "" : "\(sign)[\(type.width - 1):0]"
  }

  private mutating func declare(_ keyword: String, _ type: VerilogType, _ name: String) {
    let range = Self.range(type)
    write("  ", keyword, " ")
    if !range.isEmpty { write(range, " ") }
    write(name)
  }

  private mutating func print(_ item: VerilogItem) {
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
      write(" = ", value, ";\n")
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
    case .clocked(let event, let statements):
      write("  always @(", event, ") begin\n")
      print(statements, indent: 4)
      write("  end\n")
    case .table(let target, let subject, let entries):
      write("  always @* begin\n    case (")
      print(subject, indent: 6)
      write(")\n")
      for entry in entries {
        write("      ", entry.label ?? "default", ": ")
        write(target, " = ")
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
    case .instance(let module, let name, let connections):
      write("  ", module, " ")
      write(name, " (\n")
      for (index, connection) in connections.enumerated() {
        write("    .", connection.port, "(")
        print(connection.value, indent: 6)
        write(index + 1 < connections.count ? "),\n" : ")\n")
      }
      write("  );\n")
    case .conditional(let macro, let items):
      write("`ifdef ", macro, "\n")
      for item in items { print(item) }
      write("`endif\n")
    case .comment(let line): write("  // ", line, "\n")
    case .blank: write("\n")
    }
  }

  private mutating func indent(_ count: Int) { for _ in 0..<count { text.append(32) } }

  private mutating func print(_ statements: [VerilogStatement], indent depth: Int) {
    for statement in statements { print(statement, indent: depth) }
  }

  private mutating func print(_ statement: VerilogStatement, indent depth: Int, afterElse: Bool = false) {
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
    }
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
    default: 12
    }
  }

  private mutating func print(_ expression: VerilogExpression, indent depth: Int) {
    let start = text.count
    printFlat(expression)
    guard text.count - start > Self.lineLength / 2 else { return }
    let lineStart = text.lastIndex(of: 10).map { $0 + 1 } ?? 0
    guard text.count - lineStart > Self.lineLength else { return }
    switch expression {
    case .conditional, .concatenation:
      text.removeSubrange(start...)
      printBroken(expression, indent: depth)
    default: break
    }
  }

  /// Long choices and lists over several lines, one alternative or element a line.
  private mutating func printBroken(_ expression: VerilogExpression, indent depth: Int) {
    switch expression {
    case .conditional(let condition, let yes, let no):
      print(condition, above: 1)
      write("\n")
      indent(depth)
      write("? ")
      print(yes, above: 1)
      write("\n")
      indent(depth)
      write(": ")
      if case .conditional = no { printBroken(no, indent: depth) } else { print(no, above: 0) }
    case .concatenation(let parts):
      write("{\n")
      for (index, part) in parts.enumerated() {
        indent(depth)
        printFlat(part)
        write(index + 1 < parts.count ? ",\n" : "\n")
      }
      indent(depth - 2)
      write("}")
    default: printFlat(expression)
    }
  }

  /// Prints `expression`, in parentheses unless it binds more tightly than `level`.
  private mutating func print(_ expression: VerilogExpression, above level: Int) {
    if Self.precedence(expression) > level {
      printFlat(expression)
    } else {
      write("(")
      printFlat(expression)
      write(")")
    }
  }

  private mutating func printFlat(_ expression: VerilogExpression) {
    switch expression {
    case .name(let name), .literal(let name): write(name)
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
