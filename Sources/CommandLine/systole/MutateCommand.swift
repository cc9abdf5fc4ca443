import ArgumentParser
import Campaigns
import Catalog
import Entries
import Foundation
import HDL
import Mutation
import Testbench
import Tools

struct MutateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mutate", abstract: "Put mistakes into a block, one at a time, and see whether its bench finds them.",
    discussion: """
      Each mutant is the block with one mistake: an operator exchanged, a constant off by one, a bit stuck, a comparison
      inverted, an enable or a reset dropped, and so on. The block's bench runs on each on the native simulator. A mutant
      is killed when a run fails, equivalent when a solver proves that nothing can tell it from the block, and else a
      survivor, listed with its Swift line. The score is killed / (mutants − equivalent).

        systole mutate stream-fifo
        systole mutate stream-fifo --explain 12
        systole mutate matmul --configuration int8 --sample 500 --jobs 8

      The second form says how the bench finds one mutant: the smallest case, what is wrong, the last cycles drawn.
      Exit code 0 when the score reaches the goal, 1 otherwise, 130 when interrupted; what is known by then is printed.
      """)

  @Argument(help: "The block.", completion: blockCompletion)
  var block: String

  @OptionGroup var options: BlockOptions

  @Option(
    name: .customLong("work"),
    help: ArgumentHelp("Set a parameter of the bench; may be repeated.", valueName: "name=value"))
  var workload: [Setting] = []

  @Option(help: "Decides the stimuli and the sample: equal seeds give equal results.")
  var seed: Seed = 1

  @Option(help: "Runs of the bench, each with its own stimuli, that a mutant has to pass to survive.")
  var runs = Catalog.defaultRuns

  @Option(help: "Mutants to try: a sample with its share of every kind of mistake. Default: all.")
  var sample: Int?

  @Flag(help: "Leave alone modules that have an entry of their own, as 'systole scores' does: they are scored there.")
  var own = false

  @Option(help: "Threads. Default: one for each processor.")
  var jobs = ProcessInfo.processInfo.activeProcessorCount

  @Option(help: "Seconds for each search of the solver that tells survivors from equivalents; 0 for no solver.")
  var seconds = 10

  @Option(help: "The score that is wanted, 0 to 1. Default: the goal of the block's entry.")
  var goal: Double?

  @Option(
    help: ArgumentHelp(
      "Say how the bench finds the mutant of this number: as small a case as there is.", valueName: "mutant"))
  var explain: Int?

  @Option(help: "With --explain: where to keep case and wave, without the endings. Default: BLOCK-mutant-NUMBER.")
  var files: String?

  @Option(help: "Write every mutant with its verdict as a page to this file.", completion: .file(extensions: ["html"]))
  var html: String?

  @Flag(help: "Print every mutant with its verdict as JSON.")
  var json = false

  func validate() throws {
    guard min(runs, jobs, sample ?? 1) >= 1 else {
      throw ValidationError("--runs, --jobs and --sample are at least 1")
    }
    try require("--runs", runs, in: 1...NumberLimits.heldRuns)
    try require("--jobs", jobs, in: 1...NumberLimits.jobs)
    try require("--seconds", seconds, in: 0...NumberLimits.seconds)
    if sample != nil, explain != nil { throw ValidationError("--sample goes without --explain") }
    if html != nil, explain != nil { throw ValidationError("--html goes without --explain") }
    if files != nil, explain == nil { throw ValidationError("--files goes with --explain") }
    if seconds < 0 { throw ValidationError("--seconds is at least 0") }
    if let goal, !(0...1).contains(goal) { throw ValidationError("--goal is 0 to 1") }
  }

  func run() throws {
    Ending.takeOver()
    try reportingErrors {
      if let explain { return try explainMutant(explain) }
      let goal = try self.goal ?? Catalog.entry(block).mutationGoal
      var mutation = BlockMutation(try options.block(block, workload: workload))
      mutation.reset = options.resetStyle
      mutation.seed = seed
      mutation.runs = runs
      mutation.jobs = jobs
      mutation.sample = sample
      mutation.isOwnLogic = own
      mutation.proves = seconds > 0
      mutation.limits.seconds = seconds
      mutation.isCancelled = { Ending.isRequested }
      let meter = ProgressMeter(block)
      mutation.progress = { meter.show($0) }
      let result = try mutation.run()
      Console.endProgress()
      if let html { try OutputFile.write(result.html(goal: goal), to: html) }
      if json {
        try printJSON(result)
      } else {
        print(result.text(goal: goal))
      }
      guard let score = result.score, !Ending.isRequested else {
        let tried = result.results.count { $0.verdict != .notTried }
        Console.error("interrupted; \(tried) of \(result.sampled) mutants were tried until then")
        throw ExitCode.interrupted
      }
      if score < goal { throw ExitCode.differs }
    }
  }
}

extension MutateCommand {
  private func explainMutant(_ number: Int) throws {
    var failing = FailingCase(options.recipe(block, workload: workload, RunConditions(.native, seed: seed)))
    failing.mutant = number
    var shrinker = CaseShrinker(failing)
    shrinker.files = files ?? "\(block)-mutant-\(number)"
    shrinker.isCancelled = { Ending.isRequested }
    shrinker.progress = { Console.progress($0.text) }
    var explainer = MutantExplainer(shrinker)
    explainer.runs = runs
    let outcome = try explainer.run()
    Console.endProgress()
    if json {
      try printJSON(outcome.found?.explanation)
    } else {
      print(outcome.text(colour: Console.usesColour), terminator: "")
    }
    if Ending.isRequested { throw ExitCode.interrupted }
    if outcome.found == nil { throw ExitCode.differs }
  }
}

/// How far a campaign is, with an estimate of the time left.
struct ProgressMeter: Sendable {
  private let name: String
  private let start = ContinuousClock.now

  init(_ name: String) { self.name = name }

  func show(_ progress: MutationCampaign.Progress) {
    guard Console.errorsAreShown else { return }
    var text = "\(name): \(progress.phase.rawValue) \(progress.done) of \(progress.total)"
    if progress.survived > 0 { text += ", \(progress.survived) survive" }
    let passed = (ContinuousClock.now - start) / .seconds(1)
    if progress.phase == .running, progress.done > 0, passed > 2 {
      let left = passed * Double(progress.total - progress.done) / Double(progress.done)
      text += ", \(Int(left.rounded(.up))) s left"
    }
    Console.progress(text)
  }
}
