import Components
import HDL
import NumberFormats

/// Marks a row of results on its way from the array to the output.
struct RowMark: SignalBundle {
  /// 1 when there is a row.
  let valid: Bit
  /// Columns of the tile.
  let columns: UInt
  /// 1 for the last row of a tile.
  let last: Bit
  /// 1 for all rows of the last tile of a job.
  let endsJob: Bit

  init(columnsWidth: Int) {
    (valid, columns, last, endsJob) = (.shape, .shape(columnsWidth), .shape, .shape)
  }
}

/// A row of results as it waits in the queue.
private struct ResultRow: SignalBundle {
  /// One value for each lane; 0 where there is none.
  let values: [Integer]
  /// Bit c is 1 when lane c + 1 has a value; the first lane always has one, and may be the only one.
  let keepOthers: Bits?
  /// 1 with the last row of a job.
  let last: Bit
}

/// What stands between the columns of an array and the result stream: requantisers, the alignment of the columns, a queue.
///
/// The mark of a row comes one clock before its sum in column 0; the sum in column c comes c clocks later than that. Rows
/// come whether or not the queue has room: who makes them counts (``capacity``). Between the first rows of two tiles there
/// are at least `columns` clock edges, so that bias and scale can go to one column after the other.
struct ResultCollector: DefaultConfigurable {
  var columns = 16
  var accumulatorWidth = 32
  /// How sums become codes; nil to give the sums themselves.
  var requantization: RequantizedOutput?
  var depth = 64

  init() {}

  static let parameters: [Parameter<Self>] = [
    .integer("columns", \.columns, in: 1...1024, "Columns of the array"),
    .integer("accumulatorWidth", \.accumulatorWidth, in: 4...64, "Bits of a sum"),
    .integer("depth", \.depth, in: 1...65536, "Words of the queue's memory"),
  ]

  struct Ports {
    let mark: Input<RowMark>
    let markFirst: Input<Bit>?
    let sums: [Input<SInt>]
    let channels: StreamInput<ChannelParameters>?
    let biases: StreamInput<ChannelBias>?
    let scale: StreamInput<TensorScale>?
    let results: StreamOutput<ResultBeat>
  }

  var ports: Ports {
    let granularity = requantization?.granularity
    return Ports(
      mark: .init(RowMark(columnsWidth: bits(for: columns)), "What is known of the row of sums"),
      markFirst: requantization == nil ? nil : .init("1 with the mark of the first row of a tile"),
      sums: (0..<columns).map { _ in .init(accumulatorWidth, "One sum for each column") },
      channels: granularity == .perChannel
        ? .init(ChannelParameters(requantizer), "Bias and scale of one output column a beat") : nil,
      biases: granularity == .perTensor ? .init(ChannelBias(requantizer), "Bias of one output column a beat") : nil,
      scale: granularity == .perTensor ? .init(TensorScale(requantizer), "Scale of all outputs, one beat a job") : nil,
      results: .init(ResultBeat(resultFormat, lanes: columns), "Values of C"))
  }

  private var requantizer: Requantizer {
    (requantization ?? RequantizedOutput()).requantizer(accumulatorWidth: accumulatorWidth)
  }

  /// Format of a result.
  var resultFormat: IntegerFormat {
    guard requantization == nil else { return requantizer.codeFormat }
    guard let format = try? IntegerFormat(width: accumulatorWidth, isSigned: true) else {
      preconditionFailure("validate lets no width through that is no format")
    }
    return format
  }

  /// The queue of results.
  private var queue: StreamFIFO {
    let row = ResultRow(
      values: (0..<columns).map { _ in .shape(resultFormat) }, keepOthers: columns == 1 ? nil : .shape(columns - 1),
      last: .shape)
    return StreamFIFO(carrying: PayloadShape(of: row), depth: depth)
  }

  /// Rows that may be claimed before one is taken.
  var capacity: Int { queue.capacity }

  /// Clock edges from the mark of a row to its result.
  var delay: Int { columns + (requantization?.stages ?? 0) + 2 }

  var documentation: String {
    """
    Takes the sums of \(columns) columns, column c skewed by c clocks, and gives rows of results.
    mark comes one clock before the sum of column 0. The queue holds \(capacity) rows and is never asked for room.
    """
  }

