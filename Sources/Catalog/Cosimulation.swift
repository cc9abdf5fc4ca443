import Engine
import Foundation
import HDL
import Netlist
import Testbench
import Verilator
import Verilog

/// Runs a block's bench on its emitted Verilog, or on Verilog that somebody else wrote.
public struct Cosimulation: Sendable {
  /// The block.
  public var block: any CatalogBlock
  /// Reset of the block's own Verilog.
  public var reset = ResetStyle()
  /// Somebody else's Verilog in place of the block's own.
  public var foreign: ForeignVerilog?
  /// The master seed; run `i` uses the seed derived for index `i`.
  public var seed: Seed
  /// Numbers of the runs.
  public var runs: Range<Int>
  /// Stalls on all streams; nil for the bench's own choice.
  public var stalls: StallProfile?
  /// How the model is compiled; nil to choose by the expected number of cycles.
  public var profile: ModelProfile?
  /// The file of the wave of a failing run, ending in `.fst` or `.vcd`; nil for none.
  public var wavePath: String?
  /// Writes a wave of every run, failing or not.
  public var alwaysTraces = false
  /// Called about five times a second with the number of the run.
  public var progress: (@Sendable (Int, BenchProgress) -> Void)?
  /// True to stop.
  public var isCancelled: @Sendable () -> Bool = { false }

  /// One run of `block`.
  public init(_ block: any CatalogBlock, seed: Seed, runs: Range<Int> = 0..<1) {
    self.block = block
    self.seed = seed
    self.runs = runs
  }

  /// The results of all runs, and what the model was.
  public struct Outcome: Sendable {
    /// Verdicts and statistics.
    public var report: BenchReport
    /// The module that ran.
    public var interface: ModuleInterface
    /// How the model was built.
    public var record: BuildRecord
    /// Seconds until the model could run: elaboration, emission, build or cache.
    public var secondsToModel: Double
  }

  /// Builds the model and runs every bench. Stops after the first failing run.
  ///
  /// - Throws: ``CatalogError``, `DiagnosticList`, `VerilatorFailure` or `BenchError`.
  public func run(with builder: ModelBuilder) throws -> Outcome {
    let start = ContinuousClock.now
    let design = try self.design(with: builder)
    let chosen = profile ?? .suited(toCycles: block.expectedCycles * runs.count)
    let library = try builder.library(for: design, profile: chosen)
    let secondsToModel = (ContinuousClock.now - start) / .seconds(1)

    var results: [BenchResult] = []
    for index in runs where !isCancelled() {
      let result = try run(index, library, design, builder)
      results.append(result)
      if result.verdict != .passed { break }
    }
    return Outcome(
      report: BenchReport(block.name, results), interface: design.interface, record: library.record,
      secondsToModel: secondsToModel)
  }

  /// The Verilog under test.
  public func design(with builder: ModelBuilder) throws -> ModelDesign {
    let circuit = try block.elaborate(reset: reset)
    guard let foreign else {
      return ModelDesign(circuit)
    }
    var design = try builder.design(of: foreign)
    try block.checkPorts(of: design.interface, against: circuit.top.interface)
    // What a port means is the block's business: foreign Verilog often leaves signs to its reader.
    for (index, port) in design.interface.ports.enumerated() {
      if let own = circuit.top.interface.ports.first(where: { $0.name == port.name }) {
        design.interface.ports[index].isSigned = own.isSigned
      }
    }
    return design
  }

  private func run(
    _ index: Int, _ library: ModelLibrary, _ design: ModelDesign, _ builder: ModelBuilder
  ) throws -> BenchResult {
    let bench = try block.bench(for: design.interface, seed: seed, index: index, stalls: stalls)
    return try run(bench, index, library, design, builder)
  }

  private func run(
    _ bench: some Bench, _ index: Int, _ library: ModelLibrary, _ design: ModelDesign, _ builder: ModelBuilder
  ) throws -> BenchResult {
    let state = InitialState.random(seed: seed.derived("initial state", index: index).value)
    var bench = bench
    if let progress { bench.options.progress = { progress(index, $0) } }
    bench.options.isCancelled = isCancelled
    func plain() throws -> VerilatedModel { try library.model(initialState: state) }
    func traced() throws -> VerilatedModel { try builder.model(of: design, profile: traceProfile, initialState: state) }
    guard let path = wavePath.map({ runs.count == 1 ? $0 : Self.numbered($0, index) }) else {
      return try bench.run(on: try plain())
    }
    if alwaysTraces { return try bench.run(on: try traced(), wave: WaveWindow(path: path)) }
    return try bench.runWithWaveOnFailure(to: path, make: plain, makeTraced: traced)
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

  private static func numbered(_ path: String, _ index: Int) -> String {
    let url = URL(fileURLWithPath: path)
    return url.deletingPathExtension().path + "_\(index)." + url.pathExtension
  }
}
