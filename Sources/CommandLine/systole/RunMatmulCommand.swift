import ArgumentParser
import Campaigns
import Catalog
import Entries
import Foundation
import HDL
import Netlist
import Testbench
import Tools
import Units
import Verilator

extension Projection: ExpressibleByArgument {}

struct RunMatmulCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "matmul", abstract: "Run a linear layer of a real encoder on the matrix engine, in Verilator.",
    discussion: """
      Loads an encoder in Hugging Face's layout (config.json, model.safetensors, tokenizer.json), quantises it to int8
      after calibration, generates the engine's Verilog, runs it in Verilator on the activations of a sentence, and
      compares every output with the golden model and with binary32.

        systole run matmul --text "The cat sat on the mat." --projection feed-forward-1 --layer 3

      The exit code is 1 when a single bit differs.
      """)

  @OptionGroup var options: BlockOptions

  @Option(help: "Folder of the model. Default: what 'make model' fetched.", completion: .directory)
  var model: String?

  @Option(help: "The sentence.")
  var text = "A systolic array computes matrix products by passing operands between neighbouring cells in lockstep."

  @Option(help: "The encoder layer, from 0.")
  var layer = 0

  @Option(help: "The linear layer: query, key, value, attention-output, feed-forward-1 or feed-forward-2.")
  var projection: Projection = .query

  @Option(help: "Stalls on every stream: never, reluctant, contrary, mixed, or a probability below 1.")
  var stalls: StallProfile?

  @Flag(help: "Run the layer although its sums do not fit into the accumulators, and count those that wrap.")
  var allowOverflow = false

  @Flag(help: "Print the figures as JSON for a script.")
  var json = false

  func run() throws {
    try reportingErrors {
      var job = ProjectionJob(model: try ModelFolder.named(model ?? "minilm"), text: text)
      job.layer = layer
      job.projection = projection
      job.engine = try Catalog.matrixMultiply.generator(
        configuration: options.configuration ?? "int8", settings: options.settings)
      job.allowsOverflow = allowOverflow
      job.reset = options.resetStyle
      if let stalls { job.stalls = stalls }
      job.isCancelled = { Ending.isRequested }
      job.progress = { progress in
        Console.progress("simulating: cycle \(progress.cycle), \(Int(progress.fraction * 100)) %")
      }
      let prepared = try withProgress("loading, calibrating and quantising the model") {
        try job.prepare { done, total in Console.progress("calibrating on text \(done) of \(total)") }
      }
      Console.endProgress()
      if prepared.cutTokens > 0 {
        Console.note("systole: note: the sentence is too long and was cut: \(cutNotice(prepared))")
      }
      let builder = try ModelBuilder()
      Ending.takeOver()
      let outcome = try withProgress("building and running the model in Verilator") {
        try job.run(prepared, with: builder)
      }
      Console.endProgress()
      try show(outcome, of: job, prepared)
      switch outcome.result.verdict {
      case .passed: break
      case .cancelled: throw ExitCode.interrupted
      default: throw ExitCode.differs
      }
    }
  }

  /// The figures of a run, for scripts.
  private struct Figures: Encodable {
    var bitExact: Bool
    var outputsCompared: Int
    var rows: Int
    var depth: Int
    var columns: Int
    var cycles: Int?
    var utilisation: Double?
    var simulatedCyclesPerSecond: Double
    var overflows: Int?
    var saturations: Int?
    var cutTokens: Int
    var cosine: Double?
    var maximumError: Double?
    var signalToNoise: Double?
    var stimulusBytes: Int?
    var verilator: String
    var failure: String?
  }

  private func show(_ outcome: ProjectionJob.Outcome, of job: ProjectionJob, _ prepared: ProjectionJob.Prepared) throws
  {
    let isExact = outcome.result.verdict == .passed
    // Of a beat's values the mask and the mark of the last beat are none of the product's.
    let compared = isExact ? outcome.shape.rows * outcome.shape.columns : 0
    if json {
      return try printJSON(
        Figures(
          bitExact: isExact, outputsCompared: compared, rows: outcome.shape.rows, depth: outcome.shape.depth,
          columns: outcome.shape.columns, cycles: isExact ? outcome.cycles : nil,
          utilisation: isExact ? outcome.utilisation : nil, simulatedCyclesPerSecond: outcome.cyclesPerSecond,
          overflows: isExact ? outcome.overflows : nil, saturations: isExact ? outcome.saturations : nil,
          cutTokens: prepared.cutTokens,
          cosine: outcome.error?.cosine, maximumError: outcome.error?.maximum,
          signalToNoise: (outcome.error?.signalToNoise).flatMap { $0.isFinite ? $0 : nil },
          stimulusBytes: outcome.result.stimulusBytes,
          verilator: outcome.record?.verilator ?? "none", failure: outcome.result.failure?.description))
    }
    print(
      "\(projection.rawValue) projection of layer \(layer), \(prepared.codes.rows) tokens: \"\(TerminalText.line(text))\""
    )
    if prepared.cutTokens > 0 { print("cut            \(cutNotice(prepared))") }
    print(
      "engine         \(job.engine.rows)×\(job.engine.columns) cells, Verilator \(outcome.record?.verilator ?? "none")")
    print(
      "product        \(outcome.shape.rows)×\(outcome.shape.depth)×\(outcome.shape.columns), int8 weights and activations"
    )
    guard isExact else {
      print("bit-exact      \(outcome.result.verdict == .cancelled ? "interrupted" : "NO")")
      return print(outcome.result.text(colour: Console.usesColour))
    }
    print("bit-exact      yes: \(compared) of \(compared) outputs equal the golden model in every bit")
    if outcome.overflows > 0 {
      print(
        "overflow       \(outcome.overflows) of \(compared) sums wrapped in accumulators of "
          + "\(job.engine.arithmetic.accumulatorWidth) bits: these outputs are not the layer's")
    }
    print("saturation     \(outcome.saturations) of \(compared) outputs were clamped to -127 or 127")
    print("cycles         \(outcome.cycles), from the first operand to the last result")
    print("utilisation    \(percent(outcome.utilisation)) of the cells' multiply-accumulates")
    print("simulation     \(thousands(outcome.cyclesPerSecond)) cycles/s")
    if let bytes = outcome.result.stimulusBytes {
      print("stimuli        \(String(format: "%.1f", Double(bytes) / 1e6)) MB in memory at most")
    }
    if let error = outcome.error { print("against fp32   \(error)") }
  }

  private func cutNotice(_ prepared: ProjectionJob.Prepared) -> String {
    "the \(prepared.cutsBeginning ? "first" : "last") \(prepared.cutTokens) of \(prepared.codes.rows + prepared.cutTokens) tokens: the model takes "
      + "\(prepared.codes.rows) at most"
  }

  private func percent(_ share: Double) -> String { String(format: "%.1f %%", share * 100) }

  private func thousands(_ rate: Double) -> String { String(format: "%.0f k", rate / 1000) }
}
