extension Graph: CustomStringConvertible {
  /// A line for each node: name, shape, operation, what it reads, parameters, site.
  ///
  ///     layer.0.attention.query  [8, 384]  linear(embeddings.norm; query.weight 384x384, query.bias 384)  @q0
  public var description: String {
    var lines = ["\(name): \(nodes.count) nodes, \(multiplications) multiplications"]
    for node in nodes {
      let reads = node.inputs.map { self[$0].name }.joined(separator: ", ")
      let parameters = node.operation.parameters
        .map { "\($0.name) \($0.shape.map(String.init).joined(separator: "x"))" }.joined(separator: ", ")
      var inside = [reads, parameters, node.operation.constants].filter { !$0.isEmpty }.joined(separator: "; ")
      if case .index(let below) = node.element { inside += inside.isEmpty ? "below \(below)" : "; below \(below)" }
      lines.append(
        "\(node.name)  \(node.shape)  \(node.operation.word)(\(inside))" + (node.site.map { "  @\($0)" } ?? ""))
    }
    for output in outputs { lines.append("output \(output.name) = \(self[output.value].name)") }
    return lines.joined(separator: "\n") + "\n"
  }
}

extension GraphOperation {
  /// The numbers that belong to an operation, in words.
  var constants: String {
    switch self {
    case .matmul(_, let scale): scale == 1 ? "" : "scale \(scale)"
    case .softmax(.causal(let past)): past == 0 ? "causal" : "causal after \(past)"
    case .softmax(.columns): "masked"
    case .layerNorm(_, _, let epsilon), .rmsNorm(_, let epsilon): "epsilon \(epsilon)"
    case .scale(let factor): "factor \(factor)"
    case .rotary(let rotary): "base \(rotary.base), from position \(rotary.firstPosition)"
    case .relativeBias(let bias): "up to distance \(bias.maximumDistance)"
    case .slice(let axis, let range): "axis \(axis), \(range.lowerBound) to \(range.upperBound - 1)"
    case .transpose(let order): "\(order)"
    case .concatenate(let axis): "axis \(axis)"
    case .patchEmbedding(_, _, let patch): "patches of \(patch) x \(patch)"
    case .pooling(.first): "first token"
    case .pooling(.mean): "mean"
    case .pooling(.normalizedMean): "mean of length 1"
    default: ""
    }
  }
}
