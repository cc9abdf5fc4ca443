import Transformer

/// Reads vision transformers: ViT and DeiT.
enum VisionImporter {
  @Sendable static func vit(_ configuration: ModelConfiguration, _ source: TensorSource) throws(ModelError) -> (
    Architecture, TensorReader
  ) {
    let family = configuration.text("model_type") ?? "vit"
    let hidden: Int, layers: Int, heads: Int, inner: Int, size: Int, patch: Int, channels: Int
    let activation: GraphOperation.Activation
    let epsilon: Double
    let hasBias: Bool
    do throws(EncoderConfigurationError) {
      hidden = try configuration.size("hidden_size")
      layers = try configuration.layers("num_hidden_layers")
      heads = try configuration.size("num_attention_heads")
      inner = try configuration.size("intermediate_size")
      size = try configuration.size("image_size", in: 1...65536)
      patch = try configuration.size("patch_size", in: 1...65536)
      channels = try configuration.size("num_channels", in: 1...4096, orElse: 3)
      activation = try configuration.activation("hidden_act")
      epsilon = try configuration.number("layer_norm_eps", orElse: 1e-12)
      hasBias = try configuration.flag("qkv_bias", orElse: true)
      guard hidden.isMultiple(of: heads) else { throw .heads(hidden: hidden, heads: heads) }
      guard size.isMultiple(of: patch) else {
        throw .field("image_size", found: "\(size)", expected: "a multiple of patch_size \(patch)")
      }
    } catch { throw .configuration(error) }
    var reader = try TensorReader(source, prefixes: ["vit.", "deit."])
    let count = size / patch * (size / patch)
    let leading = ["embeddings.cls_token"] + (family == "deit" ? ["embeddings.distillation_token"] : [])
    var model = Architecture(family: family, kind: .vision, hidden: hidden, maximumTokens: count + leading.count)
    var tokens: [ModelParameter] = []
    for name in leading { tokens.append(try reader.tensor(name, shape: [1, 1, hidden], as: [1, hidden])) }
    let projection = Affine(
      weights: try reader.matrix(
        ["embeddings.patch_embeddings.projection.weight"], inputs: channels * patch * patch, outputs: hidden,
        stored: [hidden, channels, patch, patch]),
      bias: try reader.tensor("embeddings.patch_embeddings.projection.bias", shape: [hidden]))
    let rows = count + leading.count
    model.image = .init(
      channels: channels, height: size, width: size, patch: patch, projection: projection, leading: tokens,
      positions: try reader.tensor(
        "embeddings.position_embeddings", shape: [1, rows, hidden], as: [rows, hidden]))
    for index in 0..<layers {
      let name = "encoder.layer.\(index)."
      model.blocks.append(
        Block(
          query: try reader.affine(name + "attention.attention.query", hidden, hidden, bias: hasBias),
          key: try reader.affine(name + "attention.attention.key", hidden, hidden, bias: hasBias),
          value: try reader.affine(name + "attention.attention.value", hidden, hidden, bias: hasBias),
          attentionOutput: try reader.affine(name + "attention.output.dense", hidden, hidden), heads: heads,
          groups: heads, headSize: hidden / heads, scoreScale: 1 / Float(hidden / heads).squareRoot(),
          attentionNorm: try reader.layerNorm(name + "layernorm_before", hidden, epsilon: epsilon),
          feedForwardNorm: try reader.layerNorm(name + "layernorm_after", hidden, epsilon: epsilon), isPreNorm: true,
          up: try reader.affine(name + "intermediate.dense", hidden, inner),
          down: try reader.affine(name + "output.dense", inner, hidden), gate: nil, activation: activation))
    }
    model.finalNorm = try reader.layerNorm("layernorm", hidden, epsilon: epsilon)
    if reader.has("pooler.dense.weight") { model.pooler = try reader.affine("pooler.dense", hidden, hidden) }
    model.head = try head(&reader, hidden)
    return (model, reader)
  }

  /// The classes: one layer over the first token, or two whose mean counts (DeiT with its teacher). Their number is that of
  /// the tensor.
  private static func head(_ reader: inout TensorReader, _ hidden: Int) throws(ModelError) -> Architecture.Head {
    for names in [["cls_classifier", "distillation_classifier"], ["classifier"]] where reader.has(names[0] + ".bias") {
      var classifiers: [Affine] = []
      for name in names {
        guard let count = reader.count(name + ".bias") else { throw .missingTensor([name + ".bias"]) }
        classifiers.append(try reader.affine(name, hidden, count))
      }
      return .classes(classifiers)
    }
    return .none
  }
}
