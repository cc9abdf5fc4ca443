import ArgumentParser
import HeTraX
import Machines
import Tools
import Verilator
import XFormer

struct RunHeTraXCommand: ParsableCommand, ExecutingCommand, EncoderRequest {
  static let configuration = CommandConfiguration(
    commandName: "hetrax",
    abstract: "Run layers on HeTraX: attention on multiprocessors, feed-forward on crossbars.",
    discussion: """
      Reads a model, quantises it after calibration, and runs its layers on the generated machine: small multiprocessors, cores of
      crossbars and a memory controller, all over the routers of a network in two tiers. Every byte that is stored is compared with
      the golden machine, those in shared memories too. In a decoder, and in random-decoder, a token sees those before it and itself
      alone: its layers run over the whole prompt, and the last ones give the next token.

        systole run hetrax --model random --config tiny
        systole run hetrax --model minilm --config layer
        systole run hetrax --model gpt2 --layers 8 --text "Roseburia Blautia"
        systole run hetrax --model random --config micro --thermal --engine native

      With --thermal the heat of the run gives the temperature of each core of crossbars, and the run is repeated at these
      temperatures until they stay. The exit code is 1 when a single bit differs.
      """)

  @Option(
    help: ArgumentHelp(
      "minilm, albert or gpt2, as 'make model' fetches them, vit, bert-tiny-shape, random or random-decoder "
        + "(random weights), or a folder."))
  var model = "random"

  @Option(help: "The text; an example where it is left out.")
  var text: String?

  @OptionGroup var images: ImageOptions

  @Option(help: "Tokens of the random sequence of bert-tiny-shape, random and random-decoder.")
  var tokens = 16

  @Option(help: "Layers that run, from the first one on.")
  var layers = 1

  @OptionGroup var machine: HeTraXHardwareOptions

  @Flag(help: "Close the loop: crossbars are as warm as the run makes them.")
  var thermal = false

  @Option(help: "Half kelvins above 300 K of all crossbars, where the loop is open.")
  var temperature = 0

  @OptionGroup var execution: ExecutionOptions

  func run() throws {
    try reportingErrors {
      try execution.check()
      guard (1...128).contains(tokens) else { throw RequestError("--tokens \(tokens): give 1 to 128") }
      guard (0...255).contains(temperature) else { throw RequestError("--temperature \(temperature): give 0 to 255") }
      guard !thermal || engine != .golden else {
        throw RequestError("--thermal needs the activity of the hardware: use --engine verilator or native")
      }
      let sizes = try machine.sizes(warms: thermal || temperature > 0)
      Ending.takeOver()
      // What quantises a model: softmax is the multiprocessors', inner features come in columns of crossbars.
      var numbers = sizes.streaming
      (numbers.crossbar, numbers.multiplierRows) = (sizes.resistive.crossbar, nil)
      let work = try XFormerWork(self, numbers)
      let program = try HeTraXCompiler(sizes, isCausal: work.isCausal).program(work.layers, input: work.inputs[0])
      let first = try HeTraXRun(
        program, temperatures: [UInt8](repeating: UInt8(temperature), count: sizes.resistiveCores))
      var loop = HeTraXThermalRun(first.with(latency: latency, stalls: stalls))
      loop.isClosed = thermal
      loop.run.isCancelled = { Ending.isRequested }
      loop.run.progress = { fraction, cycle in
        Console.progress("simulating: cycle \(cycle), \(Int(fraction * 100)) % of the stores")
      }
      var result: HeTraXThermalRun.Result?
      if engine != .golden {
        let target: HeTraXRun.Target = engine == .native ? .native : .verilator(try ModelBuilder())
        result = try withProgress(engine == .native ? "running" : "building and running the model in Verilator") {
          try loop.settle(on: target)
        }
        Console.endProgress()
      }
      let figures = try HeTraXFigures(result?.run ?? loop.run, result, work, engine: engine.rawValue)
      if json { try printJSON(figures, snakeCase: true) } else { figures.show(work, result, sizes) }
      if figures.bitExact == false { throw ExitCode.differs }
    }
  }
}
