import Engine
import Netlist

/// One run of a ``StreamBench`` on one engine: all state in flat memory, so that a cycle allocates nothing and counts
/// no references.
@usableFromInline
struct StreamSession: BenchSession {
  @usableFromInline let drivers: UnsafeMutableBufferPointer<StreamDriver>
  @usableFromInline let monitors: UnsafeMutableBufferPointer<StreamMonitor>
  @usableFromInline var cycle: UInt64
  /// Rows in hand that have not passed.
  @usableFromInline var outstanding = 0
  /// More stimuli exist than are in hand.
  @usableFromInline var hasMore: Bool
  /// Jobs that are made of what the design puts out come yet.
  @usableFromInline var hasJobs: Bool
  /// The cycle of the last transaction.
  @usableFromInline var lastMove: UInt64
  @usableFromInline let watchdog: UInt64
  /// The cycle at which draining began; nil before.
  @usableFromInline var drainStart: UInt64?
  @usableFromInline let drainCycles: UInt64
  /// Outputs that belong to no stream and are judged.
  @usableFromInline var sides: [SideOutput.Watch]
  /// Times at which everything before has passed and other inputs change.
  var quietTimes: QuietTimes
  /// There are such times.
  @usableFromInline let isPaced: Bool
  /// Orders of the addresses and words of writes.
  var writeOrders: [WriteOrders]
  /// Orders of responses and of what they respond to.
  var responseOrders: [ResponseOrder]
  @usableFromInline let hasOrders: Bool
  @usableFromInline var failure: BenchFailure?
  /// Valid and ready in each clock; nil where no coverage is asked for.
  @usableFromInline let log: HandshakeLog?

  /// Nil for a module of one clock.
  @usableFromInline var schedule: ClockSchedule?
  /// The clocks of the last edge.
  @usableFromInline var lastEdge = UInt64.max

  /// The cycle in which the reset began.
  let start: UInt64
  let bench: StreamBench
  let collector: CoverageCollector?
  /// Transactions of each stream that the collector has seen.
  var collected: [Int]
  private var stimuli: Stimuli
  private var nextBlock = 0
  /// What each job so far put out, and the words of each captured stream before the job under way.
  private var outputs: [[CapturedRows]] = []
  private var outputStarts: [Int] = []
  /// Bytes of the transactions in hand at most.
  private(set) var stimulusBytes = 0
  private var generated = 0

  /// - Parameters:
  ///   - ports: The bench's streams, bound to the engine.
  ///   - start: The cycle in which the reset begins.
  ///   - sides: The bench's side outputs, bound to the engine.
  ///   - quietTimes: The bench's quiet times, bound to the engine.
  init(
    _ bench: StreamBench, _ ports: [StreamPort], _ sides: [SideOutput.Watch], _ quietTimes: QuietTimes,
    from start: UInt64
  ) {
    self.bench = bench
    self.start = start
    var (inputs, outputs): ([StreamDriver], [StreamMonitor]) = ([], [])
    for (port, profile) in zip(ports, bench.profiles) {
      let clock = bench.interface.clock(of: port.shape)
      switch port.shape.direction {
      case .input: inputs.append(StreamDriver(port, profile, clock: clock, seed: bench.testSeed))
      case .output:
        outputs.append(
          StreamMonitor(port, profile, clock: clock, seed: bench.testSeed, key: bench.keys[port.shape.name]))
      }
    }
    for (index, shape) in bench.streams.filter({ $0.direction == .output }).enumerated()
    where bench.captured.contains(shape.name) { outputs[index].recorder = RowRecorder(shape) }
    drivers = .copying(inputs)
    monitors = .copying(outputs)
    (log, collector) = bench.coverage(of: ports, firstCycle: Int(start) + bench.options.resetCycles)
    collected = ports.map { _ in 0 }
    cycle = start + UInt64(bench.options.resetCycles)
    lastMove = cycle
    let clocks = bench.interface.clocks.count
    if clocks > 1, bench.clocks != .together {
      schedule = ClockSchedule(bench.clocks, clocks: clocks, random: bench.testSeed.generator("clocks"))
    }
    watchdog = UInt64(bench.options.watchdogCycles)
    drainCycles = UInt64(bench.options.drainCycles)
    self.sides = sides
    self.quietTimes = quietTimes
    isPaced = quietTimes.limits != nil
    writeOrders = bench.writePairs.map { WriteOrders($0, in: bench.streams, bench.testSeed) }
    responseOrders = ResponseOrder.all(of: bench)
    hasOrders = !writeOrders.isEmpty || !responseOrders.isEmpty
    hasMore = bench.blockCount > 0
    hasJobs = bench.jobCount > 0
    outputStarts = monitors.map { _ in 0 }
    stimuli = Stimuli(module: bench.interface.name, streams: bench.streams)
  }

