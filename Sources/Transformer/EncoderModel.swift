import Foundation
import Golden

/// A BERT-type encoder from a Hugging Face model folder, with its tokenizer: the binary32 reference.
///
///     let model = try EncoderModel(directory: url)
///     let trace = try model.forward(model.tokenizer.encode("A sentence."))
///     let embedding = trace.embedding
public struct EncoderModel: Sendable {
  /// The shape.
  public let configuration: EncoderConfiguration
  /// The tokenizer, which cuts at the longest sequence of the encoder at the latest.
  public let tokenizer: WordPieceTokenizer
  /// The layers, first to last.
  public let layers: [EncoderLayer]

  let wordEmbeddings: [Float]
  let positionEmbeddings: [Float]
  let typeEmbeddings: [Float]
  let embeddingNorm: LayerNorm

  /// Reads `config.json`, `model.safetensors` and `tokenizer.json` (or `vocab.txt`) of a folder.
  ///
  /// - Parameters:
  ///   - directory: the folder.
  ///   - layers: the number of layers to load, from the first; all by default.
  /// - Throws: ``EncoderModelError`` that names the file, and the tensor where one is missing or has another shape.
  public init(directory: URL, layers: Int? = nil) throws(EncoderModelError) {
    let configuration: EncoderConfiguration
    do throws(EncoderConfigurationError) {
      configuration = try EncoderConfiguration(contentsOf: directory.appending(path: "config.json"))
    } catch { throw .configuration(error) }
    var tokenizer: WordPieceTokenizer
    do throws(TokenizerError) {
      tokenizer = try WordPieceTokenizer(directory: directory)
    } catch { throw .tokenizer(error) }
    let file: Safetensors
    do throws(SafetensorsError) {
      file = try Safetensors(contentsOf: directory.appending(path: "model.safetensors"))
    } catch { throw .tensors(error) }
    guard tokenizer.vocabularySize <= configuration.vocabularySize else {
      throw .vocabulary(tokenizer: tokenizer.vocabularySize, model: configuration.vocabularySize)
    }
    tokenizer.maximumLength = min(tokenizer.maximumLength ?? .max, configuration.maximumPositions)
    let count = layers ?? configuration.layers
    guard (1...configuration.layers).contains(count) else {
      throw .layers(asked: count, model: configuration.layers)
    }

    let reader = EncoderTensors(file: file, epsilon: configuration.layerNormEpsilon)
    let hidden = configuration.hiddenSize
    self.configuration = configuration
    self.tokenizer = tokenizer
    wordEmbeddings = try reader.values("embeddings.word_embeddings.weight", [configuration.vocabularySize, hidden])
    positionEmbeddings = try reader.values(
      "embeddings.position_embeddings.weight", [configuration.maximumPositions, hidden])
    typeEmbeddings = try reader.values(
      "embeddings.token_type_embeddings.weight", [configuration.typeVocabularySize, hidden])
    embeddingNorm = try reader.norm("embeddings.LayerNorm", hidden)
    var loaded: [EncoderLayer] = []
    for index in 0..<count { loaded.append(try reader.layer(index, configuration)) }
    self.layers = loaded
  }
}

/// Reads the tensors of an encoder by their Hugging Face names, with or without `bert.` in front.
struct EncoderTensors {
  var file: Safetensors
  var epsilon: Double

  func values(_ name: String, _ shape: [Int]) throws(EncoderModelError) -> [Float] {
    guard let tensor = file[name] ?? file["bert." + name] else { throw .missingTensor(name) }
    guard tensor.shape == shape else { throw .shape(tensor: tensor.name, expected: shape, found: tensor.shape) }
    let values: [Float]
    do throws(SafetensorsError) { values = try file.floats(tensor) } catch { throw .tensors(error) }
    return values
  }

  func norm(_ name: String, _ size: Int) throws(EncoderModelError) -> LayerNorm {
    LayerNorm(scale: try values(name + ".weight", [size]), shift: try values(name + ".bias", [size]), epsilon: epsilon)
  }

  /// The file holds a row for each output channel; the layer a row for each input.
  func linear(_ name: String, inputs: Int, outputs: Int) throws(EncoderModelError) -> Linear {
    var weights = Matrix<Float>(rows: outputs, columns: inputs, repeating: 0)
    weights.elements = try values(name + ".weight", [outputs, inputs])
    return Linear(weights: weights.transposed(), bias: try values(name + ".bias", [outputs]))
  }

  func layer(_ index: Int, _ configuration: EncoderConfiguration) throws(EncoderModelError) -> EncoderLayer {
    let (hidden, intermediate) = (configuration.hiddenSize, configuration.intermediateSize)
    let name = "encoder.layer.\(index)."
    return EncoderLayer(
      query: try linear(name + "attention.self.query", inputs: hidden, outputs: hidden),
      key: try linear(name + "attention.self.key", inputs: hidden, outputs: hidden),
      value: try linear(name + "attention.self.value", inputs: hidden, outputs: hidden),
      attentionOutput: try linear(name + "attention.output.dense", inputs: hidden, outputs: hidden),
      attentionNorm: try norm(name + "attention.output.LayerNorm", hidden),
      feedForward1: try linear(name + "intermediate.dense", inputs: hidden, outputs: intermediate),
      feedForward2: try linear(name + "output.dense", inputs: intermediate, outputs: hidden),
      outputNorm: try norm(name + "output.LayerNorm", hidden))
  }
}

/// Why an encoder cannot be loaded or run.
public enum EncoderModelError: Error, Hashable, CustomStringConvertible {
  /// `config.json` is refused.
  case configuration(EncoderConfigurationError)
  /// The tokenizer's files are refused.
  case tokenizer(TokenizerError)
  /// `model.safetensors` is refused.
  case tensors(SafetensorsError)
  /// A tensor that the configuration asks for is not in the file.
  case missingTensor(String)
  /// A tensor has another shape than the configuration says.
  case shape(tensor: String, expected: [Int], found: [Int])
  /// The tokenizer has more tokens than the encoder has embeddings.
  case vocabulary(tokenizer: Int, model: Int)
  /// More layers are asked for than there are, or none.
  case layers(asked: Int, model: Int)
  /// A sequence is empty or longer than the encoder's positions.
  case length(Int, maximum: Int)
  /// A token or a segment type is outside the embeddings.
  case token(position: Int, id: Int32, type: Int32)

  /// What is wrong, with the values.
  public var description: String {
    switch self {
    case .configuration(let error): "\(error)"
    case .tokenizer(let error): "\(error)"
    case .tensors(let error): "\(error)"
    case .missingTensor(let name): "model.safetensors has no tensor \"\(name)\", with or without \"bert.\" in front"
    case .shape(let tensor, let expected, let found):
      "tensor \"\(tensor)\" has the shape \(found); config.json asks for \(expected)"
    case .vocabulary(let tokenizer, let model):
      "the tokenizer has \(tokenizer) tokens but config.json a vocab_size of \(model): the files belong to two models"
    case .layers(let asked, let model): "\(asked) layers were asked for; the model has \(model)"
    case .length(let length, let maximum):
      "a sequence of \(length) tokens: the model takes 1 to \(maximum); cut the text"
    case .token(let position, let id, let type):
      "token \(position) has the number \(id) and the type \(type), outside the model's embeddings"
    }
  }
}
