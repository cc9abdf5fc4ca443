/// What the files beside a vocabulary say: `tokenizer_config.json`, `special_tokens_map.json` and `added_tokens.json`.
///
/// Read as `AutoTokenizer` of Hugging Face `transformers` 5 does. Fields that it does not use are not used here either:
/// `do_basic_tokenize` and `never_split` among them.
struct TokenizerSettings {
  /// How the tokenizer comes about.
  enum Construction: Equatable {
    /// From the vocabulary and these settings; of `tokenizer.json` only vocabulary, added tokens and truncation count.
    case rebuilt
    /// From `tokenizer.json` as it stands.
    case file
  }

  /// A token with its flags, before it has a number.
  struct Token: Hashable {
    var content: String
    var isSpecial: Bool
    var singleWord = false
    var stripsLeft = false
    var stripsRight = false
    /// Whether the token is matched in the normalised text; nil where nothing is said of it: it is unless it is special.
    var normalized: Bool?

    /// A special token that is given as a mere string.
    init(special content: String) {
      self.content = content
      isSpecial = true
    }

    /// A token of an object such as `{"content": "[MASK]", "lstrip": true}`.
    init?(_ object: JSONObject, isSpecial always: Bool? = nil) {
      func flag(_ name: String) -> Bool? {
        guard let value = object[name] else { return .some(false) }
        return value.bool
      }
      guard let content = object["content"]?.string, let special = flag("special"), let single = flag("single_word"),
        let left = flag("lstrip"), let right = flag("rstrip")
      else { return nil }
      self.content = content
      isSpecial = always ?? special
      singleWord = single
      stripsLeft = left
      stripsRight = right
      if let given = object["normalized"] {
        guard let flag = given.bool else { return nil }
        normalized = flag
      }
    }
  }

  var construction = Construction.rebuilt
  var normalizer = BertNormalizer()
  /// The token of each role that is set: `cls_token` and so on.
  var roles: [String: Token] = [:]
  /// The tokens of fields that end in `_token` and are no role, in the order of the file.
  var others: [Token] = []
  /// The tokens of `extra_special_tokens`, in old files `additional_special_tokens`.
  var extra: [Token] = []
  /// The tokens of `added_tokens_decoder`, in the order of their numbers; nil when the field is absent.
  var decoder: [Token]?
  /// The tokens of `added_tokens.json`, by their numbers.
  var legacyAdded: [(number: Int, token: Token)] = []
  /// `model_max_length`.
  var maximumLength: Int?
  /// `truncation_side`.
  var cutsBeginning: Bool?

  /// The roles that a token may have, in the order in which those that are new get numbers.
  static let roleNames = [
    "bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token",
  ]
  /// The roles that uncased English BERT fills.
  private static let defaults = [
    "unk_token": "[UNK]", "sep_token": "[SEP]", "pad_token": "[PAD]", "cls_token": "[CLS]", "mask_token": "[MASK]",
  ]

  /// - Parameters:
  ///   - config: `tokenizer_config.json`.
  ///   - specialTokens: `special_tokens_map.json`.
  ///   - addedTokens: `added_tokens.json`.
  ///   - modelClass: the class that `config.json` names.
  init(
    config: JSONObject?, specialTokens: JSONObject? = nil, addedTokens: JSONObject? = nil, modelClass: String? = nil
  ) throws(TokenizerError) {
    let config = SettingsFile(name: "tokenizer_config.json", object: config ?? JSONObject(members: []))
    construction = try Self.construction(config, modelClass: modelClass)
    if construction == .rebuilt {
      for (role, content) in Self.defaults { roles[role] = Token(special: content) }
      normalizer.lowercases = try config.flag("do_lower_case") ?? true
      normalizer.isolatesChineseCharacters = try config.flag("tokenize_chinese_chars") ?? true
      normalizer.stripsAccents = try config.flag("strip_accents", orNull: true)
    }
    if let value = config["init_inputs"], value.array?.isEmpty != true {
      throw config.unsupported("init_inputs", value, ["[]"])
    }
    if try config.flag("split_special_tokens") == true {
      throw config.unsupported("split_special_tokens", .bool(true), ["false"])
    }
    maximumLength = try config.maximumLength()
    if let side = config["truncation_side"] {
      guard let side = side.string, ["left", "right"].contains(side) else {
        throw config.unsupported("truncation_side", config["truncation_side"] ?? .null, ["left", "right"])
      }
      cutsBeginning = side == "left"
    }
    try read(config)
    if let value = config["added_tokens_decoder"] {
      decoder = try Self.decoder(value, config)
    } else {
      if let specialTokens { try read(SettingsFile(name: "special_tokens_map.json", object: specialTokens)) }
      if let addedTokens { try readAdded(SettingsFile(name: "added_tokens.json", object: addedTokens)) }
    }
  }

