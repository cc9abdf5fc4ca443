import Transformer

/// Reads encoders of the BERT family.
enum EncoderImporter {
  /// What the tensors of a layer are called behind the layer's own name.
  private struct Names {
    var layer: (Int) -> String = { "encoder.layer.\($0)." }
    var query = "attention.self.query"
    var key = "attention.self.key"
    var value = "attention.self.value"
    var attentionOutput = "attention.output.dense"
    var attentionNorm = "attention.output.LayerNorm"
    var up = "intermediate.dense"
    var down = "output.dense"
    var outputNorm = "output.LayerNorm"
  }

  /// The sizes of an encoder.
  fileprivate struct Sizes {
    var hidden, layers, heads, intermediate, vocabulary, positions: Int
    var epsilon: Double
    var activation: GraphOperation.Activation

    init(_ configuration: ModelConfiguration) throws(EncoderConfigurationError) {
      hidden = try configuration.size("hidden_size")
      layers = try configuration.layers("num_hidden_layers")
      heads = try configuration.size("num_attention_heads")
      intermediate = try configuration.size("intermediate_size")
      vocabulary = try configuration.size("vocab_size")
      positions = try configuration.size("max_position_embeddings")
      epsilon = try configuration.number("layer_norm_eps", orElse: 1e-12)
      activation = try configuration.activation("hidden_act")
      guard hidden.isMultiple(of: heads) else { throw .heads(hidden: hidden, heads: heads) }
    }

    var headSize: Int { hidden / heads }
  }

  private static func checked(_ configuration: ModelConfiguration) throws(ModelError) -> Sizes {
    do throws(EncoderConfigurationError) {
      try configuration.require("position_embedding_type", among: ["absolute"])
      try configuration.require("is_decoder", is: false)
      return try Sizes(configuration)
    } catch { throw .configuration(error) }
  }

  private static func block(
    _ reader: inout TensorReader, _ name: String, _ names: Names, _ sizes: Sizes
  ) throws(ModelError) -> Block {
    let hidden = sizes.hidden
    return Block(
      query: try reader.affine(name + names.query, hidden, hidden),
      key: try reader.affine(name + names.key, hidden, hidden),
      value: try reader.affine(name + names.value, hidden, hidden),
      attentionOutput: try reader.affine(name + names.attentionOutput, hidden, hidden), heads: sizes.heads,
      groups: sizes.heads, headSize: sizes.headSize, scoreScale: 1 / Float(sizes.headSize).squareRoot(),
      attentionNorm: try reader.layerNorm(name + names.attentionNorm, hidden, epsilon: sizes.epsilon),
      feedForwardNorm: try reader.layerNorm(name + names.outputNorm, hidden, epsilon: sizes.epsilon), isPreNorm: false,
      up: try reader.affine(name + names.up, hidden, sizes.intermediate),
      down: try reader.affine(name + names.down, sizes.intermediate, hidden), gate: nil, activation: sizes.activation)
  }

  /// Embeddings and layers, which all have but ALBERT.
  private static func encoder(
    _ family: String, _ reader: inout TensorReader, _ sizes: Sizes, types: Int?, names: Names = Names()
  ) throws(ModelError) -> Architecture {
    var model = Architecture(family: family, kind: .encoder, hidden: sizes.hidden, maximumTokens: sizes.positions)
    model.vocabulary = sizes.vocabulary
    model.words = try reader.tensor("embeddings.word_embeddings.weight", shape: [sizes.vocabulary, sizes.hidden])
    model.positions = try reader.tensor(
      "embeddings.position_embeddings.weight", shape: [sizes.positions, sizes.hidden])
    if let types {
      model.segments = try reader.tensor("embeddings.token_type_embeddings.weight", shape: [types, sizes.hidden])
    }
    model.embeddingNorm = try reader.layerNorm("embeddings.LayerNorm", sizes.hidden, epsilon: sizes.epsilon)
    for index in 0..<sizes.layers {
      model.blocks.append(try block(&reader, names.layer(index), names, sizes))
    }
    return model
  }

  /// The scores of a masked token; the table of words serves where there are no weights of their own.
  private static func head(
    _ model: Architecture, _ reader: inout TensorReader, dense: String, norm: String, decoder: String, bias: String,
    width: Int, _ activation: GraphOperation.Activation, _ sizes: Sizes
  ) throws(ModelError) -> Architecture.Head {
    guard reader.has(dense + ".weight"), let words = model.words else { return .none }
    let layer = try reader.affine(dense, sizes.hidden, width)
    let norm = try reader.layerNorm(norm, width, epsilon: sizes.epsilon)
    let weights =
      reader.has(decoder + ".weight")
      ? try reader.matrix([decoder + ".weight"], inputs: width, outputs: sizes.vocabulary) : reader.turned(words)
    let bias = try reader.tensor(bias, decoder + ".bias", shape: [sizes.vocabulary])
    return .masked(dense: layer, activation: activation, norm: norm, scores: Affine(weights: weights, bias: bias))
  }

