import Engine
import Netlist
import Simulator
import Synchronization
import Testbench

/// Puts mistakes into a circuit, one at a time, and runs a bench on each: the bench that lets none pass is a good one.
///
/// A run is on the native simulator and ends at the first difference. A mutant that hangs is killed by the watchdog of
/// its bench or by a number of cycles, never by time, so that equal seeds give equal results.
///
/// ```swift
/// var campaign = MutationCampaign(circuit, runs: [.init(bench: bench, initialState: 1)])
/// campaign.jobs = 4
/// let result = try campaign.run()
/// print(result.text())
/// ```
public struct MutationCampaign: Sendable {
  /// One run that a mutant has to pass.
  public struct Run: Sendable {
    /// The bench; the circuit without a mistake must pass it.
    public var bench: any Bench
    /// Decides what state holds that the design does not define.
    public var initialState: UInt64

    /// A run of `bench`.
    public init(bench: any Bench, initialState: UInt64) {
      self.bench = bench
      self.initialState = initialState
    }
  }

  /// Work done and to do.
  public struct Progress: Hashable, Sendable {
    /// What is being done.
    public enum Phase: String, Hashable, Sendable {
      /// Mutants are made and compared with each other.
      case preparing
      /// Benches run.
      case running
      /// Survivors are compared with the circuit by a solver.
      case proving
    }

    /// What is being done.
    public var phase: Phase
    /// Mutants done in this phase.
    public var done: Int
    /// Mutants of this phase.
    public var total: Int
    /// Mutants of this phase that passed every run.
    public var survived = 0
  }

  /// Says of each survivor whether it is a mistake at all: nil where nothing is known of it.
  public typealias Judge = @Sendable (_ survivors: [Mutant]) throws -> [MutantVerdict?]

  /// The circuit without a mistake.
  public var circuit: Circuit
  /// The runs, those that find most first.
  public var runs: [Run]
  /// Threads.
  public var jobs = 1
  /// Names of the modules into which mistakes are put; nil for all.
  public var modules: Set<String>?
  /// How many mutants to try; nil for all.
  public var sample: Int?
  /// Decides the sample.
  public var seed = Seed(1)
  /// What the cycles of the correct circuit are multiplied by to give the most that a mutant may take.
  public var patience = 4
  /// Looks at the survivors.
  public var judge: Judge?
  /// Called now and then.
  public var progress: (@Sendable (Progress) -> Void)?
  /// True to end with what is known by then.
  public var isCancelled: @Sendable () -> Bool = { false }

  /// A campaign against `circuit`.
  public init(_ circuit: Circuit, runs: [Run]) {
    self.circuit = circuit
    self.runs = runs
  }

  /// Tries the mutants.
  ///
  /// - Throws: ``MutationError`` when the circuit without a mistake fails, `BenchError` when a bench does not fit it,
  ///   and what ``judge`` throws.
  public func run() throws -> MutationResult {
    let all = circuit.mutants.filter { modules?.contains($0.module) ?? true }
    let sample = MutantSample(of: all, size: sample, seed: seed).mutants
    guard let limits = try cycleLimits() else {
      return MutationResult(
        module: circuit.top.name, seed: seed, runs: runs.count, possible: all.count, sampled: sample.count, refused: 0,
        repeated: 0, results: sample.map { MutantResult(mutant: $0, verdict: .notTried) }, wasInterrupted: true)
    }
    let kinds = MutantKinds(of: sample, in: circuit, prepared(sample))
    var results = kinds.verdicts(sample)
    let open = results.indices.filter { results[$0].verdict == .notTried }
    for (index, verdict) in zip(open, tried(open.map { results[$0].mutant }, limits)) {
      if let verdict { results[index].verdict = verdict }
    }
    try judgeSurvivors(&results)
    return MutationResult(
      module: circuit.top.name, seed: seed, runs: runs.count, possible: all.count, sampled: sample.count,
      refused: kinds.refused, repeated: kinds.repeated, results: results, wasInterrupted: isCancelled())
  }

  /// The cycles that a mutant may take in each run; nil when the work has ended.
  private func cycleLimits() throws -> [UInt64]? {
    guard !runs.isEmpty else { throw MutationError.noRuns }
    var limits: [UInt64] = []
    for (index, run) in runs.enumerated() {
      var bench = run.bench
      bench.options.isCancelled = isCancelled
      let result = try bench.run(on: try model(of: circuit, run))
      if result.verdict == .cancelled || isCancelled() { return nil }
      if let failure = result.failure { throw MutationError.benchFails(run: index, failure: failure.description) }
      limits.append(UInt64(patience) * result.cycles + UInt64(run.bench.options.watchdogCycles))
    }
    return limits
  }

