import ArgumentParser
import Foundation
import Machines
import Models
import TATAA
import Tools
import Transformer
import Verilator

extension RunTATAACommand {
  /// Generates tokens, and prints the text and the figures of the programs.
  func generate(
    _ count: Int, _ model: TransformerModel, _ reader: ModelText, _ text: String, _ prompt: TokenSequence,
    _ configuration: Configuration
  ) throws {
    guard count > 0 else { throw RequestError("--tokens \(count): give at least 1") }
    var run = TATAAGeneration(model: model, prompt: prompt.ids, tokens: count)
    run.configuration = configuration
    run.latency = latency
    run.stalls = stalls
    run.isCancelled = { Ending.isRequested }
    run.progress = { program, cycle in Console.progress("simulating: token \(program + 1) of \(count), cycle \(cycle)")
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
      try printJSON(
        GenerationFigures(outcome, text: reader.text(of: outcome.tokens), engine: engine.rawValue), snakeCase: true)
    } else {
      print("\(model.family), \(model.layers) layers, \(prompt.count) tokens: \"\(TerminalText.line(text))\"")
      show(outcome, reader)
    }
    if !outcome.isExact { throw ExitCode.differs }
  }

  private func show(_ outcome: TATAAGenerationOutcome, _ reader: ModelText) {
    print("generated      \(TerminalText.line(reader.text(of: outcome.tokens)))")
    print("tokens         \(outcome.tokens.map(String.init).joined(separator: " "))")
    guard outcome.isExact else {
      print("bit-exact      NO")
      if !outcome.goldenIsExact { print("               the golden machine differs from the quantised model") }
      print("compared       \(outcome.storesCompared) of \(outcome.stores) stores were right")
      if let difference = outcome.difference { print("first          \(difference)") }
      return
    }
    if let seconds = outcome.seconds {
      print(
        "bit-exact      yes: \(outcome.storesCompared) of \(outcome.stores) stores, \(outcome.bytesCompared) bytes, equal the "
          + "golden machine, and the tokens the quantised model")
      print("simulation     \(String(format: "%.1f", seconds)) s, \(engine.rawValue)")
    } else {
      print("bit-exact      yes: the golden machine's outputs equal the quantised model; no hardware ran")
    }
    if let error = outcome.modelErrorPercent {
      print("cycle model    \(String(format: "%.2f", error)) % from the hardware")
    }
    let equal = zip(outcome.tokens, outcome.reference).prefix { $0 == $1 }.count
    print("against fp32   \(equal) of \(outcome.tokens.count) tokens are the same up to the first other one")
    print("\n    tokens      past    cycles     model  utilisation  bus read")
    for step in outcome.steps {
      func column(_ value: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - value.count)) + value
      }
      print(
        column("\(step.tokens)", 10) + column("\(step.past)", 10) + column(step.cycles.map(String.init) ?? "-", 10)
          + column("\(step.modelCycles)", 10) + column(percent(step.utilisation), 13)
          + column(percent(step.readShare), 10))
    }
  }
}

/// The figures of a generation, for scripts.
private struct GenerationFigures: Encodable {
  var bitExact: Bool
  var text: String
  var tokens, tokensQuantised, tokensFp32: [Int32]
  var storesCompared, stores, bytesCompared: Int
  var cycles: Int?
  var modelCycles: Int
  var modelErrorPercent: Double?
  var wallS: Double?
  var steps: [TATAAGenerationOutcome.Step]
  var engine: String

  init(_ outcome: TATAAGenerationOutcome, text: String, engine: String) {
    bitExact = outcome.isExact
    self.text = text
    (tokens, tokensQuantised, tokensFp32) = (outcome.tokens, outcome.quantized, outcome.reference)
    (storesCompared, stores, bytesCompared) = (outcome.storesCompared, outcome.stores, outcome.bytesCompared)
    let measured = outcome.steps.compactMap(\.cycles)
    cycles = outcome.isExact && measured.count == outcome.steps.count ? measured.reduce(0, +) : nil
    modelCycles = outcome.steps.reduce(0) { $0 + $1.modelCycles }
    modelErrorPercent = outcome.modelErrorPercent
    wallS = outcome.seconds
    steps = outcome.steps
    self.engine = engine
  }
}
