import Foundation
import Models

extension TransformerModel {
  /// A BERT with uniform random weights of usual spread, for machines that are measured without trained weights: what it
  /// computes means nothing.
  ///
  /// - Throws: What writing its folder of a configuration and weights, and reading it again, says.
  public static func randomBERT(
    hidden: Int, layers: Int, heads: Int, feedForward: Int, vocabulary: Int = 256, tokens: Int = 128, seed: UInt64 = 1
  ) throws -> TransformerModel {
    var shapes: [(name: String, shape: [Int])] = []
    func norm(_ name: String) { shapes += [(name + ".weight", [hidden]), (name + ".bias", [hidden])] }
    func linear(_ name: String, _ outputs: Int, _ inputs: Int) {
      shapes += [(name + ".weight", [outputs, inputs]), (name + ".bias", [outputs])]
    }
    for (table, rows) in [("word", vocabulary), ("position", tokens), ("token_type", 2)] {
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
    var state = seed
    func next() -> Float {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Float(state >> 40) / 8_388_608 - 1
    }
    var (entries, data): ([String], [UInt8]) = ([], [])
    for (name, shape) in shapes {
      let isScale = shape.count == 1 && name.hasSuffix("LayerNorm.weight")
      let spread = shape.count == 1 ? 0.1 : name.contains("embeddings") ? 1 : 1.7 / Float(shape[1]).squareRoot()
      let start = data.count
      for _ in 0..<shape.reduce(1, *) {
        let value = (isScale ? 1 : 0) + spread * next()
        withUnsafeBytes(of: value.bitPattern.littleEndian) { data += Array($0) }
      }
      entries.append("\"\(name)\":{\"dtype\":\"F32\",\"shape\":\(shape),\"data_offsets\":[\(start),\(data.count)]}")
    }
    let configuration = """
      {"model_type":"bert","hidden_size":\(hidden),"num_hidden_layers":\(layers),"num_attention_heads":\(heads),\
      "intermediate_size":\(feedForward),"vocab_size":\(vocabulary),"max_position_embeddings":\(tokens),\
      "type_vocab_size":2,"hidden_act":"gelu","layer_norm_eps":1e-12}
      """
    let header = Array("{\(entries.joined(separator: ","))}".utf8)
    let length = withUnsafeBytes(of: UInt64(header.count).littleEndian) { Array($0) }
    let folder = FileManager.default.temporaryDirectory.appending(path: "random-bert-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try Data(configuration.utf8).write(to: folder.appending(path: "config.json"))
    try Data(length + header + data).write(to: folder.appending(path: "model.safetensors"))
    return try TransformerModel(directory: folder)
  }
}
