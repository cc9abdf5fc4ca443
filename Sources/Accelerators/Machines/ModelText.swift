import Foundation
import Models
import Transformer

/// How a model reads text: the tokenizer of its folder, and what it is calibrated on.
public struct ModelText: Sendable {
  private enum Tokenizer: Sendable {
    case wordPiece(WordPieceTokenizer)
    case bytePair(BytePairTokenizer)
    case molecule(MoleculeTokenizer)
    case names(NameTokenizer)
  }

  private let tokenizer: Tokenizer

  /// The tokenizer of the folder of a model.
  ///
  /// - Throws: ``MachineError`` for a family without one that is known, and what the tokenizer's files say.
  public init(directory: URL, family: String) throws {
    switch family {
    case "bert", "distilbert", "mpnet": tokenizer = .wordPiece(try WordPieceTokenizer(directory: directory))
    case "albert": tokenizer = .molecule(try MoleculeTokenizer(directory: directory))
    case "gpt2", "opt", "roberta", "llama", "mistral", "qwen2":
      let files = try FileManager.default.contentsOfDirectory(atPath: directory.path(percentEncoded: false)).sorted()
      if family == "gpt2", let pickle = files.first(where: { $0.hasSuffix("Tokenizer.pkl") }) {
        tokenizer = .names(try NameTokenizer(contentsOf: directory.appending(path: pickle)))
      } else {
        tokenizer = .bytePair(try BytePairTokenizer(directory: directory))
      }
    default: throw MachineError.model("a model of family '\(family)' reads no text: give one of tokens")
    }
  }

  /// What is run where the user gives no text.
  public var example: String {
    switch tokenizer {
    case .wordPiece: "The cat sat on the mat."
    case .bytePair: "A systolic array computes"
    case .molecule: "CC(=O)O.OCC>>CC(=O)OCC"
    case .names: "Bacteroides Faecalibacterium Roseburia Blautia"
    }
  }

  /// The tokens of a text.
  ///
  /// - Throws: What the tokenizer says of a text that is none.
  public func tokens(of text: String) throws -> TokenSequence {
    switch tokenizer {
    case .wordPiece(let tokenizer): return try tokenizer.encode(text)
    case .bytePair(let tokenizer): return TokenSequence(ids: tokenizer.encode(text))
    case .molecule(let tokenizer): return TokenSequence(ids: try tokenizer.encode(text))
    case .names(let tokenizer):
      let ids = try text.split(separator: " ").map { word in
        // The vocabulary writes a genus with its rank in front.
        guard let id = tokenizer.number("g__\(word)") ?? tokenizer.number(String(word)) else {
          throw MachineError.model("the model knows no '\(word)'")
        }
        return id
      }
      return TokenSequence(ids: ids)
    }
  }

  /// The text of tokens; a number stands for itself where the tokenizer does not go back.
  public func text(of ids: [Int32]) -> String {
    switch tokenizer {
    case .bytePair(let tokenizer): tokenizer.decode(ids)
    case .names(let tokenizer):
      ids.map { id in
        let name = tokenizer.name(id) ?? "\(id)"
        return name.hasPrefix("g__") ? String(name.dropFirst(3)) : name
      }.joined(separator: " ")
    case .wordPiece, .molecule: ids.map(String.init).joined(separator: " ")
    }
  }

  /// Sequences over which the ranges of activations are measured: texts that belong to the project, or what the model itself
  /// goes on with.
  ///
  /// - Throws: What the tokenizer or the model says.
  public func calibration(of model: TransformerModel) throws -> [TokenSequence] {
    switch tokenizer {
    case .wordPiece, .bytePair: return try CalibrationTexts.sentences.map { try tokens(of: $0) }
    case .molecule: return try Self.molecules.map { try tokens(of: $0) }
    case .names:
      return try (0..<32).map { number in
        let start = Int32(4 + number * 7 % max(1, model.vocabularySize - 4))
        var generation = try Generation(model)
        return TokenSequence(ids: [start] + (try generation.generate(after: [start], count: 20)))
      }
    }
  }

  /// Well-known molecules and reactions of the schoolbook.
  static let molecules = [
    "CCO", "CC(=O)O", "c1ccccc1", "CC(=O)Oc1ccccc1C(=O)O", "CN1C=NC2=C1C(=O)N(C(=O)N2C)C", "OC(=O)c1ccccc1O",
    "NCC(=O)O", "CC(N)C(=O)O", "C1CCCCC1", "Oc1ccccc1", "Nc1ccccc1", "CC(C)Cc1ccc(cc1)C(C)C(=O)O", "CC(=O)Nc1ccc(O)cc1",
    "OCC(O)CO", "C=CC=C", "CC#N", "CS(C)=O", "ClCCl", "CCN(CC)CC", "c1ccncc1", "C1CCOC1", "CC(C)=O", "O=Cc1ccccc1",
    "CCOC(=O)CC(=O)OCC", "CC(=O)O.OCC>>CC(=O)OCC", "c1ccccc1.BrBr>>Brc1ccccc1", "C=C.Cl>>CCCl",
    "CC(=O)Cl.NCC>>CC(=O)NCC", "O=Cc1ccccc1>>OC(=O)c1ccccc1", "CC(C)=O>>CC(C)O", "BrCC.N>>NCC", "C=CC=C.C=C>>C1CCC=CC1",
  ]
}
