extension GraphOperation {
  /// The word for the operation in texts and drawings.
  public var word: String {
    switch self {
    case .input: "input"
    case .parameter: "parameter"
    case .embedding: "embedding"
    case .linear: "linear"
    case .matmul(let transposes, _): transposes ? "matmul transposed" : "matmul"
    case .softmax: "softmax"
    case .layerNorm: "layer norm"
    case .rmsNorm: "RMS norm"
    case .activation(let function): function.rawValue
    case .add: "add"
    case .multiply: "multiply"
    case .scale: "scale"
    case .rotary: "rotary"
    case .relativeBias: "relative bias"
    case .reshape: "reshape"
    case .slice: "slice"
    case .transpose: "transpose"
    case .concatenate: "concatenate"
    case .patchEmbedding: "patch embedding"
    case .pooling: "pooling"
    case .argmax: "argmax"
    }
  }

  /// How many tensors the operation reads.
  private var arity: ClosedRange<Int> {
    switch self {
    case .input, .parameter, .relativeBias: 0...0
    case .softmax(.columns), .matmul, .add, .multiply, .pooling(.mean), .pooling(.normalizedMean): 2...2
    case .concatenate: 1...Int.max
    default: 1...1
    }
  }

  /// The shape of the result for tensors of given shapes.
  ///
  /// Not for an input, which has the shape that it is given.
  func shape(
    of operands: [(shape: [Int], element: Graph.Element)]
  ) throws(GraphError.Reason) -> (shape: [Int], element: Graph.Element) {
    guard arity.contains(operands.count) else {
      let expected =
        arity.upperBound == .max
        ? "one tensor or more" : arity.upperBound == 1 ? "1 tensor" : "\(arity.upperBound) tensors"
      throw .inputs(operation: word, expected: expected, found: operands.count)
    }
    let shapes = operands.map(\.shape)
    func fail(_ expected: String) -> GraphError.Reason { .shape(operation: word, found: shapes, expected: expected) }
    try checkElements(operands.map(\.element))
    switch self {
    case .input: throw .constant("an input has the shape that it is given")
    case .parameter(let parameter): return (parameter.shape, .real)
    case .embedding(let table):
      guard table.shape.count == 2 else { throw fail("the table has the shape \(table.shape), not rows x features") }
      guard case .index(let bound) = operands[0].element, bound <= table.shape[0] else {
        throw fail("the table has \(table.shape[0]) rows, fewer than there are indices")
      }
      return (shapes[0] + [table.shape[1]], .real)
    case .linear(let weights, let bias):
      return (try Self.linear(weights, bias, shapes[0], fail), .real)
    case .matmul(let transposes, let scale):
      guard scale.isFinite else { throw .constant("the scale \(scale) is not finite") }
      return (try Self.matmul(shapes[0], shapes[1], transposes: transposes, fail), .real)
    case .softmax(let mask): return (try Self.softmax(shapes, mask, fail), .real)
    case .layerNorm(let scale, let shift, let epsilon):
      guard epsilon >= 0, epsilon.isFinite else { throw .constant("epsilon is \(epsilon): give 0 or more") }
      for parameter in [scale, shift].compactMap(\.self) {
        try Self.checkFeatures(parameter, shapes[0], fail)
      }
      return operands[0]
    case .rmsNorm(let scale, let epsilon):
      guard epsilon >= 0, epsilon.isFinite else { throw .constant("epsilon is \(epsilon): give 0 or more") }
      try Self.checkFeatures(scale, shapes[0], fail)
      return operands[0]
    case .activation: return operands[0]
    case .scale(let factor):
      guard factor.isFinite else { throw .constant("the factor \(factor) is not finite") }
      return operands[0]
    case .add, .multiply:
      guard shapes[0].suffix(shapes[1].count).elementsEqual(shapes[1]) else {
        throw fail("the second shape must be the end of the first")
      }
      return operands[0]
    case .rotary(let rotary):
      guard rotary.base > 0, rotary.base.isFinite else { throw .constant("the rotary base is \(rotary.base)") }
      guard rotary.firstPosition >= 0 else { throw .constant("the first position is \(rotary.firstPosition)") }
      guard shapes[0].count >= 2, (shapes[0].last ?? 1).isMultiple(of: 2) else {
        throw fail("the features must be an even number, behind the tokens")
      }
      return operands[0]
    case .relativeBias(let bias):
      guard bias.table.shape.count == 2, bias.table.shape[0] >= 4, bias.table.shape[0].isMultiple(of: 4),
        bias.tokens > 0
      else { throw .constant("the relative bias has a table \(bias.table.shape): give a multiple of 4 rows") }
      guard bias.maximumDistance > bias.table.shape[0] / 4 else {
        throw .constant("the maximum distance \(bias.maximumDistance) is within the buckets of single distances")
      }
      return ([bias.table.shape[1], bias.tokens, bias.tokens], .real)
    case .reshape, .slice, .transpose, .concatenate:
      return (try viewShape(shapes, fail), operands[0].element)
    case .patchEmbedding(let weights, let bias, let patch):
      return (try Self.patches(weights, bias, patch, shapes[0], fail), .real)
    case .pooling: return (try pooled(shapes, fail), .real)
    case .argmax:
      guard let last = shapes[0].last else { throw fail("a scalar has no greatest element") }
      return (shapes[0].dropLast(), .index(below: last))
    }
  }

  /// Indices only where they are meant.
  private func checkElements(_ elements: [Graph.Element]) throws(GraphError.Reason) {
    for (place, element) in elements.enumerated() {
      let isIndex = element != .real
      switch self {
      case .embedding:
        guard isIndex else { throw .element(operation: word, expected: "indices") }
      case .softmax(.columns) where place == 1, .pooling where place == 1:
        guard element == .index(below: 2) else { throw .element(operation: word, expected: "a mask of 0 and 1") }
      case .reshape, .slice, .transpose: break
      case .concatenate:
        guard element == elements[0] else { throw .element(operation: word, expected: "tensors of one kind") }
      default:
        guard !isIndex else { throw .element(operation: word, expected: "real numbers") }
      }
    }
  }

