import Blocks
import Catalog
import Engine
import Golden
import HDL
import NumberFormats
import TestSupport
import Testbench
import Testing
import Verilator

@Suite struct MatrixMultiplyTests {
  static let ws = Dataflow.weightStationary(maximumRows: 8)
  static let int4 = CellArithmetic(
    activation: try! IntegerFormat(width: 4, isSigned: true), weight: try! IntegerFormat(width: 4, isSigned: true),
    accumulatorWidth: 16)

  static let engines = [
    MatrixMultiply(rows: 4, columns: 4, dataflow: ws),
    MatrixMultiply(rows: 4, columns: 4, dataflow: .outputStationary),
    MatrixMultiply(rows: 2, columns: 5, dataflow: ws, requantization: RequantizedOutput()),
    MatrixMultiply(rows: 5, columns: 2, dataflow: .outputStationary, requantization: RequantizedOutput()),
    MatrixMultiply(rows: 3, columns: 4, dataflow: ws, requantization: RequantizedOutput(.perTensor, stages: 3)),
    MatrixMultiply(
      rows: 3, columns: 4, dataflow: .outputStationary, requantization: RequantizedOutput(.perTensor, stages: 0)),
    MatrixMultiply(rows: 1, columns: 1, dataflow: .weightStationary(maximumRows: 1)),
    MatrixMultiply(rows: 1, columns: 1, dataflow: .outputStationary, requantization: RequantizedOutput()),
    MatrixMultiply(
      rows: 1, columns: 3, dataflow: .weightStationary(maximumRows: 2), requantization: RequantizedOutput(stages: 1)),
    MatrixMultiply(rows: 1, columns: 3, dataflow: .outputStationary, arithmetic: CellArithmetic(isPipelined: true)),
    MatrixMultiply(
      rows: 6, columns: 3, dataflow: .weightStationary(maximumRows: 5), arithmetic: CellArithmetic(isPipelined: true)),
    MatrixMultiply(
      rows: 4, columns: 3, dataflow: ws, arithmetic: CellArithmetic(activation: .uint8),
      requantization: RequantizedOutput(least: 0, greatest: 255, zeroPoint: 11)),
    MatrixMultiply(
      rows: 4, columns: 3, dataflow: .outputStationary,
      arithmetic: CellArithmetic(activation: .uint8, weight: .uint8, isPipelined: true),
      requantization: RequantizedOutput(least: 0, greatest: 255)),
    MatrixMultiply(rows: 4, columns: 4, dataflow: ws, arithmetic: int4),
    MatrixMultiply(
      rows: 3, columns: 3, dataflow: .outputStationary,
      arithmetic: CellArithmetic(activation: .int16, weight: .int16, accumulatorWidth: 34)),
    MatrixMultiply(rows: 4, columns: 4, dataflow: .weightStationary(maximumRows: 300), sizeWidth: 5),
    MatrixMultiply(rows: 4, columns: 4, dataflow: .outputStationary, sizeWidth: 5),
    MatrixMultiply(rows: 20, columns: 6, dataflow: ws, sizeWidth: 5),
  ]

  static let products = [
    Product(1, 1, 1), Product(1, 1, 1), Product(3, 1, 2), Product(1, 9, 1), Product(4, 4, 4), Product(2, 3, 7),
    Product(8, 8, 8), Product(9, 5, 6), Product(15, 2, 3), Product(1, 15, 13), Product(7, 11, 5), Product(1, 1, 15),
    Product(15, 15, 15), Product(2, 2, 2), Product(1, 4, 4), Product(13, 1, 1),
  ]

  /// Jobs back to back, with garbage in the lanes past the edges.
  @Test(arguments: engines) func `Products are exact, whatever their shape`(engine: MatrixMultiply) throws {
    let bench = try MatrixMultiplyTraffic(engine)
    let result = try bench.run(Self.products, on: try engine.verilated(), seed: 1, stalls: .never)
    #expect(result.verdict == .passed, "\(result.text())")
  }

  @Test(arguments: engines) func `Products are exact under stalls on every stream`(engine: MatrixMultiply) throws {
    let bench = try MatrixMultiplyTraffic(engine)
    for seed in 2..<8 {
      let model = try engine.verilated(seed: UInt64(seed))
      let result = try bench.run(
        Self.products + Self.products.reversed(), on: model, seed: Seed(UInt64(seed)), stalls: .mixed)
      #expect(result.verdict == .passed, "\(result.text())")
    }
  }

  /// One stream at a time is slow, the others never are.
  @Test(arguments: [engines[0], engines[1], engines[2], engines[5]])
  func `One slow stream holds up the others without loss`(engine: MatrixMultiply) throws {
    let bench = try MatrixMultiplyTraffic(engine)
    let model = try engine.verilated()
    for name in try StreamBench(model.interface, seed: 1).streams.map(\.name) {
      var stimuli = try StreamBench(model.interface, seed: 4, stalls: .never)
      try stimuli.setStalls(.bursts(stalled: 40, flowing: 10), on: name)
      var random = stimuli.random("operands")
      for product in Self.products { try bench.add(product, to: &stimuli, &random) }
      let result = try stimuli.run(on: try engine.verilated())
      #expect(result.verdict == .passed, "\(name): \(result.text())")
    }
  }

  @Test(arguments: [Dataflow.weightStationary(maximumRows: 4), .outputStationary])
  func `Sums of extreme operands wrap as the definition says`(dataflow: Dataflow) throws {
    let engine = MatrixMultiply(
      rows: 4, columns: 4, dataflow: dataflow, arithmetic: CellArithmetic(accumulatorWidth: 16))
    let bench = try MatrixMultiplyTraffic(engine)
    var stimuli = try StreamBench(engine.elaborate().top.interface, seed: 1)
    var random = stimuli.random("operands")
    for (left, right) in [(-128, -128), (-128, 127), (127, 127)] as [(Int64, Int64)] {
      try bench.add(
        Matrix(rows: 5, columns: 37, repeating: left), Matrix(rows: 37, columns: 6, repeating: right), to: &stimuli,
        &random)
    }
    let result = try stimuli.run(on: try engine.verilated())
    #expect(result.verdict == .passed, "\(result.text())")
  }

  @Test(arguments: [Dataflow.weightStationary(maximumRows: 4), .outputStationary])
  func `A job with a size of 0 gives nothing and holds up nothing`(dataflow: Dataflow) throws {
    let engine = MatrixMultiply(rows: 2, columns: 2, dataflow: dataflow)
    let bench = try MatrixMultiplyTraffic(engine)
    let model = try engine.verilated()
    var stimuli = try StreamBench(model.interface, seed: 1)
    var random = stimuli.random("operands")
    for empty in [[0, 3, 3], [3, 0, 3], [3, 3, 0], [0, 0, 0]] {
      try stimuli.send(empty, on: "job")
      try bench.add(Product(3, 3, 3), to: &stimuli, &random)
    }
    let result = try stimuli.run(on: model)
    #expect(result.verdict == .passed, "\(result.text())")
  }

  @Test(arguments: engines) func `Tools take the Verilog without a word`(engine: MatrixMultiply) throws {
    #expect(try engine.toolComplaints() == "")
  }
}
