/// Why a tokenizer cannot be made, or cannot encode.
public enum TokenizerError: Error, Hashable, CustomStringConvertible {
  /// A file is not there or cannot be read.
  case file(ModelFileError)
  /// A file is not JSON.
  case json(file: String, JSONError)
  /// A file is not UTF-8.
  case encoding(file: String)
  /// A file is JSON, but no object.
  case notObject(file: String)
  /// A field of `tokenizer.json` is missing or of a wrong kind.
  case field(String)
  /// A field of another file has a value that cannot be.
  case setting(file: String, field: String, found: String, expected: String)
  /// A field asks for what is not supported.
  case unsupported(file: String = "tokenizer.json", field: String, found: String, supported: [String])
  /// The number of a token is negative or absurd.
  case number(token: String, number: Int)
  /// Two tokens have one number.
  case sameNumber(Int, String, String)
  /// A token that the tokenizer needs is not in the vocabulary.
  case missingToken(String)
  /// An added token has another number than the vocabulary gives it.
  case conflictingToken(String, added: Int, vocabulary: Int)
  /// The length leaves no room for the special tokens, or for the part that must not be cut.
  case length(maximum: Int, needed: Int)

  /// What is wrong, and what is expected.
  public var description: String {
    switch self {
    case .file(let error): "\(error)"
    case .json(let file, let error): "\(file): \(error)"
    case .encoding(let file): "\(file) is not UTF-8: save it in this encoding"
    case .notObject(let file): "\(file) is not a JSON object: fetch it again"
    case .field(let field):
      "tokenizer.json: \(printable(field)) is missing or of a wrong kind: fetch the file again, or save the tokenizer anew"
    case .setting(let file, let field, let found, let expected):
      "\(file): \(printable(field)) is \(found); it must be \(expected)"
    case .unsupported(let file, let field, let found, let supported):
      "\(file): \(field) is \(printable(found)); supported: \(supported.joined(separator: ", "))"
    case .number(let token, let number):
      "token \"\(printable(token))\" has the number \(number), outside 0 to \(WordPieceVocabulary.maximumNumber)"
    case .sameNumber(let number, let first, let second):
      "tokens \"\(printable(first))\" and \"\(printable(second))\" have the same number \(number)"
    case .missingToken(let token): "the vocabulary has no token \"\(printable(token))\", which the tokenizer needs"
    case .conflictingToken(let token, let added, let vocabulary):
      "added token \"\(printable(token))\" has the number \(added), but \(vocabulary) in the vocabulary"
    case .length(let maximum, let needed):
      "a maximum length of \(maximum) tokens is too short: \(needed) are needed; allow more tokens"
    }
  }
}
