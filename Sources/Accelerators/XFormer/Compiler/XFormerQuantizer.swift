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
  private(set) var bottoms: [String: Double] = [:]
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

  /// Whether a token of the model sees those before it and itself alone.
  ///
  /// - Throws: ``XFormerError``.
  public func isCausal() throws(XFormerError) -> Bool {
    guard case .softmax(.causal) = try node(drawn(), "layer.0.attention.probabilities").operation else { return false }
    return true
  }

  func drawn() throws(XFormerError) -> Graph {
    do throws(ModelError) {
      return try model.graph(tokens: model.imageShape == nil ? min(4, model.maximumTokens) : nil, outputs: ["hidden"])
    } catch { throw .node("model", "\(error)") }
  }

  /// Refuses what a layer has beside attention and two matrices.
  func refuseOthers(_ graph: Graph, _ layer: Int) throws(XFormerError) {
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
  func normalizesInputs(_ graph: Graph) throws(XFormerError) -> Bool {
    let query = try node(graph, "layer.0.attention.query")
    return graph[query.inputs[0]].name == "layer.0.attention.norm"
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

  func node(_ graph: Graph, _ name: String) throws(XFormerError) -> Graph.Node {
    guard let node = graph.node(named: name) else {
      throw .node(
        name,
        "the model has no such node: the machine runs layers of attention and of two matrices with a function between them"
      )
    }
    return node
  }

  func maximum(_ name: String) throws(XFormerError) -> Double {
    guard let found = maxima[name] else { throw .node(name, "the calibration did not reach it") }
    return found > 0 ? found : 1
  }

  /// The step of the codes of 16 bits at the input of a layer: they hold what is added to it too.
  func inputStep(_ graph: Graph, _ layer: Int) throws(XFormerError) -> Double {
    let sum = try node(graph, "layer.\(layer).attention.sum")
    let input = try maximum(graph[sum.inputs[0]].name)
    return max(input, try maximum("layer.\(layer).attention.output")) / 127 / 256
  }

  func inputName(_ graph: Graph, _ layer: Int) throws(XFormerError) -> String {
    graph[try node(graph, "layer.\(layer).attention.sum").inputs[0]].name
  }

  /// The layers with the same weights as one, itself among them: what is in the weights has to serve all of them.
  func sharing(_ graph: Graph, _ layer: Int) throws(XFormerError) -> [Int] {
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
  func magnitudes(_ names: [String]) throws(XFormerError) -> [Double] {
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
  func narrowing(
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
}
