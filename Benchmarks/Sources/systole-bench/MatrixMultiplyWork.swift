import Costs
import Golden
import HDL
import NumberFormats
import Testbench
import Units

/// An engine, a product with random operands, and the beats of its streams.
struct MatrixMultiplyWork {
  let (rows, depth, columns): (Int, Int, Int)
  let engine: MatrixMultiply
  let beats: MatrixMultiplySchedule.Beats

  /// A product of `rows` × `depth` × `columns`; operands depend on the sizes alone.
  init(_ engine: MatrixMultiply = MatrixMultiply(), rows: Int, depth: Int, columns: Int) throws {
    (self.rows, self.depth, self.columns) = (rows, depth, columns)
    self.engine = engine
    let arithmetic = engine.arithmetic
    let dataflow: MatrixMultiplySchedule.Dataflow =
      switch engine.dataflow {
      case .weightStationary(let maximumRows): .weightStationary(maximumRows: maximumRows)
      case .outputStationary: .outputStationary
      }
    let schedule = try MatrixMultiplySchedule(
      rows: engine.rows, columns: engine.columns, dataflow: dataflow,
      multiplication: MatrixMultiplication(
        left: arithmetic.activation, right: arithmetic.weight,
        accumulator: IntegerFormat(width: arithmetic.accumulatorWidth, isSigned: true)))
    var random = Seed(1).generator("operands")
    func operands(_ rows: Int, _ columns: Int, _ format: IntegerFormat) throws -> Matrix<Int64> {
      try Matrix(
        rows: rows, columns: columns,
        elements: (0..<rows * columns).map { _ in format.wrap(Int64(bitPattern: random.next())) })
    }
    beats = try schedule.beats(
      operands(rows, depth, arithmetic.activation), operands(depth, columns, arithmetic.weight))
  }

  /// The engine as emitted, with the beats in the order of its ports.
  func streams() throws -> StreamWork {
    StreamWork(
      try engine.elaborate().simplified(),
      streams: [
        ("job", beats.job), ("activations", beats.activations), ("weights", beats.weights), ("results", beats.results),
      ])
  }
}

extension BenchResult {
  /// Nothing counts that is not right.
  func checked() throws -> BenchResult {
    guard verdict == .passed else { throw Failure(text()) }
    return self
  }
}
