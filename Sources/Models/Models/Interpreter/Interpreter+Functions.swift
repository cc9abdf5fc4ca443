import Foundation

extension Interpreter {
  static func apply(_ function: GraphOperation.Activation, to tensor: Tensor<Float>) -> Tensor<Float> {
    var result = tensor
    result.elements.withUnsafeMutableBufferPointer { elements in
      for index in elements.indices { elements[index] = function(elements[index]) }
    }
    return result
  }

  static func softmax(_ tensor: Tensor<Float>, _ mask: GraphOperation.Mask, seen: [Int32]?) -> Tensor<Float> {
    var result = tensor
    let columns = tensor.shape[tensor.shape.count - 1]
    let rows = tensor.shape.count > 1 ? tensor.shape[tensor.shape.count - 2] : 1
    result.elements.withUnsafeMutableBufferPointer { elements in
      for row in 0..<elements.count / columns {
        let scores = UnsafeMutableBufferPointer(rebasing: elements[row * columns..<(row + 1) * columns])
        var limit = columns
        if case .causal(let past) = mask { limit = row % rows + past + 1 }
        softmax(scores, limit: limit, seen: seen)
      }
    }
    return result
  }

  private static func softmax(_ scores: UnsafeMutableBufferPointer<Float>, limit: Int, seen: [Int32]?) {
    func isSeen(_ column: Int) -> Bool { column < limit && seen?[column] != 0 }
    var maximum = -Float.infinity
    for column in scores.indices where isSeen(column) { maximum = max(maximum, scores[column]) }
    var sum = 0.0
    for column in scores.indices {
      scores[column] = isSeen(column) ? exp(scores[column] - maximum) : 0
      sum += Double(scores[column])
    }
    guard sum > 0 else { return }
    for column in scores.indices { scores[column] = Float(Double(scores[column]) / sum) }
  }

  static func layerNorm(
    _ tensor: Tensor<Float>, _ scale: Tensor<Float>?, _ shift: Tensor<Float>?, _ epsilon: Double
  ) throws(GraphError.Reason) -> Tensor<Float> {
    try normalized(tensor, scale, shift, epsilon, centres: true)
  }

  static func rmsNorm(
    _ tensor: Tensor<Float>, _ scale: Tensor<Float>, _ epsilon: Double
  ) throws(GraphError.Reason) -> Tensor<Float> {
    try normalized(tensor, scale, nil, epsilon, centres: false)
  }

  /// Mean and variance are summed in binary64, the variance in a second pass.
  private static func normalized(
    _ tensor: Tensor<Float>, _ scale: Tensor<Float>?, _ shift: Tensor<Float>?, _ epsilon: Double, centres: Bool
  ) throws(GraphError.Reason) -> Tensor<Float> {
    var result = tensor
    let columns = tensor.shape[tensor.shape.count - 1]
    var zeroRow: Int?
    result.elements.withUnsafeMutableBufferPointer { elements in
      var start = 0
      while start < elements.count {
        var mean = 0.0
        if centres {
          for index in start..<start &+ columns { mean += Double(elements[index]) }
          mean /= Double(columns)
        }
        var squares = 0.0
        for index in start..<start &+ columns {
          let distance = Double(elements[index]) - mean
          squares += distance * distance
        }
        let variance = squares / Double(columns) + epsilon
        if variance == 0, zeroRow == nil { zeroRow = start / columns }
        let factor = 1 / variance.squareRoot()
        for index in 0..<columns {
          var value = Float((Double(elements[start &+ index]) - mean) * factor)
          if let scale { value *= scale.elements[index] }
          if let shift { value += shift.elements[index] }
          elements[start &+ index] = value
        }
        start &+= columns
      }
    }
    if let zeroRow { throw .variance(row: zeroRow) }
    return result
  }

