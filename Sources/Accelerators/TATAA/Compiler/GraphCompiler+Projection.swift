import Golden
import Models
import NumberFormats

extension GraphCompiler {
  /// A linear layer on numbers, in front of the layers that have codes: fused products on the lanes. A vector has some outputs
  /// of all tokens side by side; the numbers of an input stand in memory as often.
  mutating func projection(
    _ node: Graph.Node, _ weights: ModelParameter, _ bias: ModelParameter?
  ) throws(CompilerError) -> Value {
    guard node.shape.count == 2 else { throw .node(node.name, "a projection is of tokens × features") }
    let source = try required(value(node, 0).real, node, "numbers")
    let (tokens, outputs) = (node.shape[0], node.shape[1])
    let inputs = weights.shape[0]
    let groups = groups(tokens, features: outputs)
    let step = groups * tokens
    let factors = table(weights.name, try numbers(weights), tokens: tokens, isSpread: groups > 1)
    var offsets: FeatureTable?
    if let bias { offsets = table(bias.name, try numbers(bias), tokens: tokens, isSpread: groups > 1) }
    let spread = take(2 * inputs * step)
    if groups > 1 {
      for (core, rows) in shares(inputs).enumerated() {
        try repeatRows(source, to: spread, rows: rows, width: tokens, times: groups, on: core)
      }
      if cores > 1 { try barrier() }
    }
    let x = groups > 1 ? spread : source
    let real = take(2 * node.count)
    let vectors = outputs / groups
    for (core, share) in shares(vectors).enumerated() where !share.isEmpty {
      let made = try program(Self.batches) { passes in
        var builder = VectorBuilder()
        for (first, lanes) in groups > 1 ? [(0, step)] : lanes(tokens) {
          func load(
            _ builder: inout VectorBuilder, _ table: FeatureTable, _ vector: Int, _ count: Int
          ) -> [VectorValue] {
            table.isSpread
              ? builder.load(count, address: table.address + 2 * vector * step, lanes: lanes)
              : builder.load(count, address: table.address + 2 * vector, lanes: lanes, broadcasts: true)
          }
          for start in stride(from: share.lowerBound, to: share.upperBound, by: passes.batch) {
            let count = min(passes.batch, share.upperBound - start)
            /// The sums of the classes from `place` on, at a distance.
            func sums(_ place: Int, _ distance: Int) -> [VectorValue]? {
              if distance < VectorBuilder.sumClasses {
                let (low, high) = (sums(place, 2 * distance), sums(place + distance, 2 * distance))
                guard let low, let high else { return low ?? high }
                return zip(low, high).map { builder.apply(.add, $0, $1) }
              }
              var sums: [VectorValue]?
              for input in stride(from: place, to: inputs, by: VectorBuilder.sumClasses) {
                let number = builder.load(address: x.address + 2 * (input * step + first), lanes: lanes)
                let weights = load(&builder, factors, input * vectors + start, count)
                sums = weights.enumerated().map { place, weight in
                  sums.map { builder.fma(number, weight, $0[place]) } ?? builder.apply(.multiply, number, weight)
                }
                builder.endBatch()
              }
              return sums
            }
            var results = sums(0, 1) ?? []
            if let offsets {
              let offsets = load(&builder, offsets, start, count)
              results = zip(results, offsets).map { builder.apply(.add, $0, $1) }
            }
            builder.store(results, address: real.address + 2 * (start * step + first), lanes: lanes, stride: 2 * step)
            builder.endBatch()
          }
        }
        return builder
      }
      append(made, to: core)
    }
    plan.release(spread.address, spread.size)
    return Value(real: real)
  }

  /// Tensors of tokens × features one behind the other: the tokens of each take their places in every feature.
  mutating func joined(_ node: Graph.Node) throws(CompilerError) -> Value {
    guard node.shape.count == 2 else { throw .node(node.name, "tokens × features are what is joined") }
    let (tokens, features) = (node.shape[0], node.shape[1])
    let real = take(2 * node.count)
    var place = 0
    for (number, input) in node.inputs.enumerated() {
      let source = try required(value(node, number).real, node, "numbers")
      let rows = graph[input].shape[0]
      let start = place
      for (core, share) in shares(features).enumerated() where !share.isEmpty {
        let made = try program(Self.batches) { passes in
          var builder = VectorBuilder()
          for (first, lanes) in lanes(rows) {
            for feature in stride(from: share.lowerBound, to: share.upperBound, by: passes.batch) {
              let numbers = builder.load(
                min(passes.batch, share.upperBound - feature), address: source.address + 2 * (feature * rows + first),
                lanes: lanes, stride: 2 * rows)
              builder.store(
                numbers, address: real.address + 2 * (feature * tokens + start + first), lanes: lanes,
                stride: 2 * tokens)
              builder.endBatch()
            }
          }
          return builder
        }
        append(made, to: core)
      }
      place += rows
    }
    return Value(real: real)
  }

  /// Stores each of some rows of numbers several times side by side, and FENCE behind them.
  mutating func repeatRows(
    _ source: Block, to target: Block, rows: Range<Int>, width: Int, times: Int, on core: Int
  ) throws(CompilerError) {
    guard !rows.isEmpty else { return }
    var builder = VectorBuilder()
    let most = min(VectorBuilder.maximumStores, configuration.vectorRegisters)
    for first in stride(from: rows.lowerBound, to: rows.upperBound, by: most) {
      let numbers = builder.load(
        min(most, rows.upperBound - first), address: source.address + 2 * first * width, lanes: width)
      for time in 0..<times {
        builder.store(
          numbers, address: target.address + 2 * (first * times + time) * width, lanes: width,
          stride: 2 * times * width)
      }
    }
    builder.fence()
    try append(builder, to: core)
  }
}
