import Transformer

/// Why a node cannot be added to a graph, or a graph cannot be run.
public struct GraphError: Error, Hashable, CustomStringConvertible {
  /// The name of the node.
  public let node: String
  /// What is wrong with it.
  public let reason: Reason

  /// What can be wrong with a node.
  public enum Reason: Error, Hashable, Sendable {
    /// Another node has this name.
    case sameName
    /// The operation reads another number of tensors.
    case inputs(operation: String, expected: String, found: Int)
    /// The operation needs indices, or real numbers.
    case element(operation: String, expected: String)
    /// A tensor has an extent that does not fit; what was asked for.
    case shape(operation: String, found: [[Int]], expected: String)
    /// An extent is not positive, or the elements are too many to count.
    case extents([Int])
    /// A constant of the operation cannot be.
    case constant(String)
    /// The input was not given.
    case missingInput
    /// The input has another shape.
    case inputShape(expected: [Int], found: [Int])
    /// The input is of the other kind of element.
    case inputElement(expected: String)
    /// An index is outside its range.
    case index(position: Int, value: Int32, below: Int)
    /// A parameter is not there.
    case missingParameter(String)
    /// A parameter has another shape than the graph says.
    case parameterShape(String, expected: [Int], found: [Int])
    /// A row has the variance 0 and nothing is added to it.
    case variance(row: Int)
  }

  /// The node, what is wrong, and what to give instead.
  public var description: String { "node \"\(printable(node))\": \(reason.description)" }
}

extension GraphError.Reason: CustomStringConvertible {
  /// What is wrong, and what to give instead.
  public var description: String {
    switch self {
    case .sameName: "another node has the same name: give each node its own"
    case .inputs(let operation, let expected, let found):
      "\(operation) reads \(expected), not \(found)"
    case .element(let operation, let expected): "\(operation) needs \(expected)"
    case .shape(let operation, let found, let expected):
      "\(operation) of \(found.map { "\($0)" }.joined(separator: " and ")): \(expected)"
    case .extents(let shape): "the shape \(shape) is not one of positive extents with at most 2^40 elements"
    case .constant(let words): words
    case .missingInput: "the input is not given"
    case .inputShape(let expected, let found): "the input has the shape \(found); the graph asks for \(expected)"
    case .inputElement(let expected): "the input must hold \(expected)"
    case .index(let position, let value, let below):
      "element \(position) of the input is \(value), outside 0 to \(below - 1)"
    case .missingParameter(let name): "the parameter \"\(printable(name))\" has no values: load the model's weights"
    case .parameterShape(let name, let expected, let found):
      "the parameter \"\(printable(name))\" has the shape \(found); the graph asks for \(expected)"
    case .variance(let row):
      "row \(row) has the variance 0 and epsilon is 0, so that the result is no number: use an epsilon above 0"
    }
  }
}
