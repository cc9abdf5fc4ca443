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
  /// Tensors beside those of the model, without the prefix.
  var extra: [String: [Int]] = [:]
  /// The name of a tensor in the file.
  var rename: (String) -> String = { $0 }
  var elementType = "F32"
  /// Changes the bytes of a tensor.
  var patch: (String, inout [UInt8]) -> Void = { _, _ in }
  /// The number of files that the tensors are spread over.
  var shards = 1
  /// Files beside those of the model.
  var files: [String: String] = [:]

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
    for (name, text) in files { try Data(text.utf8).write(to: folder.appending(path: name)) }
    try writeTensors(to: folder)
    return try body(folder)
  }

  private func writeTensors(to folder: URL) throws {
    var generator = SeededGenerator(seed: 7)
    var parts = Array(repeating: SafetensorsFile(), count: shards)
    var places: [String] = []
    let all = shapes.map { (prefix + rename($0.key), $0.key, $0.value) } + extra.map { ($0.key, $0.key, $0.value) }
    for (number, (name, key, shape)) in all.sorted(by: { $0.1 < $1.1 }).enumerated() {
      let random = (0..<shape.reduce(1, *)).map { _ in Float.random(in: -1...1, using: &generator) }
      var bytes = encoded(values[key] ?? random)
      patch(key, &bytes)
      parts[number % shards].add(name, elementType, shape, bytes)
      places.append("\"\(name)\":\"\(file(number % shards))\"")
    }
    for (number, part) in parts.enumerated() {
      try Data(part.bytes).write(to: folder.appending(path: file(number)))
    }
    if shards > 1 {
      try Data("{\"weight_map\":{\(places.joined(separator: ","))}}".utf8)
        .write(to: folder.appending(path: "model.safetensors.index.json"))
    }
  }

  private func file(_ number: Int) -> String {
    shards == 1 ? "model.safetensors" : "model-\(number + 1)-of-\(shards).safetensors"
  }

  /// Values in the element type; numbers of F16 must be normal there, integers are cut.
  private func encoded(_ values: [Float]) -> [UInt8] {
    switch elementType {
    case "F64": SafetensorsFile.bytes(of: values.map { Double($0).bitPattern })
    case "BF16": SafetensorsFile.bytes(of: values.map { UInt16($0.bitPattern >> 16) })
    case "F16":
      SafetensorsFile.bytes(
        of: values.map {
          UInt16($0.bitPattern >> 16 & 0x8000) | UInt16(($0.bitPattern & 0x7FFF_FFFF) >> 13 &- 112 << 10)
        })
    case "I32": SafetensorsFile.bytes(of: values.map { Int32($0) })
    case "I8", "U8", "BOOL": values.map { UInt8(abs($0)) }
    default: SafetensorsFile.bytes(of: values.map(\.bitPattern))
    }
  }

  func load() throws -> EncoderModel { try withDirectory { try EncoderModel(directory: $0) } }
}
