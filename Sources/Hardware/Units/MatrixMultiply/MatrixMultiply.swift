import Components
import HDL
import NumberFormats

/// A matrix-multiply engine: C = A × B for any M × K × N, on a systolic array of `rows` × `columns` cells.
///
/// Every interface is a ready/valid stream and may stall at any time. The array itself never stops: rows without operands
/// pass it as bubbles, and a row is only begun when the result queue has room for what it makes. Jobs follow each other
/// without a gap: the next job's weights load while this one computes, results drain while the next tile runs.
///
/// - `job`: `rows` M, `depth` K, `columns` N, each 1 to 2^``sizeWidth`` − 1. A job with a size of 0 is taken and ignored.
/// - `activations`: `rows` values of A a beat; `weights`: `columns` values of B a beat.
/// - `channels` (``RequantizedOutput/Granularity/perChannel``): bias, multiplier and shift of one output column a beat; or
///   `biases` (``RequantizedOutput/Granularity/perTensor``): the bias of one output column a beat, and `scale`: multiplier
///   and shift, one beat a job.
/// - `results`: `columns` values of C a beat, a mask `keep` of the lanes that have one, `last` with the job's last beat.
///
/// Weight-stationary, with blocks of at most `maximumRows` rows of A, of `columns` columns of B and of `rows` steps of K:
///
///     for each block of M, for each block of N, for each block of K:
///       weights:      for each k of the block: B(k, n) of the block's columns
///       activations:  for each m of the block: A(m, k) of the block's steps
///       after the last block of K, results: for each m of the block: C(m, n) of the block's columns
///
/// So A is sent once for each block of N, and B once for each block of M. A pass over a tile takes as many clocks as the
/// longest of: its rows of A, `rows` (the next weights take their places meanwhile), and the arrival of its beats.
///
/// Output-stationary, with blocks of `rows` rows of A and `columns` columns of B:
///
///     for each block of M, for each block of N:
///       for each k: activations: A(m, k) of the block's rows; weights: B(k, n) of the block's columns
///       results: for each m of the block: C(m, n) of the block's columns
///
/// In both, `channels` or `biases` hold the columns of the block, in order, for each block of M and N. In ragged blocks
/// the lanes past the end may hold anything; results there are 0 with `keep` 0. Accumulators wrap.
public struct MatrixMultiply: CellArray {
  public var rows = 16
  public var columns = 16
  public var dataflow = Dataflow.weightStationary(maximumRows: 128)
  /// Operands, accumulators and registers of the cells.
  public var arithmetic = CellArithmetic()
  /// How sums become codes; nil to give the sums themselves.
  public var requantization: RequantizedOutput?
  public var sizeWidth = 16

  public init() {}

  public static let parameters: [Parameter<Self>] =
    [
      .integer("rows", \.rows, in: 1...256, "Rows of the array"),
      .integer("columns", \.columns, in: 1...256, "Columns of the array"),
      .cases(
        "dataflow", \.dataflow,
        [("weight-stationary", .weightStationary(maximumRows: 128)), ("output-stationary", .outputStationary)],
        "What stays in the cells"),
      .integer("maximumRows", \.maximumRows, in: 1...65536, "Rows held below a weight-stationary array")
        .unless { $0.dataflow == .outputStationary ? "dataflow=output-stationary" : nil },
      .integer("sizeWidth", \.sizeWidth, in: 1...24, "Bits of each size of a job"),
      .choice(
        "output", \.requantization,
        [
          ("accumulators", nil), ("per-channel", RequantizedOutput()),
          ("per-tensor", RequantizedOutput { $0.granularity = .perTensor }),
        ], "Sums, or int8 codes with a scale for each channel or for the tensor"),
    ] + CellArithmetic.parameters.map { $0.of(\.arithmetic) }

  /// Rows whose sums are held below a weight-stationary array; 0 for an output-stationary one.
  public var maximumRows: Int {
    get { if case .weightStationary(let rows) = dataflow { rows } else { 0 } }
    set { if case .weightStationary = dataflow { dataflow = .weightStationary(maximumRows: newValue) } }
  }

  /// Streams; `channels`, or `biases` and `scale`, only with requantisation.
  public struct Ports {
    public let job: StreamInput<MatrixMultiplyJob>
    public let activations, weights: StreamInput<OperandBeat>
    public let channels: StreamInput<ChannelParameters>?
    public let biases: StreamInput<ChannelBias>?
    public let scale: StreamInput<TensorScale>?
    public let results: StreamOutput<ResultBeat>
  }

  public var ports: Ports {
    let collector = collector.ports
    return Ports(
      job: .init(MatrixMultiplyJob(sizeWidth: sizeWidth), "Sizes of the products to compute"),
      activations: .init(OperandBeat(arithmetic.activation, lanes: rows), "Values of A"),
      weights: .init(OperandBeat(arithmetic.weight, lanes: columns), "Values of B"),
      channels: collector.channels,
      biases: collector.biases, scale: collector.scale, results: collector.results)
  }

