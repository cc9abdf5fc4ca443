import Engine

/// What makes two failures the same kind.
struct FailureSignature: Hashable {
  private let kind: BenchFailure.Kind
  private let stream: String?
  /// The port where there is no stream; what an engine says, without its numbers.
  private let detail: String?

  init(_ failure: BenchFailure) {
    kind = failure.kind
    stream = failure.stream
    detail =
      failure.kind == .engine
      ? failure.message.filter { !$0.isNumber } : failure.stream == nil ? failure.differences.first?.field : nil
  }
}

/// The smallest failing inputs so far, and the runs that look for smaller ones.
struct ShrinkSearch {
  private let shrinker: Shrinker
  private let signature: FailureSignature
  private let cycleLimit: UInt64
  private let deadline: ContinuousClock.Instant?
  private var tried: Set<ShrinkInputs> = []

  /// The inputs at the start.
  let original: ShrinkInputs
  /// What their run found.
  let first: BenchResult
  /// The smallest inputs so far.
  private(set) var best: ShrinkInputs
  /// What their run found.
  private(set) var result: BenchResult
  /// How many entries of each tape their run asked for.
  private(set) var used: [String: Int]
  /// Where each tape stood when a transaction or vector was complete.
  private(set) var marks: [[String: Int]]
  /// Runs so far.
  private(set) var runs = 1
  private var cycles: UInt64
  private var steps = 0
  /// The budget is spent.
  private(set) var isOver = false

  /// Runs the test as it is; nil when it does not fail.
  init?(_ shrinker: Shrinker, _ inputs: ShrinkInputs) throws {
    let (bench, engine, deck) = try shrinker.test(inputs)
    var recorded = bench
    recorded.options.isCancelled = shrinker.isCancelled
    let result = try recorded.run(on: engine)
    guard let failure = result.failure, failure.kind != .nothingCompared else { return nil }
    self.shrinker = shrinker
    original = inputs
    first = result
    best = inputs
    self.result = result
    cycles = result.cycles
    signature = FailureSignature(failure)
    cycleLimit = 4 * result.cycles + UInt64(bench.options.watchdogCycles)
    deadline = shrinker.seconds.map { .now + .seconds($0) }
    used = deck.used
    marks = deck.marks
    // Some generators may not be under the seed; then there is nothing but counts and parameters to change.
    var taped = inputs
    taped.tapes = deck.tapes.trimmed
    let rehearsals = bench.options.rehearsals
    if !rehearsals.isEmpty { taped.rehearsals = [] }
    if attempt(taped) || rehearsals.isEmpty { return }
    // All rehearsals share the tapes; where they did not do the same each time, the seed alone repeats the run.
    taped.rehearsals = rehearsals
    if attempt(taped) { return }
    best.rehearsals = rehearsals
  }

  /// Runs a candidate and keeps it when it fails in the same way.
  mutating func attempt(_ candidate: ShrinkInputs) -> Bool {
    var candidate = candidate
    candidate.tapes = candidate.tapes?.trimmed
    guard !isOver, candidate != best, remembers(candidate) else { return false }
    if runs >= shrinker.maximumRuns || cycles >= shrinker.maximumCycles ?? .max || shrinker.isCancelled()
      || deadline.map({ .now >= $0 }) == true
    {
      isOver = true
      return false
    }
    runs += 1
    defer { report() }
    guard let (bench, engine, deck) = try? shrinker.test(candidate) else { return false }
    var limited = bench
    limited.options.progress = nil
    limited.options.limit(to: cycleLimit)
    limited.options.isCancelled = { [isCancelled = shrinker.isCancelled, deadline] in
      isCancelled() || deadline.map { .now >= $0 } == true
    }
    guard let outcome = try? limited.run(on: engine) else { return false }
    cycles += outcome.cycles
    if outcome.verdict == .cancelled { isOver = true }
    guard let failure = outcome.failure, FailureSignature(failure) == signature else { return false }
    // What makes the run longer, or asks for numbers that are on no tape, is not simpler.
    guard outcome.cycles <= result.cycles, !deck.isExhausted || candidate.tapes == nil else { return false }
    if candidate.tapes != nil { candidate.tapes = deck.tapes.trimmed }
    best = candidate
    result = outcome
    used = deck.used
    marks = deck.marks
    steps += 1
    return true
  }

  /// False when the candidate was tried before. Of large ones nothing is kept.
  private mutating func remembers(_ candidate: ShrinkInputs) -> Bool {
    candidate.tapes.map { $0.count > 2_000 } == true || tried.insert(candidate).inserted
  }

  private func report() {
    guard let progress = shrinker.progress else { return }
    let draws = best.tapes?.entries.values.reduce(0) { $0 + $1.count { $0 != 0 } } ?? 0
    progress(ShrinkProgress(runs: runs, steps: steps, cycles: result.cycles, draws: draws))
  }

  /// Looks for the least number from `simplest` on for which the test fails, as if it failed for all above.
  ///
  /// - Parameters:
  ///   - value: The number as it is.
  ///   - change: The inputs with another number.
  mutating func lower(
    _ value: UInt64, to simplest: UInt64 = 0, _ change: (ShrinkInputs, UInt64) -> ShrinkInputs
  ) -> Bool {
    guard value > simplest else { return false }
    if attempt(change(best, simplest)) { return true }
    var (low, high) = (simplest, value)
    while high - low > 1, !isOver {
      let middle = low + (high - low) / 2
      if attempt(change(best, middle)) { high = middle } else { low = middle }
    }
    return high < value
  }
}
