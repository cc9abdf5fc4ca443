import Golden
import Models
import Transformer

extension EngineProgram {
  /// A program of encoder layers of a model, and the golden machine's run that says what each store has to be.
  ///
  /// The input of the first layer is the golden machine's: embeddings are looked up by the host. Everything else of a layer
  /// runs on the machine: projections with biases, scores with their scale, softmax, contexts, residual sums and normalisations,
  /// and the feed-forward part with the quadratic sigmoid, or ReLU. Values are computed transposed, so that contexts read
  /// them along their rows.
  ///
  /// - Parameters:
  ///   - machine: The golden machine; its function has to be ``LaneFunction/quadraticSigmoid`` or ReLU.
  ///   - layers: Which layers.
  /// - Throws: ``AccelTranError`` for what the hardware does not compute, and what the golden machine says.
  public static func layers(
    _ sizes: EngineSizes, _ machine: FixedPointMachine, _ sequence: TokenSequence, layers: Range<Int>,
    order: LoopOrder = .bijk, isDense: Bool = false
  ) throws(AccelTranError) -> (program: EngineProgram, run: FixedPointMachine.Run) {
    let format = machine.lanes.format
    guard format.integerBits == sizes.integerBits, format.fractionBits == sizes.fractionBits else {
      throw .node(
        "model",
        "the golden machine computes in \(format), the hardware in Q(\(sizes.integerBits), \(sizes.fractionBits))")
    }
    guard !sizes.isInteger, sizes.noiseBits == 0 else {
      throw .node(
        "model", "machines of integers or with stochastic rounding are for products: use fraction-bits=16, noise-bits=0"
      )
    }
    let graph: Graph
    do throws(ModelError) { graph = try machine.model.graph(tokens: sequence.count, outputs: ["hidden"]) } catch {
      throw .node("graph", "\(error)")
    }
    var machine = machine
    machine.loops?.blocks = try loopBlocks(sizes, graph, tokens: sequence)
    let run = try machine.run(sequence, keepsNodes: true)
    guard layers.lowerBound >= 0, layers.upperBound <= machine.model.layers, !layers.isEmpty else {
      throw .range("layers", layers.upperBound, 1...machine.model.layers)
    }
    var writer = try LayerWriter(
      program: EngineProgram(sizes, order: order, isDense: isDense), machine: machine, graph: graph, run: run,
      sequence: sequence)
    for layer in layers { try writer.write(layer) }
    writer.program.end()
    return (writer.program, run)
  }
}

/// Writes the layers of an encoder, one behind the other.
private struct LayerWriter {
  var program: EngineProgram
  let machine: FixedPointMachine
  let graph: Graph
  let run: FixedPointMachine.Run
  let sequence: TokenSequence
  /// The last layer's output, by the name of its node.
  private var output: (name: String, matrix: EngineProgram.Matrix)?
  /// Weights that are in memory already: those of ALBERT serve every layer.
  private var weights: [String: EngineProgram.Matrix] = [:]
  /// Loops that have been told a share.
  private var startedLoops: Set<Int> = []

  init(
    program: EngineProgram, machine: FixedPointMachine, graph: Graph, run: FixedPointMachine.Run,
    sequence: TokenSequence
  ) throws(AccelTranError) {
    (self.program, self.machine, self.graph, self.run, self.sequence) = (program, machine, graph, run, sequence)
    let mask = sequence.attentionMask
    let real = mask.count { $0 }
    guard mask.prefix(real).allSatisfy({ $0 }) else {
      throw .node("mask", "padding stands between tokens: put it behind them")
    }
  }

  private var format: LaneFormat { machine.lanes.format }
  private var tokens: Int { sequence.count }

  private func node(_ name: String) throws(AccelTranError) -> Graph.Node {
    guard let node = graph.node(named: name) else {
      throw .node(name, "the model has no such node: the hardware runs encoders with normalisation behind each sum")
    }
    return node
  }

  private func golden(_ name: String) throws(AccelTranError) -> [Int32] {
    guard let tensor = run.nodes[name] else { throw .node(name, "the golden machine did not compute it") }
    return tensor.codes
  }

  /// The loop of a site, which gets its layer's table; nil where there is none.
  private mutating func loop(_ layer: Int, _ place: PruningPlan.Place) -> Int? {
    guard let loops = machine.loops, let table = loops.tables[PruningSite(layer: layer, place: place)],
      let number = PruningLoops.places.firstIndex(of: place)
    else { return nil }
    program.tell(
      number, table, share: loops.share, gainShift: loops.gainShift, keeps: !startedLoops.insert(number).inserted)
    return number
  }

  private func limit(_ layer: Int, _ place: PruningPlan.Place) -> UInt32 {
    format.threshold(machine.plan[layer, place])
  }

  private func region(_ site: PruningSite, _ axes: RegionTokens.Axes = .rows) -> RegionTokens {
    RegionTokens(site, axes, isReal: sequence.attentionMask)
  }

