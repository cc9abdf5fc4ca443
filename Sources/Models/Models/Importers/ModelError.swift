import Transformer

/// Why a model folder is refused, or a model cannot be run.
public enum ModelError: Error, Hashable, CustomStringConvertible {
  /// `config.json` is refused.
  case configuration(EncoderConfigurationError)
  /// The checkpoint is refused.
  case checkpoint(CheckpointError)
  /// `pytorch_model.bin` is refused.
  case pytorch(PyTorchError)
  /// A tensor is not in the checkpoint; the names under which it was looked for.
  case missingTensor([String])
  /// A tensor has another shape than `config.json` asks for.
  case shape(tensor: String, expected: [Int], found: [Int])
  /// A tensor would have more than 2^40 values.
  case tooLarge(tensor: String, shape: [Int])
  /// A tensor holds integers where real numbers are needed.
  case integers(tensor: String, elementType: String)
  /// A tensor has an element that is infinite or not a number.
  case notFinite(tensor: String, index: Int, value: String)
  /// A tensor cannot be read.
  case tensors(SafetensorsError)
  /// The number of tokens is not one that the model takes.
  case length(Int, past: Int, maximum: Int)
  /// A token is outside the vocabulary.
  case token(position: Int, id: Int32, vocabulary: Int)
  /// The model has no such result.
  case noOutput(String, available: [String])
  /// What is asked for is for another kind of model.
  case kind(asked: String, found: String)
  /// The graph is refused.
  case graph(GraphError)
  /// The tokenizer is refused.
  case tokenizer(TokenizerError)

  /// What is wrong, and what to do.
  public var description: String {
    switch self {
    case .configuration(let error): "\(error)"
    case .checkpoint(let error): "\(error)"
    case .pytorch(let error): "\(error)"
    case .missingTensor(let names):
      "the checkpoint has no tensor \(names.map { "\"\($0)\"" }.joined(separator: " or ")): "
        + "config.json and checkpoint belong to two models, or the download is not complete"
    case .shape(let tensor, let expected, let found):
      "tensor \"\(printable(tensor))\" has the shape \(found); config.json asks for \(expected)"
    case .tooLarge(let tensor, let shape):
      "tensor \"\(printable(tensor))\" of the shape \(shape) would have more than 2^40 values: check the sizes in config.json"
    case .integers(let tensor, let type):
      "tensor \"\(printable(tensor))\" holds \(type), not real numbers: use the model's checkpoint in F32, F16 or BF16"
    case .notFinite(let tensor, let index, let value):
      "tensor \"\(printable(tensor))\" has the value \(value) at element \(index): fetch the checkpoint again"
    case .tensors(let error): "\(error)"
    case .length(let count, let past, let maximum):
      "\(count) tokens\(past > 0 ? " after \(past)" : "") are not within 1 to \(maximum), what the model takes: "
        + "cut the text"
    case .token(let position, let id, let vocabulary):
      "token \(position) is \(id), outside 0 to \(vocabulary - 1): use the model's own tokenizer"
    case .noOutput(let name, let available):
      "the model has no output \"\(printable(name))\"; it has \(available.joined(separator: ", "))"
    case .kind(let asked, let found): "\(asked) is not for \(found)"
    case .graph(let error): "\(error)"
    case .tokenizer(let error): "\(error)"
    }
  }
}
