/// Limits and hooks of a run. None but ``rehearsals`` and ``resetCycles`` changes what is driven into the design.
public struct BenchOptions: Sendable {
  /// Clock edges for which reset is held at the start.
  public var resetCycles = 2
  /// Cycles of runs before the one that counts. Each begins with a reset, drives the same stimuli, and is ended by the
  /// next reset, whatever is under way then: what it leaves behind must not be seen afterwards.
  public var rehearsals: [Int] = []
  /// Cycles to go on after the last expected output, all outputs ready, to see whether more come. At least the latency
  /// of the design.
  public var drainCycles = 200
  /// Cycles without any transaction after which the design counts as stuck. More than the longest computation between
  /// two transactions.
  public var watchdogCycles = 10_000
  /// Cycles, reset included and rehearsals not, after which a run that has not ended counts as stuck, whatever it does;
  /// nil for no such limit.
  public var cycleLimit: UInt64?
  /// What the limits follow from, where it is not plain; stands in the message of a run that reaches one.
  public var limitReason: String?
  /// What the run judges, in a sentence for the report; nil to say nothing of it.
  public var judges: String?
  /// Cycles before a failure that the wave shows.
  public var waveCycles = 2_000
  /// What the run counts of what it covers; nil for nothing.
  public var coverage: CoverageModel?
  /// Called about five times a second during a run.
  public var progress: (@Sendable (BenchProgress) -> Void)?
  /// Asked about a hundred times a second; true ends the run with verdict `cancelled`.
  public var isCancelled: @Sendable () -> Bool = { Task.isCancelled }

  /// The defaults.
  public init() {}

  /// Lowers ``cycleLimit`` to `cycles` where it is higher.
  public mutating func limit(to cycles: UInt64, because reason: String? = nil) {
    guard cycles < cycleLimit ?? .max else { return }
    cycleLimit = cycles
    limitReason = reason
  }

  func validate() throws(BenchError) {
    func check(_ name: String, _ value: Int, _ least: Int) throws(BenchError) {
      guard value >= least, value <= Int32.max else {
        throw .parameter(name: name, value: value, needed: "\(least) to \(Int32.max)")
      }
    }
    try check("resetCycles", resetCycles, 0)
    for length in rehearsals { try check("rehearsals", length, 1) }
    try check("drainCycles", drainCycles, 0)
    try check("watchdogCycles", watchdogCycles, 1)
    try check("waveCycles", waveCycles, 0)
  }
}

/// How far a run has come.
public struct BenchProgress: Hashable, Sendable {
  /// Clock edges so far, reset included.
  public var cycle: UInt64
  /// Transactions or vectors compared so far.
  public var compared: Int
  /// Share of the stimuli that has passed, 0 to 1.
  public var fraction: Double
}

/// Decides how many cycles run between two looks at the clock: enough to cost nothing, few enough to answer Ctrl-C.
@usableFromInline
struct Pacer {
  @usableFromInline private(set) var interval: UInt64 = 64
  private let progress: (@Sendable (BenchProgress) -> Void)?
  private let isCancelled: @Sendable () -> Bool
  private let clock = ContinuousClock()
  private let start: ContinuousClock.Instant
  private var lastLook: ContinuousClock.Instant
  private var lastProgress: ContinuousClock.Instant

  @usableFromInline
  init(_ options: BenchOptions) {
    progress = options.progress
    isCancelled = options.isCancelled
    start = clock.now
    lastLook = start
    lastProgress = start
  }

  /// Seconds since the start.
  @usableFromInline var seconds: Double { (clock.now - start) / .seconds(1) }

  /// True when the run shall end.
  @usableFromInline
  mutating func look(_ state: @autoclosure () -> BenchProgress) -> Bool {
    let now = clock.now
    let passed = now - lastLook
    lastLook = now
    if passed < .milliseconds(5) { interval = min(2 * interval, 1 << 20) }
    if passed > .milliseconds(20) { interval = max(interval / 2, 1) }
    if let progress, now - lastProgress >= .milliseconds(200) {
      lastProgress = now
      progress(state())
    }
    return isCancelled()
  }
}
