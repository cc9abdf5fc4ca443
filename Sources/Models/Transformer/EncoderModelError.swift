/// Why an encoder cannot be loaded or run.
public enum EncoderModelError: Error, Hashable, CustomStringConvertible {
  /// `config.json` is refused.
  case configuration(EncoderConfigurationError)
  /// The tokenizer's files are refused.
  case tokenizer(TokenizerError)
  /// The files of tensors are refused.
  case checkpoint(CheckpointError)
  /// The tensors of a layer cannot be read.
  case tensors(SafetensorsError)
  /// A tensor that the configuration asks for is not there.
  case missingTensor(String)
  /// The files hold several encoders, under these prefixes.
  case severalEncoders(prefixes: [String])
  /// A tensor holds integers, which are no weights without a scale.
  case integers(tensor: String, elementType: String)
  /// An element is infinite or not a number.
  case notFinite(tensor: String, index: [Int], value: String)
  /// A tensor has another shape than the configuration says.
  case shape(tensor: String, expected: [Int], found: [Int])
  /// The tokenizer has more tokens than the encoder has embeddings.
  case vocabulary(tokenizer: Int, model: Int)
  /// More layers are asked for than there are, or none.
  case layers(asked: Int, model: Int)
  /// A sequence is empty or longer than the encoder's positions.
  case length(Int, maximum: Int)
  /// A token that was added to the tokenizer has no embedding.
  case unembedded(token: String, id: Int32, embeddings: Int)
  /// A token or a segment type is outside the embeddings.
  case token(position: Int, id: Int32, type: Int32)
  /// A token has equal features where a layer normalisation without ε takes them, layer by layer from 0; nil is that of
  /// the embeddings.
  case variance(layer: Int?, token: Int)

  /// What is wrong, with the values.
  public var description: String {
    switch self {
    case .configuration(let error): "\(error)"
    case .tokenizer(let error): "\(error)"
    case .checkpoint(let error): "\(error)"
    case .tensors(let error): "\(error)"
    case .missingTensor(let name):
      "the checkpoint has no tensor \"\(name)\", with or without \"bert.\" in front: config.json asks for it, so the files "
        + "belong to two models, or the checkpoint is not whole"
    case .severalEncoders(let prefixes):
      "the checkpoint holds \(prefixes.count) encoders (\(prefixes.map { "\"\(printable($0))\"" }.joined(separator: ", "))): "
        + "save the one that is wanted by itself"
    case .integers(let tensor, let type):
      "tensor \"\(printable(tensor))\" has dtype \(type): a checkpoint that is quantised already is not supported; give its "
        + "F32, F16 or BF16 weights"
    case .notFinite(let tensor, let index, let value):
      "tensor \"\(printable(tensor))\" is \(value) at \(index): weights must be finite; fetch the checkpoint again, or take "
        + "one whose training did not diverge"
    case .shape(let tensor, let expected, let found):
      "tensor \"\(printable(tensor))\" has the shape \(found); config.json asks for \(expected)"
    case .vocabulary(let tokenizer, let model):
      "the tokenizer has \(tokenizer) tokens but config.json a vocab_size of \(model): the files belong to two models"
    case .layers(let asked, let model): "\(asked) layers were asked for; the model has \(model)"
    case .length(let length, let maximum):
      "a sequence of \(length) tokens: the model takes 1 to \(maximum); cut the text"
    case .unembedded(let token, let id, let embeddings):
      "token \"\(printable(token))\" has the number \(id), but the model has \(embeddings) embeddings: it was added to the "
        + "tokenizer alone; leave it out, or resize the model's embeddings"
    case .variance(let layer, let token):
      "layer_norm_eps is 0, and all features of token \(token) are equal before a LayerNorm of "
        + "\(layer.map { "layer \($0)" } ?? "the embeddings"): their variance is 0, by which nothing can be divided; set "
        + "layer_norm_eps to a number above 0, such as 1e-12"
    case .token(let position, let id, let type):
      "token \(position) has the number \(id) and the type \(type), outside the model's embeddings"
    }
  }
}