  private func values(_ parameter: ModelParameter) throws(AccelTranError) -> [Int32] {
    guard let tensor = machine.model.parameters[parameter.name] else {
      throw .node(parameter.name, "the model has no values for it")
    }
    return tensor.elements.map { format.code(Double($0)) }
  }

  /// The weights of a linear node with the inner extent along the rows, and its bias.
  private mutating func linear(_ node: Graph.Node) throws(AccelTranError) -> (EngineProgram.Matrix, [Int32]?) {
    guard case .linear(let weights, let bias) = node.operation else { throw .node(node.name, "it is no linear layer") }
    let offsets: [Int32]? = if let bias { try values(bias) } else { nil }
    if let known = self.weights[weights.name] { return (known, offsets) }
    let (inner, outputs) = (weights.shape[0], weights.shape[1])
    let pruned = DynaTranLimit(format.threshold(machine.weightThreshold)).pruned(try values(weights))
    let turned = CodeTensor(shape: [inner, outputs], codes: pruned).transposed([1, 0]).codes
    let matrix = program.matrix(turned, rows: outputs, columns: inner)
    self.weights[weights.name] = matrix
    return (matrix, offsets)
  }

  /// A linear layer; gives its result, of which the codes are those of the golden node `checked`.
  private mutating func project(
    _ input: EngineProgram.Matrix, _ name: String, checked: String? = nil, at site: PruningSite,
    limits: (code: UInt32, result: UInt32), function: Int = 0
  ) throws(AccelTranError) -> EngineProgram.Matrix {
    let (weights, bias) = try linear(node(name))
    var finish = EngineProgram.Finish()
    (finish.bias, finish.function) = (bias, function)
    (finish.codeLimit, finish.resultLimit) = limits
    finish.loop = loop(site.layer, site.place)
    let result = program.matrix(rows: tokens, columns: weights.rows)
    try program.product(input, weights, to: result, finish: finish)
    program.expect(
      try golden(checked ?? name), in: result, named: checked ?? name, pairs: tokens * weights.rows * weights.columns,
      tokens: region(site))
    return result
  }

  private mutating func normalize(
    _ first: EngineProgram.Matrix, _ second: EngineProgram.Matrix, _ name: String, at site: PruningSite?, limit: UInt32
  ) throws(AccelTranError) -> EngineProgram.Matrix {
    guard case .layerNorm(let scale, let shift, let epsilon) = try node(name).operation else {
      throw .node(name, "it is no layer normalisation")
    }
    let columns = first.columns
    let one = [Int32](repeating: format.saturated(format.one), count: columns)
    let gamma = if let scale { try values(scale) } else { one }
    let beta = if let shift { try values(shift) } else { [Int32](repeating: 0, count: columns) }
    let small = (Double(epsilon) * Double(columns * columns) * Double(format.one) * Double(format.one))
      .rounded(.toNearestOrEven)
    let result = program.matrix(rows: tokens, columns: columns)
    var own: Int?
    if let site { own = loop(site.layer, site.place) }
    try program.normalize(
      first, second, gamma: gamma, beta: beta, small: Int64(min(small, 0x1p59)), to: result, limit: limit, loop: own,
      block: own.map { _ in LoopBlocks.rows })
    program.expect(try golden(name), in: result, named: name, tokens: site.map { region($0) })
    return result
  }

  mutating func write(_ layer: Int) throws(AccelTranError) {
    let name = "layer.\(layer)."
    let sum = try node(name + "attention.sum")
    let inputName = graph[sum.inputs[0]].name
    let input: EngineProgram.Matrix
    if let output, output.name == inputName {
      input = output.matrix
    } else {
      let width = sum.shape[1]
      input = program.matrix(try golden(inputName), rows: tokens, columns: width)
    }
    let context = try attend(layer, input)
    let attention = try project(
      context, name + "attention.output", at: PruningSite(layer: layer, place: .attentionOutput),
      limits: (0, limit(layer, .attentionOutput)))
    let hidden = try normalize(
      input, attention, name + "attention.norm", at: PruningSite(layer: layer, place: .feedForwardInput),
      limit: limit(layer, .feedForwardInput))
    let activation = try node(name + "feedforward.activation")
    guard case .activation(let kind) = activation.operation else {
      throw .node(activation.name, "it is no function")
    }
    let function: Int
    switch machine.function ?? LaneFunction(kind) {
    case .quadraticSigmoid: function = 2
    case .rounded(.relu): function = 1
    default:
      throw .node(activation.name, "the hardware has ReLU and the quadratic sigmoid: choose one for the golden machine")
    }
    let inner = try project(
      hidden, name + "feedforward.up", checked: activation.name,
      at: PruningSite(layer: layer, place: .feedForwardHidden),
      limits: (limit(layer, .feedForwardSum), limit(layer, .feedForwardHidden)), function: function)
    let outer = try project(
      inner, name + "feedforward.down", at: PruningSite(layer: layer, place: .feedForwardOutput),
      limits: (0, limit(layer, .feedForwardOutput)))
    let next = layer + 1 < machine.model.layers ? PruningSite(layer: layer + 1, place: .input) : nil
    let result = try normalize(
      hidden, outer, name + "feedforward.norm", at: next, limit: next.map { limit($0.layer, $0.place) } ?? 0)
    output = (name + "feedforward.norm", result)
  }