  private static func pooler(_ reader: inout TensorReader, _ name: String, _ hidden: Int) throws(ModelError) -> Affine?
  {
    reader.has(name + ".weight") ? try reader.affine(name, hidden, hidden) : nil
  }

  /// Segments, if the model has them.
  private static func types(_ configuration: ModelConfiguration) throws(ModelError) -> Int? {
    do throws(EncoderConfigurationError) {
      let count = try configuration.size("type_vocab_size", in: 0...(1 << 24), orElse: 2)
      return count == 0 ? nil : count
    } catch { throw .configuration(error) }
  }

  @Sendable static func bert(_ configuration: ModelConfiguration, _ source: TensorSource) throws(ModelError) -> (
    Architecture, TensorReader
  ) {
    let sizes = try checked(configuration)
    var reader = try TensorReader(source, prefixes: ["bert."])
    var model = try encoder("bert", &reader, sizes, types: types(configuration))
    model.pooler = try pooler(&reader, "pooler.dense", sizes.hidden)
    model.head = try head(
      model, &reader, dense: "cls.predictions.transform.dense", norm: "cls.predictions.transform.LayerNorm",
      decoder: "cls.predictions.decoder", bias: "cls.predictions.bias", width: sizes.hidden, sizes.activation, sizes)
    return (model, reader)
  }

  /// Positions count the tokens that are no padding, from the padding's number on.
  private static func countPositions(_ model: inout Architecture, padding: Int) throws(ModelError) {
    guard padding + 1 < model.maximumTokens else {
      throw .configuration(
        .field("pad_token_id", found: "\(padding)", expected: "a number below max_position_embeddings - 1"))
    }
    model.positionPadding = Int32(padding)
    model.maximumTokens -= padding + 1
  }

  @Sendable static func roberta(_ configuration: ModelConfiguration, _ source: TensorSource) throws(ModelError) -> (
    Architecture, TensorReader
  ) {
    let sizes = try checked(configuration)
    let padding: Int
    do throws(EncoderConfigurationError) {
      padding = try configuration.size("pad_token_id", in: 0...(1 << 24), orElse: 1)
    } catch { throw .configuration(error) }
    var reader = try TensorReader(source, prefixes: ["roberta."])
    var model = try encoder(
      configuration.text("model_type") ?? "roberta", &reader, sizes, types: types(configuration))
    try countPositions(&model, padding: padding)
    model.pooler = try pooler(&reader, "pooler.dense", sizes.hidden)
    model.head = try head(
      model, &reader, dense: "lm_head.dense", norm: "lm_head.layer_norm", decoder: "lm_head.decoder",
      bias: "lm_head.bias", width: sizes.hidden, .gelu, sizes)
    return (model, reader)
  }

  @Sendable static func mpnet(_ configuration: ModelConfiguration, _ source: TensorSource) throws(ModelError) -> (
    Architecture, TensorReader
  ) {
    let sizes = try checked(configuration)
    let buckets: Int
    do throws(EncoderConfigurationError) {
      buckets = try configuration.size("relative_attention_num_buckets", in: 4...1024, orElse: 32)
    } catch { throw .configuration(error) }
    var reader = try TensorReader(source, prefixes: ["mpnet."])
    var names = Names()
    (names.query, names.key) = ("attention.attn.q", "attention.attn.k")
    (names.value, names.attentionOutput) = ("attention.attn.v", "attention.attn.o")
    names.attentionNorm = "attention.LayerNorm"
    var model = try encoder("mpnet", &reader, sizes, types: nil, names: names)
    // The number of the padding is fixed, whatever the vocabulary.
    try countPositions(&model, padding: 1)
    model.relativeBias = (
      try reader.tensor("encoder.relative_attention_bias.weight", shape: [buckets, sizes.heads]), 128
    )
    model.pooler = try pooler(&reader, "pooler.dense", sizes.hidden)
    model.head = try head(
      model, &reader, dense: "lm_head.dense", norm: "lm_head.layer_norm", decoder: "lm_head.decoder",
      bias: "lm_head.bias", width: sizes.hidden, .gelu, sizes)
    return (model, reader)
  }

