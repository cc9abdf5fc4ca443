import Transformer

/// Reads decoders: GPT-2, OPT and the Llama type.
enum DecoderImporter {
  @Sendable static func gpt2(_ configuration: ModelConfiguration, _ source: TensorSource) throws(ModelError) -> (
    Architecture, TensorReader
  ) {
    let hidden: Int, layers: Int, heads: Int, inner: Int, vocabulary: Int, positions: Int
    let activation: GraphOperation.Activation
    let epsilon: Double
    let isTied: Bool, scalesByLayer: Bool, scales: Bool
    do throws(EncoderConfigurationError) {
      hidden = try configuration.size("n_embd")
      layers = try configuration.layers("n_layer")
      heads = try configuration.size("n_head")
      inner = try configuration.size("n_inner", orElse: 4 * hidden)
      vocabulary = try configuration.size("vocab_size")
      positions = try configuration.size("n_positions")
      activation = try configuration.activation("activation_function", orElse: .geluTanh)
      epsilon = try configuration.number("layer_norm_epsilon", orElse: 1e-5)
      isTied = try configuration.flag("tie_word_embeddings", orElse: true)
      scales = try configuration.flag("scale_attn_weights", orElse: true)
      scalesByLayer = try configuration.flag("scale_attn_by_inverse_layer_idx", orElse: false)
      guard hidden.isMultiple(of: heads) else { throw .heads(hidden: hidden, heads: heads) }
    } catch { throw .configuration(error) }
    var reader = try TensorReader(source, prefixes: ["transformer."])
    var model = Architecture(family: "gpt2", kind: .decoder, hidden: hidden, maximumTokens: positions)
    model.vocabulary = vocabulary
    let words = try reader.tensor("wte.weight", shape: [vocabulary, hidden])
    model.words = words
    model.positions = try reader.tensor("wpe.weight", shape: [positions, hidden])
    for index in 0..<layers {
      let name = "h.\(index)."
      let fused = try reader.conv1D(
        name + "attn.c_attn", hidden, [("query", hidden), ("key", hidden), ("value", hidden)])
      let headSize = hidden / heads
      var scale: Float = scales ? 1 / Float(headSize).squareRoot() : 1
      if scalesByLayer { scale /= Float(index + 1) }
      model.blocks.append(
        Block(
          query: fused[0], key: fused[1], value: fused[2],
          attentionOutput: try reader.conv1D(name + "attn.c_proj", hidden, [("", hidden)])[0], heads: heads,
          groups: heads, headSize: headSize, scoreScale: scale,
          attentionNorm: try reader.layerNorm(name + "ln_1", hidden, epsilon: epsilon),
          feedForwardNorm: try reader.layerNorm(name + "ln_2", hidden, epsilon: epsilon), isPreNorm: true,
          up: try reader.conv1D(name + "mlp.c_fc", hidden, [("", inner)])[0],
          down: try reader.conv1D(name + "mlp.c_proj", inner, [("", hidden)])[0], gate: nil, activation: activation))
    }
    model.finalNorm = try reader.layerNorm("ln_f", hidden, epsilon: epsilon)
    model.head = .language(
      projection: nil, scores: try scores(&reader, "lm_head.weight", words, isTied: isTied, hidden, vocabulary))
    return (model, reader)
  }

  /// The weights of the vocabulary's scores: the table of words, or their own.
  private static func scores(
    _ reader: inout TensorReader, _ name: String, _ words: ModelParameter, isTied: Bool, _ width: Int, _ vocabulary: Int
  ) throws(ModelError) -> Affine {
    Affine(
      weights: isTied ? reader.turned(words) : try reader.matrix([name], inputs: width, outputs: vocabulary), bias: nil)
  }