  static func rotated(_ tensor: Tensor<Float>, _ rotary: GraphOperation.Rotary) -> Tensor<Float> {
    let columns = tensor.shape[tensor.shape.count - 1]
    let tokens = tensor.shape[tensor.shape.count - 2]
    let half = columns / 2
    var result = tensor
    result.elements.withUnsafeMutableBufferPointer { elements in
      for row in 0..<elements.count / columns {
        let position = Double(rotary.firstPosition + row % tokens)
        for feature in 0..<half {
          let angle = position * pow(rotary.base, -2 * Double(feature) / Double(columns))
          let (first, second) = (row * columns + feature, row * columns + feature + half)
          let (a, b) = (Double(elements[first]), Double(elements[second]))
          elements[first] = Float(a * cos(angle) - b * sin(angle))
          elements[second] = Float(b * cos(angle) + a * sin(angle))
        }
      }
    }
    return result
  }

  /// Heads × tokens × tokens.
  static func relativeBias(_ bias: GraphOperation.RelativeBias, _ table: Tensor<Float>) -> Tensor<Float> {
    let (heads, tokens) = (table.shape[1], bias.tokens)
    var elements = [Float](repeating: 0, count: heads * tokens * tokens)
    for row in 0..<tokens {
      for column in 0..<tokens {
        let bucket = bias.bucket(distance: column - row)
        for head in 0..<heads {
          elements[(head * tokens + row) * tokens + column] = table.elements[bucket * heads + head]
        }
      }
    }
    return Tensor(unchecked: [heads, tokens, tokens], elements)
  }

  static func pooled(_ tensor: Tensor<Float>, _ pooling: GraphOperation.Pooling, seen: [Int32]?) -> Tensor<Float> {
    let (tokens, columns) = (tensor.shape[0], tensor.shape[1])
    if pooling == .first { return Tensor(unchecked: [1, columns], Array(tensor.elements[..<columns])) }
    var sums = [Double](repeating: 0, count: columns)
    var count = 0.0
    for row in 0..<tokens where seen?[row] != 0 {
      count += 1
      for column in 0..<columns { sums[column] += Double(tensor.elements[row * columns + column]) }
    }
    if pooling == .normalizedMean { count = sums.reduce(0) { $0 + $1 * $1 }.squareRoot() }
    return Tensor(unchecked: [1, columns], sums.map { count > 0 ? Float($0 / count) : 0 })
  }

  static func argmax(_ tensor: Tensor<Float>, _ shape: [Int]) -> Tensor<Int32> {
    let columns = tensor.shape[tensor.shape.count - 1]
    var places: [Int32] = []
    for row in 0..<tensor.elements.count / columns {
      var best = 0
      for column in 1..<max(columns, 1)
      where tensor.elements[row * columns + column] > tensor.elements[row * columns + best] { best = column }
      places.append(Int32(best))
    }
    return Tensor(unchecked: shape, places)
  }
}

extension GraphOperation.Activation {
  /// The function in binary32.
  func callAsFunction(_ value: Float) -> Float {
    switch self {
    case .gelu: 0.5 * value * (1 + erf(value * Float(0.5).squareRoot()))
    case .geluTanh: 0.5 * value * (1 + Foundation.tanh(0.7978845608 * (value + 0.044715 * value * value * value)))
    case .relu: max(value, 0)
    case .silu: value / (1 + exp(-value))
    case .quickGelu: value / (1 + exp(-1.702 * value))
    case .tanh: Foundation.tanh(value)
    }
  }
}

extension GraphOperation.RelativeBias {
  /// The row of the table for a distance: half of the rows for keys at or before the query, half for those behind it; in
  /// each half the first half one distance each, the rest logarithmic up to the maximum.
  func bucket(distance: Int) -> Int {
    let half = table.shape[0] / 2
    let exact = half / 2
    let base = distance > 0 ? half : 0
    let magnitude = abs(distance)
    guard magnitude >= exact else { return base + magnitude }
    let ratio = log(Float(magnitude) / Float(exact)) / Float(log(Double(maximumDistance) / Double(exact)))
    return base + min(half - 1, exact + Int(ratio * Float(half - exact)))
  }
}
