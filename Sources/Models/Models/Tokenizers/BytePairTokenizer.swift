import Foundation
import Transformer

/// The byte-level byte-pair tokenizer of GPT-2 and its relatives.
///
/// A text is cut into words, the bytes of a word are its first symbols, and neighbouring symbols are merged in the order in
/// which the merges were learned. Every text has tokens, and decoding gives it back byte by byte.
///
/// Radford et al., "Language Models are Unsupervised Multitask Learners", section 2.2.
public struct BytePairTokenizer: Sendable {
  private let tokens: [Int32: String]
  private let merges: BytePairMerges
  /// The number of each byte's symbol.
  private let byteNumbers: [Int32]
  private let added: AddedTokenMatcher
  private let addedContents: [Int32: String]
  private let addsPrefixSpace: Bool

  private struct Pair {
    var left, right: ExactString
  }

  /// The number of tokens.
  public var count: Int { tokens.count + addedContents.keys.filter { tokens[$0] == nil }.count }

  /// Reads `tokenizer.json` of a model folder, or `vocab.json` with `merges.txt` when it has none.
  ///
  /// - Throws: ``TokenizerError`` that names the file and the field.
  public init(directory: URL) throws(TokenizerError) {
    func bytes(_ name: String) throws(TokenizerError) -> [UInt8] {
      do throws(ModelFileError) {
        return try ModelFile.text(directory.appending(path: name).path(percentEncoded: false), name: name)
      } catch { throw .file(error) }
    }
    let file: [UInt8]
    do throws(TokenizerError) { file = try bytes("tokenizer.json") } catch {
      guard case .file(let reason) = error, reason.reason == .missing else { throw error }
      try self.init(vocabulary: bytes("vocab.json"), merges: bytes("merges.txt"))
      return
    }
    try self.init(tokenizer: file)
  }

