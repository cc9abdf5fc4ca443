import Testing
import Transformer

@Suite struct TokenizerFileTests {
  private static let file = #"""
    {"model":{"type":"WordPiece","unk_token":"[UNK]","continuing_subword_prefix":"##","max_input_chars_per_word":100,
    "vocab":{"[UNK]":0,"[CLS]":1,"[SEP]":2,"\u00e9":3,"e\u0301":4}},
    "normalizer":{"type":"BertNormalizer","clean_text":true,"handle_chinese_chars":true,"strip_accents":false,
    "lowercase":true},"pre_tokenizer":{"type":"BertPreTokenizer"},"added_tokens":[{"id":2,"content":"[SEP]"}],
    "truncation":{"max_length":9,"strategy":"LongestFirst"},
    "post_processor":{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"[CLS]","type_id":0}},
    {"Sequence":{"id":"A","type_id":0}}],"pair":[{"Sequence":{"id":"A","type_id":0}},{"Sequence":{"id":"B","type_id":1}}],
    "special_tokens":{"[CLS]":{"id":"[CLS]","ids":[1],"tokens":["[CLS]"]}}}}
    """#

  private func read(replacing text: String, by other: String) throws(TokenizerError) -> WordPieceTokenizer {
    try WordPieceTokenizer(json: Array(Self.file.replacing(text, with: other).utf8))
  }

  @Test func `Tokens that are canonically equivalent stay apart`() throws {
    let tokenizer = try WordPieceTokenizer(json: Array(Self.file.utf8))
    #expect(try tokenizer.encode("\u{E9} e\u{301} x").ids == [1, 3, 4, 0])
  }

  @Test(arguments: [
    ("\"e\\u0301\":4", "\"x\":3", TokenizerError.sameNumber(3, "\u{E9}", "x")),
    ("\"e\\u0301\":4", "\"x\":-1", .number(token: "x", number: -1)),
    ("\"e\\u0301\":4", "\"x\":99999999", .number(token: "x", number: 99_999_999)),
    ("\"e\\u0301\":4", "\"x\":1.5", .field("model.vocab of \"x\"")),
    ("\"[UNK]\":0", "\"x\":0", .missingToken("[UNK]")),
    ("\"id\":2,", "\"id\":1,", .conflictingToken("[SEP]", added: 1, vocabulary: 2)),
    ("\"id\":2,", "", .field("added_tokens")),
    ("\"WordPiece\"", "\"BPE\"", .unsupported(field: "model", found: "BPE", supported: ["WordPiece"])),
    ("\"BertNormalizer\"", "\"NFC\"", .unsupported(field: "normalizer", found: "NFC", supported: ["BertNormalizer"])),
    (
      "\"BertPreTokenizer\"", "\"Whitespace\"",
      .unsupported(field: "pre_tokenizer", found: "Whitespace", supported: ["BertPreTokenizer"])
    ),
    ("\"lowercase\":true", "\"lowercase\":1", .field("normalizer.lowercase")),
    ("\"max_length\":9", "\"max_length\":-9", .field("truncation.max_length")),
    ("\"LongestFirst\"", "\"Random\"", .field("truncation.strategy")),
    ("\"LongestFirst\"", "\"OnlyFirst\",\"direction\":\"Up\"", .field("truncation.direction")),
    ("\"ids\":[1]", "\"ids\":[-1]", .field("post_processor.special_tokens")),
    (
      "\"Sequence\":{\"id\":\"A\",\"type_id\":0}}],\"pair", "\"Sequence\":{\"id\":\"B\",\"type_id\":0}}],\"pair",
      .field("post_processor.single")
    ),
    ("\"vocab\":{", "\"vocab\":[{", .json(file: "tokenizer.json", JSONError(offset: 177, reason: .unexpected(0x7D)))),
  ])
  func `A file that cannot be used is refused with its field`(text: String, other: String, expected: TokenizerError) {
    do throws(TokenizerError) {
      _ = try read(replacing: text, by: other)
      Issue.record("accepted")
    } catch {
      #expect(error == expected)
    }
  }

  @Test func `A damaged file gives a tokenizer or a reason, never a crash`() {
    let sample = Array(Self.file.utf8)
    var generator = SeededGenerator(seed: 0x70C)
    var accepted = 0
    for _ in 0..<1500 {
      var bytes = sample
      for _ in 0..<Int.random(in: 1...2, using: &generator) {
        let place = Int.random(in: 0..<bytes.count, using: &generator)
        if Bool.random(using: &generator) {
          bytes[place] = "0123456789[]{},:\"-e\\ABab".utf8.randomElement(using: &generator)!
        } else {
          bytes.remove(at: place)
        }
      }
      if let tokenizer = try? WordPieceTokenizer(json: bytes) {
        accepted += 1
        #expect((try? tokenizer.encode("é x [SEP] y", pair: "z"))?.count ?? 0 <= 20)
      }
    }
    #expect(accepted > 0 && accepted < 1500)
  }
}
