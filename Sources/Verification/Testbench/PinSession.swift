import Engine
import Netlist

/// One run of a ``PinBench`` on one engine.
@usableFromInline
struct PinSession: BenchSession {
  @usableFromInline var inputs: RowQueue
  /// Expected words, masks and number of compared fields, as in ``PinVectors``.
  @usableFromInline var checks: RowQueue
  @usableFromInline let inputPins: PinRow
  @usableFromInline let outputPins: PinRow
  /// Words of a row of outputs.
  @usableFromInline let outputWords: Int
  @usableFromInline var cycle: UInt64
  /// The cycle in which the outputs of vector 0 are due.
  @usableFromInline let firstCheck: UInt64
  @usableFromInline var hasMore: Bool
  @usableFromInline var valuesCompared: UInt64 = 0
  @usableFromInline var vectorsCompared = 0
  @usableFromInline var failure: BenchFailure?

  /// The latencies at which every output was right until now; empty where only one is asked for.
  private(set) var latencies: [Int]

  /// The cycle in which the reset began.
  private let start: UInt64
  let bench: PinBench
  let coverage: PinCoverage?
  private var vectors: PinVectors
  private var nextBlock = 0

  /// - Parameter start: The cycle in which the reset begins.
  init(_ bench: PinBench, inputs: [Pin], outputs: [Pin], from start: UInt64) {
    self.bench = bench
    self.start = start
    coverage = bench.options.coverage.map {
      PinCoverage($0, of: bench, firstCycle: Int(start) + bench.options.resetCycles)
    }
    self.inputs = RowQueue(wordsPerRow: bench.inputs.wordCount)
    checks = RowQueue(wordsPerRow: 2 * bench.outputs.wordCount + 1)
    inputPins = PinRow(copying: PinRun.runs(bench.inputs, inputs))
    outputPins = PinRow(copying: PinRun.runs(bench.outputs, outputs))
    outputWords = bench.outputs.wordCount
    cycle = start + UInt64(bench.options.resetCycles)
    firstCheck = cycle + UInt64(bench.latency)
    latencies = bench.longestLatency.map { Array(0...max($0, bench.latency)) } ?? []
    hasMore = bench.blockCount > 0
    vectors = PinVectors(target: bench.interface.name, inputs: bench.inputs, outputs: bench.outputs)
  }

  /// Loads the first vectors.
  mutating func load() throws(BenchError) {
    take(bench.vectors)
    while inputs.isEmpty && hasMore { try refill() }
  }

  @usableFromInline
  func deallocate() {
    inputs.deallocate()
    checks.deallocate()
    inputPins.deallocate()
    outputPins.deallocate()
  }

  @inlinable
  mutating func advance<E: Engine>(_ engine: E, until end: UInt64) throws(EngineFailure) -> Pause {
    defer { collectCoverage() }
    return isSearching ? try search(engine, until: end) : try drive(engine, until: end)
  }

  @inlinable
  mutating func drive<E: Engine>(_ engine: E, until end: UInt64) throws(EngineFailure) -> Pause {
    let (inputPins, outputPins, outputWords, firstCheck) = (inputPins, outputPins, outputWords, firstCheck)
    while cycle < end {
      if checks.isEmpty { return .finished }
      if !inputs.isEmpty {
        inputPins.store(inputs.next)
        inputs.pass(at: cycle)
      }
      try engine.settle()
      if cycle >= firstCheck {
        let expected = checks.next
        if outputPins.difference(from: expected, care: expected + outputWords) != 0 {
          fail()
          return .failed
        }
        let compared = expected[2 &* outputWords]
        valuesCompared &+= compared
        if compared != 0 { vectorsCompared &+= 1 }
        checks.pass(at: cycle)
      }
      try engine.step()
      cycle &+= 1
      if inputs.isEmpty, hasMore { return .refill }
    }
    return .limit
  }

  /// Whether the latency is the module's choice.
  @usableFromInline var isSearching: Bool { bench.longestLatency != nil }

