import Models
import TATAA

/// The matrix products of a layer of a published model, and their cycles on TATAA beside those of a plain schedule.
public struct SystolicComparison: Sendable {
  /// Matrix products of one shape.
  public struct Product: Hashable, Sendable {
    /// The model and the node.
    public var name: String
    /// Products of this shape, such as one for each head.
    public var count: Int
    /// Rows and columns of the result, and the products of each sum.
    public var rows, columns, depth: Int
    /// Cycles of all of them, one after the other: of the plain schedule, and by SCALE-Sim's formula.
    public var plain, published: Int
    /// Cycles on TATAA by the cycle model, from the first operand to the last stored word.
    public var overlapped: Int

    /// Multiply-accumulates.
    public var multiplications: Int { count * rows * columns * depth }
  }

  /// The array: that of the accelerator.
  public let schedule: PlainSchedule
  /// The products.
  public private(set) var products: [Product] = []
  private let evidence: TATAAEvidence

  /// The sizes of the accelerator.
  public var configuration: Configuration { evidence.configuration }

  /// A comparison on an accelerator.
  ///
  /// - Throws: ``TATAA/ConfigurationError``.
  public init(configuration: Configuration = .standard, latency: Int = 8) throws(ConfigurationError) {
    evidence = try TATAAEvidence(configuration: configuration, latency: latency)
    schedule = PlainSchedule(rows: configuration.tileRows, columns: configuration.tileColumns)
  }

  /// Takes `count` products of a shape.
  ///
  /// - Throws: ``TATAA/CompilerError``.
  public mutating func add(_ name: String, count: Int = 1, rows: Int, columns: Int, depth: Int) throws {
    let estimate = try evidence.products(count, rows, columns, depth)
    products.append(
      Product(
        name: name, count: count, rows: rows, columns: columns, depth: depth,
        plain: count * schedule.cycles(rows: rows, columns: columns, depth: depth),
        published: count * schedule.published(rows: rows, columns: columns, depth: depth),
        overlapped: TATAAEvidence.window(estimate)))
  }

  /// Takes the products of the first layer of a model.
  ///
  /// - Parameters:
  ///   - tokens: of a sequence; nil where the model says it.
  ///   - past: Tokens that a decoder has seen before, one being new: then a layer has one row, and attention reads all.
  /// - Throws: ``TATAA/CompilerError`` and what the model says.
  public mutating func add(_ shape: PublishedShape, tokens: Int?, past: Int? = nil) throws {
    let graph = try shape.model().graph(tokens: tokens, outputs: ["hidden"])
    for node in graph.nodes where node.name.hasPrefix("layer.0.") {
      let length = past.map { "token \($0 + 1)" } ?? tokens.map { "\($0) tokens" } ?? "its tokens"
      let name = "\(shape.rawValue), \(length), \(node.name.dropFirst("layer.0.".count))"
      switch node.operation {
      case .linear(let weights, _):
        try add(
          name, rows: past == nil ? node.count / weights.shape[1] : 1, columns: weights.shape[1],
          depth: weights.shape[0])
      case .matmul:
        let inner = graph[node.inputs[0]].shape.last ?? 1
        guard let past else {
          try add(name, count: node.shape[0], rows: node.shape[1], columns: node.shape[2], depth: inner)
          continue
        }
        // Scores have a column for each token, contexts a step.
        let isScores = node.name.hasSuffix("scores")
        try add(
          name, count: node.shape[0], rows: 1, columns: isScores ? past + 1 : node.shape[2],
          depth: isScores ? inner : past + 1)
      default: continue
      }
    }
  }
}
