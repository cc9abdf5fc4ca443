import Campaigns
import Catalog
import Entries
import Foundation
import HDL
import Testbench
import Tools
import Verilator
import Verilog

/// A parameter with the values to try.
public struct Sweep: Hashable, Sendable {
  /// The name of the parameter.
  public var name: String
  /// What is tried.
  public var values: [String]

  /// Reads `rows=4,8,16`; nil for what has no name, no value, or one twice.
  public init?(_ text: String) {
    guard let setting = Setting(text) else { return nil }
    name = setting.name
    values = setting.value.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    if values.contains("") || Set(values).count != values.count { return nil }
  }
}

/// One configuration of a sweep with what was measured of it.
public struct ExploredPoint: Hashable, Sendable, Codable {
  /// Settings of the swept parameters, in their order.
  public var settings: [String]
  /// SHA-256 of the Verilog; empty where there is none.
  public var fingerprint: String
  /// Clock cycles of the first run of the block's bench without stalls.
  public var cycles: UInt64?
  /// What was synthesised.
  public var synthesis: SynthesisResult?
  /// Why there are no figures.
  public var problem: String?

  /// Area: thousands of NAND gates with a liberty file, else lookup tables, else gates.
  public var area: Double? {
    guard let synthesis else { return nil }
    if let mapped = synthesis.mapped.first { return mapped.kiloGates ?? mapped.area }
    return (synthesis.lut ?? synthesis.gates).map(Double.init)
  }

  /// Microseconds of the run at the median frequency, where the block was placed; else its cycles.
  public var time: Double? {
    guard let cycles else { return nil }
    return synthesis?.medianFrequency.map { Double(cycles) / $0 } ?? Double(cycles)
  }
}

/// Runs a block in all combinations of some parameters: cycles from simulation, area and frequency from synthesis.
///
/// Every finished point is kept in a file; a run with the same request goes on behind the last of them, and points whose
/// Verilog has changed are made anew.
public struct Exploration: Sendable {
  /// Name of the block.
  public var block: String
  /// Settings that all points share.
  public var settings: [Setting] = []
  /// Settings of the bench.
  public var workload: [Setting] = []
  /// What varies.
  public var sweeps: [Sweep]
  /// How each point is synthesised.
  public var options: SynthesisOptions
  /// Where the tools are.
  public var tools = Toolbox()
  /// Where steps of syntheses are kept.
  public var cache = SynthesisCache()
  /// Told what is done.
  public var progress: @Sendable (String) -> Void = { _ in }

  /// An exploration of `block`.
  public init(_ block: String, sweeps: [Sweep], _ options: SynthesisOptions) {
    (self.block, self.sweeps, self.options) = (block, sweeps, options)
  }

  /// Settings of every point: the last sweep changes first.
  public var combinations: [[Setting]] {
    sweeps.reduce([[]]) { points, sweep in
      points.flatMap { point in sweep.values.map { point + [Setting(sweep.name, $0)] } }
    }
  }

  private struct Record: Codable {
    var request: String
    var points: [ExploredPoint]
  }

  private var request: String {
    let common = (settings + workload).map { "\($0.name)=\($0.value)" }
    let synthesis = "\(options.target.rawValue) \(options.liberty ?? "") \(options.seeds) \(options.usesDSP)"
    return ([block] + common + [synthesis]).joined(separator: " ")
  }

  /// Measures every point that `record` does not hold yet.
  ///
  /// - Parameter record: Path of the file with the points; it is written after each of them.
  /// - Throws: A missing tool, a file that cannot be written, and the end of the process. What is wrong with one point is
  ///   its ``ExploredPoint/problem``.
  public func run(record: String) throws -> [ExploredPoint] {
    var known: [[String]: ExploredPoint] = [:]
    if let data = FileManager.default.contents(atPath: record),
      let kept = try? JSONDecoder().decode(Record.self, from: data), kept.request == request
    {
      for point in kept.points { known[point.settings] = point }
    }
    let combinations = combinations
    var points: [ExploredPoint] = []
    for (index, combination) in combinations.enumerated() {
      let names = combination.map { "\($0.name)=\($0.value)" }
      let title = "point \(index + 1) of \(combinations.count), \(names.joined(separator: " "))"
      points.append(try point(combination, names, title, known[names]))
      known[names] = points.last
      // Points of an earlier, larger sweep stay for the next one.
      let all = known.values.sorted { $0.settings.joined(separator: " ") < $1.settings.joined(separator: " ") }
      try OutputFile.write(try Self.json(Record(request: request, points: all)), to: record)
    }
    return points
  }

  private func point(
    _ combination: [Setting], _ names: [String], _ title: String, _ earlier: ExploredPoint?
  ) throws -> ExploredPoint {
    var result = ExploredPoint(settings: names, fingerprint: "")
    let configured: any CatalogBlock
    do {
      configured = try Catalog.entry(block).block(
        configuration: nil, settings: settings + combination, workload: workload)
      try configured.checkBench()
    } catch {
      result.problem = "\(error)"
      return result
    }
    do {
      let circuit = try configured.elaborate(reset: ResetStyle())
      result.fingerprint = SHA256.hexDigest(of: circuit.verilog().map(\.text).joined())
      if let earlier, earlier.fingerprint == result.fingerprint, earlier.problem == nil { return earlier }
      progress(title + ": simulation")
      var job = Cosimulation(configured, seed: 1)
      job.engine = .native
      job.stalls = .never
      job.isCancelled = { Ending.isRequested }
      let outcome = try job.run(with: ModelBuilder())
      if Ending.isRequested { throw CancellationError() }
      guard outcome.report.passed, let run = outcome.report.results.first else {
        result.problem = "the bench failed"
        return result
      }
      result.cycles = run.cycles
      var flow = SynthesisFlow(circuit, options, tools: tools, cache: cache)
      let progress = progress
      flow.progress = { progress("\(title): \($0)") }
      result.synthesis = try flow.run()
    } catch let error where !(error is ToolMissing || error is CancellationError) {
      result.problem = "\(error)"
    }
    return result
  }

  private static func json(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self) + "\n"
  }
}
