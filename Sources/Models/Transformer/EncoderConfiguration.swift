import Foundation

/// The shape of a BERT-type encoder, as its `config.json` gives it.
public struct EncoderConfiguration: Hashable, Sendable {
  /// The width of the residual stream; `hidden_size`.
  public let hiddenSize: Int
  /// The number of encoder layers; `num_hidden_layers`.
  public let layers: Int
  /// The number of attention heads; `num_attention_heads`. Divides the hidden size.
  public let heads: Int
  /// The width inside the feed-forward part; `intermediate_size`.
  public let intermediateSize: Int
  /// The number of tokens; `vocab_size`.
  public let vocabularySize: Int
  /// The longest sequence; `max_position_embeddings`.
  public let maximumPositions: Int
  /// The number of segment types; `type_vocab_size`.
  public let typeVocabularySize: Int
  /// What LayerNorm adds to the variance; `layer_norm_eps`, 10^−12 when absent.
  public let layerNormEpsilon: Double
  /// The function between the two feed-forward layers; `hidden_act`.
  public let activation: Activation

  /// The width of one head.
  public var headSize: Int { hiddenSize / heads }

  /// The functions that `hidden_act` can name.
  public enum Activation: String, Hashable, Sendable, CaseIterable {
    /// x · Φ(x), with the error function.
    case gelu
    /// The form of GELU with tanh.
    case geluTanh = "gelu_new"
    /// max(x, 0).
    case relu

    /// Reads a name of `config.json`.
    init?(configurationName name: String) {
      if name == "gelu_pytorch_tanh" { self = .geluTanh } else { self.init(rawValue: name) }
    }
  }

  /// Reads a `config.json`.
  ///
  /// - Throws: ``EncoderConfigurationError``.
  public init(contentsOf url: URL) throws(EncoderConfigurationError) {
    let bytes: [UInt8]
    do throws(ModelFileError) {
      bytes = try ModelFile.text(url.path(percentEncoded: false), name: url.lastPathComponent)
    } catch { throw .file(error) }
    try self.init(json: bytes)
  }

  /// Reads the text of a `config.json`.
  ///
  /// - Throws: ``EncoderConfigurationError`` that names the field.
  public init(json bytes: [UInt8]) throws(EncoderConfigurationError) {
    let document: JSONValue
    do throws(JSONError) { document = try JSONValue(parsing: bytes) } catch { throw .json(error) }
    guard let object = document.object else { throw .document(found: document.kind) }

    func size(_ name: String) throws(EncoderConfigurationError) -> Int {
      guard let value = object[name] else { throw .missing(name) }
      guard let size = value.integer, Self.sizes.contains(size) else {
        throw .field(name, found: Self.words(value), expected: "a whole number from 1 to \(Self.sizes.upperBound)")
      }
      return size
    }
    func require(_ name: String, among allowed: [String], orAbsent: Bool) throws(EncoderConfigurationError) {
      guard let value = object[name] else {
        if orAbsent { return } else { throw .missing(name) }
      }
      guard let text = value.string, allowed.contains(text) else {
        throw .unsupported(name, found: value.string ?? value.kind, supported: allowed)
      }
    }

    try require("model_type", among: ["bert"], orAbsent: false)
    try require("position_embedding_type", among: ["absolute"], orAbsent: true)
    for name in ["is_decoder", "add_cross_attention"] {
      guard let value = object[name], value.bool != false else { continue }
      throw .unsupported(name, found: value.bool == true ? "true" : value.kind, supported: ["false"])
    }
    if let value = object["quantization_config"], !value.isNull {
      throw .unsupported(
        "quantization_config", found: value.kind, supported: ["weights in F32, F16 or BF16, without it"])
    }
    if let value = object["pruned_heads"], !value.isNull, value.object?.members.isEmpty != true {
      throw .unsupported("pruned_heads", found: value.kind, supported: ["no pruned head"])
    }
    hiddenSize = try size("hidden_size")
    layers = try size("num_hidden_layers")
    heads = try size("num_attention_heads")
    intermediateSize = try size("intermediate_size")
    vocabularySize = try size("vocab_size")
    maximumPositions = try size("max_position_embeddings")
    typeVocabularySize = try size("type_vocab_size")
    guard hiddenSize.isMultiple(of: heads) else { throw .heads(hidden: hiddenSize, heads: heads) }

    let epsilon = object["layer_norm_eps"] ?? .real(1e-12)
    guard let number = epsilon.number, number >= 0 else {
      throw .field("layer_norm_eps", found: Self.words(epsilon), expected: "a number, 0 or more")
    }
    layerNormEpsilon = number

    guard let name = object["hidden_act"] else { throw .missing("hidden_act") }
    guard let activation = name.string.flatMap(Activation.init(configurationName:)) else {
      throw .unsupported(
        "hidden_act", found: name.string ?? name.kind, supported: Activation.allCases.map(\.rawValue))
    }
    self.activation = activation
  }

  /// A value in a message.
  private static func words(_ value: JSONValue) -> String {
    value.integer.map { "\($0)" } ?? value.number.map { "\($0)" } ?? value.string.map { "\"\(printable($0))\"" }
      ?? value.kind
  }

  /// The sizes that are accepted: larger ones are no encoder that fits a machine, and products of two must not overflow.
  static let sizes = 1...(1 << 24)
}

/// Why a `config.json` is refused.
public enum EncoderConfigurationError: Error, Hashable, CustomStringConvertible {
  /// The file is not there or cannot be read.
  case file(ModelFileError)
  /// It is not JSON.
  case json(JSONError)
  /// It is JSON, but no object.
  case document(found: String)
  /// A field is absent.
  case missing(String)
  /// A field has a value that cannot be.
  case field(String, found: String, expected: String)
  /// A field asks for what is not supported.
  case unsupported(String, found: String, supported: [String])
  /// The hidden size does not divide into the heads.
  case heads(hidden: Int, heads: Int)

  /// What is wrong, and what is expected.
  public var description: String {
    switch self {
    case .file(let error): "\(error)"
    case .json(let error): "config.json: \(error)"
    case .missing(let field): "config.json has no \(field): fetch the model's own config.json"
    case .document(let found): "config.json is \(found), not an object"
    case .field(let field, let found, let expected): "config.json: \(field) cannot be \(found): give \(expected)"
    case .unsupported(let field, let found, let supported):
      "config.json: \(field) is \"\(printable(found))\"; supported: \(supported.joined(separator: ", "))"
    case .heads(let hidden, let heads):
      "config.json: hidden_size \(hidden) is not a multiple of num_attention_heads \(heads): the heads share it alike"
    }
  }
}
