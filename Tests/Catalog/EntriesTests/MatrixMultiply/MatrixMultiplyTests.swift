import Engine
import Entries
import Golden
import HDL
import NumberFormats
import TestSupport
import Testbench
import Testing
import Units
import Verilator

@Suite struct MatrixMultiplyTests {
  static let ws = Dataflow.weightStationary(maximumRows: 8)
  static let int4 = CellArithmetic {
    $0.activation = try! IntegerFormat(width: 4, isSigned: true)
    ($0.weight, $0.accumulatorWidth) = (try! IntegerFormat(width: 4, isSigned: true), 16)
  }

  static let engines = [
    MatrixMultiply(rows: 4, columns: 4) { $0.dataflow = ws },
    MatrixMultiply(rows: 4, columns: 4) { $0.dataflow = .outputStationary },
    MatrixMultiply(rows: 2, columns: 5) { ($0.dataflow, $0.requantization) = (ws, RequantizedOutput()) },
    MatrixMultiply(rows: 5, columns: 2) { ($0.dataflow, $0.requantization) = (.outputStationary, RequantizedOutput()) },
    MatrixMultiply(rows: 3, columns: 4) {
      $0.dataflow = ws
      $0.requantization = RequantizedOutput { ($0.granularity, $0.stages) = (.perTensor, 3) }
    },
    MatrixMultiply(rows: 3, columns: 4) {
      $0.dataflow = .outputStationary
      $0.requantization = RequantizedOutput { ($0.granularity, $0.stages) = (.perTensor, 0) }
    },
    MatrixMultiply(rows: 1, columns: 1) { $0.dataflow = .weightStationary(maximumRows: 1) },
    MatrixMultiply(rows: 1, columns: 1) { ($0.dataflow, $0.requantization) = (.outputStationary, RequantizedOutput()) },
    MatrixMultiply(rows: 1, columns: 3) {
      $0.dataflow = .weightStationary(maximumRows: 2)
      $0.requantization = RequantizedOutput { $0.stages = 1 }
    },
    MatrixMultiply(rows: 1, columns: 3) { ($0.dataflow, $0.arithmetic.isPipelined) = (.outputStationary, true) },
    MatrixMultiply(rows: 6, columns: 3) {
      ($0.dataflow, $0.arithmetic.isPipelined) = (.weightStationary(maximumRows: 5), true)
    },
    MatrixMultiply(rows: 4, columns: 3) {
      ($0.dataflow, $0.arithmetic.activation) = (ws, .uint8)
      $0.requantization = RequantizedOutput { ($0.least, $0.greatest, $0.zeroPoint) = (0, 255, 11) }
    },
    MatrixMultiply(rows: 4, columns: 3) {
      ($0.dataflow, $0.arithmetic.activation) = (.outputStationary, .uint8)
      ($0.arithmetic.weight, $0.arithmetic.isPipelined) = (.uint8, true)
      $0.requantization = RequantizedOutput { ($0.least, $0.greatest) = (0, 255) }
    },
    MatrixMultiply(rows: 4, columns: 4) { ($0.dataflow, $0.arithmetic) = (ws, int4) },
    MatrixMultiply(rows: 3, columns: 3) {
      ($0.dataflow, $0.arithmetic.activation) = (.outputStationary, .int16)
      ($0.arithmetic.weight, $0.arithmetic.accumulatorWidth) = (.int16, 34)
    },
    MatrixMultiply(rows: 4, columns: 4) { ($0.dataflow, $0.sizeWidth) = (.weightStationary(maximumRows: 300), 5) },
    MatrixMultiply(rows: 4, columns: 4) { ($0.dataflow, $0.sizeWidth) = (.outputStationary, 5) },
    MatrixMultiply(rows: 20, columns: 6) { ($0.dataflow, $0.sizeWidth) = (ws, 5) },
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
    let engine = MatrixMultiply(rows: 4, columns: 4) { ($0.dataflow, $0.arithmetic.accumulatorWidth) = (dataflow, 16) }
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
    let engine = MatrixMultiply(rows: 2, columns: 2) { $0.dataflow = dataflow }
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