  /// Attention, up to the contexts of all heads side by side.
  private mutating func attend(
    _ layer: Int, _ input: EngineProgram.Matrix
  ) throws(AccelTranError) -> EngineProgram.Matrix {
    let name = "layer.\(layer).attention."
    let query = try project(
      input, name + "query", at: PruningSite(layer: layer, place: .query), limits: (0, limit(layer, .query)))
    let key = try project(
      input, name + "key", at: PruningSite(layer: layer, place: .key), limits: (0, limit(layer, .key)))
    let (weights, bias) = try linear(node(name + "value"))
    let width = weights.rows
    var finish = EngineProgram.Finish()
    (finish.bias, finish.biasPerRow, finish.resultLimit) = (bias, true, limit(layer, .value))
    finish.loop = loop(layer, .value)
    let value = program.matrix(rows: width, columns: tokens)
    try program.product(weights, input, to: value, finish: finish)
    let values = CodeTensor(shape: [tokens, width], codes: try golden(name + "value")).transposed([1, 0]).codes
    program.expect(
      values, in: value, named: name + "value", pairs: tokens * width * weights.columns,
      tokens: region(PruningSite(layer: layer, place: .value), .columns))

    let scoresNode = try node(name + "scores")
    guard case .matmul(true, let scale) = scoresNode.operation else { throw .node(scoresNode.name, "it is no product") }
    let heads = scoresNode.shape[0]
    let size = width / heads
    guard query.columns == width, key.columns == width else {
      throw .node(scoresNode.name, "heads share keys, which the hardware's programs do not")
    }
    guard size % program.sizes.wordElements == 0 else {
      throw .node(scoresNode.name, "heads of \(size) numbers are no whole words of the bus: use a narrower one")
    }
    var sums = EngineProgram.Finish()
    let threshold = machine.plan[layer, .scores] * Double(format.one) * Double(format.one)
    sums.sumLimit = UInt64(max(threshold, 0).rounded(.down))
    sums.factor = Int((Double(scale) * 0x1p24).rounded(.toNearestOrEven))
    let scores = program.matrix(rows: heads * tokens, columns: tokens)
    for head in 0..<heads {
      func part(_ matrix: EngineProgram.Matrix) -> EngineProgram.Matrix {
        var result = matrix
        (result.address, result.columns) = (matrix.address + 4 * head * size, size)
        return result
      }
      var result = scores
      (result.address, result.rows) = (scores.address + head * tokens * scores.stride, tokens)
      try program.product(part(query), part(key), to: result, finish: sums)
    }
    program.expect(
      try golden(name + "scores"), in: scores, named: name + "scores", pairs: heads * tokens * tokens * size,
      tokens: region(PruningSite(layer: layer, place: .scores), .both))

    let probabilities = program.matrix(rows: heads * tokens, columns: tokens)
    let own = loop(layer, .probabilities)
    program.softmax(
      scores, to: probabilities, length: sequence.attentionMask.count { $0 }, limit: limit(layer, .probabilities),
      loop: own, block: own.map { _ in tokens })
    // The unit stores whole words; what is behind a row is zero.
    let padded = probabilities.stride / 4
    var codes = [Int32](repeating: 0, count: heads * tokens * padded)
    for (index, code) in try golden(name + "probabilities").enumerated() {
      codes[index / tokens * padded + index % tokens] = code
    }
    var whole = probabilities
    whole.columns = padded
    program.expect(
      codes, in: whole, named: name + "probabilities",
      tokens: region(PruningSite(layer: layer, place: .probabilities), .both))

    let context = program.matrix(rows: tokens, columns: width)
    var pruned = EngineProgram.Finish()
    pruned.resultLimit = limit(layer, .context)
    pruned.loop = loop(layer, .context)
    for head in 0..<heads {
      var left = probabilities
      (left.address, left.rows) = (probabilities.address + head * tokens * probabilities.stride, tokens)
      var right = value
      (right.address, right.rows) = (value.address + head * size * value.stride, size)
      var result = context
      (result.address, result.columns) = (context.address + 4 * head * size, size)
      try program.product(left, right, to: result, finish: pruned)
    }
    program.expect(
      try golden(name + "context"), in: context, named: name + "context", pairs: heads * tokens * tokens * size,
      tokens: region(PruningSite(layer: layer, place: .context)))
    return context
  }
}
