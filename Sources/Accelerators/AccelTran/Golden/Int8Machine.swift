import Models
import NumberFormats
import Transformer

/// The machine with int8 codes in its lanes: what a ``Models/QuantizedModel`` is, with DynaTran in front of every product.
///
/// A code is kept where the real number that it stands for is beyond the threshold; a pruned one becomes the code of zero.
/// With a deferred division the probabilities' threshold is one on e^(x − maximum), which the lanes hold. Without thresholds a
/// run equals the quantised model's in every bit.
public struct Int8Machine: Sendable {
  /// The quantised model.
  public let quantized: QuantizedModel
  /// Where codes are pruned; places that no product reads are passed over.
  public var plan: PruningPlan
  /// The lanes, of which the multipliers and the packing count.
  public var lanes: LaneProduct

  /// Takes a quantised model.
  public init(_ quantized: QuantizedModel, plan: PruningPlan = PruningPlan(), lanes: LaneProduct = LaneProduct()) {
    self.quantized = quantized
    self.plan = plan
    self.lanes = lanes
  }

  /// What a run gives.
  public struct Run: Sendable {
    /// The outputs that were asked for, and what the quantised model tells of its sites.
    public var result: QuantizedModel.Result
    /// Zeros of each place.
    public var sparsity: [PruningSite: SparsityCount]
    /// The work of each product over real tokens, by the node's name.
    public var products: [String: ProductCounts]

    /// The work of all products.
    public var total: ProductCounts { products.values.reduce(into: ProductCounts()) { $0 += $1 } }
    /// Zeros of all places.
    public var allSites: SparsityCount { sparsity.values.reduce(into: SparsityCount()) { $0 += $1 } }
  }

  /// The codes that a threshold leaves.
  static func prune(_ codes: inout [Int32], _ format: SiteFormat, threshold: Double) {
    guard threshold > 0 else { return }
    let limits = format.factors.map { Int32(min((threshold * Double($0)).rounded(.down), 0x1p30)) }
    for index in codes.indices {
      let limit = limits.count == 1 ? limits[0] : limits[index % limits.count]
      if abs(codes[index] - format.zeroPoint) <= limit { codes[index] = format.zeroPoint }
    }
  }

  /// Computes a sequence.
  ///
  /// - Throws: ``AccelTranError/node(_:_:)`` with the model's own error.
  public func run(_ sequence: TokenSequence, outputs: [String] = ["hidden"]) throws(AccelTranError) -> Run {
    let (graph, result): (Graph, QuantizedModel.Result)
    do throws(ModelQuantizationError) {
      result = try quantized.run(sequence, outputs: outputs, keepsCodes: true) { site, format, codes in
        guard let place = PruningPlan.Place(site.place) else { return }
        Self.prune(&codes, format, threshold: plan[site.layer, place])
      }
      do throws(ModelError) { graph = try quantized.model.graph(tokens: sequence.count, outputs: outputs) } catch {
        throw .model(error)
      }
    } catch { throw .node("graph", "\(error)") }
    let tally = Int8Tally(self, graph, result.codes, sequence.attentionMask)
    return Run(result: result, sparsity: tally.sparsity(), products: tally.products())
  }
}

/// Counts zeros and work from the codes of a run.
private struct Int8Tally {
  let machine: Int8Machine
  let graph: Graph
  let codes: [Graph.Site: Tensor<Int32>]
  let isReal: [Bool]

  init(_ machine: Int8Machine, _ graph: Graph, _ codes: [Graph.Site: Tensor<Int32>], _ isReal: [Bool]) {
    self.machine = machine
    self.graph = graph
    self.codes = codes
    self.isReal = isReal
  }

  func sparsity() -> [PruningSite: SparsityCount] {
    var result: [PruningSite: SparsityCount] = [:]
    for (site, tensor) in codes {
      guard let place = PruningPlan.Place(site.place), let zero = machine.quantized.formats[site]?.zeroPoint,
        let columns = tensor.shape.last
      else { continue }
      let overTokens = site.place == .probabilities
      result[PruningSite(layer: site.layer, place: place)] = SparsityCount(
        rows: tensor.elements.count / columns, columns: columns,
        isReal: { row, column in isReal[row % isReal.count] && (!overTokens || isReal[column % isReal.count]) },
        isZero: { tensor.elements[$0] == zero })
    }
    return result
  }

  /// Which codes of a site are kept: real tokens × features.
  private func kept(_ site: Graph.Site) -> (mask: [Bool], columns: Int)? {
    guard let tensor = codes[site], let zero = machine.quantized.formats[site]?.zeroPoint,
      let columns = tensor.shape.last
    else { return nil }
    let rows = tensor.elements.count / columns
    let mask = (0..<rows).filter { isReal[$0 % isReal.count] }.flatMap { row in
      tensor.elements[row * columns..<(row + 1) * columns].map { $0 != zero }
    }
    return (mask, columns)
  }

  func products() -> [String: ProductCounts] {
    var result: [String: ProductCounts] = [:]
    let tokens = isReal.count { $0 }
    for node in graph.nodes {
      guard case .linear = node.operation, let layer = machine.quantized.layers[node.name],
        let site = graph[node.inputs[0]].site, let left = kept(site)
      else { continue }
      result[node.name] = machine.lanes.work(
        left.mask, layer.codes.map { $0 != 0 }, rows: tokens, inner: layer.inputs, columns: layer.outputs)
    }
    for layer in Set(codes.keys.map(\.layer)) {
      func kept(_ place: ActivationSite) -> (mask: [Bool], columns: Int)? {
        self.kept(Graph.Site(layer: layer, place: place))
      }
      guard let q = kept(.query), let k = kept(.key), let v = kept(.value),
        let p = codes[.init(layer: layer, place: .probabilities)],
        let shape = graph.nodes.first(where: { $0.name == "layer.\(layer).attention.scores" })?.shape,
        let zero = machine.quantized.formats[.init(layer: layer, place: .probabilities)]?.zeroPoint
      else { continue }
      let (heads, columns) = (shape[0], q.columns / shape[0])
      let groups = k.columns / columns
      for head in 0..<heads {
        let shared = head / (heads / groups)
        func part(_ all: (mask: [Bool], columns: Int), _ head: Int) -> [Bool] {
          var result: [Bool] = []
          for token in 0..<tokens {
            let start = token * all.columns + head * columns
            result += all.mask[start..<start + columns]
          }
          return result
        }
        let keys = part(k, shared)
        var turned: [Bool] = []
        for feature in 0..<columns { for token in 0..<tokens { turned.append(keys[token * columns + feature]) } }
        result["layer.\(layer).attention.scores", default: ProductCounts()] += machine.lanes.work(
          part(q, head), turned, rows: tokens, inner: columns, columns: tokens)
        let real = isReal.indices.filter { isReal[$0] }
        var shares: [Bool] = []
        for row in real {
          let start = (head * isReal.count + row) * isReal.count
          for column in real { shares.append(p.elements[start + column] != zero) }
        }
        result["layer.\(layer).attention.contexts", default: ProductCounts()] += machine.lanes.work(
          shares, part(v, shared), rows: tokens, inner: tokens, columns: columns)
      }
    }
    return result
  }
}
