/// The tokens of a WordPiece model, as a trie of their UTF-8 bytes.
///
/// Longest match is one walk: the last node with a token on the way is the answer. Since tokens are whole characters, a match
/// never ends inside one.
struct WordPieceVocabulary: Sendable {
  /// The token of each number; nil where a number is not used.
  private(set) var tokens: [String?] = []
  /// The number of tokens. One that stands twice counts once.
  private(set) var count = 0
  private var edges: [UInt64: Int32] = [:]
  /// The token that ends at a node, or −1.
  private var tokenAtNode: [Int32] = [-1]

  /// The greatest number of a token that is accepted: far above any vocabulary, and a table of so many fits a machine.
  static let maximumNumber = (1 << 21) - 1

  /// Of a token that stands twice the last number counts.
  init(_ entries: [(token: String, number: Int)]) throws(TokenizerError) {
    edges.reserveCapacity(entries.count * 4)
    for (token, number) in entries {
      guard (0...Self.maximumNumber).contains(number) else { throw .number(token: token, number: number) }
      if number >= tokens.count { tokens += Array(repeating: nil, count: number + 1 - tokens.count) }
      if let other = tokens[number] { throw .sameNumber(number, other, token) }
      tokens[number] = token
      var node = Self.root
      for byte in token.utf8 {
        let key = UInt64(node) << 8 | UInt64(byte)
        if let next = edges[key] {
          node = next
        } else {
          node = Int32(tokenAtNode.count)
          tokenAtNode.append(-1)
          edges[key] = node
        }
      }
      let earlier = Int(tokenAtNode[Int(node)])
      if earlier >= 0 { tokens[earlier] = nil } else { count += 1 }
      tokenAtNode[Int(node)] = Int32(number)
    }
  }

  static let root: Int32 = 0

  /// The node that a text leads to, if a token begins so.
  func node(of text: String) -> Int32? {
    var node = Self.root
    for byte in text.utf8 {
      guard let next = edges[UInt64(node) << 8 | UInt64(byte)] else { return nil }
      node = next
    }
    return node
  }

  /// The number of a token.
  subscript(token: String) -> Int32? {
    guard let node = node(of: token), tokenAtNode[Int(node)] >= 0 else { return nil }
    return tokenAtNode[Int(node)]
  }

  /// The longest token, of at least one byte, that continues from a node with the bytes from `start`.
  func longestMatch(in bytes: ArraySlice<UInt8>, from node: Int32) -> (number: Int32, end: Int)? {
    var node = node
    var match: (number: Int32, end: Int)?
    for index in bytes.indices {
      guard let next = edges[UInt64(node) << 8 | UInt64(bytes[index])] else { break }
      node = next
      let number = tokenAtNode[Int(node)]
      if number >= 0 { match = (number, index + 1) }
    }
    return match
  }
}
