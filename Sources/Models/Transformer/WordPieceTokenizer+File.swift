extension WordPieceTokenizer {
  static func setTemplate(of parts: inout Parts, first: Int32, last: Int32) {
    parts.single = [.special([first], type: 0), .sequence(0, type: 0), .special([last], type: 0)]
    parts.pair = parts.single + [.sequence(1, type: 1), .special([last], type: 1)]
  }

  /// Reads the text of a `tokenizer.json` with a WordPiece model.
  ///
  /// - Throws: ``TokenizerError`` that names the field.
  public init(json: [UInt8]) throws(TokenizerError) {
    try self.init(Self.parts(Self.document(json, file: "tokenizer.json")))
  }

  /// The tokenizer of a `tokenizer.json` as it stands.
  static func parts(_ object: JSONObject) throws(TokenizerError) -> Parts {
    var parts = try model(object)
    try readNormalizer(object["normalizer"], into: &parts)
    try requireType("pre_tokenizer", of: object["pre_tokenizer"], among: ["BertPreTokenizer"])
    try readAddedTokens(object["added_tokens"], into: &parts)
    try readTemplate(object["post_processor"], into: &parts)
    try readTruncation(object["truncation"], into: &parts)
    return parts
  }

  static func document(_ bytes: [UInt8], file: String) throws(TokenizerError) -> JSONObject {
    let document: JSONValue
    do throws(JSONError) { document = try JSONValue(parsing: bytes) } catch { throw .json(file: file, error) }
    guard let object = document.object else { throw .notObject(file: file) }
    return object
  }

  @discardableResult
  private static func requireType(
    _ field: String, of value: JSONValue?, among supported: [String]
  ) throws(TokenizerError) -> JSONObject {
    guard let object = value?.object, let type = object["type"]?.string else { throw .field(field) }
    guard supported.contains(type) else { throw .unsupported(field: field, found: type, supported: supported) }
    return object
  }

  private static func model(_ object: JSONObject) throws(TokenizerError) -> Parts {
    guard let model = object["model"]?.object else { throw .field("model") }
    try requireWordPiece(model)
    var parts = Parts(vocabulary: try vocabulary(of: model))
    guard let unknown = model["unk_token"]?.string else { throw .field("model.unk_token") }
    guard let prefix = model["continuing_subword_prefix"]?.string else {
      throw .field("model.continuing_subword_prefix")
    }
    guard let longest = model["max_input_chars_per_word"]?.integer, longest >= 0 else {
      throw .field("model.max_input_chars_per_word")
    }
    parts.unknownToken = unknown
    parts.continuingPrefix = prefix
    parts.longestWord = longest
    return parts
  }

  static func requireWordPiece(_ model: JSONObject) throws(TokenizerError) {
    // Files of old versions leave the type out.
    guard let type = model["type"]?.string, type != "WordPiece" else { return }
    throw .unsupported(field: "model", found: type, supported: ["WordPiece"])
  }

  static func vocabulary(of model: JSONObject) throws(TokenizerError) -> WordPieceVocabulary {
    guard let vocabulary = model["vocab"]?.object else { throw .field("model.vocab") }
    var entries: [(token: String, number: Int)] = []
    for (token, number) in vocabulary.members {
      guard let number = number.integer else { throw .field("model.vocab of \"\(token)\"") }
      entries.append((token, number))
    }
    return try WordPieceVocabulary(entries)
  }

  private static func readNormalizer(_ value: JSONValue?, into parts: inout Parts) throws(TokenizerError) {
    let object = try requireType("normalizer", of: value, among: ["BertNormalizer"])
    func flag(_ name: String) throws(TokenizerError) -> Bool {
      guard let flag = object[name]?.bool else { throw .field("normalizer.\(name)") }
      return flag
    }
    parts.normalizer.cleansText = try flag("clean_text")
    parts.normalizer.isolatesChineseCharacters = try flag("handle_chinese_chars")
    parts.normalizer.lowercases = try flag("lowercase")
    let strips = object["strip_accents"] ?? .null
    parts.normalizer.stripsAccents = strips.isNull ? nil : try flag("strip_accents")
  }

  private static func readAddedTokens(_ value: JSONValue?, into parts: inout Parts) throws(TokenizerError) {
    guard let value, !value.isNull else { return }
    guard let elements = value.array else { throw .field("added_tokens") }
    for element in elements {
      guard let object = element.object, let content = object["content"]?.string, let id = object["id"]?.integer else {
        throw .field("added_tokens")
      }
      guard (0...WordPieceVocabulary.maximumNumber).contains(id) else { throw .number(token: content, number: id) }
      if let known = parts.vocabulary[content], Int(known) != id {
        throw .conflictingToken(content, added: id, vocabulary: Int(known))
      }
      parts.addedTokens.append(
        AddedToken(
          number: Int32(id), content: content, singleWord: object["single_word"]?.bool ?? false,
          stripsLeft: object["lstrip"]?.bool ?? false, stripsRight: object["rstrip"]?.bool ?? false,
          normalized: object["normalized"]?.bool ?? false))
    }
  }

  static func readTruncation(_ value: JSONValue?, into parts: inout Parts) throws(TokenizerError) {
    guard let value, !value.isNull else { return }
    guard let object = value.object, let maximum = object["max_length"]?.integer, maximum >= 0 else {
      throw .field("truncation.max_length")
    }
    guard let name = object["strategy"]?.string, let strategy = Truncation.Strategy(rawValue: name) else {
      throw .field("truncation.strategy")
    }
    parts.maximumLength = maximum
    parts.truncation.strategy = strategy
    // Files of old versions have no direction.
    let direction = object["direction"]?.string ?? "Right"
    guard ["Left", "Right"].contains(direction) else { throw .field("truncation.direction") }
    parts.truncation.cutsBeginning = direction == "Left"
  }

  private static func readTemplate(_ value: JSONValue?, into parts: inout Parts) throws(TokenizerError) {
    guard let value, !value.isNull else {
      parts.single = [.sequence(0, type: 0)]
      parts.pair = [.sequence(0, type: 0), .sequence(1, type: 1)]
      return
    }
    let object = try requireType("post_processor", of: value, among: ["TemplateProcessing", "BertProcessing"])
    if object["type"]?.string == "BertProcessing" {
      func special(_ name: String) throws(TokenizerError) -> Int32 {
        guard let pair = object[name]?.array, pair.count == 2, let id = pair[1].integer.flatMap(Int32.init(exactly:))
        else {
          throw .field("post_processor.\(name)")
        }
        return id
      }
      setTemplate(of: &parts, first: try special("cls"), last: try special("sep"))
      return
    }
    guard let special = object["special_tokens"]?.object else { throw .field("post_processor.special_tokens") }
    parts.single = try template("single", of: object, special: special)
    parts.pair = try template("pair", of: object, special: special)
    for piece in parts.single {
      if case .sequence(1, _) = piece { throw .field("post_processor.single") }
    }
  }

  private static func template(
    _ name: String, of object: JSONObject, special: JSONObject
  ) throws(TokenizerError) -> [TemplatePiece] {
    let field = "post_processor.\(name)"
    guard let elements = object[name]?.array else { throw .field(field) }
    var pieces: [TemplatePiece] = []
    for element in elements {
      guard let (kind, value) = element.object?.members.first, let content = value.object,
        let id = content["id"]?.string, let type = content["type_id"]?.integer.flatMap(Int32.init(exactly:)), type >= 0
      else { throw .field(field) }
      switch (kind, id) {
      case ("Sequence", "A"): pieces.append(.sequence(0, type: type))
      case ("Sequence", "B"): pieces.append(.sequence(1, type: type))
      case ("SpecialToken", _):
        guard let numbers = special[id]?.object?["ids"]?.array else { throw .field("post_processor.special_tokens") }
        var ids: [Int32] = []
        for number in numbers {
          guard let id = number.integer.flatMap(Int32.init(exactly:)), id >= 0 else {
            throw .field("post_processor.special_tokens")
          }
          ids.append(id)
        }
        pieces.append(.special(ids, type: type))
      default: throw .field(field)
      }
    }
    return pieces
  }
}
