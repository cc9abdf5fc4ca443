import Transformer

/// A model as a graph of operations on tensors, with every shape known.
///
/// Nodes stand in an order in which each comes after what it reads. A graph that exists is valid: ``GraphBuilder`` checks
/// every shape when a node is added. It holds the shapes of parameters, not their values, so that a graph may stand for
/// the work of a model whose weights are not at hand.
public struct Graph: Hashable, Sendable {
  /// What the graph computes, in words: the kind of model and its size.
  public let name: String
  /// The nodes, each after those that it reads.
  public let nodes: [Node]
  /// The named results.
  public let outputs: [Output]

  /// A node of a graph, by its place.
  public struct Value: Hashable, Sendable, Comparable {
    /// The place in ``Graph/nodes``.
    public let index: Int

    /// Earlier nodes come first.
    public static func < (left: Value, right: Value) -> Bool { left.index < right.index }
  }

  /// One operation with its inputs.
  public struct Node: Hashable, Sendable {
    /// The name, such as `layer.0.attention.query`; no two nodes have the same one.
    public let name: String
    /// What is computed.
    public let operation: GraphOperation
    /// The nodes that are read.
    public let inputs: [Value]
    /// The extents of the result, outermost first.
    public let shape: [Int]
    /// What the elements of the result are.
    public let element: Element
    /// Where the result stands in the model, when a quantiser gives it a scale.
    public let site: Site?

    /// The number of elements of the result.
    public var count: Int { shape.reduce(1, *) }
  }

  /// What the elements of a tensor are.
  public enum Element: Hashable, Sendable {
    /// Real numbers.
    case real
    /// Whole numbers from 0, below a bound: tokens, positions, segments, a mask.
    case index(below: Int)
  }

  /// A result of the graph.
  public struct Output: Hashable, Sendable {
    /// Its name.
    public let name: String
    /// The node.
    public let value: Value
  }

  /// A place in a model at which activations are quantised.
  public struct Site: Hashable, Sendable, CustomStringConvertible {
    /// The layer, from 0.
    public let layer: Int
    /// The place in the layer.
    public let place: ActivationSite

    /// Names a place of a layer.
    public init(layer: Int, place: ActivationSite) {
      self.layer = layer
      self.place = place
    }

    /// `x0`: symbol and layer.
    public var description: String { "\(place.rawValue)\(layer)" }
  }

  /// A node by its place.
  public subscript(value: Value) -> Node { nodes[value.index] }

  /// The node of a name.
  public func node(named name: String) -> Node? { nodes.first { $0.name == name } }

  /// The inputs, in the order of the nodes.
  public var inputs: [Node] { nodes.filter { $0.operation == .input } }

  /// The parameters that the graph reads, each once, in the order of their first use.
  public var parameters: [ModelParameter] {
    var seen: Set<String> = []
    return nodes.flatMap(\.operation.parameters).filter { seen.insert($0.name).inserted }
  }

  /// The multiply-accumulate operations of linear layers and matrix products; `Int.max` for more than it holds.
  public var multiplications: Int {
    var total = 0
    for node in nodes {
      let (sum, overflows) = total.addingReportingOverflow(multiplications(of: node))
      if overflows { return .max }
      total = sum
    }
    return total
  }

  /// The multiply-accumulate operations of a node of this graph; `Int.max` for more than it holds.
  public func multiplications(of node: Node) -> Int {
    let inner: Int
    switch node.operation {
    case .linear(let weights, _), .patchEmbedding(let weights, _, _): inner = weights.shape[0]
    case .matmul: inner = self[node.inputs[0]].shape.last ?? 1
    default: return 0
    }
    let (product, overflows) = node.count.multipliedReportingOverflow(by: inner)
    return overflows ? .max : product
  }
}

/// A trained tensor of a model: its name and its shape.
public struct ModelParameter: Hashable, Sendable {
  /// The name under which ``ModelParameters`` holds its values.
  public let name: String
  /// The extents, outermost first.
  public let shape: [Int]

  /// Names a parameter.
  public init(_ name: String, shape: [Int]) {
    self.name = name
    self.shape = shape
  }
}
