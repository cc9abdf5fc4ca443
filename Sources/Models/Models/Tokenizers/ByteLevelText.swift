/// How GPT-2 cuts a text into words and writes their bytes as characters.
enum ByteLevelText {
  /// The words of a text: contractions of English; letters, digits or other signs, each with one blank before them; blanks,
  /// of which the last one belongs to the word that follows.
  ///
  /// That is what the expression `'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+` finds.
  static func words(_ text: String) -> [Substring.UnicodeScalarView] {
    let scalars = text.unicodeScalars
    var words: [Substring.UnicodeScalarView] = []
    var position = scalars.startIndex
    while position < scalars.endIndex {
      let end = contraction(scalars, position) ?? run(scalars, position)
      words.append(scalars[position..<end])
      position = end
    }
    return words
  }

  private enum Kind { case letter, digit, blank, other }

  private static func kind(_ scalar: Unicode.Scalar) -> Kind {
    if scalar.properties.isWhitespace { return .blank }
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: return .letter
    case .decimalNumber, .letterNumber, .otherNumber: return .digit
    default: return .other
    }
  }

  private static let endings: [[Unicode.Scalar]] = ["s", "t", "re", "ve", "m", "ll", "d"].map {
    Array($0.unicodeScalars)
  }

  private static func contraction(
    _ scalars: String.UnicodeScalarView, _ start: String.UnicodeScalarView.Index
  ) -> String.UnicodeScalarView.Index? {
    guard scalars[start] == "'" else { return nil }
    let rest = scalars[scalars.index(after: start)...]
    guard let ending = endings.first(where: { rest.starts(with: $0) }) else { return nil }
    return scalars.index(start, offsetBy: 1 + ending.count)
  }

  private static func run(
    _ scalars: String.UnicodeScalarView, _ start: String.UnicodeScalarView.Index
  ) -> String.UnicodeScalarView.Index {
    func end(of kind: Kind, from first: String.UnicodeScalarView.Index) -> String.UnicodeScalarView.Index {
      scalars[first...].firstIndex { Self.kind($0) != kind } ?? scalars.endIndex
    }
    let first = kind(scalars[start])
    guard first == .blank else { return end(of: first, from: start) }
    let next = scalars.index(after: start)
    if scalars[start] == " ", next < scalars.endIndex, kind(scalars[next]) != .blank {
      return end(of: kind(scalars[next]), from: next)
    }
    let blanks = end(of: .blank, from: start)
    // The last of several blanks is left to the word behind them.
    if blanks < scalars.endIndex, next < blanks { return scalars.index(before: blanks) }
    return blanks
  }

  /// The character of each byte: printable ones stand for themselves, the others are the characters from 256 on.
  static let characters: [Unicode.Scalar] = {
    var next: UInt32 = 256
    return (0..<256).map { byte in
      let isPrintable = (33...126).contains(byte) || (161...172).contains(byte) || (174...255).contains(byte)
      if isPrintable { return Unicode.Scalar(UInt8(byte)) }
      defer { next += 1 }
      return Unicode.Scalar(next) ?? "?"
    }
  }()

  /// The byte of each character.
  static let bytes: [Unicode.Scalar: UInt8] = Dictionary(
    uniqueKeysWithValues: characters.enumerated().map { ($1, UInt8($0)) })
}
