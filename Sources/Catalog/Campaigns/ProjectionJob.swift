import Catalog
import Engine
import Entries
import Foundation
import Golden
import HDL
import Netlist
import Testbench
import Transformer
import Units
import Verilator
import Verilog

/// A linear layer of an encoder.
package enum Projection: String, Hashable, Sendable, CaseIterable {
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
package struct ProjectionJob: Sendable {
  /// Folder of the model in Hugging Face's layout.
  package var model: URL
  /// The sentence.
  package var text: String
  /// The encoder layer, from 0.
  package var layer = 0
  /// The linear layer.
  package var projection = Projection.query
  /// The engine; its output must be requantised to int8 for each channel.
  package var engine = MatrixMultiply { $0.requantization = RequantizedOutput() }
  /// Reset of the engine.
  package var reset = ResetStyle()
  /// Whether the layer runs although its sums do not fit the engine's accumulators, and therefore wrap.
  package var allowsOverflow = false
  /// Stalls on all streams.
  package var stalls = StallProfile.never
  /// Called about five times a second during the simulation.
  package var progress: (@Sendable (BenchProgress) -> Void)?
  /// True to stop.
  package var isCancelled: @Sendable () -> Bool = { false }

  /// The query projection of layer 0 for `text`.
  package init(model: URL, text: String) {
    self.model = model
    self.text = text
  }

  /// The layer in numbers, ready for the hardware.
  package struct Prepared: Sendable {
    /// Activation codes, tokens × K; the tokens count the special ones.
    package let codes: Matrix<Int8>
    /// The quantised layer.
    package let linear: QuantizedLinear
    /// What binary32 gives, tokens × N.
    package let reference: Matrix<Float>
    /// The tokens of the sentence beyond those that the model takes, which are not among the codes.
    package let cutTokens: Int
    /// Whether those are the first ones of the sentence instead of the last.
    package let cutsBeginning: Bool

    /// The layer cut to its first inputs and outputs, for a quick run.
    package func corner(inputs: Int, outputs: Int) -> Prepared {
      func cut<Element>(_ matrix: Matrix<Element>, _ rows: Int, _ columns: Int, _ zero: Element) -> Matrix<Element> {
        var part = Matrix<Element>(rows: rows, columns: columns, repeating: zero)
        for row in 0..<rows { for column in 0..<columns { part[row, column] = matrix[row, column] } }
        return part
      }
      return Prepared(
        codes: cut(codes, codes.rows, inputs, 0), linear: linear.corner(inputs: inputs, outputs: outputs),
        reference: cut(reference, codes.rows, outputs, 0), cutTokens: cutTokens, cutsBeginning: cutsBeginning)
    }

    /// Sizes of the product.
    package var size: Product { Product(codes.rows, codes.columns, linear.weights.columns) }
  }

  /// What came out.
  package struct Outcome: Sendable {
    /// The bench's verdict, with every output code compared.
    package let result: BenchResult
    /// Sizes of the product.
    package let shape: Product
    /// The hardware's cells.
    package let cells: Int
    /// The layer's values, from the codes that the hardware put out, against binary32; nil after a failure.
    package let error: ApproximationError?
    /// The sums that wrapped because the engine's accumulators are too narrow.
    package let overflows: Int
    /// The outputs that were clamped to the range of codes.
    package let saturations: Int
    /// How the model was built; nil where it was not built for this run.
    package internal(set) var record: BuildRecord?

    /// Cycles from the first operand to the last result.
    package var cycles: Int { result.busyCycles }

    /// Share of the cells' multiplications that did work, 0 to 1.
    package var utilisation: Double {
      cycles == 0 ? 0 : Double(shape.rows * shape.depth * shape.columns) / Double(cells * cycles)
    }

    /// Simulated clock cycles a second.
    package var cyclesPerSecond: Double { result.seconds.map { Double(result.cycles) / max($0, 1e-9) } ?? 0 }
  }

  /// Loads the model, calibrates, quantises, and runs binary32 on the sentence.
  ///
  /// - Parameter report: Called with the number of calibration texts done and their total.
  /// - Throws: `EncoderModelError`, `TokenizerError`, ``/Catalog/CatalogError/impossibleWorkload(_:)``.
  package func prepare(report: (Int, Int) -> Void) throws -> Prepared {
    guard layer >= 0 else { throw CatalogError.impossibleWorkload("layer \(layer): layers count from 0") }
    let configuration = try EncoderConfiguration(contentsOf: model.appendingPathComponent("config.json"))
    guard layer < configuration.layers else {
      throw CatalogError.impossibleWorkload(
        "layer \(layer) of a model with \(configuration.layers) layers; use 0 to \(configuration.layers - 1)")
    }
    let encoder = try EncoderModel(directory: model, layers: layer + 1)
    let tokens = try encoder.tokenizer.encode(text)
    let trace = try encoder.forward(tokens)
    try trace.layers[layer].requireFinite(layer: layer)
    let quantized = try Quantizer().quantize(encoder, calibration: CalibrationTexts.sentences, progress: report)
    let linear = projection.linear(of: quantized.layers[layer])
    return Prepared(
      codes: linear.input.codes(trace.layers[layer][linear.input.site]), linear: linear,
      reference: trace.layers[layer][linear.outputSite], cutTokens: tokens.cut,
      cutsBeginning: tokens.cutsBeginning)
  }

  /// Runs the layer on the emitted Verilog and compares every code with the golden model.
  ///
  /// - Throws: ``/Catalog/CatalogError/impossibleWorkload(_:)`` when the engine cannot compute the layer: other operands or codes,
  ///   sizes or accumulators that are too narrow.
  package func run(_ prepared: Prepared, with builder: ModelBuilder) throws -> Outcome {
    try requireEngine(for: prepared.size)
    let circuit = try engine.elaborate(reset: reset).simplified()
    var record: BuildRecord?
    var outcome = try run(prepared, on: circuit.top.interface) {
      let library = try builder.library(for: ModelDesign(circuit), profile: .default)
      record = library.record
      return try library.model()
    }
    outcome.record = record
    return outcome
  }

  /// Runs the layer on hardware of this interface, which is made when it is known that the layer can be computed.
  package func run<E: Engine>(
    _ prepared: Prepared, on interface: ModuleInterface, _ hardware: () throws -> E
  ) throws -> Outcome {
    var bench = try StreamBench(interface, name: "matmul", seed: 1, stalls: stalls)
    let traffic = try MatrixMultiplyTraffic(engine)
    let requantization = prepared.linear.requantization
    let expected = try traffic.stream(
      prepared.codes, prepared.linear.weights, .perChannel(requantization), to: &bench)
    try requireAccumulators(for: expected.sums)
    try bench.capture("results")
    bench.options.progress = progress
    bench.options.isCancelled = isCancelled
    bench.options.watchdogCycles = 100_000
    bench.options.drainCycles = max(200, 8 * (engine.rows + engine.columns))
    let result = try bench.run(on: try hardware())
    // What the hardware put out; after a failure there is no layer to speak of.
    let product =
      result.verdict == .passed ? result.captured?.first.flatMap { traffic.product($0, of: prepared.size) } : nil
    return Outcome(
      result: result, shape: prepared.size, cells: engine.rows * engine.columns,
      error: product.map {
        ApproximationError(
          of: prepared.linear.values($0.map { Int8(truncatingIfNeeded: $0) }), reference: prepared.reference)
      },
      overflows: expected.sums.overflows, saturations: try requantization.saturations(of: expected.sums.sums))
  }

  /// Refuses an engine that computes something else than an int8 layer of this size.
  private func requireEngine(for shape: Product) throws(CatalogError) {
    for (name, format) in [("activation", engine.arithmetic.activation), ("weight", engine.arithmetic.weight)]
    where !format.isSigned || format.width < 8 {
      throw .impossibleWorkload("a layer has int8 operands, which \(format) cannot hold; use --set \(name)=int8")
    }
    let symmetric = RequantizedOutput { $0.granularity = .perChannel }
    guard let output = engine.requantization, output.granularity == .perChannel, output.least == symmetric.least,
      output.greatest == symmetric.greatest, output.zeroPoint == symmetric.zeroPoint
    else {
      throw .impossibleWorkload(
        "a layer needs outputs from -127 to 127 with a scale for each channel; use --set output=per-channel")
    }
    let largest = max(shape.rows, shape.depth, shape.columns)
    guard largest < 1 << engine.sizeWidth else {
      throw .impossibleWorkload(
        "the product \(shape.rows)×\(shape.depth)×\(shape.columns) does not fit into sizes of \(engine.sizeWidth) bits; "
          + "use --set sizeWidth=\(Int.bitWidth - largest.leadingZeroBitCount)")
    }
  }

  private func requireAccumulators(for sums: MatrixMultiplication.Result) throws(CatalogError) {
    guard sums.overflows > 0, !allowsOverflow else { return }
    throw .impossibleWorkload(
      "\(sums.overflows) of \(sums.sums.elements.count) sums do not fit into accumulators of "
        + "\(engine.arithmetic.accumulatorWidth) bits and would wrap; use --set accumulatorWidth=\(sums.sumWidth) or more, or "
        + "--allow-overflow to see what wrapping does to the layer")
  }
}
