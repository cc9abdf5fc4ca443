import Models
import TestFiles
import Testing
import Transformer

/// The real models against independent computations.
struct RealModelTests {
  @Test func `ALBERT agrees with an independent computation and finds the hidden token`() throws {
    let model = try RealModel.albert.get()
    let vectors = try ModelVectors.all.get().albert
    let graph = try model.graph(tokens: vectors.tokens.count)
    let outputs = try Interpreter(graph, parameters: model.parameters)(model.inputs(for: vectors.tokens))
    let hidden = try #require(outputs["hidden"]?.real)
    let logits = try #require(outputs["logits"]?.real)
    let rows = ApproximationError(of: Array(hidden[row: 0] + hidden[row: 7]), reference: vectors.hidden)
    let scores = ApproximationError(of: Array(logits[row: 7]), reference: vectors.logits)
    #expect(rows.cosine >= 0.99999 && rows.maximum < 1e-3, "\(rows)")
    #expect(scores.cosine >= 0.99999 && scores.maximum < 1e-3, "\(scores)")
    // Acetic acid: the hidden token is the oxygen.
    #expect(vectors.best[7] == vectors.tokens[11])
    for (row, best) in vectors.best.enumerated() {
      let values = Array(logits[row: row])
      #expect(values.firstIndex(of: values.max() ?? 0) == Int(best))
    }
    #expect((750_000..<900_000).contains(model.parameters.count) && model.layers == 12)
  }

  @Test func `GPT-2 agrees with an independent computation and generates the same tokens`() throws {
    let model = try RealModel.gpt2.get()
    let vectors = try ModelVectors.all.get().gpt2
    let graph = try model.graph(tokens: vectors.prompt.count, outputs: ["hidden", "lastLogits"])
    let outputs = try Interpreter(graph, parameters: model.parameters)(model.inputs(for: vectors.prompt))
    func sampled(_ scores: Tensor<Float>) -> [Float] {
      stride(from: 0, to: scores.elements.count, by: vectors.everyLogit).map { scores.elements[$0] }
    }
    let hidden = ApproximationError(
      of: Array(try #require(outputs["hidden"]?.real)[row: vectors.prompt.count - 1]), reference: vectors.hidden)
    let scores = ApproximationError(
      of: sampled(try #require(outputs["lastLogits"]?.real)), reference: vectors.logits)
    #expect(hidden.cosine >= 0.99999, "\(hidden)")
    #expect(scores.cosine >= 0.99999 && scores.maximum < 1e-3, "\(scores)")

    var generation = try Generation(model)
    #expect(try generation.generate(after: vectors.prompt, count: 8) == vectors.generated)
    let last = ApproximationError(
      of: sampled(try generation.feed([vectors.generated[7]])), reference: vectors.lastLogits)
    #expect(last.cosine >= 0.99999 && last.maximum < 1e-3, "\(last)")
  }

  private struct Embeddings: Decodable {
    struct Row: Decodable {
      var text: String
      var embedding: [Float]
    }
    var embeddings: [Row]
  }

  @Test func `MiniLM's embedding is that of an independent computation`() throws {
    let model = try RealModel.minilm.get()
    let tokenizer = try WordPieceTokenizer(directory: Checkout.model("all-MiniLM-L6-v2"))
    let row = try #require(
      try Checkout.vectors("embeddings.json", as: Embeddings.self).embeddings.first { $0.text == "Yes." })
    let tokens = try tokenizer.encode(row.text)
    let graph = try model.graph(tokens: tokens.count, outputs: ["embedding"])
    let outputs = try Interpreter(graph, parameters: model.parameters)(model.inputs(for: tokens))
    let error = ApproximationError(of: try #require(outputs["embedding"]?.real).elements, reference: row.embedding)
    #expect(error.cosine >= 0.99999 && error.maximum < 1e-5, "\(error)")
  }
}
