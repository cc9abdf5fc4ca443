import ArgumentParser
import Campaigns
import Catalog
import Entries
import Formal
import Foundation
import HDL
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

      Exit code 0 when nothing is refuted, 1 otherwise; with --strict also 1 for a property that is only bounded.
      """)

  @Argument(help: "The block.", completion: blockCompletion)
  var block: String

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
  }

  func run() throws {
    Ending.takeOver()
    try reportingErrors {
      let block = try Catalog.entry(block).provable(settings: settings)
      var proof = BlockProof(block)
      proof.limits = Prover.Limits(inductionSteps: steps, cycles: cycles, seconds: seconds)
      proof.progress = { Console.progress("proving \($0) …") }
      print(block.summary)
      let outcome = try proof.run()
      Console.endProgress()
      for violation in outcome.violations { print("  VIOLATED  \(violation)") }
      if outcome.isVacuous { print("  VACUOUS   no input satisfies the assumptions, so nothing can be proved") }
      for result in outcome.results { try show(result) }
      if outcome.violations.isEmpty, outcome.results.isEmpty, !outcome.isVacuous {
        print("  it promises nothing to prove")
      }
      if outcome.isFailure || (strict && !outcome.isProved) { throw ExitCode.differs }
    }
  }

  private func show(_ result: ProofResult) throws {
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
}
