/// The text clean-up of BERT tokenizers, scalar by scalar as Hugging Face `tokenizers` does it.
///
/// Four steps, in this order: cleaning, spaces around Chinese characters, removal of accents, lower case. The Unicode tables
/// behind them are those of `tokenizers`, whatever the platform's are.
public struct BertNormalizer: Hashable, Sendable {
  /// Drops control, format and private-use characters, U+0000 and U+FFFD; every space becomes U+0020.
  public var cleansText = true
  /// Puts a space before and after every Chinese character.
  public var isolatesChineseCharacters = true
  /// Decomposes canonically and drops nonspacing marks; when nil, does what `lowercases` says.
  public var stripsAccents: Bool?
  /// Lower case, character by character: no rule looks at neighbours, so a final sigma is σ, and İ becomes i with a dot.
  public var lowercases = true

  /// Makes the normaliser of uncased English BERT.
  public init() {}

  /// The normalised text.
  public func normalize(_ text: String) -> String {
    // ASCII, most text, needs only the two steps that concern it, with the same result.
    if text.utf8.allSatisfy({ (0x20..<0x7F).contains($0) }) { return lowercases ? Self.lowercasedASCII(text) : text }
    var scalars = Array(text.unicodeScalars)
    if cleansText {
      scalars = scalars.compactMap { scalar in
        if BertUnicode.isDropped(scalar) { return nil }
        return BertUnicode.isWhitespace(scalar) ? " " : scalar
      }
    }
    if isolatesChineseCharacters {
      scalars = scalars.flatMap { BertUnicode.isChinese($0) ? [" ", $0, " "] : [$0] }
    }
    if stripsAccents ?? lowercases {
      scalars = BertUnicode.decomposed(scalars).filter { !BertUnicode.isNonspacingMark($0) }
    }
    var result = String.UnicodeScalarView()
    for scalar in scalars {
      if lowercases, !scalar.isASCII {
        result.append(contentsOf: scalar.properties.lowercaseMapping.unicodeScalars)
      } else if lowercases, (0x41...0x5A).contains(scalar.value) {
        result.append(Unicode.Scalar(UInt8(scalar.value) | 0x20))
      } else {
        result.append(scalar)
      }
    }
    return String(result)
  }

  private static func lowercasedASCII(_ text: String) -> String {
    String(decoding: text.utf8.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }, as: UTF8.self)
  }
}
