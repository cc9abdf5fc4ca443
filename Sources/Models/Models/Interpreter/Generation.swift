/// A decoder that is fed tokens and keeps their keys and values, so that each token is computed once.
///
///     var generation = try Generation(model)
///     let tokens = try generation.generate(after: [2, 60, 61], count: 8)
public struct Generation: Sendable {
  /// The decoder.
  public let model: TransformerModel
  /// The number of tokens that it has seen.
  public private(set) var tokens = 0
  private var cache: [String: TensorValue] = [:]

  /// Starts with an empty cache.
  ///
  /// - Throws: ``ModelError/kind(asked:found:)`` for a model that is no decoder.
  public init(_ model: TransformerModel) throws(ModelError) {
    guard model.architecture.kind == .decoder else {
      throw .kind(asked: "generation", found: model.architecture.kind.rawValue)
    }
    self.model = model
  }

  /// Runs the decoder over more tokens, and gives the scores of what follows them, 1 × vocabulary.
  ///
  /// - Throws: ``ModelError`` when a token does not exist or the sequence is too long; what was fed before stays.
  public mutating func feed(_ ids: [Int32]) throws(ModelError) -> Tensor<Float> {
    var names = ["lastLogits"]
    for layer in 0..<model.layers { names += ["keys.\(layer)", "values.\(layer)"] }
    let graph = try model.graph(tokens: ids.count, past: tokens, outputs: names)
    var inputs = try model.inputs(for: ids, past: tokens)
    inputs.merge(cache) { given, _ in given }
    var outputs: [String: TensorValue]
    do throws(GraphError) {
      outputs = try Interpreter(graph, parameters: model.parameters)(inputs)
    } catch { throw .graph(error) }
    guard let scores = outputs.removeValue(forKey: "lastLogits")?.real else {
      throw .noOutput("lastLogits", available: graph.outputs.map(\.name))
    }
    cache = [:]
    for (name, value) in outputs { cache["past." + name] = value }
    tokens += ids.count
    return scores
  }

  /// Feeds a prompt, then the likeliest token again and again; of equal ones the first.
  ///
  /// - Throws: ``ModelError`` when the sequence gets too long.
  public mutating func generate(after prompt: [Int32], count: Int) throws(ModelError) -> [Int32] {
    var generated: [Int32] = []
    var next = prompt
    while generated.count < count {
      let best = Interpreter.argmax(try feed(next), [1]).elements[0]
      generated.append(best)
      next = [best]
    }
    return generated
  }
}
