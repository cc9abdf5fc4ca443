/// What the random generators of a test gave, by the names of the generators: recorded in one run, edited, replayed in
/// another one.
///
/// An entry is what one call gave: a whole operand, a choice among a few, a cycle held back (1) or not (0). Small entries
/// mean simple values, and what lies behind the end of a tape is 0; numbers with a sign are written 0, 1, −1, 2, −2 as
/// 0, 1, 2, 3, 4.
public struct DrawTapes: Hashable, Sendable {
  /// The entries by the name of the generator. A generator without a tape gives zeros.
  public var entries: [String: [UInt64]]

  /// Tapes with these entries.
  public init(_ entries: [String: [UInt64]] = [:]) { self.entries = entries }

  /// The same without the zeros at the ends, and without tapes that hold nothing else: what is replayed is the same.
  public var trimmed: DrawTapes {
    DrawTapes(
      entries.compactMapValues { entries in
        guard let last = entries.lastIndex(where: { $0 != 0 }) else { return nil }
        return last == entries.count - 1 ? entries : Array(entries[...last])
      })
  }

  /// All entries.
  public var count: Int { entries.values.reduce(0) { $0 + $1.count } }
}

extension DrawTapes: Codable {
  /// Reads numbers in hexadecimal with spaces between them, a text for each tape.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    entries = try container.decode([String: String].self).mapValues { text in
      try text.split(separator: " ").map { word in
        guard let entry = UInt64(word, radix: 16), !word.hasPrefix("+") else {
          throw DecodingError.dataCorruptedError(
            in: container,
            debugDescription: "'\(word.prefix(40))' on a tape is no number; write up to 16 hexadecimal digits")
        }
        return entry
      }
    }
  }

  /// Writes the same.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(entries.mapValues { $0.map { String($0, radix: 16) }.joined(separator: " ") })
  }
}
