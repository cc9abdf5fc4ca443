import Netlist

/// The outcome of one run of a bench. All of it but ``seconds`` follows from module, bench and seed.
///
/// Cycles count rising clock edges from the start of reset, as the engine's own count does after it is made.
public struct BenchResult: Hashable, Sendable, Codable {
  /// Whether the design did what it should.
  public enum Verdict: String, Hashable, Sendable, Codable {
    /// Everything expected was seen, and nothing else.
    case passed
    /// See ``BenchResult/failure``.
    case failed
    /// Ended early on request; what was compared until then is equal.
    case cancelled
  }

  /// Name of the bench.
  public var test: String
  /// Number of the bench among those of its name.
  public var index: Int
  /// Verilog name of the module.
  public var module: String
  /// The master seed: with name and index it decides every random choice.
  public var seed: Seed
  /// What was judged, in a sentence: see ``BenchOptions/judges``.
  public var judged: String?
  /// The outcome.
  public var verdict: Verdict
  /// Clock edges, reset included.
  public var cycles: UInt64
  /// Of ``cycles``, those in the last reset.
  public var resetCycles: Int
  /// Of ``cycles``, those before the last reset: see ``BenchOptions/rehearsals``. Nil when there was but one.
  public var rehearsalCycles: UInt64?
  /// Output transactions, or vectors, found equal to the expected ones.
  public var transactionsCompared: Int
  /// Single values in them.
  public var valuesCompared: Int
  /// Traffic of each stream in the order of the ports; empty for a pin bench.
  public var streams: [StreamStatistics]
  /// Latency from input to output streams.
  public var latencies: [LatencyStatistics]
  /// The first thing that went wrong.
  public var failure: BenchFailure?
  /// After a failure, the last transactions before it on each stream.
  public var history: [TransactionHistory]
  /// What the design put out on the streams of ``StreamBench/capture(_:)``; nil when there is none.
  public var captured: [CapturedRows]?
  /// Bytes that the transactions in hand took at most, those sent and those expected; nil where all of them are in memory
  /// from the start.
  public var stimulusBytes: Int?
  /// What a run that passed covered, where ``BenchOptions/coverage`` asked for it.
  public var coverage: RunCoverage?
  /// How the re-run with a wave went.
  public var wave: WaveReport?
  /// The command line that repeats the run; filled in by the caller.
  public var reproduce: String?
  /// The smallest case that fails in the same way, where one was looked for.
  public var explanation: FailureExplanation?
  /// Why there is no explanation although one was looked for.
  public var explanationProblem: String?
  /// Wall time of the run without making the engine; the only field that the seed does not decide.
  public var seconds: Double?
}

extension BenchResult {
  /// Takes what a search for the smallest case finds. Whatever becomes of the search, the verdict stands.
  public mutating func explain(_ search: () throws -> FailureExplanation?) {
    do {
      explanation = try search()
    } catch {
      explanationProblem = "\(error)"
    }
  }
}

/// Traffic of one stream.
public struct StreamStatistics: Hashable, Sendable, Codable {
  /// Name of the stream.
  public var name: String
  /// Seen from the module.
  public var direction: PortDirection
  /// The bench's stall profile.
  public var stalls: StallProfile
  /// Transactions that passed.
  public var transactions: Int
  /// Cycle of the first; nil when there was none.
  public var firstCycle: UInt64?
  /// Cycle of the last.
  public var lastCycle: UInt64?
  /// Cycles lost because of the design: valid without ready on an input, ready without valid on an output that still
  /// expects transactions.
  public var stalledByDesign: UInt64
  /// Cycles lost because the bench held back: nothing offered although there was something, valid without ready on an
  /// output.
  public var stalledByBench: UInt64
  /// Edges of the stream's own clock from the first transaction to the last, where the module has several clocks that
  /// tick apart.
  public var ownCycles: UInt64?

  /// Transactions a cycle of the stream's clock from the first to the last; nil below two transactions.
  public var throughput: Double? {
    guard let firstCycle, let lastCycle, transactions > 1 else { return nil }
    return Double(transactions - 1) / Double(ownCycles ?? lastCycle - firstCycle)
  }
}

/// Cycles from an input to an output stream; 0 when both pass at the same edge.
///
/// ``first`` counts cycles of the run. The others count edges of the output's clock, which is the same for a module of one
/// clock.
public struct LatencyStatistics: Hashable, Sendable, Codable {
  /// The input stream.
  public var from: String
  /// The output stream.
  public var to: String
  /// From the first transaction in to the first out; negative when an output came before any input.
  public var first: Int
  /// Shortest time from the nth transaction in to the nth out; nil where the streams do not match one to one.
  public var minimum: UInt64?
  /// Mean of the same.
  public var mean: Double?
  /// Longest of the same.
  public var maximum: UInt64?
}

/// The last transactions of a stream before a failure.
public struct TransactionHistory: Hashable, Sendable, Codable {
  /// One transaction.
  public struct Entry: Hashable, Sendable, Codable {
    /// Its number on the stream, from 0.
    public var transaction: Int
    /// The cycle at which it passed.
    public var cycle: UInt64
    /// Its values in the order of the fields.
    public var values: [FieldValue]
  }

  /// How many are kept.
  public static var length: Int { 8 }

  /// Name of the stream.
  public var stream: String
  /// Seen from the module.
  public var direction: PortDirection
  /// Names of the fields.
  public var fields: [String]
  /// Oldest first.
  public var entries: [Entry]

  init(_ name: String, _ direction: PortDirection, _ shape: RowShape, _ queue: RowQueue) {
    stream = name
    self.direction = direction
    fields = shape.fields.map(\.name)
    entries = (max(queue.base, queue.head - Self.length)..<queue.head).map { index in
      Entry(transaction: index, cycle: queue.stamp(index), values: shape.values(queue.row(index)))
    }
  }
}

/// What the re-run that writes a wave found.
public struct WaveReport: Hashable, Sendable, Codable {
  /// The file.
  public var path: String
  /// First cycle in the wave.
  public var firstCycle: UInt64
  /// True when the re-run failed at the same cycle with the same values.
  public var recurred: Bool
  /// When it did not recur, or the wave could not be written: what happened instead.
  public var disagreement: String?
  /// True when there is no wave, or no whole one; ``disagreement`` says why.
  public var isLost: Bool?

  /// No wave, for a reason.
  @usableFromInline
  static func lost(_ wave: WaveWindow, _ reason: String) -> WaveReport {
    WaveReport(path: wave.path, firstCycle: wave.firstCycle, recurred: false, disagreement: reason, isLost: true)
  }
}
