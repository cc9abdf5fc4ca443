import Foundation
import Transformer

/// Text for a terminal. What comes from a user, a file or a tool may hold characters that a terminal obeys, or that turn a
/// line around; nothing of that kind is printed.
enum TerminalText {
  /// A text of any number of lines, with such characters as escapes.
  ///
  /// - Parameter keepsColours: leaves the sequences that set colours, which the reports themselves make.
  static func escaped(_ text: String, keepsColours: Bool = false) -> String {
    guard text.unicodeScalars.contains(where: { isUnsafe($0) }) else { return text }
    let scalars = Array(text.unicodeScalars)
    var result = String.UnicodeScalarView()
    var position = 0
    while position < scalars.count {
      if keepsColours, let end = colour(scalars, at: position) {
        result.append(contentsOf: scalars[position..<end])
        position = end
        continue
      }
      let scalar = scalars[position]
      result.append(contentsOf: isUnsafe(scalar) ? escape(scalar).unicodeScalars : .init([scalar]))
      position += 1
    }
    return String(result)
  }

  /// A text on one line.
  static func line(_ text: String) -> String {
    escaped(text).replacingOccurrences(of: "\n", with: "\\u{A}").replacingOccurrences(of: "\t", with: "\\u{9}")
  }

  /// The text of a JSON document with such characters, which stand in strings only, as escapes of JSON.
  static func json(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: { isUnsafe($0) }) else { return text }
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      guard isUnsafe(scalar) else {
        result.append(scalar)
        continue
      }
      for unit in UTF16.encode(scalar)! {
        let digits = String(unit, radix: 16)
        result.append(contentsOf: ("\\u" + String(repeating: "0", count: 4 - digits.count) + digits).unicodeScalars)
      }
    }
    return String(result)
  }

  private static func isUnsafe(_ scalar: Unicode.Scalar) -> Bool {
    scalar.disturbsTerminals && scalar != "\n" && scalar != "\t"
  }

  private static func escape(_ scalar: Unicode.Scalar) -> String {
    "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
  }

  /// The end of a sequence that sets colours, `ESC [ 1 ; 31 m`, which begins here.
  private static func colour(_ scalars: [Unicode.Scalar], at start: Int) -> Int? {
    guard scalars[start] == "\u{1B}", start + 1 < scalars.count, scalars[start + 1] == "[" else { return nil }
    let end = scalars[(start + 2)...].firstIndex { !("0"..."9").contains($0) && $0 != ";" }
    return end.flatMap { scalars[$0] == "m" ? $0 + 1 : nil }
  }
}

/// Prints to standard output as Swift's own function does, and nothing that a terminal obeys: every `print` of this target
/// is this one.
func print(_ items: Any..., separator: String = " ", terminator: String = "\n") {
  let text = items.map { "\($0)" }.joined(separator: separator) + terminator
  Swift.print(TerminalText.escaped(text, keepsColours: Console.usesColour), terminator: "")
}

/// Prints a JSON document.
func printJSON(text: String, terminator: String = "\n") {
  Swift.print(TerminalText.json(text), terminator: terminator)
}
