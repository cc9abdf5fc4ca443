import ArgumentParser
import Foundation
import Machines
import Models
import TRON
import Tools
import Transformer
import Verilator
import XFormer

extension TRONSizes.ScorePath: ExpressibleByArgument {}

struct RunTRONCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tron", abstract: "Run encoder layers on TRON: products on a bank of microrings.",
    discussion: """
      Reads a model, quantises it after calibration, and runs encoder layers: the products of trained matrices and of attention on
      a generated bank of rings with crosstalk, drift and noise, softmax on its generated unit, and what lies between on the host.
      Every byte that is stored is compared with the golden machine; with ideal rings also with the integer transformer.

        systole run tron --model random --config tiny
        systole run tron --model random --config micro --engine native --temperature 0.5
        systole run tron --model minilm --config reference --engine golden --scores decomposed

      The exit code is 1 when a single bit differs.
      """)

  @Option(help: "minilm or albert, as 'make model' fetches them, random (random weights), or a folder.")
  var model = "random"

  @Option(help: "The text; an example where it is left out.")
  var text: String?

  @Option(help: "Tokens of the random sequence, 1 to 64.")
  var tokens = 4

  @Option(help: "Layers that run, from the first one on.")
  var layers = 1

  @Option(help: "How scores come about: direct or decomposed.")
  var scores = TRONSizes.ScorePath.direct

  @Option(help: "The bank to start from: micro (2 x 4, ideal), tiny (4 x 8) or reference (10 x 15).")
  var config = "tiny"

  @Flag(help: "No effects: sums of integers.")
  var ideal = false

  @Option(help: "Standard deviation of the current relative to it, 0 to 0.25.")
  var noise = 0.0

  @Option(help: "Kelvins from where the bank was calibrated, -6 to 6; rings follow Lorentzian tuning then.")
  var temperature = 0.0

  @Option(help: "What runs the units: verilator (the emitted Verilog), native, or golden (no hardware).")
  var engine = ExecutionOptions.Execution.verilator

  @Flag(help: "Print the figures as JSON for a script.")
  var json = false

  struct Figures: Encodable {
    /// Nil where nothing was compared: the golden machine alone, with rings that are not ideal.
    var bitExact: Bool?
    var equalsIntegerTransformer: Bool?
    var bytesCompared, bankCycles, softmaxCycles, passes, rowLoads, darkLasers, products, skippedPasses: Int
    var cosine: Double?
    var wallS: Double?
    var engine: String
  }

  func run() throws {
    try reportingErrors {
      guard (1...64).contains(tokens) else { throw RequestError("--tokens \(tokens): give 1 to 64") }
      guard layers >= 1 else { throw RequestError("--layers \(layers): give 1 or more") }
      guard !ideal || noise == 0 && temperature == 0 else {
        throw RequestError("--ideal has no effects: leave out --noise and --temperature, or --ideal")
      }
      guard model != "random" || text == nil else { throw RequestError("--model random reads no --text") }
      guard model != "random" || layers <= 64 else { throw RequestError("--layers \(layers): give 1 to 64") }
      guard (-6...6).contains(temperature) else { throw RequestError("--temperature \(temperature): give -6 to 6") }
      let sizes = try self.sizes()
      Ending.takeOver()
      let (encoder, input, reference) = try work()
      var ranges = input
      var all: [TRONLayer] = []
      for layer in encoder {
        let next = try TRONLayer(layer, measuredOn: ranges)
        all.append(next)
        ranges = next(ranges, path: scores).wide
      }
      var run = try TRONRun(
        TRONCompiler(sizes).program(all, input: input),
        temperature: Int8((temperature * RingBank.temperatureSteps).rounded()))
      run.isCancelled = { Ending.isRequested }
      run.progress = { Console.progress("running: \(Int($0 * 100)) % of the commands") }
      var outcome: TRONOutcome?
      if engine != .golden {
        let target: TRONRun.Target = engine == .native ? .native : .verilator(try ModelBuilder())
        outcome = try withProgress("building and running") { try run.run(on: target) }
        Console.endProgress()
      }
      let last = run.program.results.last { $0.name.hasSuffix("output.wide") }
      let output = last.map { run.golden.numbers($0) } ?? []
      let equal = sizes.effects.isIdeal ? output == ranges.flatMap(\.self) : nil
      let cosine = reference.map { reference in
        ApproximationError(
          of: output.map { Float(Double($0) * reference.step) }, reference: reference.rows.flatMap(\.self)
        )
        .cosine
      }
      let counts = run.golden.counts
      let figures = Figures(
        bitExact: outcome.map { $0.isExact && equal != false } ?? equal, equalsIntegerTransformer: equal,
        bytesCompared: outcome?.bytesCompared ?? 0, bankCycles: outcome?.bankCycles ?? 0,
        softmaxCycles: outcome?.softmaxCycles ?? 0, passes: outcome?.passes ?? counts.passes,
        rowLoads: outcome?.rowLoads ?? counts.rowLoads, darkLasers: outcome?.dark ?? counts.dark,
        products: counts.products, skippedPasses: counts.skippedPasses, cosine: cosine, wallS: outcome?.seconds,
        engine: engine.rawValue)
      if json { try printJSON(figures, snakeCase: true) } else { show(figures, outcome, sizes, input) }
      if figures.bitExact == false { throw ExitCode.differs }
    }
  }

  private func show(_ figures: Figures, _ outcome: TRONOutcome?, _ sizes: TRONSizes, _ input: [[Int32]]) {
    print("\(model), \(layers) layer(s), \(input.count) tokens, \(scores) scores")
    print(
      "bank           \(sizes.bank.rows) x \(sizes.bank.wavelengths), \(sizes.effects.tuning) tuning, crosstalk "
        + "\(sizes.effects.crosstalk), \(sizes.predistorts ? "calibrated" : "not calibrated")")
    print(
      "work           \(figures.products) products, \(figures.rowLoads) rows of rings set, \(figures.passes) passes, "
        + "\(figures.skippedPasses) left out for zeros, \(figures.darkLasers) lasers dark in passes")
    if let equal = figures.equalsIntegerTransformer {
      print("integer        \(equal ? "equal to" : "NOT equal to") the integer transformer in every bit")
    }
    if let outcome {
      if outcome.isExact {
        print("bit-exact      yes: all \(outcome.bytesCompared) bytes that were stored equal the golden machine's")
        print("cycles         \(outcome.bankCycles) of the bank's shell, \(outcome.softmaxCycles) of softmax")
        print("simulation     \(String(format: "%.1f", outcome.seconds)) s, \(engine)")
      } else {
        print("bit-exact      NO: \(outcome.difference ?? "stores are missing")")
      }
    } else {
      print("bit-exact      the golden machine ran alone; no hardware")
    }
    if let cosine = figures.cosine {
      print("against fp32   cosine \(String(format: "%.5f", cosine)) over the output of the last layer that ran")
    }
  }

  private func sizes() throws -> TRONSizes {
    guard var sizes = TRONSizes.named.first(where: { $0.name == config })?.sizes else {
      throw RequestError(
        "no configuration is called '\(config)'; there are \(TRONSizes.named.map(\.name).joined(separator: ", "))")
    }
    // One bank takes all tiles in turn.
    (sizes.heads, sizes.banks, sizes.scorePath) = (1, 1, scores)
    if ideal {
      sizes.effects = RingEffects()
      sizes.predistorts = false
    }
    if temperature != 0 {
      (sizes.effects.tuning, sizes.effects.drift) = (.lorentzian, sizes.effects.spectrum.driftPerKelvin)
    }
    sizes.effects.relativeNoise = noise
    sizes.effects.gain = 1
    sizes.effects = sizes.effects.calibrated(sizes.bank, predistorts: sizes.predistorts)
    try sizes.validate()
    return sizes
  }

  /// Layers, an input, and what the output is in binary32.
  private func work() throws -> ([XFormerLayer], [[Int32]], (step: Double, rows: [[Float]])?) {
    guard model != "random" else {
      let features = 16
      return (
        (0..<layers).map {
          .random(features: features, heads: 2, inner: 2 * features, seed: UInt64($0 + 1), name: "random.\($0)")
        }, XFormerLayer.randomInput(tokens: tokens, features: features), nil
      )
    }
    let folder = try ModelFolder.named(model)
    let read = try TransformerModel(directory: folder)
    guard layers <= read.layers else { throw RequestError("--layers \(layers): the model has \(read.layers)") }
    let reader = try ModelText(directory: folder, family: read.family)
    let sequence = try reader.tokens(of: text ?? reader.example)
    let quantizer = try withProgress("measuring the ranges of \(model)") {
      try XFormerQuantizer(read, sequences: reader.calibration(of: read))
    }
    // Exponents have 6 fraction bits, as those of the softmax here.
    let encoder = try quantizer.encoder(0..<layers, for: .layer)
    let rows = try quantizer.rows(sequence, layers: 0..<layers)
    return (encoder.layers, encoder.codes(rows.input), (encoder.outputSteps[layers - 1], rows.output))
  }
}
