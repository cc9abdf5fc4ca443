import Catalog
import Engine
import Foundation
import HDL
import Netlist
import Simulator
import Testbench
import Verilator
import Verilog

/// Runs a block's bench on its emitted Verilog, or on Verilog that somebody else wrote.
///
/// The checkers of the block run beside its own Verilog, except where the lines of the Verilog are counted: see
/// ``CheckedBlock``. A run ends where an assertion fails; where an assumption does, the stimuli are at fault.
@dynamicMemberLookup
public struct Cosimulation: Sendable {
  /// The block.
  public var block: any CatalogBlock
  /// Engine, reset, seed, stalls, and whose Verilog it is.
  public var conditions: RunConditions
  /// Numbers of the runs.
  public var runs: Range<Int>
  /// How the model is compiled; nil to choose by the expected number of cycles.
  public var profile: ModelProfile?
  /// The file of the wave of a failing run, ending in `.fst` or `.vcd`; nil for none. Where every one of several runs has
  /// a wave, the run's number stands before the ending.
  public var wavePath: String?
  /// Writes a wave of every run, failing or not.
  public var alwaysTraces = false
  /// Whether runs count what they cover: see ``/Catalog/CatalogBlock/coverage(for:)``.
  public var covers = false
  /// Whether Verilator counts lines and bits of the Verilog; on other engines nothing does.
  public var coversStructure = false
  /// Called about five times a second with the number of the run.
  public var progress: (@Sendable (Int, BenchProgress) -> Void)?
  /// Called with the result of each run when it has ended.
  public var finished: (@Sendable (BenchResult) -> Void)?
  /// Called with the result of a run that failed, before a wave of it is made.
  public var failed: (@Sendable (BenchResult) -> Void)?
  /// Called when everything is built and the first run begins.
  public var began: (@Sendable () -> Void)?
  /// True to stop.
  public var isCancelled: @Sendable () -> Bool = { false }

  /// Runs of `block`.
  public init(_ block: any CatalogBlock, _ conditions: RunConditions, runs: Range<Int> = 0..<1) {
    self.block = block
    self.conditions = conditions
    self.runs = runs
  }

  /// One run of the Verilog of `block` in Verilator.
  public init(_ block: any CatalogBlock, seed: Seed, runs: Range<Int> = 0..<1) {
    self.init(block, RunConditions(seed: seed), runs: runs)
  }

  /// The conditions, one by one.
  public subscript<Value>(dynamicMember path: WritableKeyPath<RunConditions, Value>) -> Value {
    get { conditions[keyPath: path] }
    set { conditions[keyPath: path] = newValue }
  }

  /// The results of all runs, and what the model was.
  public struct Outcome: Sendable {
    /// Verdicts and statistics.
    public var report: BenchReport
    /// The module that ran.
    public var interface: ModuleInterface
    /// How the Verilated model was built; nil when there is none.
    public var record: BuildRecord?
    /// Seconds until the model could run: elaboration, emission, build or cache.
    public var secondsToModel: Double
    /// How often what a checker or the design covers has happened, by module and label; only the native engine counts.
    public var covers: [String: UInt64] = [:]
  }

  /// Builds the model and runs every bench. Stops after the first failing run.
  ///
  /// - Parameter builder: Makes the builder of Verilated models; not called for the native engine.
  /// - Throws: ``/Catalog/CatalogError``, `DiagnosticList`, `VerilatorFailure`, `EngineFailure` or `BenchError`.
  public func run(with builder: @autoclosure () throws -> ModelBuilder) throws -> Outcome {
    try run(with: try builder()) { _, _ in true }
  }

  /// Builds the model and runs benches until `goesOn` says no to a result, or one fails.
  func run(with builder: @autoclosure () throws -> ModelBuilder, while goesOn: Inspection) throws -> Outcome {
    try block.checkBench()
    switch self.engine {
    case .native where self.foreign == nil: return try runNatively(goesOn)
    case .both where self.foreign == nil: return try runBoth(try builder(), goesOn)
    case .verilator, .native, .both: return try runVerilated(try builder(), goesOn)
    }
  }

