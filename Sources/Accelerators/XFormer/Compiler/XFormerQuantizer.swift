import Golden
public import Models
import NumberFormats
public import Transformer

/// Makes integer layers of an encoder in binary32, for ranges that are measured.
///
/// Weights have a scale for each output, activations one for each place. The residual stream is kept in codes of 16 bits whose
/// step is 1/256 of that of the 8-bit codes which the projections read, so that a sum of a row and what a projection adds to it
/// is one of integers.
public struct XFormerQuantizer: Sendable {
  /// The model.
  public let model: TransformerModel
  /// The greatest magnitude of the results of each node, by name.
  public private(set) var maxima: [String: Double] = [:]

  /// Measures the ranges of a model.
  ///
  /// - Throws: ``XFormerError`` when there is no sequence, or one cannot be run.
  public init(_ model: TransformerModel, sequences: [TokenSequence]) throws(XFormerError) {
    guard !sequences.isEmpty else { throw .range("sequences", 0, 1...4096) }
    self.model = model
    for sequence in sequences {
      var found = maxima
      _ = try Self.run(model, sequence) { node, value in
        guard let tensor = value.real else { return }
        var greatest = found[node.name] ?? 0
        for element in tensor.elements { greatest = max(greatest, Double(abs(element))) }
        found[node.name] = greatest
      }
      maxima = found
    }
  }

