import ArgumentParser
import Campaigns
import Catalog
import Foundation
import Regression
import Synchronization
import Testbench
import Tools

struct RegressCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "regress", abstract: "Run the benches of the catalog: blocks × configurations × runs.",
    discussion: """
      Every run is decided by the seed, the names of block and configuration, and its number: a failure repeats with the
      command that stands below it, on any machine. No limit is in seconds.

        systole regress                                     everything, in Verilator
        systole regress stream-fifo matmul --runs 20 --jobs 8
        systole regress --engine native --output nightly
        systole regress --cover --merge coverage.json
        systole regress --executor slurm --jobs 200 --slurm=--partition=short

      Interrupted, it goes on where it was when it is called again with the same arguments. The folder then holds
      results.json, junit.xml, index.html and the waves of failing runs.
      """)

  @Argument(help: "Blocks. Default: all.", completion: blockCompletion)
  var blocks: [String] = []

  @Option(help: "Configurations of the catalog; may be repeated. Default: all.")
  var configuration: [String] = []

  @Option(help: "What runs the modules: verilator, native, or both side by side.")
  var engine = EngineChoice.verilator

  @Option(help: "Runs of each configuration, each with its own stimuli.")
  var runs = Catalog.defaultRuns

  @Option(help: "The master seed.")
  var seed: Seed = 1

  @Option(help: "Processes at a time, or tasks of the job array. Default: one for each processor.")
  var jobs = ProcessInfo.processInfo.activeProcessorCount

  @Option(help: "The folder of the results.", completion: .directory)
  var output = "regression"

  @Flag(help: "Begin anew, whatever an interrupted regression left.")
  var fresh = false

  @Option(help: "Who runs the processes: local, or slurm for the machines of a cluster.")
  var executor = Executor.local

  @Option(
    name: .customLong("slurm"),
    help: ArgumentHelp("An option for sbatch; may be repeated.", valueName: "option"))
  var slurmOptions: [String] = []

  @Flag(help: "Count what the runs cover: coverage.json and coverage.html in the folder; see 'systole cover'.")
  var cover = false

  @Option(help: ArgumentHelp("Add the coverage to that in a file; goes with --cover.", valueName: "file"))
  var merge: String?

  @Flag(help: "Print the results as JSON.")
  var json = false

  enum Executor: String, ExpressibleByArgument, CaseIterable {
    case local
    case slurm
  }

  func validate() throws {
    try require("--runs", runs, in: 1...NumberLimits.heldRuns)
    try require("--jobs", jobs, in: 1...NumberLimits.jobs)
    if merge != nil, !cover { throw ValidationError("--merge goes with --cover") }
    if !slurmOptions.isEmpty, executor != .slurm { throw ValidationError("--slurm goes with --executor slurm") }
  }

  func run() throws {
    Ending.takeOver()
    try reportingErrors {
      let plan = try RegressionPlan(
        blocks: blocks, configurations: configuration, engine: engine, seed: seed, runs: runs,
        covers: cover, program: Self.digestOfThisProgram())
      let folder = RegressionFolder(output)
      let lock = try folder.lock()
      defer { withExtendedLifetime(lock) {} }
      try begin(plan, in: folder)
      try execute(plan, in: folder)
      Console.endProgress()

      let covered = RegressionReport(plan, in: folder)
      let report = covered.withoutCoverage
      let coverage = try covered.coverage()
      if let coverage { try keep(coverage, in: folder) }
      try folder.write(try report.json(), to: "results.json")
      try folder.write(report.junit(), to: "junit.xml")
      try folder.write(report.html(), to: "index.html")
      if json {
        printJSON(text: try report.json(), terminator: "")
      } else {
        print(report.text(colour: Console.usesColour), terminator: "")
      }
      if let coverage, !json {
        for block in coverage.blocks { print(block.summary) }
      }
      if !report.isComplete {
        Console.error("interrupted; the same command goes on from here")
        throw ExitCode.interrupted
      }
      if report.outcomes.contains(where: { $0.problem != nil }) { throw ExitCode.toolFailed }
      if !report.passed { throw ExitCode.differs }
    }
  }

  private func keep(_ coverage: CoverageDatabase, in folder: RegressionFolder) throws {
    try coverage.write(to: folder.path + "/coverage.json")
    try folder.write(coverage.html(), to: "coverage.html")
    guard let merge else { return }
    var kept = try CoverageDatabase(contentsOf: merge) ?? CoverageDatabase()
    try kept.merge(coverage)
    try kept.write(to: merge)
  }

  private func begin(_ plan: RegressionPlan, in folder: RegressionFolder) throws {
    let open = folder.plan == plan ? folder.open(of: plan).count : plan.units.count
    if !fresh, (1..<plan.units.count).contains(open) {
      Console.note("going on: \(plan.units.count - open) of \(plan.units.count) units are done (--fresh begins anew)")
    } else {
      try folder.begin(plan)
    }
  }

  private func execute(_ plan: RegressionPlan, in folder: RegressionFolder) throws {
    let open = folder.open(of: plan).reduce(0) { $0 + plan.units[$1].runs }
    let meter = RegressionMeter(done: plan.totalRuns - open, total: plan.totalRuns)
    let isCancelled: @Sendable () -> Bool = { Ending.isRequested }
    switch executor {
    case .local:
      try LocalExecutor(jobs: jobs, isCancelled: isCancelled, finished: meter.add).run(plan, in: folder)
    case .slurm:
      try SlurmExecutor(
        jobs: jobs, options: slurmOptions, program: IsolatedWorker().program.path, isCancelled: isCancelled,
        finished: meter.add
      ).run(plan, in: folder)
    }
  }

  private static func digestOfThisProgram() -> String {
    let path = IsolatedWorker().program.path
    guard let data = FileManager.default.contents(atPath: path) else { return "" }
    var digest = SHA256()
    data.withUnsafeBytes { digest.update($0) }
    return digest.hexDigest()
  }
}

