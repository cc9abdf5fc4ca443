import Foundation
import Golden
public import Models
import NumberFormats
public import Transformer

/// Makes integer layers of a transformer in binary32, for ranges that are measured: of encoders that normalise each sum, and of
/// encoders, decoders and models of images that normalise what each part reads.
///
/// Weights have a scale for each output, activations one for each place. The residual stream is kept in codes of 16 bits whose
/// step is 1/256 of that of the 8-bit codes which the projections read, so that a sum of a row and what a projection adds to it
/// is one of integers.
public struct XFormerQuantizer: Sendable {
  /// The model.
  public let model: TransformerModel
  /// The greatest magnitude of the results of each node, by name.
  public private(set) var maxima: [String: Double] = [:]
  /// The greatest magnitude of each feature, of nodes with a row for each token; the greatest value of what a function reads.
  public private(set) var featureMaxima: [String: [Double]] = [:]
  /// The least value of each node, 0 or below.
  private var bottoms: [String: Double] = [:]
  /// How much of a feature's range moves from its codes to the weights that read it: 0 none, 1 all.
  public var migration = 0.8

  /// What a model reads.
  public enum Sample: Sendable {
    /// Tokens.
    case tokens(TokenSequence)
    /// An image, channels × height × width.
    case image(Tensor<Float>)
  }

  /// Measures the ranges of a model.
  ///
  /// - Parameter isCancelled: asked before each sequence; true ends it.
  /// - Throws: ``XFormerError`` when there is no sequence, or one cannot be run.
  public init(
    _ model: TransformerModel, sequences: [TokenSequence], isCancelled: () -> Bool = { false }
  ) throws(XFormerError) {
    try self.init(model, samples: sequences.map(Sample.tokens), isCancelled: isCancelled)
  }

  /// Measures the ranges of a model of tokens or of images.
  ///
  /// - Parameter isCancelled: asked before each sample; true ends it.
  /// - Throws: ``XFormerError`` when there is no sample, or one cannot be run.
  public init(
    _ model: TransformerModel, samples: [Sample], isCancelled: () -> Bool = { false }
  ) throws(XFormerError) {
    guard !samples.isEmpty else { throw .range("sequences", 0, 1...4096) }
    self.model = model
    for sample in samples {
      if isCancelled() { throw .node("calibration", "it was interrupted") }
      var (found, features, bottoms) = (maxima, featureMaxima, bottoms)
      _ = try Self.run(model, sample) { node, value in
        guard let tensor = value.real else { return }
        var greatest = found[node.name] ?? 0
        for element in tensor.elements { greatest = max(greatest, Double(abs(element))) }
        found[node.name] = greatest
        bottoms[node.name] = tensor.elements.reduce(bottoms[node.name] ?? 0) { min($0, Double($1)) }
        guard node.shape.count == 2, let width = node.shape.last else { return }
        var own = features[node.name] ?? [Double](repeating: 0, count: width)
        // Of a row that a function reads its sign counts.
        let isSigned = node.name.hasSuffix("feedforward.up")
        for (index, element) in tensor.elements.enumerated() {
          own[index % width] = max(own[index % width], Double(isSigned ? element : abs(element)))
        }
        features[node.name] = own
      }
      (maxima, featureMaxima, self.bottoms) = (found, features, bottoms)
    }
  }

  private static func run(
    _ model: TransformerModel, _ sample: Sample, _ observe: (Graph.Node, TensorValue) -> Void
  ) throws(XFormerError) -> Graph {
    do throws(ModelError) {
      let graph: Graph
      let inputs: [String: TensorValue]
      switch sample {
      case .tokens(let sequence):
        (graph, inputs) = (
          try model.graph(tokens: sequence.count, outputs: ["hidden"]), try model.inputs(for: sequence)
        )
      case .image(let image):
        (graph, inputs) = (try model.graph(outputs: ["hidden"]), try model.inputs(forImage: image))
      }
      do throws(GraphError) {
        _ = try Interpreter(graph, parameters: model.parameters)(inputs, observe: observe)
      } catch { throw ModelError.graph(error) }
      return graph
    } catch { throw .node("model", "\(error)") }
  }