  private static func construction(
    _ config: SettingsFile, modelClass: String?
  ) throws(TokenizerError) -> Construction {
    let value = config["tokenizer_class"] ?? .null
    guard value.isNull || value.string != nil else {
      throw config.wrong("tokenizer_class", value, "the name of a class")
    }
    guard var name = value.string ?? modelClass else { return .rebuilt }
    if name.hasSuffix("Fast") { name.removeLast(4) }
    let bert = [
      "BertTokenizer", "DistilBertTokenizer", "ElectraTokenizer", "MobileBertTokenizer", "SqueezeBertTokenizer",
    ]
    if bert.contains(name) { return .rebuilt }
    if ["PreTrainedTokenizer", "TokenizersBackend"].contains(name) { return .file }
    throw .unsupported(
      file: value.string == nil ? "config.json" : config.name, field: "tokenizer_class", found: name,
      supported: bert + ["PreTrainedTokenizerFast"])
  }

  /// The tokens of a file, which take the place of those that were read before.
  private mutating func read(_ file: SettingsFile) throws(TokenizerError) {
    for (field, value) in file.object.members {
      switch field {
      case "additional_special_tokens" where file["extra_special_tokens"]?.array?.isEmpty == false: break
      case "additional_special_tokens", "extra_special_tokens": try readExtra(field, value, file)
      case _ where Self.roleNames.contains(field):
        if value.isNull {
          // The class puts these into every sequence, so that there is no meaning without them.
          guard construction == .file || !["unk_token", "sep_token", "cls_token"].contains(field) else {
            throw file.wrong(field, value, "a token")
          }
          roles[field] = nil
        } else {
          roles[field] = try file.token(field, value)
        }
      case _ where field.hasSuffix("_token") && value.string != nil: others.append(try file.token(field, value))
      default: break
      }
    }
  }

  private mutating func readExtra(_ field: String, _ value: JSONValue, _ file: SettingsFile) throws(TokenizerError) {
    if value.isNull { return }
    if let named = value.object {
      for (_, value) in named.members { others.append(try file.token(field, value)) }
      return
    }
    guard let values = value.array else { throw file.wrong(field, value, "a list of tokens") }
    extra = []
    for value in values { extra.append(try file.token(field, value)) }
  }

  private static func decoder(_ value: JSONValue, _ file: SettingsFile) throws(TokenizerError) -> [Token] {
    guard let members = value.object?.members else { throw file.wrong("added_tokens_decoder", value, "an object") }
    var tokens: [(number: Int, token: Token)] = []
    for (key, value) in members {
      guard let number = Int(key), let token = value.object.flatMap({ Token($0) }) else {
        throw file.wrong("added_tokens_decoder", value, "a token with its flags for each number")
      }
      tokens.append((number, token))
    }
    return tokens.sorted { $0.number < $1.number }.map(\.token)
  }

  private mutating func readAdded(_ file: SettingsFile) throws(TokenizerError) {
    let special = Set((roles.values + extra).map { ExactString($0.content) })
    for (content, value) in file.object.members {
      guard let number = value.integer else { throw file.wrong(content, value, "the number of the token") }
      var token = Token(special: content)
      token.isSpecial = special.contains(ExactString(content))
      legacyAdded.append((number, token))
    }
  }
}

/// A file of settings, and the messages about its fields.
struct SettingsFile {
  var name: String
  var object: JSONObject

  subscript(field: String) -> JSONValue? { object[field] }

  func wrong(_ field: String, _ value: JSONValue, _ expected: String) -> TokenizerError {
    .setting(file: name, field: field, found: Self.words(value), expected: expected)
  }

  func unsupported(_ field: String, _ value: JSONValue, _ supported: [String]) -> TokenizerError {
    .unsupported(file: name, field: field, found: Self.words(value), supported: supported)
  }

  private static func words(_ value: JSONValue) -> String {
    switch value {
    case .bool(let flag): "\(flag)"
    case .integer(let number): "\(number)"
    case .real(let number): "\(number)"
    case .string(let text): "\"\(printable(text))\""
    default: value.kind
    }
  }

  func flag(_ field: String, orNull: Bool = false) throws(TokenizerError) -> Bool? {
    guard let value = self[field] else { return nil }
    if orNull, value.isNull { return nil }
    guard let flag = value.bool else { throw wrong(field, value, orNull ? "true, false or null" : "true or false") }
    return flag
  }

  func token(_ field: String, _ value: JSONValue) throws(TokenizerError) -> TokenizerSettings.Token {
    if let content = value.string { return .init(special: content) }
    // In `tokenizer_config.json` an object is a token only when it says so.
    let isMap = name == "special_tokens_map.json"
    guard let object = value.object, isMap || object["__type"]?.string == "AddedToken",
      let token = TokenizerSettings.Token(object, isSpecial: isMap ? true : nil)
    else { throw wrong(field, value, "a token, or an object of \"__type\": \"AddedToken\"") }
    return token
  }

  /// `model_max_length`, or `max_len` in old files. A number beyond all sequences, which files have for want of a limit, is
  /// none.
  func maximumLength() throws(TokenizerError) -> Int? {
    for field in ["model_max_length", "max_len"] {
      guard let value = self[field] else { continue }
      if value.isNull { return nil }
      if case .real(let number) = value, number >= 0x1p63 { return nil }
      guard let number = value.integer, number > 0 else { throw wrong(field, value, "a whole number above 0") }
      return number
    }
    return nil
  }
}
