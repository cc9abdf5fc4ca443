/// The values of a model's trained tensors, in binary32.
public struct ModelParameters: Sendable {
  private var tensors: [String: Tensor<Float>] = [:]

  /// Starts without parameters.
  public init() {}

  /// The values of a parameter.
  public subscript(name: String) -> Tensor<Float>? {
    get { tensors[name] }
    set { tensors[name] = newValue }
  }

  /// The names, in alphabetical order.
  public var names: [String] { tensors.keys.sorted() }

  /// The number of trained values.
  public var count: Int { tensors.values.reduce(0) { $0 + $1.elements.count } }

  func values(_ parameter: ModelParameter) throws(GraphError.Reason) -> Tensor<Float> {
    guard let tensor = tensors[parameter.name] else { throw .missingParameter(parameter.name) }
    guard tensor.shape == parameter.shape else {
      throw .parameterShape(parameter.name, expected: parameter.shape, found: tensor.shape)
    }
    return tensor
  }
}
