import Catalog
import Engine
import Foundation
import Mutation
import Netlist
import Testbench
import Tools
import Verilator

/// Makes a failing run of a block's bench as small as it gets, explains it, and keeps it as a file that repeats it.
///
/// The native engine is tried first, for it makes thousands of runs a second; what fails in Verilator only is made
/// smaller there. Parameters of the hardware become smaller only where the block's own generator is at fault.
public struct CaseShrinker: Sendable {
  /// The run.
  public var failing: FailingCase
  /// How many runs to spend.
  public var maximumRuns = 5_000
  /// How many clock edges to spend: a limit that is the same on every machine; nil for none.
  public var maximumCycles: UInt64?
  /// How long to try; nil for no limit.
  public var seconds: Double?
  /// Where the files go, without their endings: `.case.json`, `.case.fst` and `.case.gtkw` are added. Nil for none.
  public var files: String?
  /// Called after every run.
  public var progress: (@Sendable (ShrinkProgress) -> Void)?
  /// True to end with the best so far.
  public var isCancelled: @Sendable () -> Bool = { false }

  /// Makes `failing` smaller.
  public init(_ failing: FailingCase) { self.failing = failing }

  /// A smaller case.
  public struct Outcome: Sendable {
    /// The smallest case.
    public var smallest: FailingCase
    /// What the run to begin with found.
    public var original: BenchResult
    /// What is wrong.
    public var explanation: FailureExplanation
  }

  /// Looks for the smallest case.
  ///
  /// - Parameter builder: Makes the builder of Verilated models; only called where Verilator is needed.
  /// - Returns: Nil when the run does not fail.
  /// - Throws: ``/Catalog/CatalogError``, `DiagnosticList`, `BenchError`, `VerilatorFailure`, errors of files.
  public func run(with builder: @autoclosure () throws -> ModelBuilder) throws -> Outcome? {
    for engine in failing.foreign == nil && failing.engine != .native ? [.native, failing.engine] : [failing.engine] {
      var candidate = failing
      candidate.engine = engine
      let test = try CaseTest(candidate, builder: builder)
      let shrinker = try shrinker(of: test)
      let inputs = inputs(shrinker)
      guard let shrunk = try shrinker.shrink(inputs) else { continue }
      let smallest = try test.failingCase(shrunk.inputs)
      let explanation = try explain(shrunk, smallest, shrinker, engine == .native ? "fst" : try builder().suffix)
      return Outcome(smallest: smallest, original: shrunk.originalResult, explanation: explanation)
    }
    return nil
  }

  /// Runs the case as it is, and explains it where it fails.
  ///
  /// - Throws: As ``run(with:)``.
  public func replay(with builder: @autoclosure () throws -> ModelBuilder) throws -> BenchResult {
    let test = try CaseTest(failing, builder: builder)
    let shrinker = try shrinker(of: test)
    let inputs = inputs(shrinker)
    var result = try shrinker.run(inputs)
    guard let failure = result.failure, failure.kind != .nothingCompared else { return result }
    let known = ShrunkFailure(
      inputs: inputs, result: result, originalInputs: inputs, originalResult: result, runs: 0, isComplete: true)
    var explanation = try shrinker.explain(
      known, wave: try wave(failing.engine == .native ? "fst" : try builder().suffix))
    explanation.reproduce = nil
    result.explanation = explanation
    return result
  }

  private func inputs(_ shrinker: Shrinker) -> ShrinkInputs {
    var inputs = ShrinkInputs(
      shrinker.parameters, seed: failing.seed, initialState: failing.initialState, tapes: failing.tapes)
    inputs.rehearsals = failing.rehearsals
    return inputs
  }

  private func shrinker(of test: CaseTest) throws -> Shrinker {
    var shrinker = Shrinker(try test.parameters()) { inputs, seed in try test.test(inputs, seed, traced: false) }
    shrinker.makeTraced = { inputs, seed in try test.test(inputs, seed, traced: true) }
    shrinker.maximumRuns = maximumRuns
    shrinker.maximumCycles = maximumCycles
    shrinker.seconds = seconds
    shrinker.progress = progress
    shrinker.isCancelled = isCancelled
    return shrinker
  }

  private func wave(_ suffix: String) throws -> String? { files.map { "\($0).case.\(suffix)" } }

  private func explain(
    _ shrunk: ShrunkFailure, _ smallest: FailingCase, _ shrinker: Shrinker, _ suffix: String
  ) throws -> FailureExplanation {
    var explanation = try shrinker.explain(shrunk, wave: try wave(suffix))
    for index in explanation.changes.indices {
      let change = explanation.changes[index]
      explanation.changes[index].from = try text(change.name, in: failing) ?? change.from
      explanation.changes[index].to = try text(change.name, in: smallest) ?? change.to
    }
    if let files {
      let path = files + ".case.json"
      do {
        try OutputFile.write(smallest.json(), to: path)
      } catch {
        throw CaseFileError("\(error)")
      }
      explanation.reproduce = "systole cosim --case \(shellQuoted(path))"
    }
    return explanation
  }

  /// The value of a parameter as it is written.
  private func text(_ name: String, in failing: FailingCase) throws -> String? {
    let block = try failing.catalogBlock()
    if name.hasPrefix(CaseTest.setPrefix) {
      return block.parameters.first { CaseTest.setPrefix + $0.name == name }?.value
    }
    return block.workload.first { $0.name == name }?.value
  }
}

extension ModelBuilder {
  /// The ending of the best waves that it can write.
  fileprivate var suffix: String { toolchain.bestWaveFormat.rawValue }
}
