import Foundation
import Models
import Testing
import Transformer

/// Model folders from strangers: each is refused with a message that names what is wrong.
struct HostileFileTests {
  private func refusal(_ change: (inout SmallModel) throws -> Void, of name: String = "bert") throws -> String? {
    var small = try SmallModel(name)
    try change(&small)
    return words { _ = try small.load() }
  }

  @Test func `Deep and broken JSON is refused`() throws {
    let deep = Array((String(repeating: "[", count: 100_000)).utf8)
    #expect(
      try refusal { $0.files["config.json"] = deep } == "config.json: JSON at byte 64: nested deeper than 64 levels")
    #expect(
      try refusal { $0.files["config.json"] = Array("{\"a\":1,\"a\":2}".utf8) }
        == "config.json: JSON at byte 10: the key \"a\" occurs twice in one object")
    #expect(try refusal { $0.files["config.json"] = Array("[]".utf8) } == "config.json is an array, not an object")
    #expect(try refusal { $0.files["config.json"] = [] } == "config.json is empty: fetch it again")
  }

  @Test func `Damaged safetensors are refused`() throws {
    let whole = try SmallModel("bert")
    let bytes = whole.safetensors(whole.shapes.keys.sorted())
    let huge = SmallModel.bytes([UInt64(1) << 60]) + bytes.dropFirst(8)
    let message = try refusal { $0.files["model.safetensors"] = huge }
    #expect(
      message
        == "model.safetensors: is no safetensors file: it begins with a header length of 1152921504606846976 bytes, and the "
        + "format allows 100000000")
    let half = try refusal { $0.files["model.safetensors"] = Array(bytes.prefix(bytes.count / 2)) }
    #expect(
      half
        == "model.safetensors: tensor \"bert.encoder.layer.0.intermediate.dense.weight\" ends at byte 8544 of the data, "
        + "which has 7956: the file is truncated")
    let deep = Array(("{\"a\":" + String(repeating: "[", count: 9000)).utf8)
    let nested = try refusal { $0.files["model.safetensors"] = SmallModel.bytes([UInt64(deep.count)]) + deep }
    #expect(nested?.contains("nested deeper than 8 levels") == true, "\(nested ?? "")")
  }

  @Test func `Tensors that are missing, misshapen or no numbers are named`() throws {
    let name = "bert.encoder.layer.1.output.dense.weight"
    #expect(
      try refusal { $0.shapes[name] = nil }
        == "the checkpoint has no tensor \"encoder.layer.1.output.dense.weight\": config.json and checkpoint belong to two "
        + "models, or the download is not complete")
    #expect(
      try refusal { $0.shapes[name] = [24, 16] }
        == "tensor \"\(name)\" has the shape [24, 16]; config.json asks for [16, 24]")
    var values = SmallModel.values(name, count: 16 * 24)
    values[100] = .nan
    #expect(
      try refusal { $0.values[name] = values }
        == "tensor \"\(name)\" has the value nan at element 100: fetch the checkpoint again")
    values[100] = -.infinity
    #expect(
      try refusal { $0.values[name] = values }
        == "tensor \"\(name)\" has the value -inf at element 100: fetch the checkpoint again")
    #expect(
      try refusal { $0.elementType = "I32" }
        == "tensor \"bert.embeddings.word_embeddings.weight\" holds I32, not real numbers: use the model's checkpoint in "
        + "F32, F16 or BF16")
    let missing = try refusal { $0.files["model.txt"] = [] }
    #expect(missing == "the model folder has no model.safetensors: fetch it")
  }

  @Test(arguments: [
    (
      "bert", "model_type", "\"t5\"",
      "config.json: model_type is \"t5\"; supported: albert, bert, camembert, deit, "
        + "distilbert, gpt2, llama, mistral, mpnet, opt, qwen2, roberta, vit, xlm-roberta"
    ),
    (
      "bert", "position_embedding_type", "\"relative_key\"",
      "config.json: position_embedding_type is \"relative_key\"; supported: absolute"
    ),
    ("bert", "is_decoder", "true", "config.json: is_decoder is \"true\"; supported: false"),
    (
      "bert", "hidden_act", "\"mish\"",
      "config.json: hidden_act is \"mish\"; supported: gelu, gelu_fast, gelu_new, "
        + "gelu_python, gelu_pytorch_tanh, quick_gelu, relu, silu, swish, tanh"
    ),
    (
      "bert", "num_attention_heads", "3",
      "config.json: hidden_size 16 is not a multiple of num_attention_heads 3: the heads share it alike"
    ),
    (
      "bert", "num_hidden_layers", "100000000",
      "config.json: num_hidden_layers cannot be 100000000: give a whole number from 1 to 1024"
    ),
    ("bert", "hidden_size", "-1", "config.json: hidden_size cannot be -1: give a whole number from 1 to 16777216"),
    ("bert", "layer_norm_eps", "-0.5", "config.json: layer_norm_eps cannot be -0.5: give a number, 0 or more"),
    (
      "bert", "quantization_config", "{\"bits\":4}",
      "config.json: quantization_config is \"an object\"; supported: weights in F32, F16 or BF16, without it"
    ),
    ("bert", "pruned_heads", "{\"0\":[1]}", "config.json: pruned_heads is \"an object\"; supported: no pruned head"),
    ("gpt2", "add_cross_attention", "true", "config.json: add_cross_attention is \"true\"; supported: false"),
    (
      "llama", "rope_scaling", "{\"type\":\"linear\",\"factor\":2}",
      "config.json: rope_scaling is \"an object\"; supported: rotary positions without scaling"
    ),
    (
      "llama", "rope_parameters", "{\"rope_type\":\"yarn\",\"rope_theta\":1e4}",
      "config.json: rope_parameters.rope_type is \"yarn\"; supported: default"
    ),
    (
      "llama", "sliding_window", "64",
      "config.json: sliding_window is \"64\"; supported: attention to all tokens, without it"
    ),
    (
      "llama", "num_key_value_heads", "3",
      "config.json: num_key_value_heads cannot be 3: give a divisor of num_attention_heads 4"
    ),
    ("vit", "image_size", "13", "config.json: image_size cannot be 13: give a multiple of patch_size 4"),
    (
      "roberta", "pad_token_id", "13",
      "config.json: pad_token_id cannot be 13: give a number below max_position_embeddings - 1"
    ),
    (
      "albert with groups", "num_hidden_groups", "9",
      "config.json: num_hidden_groups cannot be 9: give no more than num_hidden_layers 4"
    ),
  ])
  func `What a configuration asks for in vain is named by its field`(
    name: String, field: String, value: String, message: String
  ) throws {
    #expect(try refusal({ $0.config[field] = value }, of: name) == message)
  }

  @Test func `A missing field is named`() throws {
    #expect(
      try refusal { $0.config["hidden_size"] = nil }
        == "config.json has no hidden_size: fetch the model's own config.json")
    #expect(
      try refusal { $0.config["model_type"] = nil }
        == "config.json has no model_type: fetch the model's own config.json")
  }

  @Test func `What a graph is asked for in vain is named`() throws {
    let model = try SmallModel("gpt2").load()
    #expect(
      words { _ = try model.graph(tokens: 15) }
        == "15 tokens are not within 1 to 14, what the model takes: cut the text")
    #expect(
      words { _ = try model.graph(tokens: 5, past: 10) }
        == "5 tokens after 10 are not within 1 to 14, what the model takes: cut the text")
    #expect(words { _ = try model.graph(tokens: .max, past: 1) }?.contains("are not within 1 to 14") == true)
    #expect(
      words { _ = try model.inputs(for: [1, 20]) }
        == "token 1 is 20, outside 0 to 19: use the model's own tokenizer")
    #expect(
      words { _ = try model.graph(tokens: 1, outputs: ["pooled"]) }?
        .hasPrefix("the model has no output \"pooled\"; it has keys.0, values.0, keys.1") == true)
    let encoder = try SmallModel("bert").load()
    #expect(words { _ = try Generation(encoder) } == "generation is not for an encoder")
    #expect(words { _ = try encoder.graph(tokens: 1, past: 1) } == "a past is not for an encoder")
    #expect(
      words { _ = try SmallModel("vit").load().graph(tokens: 3) } == "a number of tokens is not for a vision encoder")
  }
}