  /// A quantised encoder.
  public struct Encoder: Sendable {
    /// The layers.
    public var layers: [XFormerLayer]
    /// What a code of 16 bits stands for at the output of each layer.
    public var outputSteps: [Double]
    /// What a code of 16 bits stands for at the input.
    public var inputStep: Double
    /// What a code of 16 bits stands for of which the codes of 8 bits at the output of each layer are made: normalised, always.
    public var resultSteps: [Double]

    /// What the codes at the output of the last layer stand for, normalised: of 16 bits where they are, of 8 otherwise.
    public func hidden(wide: [[Int32]], narrow: [[Int32]]) -> [[Float]] {
      guard let norm = layers.last?.outputNorm, let step = resultSteps.last else { return [] }
      guard norm.keepsSum else { return wide.map { row in row.map { Float(Double($0) * step) } } }
      return narrow.map { row in
        row.enumerated().map { feature, code in
          let own = norm.narrowing.shifts.isEmpty ? 0 : Int(norm.narrowing.shifts[feature])
          return Float(Double(code) * step * Double(1 << (norm.narrowing.shift + own)))
        }
      }
    }

    /// The codes of the input of the first layer.
    public func codes(_ rows: [[Float]]) -> [[Int32]] {
      rows.map { row in
        row.map { Int32(min(max((Double($0) / inputStep).rounded(.toNearestOrEven), -32767), 32767)) }
      }
    }
  }

  /// The layers of a range as integers, for a machine: the scale of the scores counts the fraction bits of its exponents.
  ///
  /// - Throws: ``XFormerError`` for a model with a part that the machine does not have.
  public func encoder(_ range: Range<Int>, for sizes: XFormerSizes) throws(XFormerError) -> Encoder {
    let graph = try drawn()
    guard range.lowerBound >= 0, range.upperBound <= model.layers, !range.isEmpty else {
      throw .range("layers", range.upperBound, 1...model.layers)
    }
    for layer in range { try refuseOthers(graph, layer) }
    return try normalizesInputs(graph) ? encoderOfInputs(graph, range, sizes) : encoderOfSums(graph, range, sizes)
  }

  /// Whether a token of the model sees those before it and itself alone.
  ///
  /// - Throws: ``XFormerError``.
  public func isCausal() throws(XFormerError) -> Bool {
    guard case .softmax(.causal) = try node(drawn(), "layer.0.attention.probabilities").operation else { return false }
    return true
  }

  private func drawn() throws(XFormerError) -> Graph {
    do throws(ModelError) {
      return try model.graph(tokens: model.imageShape == nil ? min(4, model.maximumTokens) : nil, outputs: ["hidden"])
    } catch { throw .node("model", "\(error)") }
  }

  /// Refuses what a layer has beside attention and two matrices.
  private func refuseOthers(_ graph: Graph, _ layer: Int) throws(XFormerError) {
    let name = "layer.\(layer)."
    for (part, what) in [
      ("attention.scores.biased", "a bias of scores"), ("attention.query.rotated", "positions that rotate"),
      ("feedforward.product", "a gate beside the function"),
    ] where graph.node(named: name + part) != nil { throw .node(name + part, "the machine has no \(what)") }
    let (query, key) = (try node(graph, name + "attention.query"), try node(graph, name + "attention.key"))
    guard key.shape == query.shape else {
      throw .node(name + "attention.key", "the machine has no groups of queries that share keys")
    }
  }

  /// Whether layers normalise what their matrices read, and not each sum.
  private func normalizesInputs(_ graph: Graph) throws(XFormerError) -> Bool {
    let query = try node(graph, "layer.0.attention.query")
    return graph[query.inputs[0]].name == "layer.0.attention.norm"
  }

