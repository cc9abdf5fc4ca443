import AnalogMacros
import ArgumentParser
import Catalog
import Foundation
import Machines
import Models
import Tools
import Transformer
import Verilator
import XFormer

extension WeightEncoding: ExpressibleByArgument {
  /// As the other options are written: `flipped-offset`.
  private var word: String { self == .flippedOffset ? "flipped-offset" : rawValue }

  /// The encoding that a word names.
  public init?(argument: String) {
    guard let encoding = Self.allCases.first(where: { $0.word == argument }) else { return nil }
    self = encoding
  }

  /// All words.
  public static var allValueStrings: [String] { allCases.map(\.word) }
  /// The word of the default.
  public var defaultValueDescription: String { word }
}
extension XFormerSchedule: ExpressibleByArgument {}

struct RunXFormerCommand: ParsableCommand, ExecutingCommand {
  static let configuration = CommandConfiguration(
    commandName: "xformer", abstract: "Run encoder layers on X-Former: crossbars for weights, digital attention.",
    discussion: """
      Reads a model, quantises it after calibration, programs its weights into crossbars and runs encoder layers block by block
      on the generated hardware with its memory behind AXI4. Every byte that is stored is compared with the golden machine.

        systole run xformer --model albert --config layer --schedule kv-first
        systole run xformer --model bert-tiny-shape --config tiny --tokens 16 --schedule wavefront
        systole run xformer --model random --config micro --engine native --programming-error 0.05

      The exit code is 1 when a single bit differs.
      """)

  @Option(
    help: "minilm or albert, as 'make model' fetches them, bert-tiny-shape or random (random weights), or a folder.")
  var model = "albert"

  @Option(help: "The text; an example where it is left out.")
  var text: String?

  @Option(help: "Tokens of the random sequence of bert-tiny-shape and random.")
  var tokens = 16

  @Option(help: "Layers that run, from the first one on.")
  var layers = 1

  @Option(help: "The order of the blocks of tokens: serial, kv-first or wavefront.")
  var schedule = XFormerSchedule.kvFirst

  @Flag(help: "A token sees those before it and itself alone.")
  var causal = false

  @Option(help: "How weights become levels: offset, flipped-offset or differential.")
  var encoding = WeightEncoding.differential

  @Option(help: "Standard deviation of a cell's conductance, relative to its level, 0 to 1.")
  var programmingError = 0.0

  @Option(help: "Standard deviation of a column's current in a read, in steps of a level, 0 to 64.")
  var readNoise = 0.0

  @Option(help: "Seed of the errors of the crossbars.")
  var noiseSeed: UInt64 = 1

  @Option(
    help: "The sizes to start from: micro, tiny or layer.", completion: .list(["micro", "tiny", "layer"]))
  var config = "layer"

  @Option(
    name: .customLong("set"),
    help: ArgumentHelp("Set a size of the machine, such as block=8; may be repeated.", valueName: "name=value"))
  var settings: [Setting] = []

  @OptionGroup var execution: ExecutionOptions

  func run() throws {
    try reportingErrors {
      try execution.check()
      guard (1...128).contains(tokens) else { throw RequestError("--tokens \(tokens): give 1 to 128") }
      let sizes = try self.sizes()
      Ending.takeOver()
      let work = try XFormerWork(self, sizes)
      let compiler = XFormerCompiler(sizes, schedule: schedule, isCausal: causal)
      var run = try XFormerRun(compiler.program(work.layers, input: work.input))
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
      let isIdeal = work.matchesInteger(run, isCausal: causal)
      let figures = XFormerFigures(
        run, outcome, work, equalsInteger: isIdeal, schedule: schedule, engine: engine.rawValue)
      if json { try printJSON(figures, snakeCase: true) } else { figures.show(work, outcome, sizes) }
      if !figures.bitExact { throw ExitCode.differs }
    }
  }

  private func sizes() throws -> XFormerSizes {
    guard var sizes = XFormerSizes.named.first(where: { $0.name == config })?.sizes else {
      throw RequestError(
        "no configuration is called '\(config)'; there are \(XFormerSizes.named.map(\.name).joined(separator: ", "))")
    }
    sizes.crossbar.encoding = encoding
    sizes.crossbar.effects.seed = noiseSeed
    sizes.crossbar.effects.relativeProgramming = programmingError
    sizes.crossbar.effects.readNoise = readNoise
    for setting in settings {
      guard let size = XFormerSizes.settings.first(where: { $0.name == setting.name }) else {
        let names = XFormerSizes.settings.map(\.name).joined(separator: ", ")
        throw RequestError("X-Former has no size '\(setting.name)'; there are \(names)")
      }
      guard let value = Int(setting.value) else {
        throw RequestError("\(setting.name)=\(setting.value): give a number")
      }
      sizes[keyPath: size.path] = value
    }
    try sizes.validate()
    return sizes
  }
}

