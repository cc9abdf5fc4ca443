import Foundation
import Transformer

/// A vocabulary of whole names, as a Python object that was kept as a pickle: that of the GPT-2 of microbial communities,
/// whose tokens are genera.
///
/// The pickle is not executed: of the object only its state is read, and of that only the dictionary `vocab`.
public struct NameTokenizer: Sendable {
  private let numbers: [ExactString: Int32]
  private let names: [Int32: String]

  /// The number of names.
  public var count: Int { names.count }

  /// Reads a file such as `MicroTokenizer.pkl`.
  ///
  /// - Throws: ``PyTorchError`` that names the file and what is wrong.
  public init(contentsOf url: URL) throws(PyTorchError) {
    let (path, name) = (url.path(percentEncoded: false), url.lastPathComponent)
    let file: MappedFile
    do throws(MappedFileError) { file = try MappedFile(path: path) } catch {
      throw PyTorchError(file: name, reason: .file(ModelFileError(name, error, at: path)))
    }
    defer { withExtendedLifetime(file) {} }
    do throws(PyTorchError.Reason) {
      (numbers, names) = try Self.vocabulary(file.bytes)
    } catch { throw PyTorchError(file: name, reason: error) }
  }

  /// The class whose objects are read, and one inside them that is of no use.
  private static let records: Set = ["src.MicroCorpus.MicroTokenizer", "transformers.tokenization_utils.Trie"]

  private static func vocabulary(
    _ bytes: UnsafeRawBufferPointer
  ) throws(PyTorchError.Reason) -> ([ExactString: Int32], [Int32: String]) {
    let pickle = try PickleReader.read(bytes, records: records)
    guard let state = pickle.state(pickle.result).flatMap(pickle.members),
      let entry = state.first(where: { $0.key == .string("vocab") }), let members = pickle.members(entry.value)
    else { throw .notDictionary("no tokenizer with a dictionary vocab") }
    var numbers: [ExactString: Int32] = [:]
    var names: [Int32: String] = [:]
    for (key, value) in members {
      guard case .string(let name) = key, case .integer(let number) = value, let id = Int32(exactly: number), id >= 0,
        names.updateValue(name, forKey: id) == nil, numbers.updateValue(id, forKey: ExactString(name)) == nil
      else { throw .notDictionary("a vocabulary in which a name has no number of its own") }
    }
    return (numbers, names)
  }

  /// The number of a name.
  public func number(_ name: String) -> Int32? { numbers[ExactString(name)] }

  /// The name of a number.
  public func name(_ number: Int32) -> String? { names[number] }
}