  private func encoderOfSums(
    _ graph: Graph, _ range: Range<Int>, _ sizes: XFormerSizes
  ) throws(XFormerError) -> Encoder {
    var steps: [Double] = []
    for layer in range { steps.append(try inputStep(graph, layer)) }
    // Behind the last layer there is no sum that shares the range.
    steps.append(
      range.upperBound < model.layers
        ? try inputStep(graph, range.upperBound)
        : try maximum("layer.\(range.upperBound - 1).feedforward.norm") / 127 / 256)
    // What the next layer reads; behind the last one there are no weights that could be larger.
    var narrowings: [RowNumbers.Narrowing] = []
    for (index, step) in steps.enumerated() {
      let layer = range.lowerBound + index
      guard layer < model.layers else {
        let name = "layer.\(layer - 1).feedforward.norm"
        narrowings.append(try narrowing(name, alike: [name], step, graph, read: []))
        continue
      }
      var alike: [String] = []
      for other in try sharing(graph, layer) { alike.append(try inputName(graph, other)) }
      narrowings.append(
        try narrowing(
          inputName(graph, layer), alike: alike, step, graph,
          read: ["query", "key", "value"].map { "layer.\(layer).attention.\($0)" }))
    }
    var layers: [XFormerLayer] = []
    for (index, layer) in range.enumerated() {
      let name = "layer.\(layer)."
      let hidden = max(try maximum(name + "attention.norm"), try maximum(name + "feedforward.down")) / 127 / 256
      let alike = try sharing(graph, layer).map { "layer.\($0).attention.norm" }
      let read = Codes(
        hidden,
        try narrowing(name + "attention.norm", alike: alike, hidden, graph, read: [name + "feedforward.up"]))
      layers.append(
        try quantized(
          graph, layer, stream: (steps[index], hidden), input: Codes(steps[index], narrowings[index]), hidden: read,
          norms: (
            try norm(graph, name + "attention.norm", input: steps[index], output: read),
            try norm(
              graph, name + "feedforward.norm", input: hidden, output: Codes(steps[index + 1], narrowings[index + 1]))
          ), sizes))
    }
    return Encoder(
      layers: layers, outputSteps: Array(steps.dropFirst()), inputStep: steps[0], resultSteps: Array(steps.dropFirst()))
  }

  /// The residual stream has one step from end to end: no normalisation changes it.
  private func encoderOfInputs(
    _ graph: Graph, _ range: Range<Int>, _ sizes: XFormerSizes
  ) throws(XFormerError) -> Encoder {
    var greatest = 0.0
    for layer in range {
      let name = "layer.\(layer)."
      greatest = max(greatest, try maximum(graph[try node(graph, name + "attention.sum").inputs[0]].name))
      for part in ["attention.sum", "attention.output", "feedforward.sum", "feedforward.down"] {
        greatest = max(greatest, try maximum(name + part))
      }
    }
    let stream = greatest / 127 / 256
    func codes(_ name: String, _ read: [String], alike: [String]) throws(XFormerError) -> Codes {
      let step = try maximum(name) / 127 / 256
      return Codes(step, try narrowing(name, alike: alike, step, graph, read: read))
    }
    // What each layer reads, and what stands behind the last one.
    var names: [String] = []
    var places: [Codes] = []
    for layer in range.lowerBound...range.upperBound {
      let isEnd = layer == model.layers
      let name = isEnd ? "norm" : "layer.\(layer).attention.norm"
      names.append(name)
      let alike = isEnd ? [name] : try sharing(graph, layer).map { "layer.\($0).attention.norm" }
      places.append(
        try codes(name, isEnd ? [] : ["query", "key", "value"].map { "layer.\(layer).attention.\($0)" }, alike: alike))
    }
    var layers: [XFormerLayer] = []
    for (index, layer) in range.enumerated() {
      let name = "layer.\(layer)."
      let read = try codes(
        name + "feedforward.norm", [name + "feedforward.up"],
        alike: sharing(graph, layer).map { "layer.\($0).feedforward.norm" })
      func before(_ name: String, _ output: Codes) throws(XFormerError) -> XFormerLayer.Norm {
        try norm(graph, name, input: stream, output: output, keepsSum: true)
      }
      var made = try quantized(
        graph, layer, stream: (stream, stream), input: places[index], hidden: read,
        norms: (try before(name + "feedforward.norm", read), try before(names[index + 1], places[index + 1])), sizes)
      made.inputNorm = try before(names[index], places[index])
      layers.append(made)
    }
    return Encoder(
      layers: layers, outputSteps: layers.map { _ in stream }, inputStep: stream,
      resultSteps: places.dropFirst().map(\.step))
  }

  /// Codes of 16 bits of a step, and how those of 8 are made of them.
  private struct Codes {
    let step: Double
    let narrowing: RowNumbers.Narrowing
    init(_ step: Double, _ narrowing: RowNumbers.Narrowing) { (self.step, self.narrowing) = (step, narrowing) }
  }

