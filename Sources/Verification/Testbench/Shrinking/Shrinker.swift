import Engine

/// Makes a failing test as small as it gets while it fails in the same way, and says what is wrong.
///
/// Stimuli are not edited but what they were drawn from (``DrawTapes``), and the bench is made anew each time: so every
/// expectation stays that of the golden model, and the author of a bench has nothing to add. All that is asked for is a
/// closure that makes bench and engine.
///
/// ```swift
/// let shrinker = Shrinker([.count("sums", 10_000), .design("width", 16, simplest: 1)]) { inputs, seed in
///   let circuit = try Adder(width: inputs["width"]).elaborate()
///   var bench = try PinBench(circuit.top.interface, latency: 0, seed: seed)
///   var random = bench.random("operands")
///   for _ in 0..<inputs["sums"] {
///     let (a, b) = (random.unsigned(bits: inputs["width"]), random.unsigned(bits: inputs["width"]))
///     try bench.append([a, b], expecting: [a + b])
///   }
///   return (bench, try NativeModel(circuit))
/// }
/// if let failure = try shrinker.shrink(seed: 42) { print(try shrinker.explain(failure).text()) }
/// ```
///
/// Without a limit in seconds, equal seeds give equal cases.
public struct Shrinker: Sendable {
  /// Makes the bench and a fresh engine from inputs. All random numbers come from the seed that is given, not from that of
  /// the inputs: it carries the tapes. Inputs that make no valid test are refused by throwing.
  public typealias Make =
    @Sendable (_ inputs: ShrinkInputs, _ seed: Seed) throws -> (bench: any Bench, engine: any Engine)

  /// What may be made smaller beside the draws.
  public var parameters: [ShrinkParameter]
  /// Makes a test.
  public var make: Make
  /// Makes a test whose engine can write a wave; nil where that of ``make`` can.
  public var makeTraced: Make?
  /// How many runs to spend.
  public var maximumRuns = 5_000
  /// How many clock edges to spend: a limit that is the same on every machine; nil for none.
  public var maximumCycles: UInt64?
  /// How long to try; nil for no limit.
  public var seconds: Double?
  /// Called after every run.
  public var progress: (@Sendable (ShrinkProgress) -> Void)?
  /// True to end with the best so far.
  public var isCancelled: @Sendable () -> Bool = { false }

  /// A shrinker of the test that `make` makes.
  public init(_ parameters: [ShrinkParameter] = [], make: @escaping Make) {
    self.parameters = parameters
    self.make = make
  }

  /// Runs the test, and if it fails, makes it smaller.
  ///
  /// - Returns: The smallest failing case; nil when the test does not fail, or compares nothing at all.
  /// - Throws: What `make` throws for the test as it is, `BenchError`.
  public func shrink(seed: Seed, initialState: UInt64? = nil) throws -> ShrunkFailure? {
    try shrink(ShrinkInputs(parameters, seed: Seed(seed.value), initialState: initialState))
  }

  /// Runs the test with given inputs, and if it fails, makes it smaller.
  public func shrink(_ inputs: ShrinkInputs) throws -> ShrunkFailure? {
    guard var search = try ShrinkSearch(self, inputs) else { return nil }
    search.run()
    return ShrunkFailure(
      inputs: search.best, result: search.result, originalInputs: search.original, originalResult: search.first,
      runs: search.runs, isComplete: !search.isOver)
  }

  /// Runs the test of `inputs` once.
  public func run(_ inputs: ShrinkInputs) throws -> BenchResult {
    let (bench, engine, _) = try test(inputs)
    var watched = bench
    watched.options.isCancelled = isCancelled
    return try watched.run(on: engine)
  }

  /// The test of `inputs`, ready to run, and the deck that it is on.
  func test(_ inputs: ShrinkInputs, traced: Bool = false) throws -> (bench: any Bench, engine: any Engine, TapeDeck) {
    let deck = inputs.tapes.map { TapeDeck(replaying: $0) } ?? TapeDeck()
    var (bench, engine) = try (traced ? makeTraced ?? make : make)(inputs, Seed(inputs.seed.value, deck))
    if let rehearsals = inputs.rehearsals { bench.options.rehearsals = rehearsals }
    return (bench, engine, deck)
  }
}

/// How far a shrinker has come.
public struct ShrinkProgress: Hashable, Sendable {
  /// Runs so far.
  public var runs: Int
  /// Of these, those that made the case smaller.
  public var steps: Int
  /// Cycles of the smallest case so far.
  public var cycles: UInt64
  /// Random choices in it that are not 0.
  public var draws: Int
}

/// A failing test and the smallest one that fails in the same way.
public struct ShrunkFailure: Hashable, Sendable {
  /// What decides the smallest one.
  public var inputs: ShrinkInputs
  /// What its run found.
  public var result: BenchResult
  /// What decides the first one.
  public var originalInputs: ShrinkInputs
  /// What its run found.
  public var originalResult: BenchResult
  /// Runs that were made.
  public var runs: Int
  /// False when the budget ended before there was nothing left to try.
  public var isComplete: Bool

  /// A failing test and the smallest one.
  public init(
    inputs: ShrinkInputs, result: BenchResult, originalInputs: ShrinkInputs, originalResult: BenchResult, runs: Int,
    isComplete: Bool
  ) {
    self.inputs = inputs
    self.result = result
    self.originalInputs = originalInputs
    self.originalResult = originalResult
    self.runs = runs
    self.isComplete = isComplete
  }
}
