import Blocks
import Engine
import Foundation
import Golden
import HDL
import Netlist
import Testbench
import Transformer
import Verilator
import Verilog

/// A linear layer of an encoder.
public enum Projection: String, Hashable, Sendable, CaseIterable {
  case query
  case key
  case value
  case attentionOutput = "attention-output"
  case feedForward1 = "feed-forward-1"
  case feedForward2 = "feed-forward-2"

  func linear(of layer: QuantizedLayer) -> QuantizedLinear {
    switch self {
    case .query: layer.query
    case .key: layer.key
    case .value: layer.value
    case .attentionOutput: layer.attentionOutput
    case .feedForward1: layer.feedForward1
    case .feedForward2: layer.feedForward2
    }
  }
}

/// A linear layer of a real encoder on a real sentence, quantised to int8, on the generated matrix-multiply engine.
public struct ProjectionJob: Sendable {
  /// Folder of the model in Hugging Face's layout.
  public var model: URL
  /// The sentence.
  public var text: String
  /// The encoder layer, from 0.
  public var layer = 0
  /// The linear layer.
  public var projection = Projection.query
  /// The engine; its output must be requantised to int8 for each channel.
  public var engine = MatrixMultiply(requantization: RequantizedOutput())
  /// Reset of the engine.
  public var reset = ResetStyle()
  /// Stalls on all streams.
  public var stalls = StallProfile.never
  /// Called about five times a second during the simulation.
  public var progress: (@Sendable (BenchProgress) -> Void)?
  /// True to stop.
  public var isCancelled: @Sendable () -> Bool = { false }

  /// The query projection of layer 0 for `text`.
  public init(model: URL, text: String) {
    self.model = model
    self.text = text
  }

  /// The layer in numbers, ready for the hardware.
  public struct Prepared: Sendable {
    /// Activation codes, tokens × K; the tokens count the special ones.
    public let codes: Matrix<Int8>
    /// The quantised layer.
    public let linear: QuantizedLinear
    /// What binary32 gives, tokens × N.
    public let reference: Matrix<Float>
  }

  /// What came out.
  public struct Outcome: Sendable {
    /// The bench's verdict, with every output code compared.
    public let result: BenchResult
    /// Sizes of the product.
    public let shape: Product
    /// The hardware's cells.
    public let cells: Int
    /// The layer's values on the hardware against binary32.
    public let error: ApproximationError
    /// How the model was built.
    public let record: BuildRecord

    /// Cycles from the first operand to the last result.
    public var cycles: Int { result.busyCycles }

    /// Share of the cells' multiplications that did work, 0 to 1.
    public var utilisation: Double {
      cycles == 0 ? 0 : Double(shape.rows * shape.depth * shape.columns) / Double(cells * cycles)
    }

    /// Simulated clock cycles a second.
    public var cyclesPerSecond: Double { result.seconds.map { Double(result.cycles) / max($0, 1e-9) } ?? 0 }
  }

  /// Loads the model, calibrates, quantises, and runs binary32 on the sentence.
  ///
  /// - Parameter report: Called with the number of calibration texts done and their total.
  /// - Throws: `EncoderModelError`, `TokenizerError`, ``CatalogError/impossibleWorkload(_:)``.
  public func prepare(report: (Int, Int) -> Void) throws -> Prepared {
    guard layer >= 0 else { throw CatalogError.impossibleWorkload("layer \(layer): layers count from 0") }
    let configuration = try EncoderConfiguration(contentsOf: model.appendingPathComponent("config.json"))
    guard layer < configuration.layers else {
      throw CatalogError.impossibleWorkload(
        "layer \(layer) of a model with \(configuration.layers) layers; use 0 to \(configuration.layers - 1)")
    }
    let encoder = try EncoderModel(directory: model, layers: layer + 1)
    let tokens = try encoder.tokenizer.encode(text)
    let trace = try encoder.forward(tokens)
    let quantized = try Quantizer().quantize(encoder, calibration: CalibrationTexts.sentences, progress: report)
    let linear = projection.linear(of: quantized.layers[layer])
    return Prepared(
      codes: linear.input.codes(trace.layers[layer][linear.input.site]), linear: linear,
      reference: trace.layers[layer][linear.outputSite])
  }

  /// Runs the layer on the emitted Verilog and compares every code with the golden model.
  public func run(_ prepared: Prepared, with builder: ModelBuilder) throws -> Outcome {
    let circuit = try engine.elaborate(reset: reset).simplified()
    let design = ModelDesign(circuit)
    var bench = try StreamBench(circuit.top.interface, name: "matmul", seed: 1, stalls: stalls)
    var random = bench.random("padding")
    let product = try MatrixMultiplyTraffic(engine).add(
      prepared.codes, prepared.linear.weights, .perChannel(prepared.linear.requantization), to: &bench, &random)
    bench.options.progress = progress
    bench.options.isCancelled = isCancelled
    bench.options.watchdogCycles = 100_000
    bench.options.drainCycles = max(200, 8 * (engine.rows + engine.columns))
    let library = try builder.library(for: design, profile: .default)
    let result = try bench.run(on: try library.model())
    let shape = Product(prepared.codes.rows, prepared.codes.columns, prepared.linear.weights.columns)
    return Outcome(
      result: result, shape: shape, cells: engine.rows * engine.columns,
      error: ApproximationError(
        of: prepared.linear.values(product.map { Int8(truncatingIfNeeded: $0) }), reference: prepared.reference),
      record: library.record)
  }
}
