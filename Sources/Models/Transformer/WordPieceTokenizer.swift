/// A BERT tokenizer: gives the same numbers as Hugging Face `tokenizers` for the same `tokenizer.json`.
///
/// A text goes through these steps: added tokens such as `[MASK]` are found; the rest is normalised, split at white space
/// and around punctuation, and each word is taken apart greedily, longest piece first; the sequences are cut to the maximum
/// length; special tokens are put around them.
public struct WordPieceTokenizer: Sendable {
  /// The clean-up before splitting.
  public var normalizer: BertNormalizer {
    didSet { normalizedMatcher = Self.normalizedMatcher(addedTokens, normalizer) }
  }
  /// The longest sequence, special tokens included; nil for no limit.
  public var maximumLength: Int?
  /// What is cut when a sequence is too long.
  public var truncation: Truncation

  let vocabulary: WordPieceVocabulary
  let addedTokens: [AddedToken]
  let unknown: Int32
  let continuation: Int32?
  let longestWord: Int
  let single: [TemplatePiece]
  let pair: [TemplatePiece]
  private let rawMatcher: AddedTokenMatcher
  private var normalizedMatcher: AddedTokenMatcher

  /// What is cut when a sequence is too long.
  public struct Truncation: Hashable, Sendable {
    /// The part that is cut.
    public var strategy = Strategy.longestFirst
    /// Whether the beginning is cut instead of the end.
    public var cutsBeginning = false

    /// The part that is cut of a pair of texts.
    public enum Strategy: String, Hashable, Sendable {
      /// The longer text, then both alike.
      case longestFirst = "LongestFirst"
      /// The first text.
      case onlyFirst = "OnlyFirst"
      /// The second text.
      case onlySecond = "OnlySecond"
    }
  }

  /// A place in the output: special tokens, or one of the texts.
  enum TemplatePiece: Hashable, Sendable {
    case special([Int32], type: Int32)
    case sequence(Int, type: Int32)
  }

  /// The tokenizer as data, which a file describes.
  struct Parts {
    var vocabulary: WordPieceVocabulary
    var normalizer = BertNormalizer()
    var addedTokens: [AddedToken] = []
    var unknownToken = "[UNK]"
    var continuingPrefix = "##"
    var longestWord = 100
    var single: [TemplatePiece] = []
    var pair: [TemplatePiece] = []
    var maximumLength: Int?
    var truncation = Truncation()
  }

  init(_ parts: Parts) throws(TokenizerError) {
    vocabulary = parts.vocabulary
    normalizer = parts.normalizer
    addedTokens = parts.addedTokens
    maximumLength = parts.maximumLength
    truncation = parts.truncation
    longestWord = parts.longestWord
    single = parts.single
    pair = parts.pair
    guard let unknown = vocabulary[parts.unknownToken] else { throw .missingToken(parts.unknownToken) }
    self.unknown = unknown
    continuation = vocabulary.node(of: parts.continuingPrefix)
    rawMatcher = AddedTokenMatcher(addedTokens.filter { !$0.normalized }, pattern: \.content)
    normalizedMatcher = Self.normalizedMatcher(addedTokens, normalizer)
  }

  private static func normalizedMatcher(_ added: [AddedToken], _ normalizer: BertNormalizer) -> AddedTokenMatcher {
    AddedTokenMatcher(added.filter(\.normalized)) { normalizer.normalize($0.content) }
  }

  /// The special tokens that every sequence has.
  var templateTokens: [Int32] {
    (single + pair).flatMap { piece in if case .special(let ids, _) = piece { return ids } else { return [Int32]() } }
  }

  /// One more than the greatest number that can come out.
  public var vocabularySize: Int {
    max(vocabulary.tokens.count, (addedTokens.map { Int($0.number) + 1 }.max() ?? 0))
  }

  /// The token of a number, if there is one.
  public func token(_ id: Int32) -> String? {
    if let added = addedTokens.first(where: { $0.number == id }) { return added.content }
    return vocabulary.tokens.indices.contains(Int(id)) ? vocabulary.tokens[Int(id)] : nil
  }

