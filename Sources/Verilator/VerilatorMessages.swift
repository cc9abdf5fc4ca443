/// What Verilator says about Verilog.
enum VerilatorMessages {
  /// The text of a source with a first line after which messages call the file by its own name.
  static func marked(_ source: VerilogSource) -> String {
    let name = source.name.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
    return "`line 1 \"\(name)\" 0\n" + source.text
  }

  /// The errors in `output`, each with the line of source it is about; without warnings, advice and the closing line.
  static func relevant(in output: String) -> String {
    var kept: [Substring] = []
    var isKeeping = false
    for line in output.split(separator: "\n") {
      let text = line.drop { $0 == " " }
      if line.hasPrefix("%") {
        isKeeping = line.hasPrefix("%Error") && !closing.contains(where: line.contains)
      } else if line.hasPrefix("- ") || text.hasPrefix("...") {
        // Advice and what belongs to it, up to the next message.
        isKeeping = false
      }
      if isKeeping { kept.append(line) }
    }
    return kept.joined(separator: "\n")
  }

  private static let closing = [
    "Error: Exiting due to", "Error: Command Failed", "This may be because there's no search path",
  ]
}
