import ArgumentParser
import Campaigns
import Catalog
import Dispatch
import Entries
import Foundation
import Synchronization
import Testbench
import Tools
import Verilator

struct CoverCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cover", abstract: "Run a block's bench with new seeds until its coverage goals are reached.",
    discussion: """
      What a run has to show follows from the block's interface (corner values and bits of every field, stalls of every
      stream and their combinations) and from what the catalog declares beside the golden model (a full queue that is
      written, a tie that is rounded, a burst at a boundary of 4 KiB). Runs 0, 1, 2 … of the bench take place until every
      bin has its hits; then, or at --max-runs, the bins that stay empty are listed with what may keep them so.

        systole cover stream-fifo
        systole cover matmul --configuration int8 --structure --html coverage.html
        systole cover --all --jobs 8 --merge coverage.json

      With --merge the file's runs count too, and what comes out is written back: runs may be spread over calls and
      machines. With --structure Verilator counts which lines of the Verilog run and which bits change.

      Exit code 0 when all goals are reached, 1 when some are not or a run failed, 130 when interrupted; what is known by
      then is kept and printed.
      """)

  @Argument(help: "Blocks.", completion: blockCompletion)
  var blocks: [String] = []

  @Flag(help: "All blocks of the catalog, in all configurations unless --configuration names some.")
  var all = false

  @OptionGroup var options: BlockOptions

  @Option(
    name: .customLong("work"),
    help: ArgumentHelp("Set a parameter of the bench; may be repeated.", valueName: "name=value"))
  var workload: [Setting] = []

  @Option(help: "What runs the modules: native, verilator, or both side by side.")
  var engine = EngineChoice.native

  @Flag(help: "Count lines and bits of the Verilog too, in Verilator.")
  var structure = false

  @Option(help: "The master seed.")
  var seed: Seed = 1

  @Option(help: "Runs of each block at most.")
  var maxRuns = 64

  @Option(help: "Seconds for each block after which no further run begins. Default: no limit.")
  var seconds: Double?

  @Option(help: "Stalls on all streams: never, a probability, reluctant, contrary, mixed. Default: the bench's choice.")
  var stalls: StallProfile?

  @Option(help: "Blocks at a time. Default: one for each processor.")
  var jobs = ProcessInfo.processInfo.activeProcessorCount

  @Option(help: ArgumentHelp("Add to the coverage in a file; made when it is not there.", valueName: "file"))
  var merge: String?

  @Option(help: ArgumentHelp("Write a page that stands by itself.", valueName: "file"))
  var html: String?

  @Flag(help: "Print every point with its bins.")
  var bins = false

  @Flag(help: "Print the results as JSON.")
  var json = false

  @Flag(
    help: """
      Keep the figures in Scores/coverage.json and the page of the documentation: of all blocks, or of those named in all \
      configurations.
      """)
  var record = false

  @Option(help: "The checkout whose figures are kept.", completion: .directory)
  var checkout = "."

  func validate() throws {
    try require("--max-runs", maxRuns, in: 1...NumberLimits.runs)
    try require("--jobs", jobs, in: 1...NumberLimits.jobs)
    guard all != !blocks.isEmpty else { throw ValidationError("name blocks, or give --all") }
    if let seconds, !(seconds > 0 && seconds < 1e9) {
      throw ValidationError("--seconds is above 0 and below 1e9")
    }
    if structure, engine == .both { throw ValidationError("--structure goes with --engine verilator") }
    if record, !workload.isEmpty || !options.settings.isEmpty || options.configuration != nil {
      throw ValidationError("--record keeps the figures of blocks as they are, in all configurations")
    }
  }

  /// A block in one configuration.
  private struct Unit: Sendable {
    var block: any CatalogBlock
    var configuration: String?
  }

  func run() throws {
    Ending.takeOver()
    try reportingErrors {
      let units = try self.units()
      var database = try merge.flatMap { try CoverageDatabase(contentsOf: $0) } ?? CoverageDatabase()
      for path in [merge, html].compactMap({ $0 }) { try OutputFile.check(path) }
      let outcomes = try cover(units, from: database)
      Console.endProgress()
      for outcome in outcomes { database.replace(outcome.coverage) }
      if let merge { try database.write(to: merge) }
      let shown = outcomes.map(\.coverage)
      if let html { try OutputFile.write(CoverageDatabase(shown).html(), to: html) }
      if json {
        try printJSON(CoverageSummary(shown, detailed: true))
      } else {
        print(text(outcomes, of: units.count), terminator: "")
      }
      if Ending.isRequested {
        Console.error("interrupted; what was covered by then stands above")
        throw ExitCode.interrupted
      }
      if record { try keep(outcomes) }
      if !outcomes.allSatisfy(\.isClosed) { throw ExitCode.differs }
    }
  }

  private func units() throws -> [Unit] {
    let entries = all ? Catalog.entries : try blocks.map { try Catalog.entry($0) }
    return try entries.flatMap { entry -> [Unit] in
      let names =
        options.configuration.map { entry.configurations.contains($0) || !all ? [$0] : [] }
        ?? (all || record ? entry.configurations : [entry.configurations[0]])
      return try names.map { name in
        Unit(
          block: try entry.block(configuration: name, settings: options.settings, workload: workload),
          configuration: options.settings.isEmpty ? name : nil)
      }
    }
  }

  private func cover(_ units: [Unit], from database: CoverageDatabase) throws -> [CoverageCampaign.Outcome] {
    let engine = structure ? EngineChoice.verilator : engine
    let builder = engine == .native ? nil : try ModelBuilder()
    let meter = CoverageMeter(total: units.count)
    let state = Mutex<(outcomes: [CoverageCampaign.Outcome?], failure: (any Error)?)>(
      ([CoverageCampaign.Outcome?](repeating: nil, count: units.count), nil))
    let next = Mutex(0)
    DispatchQueue.concurrentPerform(iterations: max(1, min(jobs, units.count))) { _ in
      while !Ending.isRequested {
        let index = next.withLock { next in
          defer { next += 1 }
          return next
        }
        guard index < units.count, state.withLock({ $0.failure == nil }) else { return }
        do {
          var campaign = CoverageCampaign(
            units[index].block, configuration: units[index].configuration, RunConditions(engine, seed: seed))
          campaign.reset = options.resetStyle
          campaign.maximumRuns = maxRuns
          campaign.seconds = seconds
          campaign.stalls = stalls
          campaign.coversStructure = structure
          campaign.earlier = database
          campaign.progress = { meter.show($0) }
          campaign.isCancelled = { Ending.isRequested }
          let outcome = try campaign.run(with: try builder ?? ModelBuilder())
          state.withLock { $0.outcomes[index] = outcome }
          meter.add(outcome)
        } catch {
          state.withLock { if $0.failure == nil { $0.failure = error } }
        }
      }
    }
    let (outcomes, failure) = state.withLock { $0 }
    if let failure { throw failure }
    return outcomes.compactMap { $0 }
  }

  private func text(_ outcomes: [CoverageCampaign.Outcome], of total: Int) -> String {
    let columns = ProcessEnvironment.choice("COLUMNS").flatMap { Int($0) } ?? 100
    var lines: [String] = []
    for outcome in outcomes {
      let isShort = total > 1 && outcome.isClosed && !bins
      var text = outcome.coverage.text(width: columns, all: bins)
      if isShort { text = outcome.coverage.summary + "\n" }
      if let failure = outcome.failure {
        text += "\n" + failure.text(colour: Console.usesColour) + "\n"
      }
      lines.append(text)
    }
    let closed = outcomes.count { $0.isClosed }
    let runs = outcomes.reduce(0) { $0 + $1.runs }
    let cycles = outcomes.reduce(0) { $0 + $1.coverage.cycles }
    if total > 1 || closed == 0 {
      lines.append(
        "coverage: \(closed) of \(total) closed, \(runs) runs, \(cycles) clocks (seed \(seed), engine "
          + "\((structure ? .verilator : engine).rawValue))\n")
    }
    return lines.joined(separator: outcomes.count == 1 ? "\n" : "")
  }

  // MARK: Files

  /// What is kept of all blocks, in the order of the catalog, with `blocks` in the place of what is kept of them.
  private func kept(in scores: URL, with blocks: [CoverageSummary.Block]) throws -> [CoverageSummary.Block] {
    func key(_ block: String, _ configuration: String?) -> String { "\(block) \(configuration ?? "")" }
    var known: [String: CoverageSummary.Block] = [:]
    if let data = try? Data(contentsOf: scores.appending(path: "coverage.json")) {
      for block in try JSONDecoder().decode(CoverageSummary.self, from: data).blocks {
        known[key(block.block, block.configuration)] = block
      }
    }
    for block in blocks { known[key(block.block, block.configuration)] = block }
    return Catalog.entries.flatMap { entry in
      entry.configurations.compactMap { known[key(entry.name, $0)] }
    }
  }

  private func keep(_ outcomes: [CoverageCampaign.Outcome]) throws {
    var summary = CoverageSummary(outcomes.map(\.coverage), detailed: false)
    let checkout = URL(fileURLWithPath: checkout)
    let scores = checkout.appending(path: "Scores")
    try FileManager.default.createDirectory(at: scores, withIntermediateDirectories: true)
    if !all { summary.blocks = try kept(in: scores, with: summary.blocks) }
    try OutputFile.write(try summary.json(), to: scores.appending(path: "coverage.json").path)
    let page = checkout.appending(path: "Sources/Catalog/Catalog/Catalog.docc/Coverage.md")
    if FileManager.default.fileExists(atPath: page.deletingLastPathComponent().path) {
      try OutputFile.write(summary.page, to: page.path)
    }
  }
}

/// How far a campaign is.
private final class CoverageMeter: Sendable {
  private let total: Int
  private let done = Mutex(0)

  init(total: Int) { self.total = total }

  func show(_ coverage: BlockCoverage) {
    guard Console.errorsAreShown else { return }
    let goals = coverage.goals
    Console.progress(
      "\(done.withLock { $0 }) of \(total) done, \(coverage.title): \(goals.reached) of \(goals.total) goals after "
        + "\(coverage.runs.count) runs")
  }

  func add(_ outcome: CoverageCampaign.Outcome) {
    done.withLock { $0 += 1 }
    guard total > 1 else { return }
    if !outcome.isClosed { Console.note("\(outcome.coverage.title): not closed after \(outcome.runs) runs") }
  }
}