  /// Encodes a text, or a pair of texts, with special tokens.
  ///
  /// - Throws: ``TokenizerError/length(maximum:needed:)`` when the maximum length has no room for the special tokens, or for
  ///   the text that is not to be cut.
  public func encode(_ text: String, pair second: String? = nil) throws(TokenizerError) -> TokenSequence {
    let template = second == nil ? single : pair
    var texts = [pieces(text)]
    if let second { texts.append(pieces(second)) }
    let special = template.reduce(0) { count, piece in
      if case .special(let ids, _) = piece { count + ids.count } else { count }
    }
    let whole = texts.reduce(special) { $0 + $1.count }
    if let maximumLength {
      guard maximumLength >= special else { throw .length(maximum: maximumLength, needed: special) }
      try truncate(&texts, to: maximumLength - special, special: special)
    }
    var ids: [Int32] = []
    var types: [Int32] = []
    for piece in template {
      switch piece {
      case .special(let numbers, let type):
        ids += numbers
        types += Array(repeating: type, count: numbers.count)
      case .sequence(let index, let type):
        ids += texts[index]
        types += Array(repeating: type, count: texts[index].count)
      }
    }
    let cut = whole - ids.count
    return TokenSequence(
      ids: ids, typeIds: types, cut: cut, cutsBeginning: cut > 0 && truncation.cutsBeginning)
  }

  /// The tokens of a text without special tokens around them.
  private func pieces(_ text: String) -> [Int32] {
    var ids: [Int32] = []
    for segment in rawMatcher.split(text) {
      switch segment {
      case .token(let number): ids.append(number)
      case .text(let raw):
        for part in normalizedMatcher.split(normalizer.normalize(raw)) {
          switch part {
          case .token(let number): ids.append(number)
          case .text(let normalized): appendWords(of: normalized, to: &ids)
          }
        }
      }
    }
    return ids
  }

  private func appendWords(of text: String, to ids: inout [Int32]) {
    var word: [UInt8] = []
    var length = 0
    func finish() {
      if length > 0 { appendPieces(of: word, length: length, to: &ids) }
      word.removeAll(keepingCapacity: true)
      length = 0
    }
    for scalar in text.unicodeScalars {
      if BertUnicode.isWhitespace(scalar) {
        finish()
        continue
      }
      let isPunctuation = BertUnicode.isPunctuation(scalar)
      if isPunctuation { finish() }
      word += UTF8.encode(scalar)!
      length += 1
      if isPunctuation { finish() }
    }
    finish()
  }

  /// The pieces of a word of so many characters; one unknown token when it cannot be taken apart to the end.
  private func appendPieces(of word: [UInt8], length: Int, to ids: inout [Int32]) {
    guard length <= longestWord else {
      ids.append(unknown)
      return
    }
    let count = ids.count
    var start = 0
    while start < word.count {
      let node = start == 0 ? WordPieceVocabulary.root : continuation
      guard let node, let match = vocabulary.longestMatch(in: word[start...], from: node) else {
        ids.removeSubrange(count...)
        ids.append(unknown)
        return
      }
      ids.append(match.number)
      start = match.end
    }
  }

  /// Cuts the sequences to a number of tokens in all.
  private func truncate(_ texts: inout [[Int32]], to maximum: Int, special: Int) throws(TokenizerError) {
    let total = texts.reduce(0) { $0 + $1.count }
    guard total > maximum else { return }
    // With no room at all, every strategy empties every text.
    guard maximum > 0 else {
      texts = texts.map { _ in [] }
      return
    }
    var lengths = texts.map(\.count)
    switch truncation.strategy {
    case .longestFirst where texts.count == 1: lengths[0] = maximum
    case .longestFirst:
      let shorter = lengths[0] <= lengths[1] ? 0 : 1
      var short = lengths[shorter]
      var long = short > maximum ? short : max(short, maximum - short)
      if short + long > maximum {
        short = maximum / 2
        long = short + maximum % 2
      }
      lengths[shorter] = short
      lengths[1 - shorter] = long
    case .onlyFirst, .onlySecond:
      let cut = truncation.strategy == .onlyFirst ? 0 : 1
      let kept = total - (cut < lengths.count ? lengths[cut] : 0)
      guard kept < maximum else { throw .length(maximum: maximum + special, needed: kept + special + 1) }
      lengths[cut] -= total - maximum
    }
    for (index, length) in lengths.enumerated() {
      texts[index] = Array(truncation.cutsBeginning ? texts[index].suffix(length) : texts[index].prefix(length))
    }
  }
}