  /// Looks at a result, and at what Verilator counted in the run where it does; false ends the runs.
  typealias Inspection = (BenchResult, VerilatorCoverage?) throws -> Bool

  private func runVerilated(_ builder: ModelBuilder, _ goesOn: Inspection) throws -> Outcome {
    let start = ContinuousClock.now
    let checked = self.foreign == nil && !coversStructure ? try CheckedBlock(block, reset: self.reset) : nil
    let design = try checked?.modelDesign ?? self.design(with: builder)
    let library = try self.library(of: design, builder)
    var model: VerilatedModel?
    return try outcome(
      since: start, checked?.interface ?? design.interface, library.record,
      engine: "Verilator \(library.record.verilator)",
      plain: { seed in
        let made = try library.model(initialState: .random(seed: seed))
        model = made
        return made
      },
      traced: { try builder.model(of: design, profile: traceProfile, initialState: .random(seed: $0)) },
      while: { result, _ in try goesOn(result, coversStructure ? try model?.coverage() : nil) })
  }

  private func runNatively(_ goesOn: Inspection) throws -> Outcome {
    let start = ContinuousClock.now
    let checked = try CheckedBlock(block, reset: self.reset)
    var covers = CoverTotals()
    let make = { (seed: UInt64) in
      let model = try NativeModel(checked.circuit, options: .init(initialState: .random(seed: seed)))
      covers.follow(model)
      return model
    }
    var result = try outcome(
      since: start, checked.interface, nil, engine: "native simulator", plain: make, traced: make, while: goesOn)
    covers.finish()
    result.covers = covers.counts
    return result
  }

  /// What the design does not define is not compared; it starts as zero in both engines. Both
  /// check what the design asserts.
  private func runBoth(_ builder: ModelBuilder, _ goesOn: Inspection) throws -> Outcome {
    let start = ContinuousClock.now
    let checked = try CheckedBlock(block, reset: self.reset)
    let (circuit, design) = (checked.circuit, checked.modelDesign)
    let library = try self.library(of: design, builder)
    return try outcome(
      since: start, checked.interface, library.record,
      engine: "native simulator and Verilator \(library.record.verilator) side by side",
      plain: { _ in try Self.sideBySide(circuit, try library.model(initialState: .zero)) },
      traced: { _ in
        try Self.sideBySide(circuit, try builder.model(of: design, profile: traceProfile, initialState: .zero))
      }, while: goesOn)
  }

  /// The native engine beside a Verilated model of the same circuit.
  ///
  /// - Parameter simplifies: Whether the native engine simplifies the circuit first.
  static func sideBySide(
    _ circuit: Circuit, _ model: VerilatedModel, simplifies: Bool = true
  ) throws -> LockstepEngine<NativeModel, VerilatedModel> {
    LockstepEngine(
      try NativeModel(circuit, options: .init(simplifies: simplifies)), model,
      opposite: try NativeModel(
        circuit, options: .init(initialState: .ones, simplifies: simplifies, checksAssertions: false)))
  }

  private func library(of design: ModelDesign, _ builder: ModelBuilder) throws -> ModelLibrary {
    let cycles = block.expectedCycles * min(runs.count, Catalog.defaultRuns)
    let suited = coversStructure ? .cover : ModelProfile.suited(toCycles: cycles)
    return try builder.library(for: design, profile: profile ?? suited)
  }

