import Foundation
import Transformer

/// The tokenizer of the ALBERT that reads chemical reactions: a token for each atom, bond, branch and ring of a SMILES
/// text, between `[CLS]` and `[SEP]`.
///
/// Schwaller et al., "Extraction of organic chemistry grammar from unsupervised learning of chemical reactions" (2021).
public struct MoleculeTokenizer: Sendable {
  private let numbers: [ExactString: Int32]
  private let tokens: [String]
  private let unknown, first, last: Int32

  /// The number that hides a token from the model.
  public let mask: Int32
  /// The number of tokens.
  public var count: Int { tokens.count }

  /// Reads `vocab.txt` of a model folder.
  ///
  /// - Throws: ``TokenizerError`` when the file cannot be read or has no special tokens.
  public init(directory: URL) throws(TokenizerError) {
    let name = "vocab.txt"
    let bytes: [UInt8]
    do throws(ModelFileError) {
      bytes = try ModelFile.text(directory.appending(path: name).path(percentEncoded: false), name: name)
    } catch { throw .file(error) }
    guard let text = String(validating: bytes, as: UTF8.self) else { throw .encoding(file: name) }
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    if lines.last == "" { lines.removeLast() }
    var numbers: [ExactString: Int32] = [:]
    for (number, token) in lines.enumerated() {
      if let other = numbers.updateValue(Int32(number), forKey: ExactString(token)) {
        throw .conflictingToken(token, added: number, vocabulary: Int(other))
      }
    }
    func special(_ token: String) throws(TokenizerError) -> Int32 {
      guard let number = numbers[ExactString(token)] else { throw .missingToken(token) }
      return number
    }
    unknown = try special("[UNK]")
    first = try special("[CLS]")
    last = try special("[SEP]")
    mask = try special("[MASK]")
    self.numbers = numbers
    tokens = lines
  }

  /// The tokens of a molecule or a reaction.
  ///
  /// - Throws: ``MoleculeError`` that names the character that is no part of a SMILES text.
  public func encode(_ text: String) throws(MoleculeError) -> [Int32] {
    [first] + (try Self.parts(text)).map { numbers[ExactString($0)] ?? unknown } + [last]
  }

  /// The text of a token.
  public func token(_ number: Int32) -> String? {
    tokens.indices.contains(Int(number)) ? tokens[Int(number)] : nil
  }

  private static let single = Set("BCNOSPFIbcnosp().=#-+\\/:~@?>*$0123456789".unicodeScalars)

  /// The atoms, bonds and signs of a text.
  static func parts(_ text: String) throws(MoleculeError) -> [String] {
    let scalars = Array(text.unicodeScalars)
    var parts: [String] = []
    var position = 0
    while position < scalars.count {
      guard let length = length(scalars[position...]) else {
        throw MoleculeError(position: position, character: String(Character(scalars[position])))
      }
      var part = String.UnicodeScalarView()
      part.append(contentsOf: scalars[position..<position + length])
      parts.append(String(part))
      position += length
    }
    return parts
  }

  /// The number of characters of the token at the beginning.
  private static func length(_ rest: ArraySlice<Unicode.Scalar>) -> Int? {
    guard let first = rest.first else { return nil }
    let second = rest.dropFirst().first
    switch first {
    case "[":
      // One character at least, then the first bracket behind it.
      guard let second, second != "]", let end = rest.firstIndex(of: "]") else { return nil }
      return end - rest.startIndex + 1
    case "B" where second == "r", "C" where second == "l", ">" where second == ">": return 2
    case "%":
      let digits = rest.dropFirst().prefix(2)
      return digits.count == 2 && digits.allSatisfy({ ("0"..."9").contains($0) }) ? 3 : nil
    default: return single.contains(first) ? 1 : nil
    }
  }
}

/// Why a text has no tokens.
public struct MoleculeError: Error, Hashable, CustomStringConvertible {
  /// The place of the character, from 0.
  public let position: Int
  /// The character.
  public let character: String

  /// What is wrong.
  public var description: String {
    "\"\(printable(character))\" at place \(position) begins no part of a SMILES text: write atoms, bonds, brackets and rings"
  }
}
