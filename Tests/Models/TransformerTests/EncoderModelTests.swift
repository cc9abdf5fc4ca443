import Foundation
import TestFiles
import Testing
import Transformer

@Suite struct EncoderModelTests {
  /// What `Tests/Reference/embeddings.py` computed in binary64.
  private struct Vectors: Decodable {
    struct Row: Decodable {
      var text: String
      var embedding: [Float]
    }
    var embeddings: [Row]
    var probedText: String
    /// For each layer and site: four elements and the sum of all.
    var probes: [[String: [Double]]]
  }

  @Test func `Sentence embeddings of the real model agree with an independent computation`() throws {
    let model = try RealModel.load()
    let vectors = try Checkout.vectors("embeddings.json", as: Vectors.self)
    #expect(vectors.embeddings.count == 9)
    for row in vectors.embeddings {
      let embedding = try model.forward(model.tokenizer.encode(row.text)).embedding
      let error = ApproximationError(of: embedding, reference: row.embedding)
      #expect(error.cosine >= 0.99999 && error.maximum < 1e-5, "\(row.text): \(error)")
    }
  }

  @Test func `Every site of every layer agrees with an independent computation`() throws {
    let model = try RealModel.load()
    let vectors = try Checkout.vectors("embeddings.json", as: Vectors.self)
    let trace = try model.forward(model.tokenizer.encode(vectors.probedText))
    #expect(trace.layers.count == 6 && vectors.probes.count == 6)
    for (layer, probes) in zip(trace.layers, vectors.probes) {
      #expect(Set(probes.keys) == Set(ActivationSite.allCases.map(\.rawValue)))
      for site in ActivationSite.allCases {
        let matrix = layer[site]
        let (rows, columns) = (matrix.rows, matrix.columns)
        let found = [
          matrix[0, 0], matrix[0, 1], matrix[1, 0], matrix[rows - 1, columns - 1], matrix[rows - 1, 0],
        ]
        let expected = try #require(probes[site.rawValue])
        for (value, reference) in zip(found, expected) {
          #expect(abs(Double(value) - reference) < 2e-5 * max(1, abs(reference)), "\(site)")
        }
        let sum = matrix.elements.reduce(0.0) { $0 + Double($1) }
        #expect(abs(sum - expected[5]) < 2e-5 * Double(matrix.elements.count).squareRoot() * 10, "\(site)")
      }
    }
  }

  @Test func `Padding does not change what attention sees`() throws {
    let model = try TinyModel().load()
    let tokens = try model.tokenizer.encode("dog a cat")
    let plain = try model.forward(tokens)
    let padded = try model.forward(tokens.padded(to: 9))
    #expect(ApproximationError(of: padded.embedding, reference: plain.embedding).maximum < 1e-6)
    let probabilities = padded.layers[0][.probabilities]
    for row in 0..<probabilities.rows {
      #expect(probabilities[row: row].suffix(4).allSatisfy { $0 == 0 })
      #expect(abs(probabilities[row: row].reduce(0, +) - 1) < 1e-6)
    }
    let unseen = try model.forward(TokenSequence(ids: []).padded(to: 3))
    #expect(unseen.embedding.allSatisfy { $0 == 0 })
  }

  @Test func `The segment of a token and the activation function matter`() throws {
    var tiny = TinyModel()
    let model = try tiny.load()
    let pair = try model.forward(model.tokenizer.encode("dog", pair: "cat"))
    #expect(pair.tokens.typeIds == [0, 0, 0, 1, 1])
    let single = try model.forward(TokenSequence(ids: pair.tokens.ids))
    #expect(ApproximationError(of: single.embedding, reference: pair.embedding).maximum > 1e-3)
    let sums = single.layers[0][.feedForwardSum].elements
    #expect(single.layers[0][.feedForwardHidden].elements.contains { $0 < 0 })
    for (name, function) in [
      ("gelu_new", { (x: Float) in 0.5 * x * (1 + tanh(0.79788456 * (x + 0.044715 * x * x * x))) }),
      ("relu", { (x: Float) in max(0, x) }),
    ] {
      tiny.configuration["hidden_act"] = "\"\(name)\""
      let hidden = try tiny.load().forward(single.tokens).layers[0][.feedForwardHidden].elements
      for (value, sum) in zip(hidden, sums) { #expect(abs(value - function(sum)) < 1e-6) }
    }
  }

  @Test func `A sequence that the model cannot take is refused`() throws {
    let model = try TinyModel().load()
    #expect(model.tokenizer.maximumLength == 10)
    #expect(throws: EncoderModelError.length(0, maximum: 10)) { try model.forward(TokenSequence(ids: [])) }
    #expect(throws: EncoderModelError.length(11, maximum: 10)) {
      try model.forward(TokenSequence(ids: Array(repeating: 1, count: 11)))
    }
    #expect(throws: EncoderModelError.token(position: 1, id: 12, type: 0)) {
      try model.forward(TokenSequence(ids: [1, 12]))
    }
    #expect(throws: EncoderModelError.token(position: 0, id: -1, type: 0)) {
      try model.forward(TokenSequence(ids: [-1]))
    }
  }

  @Test func `A tensor that is missing or wrongly shaped is named with its shapes`() throws {
    var tiny = TinyModel()
    tiny.shapes["encoder.layer.1.output.dense.weight"] = [12, 8]
    let wrong = EncoderModelError.shape(
      tensor: "encoder.layer.1.output.dense.weight", expected: [8, 12], found: [12, 8])
    #expect(throws: wrong) { try tiny.load() }
    tiny.shapes["encoder.layer.1.output.dense.weight"] = nil
    #expect(throws: EncoderModelError.missingTensor("encoder.layer.1.output.dense.weight")) { try tiny.load() }
    #expect(
      "\(wrong)" == "tensor \"encoder.layer.1.output.dense.weight\" has the shape [12, 8]; config.json asks for [8, 12]"
    )
    // The first layer alone does not need it.
    let first = try tiny.withDirectory { try EncoderModel(directory: $0, layers: 1) }
    #expect(first.layers.count == 1)
    #expect(throws: EncoderModelError.layers(asked: 3, model: 2)) {
      try TinyModel().withDirectory { try EncoderModel(directory: $0, layers: 3) }
    }
  }

  @Test func `Files that belong to two models are refused`() throws {
    var tiny = TinyModel()
    tiny.vocabulary.append("more")
    #expect(throws: EncoderModelError.vocabulary(tokenizer: 13, model: 12)) { try tiny.load() }
    let nowhere = URL(fileURLWithPath: "/nonexistent")
    #expect(throws: EncoderModelError.configuration(.file(ModelFileError(file: "config.json", reason: .missing)))) {
      try EncoderModel(directory: nowhere)
    }
  }
}
