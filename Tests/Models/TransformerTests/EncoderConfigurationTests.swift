import Testing
import Transformer

@Suite struct EncoderConfigurationTests {
  private static let fields = [
    "model_type": "\"bert\"", "hidden_size": "24", "num_hidden_layers": "3", "num_attention_heads": "4",
    "intermediate_size": "48", "vocab_size": "100", "max_position_embeddings": "32", "type_vocab_size": "2",
    "hidden_act": "\"gelu\"",
  ]

  private func read(_ changes: [String: String?]) throws(EncoderConfigurationError) -> EncoderConfiguration {
    var fields = Self.fields
    for (key, value) in changes { fields[key] = value }
    let text = "{" + fields.map { "\"\($0.key)\": \($0.value)" }.joined(separator: ",") + "}"
    return try EncoderConfiguration(json: Array(text.utf8))
  }

  @Test func `The fields of config.json are read`() throws {
    let configuration = try read(["layer_norm_eps": "1e-5"])
    #expect(configuration.hiddenSize == 24 && configuration.layers == 3 && configuration.heads == 4)
    #expect(configuration.headSize == 6 && configuration.intermediateSize == 48)
    #expect(configuration.vocabularySize == 100 && configuration.maximumPositions == 32)
    #expect(configuration.typeVocabularySize == 2 && configuration.layerNormEpsilon == 1e-5)
    #expect(try read([:]).layerNormEpsilon == 1e-12)
    #expect(try read(["hidden_act": "\"gelu_pytorch_tanh\""]).activation == .geluTanh)
    #expect(try read(["hidden_act": "\"relu\""]).activation == .relu)
  }

  @Test func `A field that cannot be is named`() {
    #expect(throws: EncoderConfigurationError.heads(hidden: 25, heads: 4)) { try read(["hidden_size": "25"]) }
    for field in Self.fields.keys where field != "hidden_act" && field != "model_type" {
      #expect(throws: EncoderConfigurationError.missing(field)) { try read([field: String?.none]) }
      for value in ["0", "-4", "1.5", "\"4\"", "null", "99999999999", "1e400"] {
        #expect(throws: EncoderConfigurationError.self) { try read([field: value]) }
      }
    }
    for (value, found) in [
      ("-1", "-1"), ("-1e-12", "-1e-12"), ("\"1e-12\"", "\"1e-12\""), ("null", "null"), ("true", "a truth value"),
    ] {
      #expect(
        words { _ = try read(["layer_norm_eps": value]) }
          == "config.json: layer_norm_eps cannot be \(found): give a number, 0 or more")
    }
    #expect(throws: EncoderConfigurationError.document(found: "an array")) {
      try EncoderConfiguration(json: Array("[]".utf8))
    }
  }

  @Test(arguments: [
    ("0", "0"), ("-4", "-4"), ("384.0", "384.0"), ("1e3", "1000.0"), ("\"384\"", "\"384\""), ("16777217", "16777217"),
    ("99999999999999999999", "1e+20"), ("true", "a truth value"), ("[384]", "an array"),
  ])
  func `A size that is none says what may stand there`(value: String, found: String) {
    #expect(
      words { _ = try read(["hidden_size": value]) }
        == "config.json: hidden_size cannot be \(found): give a whole number from 1 to 16777216")
  }

  @Test func `LayerNorm may add nothing, or much`() throws {
    #expect(try read(["layer_norm_eps": "0"]).layerNormEpsilon == 0)
    #expect(try read(["layer_norm_eps": "2.5"]).layerNormEpsilon == 2.5)
  }

  @Test func `What is not supported says what is`() {
    #expect(
      throws: EncoderConfigurationError.unsupported(
        "hidden_act", found: "silu", supported: ["gelu", "gelu_new", "relu"])
    ) { try read(["hidden_act": "\"silu\""]) }
    #expect(throws: EncoderConfigurationError.unsupported("model_type", found: "t5", supported: ["bert"])) {
      try read(["model_type": "\"t5\""])
    }
    #expect(
      throws: EncoderConfigurationError.unsupported(
        "position_embedding_type", found: "relative_key", supported: ["absolute"])
    ) { try read(["position_embedding_type": "\"relative_key\""]) }
    for (field, value, supported) in [
      ("add_cross_attention", "true", "false"), ("is_decoder", "1", "false"),
      ("quantization_config", "{\"bits\":8}", "weights in F32, F16 or BF16, without it"),
      ("pruned_heads", "{\"0\":[1]}", "no pruned head"),
    ] {
      #expect(
        words { _ = try read([field: value]) }?.hasSuffix("supported: \(supported)") == true, "\(field)")
    }
    #expect(
      words { _ = try read(["pruned_heads": "{}", "quantization_config": "null", "is_decoder": "false"]) } == nil)
    #expect(throws: EncoderConfigurationError.unsupported("is_decoder", found: "true", supported: ["false"])) {
      try read(["is_decoder": "true"])
    }
  }
}