  func validate(_ parameters: inout ParameterCheck) {
    guard requantization != nil else { return }
    parameters.require(
      accumulatorWidth <= 32, "accumulators of \(accumulatorWidth) bits are requantised", fix: "use at most 32 bits")
    parameters.require(requantizer)
  }

  func build(_ io: Interior<Ports>, in m: Module) {
    let stages = requantization?.stages ?? 0
    var values: [Integer] = io.sums.map { .signed($0) }
    if let first = io.markFirst { values = codes(io, start: (io.mark.valid & first).named("start"), in: m) }
    values = values.enumerated().map { column, value in
      m.delayed("result_\(column)", value, by: columns - 1 - column)
    }

    let valid = m.delayed("row", io.mark.valid, by: columns + stages, reset: 0)
    let last = m.delayed("last", io.mark.last & io.mark.endsJob, by: columns + stages)
    let count = m.delayed("columns", io.mark.columns, by: columns + stages)
    // A tile has at least one column.
    let keep = (0..<columns).map { $0 == 0 ? true : (count .> UInt($0)).named("keep_\($0)") }
    let row = ResultRow(
      values: zip(values, keep).map { $0.masked(by: $1) },
      keepOthers: columns == 1 ? nil : concatenate(keep.dropFirst().reversed()), last: last)

    let queue = m.instance(queue, "queue")
    queue.push.valid <== valid
    m.assert(!valid | queue.push.ready, "has_room_for_results", "a row of results came for which no room was claimed")
    queue.push.payload <== row

    let oldest = queue.pop.payload.read(as: row)
    let first = (true as Bit).asBits
    io.results.valid <== queue.pop.valid
    io.results.payload
      <== ResultBeat(
        values: oldest.values, keep: oldest.keepOthers.map { concatenate($0, first) } ?? first, last: oldest.last)
    queue.pop.ready <== io.results.ready
  }

  /// The code of each column, skewed as the sums are.
  ///
  /// While the first row of a tile runs from column to column, the parameters of one column a clock leave their queue.
  private func codes(_ io: Interior<Ports>, start: Bit, in m: Module) -> [Integer] {
    let left = m.register("parameters_left", UInt.self, width: bits(for: columns), reset: 0)
    m.when(start) { left.next <== io.mark.columns &- 1 }.otherwise(when: left.any) { left.next <== left &- 1 }
    let takes = (start | left.any).named("takes_parameters")

    let parameters = parameterQueue(io, start: start, left: left, takes: takes, in: m)
    var load = start
    return io.sums.enumerated().map { column, sum in
      let lane = m.instance(RequantizingLane { $0.requantizer = requantizer }, "lane_\(column)")
      lane.load <== load
      lane.bias <== parameters.bias
      lane.multiplier <== parameters.multiplier
      lane.shift <== parameters.shift
      lane.accumulator <== sum
      load = lane.loadOut
      return lane.code
    }
  }

  /// Tiles whose parameters are in the queue: one being loaded, one waiting, and those between decision and first row.
  var parameterDepth: Int { 4 * columns }

  /// Jobs whose scales are in the queue.
  static let scaleDepth = 4

  private func parameterQueue(
    _ io: Interior<Ports>, start: Bit, left: UInt, takes: Bit, in m: Module
  ) -> ChannelParameters {
    if let channels = io.channels {
      let waiting = channels.queued("channel_queue", depth: parameterDepth, in: m)
      waiting.ready <== takes
      return waiting.payload
    }
    guard let biases = io.biases, let scale = io.scale else {
      preconditionFailure("a collector that requantises has a stream of parameters")
    }
    let bias = biases.queued("bias_queue", depth: parameterDepth, in: m)
    bias.ready <== takes
    // A scale stays until the last column of the last tile of its job has it.
    let endsJob = m.register("ends_job", io.mark.endsJob, when: start)
    let isLastColumn = mux(start, io.mark.columns .== 1, left .== 1)
    let current = scale.queued("scale_queue", depth: Self.scaleDepth, storage: .registers, in: m)
    current.ready <== takes & isLastColumn & mux(start, io.mark.endsJob, endsJob)
    return ChannelParameters(
      bias: bias.payload.bias, multiplier: current.payload.multiplier, shift: current.payload.shift)
  }
}
