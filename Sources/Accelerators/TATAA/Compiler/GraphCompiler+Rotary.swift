import Models
import NumberFormats

extension GraphCompiler {
  /// Pairs of features of each head, turned by the angle of their token, and their codes. The cosines and sines stand in memory,
  /// pair by pair with the tokens side by side, once for all layers.
  mutating func rotated(
    _ node: Graph.Node, _ rotary: Models.GraphOperation.Rotary
  ) throws(CompilerError) -> Value {
    let source = try required(value(node, 0).real, node, "numbers")
    guard node.shape.count == 3, let format = node.site.flatMap({ quantized.formats[$0] }), format.factors.count == 1
    else { throw .node(node.name, "queries and keys in codes are what is turned, as heads × tokens × features") }
    let (heads, tokens, features) = (node.shape[0], node.shape[1], node.shape[2])
    let half = features / 2
    let angles = rotary.angles(tokens: tokens, features: features)
    func table(_ name: String, _ number: ((sine: Double, cosine: Double)) -> Double) -> Int {
      let numbers = (0..<half).flatMap { pair in
        (0..<tokens).map { BFloat16(number(angles[$0 * half + pair])) }
      }
      return hold(
        "rotary.\(name).\(rotary.base).\(rotary.firstPosition).\(tokens).\(features)", HostInterface.bytes(numbers))
    }
    let (cosines, sines) = (table("cosines") { $0.cosine }, table("sines") { $0.sine })
    let target = place(node, tokens: tokens, outputs: heads * features, isTransposed: true)
    let codes = VectorBuilder.VectorCodes(
      factor: .constant(Double(format.factors[0])), low: Int(format.range.lowerBound),
      high: Int(format.range.upperBound))
    // Where the codes are dense, pairs fill a vector side by side; in a cache each feature has a row of its own.
    let isDense = target.stride == tokens
    for (core, share) in shares(heads).enumerated() where !share.isEmpty {
      let made = try program(Self.batches) { passes in
        let pieces: [(first: Int, code: Int, count: Int, lanes: Int)]
        if isDense {
          pieces = vectors(0..<half * tokens, batch: passes.batch).map { ($0.first, $0.first, $0.vectors, $0.lanes) }
        } else {
          pieces = lanes(tokens).flatMap { first, lanes in
            stride(from: 0, to: half, by: passes.batch).map { pair in
              (pair * tokens + first, pair * target.stride + first, min(passes.batch, half - pair), lanes)
            }
          }
        }
        let (rowBytes, codeStride) = isDense ? (nil, nil) : (2 * tokens, target.stride)
        var builder = VectorBuilder()
        for head in share {
          for piece in pieces {
            func load(_ start: Int) -> [VectorValue] {
              builder.load(piece.count, address: start + 2 * piece.first, lanes: piece.lanes, stride: rowBytes)
            }
            let start = source.address + 2 * head * features * tokens
            let (first, second) = (load(start), load(start + 2 * half * tokens))
            let (cosine, sine) = (load(cosines), load(sines))
            func turned(_ kept: [VectorValue], _ other: [VectorValue]) -> [VectorValue] {
              kept.indices.map { index in
                builder.apply(
                  .fusedMultiplyAdd, other[index], sine[index], builder.apply(.multiply, kept[index], cosine[index]))
              }
            }
            for (part, results) in [(0, turned(first, second.map { -$0 })), (1, turned(second, first))] {
              builder.store(
                results, as: codes,
                address: target.address + (head * features + part * half) * target.stride + piece.code,
                lanes: piece.lanes, stride: codeStride)
            }
            builder.endBatch()
          }
        }
        return builder
      }
      append(made, to: core)
    }
    return target.value
  }
}
