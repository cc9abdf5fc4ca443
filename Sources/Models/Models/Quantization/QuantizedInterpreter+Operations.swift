import NumberFormats

extension QuantizedInterpreter {
  mutating func run(
    _ node: Graph.Node, _ operands: [Value], _ inputs: [String: TensorValue]
  ) throws(GraphError.Reason) -> Value {
    func real(_ place: Int) -> Tensor<Float> { Self.real(operands[place]) }
    func parameter(_ parameter: ModelParameter) throws(GraphError.Reason) -> Tensor<Float> {
      try quantized.parameters.values(parameter)
    }
    switch node.operation {
    case .input:
      switch try Interpreter.checked(inputs[node.name], for: node) {
      case .index(let tensor): return Value(index: tensor)
      case .real(let tensor): return Value(real: Self.rounded(tensor))
      }
    case .parameter(let one): return Value(real: try parameter(one))
    case .embedding(let table):
      return Value(real: Interpreter.rows(operands[0].index?.elements ?? [], of: try parameter(table), node.shape))
    case .linear(let weights, let bias):
      if let layer = quantized.layers[node.name], let codes = operands[0].codes {
        return try linear(layer, codes, node.shape, node.name)
      }
      // What stands in front of the layers is the machine's too.
      if takesSteps, node.name.hasPrefix("embeddings.") {
        return Value(
          real: Self.productInSteps(real(0), try parameter(weights), try bias.map(parameter), node.shape))
      }
      return Value(real: Self.product(real(0), try parameter(weights), try bias.map(parameter), node.shape))
    case .patchEmbedding(let weights, let bias, let patch):
      let patches = Interpreter.patches(real(0), patch)
      let product = takesSteps ? Self.productInSteps : Self.product
      return Value(real: product(patches, try parameter(weights), try bias.map(parameter), node.shape))
    case .matmul(let transposes, let scale):
      return try product(operands[0], operands[1], transposes: transposes, scale: scale, node.shape, node.name)
    case .softmax(let mask): return softmax(real(0), mask, seen: operands.count > 1 ? operands[1].index?.elements : nil)
    case .layerNorm(let scale, let shift, let epsilon):
      return Value(
        real: try normalized(real(0), try scale.map(parameter), try shift.map(parameter), epsilon, centres: true))
    case .rmsNorm(let scale, let epsilon):
      return Value(real: try normalized(real(0), try parameter(scale), nil, epsilon, centres: false))
    case .activation(let function):
      if takesSteps {
        return Value(
          real: Self.mapped(real(0)) { BFloat16Steps.activation(function, BFloat16($0)).doubleValue })
      }
      return Value(real: Self.mapped(real(0)) { function.exact($0) })
    case .scale(let factor): return Value(real: Self.mapped(real(0)) { $0 * Double(Self.rounded(Double(factor))) })
    case .add: return Value(real: Self.combined(real(0), real(1)) { $0 + $1 })
    case .multiply: return Value(real: Self.combined(real(0), real(1)) { $0 * $1 })
    case .rotary(let rotary):
      return Value(real: takesSteps ? Self.rotatedInSteps(real(0), rotary) : Self.rotated(real(0), rotary))
    case .relativeBias(let bias): return Value(real: Interpreter.relativeBias(bias, try parameter(bias.table)))
    case .reshape, .slice, .transpose, .concatenate: return moved(operands, node)
    case .pooling(let pooling):
      let pooled = Interpreter.pooled(real(0), pooling, seen: operands.count > 1 ? operands[1].index?.elements : nil)
      // The length of an embedding is for comparison, not for a machine: it keeps its precision.
      return Value(real: pooling == .normalizedMean ? pooled : Self.rounded(pooled))
    case .argmax: return Value(index: Interpreter.argmax(real(0), node.shape))
    }
  }

  static func rounded(_ tensor: Tensor<Float>) -> Tensor<Float> { mapped(tensor) { $0 } }

  /// A function of every element, rounded once.
  static func mapped(_ tensor: Tensor<Float>, _ function: (Double) -> Double) -> Tensor<Float> {
    var result = tensor
    result.elements.withUnsafeMutableBufferPointer { elements in
      for index in elements.indices { elements[index] = rounded(function(Double(elements[index]))) }
    }
    return result
  }

