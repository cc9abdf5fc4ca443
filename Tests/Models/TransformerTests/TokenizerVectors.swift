/// What `Tests/Reference/tokenizer_vectors.py` wrote with Hugging Face `tokenizers`.
struct TokenizerVectors: Decodable {
  /// A text and its token numbers, written as an array of two.
  struct Case: Decodable {
    var text: String
    var ids: [Int32]

    init(from decoder: any Decoder) throws {
      var container = try decoder.unkeyedContainer()
      text = try container.decode(String.self)
      ids = try container.decode([Int32].self)
    }
  }
  struct Normalizing: Decodable {
    var cleansText, isolatesChineseCharacters, lowercases: Bool
    var stripsAccents: Bool?
    var texts: [Case]
  }
  struct Truncating: Decodable {
    var maximum: Int
    var strategy, direction, first: String
    var second: String?
    var ids, types: [Int32]
  }
  struct Small: Decodable {
    var file: String
    var texts: [Case]
  }
  var texts: [Case]
  var normalizers: [Normalizing]
  var truncations: [Truncating]
  var small: Small
}