  /// The rows that the first layer of a range reads, and those that its last layer gives, of the tokens that attention sees.
  public func rows(
    _ sequence: TokenSequence, layers range: Range<Int>
  ) throws(XFormerError) -> (input: [[Float]], output: [[Float]]) {
    try rows(.tokens(sequence), layers: range)
  }

  /// The rows of the residual stream that the first layer of a range reads, and those that its last layer gives.
  public func rows(
    _ sample: Sample, layers range: Range<Int>
  ) throws(XFormerError) -> (input: [[Float]], output: [[Float]]) {
    var results: [String: [Float]] = [:]
    let graph = try Self.run(model, sample) { node, value in
      if let tensor = value.real { results[node.name] = tensor.elements }
    }
    let sum = try node(graph, "layer.\(range.lowerBound).attention.sum")
    let width = model.hiddenSize
    var count = (results[graph[sum.inputs[0]].name]?.count ?? 0) / width
    if case .tokens(let sequence) = sample {
      count = sequence.attentionMask.count { $0 }
      guard sequence.attentionMask.prefix(count).allSatisfy({ $0 }) else {
        throw .node("mask", "padding stands between tokens: put it behind them")
      }
    }
    let last = try normalizesInputs(graph) ? "sum" : "norm"
    func rows(_ name: String) -> [[Float]] {
      let all = results[name] ?? []
      return (0..<count).map { Array(all[$0 * width..<($0 + 1) * width]) }
    }
    return (rows(graph[sum.inputs[0]].name), rows("layer.\(range.upperBound - 1).feedforward.\(last)"))
  }

  // MARK: Ranges

  private func node(_ graph: Graph, _ name: String) throws(XFormerError) -> Graph.Node {
    guard let node = graph.node(named: name) else {
      throw .node(
        name,
        "the model has no such node: the machine runs layers of attention and of two matrices with a function between them"
      )
    }
    return node
  }

  private func maximum(_ name: String) throws(XFormerError) -> Double {
    guard let found = maxima[name] else { throw .node(name, "the calibration did not reach it") }
    return found > 0 ? found : 1
  }

  /// The step of the codes of 16 bits at the input of a layer: they hold what is added to it too.
  private func inputStep(_ graph: Graph, _ layer: Int) throws(XFormerError) -> Double {
    let sum = try node(graph, "layer.\(layer).attention.sum")
    let input = try maximum(graph[sum.inputs[0]].name)
    return max(input, try maximum("layer.\(layer).attention.output")) / 127 / 256
  }

  private func inputName(_ graph: Graph, _ layer: Int) throws(XFormerError) -> String {
    graph[try node(graph, "layer.\(layer).attention.sum").inputs[0]].name
  }

  /// The layers with the same weights as one, itself among them: what is in the weights has to serve all of them.
  private func sharing(_ graph: Graph, _ layer: Int) throws(XFormerError) -> [Int] {
    func weights(_ layer: Int) throws(XFormerError) -> String {
      let name = "layer.\(layer).attention.query"
      guard case .linear(let parameter, _) = try node(graph, name).operation else {
        throw .node(name, "it is no linear layer with weights")
      }
      return parameter.name
    }
    let own = try weights(layer)
    var layers: [Int] = []
    for other in 0..<model.layers where try weights(other) == own { layers.append(other) }
    return layers
  }

  /// The greatest magnitude of each feature of nodes, whichever it is in.
  private func magnitudes(_ names: [String]) throws(XFormerError) -> [Double] {
    var all: [Double] = []
    for name in names {
      guard let features = featureMaxima[name] else { throw .node(name, "the calibration did not reach it") }
      all = all.isEmpty ? features : zip(all, features).map { max($0, $1) }
    }
    let least = (all.max() ?? 1) * 1e-4 + 1e-12
    return all.map { max($0, least) }
  }

