import Golden
import Models
import NumberFormats

extension GraphCompiler {
  private static func bytes(_ words: [UInt32]) -> [UInt8] {
    words.flatMap { word in (0..<4).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) } }
  }

  /// A linear layer: codes by codes to sums, these to codes or bfloat16.
  mutating func linear(_ node: Graph.Node) throws(CompilerError) -> Value {
    if quantized.layers[node.name] == nil, node.name.hasPrefix("embeddings."),
      case .linear(let weights, let bias) = node.operation
    {
      return try projection(node, weights, bias)
    }
    guard let layer = quantized.layers[node.name] else {
      throw .node(node.name, "it is outside the layers, where the profile has no codes")
    }
    let source = value(node, 0)
    let x = try required(source.codes, node, "codes")
    let tokens = node.shape[0]
    let y = hold("weights." + node.name, layer.codes.map { UInt8(bitPattern: $0) })
    var bias: [UInt32] = []
    for column in 0..<layer.outputs {
      var sum = Int(layer.bias[column])
      // What is taken from each code of X is given back.
      if source.offset != 0 {
        for row in 0..<layer.inputs { sum += source.offset * Int(layer.codes[row * layer.outputs + column]) }
      }
      guard let word = Int32(exactly: sum) else {
        throw .node(node.name, "the bias \(sum) of column \(column) does not fit 32 bits")
      }
      bias.append(UInt32(bitPattern: word))
    }
    let biasAddress = hold("bias." + node.name, Self.bytes(bias))
    var tiler = MatrixTiler(
      rows: tokens, columns: layer.outputs, depth: layer.inputs, x: x.address, y: y, bias: biasAddress, result: .int32,
      z: 0, isTransposed: true)
    guard let requantization = layer.requantization else {
      let scales = hold("scales." + node.name, Self.bytes(layer.scales.map(\.bitPattern)))
      let real = take(2 * node.count)
      tiler.result = .bfloat16(scales: scales, perColumn: true)
      tiler.z = real.address
      tiler.zStride = 2 * tokens
      try append([tiler])
      return Value(real: real)
    }
    let words = requantization.scales.map { UInt32($0.shift) << 16 | UInt32($0.multiplier) }
    tiler.result = .int8(requantizers: hold("requantizers." + node.name, Self.bytes(words)), perColumn: true)
    tiler.isTransposed = node.site?.place != .value
    let made = place(node, tokens: tokens, outputs: layer.outputs, isTransposed: tiler.isTransposed)
    (tiler.z, tiler.zStride) = (made.address, made.stride)
    try append(
      .quantizer,
      [
        .factor: VectorOperand.constant(0).code, .low: Int(requantization.range.lowerBound),
        .high: Int(requantization.range.upperBound), .zero: Int(requantization.zeroPoint),
      ])
    try append([tiler])
    return made.value
  }

  /// Gives the codes of a layer's queries, keys or values their place: keys and values of a decoder behind those that the cache
  /// has. The stride is that from a feature to the next one where the codes are transposed, else from a token to the next.
  mutating func place(
    _ node: Graph.Node, tokens: Int, outputs: Int, isTransposed: Bool
  ) -> (value: Value, address: Int, stride: Int) {
    let format = node.site.flatMap { quantized.formats[$0] }
    guard let cache, let site = node.site, site.place == .key || site.place == .value else {
      let codes = take(node.count)
      return (Value(codes: codes, format: format), codes.address, isTransposed ? tokens : outputs)
    }
    // Keys stand feature by feature, values token by token.
    let size = outputs * cache.capacity
    let isKey = site.place == .key
    let address = hold("cache.\(isKey ? "keys" : "values").\(site.layer)", [UInt8](repeating: 0, count: size))
    let value = Value(
      codes: Block(address: address, size: size), format: format, featureStride: isKey ? cache.capacity : nil,
      isKept: true)
    return (value, address + cache.past * (isKey ? 1 : outputs), isKey ? cache.capacity : outputs)
  }

  /// The heads of a product of activations, and how many of the left one share a head of the right one.
  private func heads(_ node: Graph.Node) throws(CompilerError) -> (count: Int, shared: Int) {
    let (left, right) = (graph[node.inputs[0]].shape, graph[node.inputs[1]].shape)
    guard node.shape.count == 3, left.count == 3, right.count == 3, left[0] % right[0] == 0 else {
      throw .node(node.name, "products of activations have heads × tokens × features")
    }
    return (left[0], left[0] / right[0])
  }

  /// The step of the sums, as a table of one binary32 number.
  private mutating func scale(
    _ node: Graph.Node, _ scale: Float, _ left: Value, _ right: Value
  ) throws(CompilerError) -> Int {
    let (a, b) = (try required(left.format, node, "codes"), try required(right.format, node, "codes"))
    guard a.factors.count == 1, b.factors.count == 1, left.offset == 0, right.offset == 0 else {
      throw .node(node.name, "products of activations have one factor for all features")
    }
    let factor = Float(Double(scale) / (Double(a.factors[0]) * Double(b.factors[0])))
    return hold("scale." + node.name, Self.bytes([factor.bitPattern]))
  }

  /// Queries by keys: keys × heads × queries in memory.
  mutating func scores(_ node: Graph.Node, _ factor: Float) throws(CompilerError) -> Value {
    let (left, right) = (value(node, 0), value(node, 1))
    let (count, shared) = try heads(node)
    let (queries, keys) = (node.shape[1], node.shape[2])
    let features = graph[node.inputs[0]].shape[2]
    let (q, k) = (try required(left.codes, node, "codes"), try required(right.codes, node, "codes"))
    let scales = try scale(node, factor, left, right)
    let real = take(2 * node.count)
    let stride = right.featureStride ?? keys
    let products = (0..<count).map { head -> MatrixTiler in
      var tiler = MatrixTiler(
        rows: queries, columns: keys, depth: features, x: q.address + head * features * queries,
        y: k.address + head / shared * features * stride, result: .bfloat16(scales: scales, perColumn: false),
        z: real.address + 2 * head * queries, isTransposed: true)
      tiler.yStride = stride
      tiler.zStride = 2 * count * queries
      return tiler
    }
    try append(products)
    return Value(real: real)
  }

  /// Powers by values, then each token's row times the reciprocal of its sum.
  mutating func contexts(_ node: Graph.Node, _ factor: Float) throws(CompilerError) -> Value {
    let (left, right) = (value(node, 0), value(node, 1))
    let (count, shared) = try heads(node)
    let (queries, features) = (node.shape[1], node.shape[2])
    let keys = graph[node.inputs[0]].shape[2]
    let width = graph[node.inputs[1]].shape[0] * features
    let (p, v) = (try required(left.codes, node, "codes"), try required(right.codes, node, "codes"))
    let factors = try required(left.rowFactors, node, "reciprocals of sums")
    let scales = try scale(node, factor, left, right)
    let real = take(2 * node.count)
    let products = (0..<count).map { head -> MatrixTiler in
      var tiler = MatrixTiler(
        rows: queries, columns: features, depth: keys, x: p.address + head * queries,
        y: v.address + head / shared * features, result: .bfloat16(scales: scales, perColumn: false),
        z: real.address + 2 * head * features * queries, isTransposed: true)
      tiler.xStride = count * queries
      tiler.yStride = width
      return tiler
    }
    try append(products)
    try barrier()
    try scaleRows(real, by: factors, heads: count, features: features, queries: queries)
    return Value(real: real)
  }
}
