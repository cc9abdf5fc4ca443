import ArgumentParser
import Campaigns
import Catalog
import Foundation
import HDL
import Netlist
import Testbench
import Tools
import Verilator

extension Seed: ExpressibleByArgument {
  public init?(argument: String) { self.init(argument) }
}

extension StallProfile: ExpressibleByArgument {}

struct CosimCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cosim", abstract: "Run a block's emitted Verilog in Verilator against its golden model.",
    discussion: """
      Streams are held back at random on both sides, every output is compared, and one seed reproduces all of it. A
      failing run is repeated with a wave, made as small as it gets while it fails in the same way, and explained.

        systole cosim matmul --set rows=8 --work m=37 --work k=19 --work n=11 --runs 20
        systole cosim --verilog mine.v --top Mine --against matmul
        systole cosim --case matmul.case.json

      The second form checks Verilog that somebody else wrote: ports are bound by name and must have the widths of the
      block's own ('systole generate BLOCK --json' lists them). Its function is judged, whatever its latency; --timing
      judges the cycles of the block too. The third one repeats the smallest run of an earlier
      failure, from the file that was written then.
      """)

  @Argument(help: "The block.", completion: blockCompletion)
  var block: String?

  @Option(help: "The block whose bench judges the foreign Verilog.", completion: blockCompletion)
  var against: String?

  @OptionGroup var options: BlockOptions

  @Option(
    name: .customLong("work"),
    help: ArgumentHelp("Set a parameter of the bench; may be repeated.", valueName: "name=value"))
  var workload: [Setting] = []

  @Option(
    help: ArgumentHelp(
      "What runs the module: verilator, native (no other tool needed), or both side by side.",
      valueName: "engine"))
  var engine = EngineChoice.verilator

  @Option(help: "The master seed; default: a new one, which is printed.")
  var seed: Seed?

  @Option(
    help: """
      How many runs, each with its own stimuli. Default: the \(Catalog.defaultRuns) of the block's default bench, whose \
      score 'systole mutate' measures; 1 with --first-run.
      """)
  var runs: Int?

  @Option(help: "The number of the first run; repeats one run of many.")
  var firstRun: Int?

  private var numbers: Range<Int> {
    let first = firstRun ?? 0
    return first..<first + (runs ?? (firstRun == nil ? Catalog.defaultRuns : 1))
  }

  /// Whether each run that passes is shown when it has ended.
  private var showsEach: Bool {
    numbers.count > BenchReport.wholeTexts && caseFile == nil && !json && worker == nil && !isolate
  }

  @Option(help: "Stalls on every stream: never, reluctant, contrary, mixed, or a probability below 1.")
  var stalls: StallProfile?

  @OptionGroup(title: "Foreign Verilog") var foreignOptions: ForeignOptions

  @Option(
    help: "The wave of a failing run (.fst or .vcd). Default: BLOCK.fst, or .vcd where FST cannot be compiled.",
    completion: .file())
  var wave: String?

  @Flag(
    help: "Write a wave of every run, whether it fails or not; of several runs the number ends each name: NAME_3.fst.")
  var trace = false

  @Option(
    name: .customLong("case"),
    help: ArgumentHelp("Repeat the run of this file, which an earlier failure left.", valueName: "file"),
    completion: .file(extensions: ["json"]))
  var caseFile: String?

  @Flag(help: "Do not look for the smallest case that fails in the same way.")
  var noShrink = false

  @Option(help: "Seconds to look for the smallest case at most. Default: 20.")
  var shrinkSeconds: Double?

  @Option(
    help: "Optimisation of the model: debug, default or fast. Default: by the length of the run.",
    completion: .list(["debug", "default", "fast"]))
  var profile: ProfileChoice?

  @Option(help: "Write the results as JUnit XML to this file.", completion: .file(extensions: ["xml"]))
  var junit: String?

  @Flag(help: "Print the results as JSON.")
  var json = false

  @Flag(help: "Run in a process of its own: a model that crashes or hangs is reported and does no harm.")
  var isolate = false

  @Option(help: "With --isolate: seconds after which the run counts as hanging. Default: 3600.")
  var timeout: Int?

  @Option(help: .hidden) var worker: String?

  enum ProfileChoice: String, ExpressibleByArgument, CaseIterable {
    case debug
    case `default`
    case fast

    var profile: ModelProfile {
      switch self {
      case .debug: .debug
      case .default: .default
      case .fast: .fast
      }
    }
  }

  func validate() throws {
    if let shrinkSeconds {
      if !(shrinkSeconds > 0 && shrinkSeconds < 1e9) {
        throw ValidationError("--shrink-seconds is above 0 and below 1000000000")
      }
      if noShrink { throw ValidationError("--shrink-seconds goes without --no-shrink") }
    }
    if caseFile != nil {
      if block != nil || against != nil || foreignOptions.isGiven || seed != nil || !workload.isEmpty || stalls != nil
        || !options.settings.isEmpty || options.configuration != nil || runs != nil || firstRun != nil
      {
        throw ValidationError("--case says all that decides the run; give nothing else that does")
      }
    } else if !foreignOptions.hasFiles {
      if block == nil { throw ValidationError("name a block; 'systole list' shows all") }
      if against != nil || foreignOptions.isGiven {
        throw ValidationError("--against and the options of foreign Verilog go with --verilog or --file-list")
      }
    } else if (block != nil) == (against != nil) {
      throw ValidationError("with --verilog, name the judging block once: --against BLOCK")
    }
    if engine != .verilator, foreignOptions.hasFiles {
      throw ValidationError("Verilog of others runs with --engine verilator only")
    }
    if engine == .native, profile != nil { throw ValidationError("--profile goes with Verilator") }
    if let runs { try require("--runs", runs, in: 1...NumberLimits.runs) }
    if let firstRun { try require("--first-run", firstRun, in: 0...NumberLimits.firstRun) }
    if let timeout {
      try require("--timeout", timeout, in: 1...NumberLimits.seconds)
      if !isolate, worker == nil { throw ValidationError("--timeout goes with --isolate") }
    }
    if let wave, !["fst", "vcd"].contains(URL(fileURLWithPath: wave).pathExtension) {
      throw ValidationError("--wave '\(wave)' ends neither in .fst nor in .vcd")
    }
    if foreignOptions.hasFiles, foreignOptions.timing, stalls != nil {
      throw ValidationError("--timing goes with the bench's own stalls; leave --stalls out")
    }
  }

  func run() throws {
    try reportingErrors {
      let seed = self.seed ?? .random()
      if let caseFile {
        let result = try runCase(caseFile)
        try show(result)
        if result.verdict == .failed { throw ExitCode.differs }
        if result.verdict == .cancelled { throw ExitCode.interrupted }
        return
      }
      let recipe = try recipe(seed)
      let result = isolate ? try runIsolated(recipe) : try withOutput(kept: json) { try runHere(recipe) }
      if let worker { return try hand(result, to: worker) }
      if stalls != nil, result.report.results.allSatisfy(\.streams.isEmpty) {
        throw RequestError("--stalls has no effect: '\(block ?? against!)' has no streams in its bench")
      }
      try show(result)
      switch result.verdict {
      case .failed where result.comparesNothing:
        throw RequestError.nothingCompared(by: "run \(result.report.results.last?.index ?? 0)")
      case .failed: throw ExitCode.differs
      case .passed where result.report.results.count == numbers.count: break
      case .passed, .cancelled:
        let passed = result.report.results.count { $0.verdict == .passed }
        Console.error("interrupted; \(passed) of \(numbers.count) runs passed until then")
        throw ExitCode.interrupted
      }
    }
  }

  /// What a run gives, in the form in which a worker process hands it over.
  struct Result: Codable {
    var report: BenchReport
    var model: String
    var secondsToModel: Double
    /// How often what checkers cover has happened; nil where nothing counts.
    var covers: [String: UInt64]?
    /// The waves of the runs, where each has one.
    var waves: [String]?

    /// Whether the last run ended well without comparing anything.
    var comparesNothing: Bool { report.results.last?.failure?.kind == .nothingCompared }

    var verdict: BenchResult.Verdict { report.results.last?.verdict ?? .cancelled }
  }

  // MARK: Running

  private func recipe(_ seed: Seed) throws -> RunRecipe {
    var recipe = options.recipe(block ?? against!, workload: workload, RunConditions(engine, seed: seed))
    recipe.stalls = stalls
    if foreignOptions.hasFiles {
      recipe.foreign = try foreignOptions.verilog(reset: options.resetStyle)
      recipe.judgesTiming = foreignOptions.timing
    }
    return recipe
  }

  private func runHere(_ recipe: RunRecipe) throws -> Result {
    let block = try recipe.catalogBlock()
    var job = Cosimulation(block, recipe.conditions, runs: numbers)
    job.profile = profile?.profile
    job.alwaysTraces = trace
    // Until the first run there is nothing to end in order: a signal ends the program at once.
    job.began = { Ending.takeOver() }
    job.isCancelled = { Ending.isRequested }
    let builder = engine == .native ? nil : try ModelBuilder()
    if let foreign = job.foreign, let builder { try warn(of: foreign, builder) }
    job.wavePath = wave ?? "\(block.name).\(builder?.toolchain.bestWaveFormat.rawValue ?? "fst")"
    try OutputFile.check(job.wavePath!)
    if let junit { try OutputFile.check(junit) }
    let total = numbers.count
    job.progress = { index, progress in
      let share = Int(progress.fraction * 100)
      let run = total > 1 ? "run \(index), " : ""
      Console.progress("\(run)cycle \(progress.cycle), \(progress.compared) compared, \(share) %")
    }
    if showsEach {
      job.finished = { result in
        guard result.verdict == .passed else { return }
        Console.endProgress()
        Console.line(result.line(colour: Console.usesColour))
      }
    }
    job.failed = { result in try? sayVerdict(of: result, recipe) }
    if trace, builder != nil, job.wavePath!.hasSuffix(".fst") {
      Ending.explainAbort(
        code: ExitCode.badRequest.rawValue,
        words:
          "systole: error: cannot write the wave '\(TerminalText.escaped(job.wavePath!))': the process was"
          + " aborted while Verilator wrote FST, as on a full disk; make room, or write .vcd\n")
    }
    let outcome = try withProgress("building and running \(block.name)") {
      try job.run(with: try builder ?? ModelBuilder())
    }
    Console.endProgress()
    var report = outcome.report
    for index in report.results.indices {
      report.results[index].reproduce = reproduction(recipe, report.results[index].index)
    }
    if !noShrink, let last = report.results.indices.last, report.results[last].verdict == .failed {
      let result = report.results[last]
      report.results[last].explain { try explanation(result, recipe, job) }
    }
    return Result(
      report: report,
      model: outcome.record.map { "\($0.verilator), \($0.compiler)" } ?? "native simulator",
      secondsToModel: outcome.secondsToModel, covers: outcome.covers.isEmpty ? nil : outcome.covers,
      waves: trace ? report.results.compactMap { job.wavePath(ofRun: $0.index) } : nil)
  }

  /// Says what a failing run has found, before anybody asks for a wave or a smaller case. From here on the verdict stands,
  /// whatever becomes of them.
  private func sayVerdict(of result: BenchResult, _ recipe: RunRecipe) throws {
    Console.endProgress()
    var result = result
    result.reproduce = reproduction(recipe, result.index)
    let report = BenchReport(result.test, [result])
    if let junit { try OutputFile.write(report.junit(), to: junit) }
    if let worker {
      try hand(Result(report: report, model: "", secondsToModel: 0), to: worker)
      return Ending.keepVerdict(code: ExitCode.success.rawValue, text: "")
    }
    guard json else {
      Console.line(result.verdictText(colour: Console.usesColour).trimmingCharacters(in: .newlines))
      return Ending.keepVerdict(code: ExitCode.differs.rawValue, text: "")
    }
    Ending.keepVerdict(
      code: ExitCode.differs.rawValue, text: String(decoding: try report.json(), as: UTF8.self) + "\n")
  }

  /// Gives the parent of a worker process a result; what a later call cannot write leaves the earlier one in place.
  private func hand(_ result: Result, to path: String) throws {
    try JSONEncoder().encode(result).write(to: URL(fileURLWithPath: path), options: .atomic)
  }

  /// The smallest case that fails as `result` does; nil when it does not fail again, or compares nothing.
  private func explanation(
    _ result: BenchResult, _ recipe: RunRecipe, _ job: Cosimulation
  ) throws -> FailureExplanation? {
    var shrinker = CaseShrinker(FailingCase(recipe, run: result.index))
    shrinker.seconds = shrinkSeconds ?? 20
    shrinker.files = URL(fileURLWithPath: job.wavePath ?? job.block.name).deletingPathExtension().relativePath
    shrinker.isCancelled = { Ending.isRequested }
    shrinker.progress = { Console.progress($0.text) }
    defer { Console.endProgress() }
    return try shrinker.run(with: try ModelBuilder())?.explanation
  }

  private func runCase(_ path: String) throws -> Result {
    let failing = try FailingCase(contentsOf: path)
    var shrinker = CaseShrinker(failing)
    let name = URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent
    shrinker.files =
      wave.map { URL(fileURLWithPath: $0).deletingPathExtension().relativePath }
      ?? (name.hasSuffix(".case") ? String(name.dropLast(5)) : name)
    Ending.takeOver()
    shrinker.isCancelled = { Ending.isRequested }
    let start = ContinuousClock.now
    let result = try withProgress("running the case '\(path)'") { try shrinker.replay(with: try ModelBuilder()) }
    return Result(
      report: BenchReport(failing.block, [result], engine: failing.engine.rawValue), model: failing.engine.rawValue,
      secondsToModel: (ContinuousClock.now - start) / .seconds(1) - (result.seconds ?? 0))
  }

  /// Shows what Verilator says of foreign Verilog and is likely to be a fault.
  private func warn(of foreign: ForeignVerilog, _ builder: ModelBuilder) throws {
    let (warnings, shown) = (try builder.warnings(of: foreign), 20)
    for warning in warnings.prefix(shown) { Console.note("systole: warning: \(warning)") }
    if warnings.count > shown { Console.note("systole: warning: \(warnings.count - shown) more warnings like these") }
  }

  private func runIsolated(_ recipe: RunRecipe) throws -> Result {
    var arguments = CommandLine.arguments.dropFirst().filter { $0 != "--isolate" && $0 != "--json" }
    // Not standard output, which the design may write to.
    let handover = FileManager.default.temporaryDirectory.appendingPathComponent("systole-\(UUID().uuidString).json")
    defer { try? FileManager.default.removeItem(at: handover) }
    arguments += ["--worker", handover.path]
    if self.seed == nil { arguments += ["--seed", recipe.seed.description] }
    func handed() throws -> Result { try JSONDecoder().decode(Result.self, from: Data(contentsOf: handover)) }
    do {
      _ = try withProgress("running in a process of its own") {
        try IsolatedWorker().run(Array(arguments), timeout: .seconds(timeout ?? 3600), forwards: true)
      }
      return try handed()
    } catch var failure as IsolatedWorkerFailure {
      // A verdict stands, however the worker ended after it.
      if let result = try? handed() { return result }
      // The worker has said what is wrong when it ended by itself.
      if case .exited(let code)? = failure.termination { throw ExitCode(Int32(code)) }
      failure.command = reproduction(recipe, firstRun ?? 0) + " --isolate"
      throw failure
    }
  }

  /// The command that repeats one run.
  private func reproduction(_ recipe: RunRecipe, _ index: Int) -> String {
    let files = (wave.map { ["--wave", shellQuoted($0)] } ?? []) + (profile.map { ["--profile", $0.rawValue] } ?? [])
    return ([recipe.command(run: index)] + files).joined(separator: " ")
  }

  // MARK: Showing

  private func show(_ result: Result) throws {
    if let junit { try OutputFile.write(result.report.junit(), to: junit) }
    if json { return printJSON(text: String(decoding: try result.report.json(), as: UTF8.self)) }
    let failedAreShown = caseFile == nil && !isolate
    print(
      result.report.text(colour: Console.usesColour, passedAreShown: showsEach, failedAreShown: failedAreShown))
    let seconds = String(format: "%.2f", result.secondsToModel)
    print("model ready after \(seconds) s (\(result.model))")
    if let waves = result.waves, let first = waves.first, let last = waves.last {
      print(waves.count == 1 ? "wave: \(first)" : "waves: \(first) to \(last)")
    }
    for (name, count) in (result.covers ?? [:]).sorted(by: { $0.key < $1.key }) { print("covered \(name): \(count)") }
  }
}

extension ShrinkProgress {
  /// One line.
  var text: String { "smallest case: \(runs) runs, \(steps) steps, \(cycles) cycles left" }
}

/// A request that cannot be met, in the command's own words.
struct RequestError: Error, CustomStringConvertible {
  var description: String

  init(_ description: String) { self.description = description }

  /// Work that is too small for a bench to compare anything.
  static func nothingCompared(by run: String) -> RequestError {
    RequestError(
      "\(run) compares nothing, so it says nothing about the hardware: the work is too small for this bench; give it"
        + " more with --work")
  }
}

extension EngineChoice: ExpressibleByArgument {}
