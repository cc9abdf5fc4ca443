import Components
import HDL
import NumberFormats

/// Marks a row of results on its way from the array to the output.
struct RowMark: SignalBundle {
  /// 1 when there is a row.
  let valid: Field<Bit>
  /// Columns of the tile.
  let columns: Field<UInt>
  /// 1 for the last row of a tile.
  let last: Field<Bit>
  /// 1 for all rows of the last tile of a job.
  let endsJob: Field<Bit>

  init(columnsWidth: Int) {
    (valid, columns, last, endsJob) = (.init(), .init(columnsWidth), .init(), .init())
  }
}

/// What stands between the columns of an array and the result stream: requantisers, the alignment of the columns, a queue.
///
/// The mark of a row comes one clock before its sum in column 0; the sum in column c comes c clocks later than that. Rows
/// come whether or not the queue has room: who makes them counts (``capacity``). Between the first rows of two tiles there
/// are at least `columns` clock edges, so that bias and scale can go to one column after the other.
struct ResultCollector: DefaultConfigurable {
  /// Columns of the array.
  var columns: Int
  /// Bits of a sum.
  var accumulatorWidth: Int
  /// How sums become codes; nil to give the sums themselves.
  var requantization: RequantizedOutput?
  /// Words of the queue's memory.
  var depth: Int

  /// A collector for `columns` columns.
  init(
    columns: Int = 16, accumulatorWidth: Int = 32, requantization: RequantizedOutput? = nil, depth: Int = 64
  ) {
    self.columns = columns
    self.accumulatorWidth = accumulatorWidth
    self.requantization = requantization
    self.depth = depth
  }

  /// The default configuration.
  init() { self.init(columns: 16) }

  /// Marks, sums and parameters in, results out.
  struct Ports {
    let mark: Input<RowMark>
    /// 1 with the mark of the first row of a tile; with requantisation.
    let markFirst: Input<Bit>?
    let sums: [Input<SInt>]
    let channels: StreamInput<ChannelParameters>?
    let biases: StreamInput<ChannelBias>?
    let scale: StreamInput<TensorScale>?
    let results: StreamOutput<ResultBeat>
  }

  /// The interface for these parameters.
  var ports: Ports {
    let granularity = requantization?.granularity
    return Ports(
      mark: .init(RowMark(columnsWidth: unsignedBits(columns))),
      markFirst: requantization == nil ? nil : .init(),
      sums: (0..<columns).map { _ in .init(accumulatorWidth) },
      channels: granularity == .perChannel ? .init(ChannelParameters(requantizer)) : nil,
      biases: granularity == .perTensor ? .init(ChannelBias(requantizer)) : nil,
      scale: granularity == .perTensor ? .init(TensorScale(requantizer)) : nil,
      results: .init(ResultBeat(resultFormat, lanes: columns)))
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

  /// The queue of results: all values, the mask but for the first lane, which always holds a value, and `last`.
  private var queue: StreamFIFO { StreamFIFO(width: queueWidth, depth: depth) }

  private var queueWidth: Int { columns * (resultFormat.width + 1) }

  /// Rows that may be claimed before one is taken.
  var capacity: Int { queue.capacity }

  /// Clock edges from the mark of a row to its result.
  var delay: Int { columns + (requantization?.stages ?? 0) + 2 }

  /// What stands above the emitted module.
  var documentation: String {
    """
    Takes the sums of \(columns) columns, column c skewed by c clocks, and gives rows of results.
    mark comes one clock before the sum of column 0. The queue holds \(capacity) rows and is never asked for room.
    """
  }

  /// Rejects parameters for which there is no hardware.
  func validate(_ parameters: inout ParameterCheck) {
    parameters.require("columns", columns, in: 1...1024)
    parameters.require("accumulatorWidth", accumulatorWidth, in: 4...64)
    parameters.require("depth", depth, in: 1...65536)
    guard requantization != nil else { return }
    parameters.require(
      accumulatorWidth <= 32, "accumulators of \(accumulatorWidth) bits are requantised", fix: "use at most 32 bits")
    requantizer.validate(&parameters)
  }

  /// Makes the hardware.
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
    let lanes = zip(values, keep).map { $0.masked(by: $1).bits }

    let queue = m.instance(queue, "queue")
    queue.input.valid <== valid
    m.assert(!valid | queue.input.ready, "has_room_for_results", "a row of results came for which no room was claimed")
    queue.input.payload <== concatenate([last] + keep.dropFirst().reversed() + lanes.reversed())

    let word = queue.output.payload
    let results = io.results
    results.valid <== queue.output.valid
    queue.output.ready <== results.ready
    let width = resultFormat.width
    for column in 0..<columns {
      results.payload.values[column]
        <== Integer(word[(column * width)..<((column + 1) * width)], as: resultFormat)
    }
    let end = queueWidth - 1
    let first = m.constant(1, width: 1, as: Bits.self)
    results.payload.keep <== (columns == 1 ? first : concatenate(word[(columns * width)..<end], first))
    results.payload.last <== word[end]
  }

