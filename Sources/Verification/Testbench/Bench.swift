import Engine

/// A test of one module that runs on any engine, the same every time.
public protocol Bench: Sendable {
  /// Limits and hooks.
  var options: BenchOptions { get set }

  /// Runs on a fresh engine, from reset to verdict.
  ///
  /// What the design does wrong is in the result. Throws when the engine does not fit the bench or a closure that makes
  /// stimuli throws.
  ///
  /// - Parameters:
  ///   - engine: What runs the design.
  ///   - wave: Where to write a wave, and from which cycle on; nil for none.
  func run<E: Engine>(on engine: E, wave: WaveWindow?) throws(BenchError) -> BenchResult

  /// Everything that the bench drives and expects.
  func recording() throws(BenchError) -> BenchRecording
}

extension Bench {
  /// Runs on a fresh engine without a wave.
  @inlinable
  public func run<E: Engine>(on engine: E) throws(BenchError) -> BenchResult { try run(on: engine, wave: nil) }

  /// Runs without a wave and, if that fails, once more on a second engine that can trace, with the same seed and so the
  /// same stimuli, tracing the last ``BenchOptions/waveCycles`` cycles before the failure.
  ///
  /// The result is that of the first run; ``BenchResult/wave`` says whether the second failed the same way. A build
  /// with tracing may behave differently (undriven nets, a simulator's optimiser), and then the wave does not show the
  /// failure.
  ///
  /// - Parameters:
  ///   - path: The wave's file; the ending (`.vcd` or `.fst`) chooses the format.
  ///   - make: Makes the engine for the first run.
  ///   - makeTraced: Makes the engine for the second; only called after a failure. What it throws is told in
  ///     ``BenchResult/wave``: the verdict of the first run stands.
  ///   - failed: Gets the result of the first run when that failed, before the second begins.
  @inlinable
  public func runWithWaveOnFailure<Plain: Engine, Traced: Engine>(
    to path: String, make: () throws -> Plain, makeTraced: () throws -> Traced, failed: (BenchResult) -> Void = { _ in }
  ) throws -> BenchResult {
    var result = try run(on: make())
    guard let failure = result.failure else { return result }
    failed(result)
    guard failure.kind != .nothingCompared else { return result }
    let window = UInt64(options.waveCycles)
    let wave = WaveWindow(path: path, firstCycle: failure.cycle > window ? failure.cycle - window : 0)
    do {
      let repeated = try run(on: makeTraced(), wave: wave)
      result.wave = WaveReport(wave, of: failure, repeated: repeated)
    } catch {
      result.wave = .lost(wave, "\(error)")
    }
    return result
  }
}

/// The part of a run that a wave shows.
public struct WaveWindow: Hashable, Sendable {
  /// The file; the ending (`.vcd` or `.fst`) chooses the format.
  public var path: String
  /// Cycle at which the wave starts; 0 includes the reset.
  public var firstCycle: UInt64

  /// A wave from `firstCycle` to the end of the run.
  public init(path: String, firstCycle: UInt64 = 0) {
    self.path = path
    self.firstCycle = firstCycle
  }
}

extension WaveReport {
  /// Compares the failure of the first run with the run that was traced.
  @usableFromInline
  init(_ wave: WaveWindow, of failure: BenchFailure, repeated: BenchResult) {
    path = wave.path
    firstCycle = repeated.wave?.firstCycle ?? wave.firstCycle
    recurred = repeated.failure == failure
    if let reason = repeated.wave?.disagreement {
      disagreement = reason
      isLost = repeated.wave?.isLost
    } else if !recurred {
      disagreement =
        repeated.failure.map { "it failed at cycle \($0.cycle) instead: \($0)" }
        ?? "it \(repeated.verdict.rawValue) after \(repeated.cycles) cycles"
    }
  }
}

/// Starts the wave at its cycle and ends it after the run.
@usableFromInline
struct WaveTracer {
  @usableFromInline private(set) var report: WaveReport?
  /// The cycle to stop at in order to start the wave; `max` when there is nothing to start.
  @usableFromInline private(set) var nextStart: UInt64
  private var isTracing = false

  @usableFromInline
  init(_ wave: WaveWindow?) {
    nextStart = wave?.firstCycle ?? .max
    report = wave.map { WaveReport(path: $0.path, firstCycle: $0.firstCycle, recurred: false) }
  }

  /// Starts the wave if `cycle` has come. A wave that cannot be written does not stop the run.
  @usableFromInline
  mutating func reach(_ cycle: UInt64, _ engine: some Engine) {
    guard cycle >= nextStart, let path = report?.path else { return }
    nextStart = .max
    report?.firstCycle = cycle
    do {
      try engine.startTrace(path: path)
      isTracing = true
    } catch {
      lose(error)
    }
  }

  private mutating func lose(_ reason: EngineFailure) {
    report?.disagreement = reason.description
    report?.isLost = true
  }

  /// Ends the wave a few cycles after the last one, so that a viewer shows the failing cycle in full.
  @usableFromInline
  mutating func finish(_ engine: some Engine, failed: Bool) {
    guard isTracing else { return }
    if failed { try? engine.run(cycles: 4) }
    do {
      try engine.stopTrace()
    } catch {
      lose(error)
    }
  }
}
