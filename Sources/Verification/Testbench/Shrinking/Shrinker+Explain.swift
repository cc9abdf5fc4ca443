import Engine
import Netlist

extension Shrinker {
  /// Runs the smallest case once more and says what is wrong.
  ///
  /// - Parameters:
  ///   - shrunk: The least case that fails.
  ///   - wave: Where to write a wave of the whole case, ending in `.fst` or `.vcd`; beside it a save file for GTKWave is
  ///     written, with the ending `.gtkw`. Nil for none.
  /// - Throws: What ``make`` throws, `BenchError`.
  public func explain(_ shrunk: ShrunkFailure, wave: String? = nil) throws -> FailureExplanation {
    let (bench, engine, deck) = try test(shrunk.inputs)
    let cycles = CycleRecording(engine)
    let watched = WatchedEngine(engine) { cycles.sample($0, clocks: $1) }
    let result = try bench.run(on: watched)
    // The cycle of the failure has not ended, so nobody has seen it yet.
    cycles.sample(watched.steps, clocks: .max)
    let failure = result.failure ?? shrunk.result.failure!
    var explanation = FailureExplanation(
      runs: shrunk.runs, isComplete: shrunk.isComplete, cycles: [shrunk.originalResult.cycles, result.cycles],
      changes: changes(shrunk),
      inputs: shrunk.inputs, failure: failure,
      bits: failure.kind == .mismatch ? failure.differences.prefix(4).map(\.bitText) : [],
      causes: try causes(of: failure, in: bench), stalls: stalls(deck.tapes, result), drawing: "")
    let view = FailureView(bench, result, failure)
    explanation.drawing = view.drawing(cycles)
    if let wave {
      do {
        try add(wave, of: shrunk, failure, to: &explanation)
      } catch {
        explanation.waveProblem = "\(error)"
      }
    }
    return explanation
  }

  /// Runs the case once more with a wave.
  private func add(
    _ wave: String, of shrunk: ShrunkFailure, _ failure: BenchFailure, to explanation: inout FailureExplanation
  ) throws {
    let (bench, engine, _) = try test(shrunk.inputs, traced: true)
    let traced = try bench.run(on: engine, wave: WaveWindow(path: wave))
    if traced.wave?.isLost == true {
      explanation.waveProblem = traced.wave?.disagreement
      return
    }
    explanation.wave = wave
    if traced.wave?.disagreement == nil {
      let file = WaveSaveFile(wave: wave, interface: engine.interface, failure: failure, title: bench.title)
      explanation.saveFile = try file.write()
    }
  }

  /// Counts and parameters that became smaller, and resets in the middle of the run that are gone.
  private func changes(_ shrunk: ShrunkFailure) -> [FailureExplanation.Change] {
    let before = (shrunk.originalResult.rehearsalCycles, shrunk.result.rehearsalCycles)
    let rehearsals = before.0.map { first in
      FailureExplanation.Change(name: "cycles before the last reset", from: "\(first)", to: "\(before.1 ?? 0)")
    }
    return zip(shrunk.originalInputs.parameters, shrunk.inputs.parameters).compactMap { before, after in
      before.value == after.value ? nil : .init(name: before.name, from: "\(before.value)", to: "\(after.value)")
    } + [rehearsals].compactMap { $0 }
  }

  /// What was sent that should have given the transaction that is wrong.
  private func causes(of failure: BenchFailure, in bench: any Bench) throws -> [FailureExplanation.Cause] {
    guard let number = failure.transaction else { return [] }
    switch try bench.recording() {
    case .pins(let pins):
      guard number < pins.inputs.count else { return [] }
      return [cause(nil, pins.inputs, number)]
    case .streams(let recording):
      guard let output = recording.streams.first(where: { $0.shape.name == failure.stream }) else { return [] }
      let inputs = recording.streams.filter { $0.shape.direction == .input }
      return inputs.flatMap { input -> [FailureExplanation.Cause] in
        // Streams with as many transactions are matched one to one; of others all are shown when they are few.
        if input.rows.count == output.rows.count, number < input.rows.count {
          return [cause(input.shape.name, input.rows, number)]
        }
        return input.rows.count <= 4 ? (0..<input.rows.count).map { cause(input.shape.name, input.rows, $0) } : []
      }
    }
  }

  private func cause(_ stream: String?, _ rows: Rows, _ number: Int) -> FailureExplanation.Cause {
    let count = rows.shape.wordCount
    let words = Array(rows.words[number * count..<(number + 1) * count]) + [0]
    return FailureExplanation.Cause(
      stream: stream, transaction: number, fields: rows.shape.fields.map(\.name),
      values: words.withUnsafeBufferPointer { rows.shape.values($0.baseAddress!) })
  }

  /// The cycles in which the bench holds back.
  private func stalls(_ tapes: DrawTapes, _ result: BenchResult) -> [String] {
    result.streams.compactMap { stream in
      guard let decisions = tapes.entries["stalls of " + stream.name] else { return nil }
      let count = decisions.count { $0 != 0 }
      guard count > 0 else { return nil }
      return stream.direction == .input
        ? "'\(stream.name)' offers \(counted(count, "cycle")) late"
        : "'\(stream.name)' is not ready in \(counted(count, "cycle"))"
    }
  }
}

extension Bench {
  /// What the bench is called in a file.
  var title: String { (try? recording().interface.name) ?? "bench" }
}
