import Transformer

extension QuantizedModel {
  /// The scores of what follows a token, 1 × vocabulary, from its row of the last layer's output, and the likeliest token, of
  /// equal ones the first: what a host computes behind a machine. As the graph's `lastLogits` and `next`, bit for bit.
  ///
  /// - Throws: ``ModelError/kind(asked:found:)`` for a model without scores of a language.
  public func nextToken(after row: [Float]) throws(ModelError) -> (token: Int32, scores: Tensor<Float>) {
    guard case .language(let projection, let scores) = model.architecture.head else {
      throw .kind(asked: "a next token", found: model.architecture.kind.rawValue)
    }
    var tensor = Tensor(unchecked: [1, row.count], row)
    for layer in [projection, scores].compactMap(\.self) { tensor = try headLayer(layer, tensor, "last") }
    return (Interpreter.argmax(tensor, [1]).elements[0], tensor)
  }

  /// The scores of the classes of an image, 1 × classes, from the last layer's output, tokens × features, and the likeliest
  /// class, of equal ones the first: what a host computes behind a machine. As the graph's `logits` and `class`, bit for bit.
  ///
  /// - Throws: ``ModelError/kind(asked:found:)`` for a model without classes.
  public func imageClass(of hidden: Tensor<Float>) throws(ModelError) -> (number: Int32, scores: Tensor<Float>) {
    guard case .classes(let classifiers) = model.architecture.head else {
      throw .kind(asked: "a class", found: model.architecture.kind.rawValue)
    }
    var total: Tensor<Float>?
    for (index, classifier) in classifiers.enumerated() {
      let scores = try headLayer(
        classifier, Tensor(unchecked: [1, hidden.shape[1]], Array(hidden[row: index])), "head.\(index)")
      total = total.map { QuantizedInterpreter.combined($0, scores) { $0 + $1 } } ?? scores
    }
    guard var total else { throw .kind(asked: "a class", found: "a model without classifiers") }
    if classifiers.count > 1 {
      let factor = QuantizedInterpreter.rounded(1 / Double(Float(classifiers.count)))
      total = QuantizedInterpreter.mapped(total) { $0 * Double(factor) }
    }
    return (Interpreter.argmax(total, [1]).elements[0], total)
  }

  private func headLayer(
    _ layer: Affine, _ input: Tensor<Float>, _ name: String
  ) throws(ModelError) -> Tensor<Float> {
    do throws(GraphError.Reason) {
      let weights = try parameters.values(layer.weights)
      var bias: Tensor<Float>?
      if let parameter = layer.bias { bias = try parameters.values(parameter) }
      return QuantizedInterpreter.product(input, weights, bias, [1, weights.shape[1]])
    } catch { throw .graph(GraphError(node: name, reason: error)) }
  }
}

/// A quantised decoder that is fed tokens and keeps the codes of their keys and values: what a machine with a cache computes,
/// bit for bit.
public struct QuantizedGeneration: Sendable {
  /// The decoder.
  public let model: QuantizedModel
  /// The number of tokens that it has seen.
  public private(set) var tokens = 0
  private var cache: [String: TensorValue] = [:]

  /// Starts with an empty cache.
  ///
  /// - Throws: ``ModelError/kind(asked:found:)`` for a model that is no decoder.
  public init(_ model: QuantizedModel) throws(ModelError) {
    guard model.model.architecture.kind == .decoder else {
      throw .kind(asked: "generation", found: model.model.architecture.kind.rawValue)
    }
    self.model = model
  }

  /// Runs the decoder over more tokens.
  ///
  /// - Returns: the last layer's output, tokens × features, and the token that follows.
  /// - Throws: ``ModelError`` when a token does not exist or the sequence is too long; what was fed before stays.
  public mutating func feed(_ ids: [Int32]) throws(ModelError) -> (hidden: Tensor<Float>, next: Int32) {
    var names = ["hidden", "next"]
    for layer in 0..<model.model.layers { names += ["keys.\(layer)", "values.\(layer)"] }
    let graph = try model.model.graph(tokens: ids.count, past: tokens, outputs: names)
    var inputs = try model.model.inputs(for: ids, past: tokens)
    inputs.merge(cache) { given, _ in given }
    var outputs = try model.run(graph, inputs).outputs
    guard let hidden = outputs.removeValue(forKey: "hidden")?.real,
      let next = outputs.removeValue(forKey: "next")?.index
    else { throw .noOutput("next", available: graph.outputs.map(\.name)) }
    // A code's real number, rounded to bfloat16, has that code again: 127 steps are fewer than its 2^8.
    cache = [:]
    for (name, value) in outputs { cache["past." + name] = value }
    tokens += ids.count
    return (hidden, next.elements[0])
  }
}
