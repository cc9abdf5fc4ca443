/// Why a tokenizer cannot be made, or cannot encode.
public enum TokenizerError: Error, Hashable, CustomStringConvertible {
  /// A file is not there or cannot be read.
  case unreadable(file: String)
  /// A file is not JSON.
  case json(file: String, JSONError)
  /// A file is not UTF-8.
  case encoding(file: String)
  /// A field is missing or of a wrong kind.
  case field(String)
  /// A field asks for what is not supported.
  case unsupported(field: String, found: String, supported: [String])
  /// The number of a token is negative or absurd.
  case number(token: String, number: Int)
  /// Two tokens have one number.
  case sameNumber(Int, String, String)
  /// A token occurs twice.
  case sameToken(String)
  /// A token that the tokenizer needs is not in the vocabulary.
  case missingToken(String)
  /// An added token has another number than the vocabulary gives it.
  case conflictingToken(String, added: Int, vocabulary: Int)
  /// The length leaves no room for the special tokens, or for the part that must not be cut.
  case length(maximum: Int, needed: Int)

  /// What is wrong, and what is expected.
  public var description: String {
    switch self {
    case .unreadable(let file): "\(file) cannot be read: a model folder holds tokenizer.json, or vocab.txt"
    case .json(let file, let error): "\(file): \(error)"
    case .encoding(let file): "\(file) is not UTF-8"
    case .field(let field): "tokenizer.json: \(field) is missing or of a wrong kind"
    case .unsupported(let field, let found, let supported):
      "tokenizer.json: \(field) is \(found); supported: \(supported.joined(separator: ", "))"
    case .number(let token, let number):
      "token \"\(token)\" has the number \(number), outside 0 to \(WordPieceVocabulary.maximumNumber)"
    case .sameNumber(let number, let first, let second):
      "tokens \"\(first)\" and \"\(second)\" have the same number \(number)"
    case .sameToken(let token): "token \"\(token)\" occurs twice in the vocabulary"
    case .missingToken(let token): "the vocabulary has no token \"\(token)\", which the tokenizer needs"
    case .conflictingToken(let token, let added, let vocabulary):
      "added token \"\(token)\" has the number \(added), but \(vocabulary) in the vocabulary"
    case .length(let maximum, let needed):
      "a maximum length of \(maximum) tokens is too short: \(needed) are needed; allow more tokens"
    }
  }
}