  @Sendable static func distilbert(_ configuration: ModelConfiguration, _ source: TensorSource) throws(ModelError) -> (
    Architecture, TensorReader
  ) {
    let hidden: Int, layers: Int, heads: Int, intermediate: Int, vocabulary: Int, positions: Int
    let activation: GraphOperation.Activation
    do throws(EncoderConfigurationError) {
      hidden = try configuration.size("dim")
      layers = try configuration.layers("n_layers")
      heads = try configuration.size("n_heads")
      intermediate = try configuration.size("hidden_dim")
      vocabulary = try configuration.size("vocab_size")
      positions = try configuration.size("max_position_embeddings")
      activation = try configuration.activation("activation")
      guard hidden.isMultiple(of: heads) else { throw .heads(hidden: hidden, heads: heads) }
    } catch { throw .configuration(error) }
    let sizes = Sizes(
      hidden: hidden, layers: layers, heads: heads, intermediate: intermediate, vocabulary: vocabulary,
      positions: positions, activation: activation)
    var names = Names()
    names.layer = { "transformer.layer.\($0)." }
    (names.query, names.key) = ("attention.q_lin", "attention.k_lin")
    (names.value, names.attentionOutput) = ("attention.v_lin", "attention.out_lin")
    (names.attentionNorm, names.outputNorm) = ("sa_layer_norm", "output_layer_norm")
    (names.up, names.down) = ("ffn.lin1", "ffn.lin2")
    var reader = try TensorReader(source, prefixes: ["distilbert."])
    var model = try encoder("distilbert", &reader, sizes, types: nil, names: names)
    model.head = try head(
      model, &reader, dense: "vocab_transform", norm: "vocab_layer_norm", decoder: "vocab_projector",
      bias: "vocab_projector.bias", width: hidden, activation, sizes)
    return (model, reader)
  }

  /// Narrow embeddings, and groups of layers that share their parameters.
  @Sendable static func albert(_ configuration: ModelConfiguration, _ source: TensorSource) throws(ModelError) -> (
    Architecture, TensorReader
  ) {
    let sizes = try checked(configuration)
    let width: Int, groups: Int, inner: Int
    do throws(EncoderConfigurationError) {
      width = try configuration.size("embedding_size")
      groups = try configuration.size("num_hidden_groups", orElse: 1)
      inner = try configuration.size("inner_group_num", in: 1...1024, orElse: 1)
      guard groups <= sizes.layers else {
        throw .field(
          "num_hidden_groups", found: "\(groups)", expected: "no more than num_hidden_layers \(sizes.layers)")
      }
    } catch { throw .configuration(error) }
    var reader = try TensorReader(source, prefixes: ["albert."])
    var model = Architecture(family: "albert", kind: .encoder, hidden: sizes.hidden, maximumTokens: sizes.positions)
    model.vocabulary = sizes.vocabulary
    model.words = try reader.tensor("embeddings.word_embeddings.weight", shape: [sizes.vocabulary, width])
    model.positions = try reader.tensor("embeddings.position_embeddings.weight", shape: [sizes.positions, width])
    if let types = try types(configuration) {
      model.segments = try reader.tensor("embeddings.token_type_embeddings.weight", shape: [types, width])
    }
    model.embeddingNorm = try reader.layerNorm("embeddings.LayerNorm", width, epsilon: sizes.epsilon)
    model.embeddingProjection = try reader.affine("encoder.embedding_hidden_mapping_in", width, sizes.hidden)
    var names = Names()
    (names.query, names.key, names.value) = ("attention.query", "attention.key", "attention.value")
    (names.attentionOutput, names.attentionNorm) = ("attention.dense", "attention.LayerNorm")
    (names.up, names.down, names.outputNorm) = ("ffn", "ffn_output", "full_layer_layer_norm")
    var shared: [[Block]] = []
    for group in 0..<groups {
      var blocks: [Block] = []
      for number in 0..<inner {
        let name = "encoder.albert_layer_groups.\(group).albert_layers.\(number)."
        blocks.append(try block(&reader, name, names, sizes))
      }
      shared.append(blocks)
    }
    for layer in 0..<sizes.layers { model.blocks += shared[layer * groups / sizes.layers] }
    model.pooler = try pooler(&reader, "pooler", sizes.hidden)
    model.head = try head(
      model, &reader, dense: "predictions.dense", norm: "predictions.LayerNorm", decoder: "predictions.decoder",
      bias: "predictions.bias", width: width, sizes.activation, sizes)
    return (model, reader)
  }
}

extension EncoderImporter.Sizes {
  fileprivate init(
    hidden: Int, layers: Int, heads: Int, intermediate: Int, vocabulary: Int, positions: Int,
    activation: GraphOperation.Activation
  ) {
    (self.hidden, self.layers, self.heads) = (hidden, layers, heads)
    (self.intermediate, self.vocabulary, self.positions) = (intermediate, vocabulary, positions)
    (epsilon, self.activation) = (1e-12, activation)
  }
}
