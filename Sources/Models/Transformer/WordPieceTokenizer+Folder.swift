import Foundation

extension WordPieceTokenizer {
  /// Reads the tokenizer of a model folder: the numbers are those of `AutoTokenizer` of Hugging Face `transformers` 5.24.
  ///
  /// For the classes of BERT the tokenizer is made of the vocabulary (of `tokenizer.json`, else of `vocab.txt`) and of what
  /// `tokenizer_config.json`, `special_tokens_map.json` and `added_tokens.json` say, with the settings of uncased English
  /// BERT where they say nothing: a `do_lower_case` there counts, and the normaliser of `tokenizer.json` does not. For
  /// `PreTrainedTokenizerFast` the tokenizer is `tokenizer.json` as it stands. Sequences are cut at `model_max_length`,
  /// else at the truncation of `tokenizer.json`.
  ///
  /// - Throws: ``TokenizerError`` that names the file, and the field where it concerns one.
  public init(directory: URL) throws(TokenizerError) {
    let folder = TokenizerFolder(directory)
    let settings = try folder.settings()
    guard let json = try folder.object("tokenizer.json") else {
      guard settings.construction == .rebuilt else {
        throw .file(ModelFileError(file: "tokenizer.json", reason: .missing))
      }
      try self.init(settings: settings, vocabulary: Self.vocabulary(lines: folder.bytes("vocab.txt")))
      return
    }
    switch settings.construction {
    case .rebuilt:
      let vocabulary = try Self.vocabulary(ofModelIn: json)
      try self.init(settings: settings, vocabulary: vocabulary, json: json)
    case .file:
      var parts = try Self.parts(json)
      parts.add(Self.newTokens(settings, beside: []))
      Self.setTruncation(of: &parts, settings)
      try self.init(parts)
    }
  }

  /// Reads the lines of a `vocab.txt`, a token each, and a `tokenizer_config.json`, as ``init(directory:)`` does.
  ///
  /// Spaces at the end of a line do not count. A token that stands twice has its last number.
  ///
  /// - Throws: ``TokenizerError``.
  public init(vocabulary text: [UInt8], settings: [UInt8]? = nil) throws(TokenizerError) {
    var config: JSONObject?
    if let settings { config = try Self.document(settings, file: "tokenizer_config.json") }
    try self.init(settings: TokenizerSettings(config: config), vocabulary: Self.vocabulary(lines: text))
  }

  private init(
    settings: TokenizerSettings, vocabulary: WordPieceVocabulary, json: JSONObject? = nil
  ) throws(TokenizerError) {
    var parts = Parts(vocabulary: vocabulary)
    if let json { try Self.readTruncation(json["truncation"], into: &parts) }
    Self.setTruncation(of: &parts, settings)
    parts.normalizer = settings.normalizer
    guard let unknown = settings.roles["unk_token"], let first = settings.roles["cls_token"],
      let last = settings.roles["sep_token"]
    else { preconditionFailure("the settings of BERT have every role") }
    parts.unknownToken = unknown.content
    parts.add(Self.newTokens(settings, beside: try Self.addedTokens(json?["added_tokens"])))
    guard let first = parts.number(of: first.content), let last = parts.number(of: last.content) else {
      preconditionFailure("every role has a number")
    }
    Self.setTemplate(of: &parts, first: first, last: last)
    try self.init(parts)
  }

  private static func vocabulary(lines text: [UInt8]) throws(TokenizerError) -> WordPieceVocabulary {
    // No more lines than there may be tokens are taken apart, whatever the file's size.
    var lines = text.split(
      separator: UInt8(ascii: "\n"), maxSplits: WordPieceVocabulary.maximumNumber + 1, omittingEmptySubsequences: false)
    if lines.last?.isEmpty == true { lines.removeLast() }
    var entries: [(token: String, number: Int)] = []
    entries.reserveCapacity(lines.count)
    for (number, line) in lines.enumerated() {
      guard let line = String(validating: line, as: UTF8.self) else { throw .encoding(file: "vocab.txt") }
      var token = Substring(line).unicodeScalars
      while let last = token.last, last.properties.isWhitespace { token.removeLast() }
      entries.append((String(token), number))
    }
    return try WordPieceVocabulary(entries)
  }

  /// The vocabulary of a `tokenizer.json`: an object of numbers, or a list.
  private static func vocabulary(ofModelIn json: JSONObject) throws(TokenizerError) -> WordPieceVocabulary {
    guard let model = json["model"]?.object else { throw .field("model") }
    try requireWordPiece(model)
    guard let list = model["vocab"]?.array else { return try vocabulary(of: model) }
    var entries: [(token: String, number: Int)] = []
    for (number, value) in list.enumerated() {
      guard let token = value.string ?? value.array?.first?.string else { throw .field("model.vocab") }
      entries.append((token, number))
    }
    return try WordPieceVocabulary(entries)
  }

