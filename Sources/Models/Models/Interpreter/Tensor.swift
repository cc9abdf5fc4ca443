/// A tensor in row-major order: the last axis is innermost.
public struct Tensor<Element> {
  /// The extents, outermost first; empty for a scalar.
  public let shape: [Int]
  /// The elements.
  public var elements: [Element]

  /// Makes a tensor of elements in row-major order.
  ///
  /// - Throws: ``TensorError/count(shape:found:)`` when the number of elements is not the product of the extents.
  public init(shape: [Int], elements: [Element]) throws(TensorError) {
    var count = 1
    for extent in shape {
      let (product, overflow) = count.multipliedReportingOverflow(by: extent)
      guard extent >= 0, !overflow else { throw .count(shape: shape, found: elements.count) }
      count = product
    }
    guard count == elements.count else { throw .count(shape: shape, found: elements.count) }
    self.init(unchecked: shape, elements)
  }

  init(unchecked shape: [Int], _ elements: [Element]) {
    self.shape = shape
    self.elements = elements
  }

  /// The row of the last axis with this number, counted over all axes before it.
  public subscript(row row: Int) -> ArraySlice<Element> {
    let columns = shape.last ?? 1
    return elements[row * columns..<(row + 1) * columns]
  }
}

extension Tensor: Sendable where Element: Sendable {}
extension Tensor: Equatable where Element: Equatable {}
extension Tensor: Hashable where Element: Hashable {}

/// Why a tensor cannot be made.
public enum TensorError: Error, Hashable, CustomStringConvertible {
  /// The number of elements is not the product of the extents.
  case count(shape: [Int], found: Int)

  /// What is wrong, and what to give instead.
  public var description: String {
    switch self {
    case .count(let shape, let found):
      "a tensor of the shape \(shape) does not have \(found) elements: give the product of the extents"
    }
  }
}

/// A tensor of either kind of element, as it runs through a graph.
public enum TensorValue: Hashable, Sendable {
  /// Real numbers.
  case real(Tensor<Float>)
  /// Indices.
  case index(Tensor<Int32>)

  /// The extents.
  public var shape: [Int] {
    switch self {
    case .real(let tensor): tensor.shape
    case .index(let tensor): tensor.shape
    }
  }

  /// The real numbers, if it holds such.
  public var real: Tensor<Float>? {
    if case .real(let tensor) = self { tensor } else { nil }
  }

  /// The indices, if it holds such.
  public var index: Tensor<Int32>? {
    if case .index(let tensor) = self { tensor } else { nil }
  }

  /// A row of indices.
  public static func indices(_ values: [Int32]) -> TensorValue { .index(Tensor(unchecked: [values.count], values)) }
}
