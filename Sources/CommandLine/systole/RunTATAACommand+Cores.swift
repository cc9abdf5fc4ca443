import ArgumentParser
import Foundation
import Machines
import Models
import TATAA
import Tools
import Transformer
import Verilator

extension RunTATAACommand {
  /// Runs one model on several cores, and prints what each of them did.
  func runOnCores(
    _ model: TransformerModel, _ reader: ModelText, _ text: String, _ tokens: TokenSequence,
    _ configuration: Configuration
  ) throws {
    guard html == nil else { throw RequestError("--html shows the layers of one core: leave out --cores") }
    var run = TATAAPartitionedRun(model: model, tokens: tokens)
    run.configuration = configuration
    run.latency = latency
    run.stalls = stalls
    run.isCancelled = { Ending.isRequested }
    run.progress = { fraction, cycle in
      Console.progress("simulating: cycle \(cycle), \(Int(fraction * 100)) % of the steps")
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
    if json {
      try printJSON(PartitionedFigures(outcome, engine: engine.rawValue), snakeCase: true)
    } else {
      print("\(model.family), \(model.layers) layers, \(tokens.count) tokens: \"\(TerminalText.line(text))\"")
      show(outcome, configuration)
    }
    if !outcome.isExact { throw ExitCode.differs }
  }

  private func show(_ outcome: TATAAPartitionedOutcome, _ configuration: Configuration) {
    print(
      "machine        \(outcome.cores) cores of \(configuration.strips) strips of \(configuration.rowsPerStrip)×"
        + "\(configuration.columns) cells on one memory, each with buses of its own")
    print("steps          \(outcome.barriers), a barrier behind each")
    guard outcome.isExact else {
      print("bit-exact      NO")
      if !outcome.goldenIsExact { print("               the golden machines differ from the quantised model") }
      print("compared       \(outcome.storesCompared) of \(outcome.stores) stores were right")
      if let failure = outcome.failure { print("first          \(failure)") }
      if outcome.hiddenIsExact == false { print("output         differs from that of the quantised model") }
      return
    }
    if let cycles = outcome.cycles {
      print(
        "bit-exact      yes: \(outcome.storesCompared) of \(outcome.stores) stores, \(outcome.bytesCompared) bytes, equal the "
          + "golden machines, and the output the quantised model")
      print(
        "cycles         \(cycles), step by step those of the core that ends last, without the host's between two steps")
      print("utilisation    \(percent(outcome.utilisation ?? 0)) of the multiply-accumulates of all cores")
      for (core, share) in outcome.running.enumerated() {
        print(
          "core \(core)         runs \(percent(share)) of these cycles, \(outcome.productSteps[core]) steps of products"
        )
      }
    } else {
      print("bit-exact      yes: the golden machines' output equals the quantised model; no hardware ran")
    }
    let error = outcome.modelErrorPercent.map { ", \(String(format: "%.2f", $0)) % from the hardware" } ?? ""
    print("cycle model    \(outcome.modelCycles) cycles\(error)")
    print(
      "one core       \(outcome.oneCoreModelCycles) cycles in the cycle model: \(outcome.cores) cores are "
        + String(format: "%.2f", outcome.modelSpeedUp) + " times as fast")
    if let seconds = outcome.seconds {
      print(
        "simulation     \(String(format: "%.1f", seconds)) s, \(outcome.simulatedCycles) cycles with the host's, "
          + engine.rawValue)
    }
    print("against fp32   hidden states: \(outcome.error)")
    guard outcome.cycles != nil else { return }
    let slowest = outcome.steps.enumerated().sorted {
      ($1.element.longest, $0.offset) < ($0.element.longest, $1.offset)
    }
    print("\n    cycles  of each core\(layers ? "" : ", the slowest")")
    for (_, step) in layers ? Array(outcome.steps.enumerated()) : Array(slowest.prefix(10)) {
      let text = "\(step.longest)"
      print(
        String(repeating: " ", count: max(0, 10 - text.count)) + text + "  "
          + step.cycles.map(String.init).joined(separator: " ") + "  \(step.node)")
    }
  }
}

/// The figures of a run on several cores, for scripts.
private struct PartitionedFigures: Encodable {
  var bitExact: Bool
  var cores, barriers: Int
  var storesCompared, stores, bytesCompared: Int
  var cycles: Int?
  var utilisation: Double?
  var modelCycles, oneCoreModelCycles: Int
  var modelSpeedUp: Double
  var modelErrorPercent: Double?
  var running: [Double]
  var wallS: Double?
  var hiddenCosine: Double
  var steps: [TATAAPartitionedOutcome.Step]
  var engine: String

  init(_ outcome: TATAAPartitionedOutcome, engine: String) {
    bitExact = outcome.isExact
    (cores, barriers) = (outcome.cores, outcome.barriers)
    (storesCompared, stores, bytesCompared) = (outcome.storesCompared, outcome.stores, outcome.bytesCompared)
    (cycles, utilisation) = (outcome.cycles, outcome.utilisation)
    (modelCycles, oneCoreModelCycles) = (outcome.modelCycles, outcome.oneCoreModelCycles)
    (modelSpeedUp, modelErrorPercent) = (outcome.modelSpeedUp, outcome.modelErrorPercent)
    running = outcome.running
    wallS = outcome.seconds
    hiddenCosine = outcome.error.cosine
    steps = outcome.steps
    self.engine = engine
  }
}