  /// The added tokens of a `tokenizer.json`, with the numbers that order them.
  private static func addedTokens(
    _ value: JSONValue?
  ) throws(TokenizerError) -> [(number: Int, token: TokenizerSettings.Token)] {
    guard let value, !value.isNull else { return [] }
    guard let elements = value.array else { throw .field("added_tokens") }
    var tokens: [(number: Int, token: TokenizerSettings.Token)] = []
    for element in elements {
      guard let object = element.object, let number = object["id"]?.integer,
        let token = TokenizerSettings.Token(object)
      else { throw .field("added_tokens") }
      tokens.append((number, token))
    }
    return tokens
  }

  /// All tokens that are found in the text itself, in the order in which those without a number get one.
  private static func newTokens(
    _ settings: TokenizerSettings, beside file: [(number: Int, token: TokenizerSettings.Token)]
  ) -> [TokenizerSettings.Token] {
    // Of two tokens for one number the file's counts; the numbers themselves only give the order.
    var byNumber: [Int: TokenizerSettings.Token] = [:]
    for (number, token) in settings.legacyAdded + file { byNumber[number] = token }
    var tokens = settings.decoder ?? byNumber.sorted { $0.key < $1.key }.map(\.value)
    var named = TokenizerSettings.roleNames.compactMap { settings.roles[$0] } + settings.others
    for index in named.indices { named[index].isSpecial = true }
    let namedContents = Set(named.map { ExactString($0.content) })
    for index in tokens.indices where namedContents.contains(ExactString(tokens[index].content)) {
      tokens[index].isSpecial = true
    }
    var known = Set(tokens.map { ExactString($0.content) })
    for token in named + settings.extra
    where known.insert(ExactString(token.content)).inserted { tokens.append(token) }
    return tokens
  }

  private static func setTruncation(of parts: inout Parts, _ settings: TokenizerSettings) {
    if let maximum = settings.maximumLength {
      parts.maximumLength = maximum
      parts.truncation.strategy = .longestFirst
    }
    if let cutsBeginning = settings.cutsBeginning { parts.truncation.cutsBeginning = cutsBeginning }
  }
}

extension WordPieceTokenizer.Parts {
  /// The number of a token, be it of the vocabulary or added.
  func number(of content: String) -> Int32? {
    if let added = addedTokens.first(where: { ExactString($0.content) == ExactString(content) }) { return added.number }
    return vocabulary[content]
  }

  /// Adds tokens: one of the vocabulary keeps its number, others get the next one.
  mutating func add(_ tokens: [TokenizerSettings.Token]) {
    var places: [ExactString: Int] = [:]
    for (place, token) in addedTokens.enumerated() { places[ExactString(token.content)] = place }
    var next = max(vocabulary.count, (addedTokens.map { Int($0.number) }.max() ?? -1) + 1)
    for token in tokens where !token.content.isEmpty {
      let name = ExactString(token.content)
      let known = places[name].map { addedTokens[$0].number } ?? vocabulary[token.content]
      let added = AddedToken(
        number: known ?? Int32(next), content: token.content, singleWord: token.singleWord,
        stripsLeft: token.stripsLeft, stripsRight: token.stripsRight, normalized: token.normalized ?? !token.isSpecial)
      next = max(next, Int(added.number) + 1)
      if let place = places[name] {
        addedTokens[place] = added
      } else {
        places[name] = addedTokens.count
        addedTokens.append(added)
      }
    }
  }
}

/// The files of a model folder that concern its tokenizer.
private struct TokenizerFolder {
  var directory: URL

  init(_ directory: URL) { self.directory = directory }

  func bytes(_ name: String) throws(TokenizerError) -> [UInt8] {
    do throws(ModelFileError) {
      return try ModelFile.text(directory.appending(path: name).path(percentEncoded: false), name: name)
    } catch { throw .file(error) }
  }

  /// The object of a file; nil when there is no such file.
  func object(_ name: String) throws(TokenizerError) -> JSONObject? {
    let content: [UInt8]
    do throws(TokenizerError) { content = try bytes(name) } catch {
      if case .file(let reason) = error, reason.reason == .missing { return nil }
      throw error
    }
    return try WordPieceTokenizer.document(content, file: name)
  }

  func settings() throws(TokenizerError) -> TokenizerSettings {
    try TokenizerSettings(
      config: object("tokenizer_config.json"), specialTokens: object("special_tokens_map.json"),
      addedTokens: object("added_tokens.json"), modelClass: object("config.json")?["tokenizer_class"]?.string)
  }
}
