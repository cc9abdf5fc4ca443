import Foundation
import Transformer

/// A transformer from a folder in the layout of Hugging Face: its parts, its parameters, and its graphs.
///
///     let model = try TransformerModel(directory: folder)
///     let graph = try model.graph(tokens: 8)
///     let outputs = try Interpreter(graph, parameters: model.parameters)(model.inputs(for: [12, 7, 93]))
///
/// Read are BERT, ALBERT, RoBERTa, MPNet and DistilBERT; GPT-2, OPT and the Llama type (Llama, Mistral, Qwen2); ViT and
/// DeiT. Weights come from `model.safetensors`, from the files that its index names, or from `pytorch_model.bin`. What a
/// `config.json` asks for beyond that is refused with the name of the field.
public struct TransformerModel: Sendable {
  private(set) var architecture: Architecture
  /// The values of all parameters.
  public let parameters: ModelParameters
  /// The number of trained values; one that serves twice counts once.
  public let trainedValues: Int
  /// The tensors of the checkpoint that no part of the model reads: heads for other tasks, buffers.
  public let unreadTensors: [String]

  /// The families, by the name that `config.json` gives as `model_type`.
  private static let importers:
    [String: @Sendable (ModelConfiguration, TensorSource) throws(ModelError) -> (Architecture, TensorReader)] = [
      "bert": EncoderImporter.bert, "roberta": EncoderImporter.roberta, "xlm-roberta": EncoderImporter.roberta,
      "camembert": EncoderImporter.roberta, "mpnet": EncoderImporter.mpnet, "albert": EncoderImporter.albert,
      "distilbert": EncoderImporter.distilbert, "gpt2": DecoderImporter.gpt2, "opt": DecoderImporter.opt,
      "llama": DecoderImporter.llama, "mistral": DecoderImporter.llama, "qwen2": DecoderImporter.llama,
      "vit": VisionImporter.vit, "deit": VisionImporter.vit,
    ]

  /// Reads a model folder.
  ///
  /// - Throws: ``ModelError`` that names the field, the file or the tensor.
  public init(directory: URL) throws(ModelError) {
    let configuration: ModelConfiguration
    do throws(EncoderConfigurationError) { configuration = try ModelConfiguration(directory: directory) } catch {
      throw .configuration(error)
    }
    try self.init(configuration, .folder(directory))
  }

  /// Takes the text of a `config.json` for a model without weights: its graphs have all shapes, and cannot be run.
  ///
  /// Heads that only a checkpoint can tell of are not there.
  ///
  /// - Throws: ``ModelError`` that names the field.
  public init(configuration json: [UInt8]) throws(ModelError) {
    let configuration: ModelConfiguration
    do throws(EncoderConfigurationError) { configuration = try ModelConfiguration(json) } catch {
      throw .configuration(error)
    }
    try self.init(configuration, .shapesOnly)
  }

  private init(_ configuration: ModelConfiguration, _ source: TensorSource) throws(ModelError) {
    do throws(EncoderConfigurationError) {
      guard configuration.has("model_type") else { throw .missing("model_type") }
      try configuration.require("model_type", among: Self.importers.keys.sorted())
      try configuration.refuseTheUnsupported()
    } catch { throw .configuration(error) }
    guard let importer = Self.importers[configuration.text("model_type") ?? ""] else {
      throw .configuration(.missing("model_type"))
    }
    let (architecture, reader) = try importer(configuration, source)
    self.architecture = architecture
    parameters = reader.parameters
    trainedValues = reader.trainedValues
    unreadTensors = reader.unread
  }

  /// The model without the layers behind the first ones: what a quick run or a test takes.
  ///
  /// - Precondition: it has so many layers.
  public func prefix(layers count: Int) -> TransformerModel {
    precondition((1...layers).contains(count), "there are \(layers) layers")
    var model = self
    model.architecture.blocks.removeLast(layers - count)
    return model
  }

  /// The family: `bert`, `gpt2` and so on.
  public var family: String { architecture.family }
  /// The width of the residual stream.
  public var hiddenSize: Int { architecture.hidden }
  /// The number of layers.
  public var layers: Int { architecture.blocks.count }
  /// The number of tokens that the model knows; 0 for a model of images.
  public var vocabularySize: Int { architecture.vocabulary }
  /// The longest sequence.
  public var maximumTokens: Int { architecture.maximumTokens }
  /// Channels, height and width of the image that the model takes; nil for a model of tokens.
  public var imageShape: [Int]? { architecture.image.map { [$0.channels, $0.height, $0.width] } }

  /// The inputs of a graph for tokens: numbers, positions, segments and mask, as far as the model has them.
  ///
  /// - Parameters:
  ///   - tokens: the sequence.
  ///   - past: the number of tokens before it that a decoder has seen already.
  public func inputs(for tokens: TokenSequence, past: Int = 0) throws(ModelError) -> [String: TensorValue] {
    for (position, id) in tokens.ids.enumerated() where !(0..<architecture.vocabulary).contains(Int(id)) {
      throw .token(position: position, id: id, vocabulary: architecture.vocabulary)
    }
    var inputs: [String: TensorValue] = ["tokens": .indices(tokens.ids)]
    if architecture.positions != nil { inputs["positions"] = .indices(positions(of: tokens.ids, past: past)) }
    if architecture.segments != nil { inputs["segments"] = .indices(tokens.typeIds) }
    if architecture.kind == .encoder { inputs["mask"] = .indices(tokens.attentionMask.map { $0 ? 1 : 0 }) }
    return inputs
  }

  /// The inputs of a graph for an image, channels × height × width.
  ///
  /// - Throws: ``ModelError`` for a model of tokens, and for an image of another shape.
  public func inputs(forImage image: Tensor<Float>) throws(ModelError) -> [String: TensorValue] {
    guard let shape = imageShape else { throw .kind(asked: "an image", found: architecture.kind.rawValue) }
    guard image.shape == shape else { throw .shape(tensor: "pixels", expected: shape, found: image.shape) }
    return ["pixels": .real(image)]
  }

  /// The inputs of a graph for tokens of one text.
  public func inputs(for ids: [Int32], past: Int = 0) throws(ModelError) -> [String: TensorValue] {
    try inputs(for: TokenSequence(ids: ids), past: past)
  }

  private func positions(of ids: [Int32], past: Int) -> [Int32] {
    guard let padding = architecture.positionPadding else {
      return ids.indices.map { Int32(past + $0 + architecture.positionOffset) }
    }
    var count = padding
    return ids.map { id in
      if id == padding { return padding }
      count += 1
      return count
    }
  }
}