  /// Runs every bench on engines that `plain` makes, and where a wave is wanted on one that `traced` makes, each from the
  /// seed of its undefined state.
  private func outcome<Plain: Engine, Traced: Engine>(
    since start: ContinuousClock.Instant, _ interface: ModuleInterface, _ record: BuildRecord?, engine: String,
    plain: (UInt64) throws -> Plain, traced: (UInt64) throws -> Traced, while goesOn: Inspection
  ) throws -> Outcome {
    let coverage = covers ? try block.coverage(for: interface) : nil
    let first = try plain(stateSeed(runs.lowerBound))
    let secondsToModel = (ContinuousClock.now - start) / .seconds(1)
    began?()
    var results: [BenchResult] = []
    for index in runs where !isCancelled() {
      var bench = try block.bench(
        for: interface, seed: self.seed, index: index, stalls: self.stalls,
        judgesTiming: self.judgesTiming ?? (self.foreign == nil))
      bench.options.coverage = coverage
      var result = try run(
        bench, index, plain: { index == runs.lowerBound ? first : try plain(stateSeed(index)) },
        traced: { try traced(stateSeed(index)) })
      // What a run does follows from the workload as well.
      if let name = result.coverage?.run {
        result.coverage?.run = ([name] + block.workload.map { "\($0.name)=\($0.value)" }).joined(separator: " ")
      }
      results.append(result)
      finished?(result)
      if result.verdict != .passed { break }
      if !(try goesOn(result, nil)) { break }
    }
    return Outcome(
      report: BenchReport(block.name, results, engine: engine), interface: interface, record: record,
      secondsToModel: secondsToModel)
  }

  private func stateSeed(_ index: Int) -> UInt64 { self.seed.derived("initial state", index: index).value }

  /// The Verilog under test.
  public func design(with builder: ModelBuilder) throws -> ModelDesign {
    let circuit = try block.elaborate(reset: self.reset)
    guard let foreign = self.foreign else {
      return ModelDesign(circuit)
    }
    var design = try builder.design(of: foreign)
    design.interface = try block.adapted(
      design.interface, to: circuit.top.interface, clocksAreNamed: foreign.clocks != nil)
    return design
  }

  private func run<Plain: Engine, Traced: Engine>(
    _ bench: some Bench, _ index: Int, plain: () throws -> Plain, traced: () throws -> Traced
  ) throws -> BenchResult {
    var bench = bench
    if let progress { bench.options.progress = { progress(index, $0) } }
    bench.options.isCancelled = isCancelled
    guard let path = wavePath(ofRun: index) else {
      let result = try bench.run(on: try plain())
      if result.verdict == .failed { failed?(result) }
      return result
    }
    if alwaysTraces {
      let result = try bench.run(on: try traced(), wave: WaveWindow(path: path))
      if result.verdict == .failed { failed?(result) }
      return result
    }
    return try bench.runWithWaveOnFailure(to: path, make: plain, makeTraced: traced, failed: { failed?($0) })
  }

  /// The profile that writes the format by which ``wavePath`` ends.
  private var traceProfile: ModelProfile {
    var profile = ModelProfile.trace
    switch wavePath.map({ URL(fileURLWithPath: $0).pathExtension }) {
    case "vcd": profile.waves = .vcd
    case "fst": profile.waves = .fst
    default: break
    }
    return profile
  }

  /// The file of the wave of a run; nil where ``wavePath`` is.
  public func wavePath(ofRun index: Int) -> String? {
    guard let wavePath, alwaysTraces, runs.count > 1 else { return wavePath }
    let url = URL(fileURLWithPath: wavePath)
    return url.deletingPathExtension().relativePath + "_\(index)." + url.pathExtension
  }
}

/// Counts covers over the models of several runs.
private struct CoverTotals {
  private(set) var counts: [String: UInt64] = [:]
  private var model: NativeModel?

  /// Takes the counts of the model before, and follows `next`.
  mutating func follow(_ next: NativeModel) {
    finish()
    model = next
  }

  /// Takes the counts of the last model.
  mutating func finish() {
    for cover in model?.coverCounts ?? [] { counts["\(cover.module).\(cover.label)", default: 0] += cover.count }
    model = nil
  }
}
