import ArgumentParser
import Catalog
import Entries
import Foundation
import HDL
import Synthesis
import Tools

extension Sweep: ExpressibleByArgument {
  public init?(argument: String) { self.init(argument) }
}

struct ExploreCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explore", abstract: "Run a block in all combinations of parameters: cycles, area, frequency.",
    discussion: """
      Cycles are those of the block's bench without stalls, on the native simulator; area and frequency come from the
      open flow. The folder gets points.json, points.csv and pareto.svg; a run that was ended goes on where it was.

        systole explore matmul --sweep rows=4,8 --sweep columns=4,8 --target ecp5 --seeds 1
      """)

  @Argument(help: "The block.", completion: blockCompletion)
  var block: String

  @Option(help: ArgumentHelp("A parameter with its values; may be repeated.", valueName: "name=a,b,c"))
  var sweep: [Sweep] = []

  @Option(
    name: .customLong("set"), help: ArgumentHelp("Set a parameter for all points.", valueName: "name=value"))
  var settings: [Setting] = []

  @Option(
    name: .customLong("work"),
    help: ArgumentHelp("Set a parameter of the bench; may be repeated.", valueName: "name=value"))
  var workload: [Setting] = []

  @Option(help: "What for: generic, ice40, ecp5 or xcup.")
  var target: SynthesisTarget = .generic

  @Option(help: "The cells to map to, with --target generic.", completion: .file(extensions: ["lib"]))
  var liberty: String?

  @Option(help: "How often to place and route each point.")
  var seeds = 1

  @Option(
    name: .shortAndLong, help: "The folder. Default: the name of the block, with _explored.", completion: .directory)
  var output: String?

  func validate() throws {
    if sweep.isEmpty { throw ValidationError("name what varies, such as --sweep rows=4,8") }
    if Set(sweep.map(\.name)).count != sweep.count { throw ValidationError("a parameter is swept once") }
    if liberty != nil, target != .generic { throw ValidationError("--liberty goes with --target generic") }
    if !(0...64).contains(seeds) { throw ValidationError("--seeds is a number from 0 to 64") }
  }

  func run() throws {
    Ending.takeOver()
    try reportingErrors {
      let known = try Catalog.entry(block).parameters.map(\.name)
      for name in sweep.map(\.name) where !known.contains(name) {
        throw CatalogError.unknownParameter(name, kind: "hardware", block: block, known: known)
      }
      let folder = output ?? block + "_explored"
      // A folder that cannot be made shows at the first point that is written.
      try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      try OutputFile.check(folder + "/points.json")
      var exploration = Exploration(block, sweeps: sweep, SynthesisOptions(target, liberty: liberty, seeds: seeds))
      exploration.settings = settings
      exploration.workload = workload
      exploration.progress = { step in
        if Console.errorsAreShown { Console.progress(step + " …") } else { Console.note(step) }
      }
      defer { Console.endProgress() }
      let front = ParetoFront(try exploration.run(record: folder + "/points.json"))
      Console.endProgress()
      try OutputFile.write(front.csv, to: folder + "/points.csv")
      try OutputFile.write(front.svg, to: folder + "/pareto.svg")
      print(front.csv, terminator: "")
      if front.best.isEmpty { throw ExitCode.differs }
    }
  }
}
