import Foundation
import Models

/// A BERT, ALBERT, GPT-2, OPT, Llama, ViT or DeiT of any size, with weights from a seed.
public struct SmallTransformer: CustomStringConvertible, Sendable {
  /// The kinds.
  public enum Family: Sendable {
    case bert, albert, gpt2, opt, llama, vit, deit
  }

  public var family = Family.bert
  public var hidden = 16
  public var layers = 2
  public var heads = 4
  /// Heads of keys and values of a Llama, of which each serves as many queries.
  public var groups = 2
  public var feedForward = 24
  public var activation = "gelu"
  public var maximumTokens = 40
  public var vocabulary = 20
  /// Channels, height and width of images, and the side of a patch.
  public var image = [2, 6, 6]
  public var patch = 2
  public var seed: UInt64 = 1

  public init(
    family: Family = .bert, hidden: Int = 16, layers: Int = 2, heads: Int = 4, feedForward: Int = 24,
    activation: String = "gelu", maximumTokens: Int = 40, vocabulary: Int = 20, seed: UInt64 = 1
  ) {
    (self.family, self.hidden, self.layers, self.heads) = (family, hidden, layers, heads)
    (self.feedForward, self.activation, self.maximumTokens) = (feedForward, activation, maximumTokens)
    (self.vocabulary, self.seed) = (vocabulary, seed)
  }

  public var description: String { "\(family), \(layers) layers, \(hidden)/\(heads)/\(feedForward), \(activation)" }

  private var shapes: [(name: String, shape: [Int])] {
    var shapes: [(String, [Int])] = []
    func norm(_ name: String, _ width: Int? = nil) {
      shapes += [(name + ".weight", [width ?? hidden]), (name + ".bias", [width ?? hidden])]
    }
    func linear(_ name: String, _ outputs: Int, _ inputs: Int) {
      // GPT-2 has its weights the other way round.
      shapes.append((name + ".weight", family != .gpt2 ? [outputs, inputs] : [inputs, outputs]))
      shapes.append((name + ".bias", [outputs]))
    }
    switch family {
    case .bert:
      for (table, rows) in [("word", vocabulary), ("position", maximumTokens), ("token_type", 2)] {
        shapes.append(("embeddings.\(table)_embeddings.weight", [rows, hidden]))
      }
      norm("embeddings.LayerNorm")
      for layer in 0..<layers {
        let name = "encoder.layer.\(layer)."
        for part in ["query", "key", "value"] { linear(name + "attention.self." + part, hidden, hidden) }
        linear(name + "attention.output.dense", hidden, hidden)
        norm(name + "attention.output.LayerNorm")
        linear(name + "intermediate.dense", feedForward, hidden)
        linear(name + "output.dense", hidden, feedForward)
        norm(name + "output.LayerNorm")
      }
    case .albert:
      // Embeddings half as wide, and one layer that serves all.
      for (table, rows) in [("word", vocabulary), ("position", maximumTokens), ("token_type", 2)] {
        shapes.append(("embeddings.\(table)_embeddings.weight", [rows, hidden / 2]))
      }
      norm("embeddings.LayerNorm", hidden / 2)
      linear("encoder.embedding_hidden_mapping_in", hidden, hidden / 2)
      let name = "encoder.albert_layer_groups.0.albert_layers.0."
      for part in ["query", "key", "value", "dense"] { linear(name + "attention." + part, hidden, hidden) }
      norm(name + "attention.LayerNorm")
      linear(name + "ffn", feedForward, hidden)
      linear(name + "ffn_output", hidden, feedForward)
      norm(name + "full_layer_layer_norm")
    case .gpt2:
      shapes += [("wte.weight", [vocabulary, hidden]), ("wpe.weight", [maximumTokens, hidden])]
      for layer in 0..<layers {
        let name = "h.\(layer)."
        norm(name + "ln_1")
        linear(name + "attn.c_attn", 3 * hidden, hidden)
        linear(name + "attn.c_proj", hidden, hidden)
        norm(name + "ln_2")
        linear(name + "mlp.c_fc", feedForward, hidden)
        linear(name + "mlp.c_proj", hidden, feedForward)
      }
      norm("ln_f")
    case .opt:
      shapes += [
        ("embed_tokens.weight", [vocabulary, hidden]), ("embed_positions.weight", [maximumTokens + 2, hidden]),
      ]
      for layer in 0..<layers {
        let name = "layers.\(layer)."
        for part in ["q_proj", "k_proj", "v_proj", "out_proj"] { linear(name + "self_attn." + part, hidden, hidden) }
        norm(name + "self_attn_layer_norm")
        linear(name + "fc1", feedForward, hidden)
        linear(name + "fc2", hidden, feedForward)
        norm(name + "final_layer_norm")
      }
      norm("final_layer_norm")
    case .llama:
      shapes += [("embed_tokens.weight", [vocabulary, hidden]), ("lm_head.weight", [vocabulary, hidden])]
      let shared = hidden / heads * groups
      for layer in 0..<layers {
        let name = "layers.\(layer)."
        for (part, outputs, inputs) in [
          ("self_attn.q_proj", hidden, hidden), ("self_attn.k_proj", shared, hidden),
          ("self_attn.v_proj", shared, hidden), ("self_attn.o_proj", hidden, hidden),
          ("mlp.gate_proj", feedForward, hidden), ("mlp.up_proj", feedForward, hidden),
          ("mlp.down_proj", hidden, feedForward),
        ] { shapes.append((name + part + ".weight", [outputs, inputs])) }
        for part in ["input_layernorm", "post_attention_layernorm"] {
          shapes.append((name + part + ".weight", [hidden]))
        }
      }
      shapes.append(("norm.weight", [hidden]))
    case .vit, .deit:
      let leading = family == .deit ? ["cls", "distillation"] : ["cls"]
      for name in leading { shapes.append(("embeddings.\(name)_token", [1, 1, hidden])) }
      let patches = image[1] / patch * (image[2] / patch)
      shapes.append(("embeddings.position_embeddings", [1, patches + leading.count, hidden]))
      let projection = "embeddings.patch_embeddings.projection"
      shapes += [(projection + ".weight", [hidden, image[0], patch, patch]), (projection + ".bias", [hidden])]
      for layer in 0..<layers {
        let name = "encoder.layer.\(layer)."
        norm(name + "layernorm_before")
        for part in ["query", "key", "value"] { linear(name + "attention.attention." + part, hidden, hidden) }
        linear(name + "attention.output.dense", hidden, hidden)
        norm(name + "layernorm_after")
        linear(name + "intermediate.dense", feedForward, hidden)
        linear(name + "output.dense", hidden, feedForward)
      }
      norm("layernorm")
      for name in family == .deit ? ["cls_classifier", "distillation_classifier"] : ["classifier"] {
        linear(name, 5, hidden)
      }
    }
    return shapes
  }

