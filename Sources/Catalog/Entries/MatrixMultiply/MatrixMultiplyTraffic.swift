import Golden
import NumberFormats
import Testbench
import Units

/// A product to compute, by its sizes.
public struct Product: Hashable, Sendable {
  /// M, K and N.
  public var rows, depth, columns: Int

  /// A product of `rows` × `depth` by `depth` × `columns`.
  public init(_ rows: Int, _ depth: Int, _ columns: Int) {
    (self.rows, self.depth, self.columns) = (rows, depth, columns)
  }

  /// Whether a size is 0, so that there is nothing to compute.
  public var isEmpty: Bool { rows == 0 || depth == 0 || columns == 0 }
}

/// The traffic of a matrix-multiply engine's streams: stimuli and expectations from the golden schedule.
public struct MatrixMultiplyTraffic {
  /// The engine.
  public let engine: MatrixMultiply
  private let schedule: MatrixMultiplySchedule

  /// Traffic for `engine`.
  public init(_ engine: MatrixMultiply) throws {
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
  public func addEmpty(_ product: Product, to bench: inout StreamBench) throws {
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
  public func add(_ product: Product, to stimuli: inout StreamBench, _ random: inout Xoshiro256) throws {
    let left = try Matrix(
      rows: product.rows, columns: product.depth,
      elements: (0..<(product.rows * product.depth)).map { _ in random.value(engine.arithmetic.activation) })
    let right = try Matrix(
      rows: product.depth, columns: product.columns,
      elements: (0..<(product.depth * product.columns)).map { _ in random.value(engine.arithmetic.weight) })
    try add(left, right, to: &stimuli, &random)
  }

  /// Adds a job with these operands and random scales and biases, and garbage in lanes without an operand.
  public func add(
    _ left: Matrix<Int64>, _ right: Matrix<Int64>, to bench: inout StreamBench, _ random: inout Xoshiro256
  ) throws {
    let output = try output(left, right, &random)
    try add(left, right, output, to: &bench, &random)
  }

  /// Adds a job with these operands and parameters, and garbage in lanes without an operand.
  ///
  /// - Returns: What the engine computes, by the golden model.
  @discardableResult
  public func add<Left: FixedWidthInteger, Right: FixedWidthInteger>(
    _ left: Matrix<Left>, _ right: Matrix<Right>, _ output: MatrixMultiplySchedule.Output, to bench: inout StreamBench,
    _ random: inout Xoshiro256
  ) throws -> Expected {
    var padding = random.fork()
    let beats = try schedule.beats(left, right, output: output, padding: { padding.next() })
    try bench.withStimuli { stimuli throws(BenchError) in
      try stimuli.send(words: beats.job, on: "job")
      try stimuli.send(words: beats.activations, on: "activations")
      try stimuli.send(words: beats.weights, on: "weights")
      switch engine.requantization?.granularity {
      case nil: break
      case .perChannel: try stimuli.send(words: beats.parameters, on: "channels")
      case .perTensor:
        try stimuli.send(words: beats.parameters, on: "biases")
        try stimuli.send(words: beats.scale, on: "scale")
      }
      try stimuli.expect(words: beats.results, on: "results")
    }
    return Expected(product: beats.product, sums: beats.sums)
  }

  /// What an engine computes for a product, by the golden model.
  public struct Expected: Hashable, Sendable {
    /// The results, M × N.
    public let product: Matrix<Int64>
    /// The sums that the results are made of, as the accumulators hold them.
    public let sums: MatrixMultiplication.Result
  }

  /// The results of one product as an engine put them out: M × N, from the beats of `results`.
  ///
  /// - Returns: nil when there are not as many beats as the product has.
  public func product(_ results: CapturedRows, of size: Product) -> Matrix<Int64>? {
    guard let width = results.shape.fields.first?.width else { return nil }
    let isSigned = results.shape.fields[0].isSigned
    var product = Matrix<Int64>(rows: size.rows, columns: size.columns, repeating: 0)
    let blockRows =
      switch schedule.dataflow {
      case .weightStationary(let maximumRows): maximumRows
      case .outputStationary: engine.rows
      }
    var beat = 0
    for top in stride(from: 0, to: size.rows, by: blockRows) {
      for start in stride(from: 0, to: size.columns, by: engine.columns) {
        for row in top..<min(top + blockRows, size.rows) {
          let first = beat * results.shape.wordCount
          guard first + results.shape.wordCount <= results.words.count else { return nil }
          for column in start..<min(start + engine.columns, size.columns) {
            let word = results.words[first + column - start]
            let unused = UInt64(64 - width)
            product[row, column] =
              isSigned ? Int64(bitPattern: word << unused) >> Int64(unused) : Int64(bitPattern: word)
          }
          beat += 1
        }
      }
    }
    return beat * results.shape.wordCount == results.words.count ? product : nil
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
  public var busyCycles: Int {
    let starts = streams.filter { ["activations", "weights"].contains($0.name) }.compactMap(\.firstCycle)
    guard let start = starts.min(), let end = streams.first(where: { $0.name == "results" })?.lastCycle else {
      return 0
    }
    return Int(end - start) + 1
  }
}
