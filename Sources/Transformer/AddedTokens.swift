/// A token that is found in the text itself, before any word is made.
struct AddedToken: Hashable, Sendable {
  var number: Int32
  var content: String
  /// Matches only where no word character stands next to it.
  var singleWord = false
  /// Takes the spaces before it along.
  var stripsLeft = false
  /// Takes the spaces behind it along.
  var stripsRight = false
  /// Matched in the normalised text instead of the raw one.
  var normalized = false
}

/// Finds added tokens in a text: the leftmost, and the longest of those that begin there.
struct AddedTokenMatcher: Sendable {
  /// A piece of the text, or a token in its place.
  enum Segment: Equatable {
    case text(String)
    case token(Int32)
  }

  private var tokens: [(bytes: [UInt8], token: AddedToken)] = []
  /// For each first byte, the tokens that begin with it, longest first.
  private var byFirstByte: [UInt8: [Int]] = [:]

  /// - Parameter pattern: the text by which a token is found.
  init(_ added: [AddedToken], pattern: (AddedToken) -> String) {
    for token in added {
      let bytes = Array(pattern(token).utf8)
      if !bytes.isEmpty { tokens.append((bytes, token)) }
    }
    for index in tokens.indices.sorted(by: { tokens[$0].bytes.count > tokens[$1].bytes.count }) {
      byFirstByte[tokens[index].bytes[0], default: []].append(index)
    }
  }

  /// The text split at tokens; pieces of text are not empty.
  func split(_ text: String) -> [Segment] {
    if tokens.isEmpty { return text.isEmpty ? [] : [.text(text)] }
    let bytes = Array(text.utf8)
    var segments: [Segment] = []
    var taken = 0
    func piece(_ range: Range<Int>) {
      if !range.isEmpty { segments.append(.text(String(decoding: bytes[range], as: UTF8.self))) }
    }
    var position = 0
    while position < bytes.count {
      guard let (pattern, token) = match(in: bytes, at: position) else {
        position += 1
        continue
      }
      var (start, end) = (position, position + pattern.count)
      // The search goes on behind the match in any case, as the matcher of `tokenizers` does.
      position = end
      if token.singleWord {
        let before = String(decoding: bytes[..<start], as: UTF8.self).unicodeScalars.last
        let after = String(decoding: bytes[end...], as: UTF8.self).unicodeScalars.first
        if before.map(Self.isWord) ?? false || after.map(Self.isWord) ?? false { continue }
      }
      if token.stripsLeft {
        let before = String(decoding: bytes[..<start], as: UTF8.self).unicodeScalars
        let spaces = before.reversed().prefix { $0.properties.isWhitespace }
        start = max(taken, start - spaces.reduce(0) { $0 + UTF8.width($1) })
      }
      if token.stripsRight {
        let after = String(decoding: bytes[end...], as: UTF8.self).unicodeScalars
        end += after.prefix { $0.properties.isWhitespace }.reduce(0) { $0 + UTF8.width($1) }
      }
      if taken < start { piece(taken..<start) }
      segments.append(.token(token.number))
      taken = end
    }
    if taken < bytes.count { piece(taken..<bytes.count) }
    return segments
  }

  private func match(in bytes: [UInt8], at position: Int) -> (pattern: [UInt8], token: AddedToken)? {
    for index in byFirstByte[bytes[position]] ?? [] where bytes[position...].starts(with: tokens[index].bytes) {
      return (tokens[index].bytes, tokens[index].token)
    }
    return nil
  }

  /// A word character of regular expressions (Unicode Technical Standard 18, `\w`).
  private static func isWord(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.properties.isAlphabetic || scalar.properties.isJoinControl { return true }
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .spacingMark, .enclosingMark, .decimalNumber, .connectorPunctuation: return true
    default: return false
    }
  }
}
