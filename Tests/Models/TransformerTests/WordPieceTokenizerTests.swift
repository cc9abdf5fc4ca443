import Foundation
import TestFiles
import Testing
import Transformer

@Suite struct WordPieceTokenizerTests {
  private func vectors() throws -> TokenizerVectors {
    try Checkout.vectors("tokenizer.json", as: TokenizerVectors.self)
  }

  private func differences(_ tokenizer: WordPieceTokenizer, _ cases: [TokenizerVectors.Case]) throws -> [String] {
    try cases.compactMap { item in
      let ids = try tokenizer.encode(item.text).ids
      if ids == item.ids { return nil }
      let scalars = item.text.unicodeScalars.map { String($0.value, radix: 16) }.joined(separator: " ")
      return "\(scalars): \(ids) instead of \(item.ids)"
    }
  }

  @Test func `The real model's tokenizer gives the numbers of Hugging Face tokenizers`() throws {
    let vectors = try vectors()
    var tokenizer = try WordPieceTokenizer(directory: RealModel.directory())
    // tokenizer_config.json says 512, tokenizer.json 128.
    #expect(tokenizer.maximumLength == 512)
    let file = try RealModel.directory().appending(path: "tokenizer.json")
    #expect(try WordPieceTokenizer(json: [UInt8](Data(contentsOf: file))).maximumLength == 128)
    #expect(tokenizer.vocabularySize == 30522)
    tokenizer.maximumLength = nil
    #expect(vectors.texts.count > 300)
    #expect(try differences(tokenizer, vectors.texts) == [])

    #expect(vectors.normalizers.count == 6)
    for item in vectors.normalizers {
      tokenizer.normalizer.cleansText = item.cleansText
      tokenizer.normalizer.isolatesChineseCharacters = item.isolatesChineseCharacters
      tokenizer.normalizer.stripsAccents = item.stripsAccents
      tokenizer.normalizer.lowercases = item.lowercases
      #expect(try differences(tokenizer, item.texts) == [])
    }
  }

  @Test func `The vocabulary alone gives the same tokenizer`() throws {
    let directory = try RealModel.directory()
    var tokenizer = try WordPieceTokenizer(
      vocabulary: [UInt8](Data(contentsOf: directory.appending(path: "vocab.txt"))),
      settings: [UInt8](Data(contentsOf: directory.appending(path: "tokenizer_config.json"))))
    #expect(tokenizer.maximumLength == 512)
    tokenizer.maximumLength = nil
    #expect(try differences(tokenizer, Array(vectors().texts.prefix(150))) == [])
    tokenizer.maximumLength = 1
    #expect(throws: TokenizerError.length(maximum: 1, needed: 2)) { try tokenizer.encode("a") }
  }

  @Test func `Pairs are put together and cut as the strategy says`() throws {
    let vectors = try vectors()
    var tokenizer = try WordPieceTokenizer(directory: RealModel.directory())
    #expect(vectors.truncations.count > 100)
    for item in vectors.truncations {
      let strategies: [String: WordPieceTokenizer.Truncation.Strategy] = [
        "longest_first": .longestFirst, "only_first": .onlyFirst, "only_second": .onlySecond,
      ]
      tokenizer.maximumLength = item.maximum
      tokenizer.truncation.strategy = try #require(strategies[item.strategy])
      tokenizer.truncation.cutsBeginning = item.direction == "left"
      let tokens = try tokenizer.encode(item.first, pair: item.second)
      #expect(tokens.ids == item.ids, "\(item)")
      #expect(tokens.typeIds == item.types)
    }
  }

  @Test func `Added tokens of every kind are found as Hugging Face tokenizers finds them`() throws {
    let small = try vectors().small
    let tokenizer = try WordPieceTokenizer(json: Array(small.file.utf8))
    #expect(try differences(tokenizer, small.texts) == [])
    #expect(tokenizer.token(3) == "a" && tokenizer.token(99) == nil && tokenizer.token(-1) == nil)
  }

  @Test func `Padding is not seen by attention`() {
    let padded = TokenSequence(ids: [101, 7592, 102]).padded(to: 5)
    #expect(padded.ids == [101, 7592, 102, 0, 0])
    #expect(padded.attentionMask == [true, true, true, false, false])
    #expect(padded.padded(to: 2) == padded)
  }
}
