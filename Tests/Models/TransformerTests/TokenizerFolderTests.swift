import Foundation
import TestFiles
import Testing
import Transformer

@Suite struct TokenizerFolderTests {
  /// What `Tests/Reference/tokenizer_folder_vectors.py` wrote with `AutoTokenizer` of Hugging Face `transformers`.
  private struct Vectors: Decodable {
    struct Folder: Decodable {
      var name: String
      var files: [String: String]
      var ids: [[Int32]]
      var pair: [Int32]
      var types: [Int32]?
    }
    struct Refused: Decodable {
      var name: String
      var files: [String: String]
    }
    var transformers: String
    var texts: [String]
    var folders: [Folder]
    var refused: [Refused]
  }

  private func vectors() throws -> Vectors { try Checkout.vectors("tokenizer-folders.json", as: Vectors.self) }

  @Test func `The numbers of every folder are those of transformers`() throws {
    let vectors = try vectors()
    #expect(vectors.transformers == "5.24.0" && vectors.folders.count == 146)
    for folder in vectors.folders {
      let tokenizer: WordPieceTokenizer
      do {
        tokenizer = try ModelFolder.with(folder.files) { try WordPieceTokenizer(directory: $0) }
      } catch {
        Issue.record("\(folder.name): \(error)")
        continue
      }
      for (text, ids) in zip(vectors.texts, folder.ids) {
        #expect(try tokenizer.encode(text).ids == ids, "\(folder.name): \(text.debugDescription)")
      }
      let pair = try tokenizer.encode("the cats", pair: "dog foo")
      #expect(pair.ids == folder.pair, "\(folder.name): pair")
      if let types = folder.types { #expect(pair.typeIds == types, "\(folder.name): types of the pair") }
    }
  }

  @Test func `What transformers refuses is refused with the file and the field`() throws {
    for folder in try vectors().refused {
      let error = words { _ = try ModelFolder.with(folder.files) { try WordPieceTokenizer(directory: $0) } }
      let field = folder.name.prefix { $0 != " " }
      let isSetting = field.contains("_") && !folder.name.hasPrefix("unk_token new")
      let text = try #require(error, "\(folder.name) was accepted")
      if isSetting { #expect(text.hasPrefix("tokenizer_config.json: \(field) is "), "\(folder.name): \(text)") }
    }
  }

  @Test(arguments: [
    (
      #"{"do_lower_case":"false"}"#,
      #"tokenizer_config.json: do_lower_case is "false"; it must be true or false"#
    ),
    (#"{"strip_accents":1}"#, "tokenizer_config.json: strip_accents is 1; it must be true, false or null"),
    (#"{"model_max_length":0}"#, "tokenizer_config.json: model_max_length is 0; it must be a whole number above 0"),
    (#"{"sep_token":null}"#, "tokenizer_config.json: sep_token is null; it must be a token"),
    (
      #"{"cls_token":{"content":"x"}}"#,
      #"tokenizer_config.json: cls_token is an object; it must be a token, or an object of "__type": "AddedToken""#
    ),
    (#"{"split_special_tokens":true}"#, "tokenizer_config.json: split_special_tokens is true; supported: false"),
    (#"{"truncation_side":"both"}"#, #"tokenizer_config.json: truncation_side is "both"; supported: left, right"#),
    (
      #"{"tokenizer_class":"RobertaTokenizer"}"#,
      "tokenizer_config.json: tokenizer_class is RobertaTokenizer; supported: BertTokenizer, DistilBertTokenizer, "
        + "ElectraTokenizer, MobileBertTokenizer, SqueezeBertTokenizer, PreTrainedTokenizerFast"
    ),
    (
      #"{"tokenizer_class":"PreTrainedTokenizerFast"}"#,
      "tokenizer.json is not there: a model folder holds config.json, model.safetensors, and tokenizer.json or vocab.txt"
    ),
    ("[]", "tokenizer_config.json is not a JSON object: fetch it again"),
    ("{", "tokenizer_config.json: JSON at byte 1: the text ends inside a value"),
    ("", "tokenizer_config.json is empty: fetch it again"),
  ])
  func `The words say what may stand there`(settings: String, expected: String) {
    let files = ["vocab.txt": "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\na\n", "tokenizer_config.json": settings]
    #expect(words { _ = try ModelFolder.with(files) { try WordPieceTokenizer(directory: $0) } } == expected)
  }

  @Test func `Malformed files beside the vocabulary are named`() {
    let vocabulary = "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\na\n"
    for (name, content, expected) in [
      ("special_tokens_map.json", "{", "special_tokens_map.json: JSON at byte 1: the text ends inside a value"),
      (
        "special_tokens_map.json", #"{"cls_token": 4}"#,
        #"special_tokens_map.json: cls_token is 4; it must be a token, or an object of "__type": "AddedToken""#
      ),
      (
        "added_tokens.json", #"{"x": "y"}"#, #"added_tokens.json: x is "y"; it must be the number of the token"#
      ),
      (
        "tokenizer.json", "{}",
        "tokenizer.json: model is missing or of a wrong kind: fetch the file again, or save the tokenizer anew"
      ),
    ] {
      let files = ["vocab.txt": vocabulary, name: content]
      #expect(words { _ = try ModelFolder.with(files) { try WordPieceTokenizer(directory: $0) } } == expected)
    }
  }

  @Test func `A vocabulary that is none says what it is`() {
    func error(_ bytes: [UInt8]) -> String? {
      words { _ = try ModelFolder.with(["vocab.txt": bytes]) { try WordPieceTokenizer(directory: $0) } }
    }
    #expect(error([]) == "vocab.txt is empty: fetch it again")
    #expect(error(Array("[UNK]\n".utf8) + [0xFF, 10]) == "vocab.txt is not UTF-8: save it in this encoding")
    #expect(error([0xFF, 0xFE, 0x5B, 0]) == "vocab.txt is text in UTF-16: save it as UTF-8")
    #expect(error(Array("a\nb\n".utf8)) == "the vocabulary has no token \"[UNK]\", which the tokenizer needs")
    #expect(
      error(Array("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 231508\n".utf8))
        == "vocab.txt is a Git LFS pointer to a file of 231508 bytes, not the file itself: run 'git lfs pull' in the "
        + "model's repository, or download the file")
    #expect(
      words { _ = try WordPieceTokenizer(directory: URL(fileURLWithPath: "/nonexistent")) }
        == "vocab.txt is not there: a model folder holds config.json, model.safetensors, and tokenizer.json or vocab.txt"
    )
  }

  @Test func `A long vocabulary is read, one beyond all is refused`() throws {
    let specials = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    let text = (specials + (0..<200_000).map { "t\($0)" }).joined(separator: "\n")
    let tokenizer = try WordPieceTokenizer(vocabulary: Array(text.utf8))
    #expect(try tokenizer.encode("t199999").ids == [2, 200_004, 3])
    let error = words { _ = try WordPieceTokenizer(vocabulary: Array(repeating: 10, count: 1 << 21 + 1)) }
    #expect(error == "token \"\" has the number 2097152, outside 0 to 2097151")
  }

  @Test func `The number of tokens that were cut is known`() throws {
    let vocabulary = Array("[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\na\n".utf8)
    let tokenizer = try WordPieceTokenizer(vocabulary: vocabulary, settings: Array(#"{"model_max_length":5}"#.utf8))
    let cut = try tokenizer.encode("a a a a a a a")
    #expect(cut.ids == [2, 5, 5, 5, 3] && cut.cut == 4)
    #expect(try tokenizer.encode("a a a").cut == 0)
    #expect(try tokenizer.encode("a a a", pair: "a").cut == 2)
    #expect(cut.padded(to: 9).cut == 4)
    #expect(!cut.cutsBeginning)
    let left = try WordPieceTokenizer(
      vocabulary: vocabulary, settings: Array(#"{"model_max_length":5,"truncation_side":"left"}"#.utf8))
    #expect(try left.encode("a a a a").cutsBeginning && left.encode("a a a a").padded(to: 9).cutsBeginning)
    #expect(try !left.encode("a a").cutsBeginning)
  }
}