  /// Loads the first stimuli.
  mutating func load() throws(BenchError) {
    take(bench.stimuli)
    if isPaced { setLimits() }
    if outstanding == 0, hasMore || hasJobs { try refill() }
    matchLatencies()
  }

  @usableFromInline
  func deallocate() {
    for driver in drivers { driver.deallocate() }
    for monitor in monitors { monitor.deallocate() }
    drivers.deinitialize()
    monitors.deinitialize()
    drivers.deallocate()
    monitors.deallocate()
  }

  /// Runs until `end` or until something needs a decision.
  @inlinable
  mutating func advance<E: Engine>(_ engine: E, until end: UInt64) throws(EngineFailure) -> Pause {
    // Here, before more stimuli push rows out of the queues.
    defer { if log != nil { collectCoverage() } }
    guard var clocks = schedule else {
      var clock = OneClock()
      return try advance(engine, until: end, &clock)
    }
    defer { schedule = clocks }
    return try advance(engine, until: end, &clocks)
  }

  @inlinable
  mutating func advance<E: Engine, C: SessionClocks>(
    _ engine: E, until end: UInt64, _ clocks: inout C
  ) throws(EngineFailure) -> Pause {
    let (drivers, driverCount) = (drivers.baseAddress!, drivers.count)
    let (monitors, monitorCount) = (monitors.baseAddress!, monitors.count)
    let log = log
    var cycle = cycle
    defer { self.cycle = cycle }
    let hasSides = !sides.isEmpty
    while cycle < end {
      if isPaced { pace(cycle) }
      if hasOrders { order(ofOutputs: false) }
      for index in 0..<driverCount where clocks.moves(drivers[index].clock, at: lastEdge) { drivers[index].drive() }
      for index in 0..<monitorCount where clocks.moves(monitors[index].clock, at: lastEdge) { monitors[index].drive() }
      if hasOrders { order(ofOutputs: true) }
      try engine.settle()
      let edge = clocks.next()
      var moved = 0
      var isDry = false
      if hasSides, !sidesAreRight(edge, at: cycle) { return .failed }
      for index in 0..<driverCount where clocks.moves(drivers[index].clock, at: edge) {
        let tick = clocks.tick(of: drivers[index].clock, cycle)
        let latencyTick = clocks.tick(of: drivers[index].latencyClock, cycle)
        if !drivers[index].sample(cycle, tick: tick, latencyTick: latencyTick) { continue }
        moved &+= 1
        if drivers[index].queue.isEmpty, drivers[index].isFed { isDry = true }
      }
      for index in 0..<monitorCount where clocks.moves(monitors[index].clock, at: edge) {
        let event = monitors[index].sample(cycle, tick: clocks.tick(of: monitors[index].clock, cycle))
        if event == .idle { continue }
        if event != .taken {
          fail(event, of: index, at: cycle)
          return .failed
        }
        moved &+= 1
        if monitors[index].queue.isEmpty, monitors[index].isFed { isDry = true }
      }
      if moved > 0 {
        outstanding &-= moved
        lastMove = cycle
        clocks.moved()
      } else if drainStart == nil, clocks.idle(cycle &- lastMove) >= watchdog {
        failStuck(at: cycle)
        return .failed
      }
      if let log { log.record(edge) }
      try engine.step(clocks: edge)
      lastEdge = edge
      cycle &+= 1
      if outstanding == 0 || isDry {
        if hasMore || (hasJobs && outstanding == 0) { return .refill }
        if outstanding == 0, drainStart == nil {
          startDraining(from: cycle)
          clocks.moved()
        }
      }
      if let drainStart, clocks.idle(cycle &- drainStart) >= drainCycles { return .finished }
    }
    return .limit
  }

