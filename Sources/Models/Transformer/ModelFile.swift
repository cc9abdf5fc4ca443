/// Reads a file of a model folder.
package enum ModelFile {
  /// The largest text file that is read: far above any tokenizer, and no machine chokes on it.
  package static let maximumBytes = 1 << 26

  /// The bytes of a text file: JSON or a vocabulary.
  package static func text(_ path: String, name: String) throws(ModelFileError) -> [UInt8] {
    let file: MappedFile
    do throws(MappedFileError) { file = try MappedFile(path: path) } catch {
      throw ModelFileError(name, error, at: path)
    }
    guard !file.bytes.isEmpty else { throw ModelFileError(file: name, reason: .empty) }
    guard file.bytes.count <= maximumBytes else {
      throw ModelFileError(file: name, reason: .tooLarge(bytes: file.bytes.count))
    }
    if let content = ForeignContent(of: file.bytes) { throw ModelFileError(file: name, reason: .foreign(content)) }
    return Array(file.bytes)
  }
}

/// Why a file of a model folder cannot be read.
public struct ModelFileError: Error, Hashable, CustomStringConvertible {
  /// The name of the file.
  public let file: String
  /// What is wrong with it.
  public let reason: Reason

  package init(file: String, reason: Reason) {
    self.file = file
    self.reason = reason
  }

  package init(_ name: String, _ error: MappedFileError, at path: String) {
    file = name
    reason =
      switch error {
      case .missing: MappedFile.linkTarget(path).map { .danglingLink(to: $0) } ?? .missing
      case .unreadable(let words): .unreadable(words)
      case .notRegular: .notRegular
      }
  }

  /// What can be wrong with a file.
  public enum Reason: Hashable, Sendable, CustomStringConvertible {
    /// There is no such file.
    case missing
    /// A symbolic link to a file that is not there.
    case danglingLink(to: String)
    /// The system cannot open it; its own words.
    case unreadable(String)
    /// A folder, a device or a pipe.
    case notRegular
    /// It has no bytes.
    case empty
    /// It is larger than any file of its kind.
    case tooLarge(bytes: Int)
    /// It holds something else.
    case foreign(ForeignContent)

    /// What is wrong, and what to do.
    public var description: String {
      switch self {
      case .missing:
        "is not there: a model folder holds config.json, model.safetensors, and tokenizer.json or vocab.txt"
      case .danglingLink(let target):
        "is a link to \(printable(target)), which is not there: fetch the model again, or copy the file itself"
      case .unreadable(let words): "cannot be read: \(words)"
      case .notRegular: "is not a regular file"
      case .empty: "is empty: fetch it again"
      case .tooLarge(let bytes): "has \(bytes) bytes, more than the \(ModelFile.maximumBytes) that are read"
      case .foreign(let content): "is \(content)"
      }
    }
  }

  /// The file and what is wrong with it.
  public var description: String { "\(printable(file)) \(reason)" }
}
