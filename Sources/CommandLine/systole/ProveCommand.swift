import ArgumentParser
import Campaigns
import Catalog
import Entries
import Formal
import Foundation
import HDL
import Synchronization
import Tools

struct ProveCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "prove", abstract: "Prove properties of a block's Verilog for all inputs and all times.",
    discussion: """
      The rules of every stream, and what the block promises beyond them: no item lost, doubled or out of order, and the
      like. Yosys tries k-induction, then ABC looks for an inductive invariant. When neither closes, the number of cycles
      without a counterexample is reported as what it is: a bound, and no proof.

        systole prove stream-fifo
        systole prove stream-fifo --set depth=8 --seconds 300

      With --exhaustive an arithmetic block runs over its operands instead, many copies side by side on the native
      simulator, and every result is compared with the definition: all combinations of up to 2^20, and of more some with
      every value of the last operand, unless --full asks for all.

        systole prove floating-multiplier --exhaustive
        systole prove floating-multiplier --exhaustive --full --jobs 8
        systole prove --all --full                       everything that can be proved, a line each

      Exit code 0 when nothing is refuted, 1 otherwise; with --strict also 1 for a property that is only bounded.
      """)

  @Argument(help: "The block.", completion: blockCompletion)
  var block: String?

  @Flag(help: "All blocks: what they promise, and their operands.")
  var all = false

  @Flag(help: "Compare the results of all operands with the definition, instead of proving properties.")
  var exhaustive = false

  @Flag(help: "With --exhaustive and --all: all combinations of operands, however many there are.")
  var full = false

  @Option(help: "With --exhaustive and --all: threads. Default: one for each processor.")
  var jobs = ProcessInfo.processInfo.activeProcessorCount

  @Option(help: "With --exhaustive: a configuration of the catalog to start from; 'systole list BLOCK' shows them.")
  var configuration: String?

  @Option(
    name: .customLong("set"),
    help: ArgumentHelp(
      "Set a parameter, starting from the small configuration that is proved by default.", valueName: "name=value"))
  var settings: [Setting] = []

  @Option(help: "The greatest k of k-induction.")
  var steps = 6

  @Option(help: "Cycles to search when there is no proof.")
  var cycles = 20

  @Option(help: "Seconds for each method and property.")
  var seconds = 60

  @Option(help: "Write the waves of counterexamples (VCD) into this folder.", completion: .directory)
  var waves: String?

  @Flag(help: "Fail for properties that are not proved, too.")
  var strict = false

  func validate() throws {
    guard min(steps, cycles, seconds) >= 1 else {
      throw ValidationError("--steps, --cycles and --seconds are at least 1")
    }
    try require("--steps", steps, in: 1...NumberLimits.frames)
    try require("--cycles", cycles, in: 1...NumberLimits.frames)
    try require("--seconds", seconds, in: 1...NumberLimits.seconds)
    try require("--jobs", jobs, in: 1...NumberLimits.jobs)
    if all == (block != nil) { throw ValidationError("name one block, or use --all") }
    if all, exhaustive || !settings.isEmpty || configuration != nil {
      throw ValidationError("--all takes the blocks as they are, with properties and operands")
    }
    if full, !exhaustive, !all { throw ValidationError("--full goes with --exhaustive or --all") }
    if configuration != nil, !exhaustive { throw ValidationError("--configuration goes with --exhaustive") }
  }

  func run() throws {
    Ending.takeOver()
    try reportingErrors {
      if all { return try proveAll() }
      guard let name = block else { return }
      if exhaustive {
        let block = try Catalog.entry(name).block(configuration: configuration, settings: settings, workload: [])
        print(block.summary)
        guard !block.exhaustiveChecks.isEmpty else {
          throw RequestError("'\(name)' has no definition over all its operands, or more than 32 bits of them")
        }
        if try !run(block, called: name, indent: "  ") { throw ExitCode.differs }
        return
      }
      let block = try Catalog.entry(name).provable(settings: settings)
      var proof = BlockProof(block)
      proof.limits = Prover.Limits(inductionSteps: steps, cycles: cycles, seconds: seconds)
      proof.progress = { Console.progress("proving \($0) …") }
      print(block.summary)
      let outcome = try proof.run()
      Console.endProgress()
      for violation in outcome.violations { print("  VIOLATED  \(violation)") }
      if outcome.isVacuous { print("  VACUOUS   no input satisfies the assumptions, so nothing can be proved") }
      for result in outcome.results { try show(result, of: name) }
      if outcome.violations.isEmpty, outcome.results.isEmpty, !outcome.isVacuous {
        print("  it promises nothing to prove")
      }
      if outcome.isFailure || (strict && !outcome.isProved) { throw ExitCode.differs }
    }
  }

  private func show(_ result: ProofResult, of block: String) throws {
    let time = String(format: "%.1f s", result.seconds)
    print("  \(result.property.name): \(result.outcome) (\(time))")
    print("    \(result.property.summary)")
    guard case .refuted(let trace) = result.outcome else { return }
    print(trace.table)
    guard let waves else { return }
    try FileManager.default.createDirectory(atPath: waves, withIntermediateDirectories: true)
    let path = "\(waves)/\(block)-\(result.property.name).vcd"
    try OutputFile.write(trace.wave, to: path)
    print("    wave in \(path)")
  }

  // MARK: Operands

  /// Runs a block over its operands and prints a line for each output.
  ///
  /// - Returns: Whether nothing is wrong.
  private func run(_ block: any CatalogBlock, called name: String, indent: String = "") throws -> Bool {
    var proof = ExhaustiveProof(block)
    (proof.isFull, proof.jobs) = (full, jobs)
    proof.isCancelled = { Ending.isRequested }
    let meter = CaseMeter(name)
    proof.progress = { meter.show($0, $1) }
    let outcomes = try proof.run()
    Console.endProgress()
    for outcome in outcomes {
      let seconds = max(outcome.seconds, 1e-6)
      let rate = String(format: "%.1f s, %.1f million a second", seconds, Double(outcome.cases) / seconds / 1e6)
      let verdict =
        outcome.mismatch.map { "WRONG at \($0)" }
        ?? (outcome.wasCancelled ? "equal so far" : outcome.isProved ? "proved" : "equal")
      let form = outcome.isProved || outcome.wasCancelled || outcome.mismatch != nil ? "" : "; --full tries all"
      Console.line(
        "\(indent)\(name) \(outcome.result): \(verdict), \(outcome.cases) of \(outcome.possible) operands (\(rate)\(form))"
      )
    }
    if Ending.isRequested {
      Console.error("interrupted; what was compared by then stands above")
      throw ExitCode.interrupted
    }
    return outcomes.allSatisfy { $0.mismatch == nil }
  }

  /// Everything that the catalog can prove, a line each.
  private func proveAll() throws {
    var isRight = true
    for entry in Catalog.entries where !Ending.isRequested {
      let block = try entry.provable(settings: [])
      if try !block.checkers(reset: ResetStyle()).isEmpty {
        var proof = BlockProof(block)
        proof.limits = Prover.Limits(inductionSteps: steps, cycles: cycles, seconds: seconds)
        proof.progress = { Console.progress("proving \(entry.name) \($0) …") }
        let outcome = try proof.run()
        Console.endProgress()
        for violation in outcome.violations { Console.line("\(entry.name): VIOLATED \(violation)") }
        if outcome.isVacuous { Console.line("\(entry.name): VACUOUS, no input satisfies the assumptions") }
        for result in outcome.results {
          let time = String(format: "%.1f s", result.seconds)
          Console.line("\(entry.name) \(result.property.name): \(result.outcome) (all inputs and times, \(time))")
        }
        isRight = isRight && !outcome.isFailure && (!strict || outcome.isProved)
      }
      for (name, block) in entry.exhaustiveBlocks() {
        let title = name == entry.configurations[0] ? entry.name : "\(entry.name) \(name)"
        isRight = try run(block, called: title) && isRight
      }
    }
    if Ending.isRequested { throw ExitCode.interrupted }
    if !isRight { throw ExitCode.differs }
  }
}

/// How far a run over operands is; shows each new percent.
private final class CaseMeter: Sendable {
  private let name: String
  private let shown = Mutex(-1 as Int)

  init(_ name: String) { self.name = name }

  func show(_ done: UInt64, _ total: UInt64) {
    let percent = Int(Double(done) / Double(max(total, 1)) * 100)
    let isNew = shown.withLock { shown in
      guard percent > shown else { return false }
      shown = percent
      return true
    }
    if isNew { Console.progress("\(name): \(percent) % of \(total) operands") }
  }
}
