/// What Verilator says about Verilog.
enum VerilatorMessages {
  /// The text of a source with a first line after which messages call the file by its own name.
  static func marked(_ source: VerilogSource) -> String {
    let name = source.name.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
    return "`line 1 \"\(name)\" 0\n" + source.text
  }

  /// The errors in `output` with the lines that explain them; without warnings, advertising and the closing line.
  static func relevant(in output: String) -> String {
    var kept: [Substring] = []
    var isKeeping = false
    for line in output.split(separator: "\n") {
      if line.hasPrefix("%") {
        isKeeping =
          line.hasPrefix("%Error") && !line.hasPrefix("%Error: Exiting due to")
          && !line.hasPrefix("%Error: Command Failed")
      } else if line.hasPrefix("- ") {
        isKeeping = false
      }
      let isAdvice = line.contains("... See the manual") || line.contains("... For error description see")
      if isKeeping && !isAdvice { kept.append(line) }
    }
    return kept.joined(separator: "\n")
  }
}
