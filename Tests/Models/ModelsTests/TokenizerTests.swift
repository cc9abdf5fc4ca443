import Foundation
import Models
import TestFiles
import Testing
import Transformer

/// Tokenizers against `Tests/Reference/more_tokenizer_vectors.py`.
struct TokenizerTests {
  private struct Vectors: Decodable {
    struct Case: Decodable {
      var text: String
      var ids: [Int32]

      init(from decoder: any Decoder) throws {
        var container = try decoder.unkeyedContainer()
        text = try container.decode(String.self)
        ids = try container.decode([Int32].self)
      }
    }
    struct BytePairs: Decodable {
      var file: String
      var cases, prefixed: [Case]
    }
    var bytePairs: BytePairs
    var molecules: [Case]
  }

  private func vectors() throws -> Vectors { try Checkout.vectors("more-tokenizers.json", as: Vectors.self) }

  @Test func `Byte pairs are those of the tokenizers library, and decode to the text`() throws {
    let vectors = try vectors().bytePairs
    let tokenizer = try BytePairTokenizer(tokenizer: Array(vectors.file.utf8))
    #expect(vectors.cases.count > 30 && tokenizer.count == 420)
    for row in vectors.cases {
      #expect(tokenizer.encode(row.text) == row.ids, "\(row.text.debugDescription)")
      #expect(Array(tokenizer.decode(row.ids).utf8) == Array(row.text.utf8))
    }
    let file = vectors.file.replacing("\"add_prefix_space\":false", with: "\"add_prefix_space\":true")
    let prefixed = try BytePairTokenizer(tokenizer: Array(file.utf8))
    for row in vectors.prefixed {
      #expect(prefixed.encode(row.text) == row.ids, "\(row.text.debugDescription) with a blank in front")
    }
  }

  @Test func `A word of a hundred thousand letters is cut as fast as many short ones`() throws {
    let tokenizer = try BytePairTokenizer(tokenizer: Array(vectors().bytePairs.file.utf8))
    let word = String(repeating: "multiplierarray", count: 7000)
    let ids = tokenizer.encode(word)
    #expect(tokenizer.decode(ids) == word && ids.count < word.utf8.count / 2)
    // All repetitions are cut alike, so that their number divides that of the tokens.
    #expect(ids.count.isMultiple(of: 7000), "\(ids.count)")
  }

  @Test func `A folder with vocabulary and merges gives the same tokens`() throws {
    let vectors = try vectors().bytePairs
    let document = try #require(
      try JSONSerialization.jsonObject(with: Data(vectors.file.utf8)) as? [String: Any])
    let model = try #require(document["model"] as? [String: Any])
    let merges = try #require(model["merges"] as? [[String]])
    let vocabulary = try JSONSerialization.data(withJSONObject: try #require(model["vocab"]))
    let text = "#version: 0.2\n" + merges.map { $0.joined(separator: " ") }.joined(separator: "\n") + "\n"
    let files = ["vocab.json": Array(vocabulary), "merges.txt": Array(text.utf8)]
    let tokenizer = try ModelFolder.with(files) { try BytePairTokenizer(directory: $0) }
    for row in vectors.cases where !row.text.contains("<|endoftext|>") {
      #expect(tokenizer.encode(row.text) == row.ids)
    }
    let bad = ["vocab.json": Array(vocabulary), "merges.txt": Array("a b c\n".utf8)]
    #expect(
      words { _ = try ModelFolder.with(bad) { try BytePairTokenizer(directory: $0) } }
        == "merges.txt: line 1 is \"a b c\"; it must be two symbols with a blank between")
  }

  @Test func `What a byte-pair tokenizer cannot do is refused by its field`() throws {
    let file = try vectors().bytePairs.file
    for (from, to, message) in [
      ("\"type\":\"BPE\"", "\"type\":\"Unigram\"", "tokenizer.json: model.type is Unigram; supported: BPE"),
      (
        "\"byte_fallback\":false", "\"byte_fallback\":true",
        "tokenizer.json: model.byte_fallback is true; supported: false"
      ),
      (
        "\"normalizer\":null", "\"normalizer\":{\"type\":\"NFC\"}", "tokenizer.json: normalizer is NFC; supported: null"
      ),
      ("\"dropout\":null", "\"dropout\":0.5", "tokenizer.json: model.dropout is set; supported: null"),
      (
        "\"pre_tokenizer\":{\"type\":\"ByteLevel\"", "\"pre_tokenizer\":{\"type\":\"Metaspace\"",
        "tokenizer.json: pre_tokenizer.type is Metaspace; supported: ByteLevel"
      ),
      ("\"!\":", "\"!!\":", "the vocabulary has no token \"!\", which the tokenizer needs"),
    ] {
      let changed = file.replacing(from, with: to, maxReplacements: 1)
      #expect(changed != file)
      #expect(words { _ = try BytePairTokenizer(tokenizer: Array(changed.utf8)) } == message)
    }
  }

  @Test func `Molecules have the tokens of the published expression`() throws {
    let tokenizer = try MoleculeTokenizer(directory: Checkout.model("albert"))
    let vectors = try vectors().molecules
    #expect(vectors.count == 15 && tokenizer.count == 591 && tokenizer.token(tokenizer.mask) == "[MASK]")
    for row in vectors { #expect(try tokenizer.encode(row.text) == row.ids, "\(row.text)") }
    #expect(
      words { _ = try tokenizer.encode("CC&") }
        == "\"&\" at place 2 begins no part of a SMILES text: write atoms, bonds, brackets and rings")
    for text in ["C[", "C[]", "C%1", "[C"] { #expect(throws: MoleculeError.self) { try tokenizer.encode(text) } }
  }

  @Test func `Names of the pickle are read without executing it`() throws {
    let tokenizer = try NameTokenizer(contentsOf: Checkout.model("gpt2").appending(path: "MicroTokenizer.pkl"))
    #expect(tokenizer.count == 9669)
    #expect(tokenizer.number("<pad>") == 0 && tokenizer.number("<bos>") == 2 && tokenizer.number("<eos>") == 3)
    let place = try #require(tokenizer.number("g__Zooshikella"))
    #expect(tokenizer.name(place) == "g__Zooshikella" && tokenizer.number("nothing") == nil)
  }
}