  /// The codes of 8 bits of a place in the residual stream, whose codes of 16 bits have `step`.
  ///
  /// A feature with magnitude X that is read by weights of at most W has steps in the ratio X^m / W^(1 − m), m the migration, rounded to
  /// powers of two: the weights are as much larger as its steps are.
  private func narrowing(
    _ name: String, alike: [String], _ step: Double, _ graph: Graph, read: [String]
  ) throws(XFormerError) -> RowNumbers.Narrowing {
    let (own, all) = (try magnitudes([name]), try magnitudes(alike))
    var shifts = [UInt8](repeating: 0, count: own.count)
    if !read.isEmpty, migration > 0 {
      var weights = [Double](repeating: 1e-9, count: own.count)
      for name in read {
        guard case .linear(let parameter, _) = try node(graph, name).operation,
          let values = model.parameters[parameter.name]
        else { throw .node(name, "it is no linear layer with weights") }
        let outputs = values.shape[1]
        for (index, value) in values.elements.enumerated() {
          weights[index / outputs] = max(weights[index / outputs], Double(abs(value)))
        }
      }
      let ratios = zip(all, weights).map { log2(pow($0, migration) / pow($1, 1 - migration)).rounded() }
      let greatest = ratios.max() ?? 0
      shifts = ratios.map { UInt8(max(0, $0 - greatest + 7)) }
    }
    let least = shifts.min() ?? 0
    for index in shifts.indices { shifts[index] -= least }
    let range = zip(own, shifts).reduce(0) { max($0, $1.0 / Double(1 << $1.1)) }
    let shift = Int((log2(range / 127 / step) - 0.02).rounded(.up))
    return RowNumbers.Narrowing(shift: min(max(shift, 0), 15), shifts: shifts)
  }

  // MARK: Layers

  /// A layer, but for the normalisation of its input.
  ///
  /// - Parameters:
  ///   - stream: the steps of the residual stream, as attention and as the last matrix add to it.
  ///   - input: what queries, keys and values are made of.
  ///   - hidden: what the matrix before the function reads.
  private func quantized(
    _ graph: Graph, _ layer: Int, stream: (attention: Double, feedForward: Double), input: Codes, hidden: Codes,
    norms: (attention: XFormerLayer.Norm, output: XFormerLayer.Norm), _ sizes: XFormerSizes
  ) throws(XFormerError) -> XFormerLayer {
    let name = "layer.\(layer)."
    func step(_ part: String) throws(XFormerError) -> Double { try maximum(name + part) / 127 }
    let (q, k, v) = (try step("attention.query"), try step("attention.key"), try step("attention.value"))
    let context = try step("attention.context")
    let alike = try sharing(graph, layer)
    guard case .matmul(true, let scale) = try node(graph, name + "attention.scores").operation else {
      throw .node(name + "attention.scores", "it is no product of queries and keys")
    }
    guard case .activation(let kind) = try node(graph, name + "feedforward.activation").operation else {
      throw .node(name + "feedforward.activation", "it is no function")
    }
    let inner = try InnerCodes(
      kind, features: magnitudes(alike.map { "layer.\($0).feedforward.up" }),
      least: alike.map { bottoms["layer.\($0).feedforward.up"] ?? 0 }.min() ?? 0, room: sizes.crossbar.outputs)
    let heads = try node(graph, name + "attention.scores").shape[0]
    return XFormerLayer(
      query: try matrix(graph, name + "attention.query", input: input.step, input.narrowing, output: q),
      key: try matrix(graph, name + "attention.key", input: input.step, input.narrowing, output: k),
      value: try matrix(graph, name + "attention.value", input: input.step, input.narrowing, output: v),
      output: try matrix(graph, name + "attention.output", input: context, output: stream.attention),
      up: try matrix(
        graph, name + "feedforward.up", input: hidden.step, hidden.narrowing, output: inner.input.step,
        columns: inner.columns),
      down: try matrix(
        graph, name + "feedforward.down", input: inner.output.step, output: stream.feedForward,
        rows: inner.columns.map(\.feature)),
      heads: heads,
      scoreScale: try requantization(
        name + "scores", q * k * Double(scale) * 1.4426950408889634 * Double(1 << sizes.exponentFractionBits)),
      contextScale: try requantization(name + "context", v / context / 65536),
      function: inner.table,
      attentionNorm: norms.attention, outputNorm: norms.output, inputNarrowing: input.narrowing)
  }

  private func requantization(_ name: String, _ factor: Double) throws(XFormerError) -> RequantizationScale {
    do throws(RequantizationScaleError) { return try RequantizationScale(factor) } catch {
      throw .node(name, "\(error)")
    }
  }

