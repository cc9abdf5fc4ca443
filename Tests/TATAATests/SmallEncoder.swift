import Foundation
import Models

/// A BERT of any size, with weights from a seed.
struct SmallEncoder {
  var hidden = 16
  var layers = 2
  var heads = 4
  var feedForward = 24
  var activation = "gelu"
  var maximumTokens = 40
  var vocabulary = 20
  var seed: UInt64 = 1

  private var shapes: [(name: String, shape: [Int])] {
    var shapes: [(String, [Int])] = []
    func norm(_ name: String) {
      shapes += [(name + ".LayerNorm.weight", [hidden]), (name + ".LayerNorm.bias", [hidden])]
    }
    func linear(_ name: String, _ outputs: Int, _ inputs: Int) {
      shapes += [(name + ".weight", [outputs, inputs]), (name + ".bias", [outputs])]
    }
    for (table, rows) in [("word", vocabulary), ("position", maximumTokens), ("token_type", 2)] {
      shapes.append(("embeddings.\(table)_embeddings.weight", [rows, hidden]))
    }
    norm("embeddings")
    for layer in 0..<layers {
      let name = "encoder.layer.\(layer)."
      for part in ["query", "key", "value"] { linear(name + "attention.self." + part, hidden, hidden) }
      linear(name + "attention.output.dense", hidden, hidden)
      norm(name + "attention.output")
      linear(name + "intermediate.dense", feedForward, hidden)
      linear(name + "output.dense", hidden, feedForward)
      norm(name + "output")
    }
    return shapes
  }

  func model() throws -> TransformerModel {
    var random = SeededGenerator(seed: seed)
    var (entries, data): ([String], [UInt8]) = ([], [])
    for (name, shape) in shapes {
      let count = shape.reduce(1, *)
      // Scales of norms are about 1, weights such that sums keep their size.
      let spread = shape.count == 1 ? 0.3 : name.contains("embeddings") ? 1 : 1.7 / Float(shape[1]).squareRoot()
      let values = (0..<count).map { _ in
        (name.hasSuffix("LayerNorm.weight") ? 1 : 0) + Float.random(in: -spread...spread, using: &random)
      }
      let start = data.count
      for value in values { withUnsafeBytes(of: value.bitPattern.littleEndian) { data += Array($0) } }
      entries.append("\"\(name)\":{\"dtype\":\"F32\",\"shape\":\(shape),\"data_offsets\":[\(start),\(data.count)]}")
    }
    let header = Array("{\(entries.joined(separator: ","))}".utf8)
    let length = withUnsafeBytes(of: UInt64(header.count).littleEndian) { Array($0) }
    let configuration = """
      {"model_type":"bert","hidden_size":\(hidden),"num_hidden_layers":\(layers),"num_attention_heads":\(heads),\
      "intermediate_size":\(feedForward),"vocab_size":\(vocabulary),"max_position_embeddings":\(maximumTokens),\
      "type_vocab_size":2,"hidden_act":"\(activation)","layer_norm_eps":1e-12}
      """
    let folder = FileManager.default.temporaryDirectory.appending(path: "small-encoder-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try Data(configuration.utf8).write(to: folder.appending(path: "config.json"))
    try Data(length + header + data).write(to: folder.appending(path: "model.safetensors"))
    return try TransformerModel(directory: folder)
  }
}
