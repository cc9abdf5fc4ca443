import AccelTran
import AccelTranHardware
import ArgumentParser
import Catalog
import Foundation
import Machines
import Models
import NumberFormats
import Tools
import Transformer
import Verilator

struct RunAccelTranCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "acceltran", abstract: "Run encoder layers, or a product, on AccelTran with DynaTran.",
    discussion: """
      Reads a model, prunes its activations with DynaTran, and runs encoder layers in fixed point on the generated hardware
      with its memory behind AXI4. Every number that is stored is compared with the golden machine. Zeros are counted over
      the tokens that are real. With --op matmul a product of random numbers runs instead.

        systole run acceltran --model minilm --tau 0.02
        systole run acceltran --model bert-tiny-shape --config tiny --tokens 8 --dataflow kijb
        systole run acceltran --op matmul --rows 64 --inner 768 --columns 64 --density 0.5

      The exit code is 1 when a single bit differs.
      """)

  @Option(help: "minilm or albert, as 'make model' fetches them, bert-tiny-shape (random weights), or a folder.")
  var model = "minilm"

  @Option(name: .customLong("op"), help: "What runs instead of a model: matmul.", completion: .list(["matmul"]))
  var operation: String?

  @Option(help: "The text; an example where it is left out.")
  var text: String?

  @Option(help: "Tokens of the random sequence of bert-tiny-shape.")
  var tokens = 16

  @Option(help: "Layers that run, from the first one on.")
  var layers = 1

  @Option(help: "DynaTran's threshold at all published places; 0 prunes nothing.")
  var tau = 0.0

  @Option(help: "The share of zeros that is asked for at the operands of products, from profiled curves.")
  var sparsity: Double?

  @Option(help: "The order of the tile loops, outermost first: b, i, j and k once each.")
  var dataflow = "bijk"

  @Option(help: "What executes the program: verilator (the emitted Verilog), native, or golden (no hardware).")
  var engine: Execution = .verilator

  @Option(help: "The sizes to start from: tiny or edge-slice.", completion: .list(["tiny", "edge-slice"]))
  var config = "edge-slice"

  @Option(
    name: .customLong("set"),
    help: ArgumentHelp("Set a size of the machine, such as lanes=8; may be repeated.", valueName: "name=value"))
  var settings: [Setting] = []

  @Option(help: "Cycles from the address of a burst to its first word, 1 to 10000.")
  var latency = 8

  @Option(help: "The probability with which each channel of a bus stalls in a cycle, below 1.")
  var stalls = 0.0

  @Flag(help: "Keep zeros too, as on a machine without masks.")
  var dense = false

  @Option(help: "Rows of the product of --op matmul.")
  var rows = 64
  @Option(help: "Its inner extent.")
  var inner = 256
  @Option(help: "Its columns.")
  var columns = 64
  @Option(help: "The share of numbers of its operands that are not zero.")
  var density = 0.5

  @Flag(help: "Print the figures as JSON for a script.")
  var json = false

  enum Execution: String, ExpressibleByArgument, CaseIterable {
    case verilator, native, golden
  }

  func run() throws {
    try reportingErrors {
      guard (1...10_000).contains(latency) else { throw RequestError("--latency \(latency): give 1 to 10000") }
      guard (0..<1).contains(stalls) else { throw RequestError("--stalls \(stalls): give a probability below 1") }
      guard tau >= 0, tau < 8 else { throw RequestError("--tau \(tau): give a threshold from 0 on, below 8") }
      guard operation == nil || operation == "matmul" else {
        throw RequestError("--op \(operation ?? ""): the only operation is matmul")
      }
      let sizes = try self.sizes()
      let order = try LoopOrder(dataflow)
      Ending.takeOver()
      let work =
        try operation == nil ? modelWork(sizes, order) : productWork(sizes, order)
      var outcome: AccelTranOutcome?
      if engine != .golden {
        var run = AccelTranRun(work.program)
        run.latency = latency
        run.stalls = stalls
        run.isCancelled = { Ending.isRequested }
        run.progress = { fraction, cycle in
          Console.progress("simulating: cycle \(cycle), \(Int(fraction * 100)) % of the stores")
        }
        let target: AccelTranRun.Target = engine == .native ? .native : .verilator(try ModelBuilder())
        outcome = try withProgress(engine == .native ? "running" : "building and running the model in Verilator") {
          try run.run(on: target)
        }
        Console.endProgress()
      }
      let figures = AccelTranFigures(
        work, outcome, sizes: sizes, order: order, engine: engine.rawValue, latency: latency)
      if json { try printJSON(figures, snakeCase: true) } else { show(figures, work, outcome, sizes) }
      if !figures.bitExact { throw ExitCode.differs }
    }
  }

  private func sizes() throws -> EngineSizes {
    guard var sizes = EngineSizes.named.first(where: { $0.name == config })?.sizes else {
      throw RequestError(
        "no configuration is called '\(config)'; there are \(EngineSizes.named.map(\.name).joined(separator: ", "))")
    }
    for setting in settings {
      guard let size = EngineSizes.settings.first(where: { $0.name == setting.name }) else {
        let names = EngineSizes.settings.map(\.name).joined(separator: ", ")
        throw RequestError("AccelTran has no size '\(setting.name)'; there are \(names)")
      }
      guard let value = Int(setting.value) else {
        throw RequestError("\(setting.name)=\(setting.value): give a number")
      }
      sizes[keyPath: size.path] = value
    }
    try sizes.validate()
    return sizes
  }

  /// What runs, and what is known of it before.
  struct Work {
    var title: String
    var program: EngineProgram
    var counts: ProductCounts
    var sparsity: [String: Double] = [:]
    var error: ApproximationError?
    var pooledError: ApproximationError?
  }

  private func productWork(_ sizes: EngineSizes, _ order: LoopOrder) throws -> Work {
    for (name, value) in [("rows", rows), ("inner", inner), ("columns", columns)] where !(1...4096).contains(value) {
      throw RequestError("--\(name) \(value): give 1 to 4096")
    }
    guard (0...1).contains(density) else { throw RequestError("--density \(density): give a share from 0 to 1") }
    let format = try LaneFormat(integerBits: sizes.integerBits, fractionBits: sizes.fractionBits)
    var random = ProductNumbers(seed: 1)
    func codes(_ count: Int) -> [Int32] {
      (0..<count).map { _ in
        Double.random(in: 0..<1, using: &random) < density
          ? format.code(Double.random(in: -0.5...0.5, using: &random)) : 0
      }
    }
    var finish = EngineProgram.Finish()
    (finish.leftLimit, finish.rightLimit) = (format.threshold(tau), format.threshold(tau))
    let (program, counts) = try EngineProgram.product(
      sizes, left: codes(rows * inner), right: codes(inner * columns), rows: rows, inner: inner, columns: columns,
      order: order, isDense: dense, finish: finish)
    return Work(title: "product of \(rows) × \(inner) and \(inner) × \(columns)", program: program, counts: counts)
  }

  private func modelWork(_ sizes: EngineSizes, _ order: LoopOrder) throws -> Work {
    let (model, sequence, text) = try withProgress("reading the model") { try read() }
    let format = try LaneFormat(integerBits: sizes.integerBits, fractionBits: sizes.fractionBits)
    let lanes = LaneProduct(format, multipliers: sizes.multipliers, sharedRows: sizes.sharedRows)
    var machine = FixedPointMachine(model, lanes: lanes, plan: .published(tau), function: .quadraticSigmoid)
    if let sparsity {
      guard (0..<1).contains(sparsity) else { throw RequestError("--sparsity \(sparsity): give a share below 1") }
      let calculator = try withProgress("profiling") {
        try ThresholdCalculator(profiling: machine, over: [sequence], at: (0..<200).map { Double($0) * 0.005 })
      }
      machine.plan = calculator.plan(
        sparsity: sparsity,
        at: [.input, .query, .key, .value, .probabilities, .context, .feedForwardInput, .feedForwardHidden])
    }
    let (program, run) = try withProgress("compiling, and running the golden machine") {
      try EngineProgram.layers(
        sizes, machine, sequence, layers: 0..<layers, order: order, isDense: dense)
    }
    Console.endProgress()
    let prefixes = (0..<layers).map { "layer.\($0)." }
    var counts = ProductCounts()
    for (name, own) in run.products where prefixes.contains(where: name.hasPrefix) { counts += own }
    var sparsities: [String: Double] = [:]
    for (site, count) in run.sparsity where site.layer < layers { sparsities["\(site)"] = count.sparsity }
    var work = Work(
      title:
        "\(model.family), \(layers) of \(model.layers) layers, \(sequence.count) tokens: \"\(TerminalText.line(text))\"",
      program: program, counts: counts, sparsity: sparsities)
    let graph = try model.graph(tokens: sequence.count, outputs: ["hidden"])
    let reference = try Interpreter(graph, parameters: model.parameters)(model.inputs(for: sequence))["hidden"]?.real
    if let reference {
      let hidden = run.hidden.codes.map { Float(format.value($0)) }
      work.error = ApproximationError(of: hidden, reference: reference.elements)
      func mean(_ values: [Float]) -> [Float] {
        let columns = run.hidden.columns
        return (0..<columns).map { column in
          (0..<sequence.count).reduce(Float(0)) {
            $0 + (sequence.attentionMask[$1] ? values[$1 * columns + column] : 0)
          }
        }
      }
      work.pooledError = ApproximationError(of: mean(hidden), reference: mean(reference.elements))
    }
    return work
  }

  private func read() throws -> (TransformerModel, TokenSequence, String) {
    guard model == "bert-tiny-shape" else {
      let folder = try ModelFolder.named(model)
      let model = try TransformerModel(directory: folder)
      let reader = try ModelText(directory: folder, family: model.family)
      let text = self.text ?? reader.example
      return (model, try reader.tokens(of: text), text)
    }
    guard (1...128).contains(tokens) else { throw RequestError("--tokens \(tokens): give 1 to 128") }
    let model = try TransformerModel.randomBERT(hidden: 128, layers: 2, heads: 2, feedForward: 512)
    var random = ProductNumbers(seed: 2)
    let ids = (0..<tokens).map { _ in Int32.random(in: 0..<Int32(model.vocabularySize), using: &random) }
    return (model, TokenSequence(ids: ids), "random words")
  }

  private func show(_ figures: AccelTranFigures, _ work: Work, _ outcome: AccelTranOutcome?, _ sizes: EngineSizes) {
    func percent(_ share: Double) -> String { String(format: "%.1f %%", share * 100) }
    print(work.title)
    print(
      "machine        \(sizes.elements) element(s) of \(sizes.lanes) lanes of \(sizes.multipliers) multipliers, "
        + "Q(\(sizes.integerBits), \(sizes.fractionBits)), loops \(figures.dataflow)")
    print(
      "work           \(work.counts.pairs) pairs, \(percent(work.counts.density)) effectual; "
        + "\(percent(1 - work.counts.density)) of the multiplications gone")
    if !work.sparsity.isEmpty {
      let sites = work.sparsity.sorted { $0.key < $1.key }.map { "\($0.key) \(percent($0.value))" }
      print("zeros          \(sites.joined(separator: ", ")), over real tokens")
    }
    if let outcome {
      guard outcome.isExact else {
        print("bit-exact      NO: \(outcome.storesCompared) of \(outcome.stores) numbers were right")
        if let difference = outcome.difference { print("first          \(difference)") }
        if outcome.fault != 0 { print("fault          \(outcome.fault)") }
        return
      }
      print(
        "bit-exact      yes: all \(outcome.storesCompared) numbers that were stored equal the golden machine's")
      print("cycles         \(outcome.cycles), from the start to the last acknowledged store")
      if let utilisation = outcome.utilisation, let rate = outcome.pairsPerMultiplierCycle {
        print(
          "utilisation    lanes step in \(percent(utilisation)) of their clocks; "
            + "\(String(format: "%.3f", rate)) pairs, zeros included, for a multiplier and clock")
      }
      if let error = figures.modelErrorPercent {
        print("cycle model    \(figures.modelCycles) cycles, \(String(format: "%.2f", error)) % from the hardware")
      }
      let shares = AccelTranAccelerator.Counter.allCases.filter {
        "\($0)".hasPrefix("stall") || "\($0)".hasPrefix("busy")
      }
      .map { "\($0) \(percent(Double(outcome.counters[$0] ?? 0) / Double(max(1, outcome.cycles))))" }
      print("clocks         \(shares.joined(separator: ", "))")
      print(
        "simulation     \(String(format: "%.1f", outcome.seconds)) s, "
          + "\(String(format: "%.0f k", Double(outcome.simulatedCycles) / max(outcome.seconds, 1e-9) / 1000)) cycles/s, \(engine.rawValue)"
      )
      print("\n    cycles    stores  part")
      for part in outcome.parts {
        func column(_ value: Int, _ width: Int) -> String {
          String(repeating: " ", count: max(0, width - "\(value)".count)) + "\(value)"
        }
        print("\(column(part.cycles ?? 0, 10))\(column(part.stores, 10))  \(part.name)")
      }
    } else {
      print("bit-exact      the golden machine ran alone; no hardware")
    }
    if let error = work.error { print("against fp32   hidden states of all layers: \(error)") }
    if let error = work.pooledError { print("               mean over the tokens: \(error)") }
  }
}

