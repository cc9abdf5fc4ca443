import Dispatch
import Foundation
import Netlist
import Testbench

/// Runs random circuits on several engines and compares every output of every cycle.
package struct Fuzzer: Sendable {
  /// An engine and the circuits that it runs.
  package struct Contestant: Sendable {
    /// The engine.
    package var engine: any CircuitEngine
    /// Circuits that cost more than this run only now and then; nil for all circuits.
    package var limit: Int?
    /// Of the costly circuits one in so many is run all the same.
    package var share: Int
    /// The tool behind the engine in other versions: asked where this one alone differs.
    package var otherVersions: [any CircuitEngine]

    /// An engine for all circuits, or for those of a cost up to `limit` and one in `share` of the others.
    package init(
      _ engine: any CircuitEngine, limit: Int? = nil, share: Int = 1, otherVersions: [any CircuitEngine] = []
    ) {
      self.engine = engine
      self.limit = limit
      self.share = share
      self.otherVersions = otherVersions
    }
  }

  /// How far a run has come.
  package struct Progress: Sendable {
    /// Circuits that are done, and all.
    package var done, count: Int
    /// Differences so far.
    package var differences: Int
  }

  /// The engines; the first one runs every circuit and is what the others are compared with.
  package var contestants: [Contestant]
  /// Decides every circuit and every input.
  package var seed: Seed
  /// Numbers of the circuits.
  package var range: Range<Int>
  /// Circuits of one run of a tool.
  package var batchSize = 100
  /// Cycles that each circuit runs.
  package var cycles = 24
  /// Batches at a time.
  package var jobs = 1
  /// Circuits that are shrunk; further differences are only counted.
  package var shrinkLimit = 5
  /// Called when a batch is done.
  package var progress: @Sendable (Progress) -> Void = { _ in }
  /// Asked between batches; true ends the run with what is done.
  package var isInterrupted: @Sendable () -> Bool = { false }

  /// A run of the circuits `range` of `seed`.
  package init(_ contestants: [Contestant], seed: Seed, range: Range<Int>) {
    self.contestants = contestants
    self.seed = seed
    self.range = range
  }

  /// The program with this number.
  package func program(_ index: Int) -> CircuitProgram { ProgramMaker.program(seed: circuitSeed(index)) }

  private func circuitSeed(_ index: Int) -> Seed { seed.derived("circuit", index: index) }

  private struct State {
    var next: Int
    var done = 0
    var counts: [String: Int] = [:]
    var findings: [FuzzFinding] = []
    var defects: [ToolDefect] = []
    var differences = 0
  }

  /// The state of a run, which the jobs share under a lock.
  private final class SharedState: @unchecked Sendable {
    private var state: State
    private let lock = NSLock()

    init(_ state: State) { self.state = state }

    func withLock<R>(_ body: (inout State) -> R) -> R {
      lock.lock()
      defer { lock.unlock() }
      return body(&state)
    }
  }

  /// Runs the circuits; after an interruption the record tells of those that were done.
  package func run() -> (record: FuzzRecord, findings: [FuzzFinding]) {
    let start = ContinuousClock.now
    let state = SharedState(State(next: range.lowerBound))
    DispatchQueue.concurrentPerform(iterations: max(1, jobs)) { _ in
      while !isInterrupted() {
        let batch = state.withLock { state in
          let first = state.next
          state.next = min(range.upperBound, first + batchSize)
          return first..<state.next
        }
        if batch.isEmpty { break }
        run(batch, state)
      }
    }
    return state.withLock { state in
      var versions: [String: String] = [:]
      for contestant in contestants where !contestant.engine.version.isEmpty {
        versions[contestant.engine.name] = contestant.engine.version
      }
      let record = FuzzRecord(
        circuits: state.done, seed: seed, cycles: cycles, differences: state.differences,
        toolDefects: state.defects.sorted { $0.circuit < $1.circuit }, engines: state.counts, versions: versions,
        seconds: Int((ContinuousClock.now - start) / .seconds(1)))
      return (record, state.findings.sorted { $0.index < $1.index })
    }
  }

  private func run(_ batch: Range<Int>, _ state: SharedState) {
    var circuits: [(index: Int, circuit: BatchCircuit)] = []
    var found: [FuzzFinding] = []
    for index in batch {
      do {
        circuits.append((index, try BatchCircuit(program(index), seed: circuitSeed(index), cycles: cycles)))
      } catch {
        found.append(refused(index, error))
      }
    }
    var traces: [[String: Trace]] = circuits.map { _ in [:] }
    var counts: [String: Int] = [:]
    for contestant in contestants where !isInterrupted() {
      let chosen = circuits.indices.filter { takes(circuits[$0], contestant) }
      let results = contestant.engine.isolatingFailures(
        CircuitBatch(chosen.map { circuits[$0].circuit }, cycles: cycles), isInterrupted: isInterrupted)
      for (position, trace) in zip(chosen, results) { traces[position][contestant.engine.name] = trace }
      counts[contestant.engine.name] = chosen.count
    }
    var defects: [ToolDefect] = []
    let different = circuits.indices.filter { position in
      guard !isInterrupted(), differs(traces[position]) else { return false }
      guard let defect = toolDefect(circuits[position], traces[position]) else { return true }
      defects.append(defect)
      return false
    }
    // What was under way at an interruption may have failed because of it.
    if isInterrupted() { return }
    let mayShrink = state.withLock { state in
      let room = max(0, shrinkLimit - state.differences)
      state.differences += different.count + found.count
      return room
    }
    for position in different.prefix(mayShrink) {
      found.append(explained(circuits[position].index, traces[position]))
    }
    let progress = state.withLock { state in
      state.done += batch.count
      state.counts.merge(counts, uniquingKeysWith: +)
      state.findings += found
      state.defects += defects
      return Progress(done: state.done, count: range.count, differences: state.differences)
    }
    self.progress(progress)
  }

  /// The version of a tool that alone is wrong: all other engines agree, and so does the same tool in another version.
  private func toolDefect(
    _ circuit: (index: Int, circuit: BatchCircuit), _ traces: [String: Trace]
  ) -> ToolDefect? {
    for contestant in contestants where !contestant.otherVersions.isEmpty {
      let engine = contestant.engine
      let others = traces.filter { $0.key != engine.name }
      guard traces[engine.name] != nil, others.count > 1, !differs(others), let shown = others.first?.value else {
        continue
      }
      let batch = CircuitBatch([circuit.circuit], cycles: cycles)
      for other in contestant.otherVersions
      where other.isolatingFailures(batch, isInterrupted: isInterrupted) == [shown] {
        return ToolDefect(
          circuit: circuit.index, tool: engine.name, version: engine.version, agreeingVersion: other.version)
      }
    }
    return nil
  }

  private func takes(_ circuit: (index: Int, circuit: BatchCircuit), _ contestant: Contestant) -> Bool {
    guard let limit = contestant.limit else { return true }
    return circuit.circuit.circuit.gateEstimate <= limit || circuit.index % contestant.share == 0
  }

  private func differs(_ traces: [String: Trace]) -> Bool {
    traces.values.contains(where: \.isFailure) || Set(traces.values).count > 1
  }

  private func refused(_ index: Int, _ error: any Error) -> FuzzFinding {
    FuzzFinding(
      index: index, seed: seed, shown: ["language": "\(error)"], cycle: nil, minimal: program(index), outputs: [],
      verilog: [])
  }

  /// The difference on the smallest circuit that shows it.
  private func explained(_ index: Int, _ traces: [String: Trace]) -> FuzzFinding {
    let engines = contestants.map(\.engine).filter { traces[$0.name] != nil }
    var involved = engines
    // One engine on each side of the difference will do.
    if let first = engines.first, let other = engines.first(where: { traces[$0.name] != traces[first.name] }) {
      involved = [first, other]
    }
    if let failing = engines.first(where: { traces[$0.name]?.isFailure ?? false }) { involved = [failing] }
    var shrinker = CircuitShrinker(engines: involved)
    shrinker.isInterrupted = isInterrupted
    let (minimal, length) = shrinker.shrink(program(index), seed: circuitSeed(index))
    return finding(index, minimal, length: length, engines: engines)
  }

  /// What the engines show of a program.
  private func finding(
    _ index: Int, _ program: CircuitProgram, length: Int, engines: [any CircuitEngine]
  ) -> FuzzFinding {
    var finding = FuzzFinding(
      index: index, seed: seed, shown: [:], cycle: nil, minimal: program, outputs: [], verilog: [])
    guard let circuit = try? BatchCircuit(program, seed: circuitSeed(index), cycles: length) else { return finding }
    let batch = CircuitBatch([circuit], cycles: length)
    let names = circuit.circuit.top.ports.filter { $0.driver != nil }.map(\.shape.name)
    var last: [[String]] = []
    for engine in engines {
      switch engine.isolatingFailures(batch)[0] {
      case .failed(let words): finding.shown[engine.name] = words
      case .lines(let lines):
        finding.shown[engine.name] = lines.last ?? ""
        last.append((lines.last ?? "").split(separator: " ").map(String.init))
      }
    }
    if last.count == engines.count {
      finding.cycle = length - 1
      finding.outputs = names.indices.filter { position in
        Set(last.map { $0.indices.contains(position) ? $0[position] : "" }).count > 1
      }.map { names[$0] }
    }
    finding.verilog = circuit.verilog
    return finding
  }
}