  private typealias Failure = (String) -> GraphError.Reason

  private static func checkFeatures(
    _ parameter: ModelParameter, _ shape: [Int], _ fail: Failure
  ) throws(GraphError.Reason) {
    guard let features = shape.last, parameter.shape == [features] else {
      throw fail("the parameter \"\(parameter.name)\" has the shape \(parameter.shape), not that of the features")
    }
  }

  private static func linear(
    _ weights: ModelParameter, _ bias: ModelParameter?, _ shape: [Int], _ fail: Failure
  ) throws(GraphError.Reason) -> [Int] {
    guard weights.shape.count == 2, shape.last == weights.shape[0] else {
      throw fail("the weights \"\(weights.name)\" have the shape \(weights.shape), not inputs x outputs")
    }
    if let bias, bias.shape != [weights.shape[1]] {
      throw fail("the bias \"\(bias.name)\" has the shape \(bias.shape) for \(weights.shape[1]) outputs")
    }
    return shape.dropLast() + [weights.shape[1]]
  }

  private static func matmul(
    _ left: [Int], _ right: [Int], transposes: Bool, _ fail: Failure
  ) throws(GraphError.Reason) -> [Int] {
    guard left.count >= 2, right.count == left.count else { throw fail("both need the same number of axes, 2 or more") }
    let axes = left.count
    let (inner, columns) = transposes ? (right[axes - 1], right[axes - 2]) : (right[axes - 2], right[axes - 1])
    guard left[axes - 1] == inner else { throw fail("the inner extents \(left[axes - 1]) and \(inner) differ") }
    let (leftBatch, rightBatch) = (left.dropLast(2).reduce(1, *), right.dropLast(2).reduce(1, *))
    guard leftBatch.isMultiple(of: rightBatch), axes == 3 || left.dropLast(2) == right.dropLast(2) else {
      throw fail("the leading extents of the first must be equal to, or with three axes a multiple of, the second's")
    }
    return left.dropLast() + [columns]
  }

  private static func softmax(
    _ shapes: [[Int]], _ mask: Mask, _ fail: Failure
  ) throws(GraphError.Reason) -> [Int] {
    let shape = shapes[0]
    guard let columns = shape.last else { throw fail("a scalar has no axis") }
    switch mask {
    case .none: break
    case .causal(let past):
      guard shape.count >= 2, past >= 0, shape[shape.count - 2] + past == columns else {
        throw fail("a causal mask over \(past) earlier tokens needs as many columns as rows and these")
      }
    case .columns:
      guard shapes[1] == [columns] else { throw fail("the mask needs one element for each column") }
    }
    return shape
  }

  private static func patches(
    _ weights: ModelParameter, _ bias: ModelParameter?, _ patch: Int, _ image: [Int], _ fail: Failure
  ) throws(GraphError.Reason) -> [Int] {
    guard image.count == 3 else { throw fail("an image is channels x height x width") }
    guard patch > 0, image[1].isMultiple(of: patch), image[2].isMultiple(of: patch) else {
      throw fail("height and width must be multiples of the patch size \(patch)")
    }
    let (size, overflow) = patch.multipliedReportingOverflow(by: patch)
    guard !overflow, weights.shape.count == 2, weights.shape[0] == image[0] * size else {
      throw fail("the weights \"\(weights.name)\" have the shape \(weights.shape) for patches of \(image[0]) x \(size)")
    }
    if let bias, bias.shape != [weights.shape[1]] {
      throw fail("the bias \"\(bias.name)\" has the shape \(bias.shape) for \(weights.shape[1]) outputs")
    }
    return [image[1] / patch * (image[2] / patch), weights.shape[1]]
  }

  private func pooled(_ shapes: [[Int]], _ fail: Failure) throws(GraphError.Reason) -> [Int] {
    guard shapes[0].count == 2 else { throw fail("pooling takes tokens x features") }
    if shapes.count == 2, shapes[1] != [shapes[0][0]] { throw fail("the mask needs one element for each token") }
    return [1, shapes[0][1]]
  }

  private func viewShape(_ shapes: [[Int]], _ fail: Failure) throws(GraphError.Reason) -> [Int] {
    let shape = shapes[0]
    switch self {
    case .reshape(let new):
      guard new.allSatisfy({ $0 > 0 }), new.reduce(1, *) == shape.reduce(1, *) else {
        throw fail("the new shape \(new) has another number of elements")
      }
      return new
    case .slice(let axis, let range):
      guard shape.indices.contains(axis) else { throw fail("there is no axis \(axis)") }
      guard range.lowerBound >= 0, range.upperBound <= shape[axis], !range.isEmpty else {
        throw fail("\(range) is not a part of axis \(axis)")
      }
      var result = shape
      result[axis] = range.count
      return result
    case .transpose(let order):
      guard order.sorted() == Array(shape.indices) else { throw fail("\(order) is not an order of the axes") }
      return order.map { shape[$0] }
    case .concatenate(let axis):
      guard shape.indices.contains(axis) else { throw fail("there is no axis \(axis)") }
      var result = shape
      for other in shapes.dropFirst() {
        var same = other
        guard other.count == shape.count else { throw fail("the shapes must agree in every axis but \(axis)") }
        same[axis] = shape[axis]
        guard same == shape else { throw fail("the shapes must agree in every axis but \(axis)") }
        result[axis] += other[axis]
      }
      return result
    default: throw .constant("not a view")
    }
  }
}
