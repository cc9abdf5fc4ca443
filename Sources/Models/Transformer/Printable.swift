/// A text from a file or a user for a message: characters that disturb a terminal become escapes, and what is too long for
/// a message is cut.
package func printable(_ text: String, longest: Int = 200) -> String {
  var result = ""
  for (count, scalar) in text.unicodeScalars.enumerated() {
    if count == longest { return result + "…" }
    if scalar.disturbsTerminals {
      result += "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
    } else {
      result.unicodeScalars.append(scalar)
    }
  }
  return result
}

extension Unicode.Scalar {
  /// Whether a terminal obeys the character, or turns the text around it: controls, ends of lines, marks of direction,
  /// characters without width that hide others, tags.
  package var disturbsTerminals: Bool {
    switch value {
    case 0..<0x20, 0x7F..<0xA0, 0x061C, 0x200B, 0x200E, 0x200F, 0x2028...0x202E, 0x2060...0x206F, 0xFEFF,
      0xFFF9...0xFFFB,
      0xE0000...0xE007F:
      true
    default: false
    }
  }
}