  static func combined(
    _ left: Tensor<Float>, _ right: Tensor<Float>, _ function: (Double, Double) -> Double
  ) -> Tensor<Float> {
    var result = left
    let period = right.elements.count
    result.elements.withUnsafeMutableBufferPointer { elements in
      right.elements.withUnsafeBufferPointer { right in
        for index in elements.indices {
          elements[index] = rounded(function(Double(elements[index]), Double(right[index % period])))
        }
      }
    }
    return result
  }

  /// A view moves real numbers and codes alike; what comes from outside takes the format of its neighbour.
  private func moved(_ operands: [Value], _ node: Graph.Node) -> Value {
    if operands[0].index != nil { return Value(index: Interpreter.moved(operands.compactMap(\.index), node)) }
    let real =
      operands.allSatisfy { $0.real != nil } ? Interpreter.moved(operands.compactMap(\.real), node) : nil
    // Codes whose features have formats of their own are made anew where they are needed.
    guard let format = operands.lazy.compactMap(\.format).first, format.factors.count == 1 else {
      return Value(real: real ?? Interpreter.moved(operands.map(Self.real), node))
    }
    let codes = operands.map { value in
      value.codes
        ?? Tensor(unchecked: Self.real(value).shape, Self.real(value).elements.map { format.code($0, 0).code })
    }
    return Value(real: real, codes: Interpreter.moved(codes, node), format: format)
  }

  private var takesSteps: Bool { quantized.profile.functions == .bfloat16Steps }

  private static func productInSteps(
    _ input: Tensor<Float>, _ weights: Tensor<Float>, _ bias: Tensor<Float>?, _ shape: [Int]
  ) -> Tensor<Float> {
    let (inner, columns) = (weights.shape[0], weights.shape[1])
    let (factors, offsets) = (numbers(weights.elements), bias.map { numbers($0.elements) })
    let rows = stride(from: 0, to: input.elements.count, by: inner).flatMap { start in
      BFloat16Steps.product(numbers(input.elements[start..<start + inner]), factors, offsets, outputs: columns)
    }
    return Tensor(unchecked: shape, rows.map(\.floatValue))
  }

  private static func numbers(_ elements: some Sequence<Float>) -> [BFloat16] { elements.map { BFloat16(Double($0)) } }

  /// Mean and squares are summed in binary64 from the first feature to the last, and the result is rounded once; or as
  /// ``BFloat16Steps`` has it.
  private func normalized(
    _ tensor: Tensor<Float>, _ scale: Tensor<Float>?, _ shift: Tensor<Float>?, _ epsilon: Double, centres: Bool
  ) throws(GraphError.Reason) -> Tensor<Float> {
    var result = tensor
    let columns = tensor.shape[tensor.shape.count - 1]
    if takesSteps {
      result.elements = stride(from: 0, to: tensor.elements.count, by: columns).flatMap { start in
        BFloat16Steps.normalized(
          Self.numbers(tensor.elements[start..<start + columns]), scale.map { Self.numbers($0.elements) },
          shift.map { Self.numbers($0.elements) }, epsilon: epsilon, centres: centres
        ).map(\.floatValue)
      }
      return result
    }
    for start in stride(from: 0, to: tensor.elements.count, by: columns) {
      var (mean, squares) = (0.0, 0.0)
      if centres {
        for index in start..<start + columns { mean += Double(tensor.elements[index]) }
        mean /= Double(columns)
      }
      for index in start..<start + columns {
        let distance = Double(tensor.elements[index]) - mean
        squares += distance * distance
      }
      let variance = squares / Double(columns) + epsilon
      guard variance != 0 else { throw .variance(row: start / columns) }
      let factor = 1 / variance.squareRoot()
      for index in 0..<columns {
        let value = (Double(tensor.elements[start + index]) - mean) * factor
        let scaled = value * Double(scale?.elements[index] ?? 1) + Double(shift?.elements[index] ?? 0)
        result.elements[start + index] = Self.rounded(scaled)
      }
    }
    return result
  }

