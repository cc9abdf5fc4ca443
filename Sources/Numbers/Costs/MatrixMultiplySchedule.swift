import Golden
import NumberFormats

/// The traffic of a systolic matrix-multiply engine: every beat of its streams for a product, in order.
///
/// A × B with A of M × K and B of K × N is cut into blocks, and each beat carries one value for each lane:
///
/// - weight-stationary: for each block of M (at most `maximumRows`), for each block of N (`columns`), for each block of K
///   (`rows`): a beat of weights for each k, lane c holding B(k, n); a beat of activations for each m, lane r holding
///   A(m, k). After the last block of K, a beat of results for each m, lane c holding C(m, n).
/// - output-stationary: for each block of M (`rows`), for each block of N (`columns`): for each k a beat of activations,
///   lane r holding A(m, k), and one of weights, lane c holding B(k, n); then a beat of results for each m.
///
/// For each block of M and N there is one beat of parameters for each of its columns.
public struct MatrixMultiplySchedule: Hashable, Sendable {
  /// What stays in the cells of the array.
  public enum Dataflow: Hashable, Sendable {
    /// The weights; sums are kept for at most `maximumRows` rows.
    case weightStationary(maximumRows: Int)
    /// The sums.
    case outputStationary
  }

  /// How the results are made out of the sums.
  public enum Output: Hashable, Sendable {
    /// The sums themselves.
    case accumulators
    /// Codes, with a scale for each column: parameters are bias, multiplier, shift.
    case perChannel(Requantization)
    /// Codes, with one scale, sent once: parameters are the biases.
    case perTensor(Requantization)
  }

  /// Rows of the array.
  public let rows: Int
  /// Columns of the array.
  public let columns: Int
  /// What stays in the cells.
  public let dataflow: Dataflow
  /// The product, with the formats of operands and sums.
  public let multiplication: MatrixMultiplication

  /// A schedule for an array of at least one row and column.
  ///
  /// - Throws: ``MatrixMultiplyScheduleError/size(_:_:)`` when a size of the array is not positive.
  public init(
    rows: Int, columns: Int, dataflow: Dataflow, multiplication: MatrixMultiplication
  ) throws(MatrixMultiplyScheduleError) {
    guard rows > 0 else { throw .size("rows", rows) }
    guard columns > 0 else { throw .size("columns", columns) }
    if case .weightStationary(let maximumRows) = dataflow, maximumRows <= 0 { throw .size("maximumRows", maximumRows) }
    self.rows = rows
    self.columns = columns
    self.dataflow = dataflow
    self.multiplication = multiplication
  }

  /// The beats of each stream as rows of words, one row after the other.
  ///
  /// Each value has a word of 64 bits, or as many as it needs; bits above its width are 0, for negative values too.
  public struct Beats: Hashable, Sendable {
    /// The job: M, K, N.
    public var job: [UInt64] = []
    /// Rows of one word a lane.
    public var activations: [UInt64] = []
    /// Rows of one word a lane.
    public var weights: [UInt64] = []
    /// Bias, multiplier and shift, or bias alone; empty for accumulators.
    public var parameters: [UInt64] = []
    /// Multiplier and shift; empty unless there is one scale for all outputs.
    public var scale: [UInt64] = []
    /// Rows of one word a lane, the mask of lanes that hold a value (⌈columns / 64⌉ words), and the mark of the last beat.
    public var results: [UInt64] = []
    /// The product, M × N, as the results hold it.
    public var product: Matrix<Int64>
    /// The sums as the accumulators hold them, M × N.
    public var sums: MatrixMultiplication.Result
  }

  /// What an engine computes for a product.
  public struct Outcome: Hashable, Sendable {
    /// The results, M × N.
    public let product: Matrix<Int64>
    /// The sums that the results are made of, as the accumulators hold them.
    public let sums: MatrixMultiplication.Result
  }

