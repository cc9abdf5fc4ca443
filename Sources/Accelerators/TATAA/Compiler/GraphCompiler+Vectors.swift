import Golden
import Models
import NumberFormats

extension GraphCompiler {
  /// How a site's codes are made of its numbers.
  private struct CodeMaker {
    /// The range of the codes; the factor where all features have one.
    let codes: VectorBuilder.VectorCodes
    /// Factors for each feature.
    let factors: FeatureTable?
    let offset: Int
  }

  /// A bfloat16 number for each feature, as a program reads it beside the tokens.
  struct FeatureTable {
    /// A number for each feature, or where `isSpread` one for each token of each feature.
    let address: Int
    let isSpread: Bool
  }

  /// Holds a number for each feature: as it is where a vector is one feature of all tokens, else for each token.
  mutating func table(
    _ name: String, _ values: [BFloat16], tokens: Int, isSpread: Bool
  ) -> FeatureTable {
    guard isSpread, tokens > 1 else {
      return FeatureTable(address: hold(name, HostInterface.bytes(values)), isSpread: isSpread)
    }
    let spread = values.flatMap { [BFloat16](repeating: $0, count: tokens) }
    return FeatureTable(address: hold("\(name).\(tokens)", HostInterface.bytes(spread)), isSpread: true)
  }

  private mutating func codeMaker(
    _ format: SiteFormat, _ node: Graph.Node, tokens: Int, isSpread: Bool
  ) -> CodeMaker {
    // Codes from 0 on are kept with 128 less, as operands have a sign; those up to 127 fit as they are.
    let offset = format.range.upperBound > 127 ? 128 : 0
    let codes = VectorBuilder.VectorCodes(
      factor: .constant(Double(format.factors[0])), low: Int(format.range.lowerBound) - offset,
      high: Int(format.range.upperBound) - offset, zero: Int(format.zeroPoint) - offset)
    let factors =
      format.factors.count == 1
      ? nil
      : table("factors." + node.name, format.factors.map { BFloat16(Double($0)) }, tokens: tokens, isSpread: isSpread)
    return CodeMaker(codes: codes, factors: factors, offset: offset)
  }

  /// Tries a program with many operations side by side, then with fewer, until the registers suffice.
  func program(
    _ choices: [VectorBuilder.Passes], _ make: (VectorBuilder.Passes) -> VectorBuilder
  ) throws(CompilerError) -> [Instruction] {
    var last = CompilerError.registers(configuration.vectorRegisters)
    for choice in choices {
      do throws(CompilerError) { return try make(choice).instructions(for: configuration) } catch {
        guard case .registers = error else { throw error }
        last = error
      }
    }
    throw last
  }

  static let batches = [8, 4, 2, 1].map { VectorBuilder.Passes(batch: $0) }
  private static let heldBatches = [8, 4, 2, 1].map { VectorBuilder.Passes(batch: $0, holdsElements: true) }

  /// Numbers side by side: batches of whole vectors, and what is left.
  func vectors(_ range: Range<Int>, batch: Int) -> [(first: Int, vectors: Int, lanes: Int)] {
    let width = configuration.vectorLanes
    let whole = range.count / width
    var result = stride(from: 0, to: whole, by: batch).map {
      (first: range.lowerBound + $0 * width, vectors: min(batch, whole - $0), lanes: width)
    }
    if range.count % width > 0 { result.append((range.lowerBound + whole * width, 1, range.count % width)) }
    return result
  }

  /// A function of the numbers of some tensors, element by element: all of them side by side, so that no lane is idle. The
  /// result is stored where somebody reads it, and as codes where a product does.
  private mutating func elementwise(
    _ node: Graph.Node, _ sources: [Block], _ function: (inout VectorBuilder, [VectorValue]) -> VectorValue
  ) throws(CompilerError) -> Value {
    let tokens = node.shape[node.shape.count - 2]
    let format = node.site.flatMap { quantized.formats[$0] }
    let isSpread = tokens != configuration.vectorLanes
    let maker = format.map { codeMaker($0, node, tokens: tokens, isSpread: isSpread) }
    let real = maker == nil || isReadAsNumbers(node) ? take(2 * node.count) : nil
    let codes = maker == nil ? nil : take(node.count)
    for (core, share) in shares(node.count, unit: configuration.vectorLanes).enumerated() where !share.isEmpty {
      let made = try program(Self.batches) { passes in
        var builder = VectorBuilder()
        for (first, count, lanes) in vectors(share, batch: passes.batch) {
          let operands = sources.map { builder.load(count, address: $0.address + 2 * first, lanes: lanes) }
          let factors = Self.load(maker?.factors, &builder, first, count, lanes: lanes, tokens: tokens)
          let results = (0..<count).map { vector in function(&builder, operands.map { $0[vector] }) }
          if let real { builder.store(results, address: real.address + 2 * first, lanes: lanes) }
          if let codes, let maker {
            builder.store(results, as: maker.codes, factors: factors, address: codes.address + first, lanes: lanes)
          }
          builder.endBatch()
        }
        return builder
      }
      append(made, to: core)
    }
    return Value(real: real, codes: codes, offset: maker?.offset ?? 0, format: format)
  }

