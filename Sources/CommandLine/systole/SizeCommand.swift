import ArgumentParser
import Catalog
import Entries
import HeTraX
import Sizing
import TATAA
import Testbench
import Tools

struct SizeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "size", abstract: "Propose the depths of FIFOs that keep the throughput, and prove them by a run.",
    discussion: """
      Runs the bench of a block, or a small random model on a machine, on the native simulator with a counter on every
      FIFO. FIFOs that were full are made deeper as long as the work gets shorter; then each parameter that is a depth is
      made as small as the cycles allow. Every run is compared with the golden model in every bit, and the proposal runs
      once more at the end.

        systole size stream-fifo --set storage=registers --stalls never
        systole size asynchronous-fifo --work count=500
        systole size hetrax --config micro
        systole size tataa --config tiny --tolerance 0 --json

      The exit code is 1 when the design as it is does not pass.
      """)

  @Argument(
    help: "A block, or a machine: tataa or hetrax.",
    completion: .list(BlockSizing.blocks + MachineSizing.Machine.names))
  var design: String

  @OptionGroup var options: BlockOptions

  @Option(
    name: .customLong("config"),
    help: ArgumentHelp("The sizes of a machine to start from. Default: tiny, and micro for hetrax.", valueName: "name"))
  var sizes: String?

  @Option(
    name: .customLong("work"),
    help: ArgumentHelp("Set a parameter of a block's bench; may be repeated.", valueName: "name=value"))
  var workload: [Setting] = []

  @Option(
    help: "Stalls of a block's streams: never, a probability, reluctant, contrary, mixed. Default: the bench's choice.")
  var stalls: StallProfile?

  @Option(help: "Tokens of a machine's random sequence.")
  var tokens = 8

  @Option(help: "Cycles from the address of a burst to its first word, for a machine.")
  var latency = 8

  @Option(help: "Percent by which cycles may be more than with ample depths.")
  var tolerance = 1.0

  @Option(help: "Decides the run.")
  var seed: Seed = 1

  @Flag(help: "Print the result as JSON.")
  var json = false

  func validate() throws {
    guard (0...100).contains(tolerance) else { throw ValidationError("--tolerance is a percentage from 0 to 100") }
    try require("--tokens", tokens, in: 1...128)
    try require("--latency", latency, in: 1...10_000)
    if MachineSizing.Machine.names.contains(design) {
      if options.configuration != nil { throw ValidationError("--configuration is for blocks; a machine has --config") }
      if !workload.isEmpty { throw ValidationError("--work is for blocks; a machine has --tokens") }
      if stalls != nil { throw ValidationError("--stalls is for blocks") }
      if options.reset != .sync || options.activeLow {
        throw ValidationError("--reset and --active-low are for blocks")
      }
    } else if sizes != nil {
      throw ValidationError("--config is for machines; a block has --configuration")
    }
  }

  func run() throws {
    Ending.takeOver()
    try reportingErrors {
      let show: @Sendable ([String: Int]) -> Void = { depths in
        let text = depths.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: " ")
        Console.progress("running with \(text) …")
      }
      defer { Console.endProgress() }
      let report: SizingReport
      do {
        report = try MachineSizing.Machine.names.contains(design) ? machineReport(show) : blockReport(show)
      } catch let error as SizingError {
        guard case .startFails = error else { throw error }
        Console.endProgress()
        Console.error("\(error)")
        throw ExitCode.differs
      }
      Console.endProgress()
      if json { try printJSON(report, snakeCase: true) } else { print(report.text, terminator: "") }
    }
  }

  private func blockReport(_ progress: @escaping @Sendable ([String: Int]) -> Void) throws -> SizingReport {
    var sizing = BlockSizing(design)
    (sizing.configuration, sizing.settings, sizing.workload) = (options.configuration, options.settings, workload)
    (sizing.reset, sizing.seed, sizing.stalls) = (options.resetStyle, seed, stalls)
    (sizing.tolerance, sizing.progress) = (tolerance, progress)
    sizing.isCancelled = { Ending.isRequested }
    return try sizing.report()
  }

  private func machineReport(_ progress: @escaping @Sendable ([String: Int]) -> Void) throws -> SizingReport {
    var sizing = MachineSizing(try machine())
    (sizing.tokens, sizing.latency, sizing.seed) = (tokens, latency, seed)
    (sizing.tolerance, sizing.progress) = (tolerance, progress)
    sizing.isCancelled = { Ending.isRequested }
    return try sizing.report()
  }

  private func machine() throws -> MachineSizing.Machine {
    let settings = options.settings.flatMap { ["--set", "\($0.name)=\($0.value)"] }
    guard design == "tataa" else {
      let parsed = try HeTraXHardwareOptions.parse(["--config", sizes ?? "micro"] + settings)
      return .hetrax(try parsed.sizes(warms: false))
    }
    return .tataa(try TATAAOptions.parse(["--config", sizes ?? "tiny"] + settings).sizes())
  }
}