  /// Starts of each run for a register that has lost its reset.
  private static let starts = 8

  private func model(of circuit: Circuit, _ run: Run, _ start: Int = 0) throws(EngineFailure) -> NativeModel {
    let seed = run.initialState &+ UInt64(start)
    return try NativeModel(circuit, options: .init(initialState: .random(seed: seed), simplifies: false))
  }

  /// The fingerprint of each mutant, nil inside where the door refuses it, nil outside where the work has ended.
  private func prepared(_ sample: [Mutant]) -> [MutantFingerprint??] {
    workers(.preparing, sample.count).run(sample.count) { index -> MutantFingerprint? in
      (try? circuit.applying(sample[index])).map { MutantFingerprint($0, sample[index].definition) }
    }
  }

  private func tried(_ mutants: [Mutant], _ limits: [UInt64]) -> [MutantVerdict?] {
    let survived = Mutex(0)
    var workers = workers(.running, mutants.count)
    workers.finished = { done in
      progress?(Progress(phase: .running, done: done, total: mutants.count, survived: survived.withLock { $0 }))
    }
    return workers.run(mutants.count) { index -> MutantVerdict? in
      let verdict = verdict(mutants[index], limits)
      if case .survived? = verdict { survived.withLock { $0 += 1 } }
      return verdict
    }.map { $0 ?? nil }
  }

  private func workers(_ phase: Progress.Phase, _ total: Int) -> Workers {
    Workers(
      jobs: jobs, finished: { progress?(Progress(phase: phase, done: $0, total: total)) }, isCancelled: isCancelled)
  }

  /// What the runs say; nil when the work has ended.
  private func verdict(_ mutant: Mutant, _ limits: [UInt64]) -> MutantVerdict? {
    do {
      var wrong = try circuit.applying(mutant)
      for (index, run) in runs.enumerated() {
        // A register without its reset starts as the complement in two runs, as anything in the others.
        if index == 2, mutant.operation == .resetDropped {
          wrong = try circuit.applying(mutant, lostReset: .undefined)
        }
        var bench = run.bench
        bench.options.limit(to: limits[index])
        bench.options.isCancelled = isCancelled
        for start in 0..<(index > 1 && mutant.operation == .resetDropped ? Self.starts : 1) {
          let result = try bench.run(on: try model(of: wrong, run, start))
          if result.verdict == .cancelled { return nil }
          guard let failure = result.failure else { continue }
          // Only a start with which the circuit passes says something about the mutant.
          if start > 0, try bench.run(on: try model(of: circuit, run, start)).failure != nil { continue }
          return .killed(run: index, failure: failure.description)
        }
      }
      return .survived("")
    } catch {
      // The circuit is valid and has the ports of the one that passed, so only the model can have given up.
      return .killed(run: 0, failure: "\(error)")
    }
  }

  private func judgeSurvivors(_ results: inout [MutantResult]) throws {
    guard let judge, !isCancelled() else { return }
    let survivors = results.indices.filter { results[$0].isSurvivor }
    guard !survivors.isEmpty else { return }
    progress?(Progress(phase: .proving, done: 0, total: survivors.count, survived: survivors.count))
    do {
      for (index, verdict) in zip(survivors, try judge(survivors.map { results[$0].mutant })) {
        if let verdict { results[index].verdict = verdict }
      }
    } catch {
      // A solver that the interruption has ended says nothing about the design.
      guard isCancelled() else { throw error }
    }
  }
}

/// Why a bench cannot be judged.
public enum MutationError: Error, Hashable, Sendable, CustomStringConvertible {
  /// There is nothing that could kill a mutant.
  case noRuns
  /// The circuit without a mistake does not pass.
  case benchFails(run: Int, failure: String)

  /// One sentence with the remedy.
  public var description: String {
    switch self {
    case .noRuns: "no run of a bench is given, so no mutant could be killed; give at least one"
    case .benchFails(let run, let failure):
      "the design fails run \(run) of its bench before any mistake is put in: \(failure); correct it first"
    }
  }
}