  private static func run(
    _ model: TransformerModel, _ sequence: TokenSequence, _ observe: (Graph.Node, TensorValue) -> Void
  ) throws(XFormerError) -> Graph {
    do throws(ModelError) {
      let graph = try model.graph(tokens: sequence.count, outputs: ["hidden"])
      let inputs = try model.inputs(for: sequence)
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

    /// The codes of the input of the first layer.
    public func codes(_ rows: [[Float]]) -> [[Int32]] {
      rows.map { row in
        row.map { Int32(min(max((Double($0) / inputStep).rounded(.toNearestOrEven), -32767), 32767)) }
      }
    }
  }

  /// The layers of a range as integers, for a machine: the scale of the scores counts the fraction bits of its exponents.
  ///
  /// - Throws: ``XFormerError`` for a model that is no encoder with normalisation behind each sum.
  public func encoder(_ range: Range<Int>, for sizes: XFormerSizes) throws(XFormerError) -> Encoder {
    let graph: Graph
    do throws(ModelError) { graph = try model.graph(tokens: 4, outputs: ["hidden"]) } catch {
      throw .node("model", "\(error)")
    }
    guard range.lowerBound >= 0, range.upperBound <= model.layers, !range.isEmpty else {
      throw .range("layers", range.upperBound, 1...model.layers)
    }
    var steps: [Double] = []
    for layer in range { steps.append(try inputStep(graph, layer)) }
    // Behind the last layer there is no sum that shares the range.
    steps.append(
      range.upperBound < model.layers
        ? try inputStep(graph, range.upperBound)
        : try maximum("layer.\(range.upperBound - 1).feedforward.norm") / 127 / 256)
    var layers: [XFormerLayer] = []
    for (index, layer) in range.enumerated() {
      layers.append(
        try quantized(
          graph, layer, input: steps[index], output: steps[index + 1], exponentSteps: 1 << sizes.exponentFractionBits))
    }
    return Encoder(layers: layers, outputSteps: Array(steps.dropFirst()), inputStep: steps[0])
  }

  /// The rows that the first layer of a range reads, and those that its last layer gives, of the tokens that attention sees.
  public func rows(
    _ sequence: TokenSequence, layers range: Range<Int>
  ) throws(XFormerError) -> (input: [[Float]], output: [[Float]]) {
    var results: [String: [Float]] = [:]
    let graph = try Self.run(model, sequence) { node, value in
      if let tensor = value.real { results[node.name] = tensor.elements }
    }
    let sum = try node(graph, "layer.\(range.lowerBound).attention.sum")
    let count = sequence.attentionMask.count { $0 }
    guard sequence.attentionMask.prefix(count).allSatisfy({ $0 }) else {
      throw .node("mask", "padding stands between tokens: put it behind them")
    }
    let width = model.hiddenSize
    func rows(_ name: String) -> [[Float]] {
      let all = results[name] ?? []
      return (0..<count).map { Array(all[$0 * width..<($0 + 1) * width]) }
    }
    return (rows(graph[sum.inputs[0]].name), rows("layer.\(range.upperBound - 1).feedforward.norm"))
  }

  // MARK: Ranges

  private func node(_ graph: Graph, _ name: String) throws(XFormerError) -> Graph.Node {
    guard let node = graph.node(named: name) else {
      throw .node(name, "the model has no such node: the machine runs encoders with normalisation behind each sum")
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

  // MARK: Layers

  private func quantized(
    _ graph: Graph, _ layer: Int, input: Double, output: Double, exponentSteps: Int
  ) throws(XFormerError) -> XFormerLayer {
    let name = "layer.\(layer)."
    let hidden =
      max(try maximum(name + "attention.norm"), try maximum(name + "feedforward.down")) / 127 / 256
    func step(_ part: String) throws(XFormerError) -> Double { try maximum(name + part) / 127 }
    let (q, k, v) = (try step("attention.query"), try step("attention.key"), try step("attention.value"))
    let context = try step("attention.context")
    let (u, g) = (try step("feedforward.up"), try step("feedforward.activation"))
    guard case .matmul(true, let scale) = try node(graph, name + "attention.scores").operation else {
      throw .node(name + "attention.scores", "it is no product of queries and keys")
    }
    guard case .activation(let kind) = try node(graph, name + "feedforward.activation").operation else {
      throw .node(name + "feedforward.activation", "it is no function")
    }
    let heads = try node(graph, name + "attention.scores").shape[0]
    return XFormerLayer(
      query: try matrix(graph, name + "attention.query", input: 256 * input, output: q),
      key: try matrix(graph, name + "attention.key", input: 256 * input, output: k),
      value: try matrix(graph, name + "attention.value", input: 256 * input, output: v),
      output: try matrix(graph, name + "attention.output", input: context, output: input),
      up: try matrix(graph, name + "feedforward.up", input: 256 * hidden, output: u),
      down: try matrix(graph, name + "feedforward.down", input: g, output: hidden), heads: heads,
      scoreScale: try requantization(
        name + "scores", q * k * Double(scale) * 1.4426950408889634 * Double(exponentSteps)),
      contextScale: try requantization(name + "context", v / context / 65536),
      function: try table(kind, from: u, to: g),
      attentionNorm: try norm(graph, name + "attention.norm", input: input, output: hidden),
      outputNorm: try norm(graph, name + "feedforward.norm", input: hidden, output: output))
  }

  private func requantization(_ name: String, _ factor: Double) throws(XFormerError) -> RequantizationScale {
    do throws(RequantizationScaleError) { return try RequantizationScale(factor) } catch {
      throw .node(name, "\(error)")
    }
  }

  private func matrix(
    _ graph: Graph, _ name: String, input: Double, output: Double
  ) throws(XFormerError) -> XFormerLayer.Matrix {
    guard case .linear(let weights, let bias) = try node(graph, name).operation,
      let values = model.parameters[weights.name]
    else { throw .node(name, "it is no linear layer with weights") }
    let (inputs, outputs) = (values.shape[0], values.shape[1])
    let offsets = bias.flatMap { model.parameters[$0.name]?.elements } ?? [Float](repeating: 0, count: outputs)
    var steps = [Double](repeating: 0, count: outputs)
    for (index, value) in values.elements.enumerated() {
      steps[index % outputs] = max(steps[index % outputs], Double(abs(value)) / 127)
    }
    for column in steps.indices where steps[column] == 0 { steps[column] = 1 / 127 }
    let codes = values.elements.enumerated().map { index, value in
      Int8((Double(value) / steps[index % outputs]).rounded(.toNearestOrEven))
    }
    var scales: [RequantizationScale] = []
    for step in steps { scales.append(try requantization(name, input * step / output)) }
    let limit = Double(Int32.max / 2)
    return XFormerLayer.Matrix(
      name: weights.name, inputs: inputs, outputs: outputs, codes: codes,
      bias: zip(offsets, steps).map { offset, step in
        Int32(min(max((Double(offset) / (input * step)).rounded(.toNearestOrEven), -limit), limit))
      }, scales: scales)
  }

  private func norm(
    _ graph: Graph, _ name: String, input: Double, output: Double
  ) throws(XFormerError) -> XFormerLayer.Norm {
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
      shift: RowNumbers.fractionBits + bits, small: UInt64(min(small.rounded(.toNearestOrEven), 0x1p60)))
  }

  private func table(
    _ kind: Models.GraphOperation.Activation, from input: Double, to output: Double
  ) throws(XFormerError) -> [Int8] {
    let function: UnaryFunction =
      switch kind {
      case .gelu: .gelu
      case .geluTanh: .geluTanh
      case .relu: .relu
      case .silu: .silu
      case .tanh: .tanh
      case .quickGelu: throw .node("activation", "\(kind) has no table")
      }
    guard let step = Dyadic(exactly: input), let scale = Dyadic(exactly: output) else {
      throw .node("activation", "its range is no number")
    }
    return (0..<256).map { index in
      let code = Int8(truncatingIfNeeded: index)
      if code == 0 { return 0 }
      let value = RealValue(Dyadic(Int64(code)) * step)
      let result = IntegerFormat.int8.integer(of: function.code(for: value, in: IntegerFormat.int8, scale: scale))
      return Int8(max(result, -127))
    }
  }
}