  /// The fewest clocks between the last steps of two output-stationary tiles: sums are shifted out one row a clock, and
  /// parameters handed out one column a clock.
  var shortestTile: Int { requantization == nil ? rows : max(rows, columns) }

  /// Bits of a count of the result queue's rows.
  var creditWidth: Int { bits(for: collector.capacity) }

  /// The part behind the array, with a queue that holds every row that can be on its way at full rate.
  var collector: ResultCollector {
    var collector = ResultCollector {
      ($0.columns, $0.accumulatorWidth) = (columns, arithmetic.accumulatorWidth)
      $0.requantization = requantization
    }
    let roundTrip: Int
    switch dataflow {
    case .weightStationary: roundTrip = rows + collector.delay + 6
    // Room is claimed for a whole tile, so it comes in steps of a tile.
    case .outputStationary: roundTrip = ((2 * rows + collector.delay + 6) / rows + 1) * rows
    }
    collector.depth = 1 << clog2(roundTrip)
    return collector
  }

  /// What cuts a job into tiles.
  var sequencer: TileSequencer {
    switch dataflow {
    case .weightStationary(let maximumRows):
      TileSequencer {
        ($0.rows, $0.depth, $0.columns) = (maximumRows, rows, columns)
        $0.sizeWidth = sizeWidth
      }
    case .outputStationary:
      TileSequencer {
        ($0.rows, $0.depth, $0.columns) = (rows, nil, columns)
        $0.sizeWidth = sizeWidth
      }
    }
  }

  public var documentation: String {
    let order: String
    switch dataflow {
    case .weightStationary(let maximumRows):
      order = """
        Beat order, with blocks of M of \(maximumRows), of N of \(columns), of K of \(rows):
          for each block of M, for each block of N, for each block of K:
            weights:      for each k of the block: B(k, n), lane by lane
            activations:  for each m of the block: A(m, k), lane by lane
            after the last block of K, results: for each m of the block: C(m, n), lane by lane
        So A is sent once for each block of N, B once for each block of M.
        """
    case .outputStationary:
      order = """
        Beat order, with blocks of M of \(rows), of N of \(columns):
          for each block of M, for each block of N:
            for each k: activations: A(m, k), lane by lane; weights: B(k, n), lane by lane
            results: for each m of the block: C(m, n), lane by lane
        So A is sent once for each block of N, B once for each block of M.
        """
    }
    var outputs: String
    switch requantization?.granularity {
    case nil: outputs = "results are the sums, in \(arithmetic.accumulatorWidth) bits, wrapping."
    case .perChannel:
      outputs = """
        channels: bias, multiplier, shift of each column, one a beat, for each block of M and N.
        """
    case .perTensor:
      outputs = """
        biases: that of each column, one a beat, for each block of M and N. scale: multiplier and shift, one beat a job.
        """
    }
    if let requantization {
      outputs += """

        results = clamp(rne((sum + bias) x multiplier / 2^shift) + (\(requantization.zeroPoint)), \
        \(requantization.least) to \(requantization.greatest)), to nearest with ties to even.
        """
    }
    return """
      Matrix-multiply engine: C = A x B, A of M x K, B of K x N, on \(rows) x \(columns) cells. All ports are ready/valid streams.
      job: rows M, depth K, columns N. Jobs follow each other without a gap; one with a size of 0 is ignored.
      \(order)
      \(outputs)
      In ragged blocks the lanes past the end may hold anything; results there are 0 and have keep 0.
      last comes with the last beat of a job. One clock, synchronous or asynchronous reset of the control registers.
      """
  }

  public func validate(_ parameters: inout ParameterCheck) {
    parameters.require(
      bits(for: max(rows, columns)) <= sizeWidth,
      "sizes of \(sizeWidth) bits for an array of \(rows) x \(columns)",
      fix: "use at least \(bits(for: max(rows, columns))) bits")
    arithmetic.validate(&parameters)
    guard let requantization else { return }
    parameters.require(
      arithmetic.accumulatorWidth <= 32, "accumulators of \(arithmetic.accumulatorWidth) bits are requantised",
      fix: "use at most 32 bits")
    parameters.require(requantization.requantizer(accumulatorWidth: 32))
  }

  public func build(_ io: Interior<Ports>, in m: Module) {
    let collector = m.instance(collector, "collector")
    let parameters = connectOutput(io, collector, in: m)
    let tiles = m.instance(sequencer, "sequencer")
    tiles.job <== io.job
    switch dataflow {
    case .weightStationary(let maximumRows):
      buildWeightStationary(io, tiles.tile, collector, parameters, maximumRows: maximumRows, in: m)
    case .outputStationary: buildOutputStationary(io, tiles.tile, collector, parameters, in: m)
    }
  }
}
