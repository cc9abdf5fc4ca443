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
  /// Clock edges since the start of reset.
  var cycle: UInt64 { get }
  /// What went wrong, if anything has.
  var failure: BenchFailure? { get set }
  /// For the progress report.
  var progress: BenchProgress { get }

  /// Runs until `end` or until something needs a decision.
  mutating func advance<E: Engine>(_ engine: E, until end: UInt64) throws(EngineFailure) -> Pause

  /// Fetches the next block of stimuli.
  mutating func refill() throws(BenchError)

  /// Frees the memory of the run.
  func deallocate()
}

extension BenchSession {
  /// Resets the engine, its inputs noisy meanwhile, and runs to the end.
  ///
  /// - Returns: True when the run was cancelled.
  @inlinable
  mutating func run<E: Engine>(
    on engine: E, _ options: BenchOptions, _ noise: ResetNoise, _ pacer: inout Pacer, _ tracer: inout WaveTracer
  ) throws(BenchError) -> Bool {
    tracer.reach(0, engine)
    var noise = noise
    do {
      try noise.reset(engine, cycles: options.resetCycles)
    } catch {
      fail(error)
      return false
    }
    var nextLook = cycle + pacer.interval
    let cycleLimit = options.cycleLimit ?? .max
    while true {
      tracer.reach(cycle, engine)
      let pause: Pause
      do {
        pause = try advance(engine, until: min(nextLook, tracer.nextStart, cycleLimit))
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
        failTooLong()
        return false
      }
      if cycle >= nextLook {
        if pacer.look(progress) { return true }
        nextLook = cycle + pacer.interval
      }
    }
  }

  /// Records that the run has reached its limit.
  @usableFromInline
  mutating func failTooLong() {
    failure = BenchFailure(
      kind: .stuck, cycle: cycle, message: "the run has not ended after \(cycle) cycles, which is its limit")
  }

  /// Records that the model gave up.
  @usableFromInline
  mutating func fail(_ reason: EngineFailure) {
    failure = BenchFailure(kind: .engine, cycle: cycle, message: reason.description)
  }
}
