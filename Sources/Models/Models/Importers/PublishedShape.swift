/// Models whose sizes are published, without their weights: work to measure a machine with.
///
///     let graph = try PublishedShape.bertBase.model().graph(tokens: 128)
public enum PublishedShape: String, Hashable, Sendable, CaseIterable {
  /// BERT with 2 layers of width 128 (Turc et al., 2019).
  case bertTiny = "BERT-tiny"
  /// BERT with 12 layers of width 768 (Devlin et al., 2019).
  case bertBase = "BERT-base"
  /// BERT with 24 layers of width 1024.
  case bertLarge = "BERT-large"
  /// DeiT with 12 layers of width 192, without its teacher's token (Touvron et al., 2021).
  case deitTiny = "DeiT-T"
  /// DeiT with 12 layers of width 384.
  case deitSmall = "DeiT-S"
  /// ViT and DeiT with 12 layers of width 768 (Dosovitskiy et al., 2021).
  case vitBase = "ViT-B"
  /// GPT-2 with 12 layers of width 768 (Radford et al., 2019).
  case gpt2 = "GPT-2"
  /// GPT-2 with 24 layers of width 1024.
  case gpt2Medium = "GPT-2 medium"
  /// OPT with 24 layers of width 2048 (Zhang et al., 2022).
  case opt1B3 = "OPT-1.3B"
  /// TinyLlama: 22 layers of width 2048 with 4 groups of keys and values (Zhang et al., 2024).
  case tinyLlama = "TinyLlama-1.1B"

  /// The model without weights: its graphs have all shapes, and cannot be run.
  ///
  /// - Throws: ``ModelError``, which no case gives.
  public func model() throws(ModelError) -> TransformerModel { try TransformerModel(configuration: Array(json.utf8)) }

  private var json: String {
    switch self {
    case .bertTiny: Self.bert(layers: 2, width: 128, heads: 2)
    case .bertBase: Self.bert(layers: 12, width: 768, heads: 12)
    case .bertLarge: Self.bert(layers: 24, width: 1024, heads: 16)
    case .deitTiny: Self.vit(width: 192, heads: 3)
    case .deitSmall: Self.vit(width: 384, heads: 6)
    case .vitBase: Self.vit(width: 768, heads: 12)
    case .gpt2: Self.gpt2(layers: 12, width: 768, heads: 12)
    case .gpt2Medium: Self.gpt2(layers: 24, width: 1024, heads: 16)
    case .opt1B3:
      """
      {"model_type": "opt", "hidden_size": 2048, "num_hidden_layers": 24, "num_attention_heads": 32, "ffn_dim": 8192,
       "vocab_size": 50272, "max_position_embeddings": 2048}
      """
    case .tinyLlama:
      """
      {"model_type": "llama", "hidden_size": 2048, "num_hidden_layers": 22, "num_attention_heads": 32,
       "num_key_value_heads": 4, "intermediate_size": 5632, "vocab_size": 32000, "max_position_embeddings": 2048}
      """
    }
  }

  private static func bert(layers: Int, width: Int, heads: Int) -> String {
    """
    {"model_type": "bert", "hidden_size": \(width), "num_hidden_layers": \(layers), "num_attention_heads": \(heads),
     "intermediate_size": \(4 * width), "vocab_size": 30522, "max_position_embeddings": 512, "hidden_act": "gelu"}
    """
  }

  private static func vit(width: Int, heads: Int) -> String {
    """
    {"model_type": "vit", "hidden_size": \(width), "num_hidden_layers": 12, "num_attention_heads": \(heads),
     "intermediate_size": \(4 * width), "image_size": 224, "patch_size": 16, "hidden_act": "gelu"}
    """
  }

  private static func gpt2(layers: Int, width: Int, heads: Int) -> String {
    """
    {"model_type": "gpt2", "n_embd": \(width), "n_layer": \(layers), "n_head": \(heads), "vocab_size": 50257,
     "n_positions": 1024}
    """
  }
}