/// Layers and an input, and what they are in binary32.
struct XFormerWork {
  var layers: [XFormerLayer]
  var input: [[Int32]]
  /// What a code of the output stands for, and the output in binary32.
  var reference: (step: Double, rows: [[Float]])?
  var title: String

  init(_ command: RunXFormerCommand, _ sizes: XFormerSizes) throws {
    guard command.layers >= 1 else { throw RequestError("--layers \(command.layers): give 1 or more") }
    if command.model == "random" {
      let features = sizes.headFeatures * 2
      layers = (0..<command.layers).map {
        .random(features: features, heads: 2, inner: 2 * features, seed: UInt64($0 + 1), name: "random.\($0)")
      }
      input = XFormerLayer.randomInput(tokens: command.tokens, features: features)
      title = "random layer(s) of \(features) features, \(command.tokens) tokens"
      return
    }
    let (model, sequence, text, calibration) = try Self.read(command)
    guard command.layers <= model.layers else {
      throw RequestError("--layers \(command.layers): the model has \(model.layers)")
    }
    let quantizer = try withProgress("measuring the ranges of \(command.model)") {
      try XFormerQuantizer(model, sequences: calibration)
    }
    let encoder = try quantizer.encoder(0..<command.layers)
    let rows = try quantizer.rows(sequence, layers: 0..<command.layers)
    layers = encoder.layers
    input = encoder.codes(rows.input)
    reference = (encoder.outputSteps[command.layers - 1], rows.output)
    title = "\(command.model), \(command.layers) layer(s), \(input.count) tokens: \(text)"
  }

  private static func read(
    _ command: RunXFormerCommand
  ) throws -> (TransformerModel, TokenSequence, String, [TokenSequence]) {
    guard command.model == "bert-tiny-shape" else {
      let folder = try ModelFolder.named(command.model)
      let model = try TransformerModel(directory: folder)
      let reader = try ModelText(directory: folder, family: model.family)
      let text = command.text ?? reader.example
      return (model, try reader.tokens(of: text), text, try reader.calibration(of: model))
    }
    let model = try TransformerModel.randomBERT(hidden: 128, layers: 2, heads: 2, feedForward: 512)
    var state: UInt64 = 2
    func sequence() -> TokenSequence {
      TokenSequence(
        ids: (0..<command.tokens).map { _ in
          state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
          return Int32((state >> 33) % UInt64(model.vocabularySize))
        })
    }
    let own = sequence()
    return (model, own, "random words", [own] + (0..<4).map { _ in sequence() })
  }

  /// Whether the golden machine's output is that of the integer transformer; nil where crossbars are not ideal.
  func matchesInteger(_ run: XFormerRun, isCausal: Bool) -> Bool? {
    let sizes = run.program.sizes
    guard sizes.crossbar.effects.isIdeal else { return nil }
    var rows = input
    for layer in layers {
      rows = layer(rows, block: sizes.block, isCausal: isCausal, numbers: SoftmaxNumbers(sizes)).wide
    }
    return rows == output(run)
  }

  /// The output of the golden machine.
  func output(_ run: XFormerRun) -> [[Int32]] {
    guard let place = run.program.results.last(where: { $0.name.hasSuffix("output.wide") }) else { return [] }
    return (0..<place.rows).map { row in
      (0..<place.columns).map { column in
        let start = place.address + row * place.stride + 2 * column
        return Int32(Int16(bitPattern: UInt16(run.golden.memory[start]) | UInt16(run.golden.memory[start + 1]) << 8))
      }
    }
  }
}

/// The figures of a run, for scripts.
struct XFormerFigures: Encodable {
  struct Accuracy: Encodable {
    var cosine, signalToNoise: Double
  }

  var bitExact: Bool
  var equalsIntegerTransformer: Bool?
  /// Bytes that the hardware stored and that were compared, all of them.
  var storesCompared: Int
  var cycles, deploymentCycles: Int?
  /// The shares of cycles in which the projection engines and the attention tiles work.
  var utilisation, attentionUtilisation: Double?
  var wallS: Double?
  /// Layers that ran.
  var layers: Int
  var accuracy: Accuracy?
  var projectionProducts, attentionProducts: Int
  var rowWrites: Int
  var counters: [String: Int]
  var schedule, engine: String

