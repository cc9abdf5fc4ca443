import ArgumentParser
import Campaigns
import Catalog
import Entries
import Foundation
import HDL
import Reporting
import Synthesis
import Testbench
import Tools
import Verilator

extension BlockReport.Part: ExpressibleByArgument {}

struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report", abstract: "Write all that is known of a block, or of a run, as one page.",
    discussion: """
      Of a block: parameters, a drawing of its inside from the netlist, ports, the bench, coverage, proofs, linters, scores
      on record, errors of a function, area and timing. Each part is run when the page is made; what cannot be run is named
      on the page. Of a run: the figures that 'systole run MACHINE --json' printed, with its layers.

        systole report stream-fifo
        systole report function-unit --set function=exp2 --only bench --only errors --output exp2.html
        systole run xformer --model random --json > run.json; systole report run.json

      Exit code 0 when all that was run holds, 1 when something does not; the page is written in either case.
      """)

  @Argument(help: "The block, or a file of a run, ending in .json.", completion: blockCompletion)
  var subject: String

  @OptionGroup var options: BlockOptions

  @Option(
    help: ArgumentHelp(
      "Run this part only; may be repeated: \(BlockReport.Part.allCases.map(\.rawValue).joined(separator: ", ")).",
      valueName: "part"))
  var only: [BlockReport.Part] = []

  @Option(help: "What runs the bench: verilator, native, or both side by side.")
  var engine = EngineChoice.verilator

  @Option(help: "Decides the stimuli.")
  var seed: Seed = 1

  @Option(help: "Runs of the bench.")
  var runs = Catalog.defaultRuns

  @Option(help: "Synthesise for: generic gates, ice40 (HX8K), ecp5 (85F), or cells of UltraScale+.")
  var target: SynthesisTarget = .generic

  @Option(help: "How often to place and route, with --target ecp5 or ice40.")
  var seeds = 1

  @Option(help: "The page. Default: the name of the block or of the file, with .html.", completion: .file())
  var output: String?

  private var isRun: Bool { subject.hasSuffix(".json") }

  func validate() throws {
    try require("--runs", runs, in: 1...NumberLimits.runs)
    if !(0...64).contains(seeds) { throw ValidationError("--seeds is a number from 0 to 64") }
    if isRun, !only.isEmpty || !options.settings.isEmpty || options.configuration != nil {
      throw ValidationError("a file of a run is shown as it is: --only, --set and --configuration go with a block")
    }
  }

  func run() throws {
    Ending.takeOver()
    try reportingErrors {
      let path = output ?? (isRun ? String(subject.dropLast(5)) : subject) + ".html"
      try OutputFile.check(path)
      if isRun {
        guard let data = FileManager.default.contents(atPath: subject) else {
          throw RequestError("cannot read '\(subject)'")
        }
        let report = try RunReport(
          json: data, name: URL(fileURLWithPath: subject).deletingPathExtension().lastPathComponent)
        try finish(report.html, path, fails: report.hasFailures)
        return
      }
      let block = try options.block(subject)
      var report = BlockReport(
        block, configuration: options.settings.isEmpty ? options.configuration ?? "default" : nil)
      if !only.isEmpty { report.parts = Set(only) }
      report.conditions = RunConditions(engine, seed: seed)
      report.conditions.reset = options.resetStyle
      report.runs = runs
      report.synthesis = SynthesisOptions(target, seeds: seeds)
      report.records = ProjectRecords.folder
      report.progress = { part in
        if Console.errorsAreShown { Console.progress(part + " …") } else { Console.note(part) }
      }
      report.isCancelled = { Ending.isRequested }
      defer { Console.endProgress() }
      try report.run { try ModelBuilder() }
      Console.endProgress()
      for omission in report.omissions { Console.note("not run: \(omission)") }
      try finish(report.html, path, fails: report.hasFailures)
      if Ending.isRequested {
        Console.error("interrupted; the page has what was known by then")
        throw ExitCode.interrupted
      }
    }
  }

  private func finish(_ html: String, _ path: String, fails: Bool) throws {
    try OutputFile.write(html, to: path)
    print(path)
    if fails, !Ending.isRequested { throw ExitCode.differs }
  }
}
