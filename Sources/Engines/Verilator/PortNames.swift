/// The C++ name that Verilator gives to a port.
enum PortNames {
  /// `name` with everything that C++ or Verilator reserves written as its hexadecimal code.
  static func encoded(_ name: String) -> String {
    var result = ""
    var previous: UInt8 = 0
    for (index, byte) in name.utf8.enumerated() {
      let isLetter = (byte | 0x20) >= UInt8(ascii: "a") && (byte | 0x20) <= UInt8(ascii: "z")
      let isDigit = byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
      let underscore = UInt8(ascii: "_")
      let isPlain = isLetter || byte == underscore && previous != underscore || isDigit && index > 0
      if isPlain {
        result.unicodeScalars.append(Unicode.Scalar(byte))
      } else {
        let digits = String(byte, radix: 16, uppercase: true)
        result += "__0" + (digits.count < 2 ? "0" : "") + digits
      }
      previous = byte
    }
    return result
  }

  /// The name of the member for port `name` among the `members` of the generated class; nil when it has none.
  ///
  /// Verilator puts `__SYM__` before words of C++.
  static func member(for name: String, among members: Set<String>) -> String? {
    let encoded = encoded(name)
    return [encoded, "__SYM__" + encoded].first(where: members.contains)
  }

  /// The ports in a generated class header: member name and width by the macro that declares each.
  static func members(ofHeader text: String) -> [String: Int] {
    var members: [String: Int] = [:]
    for match in text.matches(of: /VL_(?:IN|OUT|INOUT)(?:8|16|64|W)?\(&([A-Za-z0-9_]+),([0-9]+),([0-9]+)/) {
      if let high = Int(match.output.2), let low = Int(match.output.3) {
        members[String(match.output.1)] = abs(high - low) + 1
      }
    }
    return members
  }
}
