/// Makes a ``Graph`` node by node; a node whose tensors do not fit is refused where it is added.
///
///     var builder = GraphBuilder()
///     let x = try builder.input("x", shape: [8, 64])
///     let y = try builder.add(.linear(weights, bias: nil), x, named: "y")
///     builder.output(y, named: "y")
///     let graph = builder.graph(named: "a linear layer")
public struct GraphBuilder: Sendable {
  private var nodes: [Graph.Node] = []
  private var names: Set<String> = []
  private var outputs: [Graph.Output] = []

  /// Starts an empty graph.
  public init() {}

  /// Adds a tensor that is given when the graph is run.
  public mutating func input(
    _ name: String, shape: [Int], element: Graph.Element = .real
  ) throws(GraphError) -> Graph.Value {
    try append(.input, [], name, shape, element, nil)
  }

  /// Adds an operation that reads one tensor or several.
  public mutating func add(
    _ operation: GraphOperation, _ inputs: Graph.Value..., named name: String, at site: Graph.Site? = nil
  ) throws(GraphError) -> Graph.Value {
    try add(operation, inputs, named: name, at: site)
  }

  /// Adds an operation that reads one tensor or several.
  public mutating func add(
    _ operation: GraphOperation, _ inputs: [Graph.Value], named name: String, at site: Graph.Site? = nil
  ) throws(GraphError) -> Graph.Value {
    let operands = inputs.map { (nodes[$0.index].shape, nodes[$0.index].element) }
    let result: (shape: [Int], element: Graph.Element)
    do throws(GraphError.Reason) { result = try operation.shape(of: operands) } catch {
      throw GraphError(node: name, reason: error)
    }
    return try append(operation, inputs, name, result.shape, result.element, site)
  }

  private mutating func append(
    _ operation: GraphOperation, _ inputs: [Graph.Value], _ name: String, _ shape: [Int], _ element: Graph.Element,
    _ site: Graph.Site?
  ) throws(GraphError) -> Graph.Value {
    var count = 1
    for extent in shape {
      let (product, overflow) = count.multipliedReportingOverflow(by: extent)
      guard extent > 0, !overflow, product <= 1 << 40 else { throw GraphError(node: name, reason: .extents(shape)) }
      count = product
    }
    if case .index(let below) = element, below < 1 {
      throw GraphError(node: name, reason: .constant("indices below \(below) do not exist"))
    }
    guard names.insert(name).inserted else { throw GraphError(node: name, reason: .sameName) }
    nodes.append(
      Graph.Node(name: name, operation: operation, inputs: inputs, shape: shape, element: element, site: site))
    return Graph.Value(index: nodes.count - 1)
  }

  /// The shape of a node that was added.
  public func shape(_ value: Graph.Value) -> [Int] { nodes[value.index].shape }

  /// Names a result.
  public mutating func output(_ value: Graph.Value, named name: String) {
    outputs.append(Graph.Output(name: name, value: value))
  }

  /// The graph of the nodes so far, without those that no output needs. Inputs stay.
  public func graph(named name: String) -> Graph {
    var isNeeded = nodes.map { $0.operation == .input }
    for output in outputs { isNeeded[output.value.index] = true }
    for index in nodes.indices.reversed() where isNeeded[index] {
      for input in nodes[index].inputs { isNeeded[input.index] = true }
    }
    var places = [Int](repeating: 0, count: nodes.count)
    var kept: [Graph.Node] = []
    for (index, node) in nodes.enumerated() where isNeeded[index] {
      places[index] = kept.count
      kept.append(
        Graph.Node(
          name: node.name, operation: node.operation, inputs: node.inputs.map { Graph.Value(index: places[$0.index]) },
          shape: node.shape, element: node.element, site: node.site))
    }
    return Graph(
      name: name, nodes: kept,
      outputs: outputs.map { Graph.Output(name: $0.name, value: Graph.Value(index: places[$0.value.index])) })
  }
}