  @Sendable static func opt(_ configuration: ModelConfiguration, _ source: TensorSource) throws(ModelError) -> (
    Architecture, TensorReader
  ) {
    let hidden: Int, layers: Int, heads: Int, inner: Int, vocabulary: Int, positions: Int, width: Int
    let activation: GraphOperation.Activation
    let isPreNorm: Bool, hasBias: Bool, hasParameters: Bool, isTied: Bool, lacksFinalNorm: Bool
    do throws(EncoderConfigurationError) {
      hidden = try configuration.size("hidden_size")
      layers = try configuration.layers("num_hidden_layers")
      heads = try configuration.size("num_attention_heads")
      inner = try configuration.size("ffn_dim")
      vocabulary = try configuration.size("vocab_size")
      positions = try configuration.size("max_position_embeddings")
      width = try configuration.size("word_embed_proj_dim", orElse: hidden)
      activation = try configuration.activation("activation_function", orElse: .relu)
      isPreNorm = try configuration.flag("do_layer_norm_before", orElse: true)
      hasBias = try configuration.flag("enable_bias", orElse: true)
      hasParameters = try configuration.flag("layer_norm_elementwise_affine", orElse: true)
      isTied = try configuration.flag("tie_word_embeddings", orElse: true)
      lacksFinalNorm = try configuration.flag("_remove_final_layer_norm", orElse: false)
      guard hidden.isMultiple(of: heads) else { throw .heads(hidden: hidden, heads: heads) }
    } catch { throw .configuration(error) }
    var reader = try TensorReader(source, prefixes: ["model.decoder.", "decoder.", "model."])
    func norm(_ name: String, _ reader: inout TensorReader) throws(ModelError) -> Norm {
      hasParameters ? try reader.layerNorm(name, hidden, epsilon: 1e-5) : .layer(scale: nil, shift: nil, epsilon: 1e-5)
    }
    var model = Architecture(family: "opt", kind: .decoder, hidden: hidden, maximumTokens: positions)
    model.vocabulary = vocabulary
    let words = try reader.tensor("embed_tokens.weight", shape: [vocabulary, width])
    model.words = words
    // The table has two rows in front that no token uses.
    model.positions = try reader.tensor("embed_positions.weight", shape: [positions + 2, hidden])
    model.positionOffset = 2
    if width != hidden { model.embeddingProjection = try reader.affine("project_in", width, hidden, bias: false) }
    for index in 0..<layers {
      let name = "layers.\(index)."
      let headSize = hidden / heads
      model.blocks.append(
        Block(
          query: try reader.affine(name + "self_attn.q_proj", hidden, hidden, bias: hasBias),
          key: try reader.affine(name + "self_attn.k_proj", hidden, hidden, bias: hasBias),
          value: try reader.affine(name + "self_attn.v_proj", hidden, hidden, bias: hasBias),
          attentionOutput: try reader.affine(name + "self_attn.out_proj", hidden, hidden, bias: hasBias), heads: heads,
          groups: heads, headSize: headSize, scoreScale: 1 / Float(headSize).squareRoot(),
          attentionNorm: try norm(name + "self_attn_layer_norm", &reader),
          feedForwardNorm: try norm(name + "final_layer_norm", &reader), isPreNorm: isPreNorm,
          up: try reader.affine(name + "fc1", hidden, inner, bias: hasBias),
          down: try reader.affine(name + "fc2", inner, hidden, bias: hasBias), gate: nil, activation: activation))
    }
    if isPreNorm, !lacksFinalNorm { model.finalNorm = try norm("final_layer_norm", &reader) }
    let projection = width == hidden ? nil : try reader.affine("project_out", hidden, width, bias: false)
    model.head = .language(
      projection: projection, scores: try scores(&reader, "lm_head.weight", words, isTied: isTied, width, vocabulary))
    return (model, reader)
  }

