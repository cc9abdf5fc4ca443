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

  /// Warnings that tell of a fault more often than not, by Verilator's names for them.
  private static let seriousKinds: Set<String> = [
    "ALWCOMBORDER", "ASSIGNDLY", "BLKANDNBLK", "CASEOVERLAP", "CASEWITHX", "CLKDATA", "CMPCONST", "COMBDLY",
    "IMPLICIT", "INFINITELOOP", "LATCH", "MODDUP", "MULTIDRIVEN", "PINMISSING", "PINNOTFOUND", "PROCASSWIRE",
    "REDEFMACRO", "SELRANGE", "STMTDLY", "SYNCASYNCNET", "TASKNSVAR", "UNDRIVEN", "UNOPTFLAT", "USERERROR", "USERWARN",
    "WIDTH", "WIDTHTRUNC", "ZERODLY",
  ]

  /// The warnings in `output` that are likely to be faults: place, kind, text.
  static func serious(in output: String) -> [String] {
    var found: [String] = []
    for match in output.matches(of: /(?m)^%Warning-([A-Z]+): (.*)$/) {
      let (kind, text) = (String(match.output.1), String(match.output.2))
      guard seriousKinds.contains(kind), kind != "WIDTH" || cuts(text) else { continue }
      let line = "\(text) [\(kind)]"
      if !found.contains(line) { found.append(line) }
    }
    return found
  }

  /// Whether a warning of unequal widths is about bits that are lost, and not about zeros that are added.
  private static func cuts(_ text: String) -> Bool {
    guard let match = text.firstMatch(of: /expects ([0-9]+)(?: or [0-9]+)? bits.* generates ([0-9]+)/),
      let expected = Int(match.output.1), let given = Int(match.output.2)
    else { return true }
    return given > expected
  }

  private static let closing = [
    "Error: Exiting due to", "Error: Command Failed", "This may be because there's no search path",
  ]
}