/// How far a regression is, with an estimate of the time left.
private final class RegressionMeter: Sendable {
  private let total: Int
  private let before: Int
  private let start = ContinuousClock.now
  private let state: Mutex<(done: Int, failed: Int)>

  init(done: Int, total: Int) {
    self.total = total
    before = done
    state = Mutex((done, 0))
  }

  @Sendable func add(_ outcome: RegressionOutcome) {
    let (done, failed) = state.withLock { state in
      state.done += outcome.unit.runs
      if !outcome.passed { state.failed += 1 }
      return state
    }
    let passed = (ContinuousClock.now - start) / .seconds(1)
    var text = "\(done) of \(total) runs"
    if failed > 0 { text += ", \(failed) units failed" }
    if passed > 2, done > before {
      text += ", \(Int((passed * Double(total - done) / Double(done - before)).rounded(.up))) s left"
    }
    if Console.errorsAreShown {
      Console.progress(text + ", last \(outcome.unit.title)")
    } else if !outcome.passed || done == total {
      Console.note(text + ", last \(outcome.unit.title)")
    }
  }
}

/// What one process of a regression does.
struct RegressUnitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: RegressionWorker.command, abstract: "Work of one process of a regression.", shouldDisplay: false)

  @Argument(help: "The folder of the regression.")
  var folder: String

  @Option(help: "Number of the unit.")
  var unit: Int?

  @Option(help: ArgumentHelp("Every one of the units whose number leaves this task.", valueName: "task/tasks"))
  var stripe: String?

  func run() throws {
    Ending.takeOver()
    try reportingErrors {
      let folder = RegressionFolder(self.folder)
      try RegressionWorker.run(try units(folder), in: folder, isCancelled: { Ending.isRequested })
    }
  }

  private func units(_ folder: RegressionFolder) throws -> [Int] {
    if let unit { return [unit] }
    let parts = (stripe ?? "").split(separator: "/").compactMap { Int($0) }
    guard parts.count == 2, parts[1] > 0, (0..<parts[1]).contains(parts[0]) else {
      throw RequestError("--stripe takes task/tasks, such as 0/4")
    }
    return RegressionWorker.stripe(parts[0], of: parts[1], in: folder)
  }
}