  /// As ``drive(_:until:)``, where each of several latencies may be that of the module until an output is wrong at it.
  @usableFromInline
  mutating func search<E: Engine>(_ engine: E, until end: UInt64) throws(EngineFailure) -> Pause {
    let first = firstCheck - UInt64(bench.latency)
    while cycle < end {
      if checks.isEmpty { return .finished }
      if !inputs.isEmpty {
        inputPins.store(inputs.next)
        inputs.pass(at: cycle)
      }
      try engine.settle()
      let step = Int(cycle - first)
      let wrong = latencies.filter { latency in
        let vector = step - latency
        guard vector >= checks.head, vector < checks.end else { return false }
        let expected = checks.row(vector)
        return outputPins.difference(from: expected, care: expected + outputWords) != 0
      }
      let longest = latencies.last ?? 0
      if !wrong.isEmpty {
        latencies.removeAll(where: wrong.contains)
        if latencies.isEmpty {
          let latency = wrong.contains(bench.latency) ? bench.latency : wrong[0]
          fail(vector: step - latency, latency: latency)
          return .failed
        }
      }
      // What the longest of them has been compared with, all have.
      let decided = step - (latencies.last ?? longest)
      while !checks.isEmpty, checks.head <= decided {
        let compared = checks.next[2 &* outputWords]
        valuesCompared &+= compared
        if compared != 0 { vectorsCompared &+= 1 }
        checks.pass(at: cycle)
      }
      try engine.step()
      cycle &+= 1
      if inputs.isEmpty, hasMore { return .refill }
    }
    return .limit
  }

  /// Records that the outputs differ from those of `vector`, `latency` being the last one that was possible.
  private mutating func fail(vector: Int, latency: Int) {
    while checks.head < vector { checks.pass(at: cycle) }
    fail()
    failure?.message +=
      ", \(counted(latency, "cycle")) after its inputs; at every other latency from 0 to"
      + " \(max(bench.longestLatency ?? 0, bench.latency)) an earlier one differs"
  }

  @usableFromInline
  mutating func refill() throws(BenchError) {
    repeat {
      vectors.removeAll()
      try bench.generate(block: nextBlock, into: &vectors)
      nextBlock += 1
      hasMore = nextBlock < bench.blockCount
      take(vectors)
    } while inputs.isEmpty && hasMore
  }

  private mutating func take(_ vectors: PinVectors) {
    inputs.append(
      vectors.count, words: vectors.inputs.words,
      keepingFrom: min(checks.head, inputs.head - TransactionHistory.length))
    checks.append(vectors.count, words: vectors.checks, keepingFrom: checks.head - TransactionHistory.length)
  }

  @usableFromInline var progress: BenchProgress {
    let share = Double(checks.head) / Double(max(1, checks.end))
    return BenchProgress(
      cycle: cycle, compared: vectorsCompared,
      fraction: share * Double(nextBlock + 1) / Double(bench.blockCount + 1))
  }

  /// Records that the outputs differ from those of the vector at the head of `checks`.
  @usableFromInline
  mutating func fail() {
    let got = UnsafeMutablePointer<UInt64>.allocate(capacity: max(1, outputWords))
    defer { got.deallocate() }
    outputPins.load(into: got)
    let row = UnsafePointer(got)
    let differences = BenchFailure.differences(
      bench.outputs, expected: checks.next, got: row, care: checks.next + outputWords)
    failure = BenchFailure(
      kind: .mismatch, cycle: cycle, transaction: checks.head,
      message: "vector \(checks.head), \(differences.summary())", differences: differences,
      expected: bench.outputs.values(checks.next), got: bench.outputs.values(row))
  }

  /// What was judged, and the latency that was found where it was the module's choice.
  private var judged: String? {
    guard isSearching, failure == nil, vectorsCompared > 0, let found = latencies.first else {
      return bench.options.judges
    }
    return bench.options.judges.map { $0 + ": \(counted(found, "cycle"))" }
  }

  /// The outcome as it stands now.
  @usableFromInline
  func result(isCancelled: Bool, seconds: Double) -> BenchResult {
    var failure = failure
    if failure == nil, !isCancelled, vectorsCompared == 0 {
      failure = BenchFailure(
        kind: .nothingCompared, cycle: cycle, message: "the bench expected no output, so nothing was compared")
    }
    let history = [
      TransactionHistory("inputs", .input, bench.inputs, inputs),
      TransactionHistory("outputs", .output, bench.outputs, checks),
    ]
    return BenchResult(
      test: bench.name, index: bench.index, module: bench.interface.name, seed: Seed(bench.seed.value),
      judged: judged, verdict: failure != nil ? .failed : isCancelled ? .cancelled : .passed,
      cycles: cycle, resetCycles: bench.options.resetCycles, rehearsalCycles: start == 0 ? nil : start,
      transactionsCompared: vectorsCompared,
      valuesCompared: Int(valuesCompared), streams: [], latencies: [],
      failure: failure, history: failure == nil ? [] : history, seconds: seconds)
  }
}
