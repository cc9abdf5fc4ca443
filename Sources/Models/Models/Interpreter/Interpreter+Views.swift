extension Interpreter {
  /// The result of a view: elements in another order.
  static func moved<Element>(_ tensors: [Tensor<Element>], _ node: Graph.Node) -> Tensor<Element> {
    switch node.operation {
    case .slice(let axis, let range): sliced(tensors[0], axis, range, node.shape)
    case .transpose(let order): transposed(tensors[0], order, node.shape)
    case .concatenate(let axis): joined(tensors, axis, node.shape)
    default: Tensor(unchecked: node.shape, tensors[0].elements)
    }
  }

  /// The rows of a table with given numbers.
  static func rows(_ numbers: [Int32], of table: Tensor<Float>, _ shape: [Int]) -> Tensor<Float> {
    let columns = table.shape[1]
    var elements: [Float] = []
    elements.reserveCapacity(numbers.count * columns)
    for number in numbers { elements += table.elements[Int(number) * columns..<(Int(number) + 1) * columns] }
    return Tensor(unchecked: shape, elements)
  }

  private static func sliced<Element>(
    _ tensor: Tensor<Element>, _ axis: Int, _ range: Range<Int>, _ shape: [Int]
  ) -> Tensor<Element> {
    let inner = tensor.shape[(axis + 1)...].reduce(1, *)
    let outer = tensor.shape[..<axis].reduce(1, *)
    var elements: [Element] = []
    elements.reserveCapacity(outer * range.count * inner)
    for index in 0..<outer {
      let start = index * tensor.shape[axis] * inner
      elements += tensor.elements[start + range.lowerBound * inner..<start + range.upperBound * inner]
    }
    return Tensor(unchecked: shape, elements)
  }

  private static func joined<Element>(_ tensors: [Tensor<Element>], _ axis: Int, _ shape: [Int]) -> Tensor<Element> {
    let outer = shape[..<axis].reduce(1, *)
    var elements: [Element] = []
    elements.reserveCapacity(shape.reduce(1, *))
    for index in 0..<outer {
      for tensor in tensors {
        let run = tensor.elements.count / outer
        elements += tensor.elements[index * run..<(index + 1) * run]
      }
    }
    return Tensor(unchecked: shape, elements)
  }

  private static func transposed<Element>(_ tensor: Tensor<Element>, _ order: [Int], _ shape: [Int]) -> Tensor<Element>
  {
    var strides = [Int](repeating: 1, count: tensor.shape.count)
    for axis in strides.indices.dropLast().reversed() { strides[axis] = strides[axis + 1] * tensor.shape[axis + 1] }
    let steps = order.map { strides[$0] }
    // Axes at the end that stay in place move as one run.
    var run = 1
    var axes = shape.count
    while axes > 0, order[axes - 1] == axes - 1 {
      run *= shape[axes - 1]
      axes -= 1
    }
    var elements: [Element] = []
    elements.reserveCapacity(tensor.elements.count)
    var index = [Int](repeating: 0, count: axes)
    var start = 0
    while elements.count < tensor.elements.count {
      elements += tensor.elements[start..<start + run]
      var axis = axes - 1
      while axis >= 0 {
        index[axis] += 1
        start += steps[axis]
        if index[axis] < shape[axis] { break }
        start -= steps[axis] * shape[axis]
        index[axis] = 0
        axis -= 1
      }
      if axis < 0 { break }
    }
    return Tensor(unchecked: shape, elements)
  }
}
