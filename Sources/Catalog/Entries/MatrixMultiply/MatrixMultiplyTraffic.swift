import Costs
import Golden
import NumberFormats
import Testbench
import Units

/// A product to compute, by its sizes.
package struct Product: Hashable, Sendable {
  /// M, K and N.
  package var rows, depth, columns: Int

  /// A product of `rows` × `depth` by `depth` × `columns`.
  package init(_ rows: Int, _ depth: Int, _ columns: Int) {
    (self.rows, self.depth, self.columns) = (rows, depth, columns)
  }

  /// Whether a size is 0, so that there is nothing to compute.
  package var isEmpty: Bool { rows == 0 || depth == 0 || columns == 0 }
}

/// The traffic of a matrix-multiply engine's streams: stimuli and expectations from the golden schedule.
package struct MatrixMultiplyTraffic: Sendable {
  /// The engine.
  package let engine: MatrixMultiply
  private let schedule: MatrixMultiplySchedule

  /// Traffic for `engine`.
  package init(_ engine: MatrixMultiply) throws {
    self.engine = engine
    let arithmetic = engine.arithmetic
    let dataflow: MatrixMultiplySchedule.Dataflow =
      switch engine.dataflow {
      case .weightStationary(let maximumRows): .weightStationary(maximumRows: maximumRows)
      case .outputStationary: .outputStationary
      }
    schedule = try MatrixMultiplySchedule(
      rows: engine.rows, columns: engine.columns, dataflow: dataflow,
      multiplication: MatrixMultiplication(
        left: arithmetic.activation, right: arithmetic.weight,
        accumulator: IntegerFormat(width: arithmetic.accumulatorWidth, isSigned: true)))
  }

  /// Adds a job of which a size is 0: it has no operands, no parameters and no results.
  package func addEmpty(_ product: Product, to bench: inout StreamBench) throws {
    try bench.send([product.rows, product.depth, product.columns], on: "job")
  }

  /// Words that the beats of a product take, in stimuli and expectations.
  func words(_ product: Product) -> Int {
    let (m, k, n) = (product.rows, product.depth, product.columns)
    let tile =
      switch engine.dataflow {
      case .weightStationary(let maximumRows): maximumRows
      case .outputStationary: engine.rows
      }
    func blocks(_ size: Int, _ tile: Int) -> Int { (size + tile - 1) / tile }
    let (left, right) = (blocks(k, engine.rows) * engine.rows, blocks(n, engine.columns) * engine.columns)
    return m * left * blocks(n, engine.columns) + k * right * blocks(m, tile) + m * right
  }

  /// Adds a job with random operands, one in four extreme, and garbage in lanes without an operand.
  package func add(_ product: Product, to stimuli: inout StreamBench, _ random: inout Xoshiro256) throws {
    let left = try Matrix(
      rows: product.rows, columns: product.depth,
      elements: (0..<(product.rows * product.depth)).map { _ in random.value(engine.arithmetic.activation) })
    let right = try Matrix(
      rows: product.depth, columns: product.columns,
      elements: (0..<(product.depth * product.columns)).map { _ in random.value(engine.arithmetic.weight) })
    try add(left, right, to: &stimuli, &random)
  }

  /// Adds a job with these operands and random scales and biases, and garbage in lanes without an operand.
  package func add(
    _ left: Matrix<Int64>, _ right: Matrix<Int64>, to bench: inout StreamBench, _ random: inout Xoshiro256
  ) throws {
    let output = try output(left, right, &random)
    try add(left, right, output, to: &bench, &random)
  }

  /// Adds a job with these operands and parameters, and garbage in lanes without an operand.
  ///
  /// - Returns: What the engine computes, by the golden model.
  @discardableResult
  package func add<Left: FixedWidthInteger, Right: FixedWidthInteger>(
    _ left: Matrix<Left>, _ right: Matrix<Right>, _ output: MatrixMultiplySchedule.Output, to bench: inout StreamBench,
    _ random: inout Xoshiro256
  ) throws -> MatrixMultiplySchedule.Outcome {
    let outcome = try schedule.outcome(left, right, output: output)
    var padding = random.fork()
    let blocks = 0..<schedule.blockCount(rows: left.rows, columns: right.columns)
    let beats = schedule.beats(of: blocks, left, right, output: output, outcome: outcome) { padding.next() }
    try bench.withStimuli { stimuli throws(BenchError) in try add(beats, to: &stimuli) }
    return outcome
  }

  /// Adds a job with these operands and parameters whose beats are made during the run, a block of the result at a time, so
  /// that the operands stay what they are and no more than some blocks are words at once.
  ///
  /// It is the last job of `bench` that does not follow from outputs: see ``/Testbench/StreamBench/generate(blocks:_:)``.
  ///
  /// - Returns: What the engine computes, by the golden model.
  package func stream<Left: FixedWidthInteger & Sendable, Right: FixedWidthInteger & Sendable>(
    _ left: Matrix<Left>, _ right: Matrix<Right>, _ output: MatrixMultiplySchedule.Output, to bench: inout StreamBench
  ) throws -> MatrixMultiplySchedule.Outcome {
    let outcome = try schedule.outcome(left, right, output: output)
    try bench.generate(blocks: schedule.blockCount(rows: left.rows, columns: right.columns)) {
      block, random, stimuli throws(BenchError) in
      let beats = schedule.beats(of: block..<block + 1, left, right, output: output, outcome: outcome) { random.next() }
      try add(beats, to: &stimuli)
    }
    return outcome
  }

  /// Adds a job for each of `layers` after all other jobs of `bench`: its activations are what the design put out as the
  /// results of the job before. The results are captured.
  ///
  /// - Parameters:
  ///   - layers: The right matrices, each with as many rows as the one before has columns, and how the results are made.
  ///   - size: Sizes of the last product before these.
  package func chain<Weight: FixedWidthInteger & Sendable>(
    _ layers: [(weights: Matrix<Weight>, output: MatrixMultiplySchedule.Output)], after size: Product,
    to bench: inout StreamBench
  ) throws(BenchError) {
    try bench.capture("results")
    var sizes = [size]
    for layer in layers { sizes.append(Product(size.rows, layer.weights.rows, layer.weights.columns)) }
    let all = sizes
    try bench.chain(jobs: layers.count) { outputs, random, stimuli throws(BenchError) in
      let (weights, output) = layers[outputs.count - 1]
      guard let results = outputs[outputs.count - 1].first(where: { $0.stream == "results" }),
        let left = product(results, of: all[outputs.count - 1])
      else { throw .job(outputs.count, reason: "the job before has not put out the results of one product") }
      let outcome: MatrixMultiplySchedule.Outcome
      do {
        outcome = try schedule.outcome(left, weights, output: output)
      } catch {
        throw .job(outputs.count, reason: "\(error)")
      }
      let blocks = 0..<schedule.blockCount(rows: left.rows, columns: weights.columns)
      let beats = schedule.beats(of: blocks, left, weights, output: output, outcome: outcome) { random.next() }
      try add(beats, to: &stimuli)
    }
  }

  /// Adds beats to the streams that they are of.
  private func add(_ beats: MatrixMultiplySchedule.Beats, to stimuli: inout Stimuli) throws(BenchError) {
    if !beats.job.isEmpty { try stimuli.send(words: beats.job, on: "job") }
    try stimuli.send(words: beats.activations, on: "activations")
    try stimuli.send(words: beats.weights, on: "weights")
    switch engine.requantization?.granularity {
    case nil: break
    case .perChannel: try stimuli.send(words: beats.parameters, on: "channels")
    case .perTensor:
      try stimuli.send(words: beats.parameters, on: "biases")
      if !beats.scale.isEmpty { try stimuli.send(words: beats.scale, on: "scale") }
    }
    try stimuli.expect(words: beats.results, on: "results")
  }

  /// The results of one product as an engine put them out: M × N, from the beats of `results`.
  ///
  /// - Returns: nil when there are not as many beats as the product has.
  package func product(_ results: CapturedRows, of size: Product) -> Matrix<Int64>? {
    guard results.count == size.rows * ((size.columns + engine.columns - 1) / engine.columns) else { return nil }
    var product = Matrix<Int64>(rows: size.rows, columns: size.columns, repeating: 0)
    var beat = 0
    for top in stride(from: 0, to: size.rows, by: schedule.blockRows) {
      for start in stride(from: 0, to: size.columns, by: engine.columns) {
        let lanes = 0..<min(engine.columns, size.columns - start)
        for row in top..<min(top + schedule.blockRows, size.rows) {
          guard let values: [Int64] = try? results.values(rows: beat..<beat + 1, fields: lanes) else { return nil }
          for lane in lanes { product[row, start + lane] = values[lane] }
          beat += 1
        }
      }
    }
    return product
  }

  /// The most cycles of a run with these jobs and no stalls, reset and drain included.
  ///
  /// Beside the clocks of the products the array is filled and emptied once, and up to four clocks are lost between jobs
  /// whose tiles are shorter than what it takes to cut the next job into tiles.
  func mostCycles(_ products: [Product], _ options: BenchOptions) -> Int {
    let clocks = products.filter { !$0.isEmpty }.reduce(0) {
      $0
        + schedule.clocks(
          rows: $1.rows, depth: $1.depth, columns: $1.columns, takesParameters: engine.requantization != nil)
    }
    let fill = 2 * (engine.rows + engine.columns) + 16
    return options.resetCycles + options.drainCycles + clocks + fill + 4 * products.count
  }

  /// Scales that put most sums into the range and some out of it, and biases of the sums' size; some of both extreme. Of
  /// the first columns half get the bias, and the scale where it is theirs, with which one of their sums is at an edge of
  /// rounding.
  private func output(
    _ left: Matrix<Int64>, _ right: Matrix<Int64>, _ random: inout Xoshiro256
  ) throws -> MatrixMultiplySchedule.Output {
    guard let requantization = engine.requantization else { return .accumulators }
    let (columns, depth) = (right.columns, left.columns)
    let arithmetic = engine.arithmetic
    let sumBits =
      arithmetic.activation.width + arithmetic.weight.width + (Int.bitWidth - depth.leadingZeroBitCount) / 2 - 2
    let typical = Double(sign: .plus, exponent: -sumBits, significand: Double(requantization.greatest))
    let count = requantization.granularity == .perTensor ? 1 : columns
    var scales = try (0..<count).map { _ in
      let scale = try RequantizationScale(typical * Double(1 + random.integer(below: 4000)) / 1000)
      // Now and then the extreme multipliers, any shift at all, and a bias as large as there is.
      switch random.integer(below: 16) {
      case 0: return try RequantizationScale(multiplier: 0x8000, shift: scale.shift)
      case 1: return try RequantizationScale(multiplier: 0xFFFF, shift: scale.shift)
      case 2: return try RequantizationScale(multiplier: scale.multiplier, shift: random.integer(below: 48))
      default: return scale
      }
    }
    var bias = (0..<columns).map { _ in
      Int32(random.signed(bits: random.integer(below: 16) == 0 ? 32 : min(32, sumBits)))
    }
    let codes = requantization.least - requantization.zeroPoint...requantization.greatest - requantization.zeroPoint
    let isPerTensor = requantization.granularity == .perTensor
    if isPerTensor, random.integer(below: 2) == 0 {
      scales = [try RequantizationScale(multiplier: 0x8000, shift: 17 + random.integer(below: 15))]
    }
    if !isPerTensor || scales[0].multiplier == 0x8000 {
      let sums = left.rows * right.columns <= 1 << 16 ? try schedule.multiplication(left, right).sums : nil
      for column in 0..<min(columns, 32) where random.integer(below: 2) == 0 {
        let given = isPerTensor ? scales[0] : nil
        guard let sums, let edge = RoundingEdge.drawn(&random, codes: codes, scale: given) else { continue }
        let row = random.integer(below: left.rows)
        guard let exact = Int32(exactly: Int64(edge.sum) - sums.elements[row * columns + column]) else { continue }
        bias[column] = exact
        if !isPerTensor { scales[column] = edge.scale }
      }
    }
    let requantize = try Requantization(
      scales: scales, bias: bias,
      range: Int32(requantization.least)...Int32(requantization.greatest), zeroPoint: Int32(requantization.zeroPoint))
    return requantization.granularity == .perTensor ? .perTensor(requantize) : .perChannel(requantize)
  }
}

extension BenchResult {
  /// Cycles from the first beat of an operand of a matrix-multiply engine to the last result, both included.
  package var busyCycles: Int {
    let starts = streams.filter { ["activations", "weights"].contains($0.name) }.compactMap(\.firstCycle)
    guard let start = starts.min(), let end = streams.first(where: { $0.name == "results" })?.lastCycle else {
      return 0
    }
    return Int(end - start) + 1
  }
}
