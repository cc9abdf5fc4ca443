/// Why the tensors of a model folder cannot be read.
public enum CheckpointError: Error, Hashable, CustomStringConvertible {
  /// A safetensors file is refused.
  case tensors(SafetensorsError)
  /// The index cannot be read.
  case file(ModelFileError)
  /// The index is no index.
  case index(Index)
  /// The index names a file that is not there.
  case missingShard(String, tensors: Int, of: Int)
  /// A tensor is not in the file that the index names; in another one, perhaps.
  case notInShard(String, file: String, instead: String?)
  /// A tensor is in two files.
  case doubled(String, String, String)
  /// There is neither `model.safetensors` nor its index; what else holds parameters.
  case noWeights(other: [String])

  /// What can be wrong with an index.
  public enum Index: Hashable, Sendable {
    /// It is not JSON.
    case json(JSONError)
    /// `weight_map` is missing, empty or no object.
    case noMap
    /// A tensor stands for something else than the name of a file beside the index.
    case fileName(tensor: String, found: String)
  }

  /// What is wrong, and what to do.
  public var description: String {
    switch self {
    case .tensors(let error): "\(error)"
    case .file(let error): "\(error)"
    case .index(.json(let error)): "\(Checkpoint.index): \(error)"
    case .index(.noMap):
      "\(Checkpoint.index): weight_map must be an object that gives the file of each tensor"
    case .index(.fileName(let tensor, let found)):
      "\(Checkpoint.index): tensor \"\(printable(tensor))\" is in \(printable(found)); write the name of a file beside "
        + "the index, without a folder"
    case .missingShard(let file, let tensors, let count):
      "\(printable(file)), which \(Checkpoint.index) names for \(tensors) tensors, is not there: "
        + "fetch all \(count) files of the checkpoint"
    case .notInShard(let tensor, let file, let instead):
      "\(Checkpoint.index) places tensor \"\(printable(tensor))\" in \(printable(file)), "
        + (instead.map { "but it is in \(printable($0))" } ?? "which has none of this name")
        + ": index and files belong to two checkpoints"
    case .doubled(let tensor, let first, let second):
      "tensor \"\(printable(tensor))\" is in both \(printable(first)) and \(printable(second)): "
        + "save the checkpoint anew, so that each tensor is in one file"
    case .noWeights(let other):
      "the model folder has no \(Checkpoint.single)"
        + (other.isEmpty
          ? ": fetch it"
          : "; it has \(other.prefix(5).map { printable($0) }.joined(separator: ", ")), which is not read: save the model "
            + "as safetensors, in Python: AutoModel.from_pretrained(FOLDER).save_pretrained(FOLDER)")
    }
  }
}
