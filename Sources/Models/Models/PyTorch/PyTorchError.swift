import Transformer

/// Why a checkpoint of PyTorch is refused.
public struct PyTorchError: Error, Hashable, CustomStringConvertible {
  /// The name of the file.
  public let file: String
  /// What is wrong with it.
  public let reason: Reason

  /// What can be wrong with a checkpoint.
  public enum Reason: Error, Hashable, Sendable {
    /// It cannot be read.
    case file(ModelFileError)
    /// The index of a checkpoint in several files is malformed.
    case index(String)
    /// It is neither the ZIP archive of newer versions nor the row of pickles of older ones.
    case foreign
    /// The archive or a pickle ends too early; what was being read.
    case truncated(String)
    /// The ZIP archive is damaged or of a kind that PyTorch does not write.
    case archive(String)
    /// The pickle uses an operation that nothing in a checkpoint needs.
    case operation(name: String, offset: Int)
    /// The pickle names something else than tensors are made of.
    case global(String, offset: Int)
    /// The pickle is malformed.
    case pickle(String, offset: Int)
    /// The pickle has more operations than any checkpoint.
    case tooLong(limit: Int)
    /// The result is no dictionary of tensors; what it is.
    case notDictionary(String)
    /// A tensor does not fit its storage, or is stored in a form that is not read.
    case tensor(String, String)
    /// Tensors overlap so much that they would be far larger than the file.
    case overlapping(bytes: Int, stored: Int)
    /// The tensors were read, but are refused.
    case tensors(SafetensorsError)
  }

  /// The file, what is wrong, and what to do.
  public var description: String {
    if case .file(let error) = reason { return "\(error)" }
    return "\(printable(file)): \(reason.description)"
  }
}

extension PyTorchError.Reason: CustomStringConvertible {
  /// What is wrong, and what to do.
  public var description: String {
    let remedy = "save the model as safetensors, in Python: AutoModel.from_pretrained(FOLDER).save_pretrained(FOLDER)"
    return switch self {
    case .file(let error): "\(error)"
    case .index(let what): what
    case .foreign: "is no checkpoint of PyTorch: fetch it again"
    case .truncated(let what): "ends inside \(what): fetch it again"
    case .archive(let what): "\(what): \(remedy)"
    case .operation(let name, let offset):
      "the pickle uses \(name) at byte \(offset), which no tensor needs; nothing was executed: \(remedy)"
    case .global(let name, let offset):
      "the pickle asks for \(printable(name)) at byte \(offset), which is no part of a tensor; nothing was executed: "
        + remedy
    case .pickle(let what, let offset): "the pickle is malformed at byte \(offset): \(what)"
    case .tooLong(let limit): "the pickle has more than \(limit) operations"
    case .notDictionary(let found): "holds \(found), not a dictionary of tensors: \(remedy)"
    case .tensor(let name, let what): "tensor \"\(printable(name))\" \(what)"
    case .overlapping(let bytes, let stored):
      "its tensors overlap: they have \(bytes) bytes, but the file holds \(stored): \(remedy)"
    case .tensors(let error): "\(error)"
    }
  }
}
