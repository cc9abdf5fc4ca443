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

  /// Reads `config.json`, the tensors (see ``Checkpoint``) and the tokenizer (see
  /// ``WordPieceTokenizer/init(directory:)``) of a folder.
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
    let checkpoint: Checkpoint
    do throws(CheckpointError) { checkpoint = try Checkpoint(directory: directory) } catch { throw .checkpoint(error) }
    // A token that was added beyond the embeddings is refused where a text has it; one that every text has, at once.
    guard tokenizer.vocabulary.tokens.count <= configuration.vocabularySize else {
      throw .vocabulary(tokenizer: tokenizer.vocabulary.tokens.count, model: configuration.vocabularySize)
    }
    if let id = tokenizer.templateTokens.first(where: { Int($0) >= configuration.vocabularySize }) {
      throw .unembedded(token: tokenizer.token(id) ?? "", id: id, embeddings: configuration.vocabularySize)
    }
    tokenizer.maximumLength = min(tokenizer.maximumLength ?? .max, configuration.maximumPositions)
    let count = layers ?? configuration.layers
    guard (1...configuration.layers).contains(count) else {
      throw .layers(asked: count, model: configuration.layers)
    }

    let reader = try EncoderTensors(checkpoint, epsilon: configuration.layerNormEpsilon)
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
