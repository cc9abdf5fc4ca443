import Models
import Testing
import Transformer

/// Every family and form against `Tests/Reference/models.py`.
struct SmallModelTests {
  private func inputs(_ model: TransformerModel, _ vectors: ModelVectors.Small) throws -> [String: TensorValue] {
    if let shape = model.imageShape {
      return [
        "pixels": .real(try Tensor(shape: shape, elements: SmallModel.values("pixels", count: shape.reduce(1, *))))
      ]
    }
    return try model.inputs(for: vectors.tokens)
  }

  @Test(arguments: ModelVectors.smallModels)
  func `Every family agrees with an independent computation`(vectors: ModelVectors.Small) throws {
    let model = try SmallModel(vectors).load()
    #expect(model.unreadTensors == [])
    let graph = try model.graph(tokens: model.imageShape == nil ? vectors.tokens.count : nil)
    let outputs = try Interpreter(graph, parameters: model.parameters)(inputs(model, vectors))
    for (name, expected) in vectors.outputs {
      let found = try #require(outputs[name]?.real)
      #expect(found.elements.count == expected.count)
      let error = ApproximationError(of: found.elements, reference: expected)
      #expect(error.cosine >= 0.999999 && error.maximum < 1e-4, "\(name): \(error)")
    }
  }

  @Test func `The vectors hold every family`() {
    let names = ModelVectors.smallModels.map(\.name)
    #expect(names.count == 14)
    #expect(
      Set(names).isSuperset(of: ["bert", "roberta", "mpnet", "distilbert", "opt", "llama", "qwen2", "vit", "deit"]))
  }

  /// Token by token over the cache, against the whole sequence at once.
  @Test(arguments: ["gpt2", "opt", "llama", "llama with its own head size, tied", "qwen2"])
  func `A decoder gives the same token by token`(name: String) throws {
    let vectors = try #require(ModelVectors.smallModels.first { $0.name == name })
    let model = try SmallModel(vectors).load()
    var generation = try Generation(model)
    var rows: [Float] = []
    // One token, then three at once, then the rest one by one.
    for part in [vectors.tokens[..<1], vectors.tokens[1..<4]]
      + vectors.tokens[4...].indices.map({ vectors.tokens[$0...$0] })
    {
      rows += try generation.feed(Array(part)).elements
    }
    let width = model.vocabularySize
    let reference = try #require(vectors.outputs["logits"])
    let kept = [0, 3, 4, 5, 6, 7, 8].flatMap { Array(reference[$0 * width..<($0 + 1) * width]) }
    #expect(generation.tokens == vectors.tokens.count)
    #expect(rows.count == kept.count)
    #expect(ApproximationError(of: rows, reference: kept).maximum < 1e-4)
  }

  @Test func `Padding does not change what an encoder sees`() throws {
    for name in ["bert", "roberta", "albert with groups"] {
      let model = try SmallModel(name).load()
      func run(_ tokens: TokenSequence) throws -> [Float] {
        let graph = try model.graph(tokens: tokens.count, outputs: ["embedding"])
        let outputs = try Interpreter(graph, parameters: model.parameters)(model.inputs(for: tokens))
        return try #require(outputs["embedding"]?.real).elements
      }
      let tokens = TokenSequence(ids: [5, 9, 2])
      let error = try ApproximationError(of: run(tokens.padded(to: 7, with: 1)), reference: run(tokens))
      #expect(error.maximum < 1e-6, "\(name)")
    }
  }

  @Test func `Element types and shards give the same model`() throws {
    var small = try SmallModel("bert")
    // Values that bfloat16 holds.
    for (name, shape) in small.shapes {
      small.values[name] = SmallModel.values(name, count: shape.reduce(1, *))
        .map { Float(bitPattern: $0.bitPattern & 0xFFFF_0000) }
    }
    let plain = try small.load().parameters
    small.elementType = "BF16"
    let half = try small.load().parameters
    let names = small.shapes.keys.sorted()
    small.files["model-1.safetensors"] = small.safetensors(Array(names.prefix(9)))
    small.files["model-2.safetensors"] = small.safetensors(Array(names.dropFirst(9)))
    let map = names.enumerated().map { "\"\($1)\":\"model-\($0 < 9 ? 1 : 2).safetensors\"" }
    small.files["model.safetensors.index.json"] = Array("{\"weight_map\":{\(map.joined(separator: ","))}}".utf8)
    let sharded = try small.load().parameters
    #expect(plain.names == half.names && plain.names == sharded.names && plain.count > 4000)
    for name in plain.names {
      #expect(plain[name] == half[name])
      #expect(plain[name] == sharded[name])
    }
  }

  @Test func `Names with and without the prefix of the whole model are read`() throws {
    var small = try SmallModel("bert")
    small.rename = { $0.hasPrefix("bert.") ? String($0.dropFirst(5)) : $0 }
    for name in small.shapes.keys where name.hasPrefix("cls.") || name.contains("pooler") { small.shapes[name] = nil }
    let model = try small.load()
    #expect(model.unreadTensors == [])
    let graph = try model.graph(tokens: 4)
    #expect(graph.outputs.map(\.name) == ["hidden", "embedding"])
    small.shapes["bert.extra"] = [2]
    #expect(try small.load().unreadTensors == ["extra"])
  }
}
