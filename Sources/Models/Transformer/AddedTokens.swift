/// A token that is found in the text itself, before any word is made.
package struct AddedToken: Hashable, Sendable {
  package var number: Int32
  package var content: String
  /// Matches only where no word character stands next to it.
  package var singleWord = false
  /// Takes the spaces before it along.
  package var stripsLeft = false
  /// Takes the spaces behind it along.
  package var stripsRight = false
  /// Matched in the normalised text instead of the raw one.
  package var normalized = false

  package init(
    number: Int32, content: String, singleWord: Bool = false, stripsLeft: Bool = false, stripsRight: Bool = false,
    normalized: Bool = false
  ) {
    self.number = number
    self.content = content
    self.singleWord = singleWord
    self.stripsLeft = stripsLeft
    self.stripsRight = stripsRight
    self.normalized = normalized
  }
}

/// Finds added tokens in a text: the leftmost, and the longest of those that begin there.
package struct AddedTokenMatcher: Sendable {
  /// A piece of the text, or a token in its place.
  package enum Segment: Equatable {
    case text(String)
    case token(Int32)
  }

  private var tokens: [(pattern: [Unicode.Scalar], token: AddedToken)] = []
  /// For each first character, the tokens that begin with it, longest first.
  private var byFirst: [Unicode.Scalar: [Int]] = [:]

  /// - Parameter pattern: the text by which a token is found.
  package init(_ added: [AddedToken], pattern: (AddedToken) -> String) {
    for token in added {
      let scalars = Array(pattern(token).unicodeScalars)
      if !scalars.isEmpty { tokens.append((scalars, token)) }
    }
    for index in tokens.indices.sorted(by: { tokens[$0].pattern.count > tokens[$1].pattern.count }) {
      byFirst[tokens[index].pattern[0], default: []].append(index)
    }
  }

  /// The text split at tokens; pieces of text are not empty.
  package func split(_ text: String) -> [Segment] {
    if tokens.isEmpty { return text.isEmpty ? [] : [.text(text)] }
    let scalars = Array(text.unicodeScalars)
    var segments: [Segment] = []
    var taken = 0
    func piece(_ range: Range<Int>) {
      var piece = String.UnicodeScalarView()
      piece.append(contentsOf: scalars[range])
      if !range.isEmpty { segments.append(.text(String(piece))) }
    }
    var position = 0
    while position < scalars.count {
      guard let (pattern, token) = match(in: scalars, at: position) else {
        position += 1
        continue
      }
      var (start, end) = (position, position + pattern.count)
      // The search goes on behind the match in any case, as the matcher of `tokenizers` does.
      position = end
      if token.singleWord {
        if start > 0, Self.isWord(scalars[start - 1]) { continue }
        if end < scalars.count, Self.isWord(scalars[end]) { continue }
      }
      if token.stripsLeft {
        while start > taken, scalars[start - 1].properties.isWhitespace { start -= 1 }
      }
      if token.stripsRight {
        while end < scalars.count, scalars[end].properties.isWhitespace { end += 1 }
      }
      if taken < start { piece(taken..<start) }
      segments.append(.token(token.number))
      taken = end
    }
    if taken < scalars.count { piece(taken..<scalars.count) }
    return segments
  }

  private func match(
    in scalars: [Unicode.Scalar], at position: Int
  ) -> (pattern: [Unicode.Scalar], token: AddedToken)? {
    for index in byFirst[scalars[position]] ?? [] where scalars[position...].starts(with: tokens[index].pattern) {
      return tokens[index]
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
