import Models
import Transformer

/// How the results at places with a loop are divided among commands.
enum LoopBlocks {
  /// Rows of a command of normalisation.
  static let rows = 4
}

extension EngineProgram {
  /// The blocks of each place of an encoder's layers, in the order of the commands that ``layers(_:_:_:layers:order:isDense:)``
  /// writes.
  static func loopBlocks(
    _ sizes: EngineSizes, _ graph: Graph, tokens sequence: TokenSequence
  ) throws(AccelTranError) -> [PruningPlan.Place: [PruningBlock]] {
    let tokens = sequence.count
    func weights(_ name: String) throws(AccelTranError) -> [Int] {
      guard case .linear(let weights, _)? = graph.node(named: "layer.0." + name)?.operation else {
        throw .node("layer.0." + name, "it is no linear layer")
      }
      return weights.shape
    }
    let (projection, up) = (try weights("attention.query"), try weights("feedforward.up"))
    guard let scores = graph.node(named: "layer.0.attention.scores") else {
      throw .node("layer.0.attention.scores", "the model has no such node")
    }
    let (width, heads) = (projection[1], scores.shape[0])
    let (size, real) = (width / heads, sequence.attentionMask.count { $0 })
    let linear = ProductCut.blocks(sizes, rows: tokens, inner: projection[0], columns: width)
    let turned = ProductCut.blocks(sizes, rows: width, inner: projection[0], columns: tokens)
    let context = ProductCut.blocks(sizes, rows: tokens, inner: tokens, columns: size)
    let rows = stride(from: 0, to: tokens, by: LoopBlocks.rows).map {
      PruningBlock(rows: $0..<min(tokens, $0 + LoopBlocks.rows), columns: 0..<up[0])
    }
    return [
      .query: linear, .key: linear,
      .value: turned.map { PruningBlock(rows: $0.columns, columns: $0.rows) },
      .probabilities: (0..<heads).map { PruningBlock(rows: $0 * tokens..<($0 + 1) * tokens, columns: 0..<real) },
      .context: (0..<heads).flatMap { head in
        context.map {
          PruningBlock(
            rows: $0.rows, columns: head * size + $0.columns.lowerBound..<head * size + $0.columns.upperBound)
        }
      },
      .feedForwardInput: rows, .input: rows,
      .feedForwardHidden: ProductCut.blocks(sizes, rows: tokens, inner: up[0], columns: up[1]),
    ]
  }
}
