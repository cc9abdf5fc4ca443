import Foundation
import Transformer

/// A model folder with random parameters: hidden 8, two heads, two layers, intermediate 12 by default.
struct TinyModel {
  var configuration = [
    "model_type": "\"bert\"", "hidden_size": "8", "num_hidden_layers": "2", "num_attention_heads": "2",
    "vocab_size": "12", "max_position_embeddings": "10", "type_vocab_size": "2",
    "hidden_act": "\"gelu\"",
  ]
  var vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a", "b", "c", "##a", "##b", "dog", "cat"]
  /// The shape of each tensor.
  var shapes: [String: [Int]] = [
    "embeddings.word_embeddings.weight": [12, 8], "embeddings.position_embeddings.weight": [10, 8],
    "embeddings.token_type_embeddings.weight": [2, 8], "embeddings.LayerNorm.weight": [8],
    "embeddings.LayerNorm.bias": [8],
  ]
  var prefix = ""
  /// What replaces the random values of a tensor.
  var values: [String: [Float]] = [:]

  init(intermediate: Int = 12) {
    configuration["intermediate_size"] = "\(intermediate)"
    for layer in 0..<2 {
      let name = "encoder.layer.\(layer)."
      for (part, outputs, inputs) in [
        ("attention.self.query", 8, 8), ("attention.self.key", 8, 8), ("attention.self.value", 8, 8),
        ("attention.output.dense", 8, 8), ("intermediate.dense", intermediate, 8), ("output.dense", 8, intermediate),
      ] {
        shapes[name + part + ".weight"] = [outputs, inputs]
        shapes[name + part + ".bias"] = [outputs]
      }
      for part in ["attention.output.LayerNorm", "output.LayerNorm"] {
        shapes[name + part + ".weight"] = [8]
        shapes[name + part + ".bias"] = [8]
      }
    }
  }

  /// Writes the folder, lends it, and removes it.
  func withDirectory<Value>(_ body: (URL) throws -> Value) throws -> Value {
    let folder = FileManager.default.temporaryDirectory.appending(path: "tiny-model-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let fields = configuration.map { "\"\($0.key)\": \($0.value)" }.joined(separator: ",")
    try Data("{\(fields)}".utf8).write(to: folder.appending(path: "config.json"))
    try Data(vocabulary.joined(separator: "\n").utf8).write(to: folder.appending(path: "vocab.txt"))
    var generator = SeededGenerator(seed: 7)
    var file = SafetensorsFile()
    for (name, shape) in shapes.sorted(by: { $0.key < $1.key }) {
      let count = shape.reduce(1, *)
      let random = (0..<count).map { _ in Float.random(in: -1...1, using: &generator) }
      let bytes = SafetensorsFile.bytes(of: (values[name] ?? random).map(\.bitPattern))
      file.add(prefix + name, "F32", shape, bytes)
    }
    try Data(file.bytes).write(to: folder.appending(path: "model.safetensors"))
    return try body(folder)
  }

  func load() throws -> EncoderModel { try withDirectory { try EncoderModel(directory: $0) } }
}
