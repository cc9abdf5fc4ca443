import Golden
import Models
import NumberFormats

extension GraphCompiler {
  /// How a site's codes are made of a feature.
  private struct CodeMaker {
    let format: SiteFormat
    /// The place of a factor for each feature, where they differ.
    let factors: Int?
    let offset: Int

    func codes(_ builder: inout VectorBuilder, _ feature: Int, lanes: Int) -> VectorBuilder.VectorCodes {
      let factor =
        factors.map { builder.load(address: $0 + 2 * feature, lanes: lanes, broadcasts: true) }
        ?? .constant(Double(format.factors[0]))
      return VectorBuilder.VectorCodes(
        factor: factor, low: Int(format.range.lowerBound) - offset, high: Int(format.range.upperBound) - offset,
        zero: Int(format.zeroPoint) - offset)
    }
  }

  private mutating func codeMaker(_ format: SiteFormat, _ node: Graph.Node) -> CodeMaker {
    let factors =
      format.factors.count == 1
      ? nil : hold("factors." + node.name, CompiledModel.bytes(format.factors.map { BFloat16(Double($0)) }))
    // Codes from 0 on are kept with 128 less, as operands have a sign; those up to 127 fit as they are.
    return CodeMaker(format: format, factors: factors, offset: format.range.upperBound > 127 ? 128 : 0)
  }

  /// The numbers of a node that are made feature by feature: stored, and as codes where a product reads them.
  private mutating func stored(
    _ node: Graph.Node,
    _ body: (inout VectorBuilder, LaneRows, Int, (inout VectorBuilder, VectorValue, Int) -> Void) -> Void
  ) throws(CompilerError) -> Value {
    let (tokens, features) = (node.shape[node.shape.count - 2], node.count / node.shape[node.shape.count - 2])
    let format = node.site.flatMap { quantized.formats[$0] }
    let maker = format.map { codeMaker($0, node) }
    let real = take(2 * node.count)
    let codes = maker == nil ? nil : take(node.count)
    for (first, lanes) in lanes(tokens) {
      var builder = VectorBuilder()
      let rows = LaneRows(address: real.address + 2 * first, length: features, lanes: lanes, stride: 2 * tokens)
      body(&builder, rows, first) { builder, value, feature in
        builder.store(value, address: rows.address(feature), lanes: lanes)
        if let codes, let maker {
          let how = maker.codes(&builder, feature, lanes: lanes)
          builder.store(value, as: how, address: codes.address + feature * tokens + first, lanes: lanes)
        }
      }
      try append(builder)
    }
    return Value(real: real, codes: codes, offset: maker?.offset ?? 0, format: format)
  }

  /// Makes the codes of numbers that are there.
  mutating func quantize(_ value: inout Value, _ format: SiteFormat, _ node: Graph.Node) throws(CompilerError) {
    let real = try required(value.real, node, "numbers")
    guard node.shape.count == 2 else { throw .node(node.name, "codes of heads are made by the layer before") }
    let maker = codeMaker(format, node)
    let (tokens, features) = (node.shape[0], node.shape[1])
    let codes = take(node.count)
    for (first, lanes) in lanes(tokens) {
      var builder = VectorBuilder()
      for feature in 0..<features {
        let number = builder.load(address: real.address + 2 * (feature * tokens + first), lanes: lanes)
        let how = maker.codes(&builder, feature, lanes: lanes)
        builder.store(number, as: how, address: codes.address + feature * tokens + first, lanes: lanes)
      }
      try append(builder)
    }
    value.codes = codes
    value.offset = maker.offset
  }

