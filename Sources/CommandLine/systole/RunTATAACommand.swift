import ArgumentParser
import Catalog
import Foundation
import Machines
import Models
import TATAA
import TATAAHardware
import Tools
import Transformer
import Verilator
import Verilog

struct RunTATAACommand: ParsableCommand, ExecutingCommand {
  static let configuration = CommandConfiguration(
    commandName: "tataa", abstract: "Run a whole transformer on TATAA.",
    discussion: """
      Reads a model, quantises it to 8-bit codes and bfloat16 after calibration, compiles it to a program of TATAA, and runs
      that on the generated hardware with its memory behind AXI4. Every byte of every store is compared with the golden
      machine, and the output with the quantised model and with binary32. The host looks up the rows of the embedding
      tables. A decoder takes the whole text at once; with --tokens it goes on, a program a token, with its keys and values
      in the machine's memory. A model of images runs on image after image; the
      host cuts them into patches and computes the classes. With --cores each node of a model of text is cut into parts for
      several cores, and a barrier stands between parts of which one reads what the other one stores.

        systole run tataa --model minilm --text "The cat sat on the mat."
        systole run tataa --model gpt2 --tokens 8
        systole run tataa --model vit --images 100
        systole run tataa --model minilm --set strips=4 --json
        systole run tataa --model minilm --cores 2

      The exit code is 1 when a single bit differs.
      """)

  @OptionGroup var options: TATAAOptions

  @OptionGroup var execution: ExecutionOptions

  @Option(
    help: ArgumentHelp(
      "Generate so many tokens with a cache of keys and values, as a decoder does.", valueName: "count"))
  var tokens: Int?

  @Option(
    help: ArgumentHelp(
      "An image or many for a model of images: PGM, PPM or IDX. Default: the test images of the model's folder.",
      valueName: "file"))
  var image: String?

  @Option(help: ArgumentHelp("Run so many images.", valueName: "count"))
  var images = 10

  @Option(help: ArgumentHelp("The first of the images.", valueName: "number"))
  var first = 0

  @Option(
    help: ArgumentHelp("Share the work of one model between so many cores on one memory.", valueName: "count"))
  var cores: Int?

  @Option(help: ArgumentHelp("Write a page of the layers: where the cycles go.", valueName: "file"))
  var html: String?

  @Flag(help: "Print every node of the model, or every image, not only some.")
  var layers = false

  func run() throws {
    try reportingErrors {
      try execution.check()
      var configuration = try options.sizes()
      if let cores {
        configuration.cores = cores
        try configuration.validate()
      }
      Ending.takeOver()
      let (model, folder) = try options.readModel()
      if model.imageShape != nil { return try classify(model, folder, configuration) }
      guard image == nil else { throw RequestError("--image is for models of images, such as vit") }
      let (reader, text, tokens) = try options.readText(of: model, in: folder)
      if let count = self.tokens {
        guard html == nil else { throw RequestError("--html shows the layers of one program: leave out --tokens") }
        return try generate(count, model, reader, text, tokens, configuration)
      }
      if configuration.cores > 1 { return try runOnCores(model, reader, text, tokens, configuration) }
      var run = TATAARun(model: model, tokens: tokens)
      run.configuration = configuration
      run.latency = latency
      run.stalls = stalls
      run.isCancelled = { Ending.isRequested }
      run.progress = { fraction, cycle in
        Console.progress("simulating: cycle \(cycle), \(Int(fraction * 100)) % of the stores")
      }
      let prepared = try withProgress("calibrating, quantising and compiling the model") {
        try run.prepare(calibratedOn: reader.calibration(of: model))
      }
      Console.endProgress()
      let target = try self.target
      let outcome = try withProgress(engine == .verilator ? "building and running the model in Verilator" : "running") {
        try run.run(prepared, on: target)
      }
      Console.endProgress()
      let heading = "\(model.family), \(model.layers) layers, \(tokens.count) tokens: \"\(TerminalText.line(text))\""
      if let html {
        let page = TATAALayerPage(outcome, heading: heading, configuration: configuration)
        let file = URL(fileURLWithPath: html)
        try WrittenFiles.write(
          [(file.lastPathComponent, page.text)], to: file.deletingLastPathComponent().path, removing: [])
      }
      if json {
        try printJSON(TATAAFigures(outcome, engine: engine.rawValue), snakeCase: true)
      } else {
        print(heading)
        show(outcome, configuration)
      }
      if !outcome.isExact { throw ExitCode.differs }
    }
  }

  var target: TATAARun.Target {
    get throws {
      switch engine {
      case .golden: .golden
      case .native: .native
      case .verilator: .verilator(try ModelBuilder())
      }
    }
  }

