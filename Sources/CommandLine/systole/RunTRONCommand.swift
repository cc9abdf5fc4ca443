import ArgumentParser
import Machines
import TRON
import Tools
import Verilator
import XFormer

extension TRONSizes.ScorePath: ExpressibleByArgument {}

struct RunTRONCommand: ParsableCommand, ExecutingCommand {
  static let configuration = CommandConfiguration(
    commandName: "tron",
    abstract: "Run layers of a model on TRON: products on banks of microrings under their own control.",
    discussion: """
      Reads a model, quantises it after calibration, and runs its layers on the generated machine with its memory behind AXI4:
      photonic units of heads with crosstalk, drift and noise, softmax and normalisation, under a dispatcher of their own.
      Every byte that is stored is compared with the golden machine; with ideal rings also with the integer transformer.

        systole run tron --model random --config tiny
        systole run tron --model random --config micro --engine native --temperature 0.5
        systole run tron --model minilm --config tiny --layers 6
        systole run tron --model gpt2 --config tiny --engine golden --layers 8
        systole run tron --model random-decoder --config micro --engine native
        systole run tron --model vit --config tiny --layers 4 --first 3
        systole run tron --model random --config micro --drift --set heater-cycles=40
        systole run tron --model random --config micro --lock --temperature 0.5 --predistort-heaters --set lock-sweeps=1
        systole run tron --model minilm --config reference --engine golden --scores decomposed

      The exit code is 1 when a single bit differs.
      """)

  @Option(
    help: ArgumentHelp(
      "minilm, albert or gpt2, as 'make model' fetches them, vit, random or random-decoder (random weights), or a "
        + "folder."))
  var model = "random"

  /// Whether weights and input are random.
  var isRandom: Bool { ["random", "random-decoder"].contains(model) }

  @Option(help: "The text; an example where it is left out. Not for random.")
  var text: String?

  @OptionGroup var images: ImageOptions

  @Option(help: "Tokens of the random sequence, 1 to 64; 4 where it is left out. For random alone.")
  var tokens: Int?

  @Option(help: "Texts that ranges are measured on, 1 to 200; all where it is left out. Not for random.")
  var calibration: Int?

  @Option(help: "Layers that run, from the first one on.")
  var layers = 1

  @Flag(help: "Go through drifts of 0, 0.1, 0.5 and 1 K both ways, with and without finding the heaters again.")
  var drift = false

  @OptionGroup var machine: TRONOptions

  @OptionGroup var execution: ExecutionOptions

  func run() throws {
    try reportingErrors {
      try execution.check()
      let sizes = try machine.sizes(drifts: drift)
      guard !drift || machine.temperature == 0 && !machine.lock else {
        throw RequestError("--drift goes through temperatures and locks: leave out --temperature and --lock")
      }
      guard tokens == nil || isRandom else {
        throw RequestError("--model \(model) reads no --tokens: give --text")
      }
      guard tokens.map({ (1...64).contains($0) }) ?? true else {
        throw RequestError("--tokens \(tokens ?? 0): give 1 to 64")
      }
      guard calibration == nil || !isRandom && (1...200).contains(calibration ?? 0) else {
        throw RequestError("--calibration \(calibration ?? 0): give 1 to 200, for a model that is measured")
      }
      guard layers >= 1 else { throw RequestError("--layers \(layers): give 1 or more") }
      guard text == nil && images.image == nil && images.first == nil || !isRandom else {
        throw RequestError("--model \(model) reads no --text, --image or --first")
      }
      guard text.map({ !$0.allSatisfy(\.isWhitespace) }) ?? true else {
        throw RequestError("--text is empty: give words")
      }
      guard !isRandom || layers <= 64 else { throw RequestError("--layers \(layers): give 1 to 64") }
      if engine != .golden { try sizes.validateHardware() }
      Ending.takeOver()
      let work = try TRONWork(self, sizes)
      if drift { return try goThroughDrifts(work, sizes) }
      var run = try withProgress("executing on the golden machine") {
        try TRONRun(
          TRONCompiler(sizes, isCausal: work.isCausal).program(work.layers, input: work.input),
          temperature: machine.temperatureSteps,
          isLocked: machine.lock,
          isCancelled: { Ending.isRequested })
      }
      run.latency = latency
      run.stalls = stalls
      run.progress = { fraction, cycle in
        Console.progress("simulating: cycle \(cycle), \(Int(fraction * 100)) % of the stores")
      }
      var outcome: TRONOutcome?
      if engine != .golden {
        let target: TRONRun.Target = engine == .native ? .native : .verilator(try ModelBuilder())
        outcome = try withProgress(engine == .native ? "running" : "building and running the model in Verilator") {
          try run.run(on: target)
        }
      }
      Console.endProgress()
      let figures = try TRONFigures(run, outcome, work, engine: engine.rawValue)
      if json { try printJSON(figures, snakeCase: true) } else { figures.show(work, outcome, sizes) }
      if figures.bitExact == false { throw ExitCode.differs }
    }
  }
}
