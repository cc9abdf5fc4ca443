import Netlist

extension VerilogPrinter {
  /// Writes the ports of a module, a line each: what one is for stands behind it, or above it where that is too long or
  /// is said of several.
  func list(_ ports: [VerilogPort]) {
    // What Verilator says of them is about C++, and a bench may take the module for the top of a design.
    let hasWordOfCPlusPlus = ports.contains { Identifier.isWordOfCPlusPlus($0.name) }
    if hasWordOfCPlusPlus { text.append("  // verilator lint_off SYMRSVDWORD\n") }
    let ranges = ports.map { Self.range($0.type) }
    let width = ranges.map(\.utf8.count).max() ?? 0
    for (index, port) in ports.enumerated() {
      var line = port.direction == "input" ? "  input  wire " : "  output wire "
      line += ranges[index] + String(repeating: " ", count: width - ranges[index].utf8.count)
      if width > 0 { line += " " }
      line += port.name + (index + 1 < ports.count ? "," : "")
      var above = port.heading
      if let comment = port.comment {
        if line.utf8.count + 5 + comment.utf8.count <= Self.lineLength {
          line += "  // " + comment
        } else {
          above = comment
        }
      }
      for part in above.map({ VerilogHead.folded($0, to: Self.lineLength - 5) }) ?? [] {
        text.append("  // ")
        text.append(part)
        text.append("\n")
      }
      text.append(line)
      text.append("\n")
    }
    if hasWordOfCPlusPlus { text.append("  // verilator lint_on SYMRSVDWORD\n") }
  }
}
