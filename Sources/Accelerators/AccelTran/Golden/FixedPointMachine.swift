import Models
import NumberFormats
import Transformer

/// The machine in fixed point: a transformer encoder or decoder, bit for bit, with DynaTran at every result.
///
/// Every tensor is one of codes. Products are summed exactly and rounded once; biases are added before that. Scores are
/// pruned as exact sums, then scaled and rounded. Softmax, normalisation and functions are those of ``FixedPointSoftmax``,
/// ``FixedPointNormalization`` and ``LaneFunction``. Sums of residuals saturate. The result is the last layer's output.
///
///     let machine = try FixedPointMachine(model, plan: .published(0.02))
///     let run = try machine.run(sequence)
public struct FixedPointMachine: Sendable {
  /// The model.
  public let model: TransformerModel
  /// The lanes.
  public var lanes: LaneProduct
  /// Where results are pruned.
  public var plan: PruningPlan
  /// Loops that find thresholds while the machine runs; nil for those of the plan.
  public var loops: PruningLoops?
  /// The threshold below which weights are zero, 0 for none.
  public var weightThreshold: Double
  /// The unit for GELU; nil for the model's own function, rounded once.
  public var function: LaneFunction?
  /// Whether a function stands behind the last product of a layer too, as in the published operation list.
  public var activatesLast: Bool

  /// Takes a model.
  public init(
    _ model: TransformerModel, lanes: LaneProduct = LaneProduct(), plan: PruningPlan = PruningPlan(),
    weightThreshold: Double = 0, function: LaneFunction? = nil, activatesLast: Bool = false
  ) {
    self.model = model
    self.lanes = lanes
    self.plan = plan
    self.weightThreshold = weightThreshold
    self.function = function
    self.activatesLast = activatesLast
  }

  /// What a run gives.
  public struct Run: Hashable, Sendable {
    /// The codes of the last layer's output, tokens × features.
    public var hidden: CodeTensor
    /// The codes of each node of the graph that was computed, where they were asked for.
    public var nodes: [String: CodeTensor]
    /// Zeros of each place.
    public var sparsity: [PruningSite: SparsityCount]
    /// The work of each product, by the node's name.
    public var products: [String: ProductCounts]
    /// Codes that saturated when a parameter was read.
    public var saturatedParameters: Int

    /// The work of all products.
    public var total: ProductCounts { products.values.reduce(into: ProductCounts()) { $0 += $1 } }
    /// Zeros of all places.
    public var allSites: SparsityCount { sparsity.values.reduce(into: SparsityCount()) { $0 += $1 } }
  }

  /// Computes a sequence.
  ///
  /// - Parameters:
  ///   - sequence: tokens; of padding nothing is counted as work.
  ///   - keepsNodes: whether the codes of every node are kept.
  /// - Throws: ``AccelTranError/node(_:_:)`` for what the machine does not compute, or the model's own error.
  public func run(_ sequence: TokenSequence, keepsNodes: Bool = false) throws(AccelTranError) -> Run {
    let (graph, inputs): (Graph, [String: TensorValue])
    do throws(ModelError) {
      graph = try model.graph(tokens: sequence.count, outputs: ["hidden"])
      inputs = try model.inputs(for: sequence)
    } catch { throw .node("graph", "\(error)") }
    var execution = FixedPointExecution(self, graph, inputs, isReal: sequence.attentionMask)
    let hidden = try execution.run(keepsNodes: keepsNodes)
    return Run(
      hidden: hidden, nodes: execution.kept, sparsity: execution.sparsity, products: execution.products,
      saturatedParameters: execution.saturated)
  }
}