  /// The code of each column, skewed as the sums are.
  ///
  /// While the first row of a tile runs from column to column, the parameters of one column a clock leave their queue.
  private func codes(_ io: Interior<Ports>, start: Bit, in m: Module) -> [Integer] {
    let left = m.register("parameters_left", UInt.self, width: unsignedBits(columns), reset: 0)
    m.when(start) { left <== io.mark.columns &- 1 }.otherwise(when: left.value.any) { left <== left.value &- 1 }
    let takes = (start | left.value.any).named("takes_parameters")

    let parameters = parameterQueue(io, start: start, left: left.value, takes: takes, in: m)
    var load = start
    return io.sums.enumerated().map { column, sum in
      let lane = m.instance(RequantizingLane(requantizer: requantizer), "lane_\(column)")
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
  ) -> (bias: SInt, multiplier: UInt, shift: UInt) {
    let (biasWidth, multiplierWidth) = (requantizer.biasWidth, requantizer.multiplierWidth)
    let shiftWidth = requantizer.shiftWidth
    func scale(_ word: Bits) -> (UInt, UInt) {
      (word[shiftWidth..<(shiftWidth + multiplierWidth)].asUnsigned, word[0..<shiftWidth].asUnsigned)
    }
    if let channels = io.channels {
      let width = biasWidth + multiplierWidth + shiftWidth
      let queue = m.instance(StreamFIFO(width: width, depth: parameterDepth), "channel_queue")
      queue.input.valid <== channels.valid
      queue.input.payload
        <== concatenate(channels.payload.bias, channels.payload.multiplier, channels.payload.shift)
      channels.ready <== queue.input.ready
      queue.output.ready <== takes
      let (multiplier, shift) = scale(queue.output.payload)
      return (queue.output.payload[(width - biasWidth)..<width].asSigned, multiplier, shift)
    }
    guard let biases = io.biases, let tensor = io.scale else {
      preconditionFailure("a collector that requantises has a stream of parameters")
    }
    let biasQueue = m.instance(StreamFIFO(width: biasWidth, depth: parameterDepth), "bias_queue")
    biasQueue.input.valid <== biases.valid
    biasQueue.input.payload <== biases.payload.bias.asBits
    biases.ready <== biasQueue.input.ready
    biasQueue.output.ready <== takes
    // A scale stays until the last column of the last tile of its job has it.
    let endsJob = m.register("ends_job", io.mark.endsJob, when: start)
    let isLastColumn = mux(start, io.mark.columns .== 1, left .== 1)
    let scaleQueue = m.instance(
      StreamFIFO(width: multiplierWidth + shiftWidth, depth: Self.scaleDepth, storage: .registers), "scale_queue")
    scaleQueue.input.valid <== tensor.valid
    scaleQueue.input.payload <== concatenate(tensor.payload.multiplier, tensor.payload.shift)
    tensor.ready <== scaleQueue.input.ready
    scaleQueue.output.ready <== takes & isLastColumn & mux(start, io.mark.endsJob, endsJob)
    let (multiplier, shift) = scale(scaleQueue.output.payload)
    return (biasQueue.output.payload.asSigned, multiplier, shift)
  }
}