  private func show(_ outcome: TATAAOutcome, _ configuration: Configuration) {
    print(
      "machine        \(configuration.strips) strips of \(configuration.rowsPerStrip)×\(configuration.columns) cells, "
        + "\(outcome.macsPerCycle) multiply-accumulates a cycle, \(configuration.vectorLanes) lanes of bfloat16")
    guard outcome.isExact else { return showDifference(outcome) }
    if let hardware = outcome.hardware {
      print(
        "bit-exact      yes: \(hardware.storesCompared) of \(hardware.stores) stores, \(hardware.bytesCompared) bytes, "
          + "equal the golden machine, and the output the quantised model")
      print("cycles         \(hardware.cycles), from the start to the last acknowledged store")
      if let utilisation = outcome.utilisation {
        print("utilisation    \(percent(utilisation)) of the multiply-accumulates")
      }
      let counts = hardware.counters
      func share(_ counter: TATAAAccelerator.Counter) -> String {
        percent(Double(counts[counter] ?? 0) / Double(max(1, hardware.cycles)))
      }
      print(
        "busy           load \(share(.busyLoad)), store \(share(.busyStore)), matrix \(share(.busyMatrix)), "
          + "vector \(share(.busyVector))")
      print(
        "stalls         fetch \(share(.stallFetch)), check \(share(.stallCheck)), load \(share(.stallLoad)), "
          + "store \(share(.stallStore)), matrix \(share(.stallMatrix)), vector \(share(.stallVector))")
      if let error = outcome.modelErrorPercent {
        print("cycle model    \(outcome.estimate.cycles) cycles, \(String(format: "%.2f", error)) % from the hardware")
      }
      let rate = Double(hardware.simulatedCycles) / max(hardware.seconds, 1e-9)
      print(
        "simulation     \(String(format: "%.1f", hardware.seconds)) s, \(String(format: "%.0f k", rate / 1000)) cycles/s, "
          + engine.rawValue)
    } else {
      print("bit-exact      yes: the golden machine's output equals the quantised model; no hardware ran")
      print("cycle model    \(outcome.estimate.cycles) cycles")
    }
    print("against fp32   hidden states: \(outcome.error)")
    print("               mean over the tokens: \(outcome.pooledError)")
    showLayers(outcome)
  }

  private func showDifference(_ outcome: TATAAOutcome) {
    print("bit-exact      NO")
    if !outcome.goldenIsExact { print("               the golden machine differs from the quantised model") }
    guard let hardware = outcome.hardware else { return }
    if hardware.status != .none {
      print("status         \(hardware.status) at instruction \(hardware.stoppedAt)")
    }
    print("compared       \(hardware.storesCompared) of \(hardware.stores) stores were right")
    if let difference = hardware.difference { print("first          \(difference)") }
    if !outcome.hiddenIsExact { print("output         differs from that of the quantised model") }
  }

  private func showLayers(_ outcome: TATAAOutcome) {
    guard outcome.hardware != nil else { return }
    let timed = outcome.layers.filter { $0.cycles != nil }
    let shown = layers ? timed : Array(timed.sorted { ($0.cycles ?? 0) > ($1.cycles ?? 0) }.prefix(10))
    print("\n    cycles     model  instructions    stores  node\(layers ? "" : ", the slowest")")
    for layer in shown {
      func column(_ value: Int, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - "\(value)".count)) + "\(value)"
      }
      print(
        "\(column(layer.cycles ?? 0, 10))\(column(layer.modelCycles ?? 0, 10))\(column(layer.instructions, 14))\(column(layer.stores, 10))  \(layer.name)"
      )
    }
  }

  func percent(_ share: Double) -> String { String(format: "%.1f %%", share * 100) }
}

/// The figures of a run, for scripts.
private struct TATAAFigures: Encodable {
  struct Accuracy: Encodable {
    var hiddenCosine, meanCosine, greatestError: Double
  }

  var bitExact: Bool
  var storesCompared, bytesCompared: Int
  var cycles: Int?
  var utilisation: Double?
  var modelCycles: Int
  var modelErrorPercent: Double?
  var modelStalls: [String: Int]
  var wallS: Double?
  var simulatedCyclesPerS: Double?
  var accuracy: Accuracy
  var counters: [String: Int]
  var events: [String: Int]
  var layers: [TATAAOutcome.Layer]
  var engine: String

  init(_ outcome: TATAAOutcome, engine: String) {
    let hardware = outcome.hardware
    bitExact = outcome.isExact
    storesCompared = hardware?.storesCompared ?? 0
    bytesCompared = hardware?.bytesCompared ?? 0
    cycles = outcome.isExact ? hardware?.cycles : nil
    utilisation = outcome.isExact ? outcome.utilisation : nil
    modelCycles = outcome.estimate.cycles
    modelErrorPercent = outcome.modelErrorPercent
    modelStalls = Dictionary(uniqueKeysWithValues: outcome.estimate.stalls.map { ($0.key.rawValue, $0.value) })
    wallS = hardware?.seconds
    simulatedCyclesPerS = hardware.map { Double($0.simulatedCycles) / max($0.seconds, 1e-9) }
    accuracy = Accuracy(
      hiddenCosine: outcome.error.cosine, meanCosine: outcome.pooledError.cosine,
      greatestError: outcome.error.maximum)
    counters = Dictionary(uniqueKeysWithValues: (hardware?.counters ?? [:]).map { ("\($0.key)", $0.value) })
    events = outcome.events
    layers = outcome.layers
    self.engine = engine
  }
}
