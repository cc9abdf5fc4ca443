import Netlist

/// A map, or a name, of which no C header and no SystemRDL can be made.
public struct RegisterMapError: Error, Hashable, CustomStringConvertible {
  /// What is wrong, each with the remedy.
  public var mistakes: [String]

  /// All sentences.
  public var description: String { mistakes.joined(separator: "\n") }
}

extension RegisterMap {
  /// A C header with the offset, mask and reset value of each register; C++ reads it too.
  ///
  /// - Parameter prefix: What all names begin with, such as `DMA`.
  /// - Throws: ``RegisterMapError`` for a map that ``RegisterBank`` refuses, or a prefix that begins no name.
  public func cHeader(prefix: String) throws(RegisterMapError) -> String {
    try check(prefix, "prefix")
    var lines = ["#ifndef \(prefix)_REGISTERS_H", "#define \(prefix)_REGISTERS_H", "", "#include <stdint.h>", ""]
    for (index, register) in registers.enumerated() {
      let name = "\(prefix)_\(Identifier.snakeCase(register.name).uppercased())"
      lines.append("/* \(Self.cComment(register.summary)) (\(accessText(register))) */")
      lines.append("#define \(name)_OFFSET UINT32_C(0x\(hexadecimal(address(of: index))))")
      lines.append("#define \(name)_MASK UINT32_C(0x\(hexadecimal((1 << register.width) - 1)))")
      if case .readWrite(let reset) = register.access {
        lines.append("#define \(name)_RESET UINT32_C(0x\(hexadecimal(reset)))")
      }
      lines.append("")
    }
    lines.append("#define \(prefix)_REGISTERS_SIZE UINT32_C(0x\(hexadecimal(4 * registers.count)))")
    lines += ["", "#endif"]
    return lines.joined(separator: "\n") + "\n"
  }

  /// The map in SystemRDL 2.0.
  ///
  /// - Parameter name: Name of the address map.
  /// - Throws: ``RegisterMapError`` for a map that ``RegisterBank`` refuses, or a name that is no identifier.
  public func systemRDL(name: String) throws(RegisterMapError) -> String {
    try check(name, "name of the address map")
    var lines = [
      "addrmap \(Self.systemRDLName(name)) {", "  default regwidth = 32;", "  default accesswidth = 32;",
    ]
    for (index, register) in registers.enumerated() {
      let field =
        switch register.access {
        case .readWrite(let reset): "sw = rw; hw = r; reset = 0x\(hexadecimal(reset));"
        case .readOnly: "sw = r; hw = w;"
        case .writeOneToClear: "sw = rw; hw = w; onwrite = woclr; hwset; reset = 0x0;"
        }
      lines += [
        "  reg {", "    desc = \"\(Self.systemRDLText(register.summary))\";",
        "    field { \(field) } value[\(register.width - 1):0];",
        "  } \(Self.systemRDLName(Identifier.snakeCase(register.name))) @ 0x\(hexadecimal(address(of: index)));",
      ]
    }
    return (lines + ["};"]).joined(separator: "\n") + "\n"
  }

  private func check(_ name: String, _ what: String) throws(RegisterMapError) {
    var sentences = mistakes.map { "\($0.message); \($0.fix)" }
    if !Self.isIdentifier(name) {
      sentences.append("'\(name)' is no \(what); use letters of ASCII, digits and '_', no digit first")
    }
    if !sentences.isEmpty { throw RegisterMapError(mistakes: sentences) }
  }

  private func accessText(_ register: RegisterDescription) -> String {
    switch register.access {
    case .readWrite: "read and write"
    case .readOnly: "read only"
    case .writeOneToClear: "write 1 to clear"
    }
  }

  private func hexadecimal(_ value: Int) -> String { String(value, radix: 16, uppercase: true) }

  /// `text` in one line that neither ends a comment of C nor begins another one, nor changes the order in which it is shown.
  static func cComment(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "/" where result.last == "*", "*" where result.last == "/": result += " \(scalar)"
      case _ where scalar.properties.isBidiControl:
        result += "U+" + String(scalar.value, radix: 16, uppercase: true)
      case _ where scalar.properties.isWhitespace || scalar.properties.generalCategory == .control: result += " "
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// `text` inside quotes of SystemRDL. A blank parts what a preprocessor would act on even there.
  static func systemRDLText(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": result += "\\\(scalar)"
      case "%" where result.last == "<", "i" where result.last == "`": result += " \(scalar)"
      case "\n", "\t": result.unicodeScalars.append(scalar)
      case _ where scalar.properties.generalCategory == .control: result += " "
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// `name` as an identifier of SystemRDL: a keyword is escaped.
  static func systemRDLName(_ name: String) -> String { systemRDLKeywords.contains(name) ? "\\\(name)" : name }

  /// The keywords of SystemRDL 2.0 and the words that it reserves.
  private static let systemRDLKeywords = Set(
    """
    abstract accesstype addressingtype addrmap alias all alternate bit boolean bothedge byte compact component \
    componentwidth constraint default encode enum external false field fullalign hw inside int internal level longint \
    mem na negedge nonsticky number onreadtype onwritetype posedge precedencetype property r rclr real ref reg regalign \
    regfile rset ruser rw rw1 shortint shortreal signal signed string struct sw this true type unsigned w w1 wclr \
    with within woclr woset wot wr wset wuser wzc wzs wzt
    """.split(separator: " ").map(String.init))
}
