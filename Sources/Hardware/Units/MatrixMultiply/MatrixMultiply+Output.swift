import HDL

/// What a tile needs besides its operands before it may produce results.
struct TileAllowance {
  /// Rows for which the result queue has room; each row that is begun claims one.
  let credits: UInt
  /// 1 when a result leaves.
  let taken: Bit
  /// Parameters of columns that have arrived and belong to no tile yet; nil without requantisation.
  let channels: UInt?
  /// 1 when the parameters of a column arrive.
  let channelArrives: Bit
  /// Scales of jobs that have arrived and of which the job has not ended yet; nil unless the scale is one for a job.
  let scales: UInt?
  /// 1 when a scale arrives.
  let scaleArrives: Bit

  /// Whether bias and scale of the tile's columns are there.
  func hasParameters(columns: UInt) -> Bit {
    guard let channels else { return true }
    let isComplete = channels .>= columns
    return scales.map { isComplete & $0.any } ?? isComplete
  }

  /// Takes the parameters of a tile when `condition` is 1, and counts those that arrive.
  func claimParameters(columns: UInt, endsJob: Bit, when condition: Bit) {
    if let channels { Self.count(channels, up: channelArrives, down: columns, when: condition) }
    if let scales { Self.count(scales, up: scaleArrives, down: 1, when: condition & endsJob) }
  }

  /// Claims room for `rows` results, by default one, when `condition` is 1, and frees what was taken.
  func claimRoom(rows: UInt?, when condition: Bit) { Self.count(credits, up: taken, down: rows ?? 1, when: condition) }

  /// `counter` + `up` − (`condition` ? `down` : 0).
  private static func count(_ counter: UInt, up: Bit, down: UInt, when condition: Bit) {
    let width = counter.width
    let less: UInt
    if case .literal(1) = down.handle {
      less = condition.asUnsigned
    } else {
      less = mux(condition, down.extended(to: max(width, down.width)), 0)
    }
    counter.next <== (counter &+ up.asUnsigned &- less).truncated(to: width)
  }
}

extension MatrixMultiply {
  /// Connects the streams behind the array and counts what passes on them.
  func connectOutput(
    _ io: Interior<Ports>, _ collector: Exterior<ResultCollector.Ports>, in m: Module
  ) -> TileAllowance {
    io.results <== collector.results
    let capacity = self.collector.capacity
    let credits = m.register("credits", UInt.self, width: creditWidth, reset: UInt(capacity))
    if capacity + 1 < 1 << creditWidth {
      m.assert(
        credits .<= UInt(capacity), "claims_no_less_than_nothing", "there is more room than places")
    }
    var channels: UInt?
    var scales: UInt?
    var (channelArrives, scaleArrives): (Bit, Bit) = (false, false)
    if requantization != nil {
      let depth = self.collector.parameterDepth + 1
      channels = m.register("channels_waiting", UInt.self, width: bits(for: depth), reset: 0)
    }
    collector.channels <== io.channels
    collector.biases <== io.biases
    collector.scale <== io.scale
    if let stream = io.channels, let drain = collector.channels { channelArrives = stream.valid & drain.ready }
    if let stream = io.biases, let drain = collector.biases { channelArrives = stream.valid & drain.ready }
    if let stream = io.scale, let drain = collector.scale {
      scaleArrives = stream.valid & drain.ready
      scales = m.register("scales_waiting", UInt.self, width: bits(for: ResultCollector.scaleDepth), reset: 0)
    }
    return TileAllowance(
      credits: credits, taken: (collector.results.valid & io.results.ready).named("result_taken"), channels: channels,
      channelArrives: channelArrives, scales: scales, scaleArrives: scaleArrives)
  }
}
