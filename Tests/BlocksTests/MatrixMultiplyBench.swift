import Blocks
import Engine
import Golden
import HDL
import NumberFormats
import TestSupport
import Testbench
import Testing
import Verilator

/// A product to compute, by its sizes.
struct Product: Hashable, Sendable, CustomTestStringConvertible {
  var rows, depth, columns: Int

  init(_ rows: Int, _ depth: Int, _ columns: Int) { (self.rows, self.depth, self.columns) = (rows, depth, columns) }
  var testDescription: String { "\(rows)x\(depth)x\(columns)" }
}

/// What an engine is tested with: stimuli and expectations from the golden schedule.
struct MatrixMultiplyBench {
  let engine: MatrixMultiply
  let schedule: MatrixMultiplySchedule

  init(_ engine: MatrixMultiply) throws {
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

  /// Adds a job with random operands, one in four extreme, and garbage in lanes without an operand.
  func add(_ product: Product, to stimuli: inout StreamBench, _ random: inout Xoshiro256) throws {
    let left = try Matrix(
      rows: product.rows, columns: product.depth,
      elements: (0..<(product.rows * product.depth)).map { _ in random.value(engine.arithmetic.activation) })
    let right = try Matrix(
      rows: product.depth, columns: product.columns,
      elements: (0..<(product.depth * product.columns)).map { _ in random.value(engine.arithmetic.weight) })
    try add(left, right, to: &stimuli, &random)
  }

  func add(
    _ left: Matrix<Int64>, _ right: Matrix<Int64>, to bench: inout StreamBench, _ random: inout Xoshiro256
  ) throws {
    var padding = random.fork()
    let beats = try schedule.beats(
      left, right, output: output(columns: right.columns, depth: left.columns, &random), padding: { padding.next() })
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
  }

  /// Scales that put most sums into the range and some out of it, and biases of the sums' size.
  private func output(
    columns: Int, depth: Int, _ random: inout Xoshiro256
  ) throws -> MatrixMultiplySchedule.Output {
    guard let requantization = engine.requantization else { return .accumulators }
    let arithmetic = engine.arithmetic
    let sumBits =
      arithmetic.activation.width + arithmetic.weight.width + (Int.bitWidth - depth.leadingZeroBitCount) / 2 - 2
    let typical = Double(sign: .plus, exponent: -sumBits, significand: Double(requantization.greatest))
    let count = requantization.granularity == .perTensor ? 1 : columns
    let scales = try (0..<count).map { _ in
      try RequantizationScale(typical * Double(1 + random.integer(below: 4000)) / 1000)
    }
    let requantize = try Requantization(
      scales: scales, bias: (0..<columns).map { _ in Int32(random.signed(bits: min(32, sumBits))) },
      range: Int32(requantization.least)...Int32(requantization.greatest), zeroPoint: Int32(requantization.zeroPoint))
    return requantization.granularity == .perTensor ? .perTensor(requantize) : .perChannel(requantize)
  }

  /// Runs the products one after the other as jobs.
  func run(_ products: [Product], on model: VerilatedModel, seed: Seed, stalls: StallProfile) throws -> BenchResult {
    var bench = try StreamBench(model.interface, seed: seed, stalls: stalls)
    bench.options.watchdogCycles = 5000
    var random = bench.random("operands")
    for product in products { try add(product, to: &bench, &random) }
    return try bench.run(on: model)
  }
}

extension Xoshiro256 {
  /// A generator that goes its own way from here.
  mutating func fork() -> Xoshiro256 { Xoshiro256(seed: next()) }
}

extension BenchResult {
  /// Cycles from the first beat of an operand to the last result, both included.
  var busyCycles: Int {
    let starts = streams.filter { ["activations", "weights"].contains($0.name) }.compactMap(\.firstCycle)
    guard let start = starts.min(), let end = streams.first(where: { $0.name == "results" })?.lastCycle else {
      return 0
    }
    return Int(end - start) + 1
  }
}