  /// Powers as codes 0 to 127, and the reciprocals of their sums.
  mutating func softmax(_ node: Graph.Node) throws(CompilerError) -> Value {
    guard case .softmax(let mask) = node.operation, node.shape.count == 3 else {
      throw .node(node.name, "softmax is over heads × queries × keys")
    }
    let scores = try required(value(node, 0).real, node, "scores")
    guard let format = node.site.flatMap({ quantized.formats[$0] }), format.factors.count == 1 else {
      throw .node(node.name, "its result has no codes")
    }
    let (heads, queries, keys) = (node.shape[0], node.shape[1], node.shape[2])
    var masked: Int?
    switch mask {
    case .none: break
    case .columns: masked = try required(value(node, 1).mask, node, "a mask")
    case .causal(let past):
      // Key by key, the queries side by side.
      let seen = (0..<keys * queries).map { $0 / queries <= $0 % queries + past ? BFloat16.one : .zero }
      masked = hold("mask.causal.\(queries).\(keys)", CompiledModel.bytes(seen))
    }
    let (codes, factors) = (take(node.count), take(2 * heads * queries))
    for head in 0..<heads {
      for (first, lanes) in lanes(queries) {
        let place = head * keys * queries + first
        var builder = VectorBuilder()
        let rows = LaneRows(address: scores.address + 2 * place, length: keys, lanes: lanes, stride: 2 * queries)
        let seen: LaneMask? = masked.map { address in
          if case .columns = mask { return .elements(at: address) }
          return .rows(
            LaneRows(address: address + 2 * first, length: keys, lanes: lanes, stride: 2 * queries))
        }
        let reciprocal = builder.exponentials(rows, mask: seen) { builder, power, key in
          let how = VectorBuilder.VectorCodes(
            factor: .constant(Double(format.factors[0])), low: Int(format.range.lowerBound),
            high: Int(format.range.upperBound))
          builder.store(power, as: how, address: codes.address + place + key * queries, lanes: lanes)
        }
        builder.store(reciprocal, address: factors.address + 2 * (head * queries + first), lanes: lanes)
        try append(builder)
      }
    }
    return Value(codes: codes, format: format, rowFactors: factors)
  }

  mutating func norm(_ node: Graph.Node) throws(CompilerError) -> Value {
    let source = try required(value(node, 0).real, node, "numbers")
    let (scale, shift, epsilon, centres): (ModelParameter?, ModelParameter?, Double, Bool)
    switch node.operation {
    case .layerNorm(let gamma, let beta, let small): (scale, shift, epsilon, centres) = (gamma, beta, small, true)
    case .rmsNorm(let gamma, let small): (scale, shift, epsilon, centres) = (gamma, nil, small, false)
    default: throw .node(node.name, "it is no norm")
    }
    var (gamma, beta): (Int?, Int?) = (nil, nil)
    if let scale { gamma = try parameter(scale) }
    if let shift { beta = try parameter(shift) }
    let tokens = node.shape[0]
    return try stored(node) { builder, rows, first, use in
      let input = LaneRows(
        address: source.address + 2 * first, length: rows.length, lanes: rows.lanes, stride: 2 * tokens)
      builder.normalize(input, scale: gamma, shift: beta, epsilon: epsilon, centres: centres, use)
    }
  }

  mutating func activation(
    _ node: Graph.Node, _ function: Models.GraphOperation.Activation
  ) throws(CompilerError) -> Value {
    let source = try required(value(node, 0).real, node, "numbers")
    let tokens = node.shape[0]
    guard function != .tanh else { throw .node(node.name, "tanh is not among what is compiled") }
    return try stored(node) { builder, rows, first, use in
      for feature in 0..<rows.length {
        let x = builder.load(address: source.address + 2 * (feature * tokens + first), lanes: rows.lanes)
        let y =
          switch function {
          case .gelu, .geluTanh: builder.gelu(x)
          case .silu: builder.silu(x)
          case .quickGelu: builder.quickGelu(x)
          case .relu, .tanh: builder.apply(.maximum, x, .constant(0))
          }
        use(&builder, y, feature)
      }
    }
  }

  /// A sum or product of two tensors of one shape.
  mutating func combined(_ node: Graph.Node, _ opcode: Opcode) throws(CompilerError) -> Value {
    let (left, right) = (
      try required(value(node, 0).real, node, "numbers"), try required(value(node, 1).real, node, "numbers")
    )
    guard node.shape.count == 2, graph[node.inputs[1]].shape == node.shape else {
      throw .node(node.name, "tensors of different shapes are not among what is compiled")
    }
    let tokens = node.shape[0]
    return try stored(node) { builder, rows, first, use in
      for feature in 0..<rows.length {
        let place = 2 * (feature * tokens + first)
        let a = builder.load(address: left.address + place, lanes: rows.lanes)
        let b = builder.load(address: right.address + place, lanes: rows.lanes)
        use(&builder, builder.apply(opcode, a, b), feature)
      }
    }
  }
}