  /// Rows of a block of the result.
  public var blockRows: Int {
    switch dataflow {
    case .weightStationary(let maximumRows): maximumRows
    case .outputStationary: rows
    }
  }

  func columnBlocks(_ columns: Int) -> Int { (columns + self.columns - 1) / self.columns }

  /// Blocks of a result of `rows` × `columns`.
  public func blockCount(rows: Int, columns: Int) -> Int {
    (rows + blockRows - 1) / blockRows * columnBlocks(columns)
  }

  /// What an engine computes.
  ///
  /// - Parameters:
  ///   - left: A, at least 1 × 1.
  ///   - right: B, with as many rows as A has columns.
  ///   - output: What the engine gives.
  public func outcome<Left: FixedWidthInteger, Right: FixedWidthInteger>(
    _ left: Matrix<Left>, _ right: Matrix<Right>, output: Output = .accumulators
  ) throws -> Outcome {
    for (name, size) in [("M", left.rows), ("K", left.columns), ("N", right.columns)] where size <= 0 {
      throw MatrixMultiplyScheduleError.size(name, size)
    }
    if case .perTensor(let requantize) = output, requantize.scales.count != 1 {
      throw MatrixMultiplyScheduleError.scales(requantize.scales.count)
    }
    let result = try multiplication(left, right)
    switch output {
    case .accumulators: return Outcome(product: result.sums, sums: result)
    case .perChannel(let requantize), .perTensor(let requantize):
      return Outcome(product: try requantize(result.sums).map { Int64($0) }, sums: result)
    }
  }

  /// The beats for a product.
  ///
  /// Linear in the number of values sent, beside the product itself.
  ///
  /// - Parameters:
  ///   - left: A, at least 1 × 1.
  ///   - right: B, with as many rows as A has columns.
  ///   - output: What the engine gives.
  ///   - padding: Gives the operands of lanes past the end of a matrix; what it gives must not matter.
  public func beats<Left: FixedWidthInteger, Right: FixedWidthInteger>(
    _ left: Matrix<Left>, _ right: Matrix<Right>, output: Output = .accumulators, padding: () -> UInt64 = { 0 }
  ) throws -> Beats {
    let outcome = try outcome(left, right, output: output)
    let blocks = 0..<blockCount(rows: left.rows, columns: right.columns)
    return beats(of: blocks, left, right, output: output, outcome: outcome, padding: padding)
  }

  /// The beats for some blocks of a product, counted along N first; job and scale come with block 0.
  ///
  /// - Parameter outcome: What ``outcome(_:_:output:)`` gives for the operands.
  public func beats<Left: FixedWidthInteger, Right: FixedWidthInteger>(
    of blocks: Range<Int>, _ left: Matrix<Left>, _ right: Matrix<Right>, output: Output, outcome: Outcome,
    padding: () -> UInt64
  ) -> Beats {
    var beats = Beats(product: outcome.product, sums: outcome.sums)
    if blocks.contains(0) {
      beats.job = [left.rows, left.columns, right.columns].map { UInt64($0) }
      if case .perTensor(let requantize) = output {
        beats.scale = [UInt64(requantize.scales[0].multiplier), UInt64(requantize.scales[0].shift)]
      }
    }
    var plan = BlockPlan(schedule: self, left: left, right: right, output: output, beats: beats)
    plan.run(blocks, padding)
    return plan.beats
  }
}

/// Why there is no schedule.
public enum MatrixMultiplyScheduleError: Error, Hashable, CustomStringConvertible {
  /// A size of the array or of a matrix is not positive.
  case size(String, Int)
  /// There are several scales for an engine that takes one.
  case scales(Int)

  /// What is wrong, and what to give instead.
  public var description: String {
    switch self {
    case .size(let name, let size): "the size \(name) is \(size): give at least 1"
    case .scales(let count): "\(count) scales for an engine with one scale for all outputs: give one scale"
    }
  }
}