  /// The numbers of a table beside the numbers from `first` on of a tensor.
  private static func load(
    _ table: FeatureTable?, _ builder: inout VectorBuilder, _ first: Int, _ count: Int, lanes: Int, tokens: Int
  ) -> [VectorValue] {
    guard let table else { return [] }
    return table.isSpread
      ? builder.load(count, address: table.address + 2 * first, lanes: lanes)
      : builder.load(count, address: table.address + 2 * (first / tokens), lanes: lanes, broadcasts: true)
  }

  /// Makes the codes of numbers that are there.
  mutating func quantize(_ value: inout Value, _ format: SiteFormat, _ node: Graph.Node) throws(CompilerError) {
    let real = try required(value.real, node, "numbers")
    guard node.shape.count == 2 else { throw .node(node.name, "codes of heads are made by the layer before") }
    let tokens = node.shape[0]
    let maker = codeMaker(format, node, tokens: tokens, isSpread: tokens != configuration.vectorLanes)
    let codes = take(node.count)
    for (core, share) in shares(node.count, unit: configuration.vectorLanes).enumerated() where !share.isEmpty {
      let made = try program(Self.batches) { passes in
        var builder = VectorBuilder()
        for (first, count, lanes) in vectors(share, batch: passes.batch) {
          let numbers = builder.load(count, address: real.address + 2 * first, lanes: lanes)
          let factors = Self.load(maker.factors, &builder, first, count, lanes: lanes, tokens: tokens)
          builder.store(numbers, as: maker.codes, factors: factors, address: codes.address + first, lanes: lanes)
          builder.endBatch()
        }
        return builder
      }
      append(made, to: core)
    }
    value.codes = codes
    value.offset = maker.offset
  }

  /// How many features of so many tokens stand side by side in a vector: a power of two that divides all of them.
  func groups(_ tokens: Int, features: Int) -> Int {
    var groups = 1
    while 2 * groups * tokens <= configuration.vectorLanes, features % (2 * groups) == 0,
      2 * groups <= VectorBuilder.sumClasses
    { groups *= 2 }
    return groups
  }

