/// Text of the user's inside files of other languages: one function for each place where such text may stand.
///
/// Whatever the characters are, the text stays text: it ends no line, comment or string, starts no directive, and
/// nothing in it is invisible or changes the direction of what follows.
public enum ForeignText {
  /// The text in one line, with what is not seen or breaks a line as `\u{…}`.
  public static func visible(_ text: String) -> String {
    if text.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) { return text }
    var result = ""
    for scalar in text.unicodeScalars {
      if isVisible(scalar) { result.unicodeScalars.append(scalar) } else { result += escape(scalar) }
    }
    return result
  }

  /// The lines of a text, each of them ``visible(_:)``.
  public static func lines(_ text: String) -> [String] {
    text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map { visible(String($0)) }
  }

  /// A comment to the end of the line, in any language: without its mark.
  public static func lineComment(_ text: String) -> String {
    let line = visible(text)
    // A backslash at the end of a line would join the next one to the comment.
    return line.hasSuffix("\\") ? line + "." : line
  }

  /// A comment of Verilog to the end of the line, without its mark.
  public static func verilogComment(_ text: String) -> String {
    let line = lineComment(text)
    let word = line.drop { $0 == " " }.prefix { $0.isASCII && ($0.isLetter || $0 == "_") }.lowercased()
    // Tools take such a comment for an order when it begins with one of these words.
    return verilogDirectives.contains(word) ? "- " + line : line
  }

  private static let verilogDirectives: Set<String> = [
    "ambit", "ambiware", "altera", "cadence", "compass", "coverage", "exemplar", "lattice", "lint_checking", "mentor",
    "pragma", "quartus", "rtl_synthesis", "sva", "synopsys", "synplify", "synthesis", "verific", "verilator",
    "vcs", "verilint", "viewlogic", "vivado", "xilinx", "xilinx_synthesis",
  ]

  /// A string of Verilog with its quotes: exactly this text.
  public static func verilogString(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\": result += "\\\\"
      case "\"": result += "\\\""
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      case "\u{0}"..."\u{1F}", "\u{7F}":
        let digits = String(scalar.value, radix: 8)
        result += "\\" + String(repeating: "0", count: 3 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }

  /// A string of Verilog that a system task prints: the text in one line, no percent sign beginning a format.
  ///
  /// Where such a text stands under a macro that is not defined, tools skip it without looking for strings: so nothing in
  /// it looks like a comment or a directive.
  public static func verilogMessage(_ text: String) -> String {
    verilogString(visible(text).replacing("%", with: "%%"))
      .replacing("`", with: "\\140").replacing("/*", with: "\\057*").replacing("//", with: "\\057\\057")
      .replacing("*/", with: "*\\057")
  }

  /// A string of Swift with its quotes.
  public static func swiftString(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\": result += "\\\\"
      case "\"": result += "\\\""
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case _ where isVisible(scalar): result.unicodeScalars.append(scalar)
      default: result += escape(scalar)
      }
    }
    return result + "\""
  }

  private static func isVisible(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.isASCII { return (0x20...0x7E).contains(scalar.value) }
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: return false
    default: return true
    }
  }

  private static func escape(_ scalar: Unicode.Scalar) -> String { "\\u{\(String(scalar.value, radix: 16))}" }
}