  /// e^(x − maximum) in bfloat16, its sum in binary64 from the first column to the last, the reciprocal in bfloat16.
  private func softmax(_ scores: Tensor<Float>, _ mask: GraphOperation.Mask, seen: [Int32]?) -> Value {
    let columns = scores.shape[scores.shape.count - 1]
    let rows = scores.shape.count > 1 ? scores.shape[scores.shape.count - 2] : 1
    var result = scores
    var factors: [Float] = []
    for row in 0..<scores.elements.count / columns {
      var limit = columns
      if case .causal(let past) = mask { limit = row % rows + past + 1 }
      let isSeen = (0..<columns).map { $0 < limit && seen?[$0] != 0 }
      let start = row * columns
      if takesSteps {
        let (powers, reciprocal) = BFloat16Steps.softmax(
          Self.numbers(scores.elements[start..<start + columns]), isSeen: isSeen)
        result.elements.replaceSubrange(start..<start + columns, with: powers.map(\.floatValue))
        factors.append(reciprocal.floatValue)
        continue
      }
      var maximum = -Float.infinity
      for column in 0..<columns where isSeen[column] { maximum = max(maximum, scores.elements[start + column]) }
      var sum = 0.0
      for column in 0..<columns {
        let distance = Self.rounded(Double(scores.elements[start + column]) - Double(maximum))
        let value = isSeen[column] ? Self.rounded(ElementaryFunctions.exp(Double(distance))) : 0
        result.elements[start + column] = value
        sum += Double(value)
      }
      factors.append(sum > 0 ? Self.rounded(1 / sum) : 0)
    }
    if quantized.profile.defersDivision { return Value(real: result, rowFactors: factors) }
    for index in result.elements.indices {
      result.elements[index] = Self.rounded(Double(result.elements[index]) * Double(factors[index / columns]))
    }
    return Value(real: result)
  }

  static func rotated(_ tensor: Tensor<Float>, _ rotary: GraphOperation.Rotary) -> Tensor<Float> {
    turned(tensor, rotary) { a, b, angle in
      let (first, second) = (Double(a), Double(b))
      return (
        rounded(first * angle.cosine - second * angle.sine), rounded(second * angle.cosine + first * angle.sine)
      )
    }
  }

  private static func rotatedInSteps(_ tensor: Tensor<Float>, _ rotary: GraphOperation.Rotary) -> Tensor<Float> {
    turned(tensor, rotary) { a, b, angle in
      let (first, second) = BFloat16Steps.rotated(
        BFloat16(Double(a)), BFloat16(Double(b)), cosine: BFloat16(angle.cosine), sine: BFloat16(angle.sine))
      return (first.floatValue, second.floatValue)
    }
  }

  private static func turned(
    _ tensor: Tensor<Float>, _ rotary: GraphOperation.Rotary,
    _ turn: (Float, Float, (sine: Double, cosine: Double)) -> (Float, Float)
  ) -> Tensor<Float> {
    let columns = tensor.shape[tensor.shape.count - 1]
    let tokens = tensor.shape[tensor.shape.count - 2]
    let half = columns / 2
    let angles = rotary.angles(tokens: tokens, features: columns)
    var result = tensor
    for row in 0..<tensor.elements.count / columns {
      for feature in 0..<half {
        let (first, second) = (row * columns + feature, row * columns + feature + half)
        (result.elements[first], result.elements[second]) = turn(
          tensor.elements[first], tensor.elements[second], angles[row % tokens * half + feature])
      }
    }
    return result
  }
}

extension GraphOperation.Rotary {
  /// Sine and cosine of the angle of each token and each pair of features, tokens × pairs, in binary64.
  package func angles(tokens: Int, features: Int) -> [(sine: Double, cosine: Double)] {
    let logarithm = ElementaryFunctions.log(base)
    return (0..<tokens).flatMap { token in
      (0..<features / 2).map { pair in
        let frequency = ElementaryFunctions.exp(-2 * Double(pair) / Double(features) * logarithm)
        return ElementaryFunctions.sineAndCosine(Double(firstPosition + token) * frequency)
      }
    }
  }
}