  init(
    _ run: XFormerRun, _ outcome: XFormerOutcome?, _ work: XFormerWork, equalsInteger: Bool?,
    schedule: XFormerSchedule, engine: String
  ) {
    bitExact = (outcome?.isExact ?? true) && equalsInteger != false
    equalsIntegerTransformer = equalsInteger
    storesCompared = outcome?.bytesCompared ?? 0
    cycles = outcome.flatMap { $0.isExact ? $0.cycles : nil }
    deploymentCycles = outcome.flatMap { $0.isExact ? $0.deploymentCycles : nil }
    let sizes = run.program.sizes
    func share(_ engines: Range<Int>) -> Double? {
      guard let outcome, outcome.isExact, outcome.cycles > 0 else { return nil }
      let busy = engines.reduce(0) { $0 + (outcome.counters["busy\($1)"] ?? 0) }
      return Double(busy) / Double(outcome.cycles * engines.count)
    }
    utilisation = share(0..<sizes.projectionEngines)
    attentionUtilisation = share(sizes.projectionEngines..<sizes.vectorEngine)
    wallS = outcome?.seconds
    layers = work.layers.count
    if let reference = work.reference {
      let error = ApproximationError(
        of: work.output(run).flatMap { $0.map { Float(Double($0) * reference.step) } },
        reference: reference.rows.flatMap(\.self))
      accuracy = Accuracy(cosine: error.cosine, signalToNoise: error.signalToNoise)
    }
    (projectionProducts, attentionProducts) = (run.program.projectionProducts, run.program.attentionProducts)
    rowWrites = run.golden.counts.rowWrites
    counters = outcome?.counters ?? [:]
    self.schedule = schedule.rawValue
    self.engine = engine
  }

  func show(_ work: XFormerWork, _ outcome: XFormerOutcome?, _ sizes: XFormerSizes) {
    print(work.title)
    let g = sizes.crossbar.geometry
    print(
      "machine        \(sizes.projectionEngines) projection engine(s) of \(sizes.unitsPerEngine) units, crossbars \(g.rows) x "
        + "\(g.columns), \(sizes.crossbar.encoding), converters of \(g.converterBits) bits; \(sizes.attentionTiles) attention "
        + "tile(s), blocks of \(sizes.block), \(schedule)")
    print(
      "work           \(projectionProducts) products of weights, \(attentionProducts) of attention; \(rowWrites) rows of "
        + "crossbars written")
    if let equal = equalsIntegerTransformer {
      print("integer        \(equal ? "equal to" : "NOT equal to") the integer transformer in every bit")
    }
    if let outcome {
      guard outcome.isExact else {
        print("bit-exact      NO: \(outcome.bytesCompared) of \(outcome.bytes) bytes were right")
        if let difference = outcome.difference { print("first          \(difference)") }
        if outcome.fault != 0 { print("fault          \(outcome.fault)") }
        return
      }
      print("bit-exact      yes: all \(outcome.bytesCompared) bytes that were stored equal the golden machine's")
      print("cycles         \(outcome.cycles) of inference, \(outcome.deploymentCycles) of programming before it")
      let shares = (0..<sizes.engines).map { engine -> String in
        let name =
          engine < sizes.projectionEngines
          ? "projection \(engine)"
          : engine < sizes.vectorEngine ? "attention \(engine - sizes.projectionEngines)" : "vector"
        func share(_ counter: String) -> String {
          String(format: "%.1f %%", 100 * Double(outcome.counters[counter] ?? 0) / Double(max(1, outcome.cycles)))
        }
        return "\(name) \(share("busy\(engine)")) busy, \(share("waits\(engine)")) waiting"
      }
      print("engines        \(shares.joined(separator: "; "))")
      print(
        "simulation     \(String(format: "%.1f", outcome.seconds)) s, "
          + "\(String(format: "%.1f k", Double(outcome.simulatedCycles) / max(outcome.seconds, 1e-9) / 1000)) cycles/s, \(engine)"
      )
    } else {
      print("bit-exact      the golden machine ran alone; no hardware")
    }
    if let accuracy {
      print(
        "against fp32   cosine \(String(format: "%.5f", accuracy.cosine)), signal to noise "
          + "\(String(format: "%.1f", accuracy.signalToNoise)) dB over the output of the last layer that ran")
    }
  }
}