  /// Everything has passed: takes whatever else comes.
  @usableFromInline
  mutating func startDraining(from cycle: UInt64) {
    drainStart = cycle
    for index in monitors.indices { monitors[index].stalls.kind = .never }
    for index in monitors.indices { monitors[index].stalls.remaining = -1 }
  }

  /// Fetches blocks of stimuli until one has something to send, or to expect where there is nothing to send to; after the
  /// last one a job.
  @usableFromInline
  mutating func refill() throws(BenchError) {
    while !hasMore, hasJobs, outstanding == 0 {
      var job: [CapturedRows] = []
      for index in monitors.indices {
        guard let recorder = monitors[index].recorder else { continue }
        job.append(recorder.rows(from: outputStarts[index]))
        outputStarts[index] = recorder.wordCount
      }
      outputs.append(job)
      stimuli.removeAll()
      try bench.generate(jobAfter: outputs, into: &stimuli)
      hasJobs = outputs.count < bench.jobCount
      take(stimuli)
    }
    guard hasMore else { return }
    repeat {
      stimuli.removeAll()
      try bench.generate(block: nextBlock, into: &stimuli)
      nextBlock += 1
      hasMore = nextBlock < bench.blockCount
      take(stimuli)
    } while hasMore && !drivers.contains(where: \.isFed) && !monitors.contains(where: \.isFed)
  }

  private mutating func take(_ stimuli: Stimuli) {
    var (input, output) = (0, 0)
    // What has passed is kept for the report, and where its latency is still to be counted. Before the streams are
    // paired nothing has passed.
    let unmatched = drivers.indices.map { index in
      monitors.filter { $0.source == drivers.baseAddress! + index && !$0.latency.isBroken }.map(\.queue.head).min()
        ?? .max
    }
    for (shape, rows) in zip(stimuli.streams, stimuli.rows) {
      switch shape.direction {
      case .input:
        let oldest = min(unmatched[input], drivers[input].queue.head - TransactionHistory.length)
        drivers[input].queue.append(rows.count, words: rows.words, keepingFrom: oldest)
        drivers[input].isFed = rows.count > 0
        input += 1
      case .output:
        let oldest = monitors[output].queue.head - TransactionHistory.length
        monitors[output].queue.append(rows.count, words: rows.words, keepingFrom: oldest)
        monitors[output].keyed?.append(rows.words)
        monitors[output].isFed = rows.count > 0 && drivers.isEmpty
        output += 1
      }
      outstanding += rows.count
      generated += rows.count
    }
    let inHand = drivers.reduce(0) { $0 + $1.queue.bytes } + monitors.reduce(0) { $0 + $1.queue.bytes }
    stimulusBytes = max(stimulusBytes, inHand + stimuli.rows.reduce(0) { $0 + $1.bytes })
  }

  /// Pairs each output stream with the first input stream that has as many transactions in the stimuli at hand.
  private func matchLatencies() {
    var matched = Set<Int>()
    for index in monitors.indices {
      let count = monitors[index].queue.end
      guard count > 0, !monitors[index].isKeyed,
        let input = drivers.indices.first(where: { drivers[$0].queue.end == count })
      else { continue }
      monitors[index].source = drivers.baseAddress! + input
      // One stream may lead to several; its latency counts towards the first of them.
      if !matched.contains(input) { drivers[input].latencyClock = monitors[index].clock }
      matched.insert(input)
    }
  }

  /// For the progress report.
  @usableFromInline var progress: BenchProgress {
    let passed = Double(generated - outstanding) / Double(max(1, generated))
    return BenchProgress(
      cycle: cycle, compared: monitors.reduce(0) { $0 + $1.queue.head },
      fraction: passed * Double(nextBlock + outputs.count + 1) / Double(bench.blockCount + bench.jobCount + 1))
  }

  /// The streams in the order of the ports, each with its driver or monitor.
  func forEachStream(
    _ body: (StreamShape, StallProfile, UnsafeMutablePointer<StreamDriver>?, StreamMonitor?) -> Void
  ) {
    var (input, output) = (0, 0)
    for (shape, profile) in zip(bench.streams, bench.profiles) {
      switch shape.direction {
      case .input:
        body(shape, profile, drivers.baseAddress! + input, nil)
        input += 1
      case .output:
        body(shape, profile, nil, monitors[output])
        output += 1
      }
    }
  }
}