  /// The codes of a linear layer.
  ///
  /// - Parameters:
  ///   - columns: the outputs, each with what is taken off it; nil for those of the layer as they are. An output without a feature is 0.
  ///   - rows: the inputs; nil for those of the layer as they are.
  private func matrix(
    _ graph: Graph, _ name: String, input: Double, _ narrowing: RowNumbers.Narrowing? = nil, output: Double,
    columns: [InnerCodes.Column]? = nil, rows: [Int?]? = nil
  ) throws(XFormerError) -> XFormerLayer.Matrix {
    guard case .linear(let weights, let bias) = try node(graph, name).operation,
      let values = model.parameters[weights.name]
    else { throw .node(name, "it is no linear layer with weights") }
    let own = (inputs: values.shape[0], outputs: values.shape[1])
    let columns = columns ?? (0..<own.outputs).map { InnerCodes.Column(feature: $0, below: 0) }
    let rows = rows ?? (0..<own.inputs).map { $0 }
    let input = narrowing.map { input * Double(1 << $0.shift) } ?? input
    let biases = bias.flatMap { model.parameters[$0.name]?.elements } ?? [Float](repeating: 0, count: own.outputs)
    var (codes, steps) = ([Int8](repeating: 0, count: rows.count * columns.count), [Double]())
    var (offsets, scales) = ([Int32](), [RequantizationScale]())
    let limit = Double(Int32.max / 2)
    for (place, column) in columns.enumerated() {
      var weights = [Double](repeating: 0, count: rows.count)
      if let feature = column.feature {
        for (index, row) in rows.enumerated() {
          guard let row else { continue }
          // Weights of a feature whose codes have greater steps are greater.
          let shift = narrowing.map { $0.shifts.isEmpty ? 0 : $0.shifts[row] } ?? 0
          weights[index] = Double(values.elements[row * own.outputs + feature]) * Double(1 << shift)
        }
      }
      let greatest = weights.reduce(0) { max($0, abs($1)) }
      let step = greatest > 0 ? greatest / 127 : 1 / 127
      steps.append(step)
      for index in weights.indices {
        codes[index * columns.count + place] = Int8((weights[index] / step).rounded(.toNearestOrEven))
      }
      let offset = (column.feature.map { Double(biases[$0]) } ?? 0) - column.below
      let whole = (offset / (input * step)).rounded(.toNearestOrEven)
      offsets.append(Int32(min(max(whole, -limit), limit)))
      scales.append(try requantization(name, input * step / output))
    }
    return XFormerLayer.Matrix(
      name: weights.name, inputs: rows.count, outputs: columns.count, codes: codes, bias: offsets, scales: scales)
  }

  private func norm(
    _ graph: Graph, _ name: String, input: Double, output place: Codes, keepsSum: Bool = false
  ) throws(XFormerError) -> XFormerLayer.Norm {
    let output = place.step
    guard case .layerNorm(let scale, let shift, let epsilon) = try node(graph, name).operation else {
      throw .node(name, "it is no layer normalisation")
    }
    let count = model.hiddenSize
    func values(_ parameter: ModelParameter?, _ otherwise: Float) -> [Float] {
      parameter.flatMap { model.parameters[$0.name]?.elements } ?? [Float](repeating: otherwise, count: count)
    }
    let (gamma, beta) = (values(scale, 1), values(shift, 0))
    let greatest = gamma.reduce(0) { max($0, Double(abs($1))) } / output
    // As many fraction bits as γ has room for; with γ alone beyond 16 bits the step of the output is too small.
    var bits = 0
    while bits < 16, greatest * Double(1 << (bits + 1)) < 32767 { bits += 1 }
    guard greatest * Double(1 << bits) < 32767.5 else { throw .node(name, "γ is too large for its output") }
    let factor = Double(1 << bits) / output
    let small = epsilon * Double(count * count) / (input * input)
    return XFormerLayer.Norm(
      gamma: gamma.map { Int32((Double($0) * factor).rounded(.toNearestOrEven)) },
      beta: beta.map { Int32(min(max((Double($0) / output).rounded(.toNearestOrEven), -32768), 32767)) },
      shift: RowNumbers.fractionBits + bits, small: UInt64(min(small.rounded(.toNearestOrEven), 0x1p60)),
      narrowing: place.narrowing, keepsSum: keepsSum)
  }
}
