/// Runs a graph in binary32: the meaning of a model before it is quantised.
///
/// Sums of norms, softmax and pooling are in binary64, products in binary32.
public struct Interpreter: Sendable {
  /// The graph.
  public let graph: Graph
  /// The values of its parameters.
  public let parameters: ModelParameters

  /// Takes a graph and the values of its parameters.
  public init(_ graph: Graph, parameters: ModelParameters) {
    self.graph = graph
    self.parameters = parameters
  }

  /// Computes the outputs for given inputs.
  ///
  /// - Parameters:
  ///   - inputs: A tensor for each input of the graph.
  ///   - observe: told of every result that is computed, in the order of the nodes.
  /// - Throws: ``GraphError`` when an input or a parameter is missing or does not fit.
  public func callAsFunction(
    _ inputs: [String: TensorValue], observe: (Graph.Node, TensorValue) -> Void = { _, _ in }
  ) throws(GraphError) -> [String: TensorValue] {
    // What nobody reads any more is dropped.
    var lastReader = Array(graph.nodes.indices)
    for (index, node) in graph.nodes.enumerated() { for input in node.inputs { lastReader[input.index] = index } }
    for output in graph.outputs { lastReader[output.value.index] = graph.nodes.count }
    var values = [TensorValue?](repeating: nil, count: graph.nodes.count)
    for (index, node) in graph.nodes.enumerated() {
      do throws(GraphError.Reason) {
        let result = try run(node, node.inputs.map { values[$0.index] ?? .indices([]) }, inputs)
        observe(node, result)
        values[index] = result
      } catch { throw GraphError(node: node.name, reason: error) }
      for input in node.inputs where lastReader[input.index] == index { values[input.index] = nil }
    }
    var outputs: [String: TensorValue] = [:]
    for output in graph.outputs { outputs[output.name] = values[output.value.index] }
    return outputs
  }

  private func run(
    _ node: Graph.Node, _ operands: [TensorValue], _ inputs: [String: TensorValue]
  ) throws(GraphError.Reason) -> TensorValue {
    if node.operation == .input { return try Self.checked(inputs[node.name], for: node) }
    if node.operation.isView, case .index = operands.first {
      return .index(Self.moved(operands.compactMap(\.index), node))
    }
    let reals = operands.compactMap(\.real)
    switch node.operation {
    case .parameter(let parameter): return .real(try parameters.values(parameter))
    case .embedding(let table):
      return .real(Self.rows(operands[0].index?.elements ?? [], of: try parameters.values(table), node.shape))
    case .linear(let weights, let bias):
      return .real(
        Self.linear(
          reals[0], try parameters.values(weights), try bias.map(parameters.values), node.shape))
    case .matmul(let transposes, let scale):
      return .real(Self.product(reals[0], reals[1], transposes: transposes, scale: scale, node.shape))
    case .softmax(let mask):
      return .real(Self.softmax(reals[0], mask, seen: operands.count > 1 ? operands[1].index?.elements : nil))
    case .layerNorm(let scale, let shift, let epsilon):
      return .real(
        try Self.layerNorm(reals[0], try scale.map(parameters.values), try shift.map(parameters.values), epsilon))
    case .rmsNorm(let scale, let epsilon):
      return .real(try Self.rmsNorm(reals[0], try parameters.values(scale), epsilon))
    case .activation(let function): return .real(Self.apply(function, to: reals[0]))
    case .add: return .real(Self.combined(reals[0], reals[1], adds: true))
    case .multiply: return .real(Self.combined(reals[0], reals[1], adds: false))
    case .scale(let factor): return .real(Self.scaled(reals[0], by: factor))
    case .rotary(let rotary): return .real(Self.rotated(reals[0], rotary))
    case .relativeBias(let bias): return .real(Self.relativeBias(bias, try parameters.values(bias.table)))
    case .reshape, .slice, .transpose, .concatenate: return .real(Self.moved(reals, node))
    case .patchEmbedding(let weights, let bias, let patch):
      let patches = Self.patches(reals[0], patch)
      return .real(
        Self.linear(patches, try parameters.values(weights), try bias.map(parameters.values), node.shape))
    case .pooling(let pooling):
      return .real(Self.pooled(reals[0], pooling, seen: operands.count > 1 ? operands[1].index?.elements : nil))
    case .argmax: return .index(Self.argmax(reals[0], node.shape))
    case .input: throw .missingInput
    }
  }

  static func checked(
    _ operand: TensorValue?, for node: Graph.Node
  ) throws(GraphError.Reason) -> TensorValue {
    guard let operand else { throw .missingInput }
    guard operand.shape == node.shape else { throw .inputShape(expected: node.shape, found: operand.shape) }
    switch (operand, node.element) {
    case (.real, .real): break
    case (.index(let tensor), .index(let below)):
      if let place = tensor.elements.firstIndex(where: { $0 < 0 || Int($0) >= below }) {
        throw .index(position: place, value: tensor.elements[place], below: below)
      }
    case (_, .real): throw .inputElement(expected: "real numbers")
    case (_, .index): throw .inputElement(expected: "indices")
    }
    return operand
  }
}
