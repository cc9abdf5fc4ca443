import Engine

/// Why a session came back from its loop.
@usableFromInline
enum Pause {
  /// The cycle asked for is reached.
  case limit
  /// The stimuli in hand run dry and more exist.
  case refill
  /// Everything expected has passed, and so have the cycles in which more could have come.
  case finished
  /// The run cannot go on; the session holds the failure.
  case failed
}

/// One run of a bench on one engine. Whoever made it calls ``deallocate()`` at the end, and copies share its memory.
@usableFromInline
protocol BenchSession {
  /// Clock edges since the first reset began.
  var cycle: UInt64 { get }
  /// What went wrong, if anything has.
  var failure: BenchFailure? { get set }
  /// For the progress report.
  var progress: BenchProgress { get }

  /// Runs until `end` or until something needs a decision.
  mutating func advance<E: Engine>(_ engine: E, until end: UInt64) throws(EngineFailure) -> Pause

  /// Fetches the next block of stimuli.
  mutating func refill() throws(BenchError)

  /// The outcome as it stands now.
  func result(isCancelled: Bool, seconds: Double) -> BenchResult

  /// Adds what a run that passed covered, where the bench asks for it, and fails it where that is illegal.
  func addCoverage(to result: inout BenchResult)

  /// Frees the memory of the run.
  func deallocate()
}

/// A bench whose runs are sessions.
@usableFromInline
protocol SessionBench: Bench {
  associatedtype Session: BenchSession

  /// Makes a session that begins with a reset in cycle `start`, all inputs set to what they show then.
  func makeSession(on engine: some Engine, from start: UInt64) throws(BenchError) -> Session

  /// What the inputs show while reset is active.
  func resetNoise(on engine: some Engine) throws(BenchError) -> ResetNoise
}

extension SessionBench {
  /// Runs the rehearsals, and then to the verdict.
  @inlinable
  func runSessions<E: Engine>(on engine: E, wave: WaveWindow?) throws(BenchError) -> BenchResult {
    var pacer = Pacer(options)
    var tracer = WaveTracer(wave)
    var noise = try resetNoise(on: engine)
    defer { noise.deallocate() }
    var start: UInt64 = 0
    var rehearsals = options.rehearsals.makeIterator()
    while true {
      let length = rehearsals.next()
      var session = try makeSession(on: engine, from: start)
      defer { session.deallocate() }
      let isCancelled = try session.run(on: engine, for: length, options, &noise, &pacer, &tracer)
      start = session.cycle
      if length != nil, session.failure == nil, !isCancelled { continue }
      var result = session.result(isCancelled: isCancelled, seconds: pacer.seconds)
      session.addCoverage(to: &result)
      tracer.finish(engine, failed: result.failure != nil)
      result.wave = tracer.report
      // A wave that was asked for and is not there is an error; after a failure it is only a part of the report.
      if result.verdict == .passed, result.wave?.isLost == true {
        throw .wave(result.wave?.disagreement ?? "")
      }
      return result
    }
  }
}

extension BenchSession {
  /// Resets the engine, its inputs noisy meanwhile, and runs to the end, or for `length` cycles after the reset.
  ///
  /// - Returns: True when the run was cancelled.
  @inlinable
  mutating func run<E: Engine>(
    on engine: E, for length: Int?, _ options: BenchOptions, _ noise: inout ResetNoise, _ pacer: inout Pacer,
    _ tracer: inout WaveTracer
  ) throws(BenchError) -> Bool {
    let start = cycle - UInt64(options.resetCycles)
    tracer.reach(start, engine)
    let end = length.map { cycle + UInt64($0) } ?? .max
    do {
      try noise.reset(engine, cycles: options.resetCycles)
    } catch {
      fail(error)
      return false
    }
    var nextLook = cycle + pacer.interval
    let cycleLimit = options.cycleLimit.map { $0 < .max - start ? start + $0 : .max } ?? .max
    while true {
      tracer.reach(cycle, engine)
      let pause: Pause
      do {
        pause = try advance(engine, until: min(nextLook, tracer.nextStart, cycleLimit, end))
      } catch {
        fail(error)
        return false
      }
      switch pause {
      case .refill: try refill()
      case .finished, .failed: return false
      case .limit: break
      }
      if cycle >= cycleLimit {
        failTooLong(cycle - start, options.limitReason)
        return false
      }
      if cycle >= end { return false }
      if cycle >= nextLook {
        if pacer.look(progress) { return true }
        nextLook = cycle + pacer.interval
      }
    }
  }

  /// Records that the run has reached its limit.
  @usableFromInline
  mutating func failTooLong(_ length: UInt64, _ reason: String?) {
    failure = BenchFailure(
      kind: .stuck, cycle: cycle,
      message: "the run has not ended after \(length) cycles, which is its limit" + (reason.map { ": \($0)" } ?? ""))
  }

  /// Records that the model gave up.
  @usableFromInline
  mutating func fail(_ reason: EngineFailure) {
    failure = BenchFailure(kind: .engine, cycle: cycle, message: reason.description)
  }
}
