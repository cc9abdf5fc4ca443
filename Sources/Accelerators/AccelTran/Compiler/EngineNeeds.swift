import Models
import Transformer

/// What the layers of a model need of a machine.
public struct EngineNeeds: Hashable, Sendable {
  /// Numbers of the longest row that normalisation, softmax or a bias has.
  public var rowLength: Int
  /// The greatest inner extent of a product.
  public var inner: Int
  /// Rows of products: tokens.
  public var rows: Int
  /// Numbers of a head: heads begin with a word of the bus.
  public var headSize: Int
  /// The greatest absolute value of parameters and results in binary32.
  public var magnitude: Double

  /// Describes needs.
  public init(rowLength: Int, inner: Int, rows: Int, headSize: Int, magnitude: Double) {
    (self.rowLength, self.inner, self.rows) = (rowLength, inner, rows)
    (self.headSize, self.magnitude) = (headSize, magnitude)
  }

  /// Reads extents from the graph, and magnitudes from a run in binary32.
  ///
  /// - Parameter layers: How many layers run on the machine, from the first one on.
  /// - Throws: what the graph or the interpreter says.
  public init(
    _ model: TransformerModel, _ sequence: TokenSequence, layers: Int
  ) throws(AccelTranError) {
    do {
      let graph = try model.graph(tokens: sequence.count, outputs: ["hidden"])
      (rowLength, inner, rows, headSize, magnitude) = (sequence.count, 1, sequence.count, .max, 0)
      func runs(_ node: Graph.Node) -> Bool {
        let words = node.name.split(separator: ".")
        return words.count > 1 && words[0] == "layer" && Int(words[1]).map { $0 < layers } == true
      }
      for node in graph.nodes where runs(node) {
        switch node.operation {
        case .linear(let weights, _):
          (rowLength, inner) = (max(rowLength, weights.shape[1]), max(inner, weights.shape[0]))
        case .matmul(true, _):
          headSize = min(headSize, graph[node.inputs[0]].shape.last ?? 1)
          inner = max(inner, sequence.count)
        case .layerNorm: rowLength = max(rowLength, node.shape.last ?? 1)
        default: break
        }
        for parameter in node.operation.parameters {
          magnitude = max(magnitude, Self.greatest(model.parameters[parameter.name]?.elements ?? []))
        }
      }
      var greatest = magnitude
      _ = try Interpreter(graph, parameters: model.parameters)(model.inputs(for: sequence)) { node, value in
        if runs(node) { greatest = max(greatest, Self.greatest(value.real?.elements ?? [])) }
      }
      magnitude = greatest
    } catch { throw .node("graph", "\(error)") }
  }

  private static func greatest(_ values: [Float]) -> Double {
    Double(values.reduce(Float(0)) { max($0, abs($1)) })
  }
}

extension EngineSizes {
  /// A size that was enlarged, or made smaller, for a model.
  public struct Adjustment: Hashable, Sendable, CustomStringConvertible {
    /// The size, by the name a user gives.
    public var name: String
    /// What it was, and what it is.
    public var before, after: Int
    /// What needs it.
    public var reason: String

    /// `row-length=2048 (rows of 1536 numbers)`.
    public var description: String { "\(name)=\(after) (\(reason))" }
  }

  /// The sizes with which a model runs: rows, buffers and bits before the binary point are as many as it needs, the bus no wider
  /// than a head. Nothing gets smaller but the bus, and the bits behind the point where all would be more than 24.
  ///
  /// - Parameter kept: Sizes that the user chose, by name; they stay.
  public func fitted(
    to needs: EngineNeeds, keeping kept: Set<String> = []
  ) -> (sizes: EngineSizes, changes: [Adjustment]) {
    var (result, changes) = (self, [Adjustment]())
    func power(_ value: Int) -> Int { value <= 1 ? 1 : 1 << (Int.bitWidth - (value - 1).leadingZeroBitCount) }
    func set(_ name: String, _ value: Int, _ reason: String) {
      guard !kept.contains(name), let path = Self.settings.first(where: { $0.name == name })?.path,
        result[keyPath: path] != value
      else { return }
      changes.append(Adjustment(name: name, before: result[keyPath: path], after: value, reason: reason))
      result[keyPath: path] = value
    }
    func enlarge(_ name: String, _ path: KeyPath<EngineSizes, Int>, _ value: Int, _ reason: String) {
      set(name, max(result[keyPath: path], value), reason)
    }
    let headWord = 32 * (needs.headSize & -needs.headSize)
    if headWord < result.busWidth, headWord >= 64 {
      set("bus-width", headWord, "heads of \(needs.headSize) numbers")
    }
    enlarge("row-length", \.rowLength, min(power(needs.rowLength), 4096), "rows of \(needs.rowLength) numbers")
    let chunks = (needs.inner + chunk - 1) / chunk
    enlarge("weight-chunks", \.weightChunks, power(chunks), "columns of \(needs.inner) numbers")
    // All rows of a product, as long as that is no more than 4,096 chunks; one group of them in any case.
    let rows = (needs.rows + sharedRows - 1) / sharedRows * sharedRows
    let room = max(sharedRows, min(rows, 4096 / max(chunks, 1) / sharedRows * sharedRows)) * chunks
    enlarge("activation-chunks", \.activationChunks, power(room), "\(needs.rows) rows of \(needs.inner) numbers")
    var bits = 1
    while bits < 16, needs.magnitude >= Double(1 << (bits - 1)) { bits += 1 }
    enlarge("integer-bits", \.integerBits, bits, "numbers up to \(Figure.fixed(needs.magnitude, 1))")
    if result.width > 24 { set("fraction-bits", 24 - result.integerBits, "24 bits in all") }
    return (result, changes)
  }
}