  /// Powers as codes 0 to 127, and the reciprocals of their sums. A vector has one key of the queries of all heads.
  mutating func softmax(_ node: Graph.Node) throws(CompilerError) -> Value {
    guard case .softmax(let mask) = node.operation, node.shape.count == 3 else {
      throw .node(node.name, "softmax is over heads × queries × keys")
    }
    let scores = try required(value(node, 0).real, node, "scores")
    guard let format = node.site.flatMap({ quantized.formats[$0] }), format.factors.count == 1 else {
      throw .node(node.name, "its result has no codes")
    }
    let (heads, queries, keys) = (node.shape[0], node.shape[1], node.shape[2])
    let width = heads * queries
    var masked: LaneMask?
    switch mask {
    case .none: break
    // The last token sees all.
    case .causal(let past) where queries == 1 && keys == past + 1: break
    case .columns: masked = .elements(at: try required(value(node, 1).mask, node, "a mask"))
    case .causal(let past):
      // Key by key, the queries of all heads side by side, or of as many as a vector has.
      let isPeriodic = cores == 1 && configuration.vectorLanes % queries == 0
      let lanes = isPeriodic ? min(width, configuration.vectorLanes) : width
      let seen = (0..<keys * lanes).map { $0 / lanes <= $0 % lanes % queries + past ? BFloat16.one : .zero }
      let address = hold("mask.causal.\(queries).\(keys).\(lanes)", HostInterface.bytes(seen))
      masked = .rows(LaneRows(address: address, length: keys, lanes: lanes, stride: 2 * lanes))
    }
    let (codes, factors) = (take(node.count), take(2 * width))
    let how = VectorBuilder.VectorCodes(
      factor: .constant(Double(format.factors[0])), low: Int(format.range.lowerBound),
      high: Int(format.range.upperBound))
    for (core, first, lanes) in laneShares(width).enumerated().flatMap({ core, share in
      lanes(share).map { (core, $0, $1) }
    }) {
      let made = try program(Self.heldBatches + Self.batches) { passes in
        var builder = VectorBuilder()
        let rows = LaneRows(address: scores.address + 2 * first, length: keys, lanes: lanes, stride: 2 * width)
        var seen = masked
        if case .rows(var all)? = masked {
          all.address += 2 * (first % (all.stride / 2))
          all.lanes = lanes
          seen = .rows(all)
        }
        let reciprocal = builder.exponentials(rows, mask: seen, passes) { builder, powers, key in
          builder.store(
            powers, as: how, address: codes.address + key * width + first, lanes: lanes, stride: width)
        }
        builder.store(reciprocal, address: factors.address + 2 * first, lanes: lanes)
        return builder
      }
      append(made, to: core)
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
    let (tokens, features) = (node.shape[0], node.shape[1])
    // Several features side by side are one core's; where cores are more than these, each has some tokens.
    let sideBySide = groups(tokens, features: features)
    let groups = sideBySide < cores ? 1 : sideBySide
    let work =
      groups > 1
      ? [(core: 0, first: 0, lanes: groups * tokens)]
      : laneShares(tokens).enumerated().flatMap { core, share in lanes(share).map { (core, $0, $1) } }
    func numbers(_ parameter: ModelParameter?) throws(CompilerError) -> Int? {
      guard let parameter else { return nil }
      return table(
        parameter.name, try self.numbers(parameter), tokens: tokens, isSpread: groups > 1
      ).address
    }
    let (gamma, beta) = (try numbers(scale), try numbers(shift))
    let format = node.site.flatMap { quantized.formats[$0] }
    let maker = format.map { codeMaker($0, node, tokens: tokens, isSpread: groups > 1) }
    let real = maker == nil || isReadAsNumbers(node) ? take(2 * node.count) : nil
    let codes = maker == nil ? nil : take(node.count)
    let exchange = take(4 * groups * tokens)
    let length = features / groups
    for (core, first, lanes) in work {
      let made = try program((length < configuration.vectorRegisters ? Self.heldBatches : []) + Self.batches) {
        passes in
        var builder = VectorBuilder()
        let step = groups * tokens
        let input = LaneRows(address: source.address + 2 * first, length: length, lanes: lanes, stride: 2 * step)
        builder.normalize(
          input, groups: groups, exchange: exchange.address, scale: gamma, shift: beta, epsilon: epsilon,
          centres: centres, passes
        ) { builder, results, element in
          if let real {
            builder.store(
              results, address: real.address + 2 * (element * step + first), lanes: lanes, stride: 2 * step)
          }
          if let codes, let maker {
            let factors = maker.factors.map { table in
              table.isSpread
                ? builder.load(results.count, address: table.address + 2 * element * step, lanes: lanes)
                : builder.load(
                  results.count, address: table.address + 2 * element, lanes: lanes, broadcasts: true)
            }
            builder.store(
              results, as: maker.codes, factors: factors ?? [], address: codes.address + element * step + first,
              lanes: lanes, stride: step)
          }
        }
        return builder
      }
      append(made, to: core)
    }
    plan.release(exchange.address, exchange.size)
    return Value(real: real, codes: codes, offset: maker?.offset ?? 0, format: format)
  }

  mutating func activation(
    _ node: Graph.Node, _ function: Models.GraphOperation.Activation
  ) throws(CompilerError) -> Value {
    let source = try required(value(node, 0).real, node, "numbers")
    guard function != .tanh else { throw .node(node.name, "tanh is not among what is compiled") }
    return try elementwise(node, [source]) { builder, operands in
      switch function {
      case .gelu, .geluTanh: builder.gelu(operands[0])
      case .silu: builder.silu(operands[0])
      case .quickGelu: builder.quickGelu(operands[0])
      case .relu, .tanh: builder.apply(.maximum, operands[0], .constant(0))
      }
    }
  }

  /// A sum or product of two tensors of one shape.
  mutating func combined(_ node: Graph.Node, _ opcode: Opcode) throws(CompilerError) -> Value {
    let sources = [
      try required(value(node, 0).real, node, "numbers"), try required(value(node, 1).real, node, "numbers"),
    ]
    guard node.shape.count == 2, graph[node.inputs[1]].shape == node.shape else {
      throw .node(node.name, "tensors of different shapes are not among what is compiled")
    }
    return try elementwise(node, sources) { $0.apply(opcode, $1[0], $1[1]) }
  }

  /// Multiplies the rows of heads × features × queries with a number for each query of each head, in their place.
  mutating func scaleRows(
    _ real: Block, by factors: Block, heads: Int, features: Int, queries: Int
  ) throws(CompilerError) {
    let groups = groups(queries, features: features)
    let step = groups * queries
    let spread = take(2 * heads * step)
    let source = groups > 1 ? spread : factors
    for (core, share) in shares(heads).enumerated() where !share.isEmpty {
      if groups > 1 {
        // The numbers of a head once for each group of lanes.
        try repeatRows(factors, to: spread, rows: share, width: queries, times: groups, on: core)
      }
      let made = try program(Self.batches) { passes in
        var builder = VectorBuilder()
        for (first, lanes) in groups > 1 ? [(0, step)] : lanes(queries) {
          for head in share {
            let factor = builder.load(address: source.address + 2 * (head * step + first), lanes: lanes)
            for feature in stride(from: 0, to: features / groups, by: passes.batch) {
              let count = min(passes.batch, features / groups - feature)
              let address = real.address + 2 * ((head * features / groups + feature) * step + first)
              let sums = builder.load(count, address: address, lanes: lanes, stride: 2 * step)
              builder.store(
                sums.map { builder.apply(.multiply, $0, factor) }, address: address, lanes: lanes, stride: 2 * step)
              builder.endBatch()
            }
          }
        }
        return builder
      }
      append(made, to: core)
    }
    plan.release(spread.address, spread.size)
  }
}