  private var configuration: String {
    switch family {
    case .bert:
      """
      {"model_type":"bert","hidden_size":\(hidden),"num_hidden_layers":\(layers),"num_attention_heads":\(heads),\
      "intermediate_size":\(feedForward),"vocab_size":\(vocabulary),"max_position_embeddings":\(maximumTokens),\
      "type_vocab_size":2,"hidden_act":"\(activation)","layer_norm_eps":1e-12}
      """
    case .albert:
      """
      {"model_type":"albert","hidden_size":\(hidden),"num_hidden_layers":\(layers),"num_attention_heads":\(heads),\
      "intermediate_size":\(feedForward),"vocab_size":\(vocabulary),"max_position_embeddings":\(maximumTokens),\
      "embedding_size":\(hidden / 2),"type_vocab_size":2,"hidden_act":"\(activation)","layer_norm_eps":1e-12}
      """
    case .gpt2:
      """
      {"model_type":"gpt2","n_embd":\(hidden),"n_layer":\(layers),"n_head":\(heads),"n_inner":\(feedForward),\
      "vocab_size":\(vocabulary),"n_positions":\(maximumTokens),"activation_function":"\(activation)",\
      "layer_norm_epsilon":1e-05}
      """
    case .opt:
      """
      {"model_type":"opt","hidden_size":\(hidden),"num_hidden_layers":\(layers),"num_attention_heads":\(heads),\
      "ffn_dim":\(feedForward),"vocab_size":\(vocabulary),"max_position_embeddings":\(maximumTokens),\
      "activation_function":"\(activation)"}
      """
    case .llama:
      """
      {"model_type":"llama","hidden_size":\(hidden),"num_hidden_layers":\(layers),"num_attention_heads":\(heads),\
      "num_key_value_heads":\(groups),"intermediate_size":\(feedForward),"vocab_size":\(vocabulary),\
      "max_position_embeddings":\(maximumTokens),"hidden_act":"\(activation)","rms_norm_eps":1e-06}
      """
    case .vit, .deit:
      """
      {"model_type":"\(family)","hidden_size":\(hidden),"num_hidden_layers":\(layers),"num_attention_heads":\(heads),\
      "intermediate_size":\(feedForward),"image_size":\(image[1]),"patch_size":\(patch),"num_channels":\(image[0]),\
      "hidden_act":"\(activation)","layer_norm_eps":1e-06}
      """
    }
  }

  /// The model, by way of a folder.
  public func model() throws -> TransformerModel {
    let folder = FileManager.default.temporaryDirectory.appending(path: "small-transformer-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try write(to: folder)
    return try TransformerModel(directory: folder)
  }

  /// Writes configuration and weights into a folder.
  public func write(to folder: URL) throws {
    var random = SeededGenerator(seed: seed)
    var (entries, data): ([String], [UInt8]) = ([], [])
    for (name, shape) in shapes {
      let isNorm = shape.count == 1 && name.hasSuffix(".weight")
      // Scales of norms are about 1, weights such that sums keep their size.
      let isTable = name.contains("embed") || name.hasPrefix("w")
      let spread = shape.count == 1 ? 0.3 : isTable ? 1 : 1.7 / Float(shape[1]).squareRoot()
      let start = data.count
      for _ in 0..<shape.reduce(1, *) {
        let value = (isNorm ? 1 : 0) + Float.random(in: -spread...spread, using: &random)
        withUnsafeBytes(of: value.bitPattern.littleEndian) { data += Array($0) }
      }
      entries.append("\"\(name)\":{\"dtype\":\"F32\",\"shape\":\(shape),\"data_offsets\":[\(start),\(data.count)]}")
    }
    let header = Array("{\(entries.joined(separator: ","))}".utf8)
    let length = withUnsafeBytes(of: UInt64(header.count).littleEndian) { Array($0) }
    try Data(configuration.utf8).write(to: folder.appending(path: "config.json"))
    try Data(length + header + data).write(to: folder.appending(path: "model.safetensors"))
  }
}