  /// Llama, Mistral and Qwen2: RMSNorm, rotary positions, shared key and value heads, a gated feed-forward part.
  @Sendable static func llama(_ configuration: ModelConfiguration, _ source: TensorSource) throws(ModelError) -> (
    Architecture, TensorReader
  ) {
    let family = configuration.text("model_type") ?? "llama"
    let hidden: Int, layers: Int, heads: Int, groups: Int, headSize: Int, inner: Int, vocabulary: Int, positions: Int
    let activation: GraphOperation.Activation
    let epsilon: Double, base: Double
    let isTied: Bool, attentionBias: Bool, feedForwardBias: Bool
    do throws(EncoderConfigurationError) {
      hidden = try configuration.size("hidden_size")
      layers = try configuration.layers("num_hidden_layers")
      heads = try configuration.size("num_attention_heads")
      groups = try configuration.size("num_key_value_heads", orElse: heads)
      guard heads.isMultiple(of: groups) else {
        throw .field(
          "num_key_value_heads", found: "\(groups)", expected: "a divisor of num_attention_heads \(heads)")
      }
      if !configuration.has("head_dim"), !hidden.isMultiple(of: heads) { throw .heads(hidden: hidden, heads: heads) }
      headSize = try configuration.size("head_dim", in: 2...65536, orElse: hidden / heads)
      guard headSize.isMultiple(of: 2) else {
        throw .field("head_dim", found: "\(headSize)", expected: "an even number, whose halves are turned")
      }
      inner = try configuration.size("intermediate_size")
      vocabulary = try configuration.size("vocab_size")
      positions = try configuration.size("max_position_embeddings")
      activation = try configuration.activation("hidden_act", orElse: .silu)
      epsilon = try configuration.number("rms_norm_eps", orElse: 1e-6)
      isTied = try configuration.flag("tie_word_embeddings", orElse: false)
      attentionBias = try configuration.flag("attention_bias", orElse: false)
      feedForwardBias = try configuration.flag("mlp_bias", orElse: false)
      base = try rotaryBase(configuration)
      let mayBeUnused = family == "qwen2"
      let usesWindow = try configuration.flag("use_sliding_window", orElse: !mayBeUnused)
      if usesWindow {
        try configuration.requireAbsent("sliding_window", or: "attention to all tokens, without it")
      }
    } catch { throw .configuration(error) }
    var reader = try TensorReader(source, prefixes: ["model."])
    var model = Architecture(family: family, kind: .decoder, hidden: hidden, maximumTokens: positions)
    model.vocabulary = vocabulary
    model.rotaryBase = base
    let words = try reader.tensor("embed_tokens.weight", shape: [vocabulary, hidden])
    model.words = words
    func norm(_ name: String, _ reader: inout TensorReader) throws(ModelError) -> Norm {
      .rms(scale: try reader.tensor(name + ".weight", shape: [hidden]), epsilon: epsilon)
    }
    let hasProjectionBias = attentionBias || family == "qwen2"
    for index in 0..<layers {
      let name = "layers.\(index)."
      model.blocks.append(
        Block(
          query: try reader.affine(name + "self_attn.q_proj", hidden, heads * headSize, bias: hasProjectionBias),
          key: try reader.affine(name + "self_attn.k_proj", hidden, groups * headSize, bias: hasProjectionBias),
          value: try reader.affine(name + "self_attn.v_proj", hidden, groups * headSize, bias: hasProjectionBias),
          attentionOutput: try reader.affine(name + "self_attn.o_proj", heads * headSize, hidden, bias: attentionBias),
          heads: heads, groups: groups, headSize: headSize, scoreScale: 1 / Float(headSize).squareRoot(),
          attentionNorm: try norm(name + "input_layernorm", &reader),
          feedForwardNorm: try norm(name + "post_attention_layernorm", &reader), isPreNorm: true,
          up: try reader.affine(name + "mlp.up_proj", hidden, inner, bias: feedForwardBias),
          down: try reader.affine(name + "mlp.down_proj", inner, hidden, bias: feedForwardBias),
          gate: try reader.affine(name + "mlp.gate_proj", hidden, inner, bias: feedForwardBias),
          activation: activation))
    }
    model.finalNorm = try norm("norm", &reader)
    model.head = .language(
      projection: nil, scores: try scores(&reader, "lm_head.weight", words, isTied: isTied, hidden, vocabulary))
    return (model, reader)
  }

  /// `rope_theta`, in new files inside `rope_parameters`. Scaled forms are refused.
  private static func rotaryBase(_ configuration: ModelConfiguration) throws(EncoderConfigurationError) -> Double {
    try configuration.requireAbsent("rope_scaling", or: "rotary positions without scaling")
    if let parameters = configuration.member("rope_parameters") {
      for field in ["rope_type", "type"] {
        guard let kind = parameters[field], kind.string != "default" else { continue }
        throw .unsupported(
          "rope_parameters.\(field)", found: kind.string ?? kind.kind, supported: ["default"])
      }
      guard let value = parameters["rope_theta"] else { throw .missing("rope_parameters.rope_theta") }
      guard let base = value.number, base > 0 else {
        throw .field("rope_parameters.rope_theta", found: ModelConfiguration.words(value), expected: "a number above 0")
      }
      return base
    }
    let base = try configuration.number("rope_theta", orElse: 10000)
    guard base > 0 else { throw .field("rope_theta", found: "\(base)", expected: "a number above 0") }
    return base
  }
}
