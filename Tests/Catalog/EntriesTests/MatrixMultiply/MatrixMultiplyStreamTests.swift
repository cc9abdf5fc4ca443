import Costs
import Entries
import Golden
import HDL
import NumberFormats
import Simulator
import Testbench
import Testing
import Units

/// Products whose operands are made block by block, and products of products.
@Suite struct MatrixMultiplyStreamTests {
  static let dataflows = [Dataflow.weightStationary(maximumRows: 4), .outputStationary]

  private func engine(_ dataflow: Dataflow, rows: Int = 4, columns: Int = 4) -> MatrixMultiply {
    MatrixMultiply(rows: rows, columns: columns) { ($0.dataflow, $0.requantization) = (dataflow, RequantizedOutput()) }
  }

  private func matrix(_ rows: Int, _ columns: Int, _ random: inout Xoshiro256) throws -> Matrix<Int8> {
    try Matrix(
      rows: rows, columns: columns, elements: (0..<rows * columns).map { _ in Int8(random.signed(bits: 8)) })
  }

  private func output(_ columns: Int, scale: Double) throws -> MatrixMultiplySchedule.Output {
    .perChannel(
      try Requantization(
        scales: (0..<columns).map { try RequantizationScale(scale * Double(1 + $0 % 3)) },
        bias: (0..<columns).map { Int32(100 * $0) }, range: -127...127, zeroPoint: 0))
  }

  @Test(arguments: dataflows) func `Blocks give the results of the whole`(dataflow: Dataflow) throws {
    let engine = engine(dataflow)
    let circuit = try engine.elaborate().simplified()
    let traffic = try MatrixMultiplyTraffic(engine)
    var random = Seed(5).generator("operands")
    let (left, right) = (try matrix(9, 7, &random), try matrix(7, 10, &random))
    let output = try output(10, scale: 0.002)
    var whole = try StreamBench(circuit.top.interface, seed: 1)
    let expected = try traffic.add(left, right, output, to: &whole, &random)
    var blocks = try StreamBench(circuit.top.interface, seed: 1)
    #expect(try traffic.stream(left, right, output, to: &blocks) == expected)
    for var bench in [whole, blocks] {
      try bench.capture("results")
      let result = try bench.run(on: NativeModel(circuit))
      #expect(result.verdict == .passed, "\(result.text())")
      let captured = try #require(result.captured?.first)
      #expect(traffic.product(captured, of: Product(9, 7, 10)) == expected.product)
    }
  }

  @Test(arguments: dataflows) func `Outputs of one job are the inputs of the next one`(dataflow: Dataflow) throws {
    let engine = engine(dataflow)
    let circuit = try engine.elaborate().simplified()
    let traffic = try MatrixMultiplyTraffic(engine)
    var random = Seed(6).generator("operands")
    let (left, first) = (try matrix(6, 5, &random), try matrix(5, 9, &random))
    let (second, third) = (try matrix(9, 3, &random), try matrix(3, 8, &random))
    let outputs = try [9, 3, 8].map { try output($0, scale: 0.002) }
    var bench = try StreamBench(circuit.top.interface, seed: 2)
    bench.options.watchdogCycles = 5000
    bench.options.drainCycles = 200
    try traffic.add(left, first, outputs[0], to: &bench, &random)
    try traffic.chain([(second, outputs[1]), (third, outputs[2])], after: Product(6, 5, 9), to: &bench)
    let result = try bench.run(on: NativeModel(circuit))
    #expect(result.verdict == .passed, "\(result.text())")
    // The chain from the mathematics alone.
    var values = left.map { Int64($0) }
    for (weights, output) in zip([first, second, third], outputs) {
      guard case .perChannel(let requantize) = output else { return }
      var sums = Matrix<Int64>(rows: values.rows, columns: weights.columns, repeating: 0)
      for row in 0..<values.rows {
        for column in 0..<weights.columns {
          sums[row, column] = (0..<weights.rows).reduce(0) { $0 + values[row, $1] * Int64(weights[$1, column]) }
        }
      }
      values = try requantize(sums).map { Int64($0) }
    }
    let captured = try #require(result.captured?.first)
    var last = captured
    last.words = Array(captured.words.suffix(6 * 2 * captured.shape.wordCount))
    #expect(traffic.product(last, of: Product(6, 3, 8)) == values)
    #expect(Set(values.elements).count > 20)
  }

  @Test func `The next job is made of wrong results, where the hardware puts them out`() throws {
    let engine = engine(.outputStationary)
    let traffic = try MatrixMultiplyTraffic(engine)
    let circuit = try engine.elaborate().simplified()
    var bench = try StreamBench(circuit.top.interface, seed: 2)
    var random = bench.random("operands")
    try traffic.add(matrix(2, 2, &random), matrix(2, 3, &random), output(3, scale: 0.002), to: &bench, &random)
    // Results of another shape than the job had.
    try traffic.chain([(matrix(3, 3, &random), output(3, scale: 0.002))], after: Product(2, 2, 7), to: &bench)
    let error = #expect(throws: BenchError.self) { try bench.run(on: NativeModel(circuit)) }
    #expect(
      error?.description
        == "the stimuli of job 1 could not be made: the job before has not put out the results of one product")
  }
}
