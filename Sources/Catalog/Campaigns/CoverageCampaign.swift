import Catalog
import Foundation
import HDL
import Netlist
import Testbench
import Verilator
import Verilog

/// Runs a block's bench with new seeds until every goal of its coverage model is reached, or a limit is.
@dynamicMemberLookup
public struct CoverageCampaign: Sendable {
  /// The block.
  public var block: any CatalogBlock
  /// Name of its configuration; nil for one without a name.
  public var configuration: String?
  /// Engine, reset, seed and stalls.
  public var conditions: RunConditions
  /// Runs at most.
  public var maximumRuns = 64
  /// Seconds after which no further run begins; nil for no such limit.
  public var seconds: Double?
  /// Whether Verilator counts lines and bits too.
  public var coversStructure = false
  /// Coverage of earlier runs, which counts and is gone on from; nil for none.
  public var earlier: CoverageDatabase?
  /// Called after each run.
  public var progress: (@Sendable (BlockCoverage) -> Void)?
  /// True to end with what is known by then.
  public var isCancelled: @Sendable () -> Bool = { false }

  /// Coverage of `block`, on the native engine with seed 1 unless stated otherwise.
  public init(
    _ block: any CatalogBlock, configuration: String? = nil, _ conditions: RunConditions = .init(.native, seed: 1)
  ) {
    self.block = block
    self.configuration = configuration
    self.conditions = conditions
  }

  /// The conditions, one by one.
  public subscript<Value>(dynamicMember path: WritableKeyPath<RunConditions, Value>) -> Value {
    get { conditions[keyPath: path] }
    set { conditions[keyPath: path] = newValue }
  }

  /// What came out.
  public struct Outcome: Sendable {
    /// What all runs covered, the earlier ones included.
    public var coverage: BlockCoverage
    /// Runs that took place now.
    public var runs: Int
    /// The result of a run that failed; its coverage does not count.
    public var failure: BenchResult?
    /// Seconds from the start, the model's included.
    public var seconds: Double
    /// Whether it was ended on request.
    public var wasCancelled: Bool

    /// Whether no run failed and every goal is reached.
    public var isClosed: Bool { failure == nil && coverage.isClosed }
  }

  /// Runs the bench.
  ///
  /// - Parameter builder: Makes the builder of Verilated models; not called for the native engine.
  /// - Throws: What ``Cosimulation/run(with:)`` throws, and ``Testbench/CoverageError`` for a model that is wrong and for
  ///   earlier coverage of another one.
  public func run(with builder: @autoclosure () throws -> ModelBuilder) throws -> Outcome {
    let start = ContinuousClock.now
    let circuit = try block.elaborate(reset: self.reset)
    var coverage = BlockCoverage(
      try block.coverage(for: circuit.top.interface), block: block.name, configuration: configuration,
      generator: block.summary)
    if var known = earlier?.coverage(of: coverage) {
      try known.merge(coverage)
      coverage = known
    }
    let mine = coverage.runs.filter { $0.run.hasPrefix("\(self.seed) ") }.map(\.index)
    let first = (mine.max() ?? -1) + 1
    var job = Cosimulation(block, conditions, runs: first..<first + maximumRuns)
    job.covers = true
    job.coversStructure = coversStructure
    job.isCancelled = isCancelled
    var runs = 0
    var report = BenchReport(block.name, [])
    if !coverage.isClosed || (coversStructure && coverage.structure == nil) {
      let namer = coversStructure ? StructureReader(circuit) : nil
      let tool = coversStructure ? "Verilator \(try builder().toolchain.verilator.version)" : ""
      report = try job.run(with: try builder()) { result, counted in
        guard let run = result.coverage else { return false }
        try coverage.add(run)
        if let counted, let namer { try coverage.add(try namer.structure(counted, run: run.run, tool: tool)) }
        runs += 1
        progress?(coverage)
        if coverage.isClosed || isCancelled() { return false }
        return seconds.map { (ContinuousClock.now - start) / .seconds(1) < $0 } ?? true
      }.report
    }
    return Outcome(
      coverage: coverage, runs: runs, failure: report.results.first { $0.verdict == .failed },
      seconds: (ContinuousClock.now - start) / .seconds(1), wasCancelled: isCancelled())
  }
}

/// Finds the modules' names and their Swift lines for what Verilator counts.
struct StructureReader {
  private let sources: [StructuralCoverage.Source]
  private let lines: [String: [Substring]]
  /// Swift places by module and name in the Verilog.
  private let places: [String: [String: String]]

  init(_ circuit: Circuit) {
    sources = circuit.verilog().map { .init(name: $0.name, text: $0.text) }
    lines = Dictionary(
      sources.map { ($0.name, $0.text.split(separator: "\n", omittingEmptySubsequences: false)) },
      uniquingKeysWith: { first, _ in first })
    places = circuit.nameMap.modules.mapValues { names in
      Dictionary(
        names.compactMap { name in name.place.map { (name.verilog, $0) } }, uniquingKeysWith: { first, _ in first })
    }
  }

  /// The counters as items. Those of the simulator's own making, which stand in no source, are left out.
  func structure(_ counted: VerilatorCoverage, run: String, tool: String) throws -> StructuralCoverage {
    let known = Set(sources.map(\.name))
    let counters = counted.counters.filter { known.contains($0.file) }
    return StructuralCoverage(
      tool: tool, sources: sources,
      items: counters.map { counter in
        let kind: StructuralCoverage.Kind =
          switch counter.kind {
          case "toggle": .toggle
          case "branch": .branch
          case "expr": .expression
          case "user": .user
          default: .line
          }
        return StructuralCoverage.Item(
          kind: kind, file: counter.file, lines: counter.lines.isEmpty ? [counter.line] : counter.lines,
          column: counter.column, module: counter.module, name: counter.comment, place: place(of: counter, kind))
      }, counts: counters.map(\.count), run: run)
  }

  /// The Swift line of a bit's signal, or of the first name that one of the lines has.
  private func place(of counter: VerilatorCoverage.Counter, _ kind: StructuralCoverage.Kind) -> String? {
    let names = places[counter.module] ?? [:]
    if kind == .toggle { return names[String(counter.comment.prefix { $0 != "[" && $0 != ":" })] }
    let text = lines[counter.file] ?? []
    for line in [counter.line] + counter.lines where text.indices.contains(line - 1) {
      let words = text[line - 1].split { !($0.isLetter || $0.isNumber || $0 == "_" || $0 == "$") }
      if let place = words.lazy.compactMap({ names[String($0)] }).first { return place }
    }
    return nil
  }
}
