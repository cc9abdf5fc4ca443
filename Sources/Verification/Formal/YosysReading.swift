import Verilog

/// How Yosys reads files, each by the language that its name says.
enum YosysReading {
  /// The commands, in the order of `files`; each ends with `;`.
  static func script(_ files: [String], isFormal: Bool = false) -> String {
    files.map { file in
      let options = (VerilogFile.isSystemVerilog(file) ? "-sv " : "") + (isFormal ? "-formal " : "")
      return "read_verilog \(options)\(file); "
    }.joined()
  }
}
