import ArgumentParser
import Machines
import Tools
import Verilator
import XFormer

extension XFormerSchedule: ExpressibleByArgument {}

struct RunXFormerCommand: ParsableCommand, ExecutingCommand, EncoderRequest {
  static let configuration = CommandConfiguration(
    commandName: "xformer", abstract: "Run encoder layers on X-Former: crossbars for weights, digital attention.",
    discussion: """
      Reads a model, quantises it after calibration, programs its weights into crossbars and runs encoder layers block by block
      on the generated hardware with its memory behind AXI4. Every byte that is stored is compared with the golden machine.

        systole run xformer --model albert --layers 12
        systole run xformer --model vit --layers 4 --first 3
        systole run xformer --model random --config tiny --sequences 2 --schedule wavefront
        systole run xformer --model bert-tiny-shape --config tiny --tokens 16 --schedule wavefront
        systole run xformer --model random --config micro --engine native --programming-error 0.05

      The exit code is 1 when a single bit differs.
      """)

  @Option(
    help: ArgumentHelp(
      "minilm, albert or gpt2, as 'make model' fetches them, vit, bert-tiny-shape, random or random-decoder "
        + "(random weights), or a folder."))
  var model = "albert"

  @Option(help: "The text; an example where it is left out.")
  var text: String?

  @OptionGroup var images: ImageOptions

  @Option(help: "Tokens of the random sequence of bert-tiny-shape, random and random-decoder.")
  var tokens = 16

  @Option(help: "Layers that run, from the first one on.")
  var layers = 1

  @Option(
    help:
      "Sequences whose blocks take turns, 1 to 4: the projection engines work for one while attention waits for another."
  )
  var sequences = 1

  @Option(help: "The order of the blocks of tokens: serial, kv-first or wavefront.")
  var schedule = XFormerSchedule.kvFirst

  @Flag(help: "A token sees those before it and itself alone, as always in a decoder.")
  var causal = false

  @Option(help: "Kelvins of the crossbars while they are read, 300 to 427.5.")
  var kelvins = 300.0

  @OptionGroup var machine: XFormerOptions

  @OptionGroup var execution: ExecutionOptions

  func run() throws {
    try reportingErrors {
      try execution.check()
      guard (1...128).contains(tokens) else { throw RequestError("--tokens \(tokens): give 1 to 128") }
      guard (1...4).contains(sequences) else { throw RequestError("--sequences \(sequences): give 1 to 4") }
      guard (300...427.5).contains(kelvins) else { throw RequestError("--kelvins \(kelvins): give 300 to 427.5") }
      let sizes = try machine.sizes()
      Ending.takeOver()
      let work = try XFormerWork(self, sizes)
      let isCausal = causal || work.isCausal
      let compiler = XFormerCompiler(sizes, schedule: schedule, isCausal: isCausal)
      var program = try compiler.program(work.layers, inputs: work.inputs)
      program.temperature = UInt8((2 * (kelvins - 300)).rounded())
      var run = try XFormerRun(program)
      run.latency = latency
      run.stalls = stalls
      run.isCancelled = { Ending.isRequested }
      run.progress = { fraction, cycle in
        Console.progress("simulating: cycle \(cycle), \(Int(fraction * 100)) % of the stores")
      }
      var outcome: XFormerOutcome?
      if engine != .golden {
        let target: XFormerRun.Target = engine == .native ? .native : .verilator(try ModelBuilder())
        outcome = try withProgress(engine == .native ? "running" : "building and running the model in Verilator") {
          try run.run(on: target)
        }
        Console.endProgress()
      }
      let isIdeal = work.matchesInteger(run, isCausal: isCausal)
      let figures = try XFormerFigures(
        run, outcome, work, equalsInteger: isIdeal, schedule: schedule, engine: engine.rawValue)
      if json { try printJSON(figures, snakeCase: true) } else { figures.show(work, outcome, sizes) }
      if figures.bitExact == false { throw ExitCode.differs }
    }
  }
}
