extension VerilogPrinter {
  /// An item that may stand in a loop.
  func printNested(_ item: VerilogItem, indent depth: Int) {
    indent(depth)
    switch item {
    case .drive(let word, let value):
      write("assign ")
      printFlat(word)
      write(" = ")
      print(value, indent: depth + 2)
      write(";\n")
    case .loop(let variable, let count, let label, let items):
      write("for (\(variable) = 0; \(variable) < \(count); \(variable) = \(variable) + 1) begin : ", label, "\n")
      for item in items { printNested(item, indent: depth + 2) }
      indent(depth)
      write("end\n")
    case .instance(let module, let name, let connections):
      write(module, " ", name)
      write(" (\n")
      for (index, connection) in connections.enumerated() {
        indent(depth + 2)
        write(".", connection.port, "(")
        print(connection.value, indent: depth + 6)
        write(index + 1 < connections.count ? "),\n" : ")\n")
      }
      indent(depth)
      write(");\n")
    default: preconditionFailure("a loop holds assignments, instances and loops")
    }
  }

  /// Many short parts, as many on a line as it holds.
  func printFilled(_ parts: [VerilogExpression], indent depth: Int) {
    indent(depth)
    for (index, part) in parts.enumerated() {
      let start = text.count
      func printPart() {
        printFlat(part)
        if index + 1 < parts.count { write(",") }
      }
      if index > 0 { write(" ") }
      printPart()
      guard index > 0, text.lineLength > Self.lineLength else { continue }
      text.truncate(to: start)
      write("\n")
      indent(depth)
      printPart()
    }
    write("\n")
  }
}
