import Foundation
import Models
import Transformer

/// A BERT of any size, with weights from a seed.
struct SmallBERT: CustomStringConvertible {
  var hidden = 16
  var layers = 2
  var heads = 4
  var feedForward = 24
  var activation = "gelu"
  var maximumTokens = 40
  var vocabulary = 20
  var seed: UInt64 = 1

  var description: String { "\(layers) layers, \(hidden)/\(heads)/\(feedForward), \(activation)" }

  private var shapes: [(name: String, shape: [Int])] {
    var shapes: [(String, [Int])] = []
    func norm(_ name: String) { shapes += [(name + ".weight", [hidden]), (name + ".bias", [hidden])] }
    func linear(_ name: String, _ outputs: Int, _ inputs: Int) {
      shapes += [(name + ".weight", [outputs, inputs]), (name + ".bias", [outputs])]
    }
    for (table, rows) in [("word", vocabulary), ("position", maximumTokens), ("token_type", 2)] {
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
    return shapes
  }

  func model() throws -> TransformerModel {
    var random = SeededNumbers(seed: seed)
    var (entries, data): ([String], [UInt8]) = ([], [])
    for (name, shape) in shapes {
      let isNorm = shape.count == 1 && name.hasSuffix(".weight")
      let spread = shape.count == 1 ? 0.3 : name.contains("embeddings") ? 1 : 1.7 / Float(shape[1]).squareRoot()
      let start = data.count
      for _ in 0..<shape.reduce(1, *) {
        let value = (isNorm ? 1 : 0) + Float.random(in: -spread...spread, using: &random)
        withUnsafeBytes(of: value.bitPattern.littleEndian) { data += Array($0) }
      }
      entries.append("\"\(name)\":{\"dtype\":\"F32\",\"shape\":\(shape),\"data_offsets\":[\(start),\(data.count)]}")
    }
    let configuration = """
      {"model_type":"bert","hidden_size":\(hidden),"num_hidden_layers":\(layers),"num_attention_heads":\(heads),\
      "intermediate_size":\(feedForward),"vocab_size":\(vocabulary),"max_position_embeddings":\(maximumTokens),\
      "type_vocab_size":2,"hidden_act":"\(activation)","layer_norm_eps":1e-12}
      """
    let header = Array("{\(entries.joined(separator: ","))}".utf8)
    let length = withUnsafeBytes(of: UInt64(header.count).littleEndian) { Array($0) }
    let folder = FileManager.default.temporaryDirectory.appending(path: "small-bert-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try Data(configuration.utf8).write(to: folder.appending(path: "config.json"))
    try Data(length + header + data).write(to: folder.appending(path: "model.safetensors"))
    return try TransformerModel(directory: folder)
  }

  /// Sequences of random words, the last tokens padding.
  func sequence(_ tokens: Int, padding: Int = 0, seed: UInt64) -> TokenSequence {
    var random = SeededNumbers(seed: seed)
    let ids = (0..<tokens - padding).map { _ in Int32.random(in: 0..<Int32(vocabulary), using: &random) }
    return TokenSequence(ids: ids).padded(to: tokens, with: 0)
  }
}

/// Random numbers that repeat: SplitMix64.
struct SeededNumbers: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var word = state
    word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
    return word ^ (word >> 31)
  }
}