  /// Reads the texts of `vocab.json` and `merges.txt`.
  public init(vocabulary: [UInt8], merges: [UInt8]) throws(TokenizerError) {
    let entries = try Self.object(vocabulary, file: "vocab.json")
    guard let text = String(validating: merges, as: UTF8.self) else { throw .encoding(file: "merges.txt") }
    var pairs: [Pair] = []
    for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      if line.isEmpty || (number == 0 && line.hasPrefix("#version")) { continue }
      let parts = line.split(separator: " ", omittingEmptySubsequences: false)
      guard parts.count == 2 else {
        throw .setting(
          file: "merges.txt", field: "line \(number + 1)", found: "\"\(printable(String(line)))\"",
          expected: "two symbols with a blank between")
      }
      pairs.append(Pair(left: ExactString(String(parts[0])), right: ExactString(String(parts[1]))))
    }
    try self.init(entries, pairs, file: "vocab.json", added: [], addsPrefixSpace: false)
  }

  /// Reads the text of a `tokenizer.json`.
  public init(tokenizer: [UInt8]) throws(TokenizerError) {
    let document = try Self.object(tokenizer, file: "tokenizer.json")
    guard let model = document["model"]?.object else { throw .field("model") }
    try Self.require(model["type"], "model.type", ["BPE"])
    for field in ["dropout", "unk_token"] where model[field]?.isNull == false {
      throw .unsupported(field: "model." + field, found: model[field]?.string ?? "set", supported: ["null"])
    }
    for field in ["continuing_subword_prefix", "end_of_word_suffix"] {
      guard let value = model[field], !value.isNull, value.string != "" else { continue }
      throw .unsupported(field: "model." + field, found: value.string ?? value.kind, supported: ["null"])
    }
    for field in ["fuse_unk", "byte_fallback", "ignore_merges"] where model[field]?.bool == true {
      throw .unsupported(field: "model." + field, found: "true", supported: ["false"])
    }
    if let normalizer = document["normalizer"], !normalizer.isNull {
      throw .unsupported(
        field: "normalizer", found: normalizer.object?["type"]?.string ?? normalizer.kind, supported: ["null"])
    }
    guard let cutter = document["pre_tokenizer"]?.object else { throw .field("pre_tokenizer") }
    try Self.require(cutter["type"], "pre_tokenizer.type", ["ByteLevel"])
    if cutter["use_regex"]?.bool == false {
      throw .unsupported(field: "pre_tokenizer.use_regex", found: "false", supported: ["true"])
    }
    if let post = document["post_processor"], !post.isNull {
      try Self.require(post.object?["type"], "post_processor.type", ["ByteLevel", "null"])
    }
    guard let entries = model["vocab"]?.object else { throw .field("model.vocab") }
    var pairs: [Pair] = []
    for merge in model["merges"]?.array ?? [] {
      let parts =
        merge.array.map { $0.compactMap(\.string) }
        ?? merge.string?.split(separator: " ", omittingEmptySubsequences: false).map(String.init) ?? []
      guard parts.count == 2 else { throw .field("model.merges") }
      pairs.append(Pair(left: ExactString(parts[0]), right: ExactString(parts[1])))
    }
    var added: [AddedToken] = []
    for value in document["added_tokens"]?.array ?? [] {
      guard let number = value.object?["id"]?.integer, let content = value.object?["content"]?.string,
        let id = Int32(exactly: number), id >= 0
      else { throw .field("added_tokens") }
      func flag(_ name: String) -> Bool { value.object?[name]?.bool == true }
      added.append(
        AddedToken(
          number: id, content: content, singleWord: flag("single_word"), stripsLeft: flag("lstrip"),
          stripsRight: flag("rstrip")))
    }
    try self.init(
      entries, pairs, file: "model.vocab", added: added, addsPrefixSpace: cutter["add_prefix_space"]?.bool == true)
  }

  private init(
    _ entries: JSONObject, _ pairs: [Pair], file: String, added: [AddedToken], addsPrefixSpace: Bool
  ) throws(TokenizerError) {
    var numbers: [ExactString: Int32] = [:]
    var tokens: [Int32: String] = [:]
    for (token, value) in entries.members {
      guard let number = value.integer, let id = Int32(exactly: number), id >= 0 else {
        throw .number(token: token, number: value.integer ?? -1)
      }
      if let other = tokens.updateValue(token, forKey: id) { throw .sameNumber(number, other, token) }
      numbers[ExactString(token)] = id
    }
    var byteNumbers: [Int32] = []
    for scalar in ByteLevelText.characters {
      let symbol = String(Character(scalar))
      guard let number = numbers[ExactString(symbol)] else { throw .missingToken(symbol) }
      byteNumbers.append(number)
    }
    var merges = BytePairMerges()
    for pair in pairs {
      func number(_ symbol: String) throws(TokenizerError) -> Int32 {
        guard let number = numbers[ExactString(symbol)] else { throw .missingToken(symbol) }
        return number
      }
      merges.append(
        try number(pair.left.string), try number(pair.right.string),
        to: try number(pair.left.string + pair.right.string))
    }
    self.tokens = tokens
    self.merges = merges
    self.byteNumbers = byteNumbers
    self.addsPrefixSpace = addsPrefixSpace
    self.added = AddedTokenMatcher(added) { $0.content }
    addedContents = Dictionary(added.map { ($0.number, $0.content) }, uniquingKeysWith: { first, _ in first })
  }

  private static func object(_ bytes: [UInt8], file: String) throws(TokenizerError) -> JSONObject {
    let document: JSONValue
    do throws(JSONError) { document = try JSONValue(parsing: bytes) } catch { throw .json(file: file, error) }
    guard let object = document.object else { throw .notObject(file: file) }
    return object
  }

  private static func require(
    _ value: JSONValue?, _ field: String, _ supported: [String]
  ) throws(TokenizerError) {
    guard let name = value?.string else { throw .field(field) }
    guard supported.contains(name) else { throw .unsupported(field: field, found: name, supported: supported) }
  }

  /// The tokens of a text.
  public func encode(_ text: String) -> [Int32] {
    var ids: [Int32] = []
    for segment in added.split(text) {
      switch segment {
      case .token(let id): ids.append(id)
      case .text(var piece):
        if addsPrefixSpace, piece.unicodeScalars.first != " " { piece = " " + piece }
        for word in ByteLevelText.words(piece) {
          ids += merges(String(word).utf8.map { byteNumbers[Int($0)] })
        }
      }
    }
    return ids
  }

  /// The text of tokens; bytes that are no UTF-8 become replacement characters, unknown numbers nothing.
  public func decode(_ ids: [Int32]) -> String {
    var bytes: [UInt8] = []
    for id in ids {
      if let content = addedContents[id] {
        bytes += Array(content.utf8)
      } else {
        bytes += (tokens[id] ?? "").unicodeScalars.compactMap { ByteLevelText.bytes[$0] }
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
