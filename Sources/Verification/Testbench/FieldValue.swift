/// A value as a report shows it: both radices, the sign respected.
public struct FieldValue: Hashable, Sendable, Codable {
  /// `0x` and ⌈width / 4⌉ hexadecimal digits of the bit pattern.
  public var hexadecimal: String
  /// The number in decimal; negative where the field is signed and its top bit set.
  public var decimal: String

  /// The value of `words` (64 bits each, least significant first, zero above `width`).
  public init(words: [UInt64], width: Int, isSigned: Bool) {
    let digits = words.reversed().map { Testbench.hexadecimal($0, digits: 16) }.joined()
    hexadecimal = "0x" + digits.suffix((width + 3) / 4)
    let isNegative = isSigned && words[(width - 1) / 64] >> UInt64((width - 1) % 64) & 1 == 1
    decimal = isNegative ? "-" + Self.decimal(Self.negated(words, width: width)) : Self.decimal(words)
  }

  /// 2^width − the number.
  private static func negated(_ words: [UInt64], width: Int) -> [UInt64] {
    var carry = true
    return words.enumerated().map { index, word in
      let bits = min(64, width - 64 * index)
      let (sum, overflow) = (~word).addingReportingOverflow(carry ? 1 : 0)
      carry = overflow
      return sum & .max >> UInt64(64 - bits)
    }
  }

  private static func decimal(_ words: [UInt64]) -> String {
    var rest = Array(words.reversed().drop { $0 == 0 })
    if rest.count <= 1 { return String(rest.first ?? 0) }
    let chunk: UInt64 = 1_000_000_000_000_000_000
    var text = ""
    while rest.count > 1 {
      var remainder: UInt64 = 0
      rest = rest.map { word in
        let (quotient, left) = chunk.dividingFullWidth((remainder, word))
        remainder = left
        return quotient
      }
      rest = Array(rest.drop { $0 == 0 })
      let part = String(remainder)
      text = String(repeating: "0", count: 18 - part.count) + part + text
    }
    let head = rest.first.map { String($0) } ?? ""
    return head.isEmpty ? String(text.drop { $0 == "0" }) : head + text
  }
}

extension FieldValue: CustomStringConvertible {
  /// Both radices: `0x1f (31)`.
  public var description: String { "\(hexadecimal) (\(decimal))" }
}