/// Random numbers that repeat: SplitMix64.
private struct ProductNumbers: RandomNumberGenerator {
  private var state: UInt64
  init(seed: UInt64) { state = seed }
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var word = state
    word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
    return word ^ (word >> 31)
  }
}

/// The figures of a run, for scripts.
private struct AccelTranFigures: Encodable {
  struct Accuracy: Encodable {
    var hiddenCosine, meanCosine, greatestError: Double
  }

  var bitExact: Bool
  var storesCompared, bytesCompared: Int
  var cycles: Int?
  var utilisation: Double?
  var pairsPerMultiplierCycle: Double?
  var modelCycles: Int
  var modelErrorPercent: Double?
  var wallS: Double?
  var accuracy: Accuracy?
  var pairs, effectualPairs, laneSteps: Int
  var bufferSparsity: Double?
  var sparsity: [String: Double]
  var counters: [String: Int]
  var layers: [AccelTranOutcome.Part]
  var dataflow, engine: String

  init(
    _ work: RunAccelTranCommand.Work, _ outcome: AccelTranOutcome?, sizes: EngineSizes, order: LoopOrder,
    engine: String, latency: Int
  ) {
    bitExact = outcome?.isExact ?? true
    storesCompared = outcome?.storesCompared ?? 0
    bytesCompared = outcome?.bytesCompared ?? 0
    cycles = outcome.flatMap { $0.isExact ? $0.cycles : nil }
    utilisation = outcome?.utilisation
    pairsPerMultiplierCycle = outcome?.pairsPerMultiplierCycle
    modelCycles = work.program.estimatedCycles(latency: latency)
    if let cycles { modelErrorPercent = 100 * abs(Double(modelCycles - cycles)) / Double(cycles) }
    wallS = outcome?.seconds
    if let error = work.error, let pooled = work.pooledError {
      accuracy = Accuracy(
        hiddenCosine: error.cosine, meanCosine: pooled.cosine, greatestError: error.maximum)
    }
    (pairs, effectualPairs, laneSteps) = (work.counts.pairs, work.counts.effectual, work.counts.sharedSteps)
    bufferSparsity = outcome?.sparsity
    sparsity = work.sparsity
    counters = Dictionary(uniqueKeysWithValues: (outcome?.counters ?? [:]).map { ("\($0.key)", $0.value) })
    layers = outcome?.parts ?? []
    dataflow = "\(order)"
    self.engine = engine
  }
}
