import Foundation
import Machines
import Models
import Transformer
import XFormer

/// Which layers of which model, and on what.
protocol EncoderRequest {
  var model: String { get }
  var text: String? { get }
  var tokens: Int { get }
  var layers: Int { get }
  /// How many sequences take turns.
  var sequences: Int { get }
}

extension EncoderRequest {
  var sequences: Int { 1 }
}

/// Layers and the sequences that pass them, and what they are in binary32.
struct XFormerWork {
  var layers: [XFormerLayer]
  var inputs: [[[Int32]]]
  /// What a code of the output stands for, and the outputs in binary32.
  var reference: (step: Double, rows: [[[Float]]])?
  var title: String

  init(_ command: some EncoderRequest, _ sizes: XFormerSizes) throws {
    guard command.layers >= 1 else { throw RequestError("--layers \(command.layers): give 1 or more") }
    if command.model == "random" {
      guard command.layers <= 64 else { throw RequestError("--layers \(command.layers): give 1 to 64") }
      let features = sizes.headFeatures * 2
      layers = XFormerLayer.random(
        layers: command.layers, features: features, heads: 2, inner: 2 * features,
        exponentFractionBits: sizes.exponentFractionBits)
      inputs = (0..<command.sequences).map {
        XFormerLayer.randomInput(tokens: command.tokens, features: features, seed: UInt64(1 + $0))
      }
      title = "random layer(s) of \(features) features, \(command.sequences) sequence(s) of \(command.tokens) tokens"
      return
    }
    let (model, sequence, text, calibration) = try Self.read(command)
    guard command.layers <= model.layers else {
      throw RequestError("--layers \(command.layers): the model has \(model.layers)")
    }
    let quantizer = try withProgress("measuring the ranges of \(command.model)") {
      try XFormerQuantizer(model, sequences: calibration)
    }
    let encoder = try quantizer.encoder(0..<command.layers, for: sizes)
    // Behind the text come those of the calibration.
    let sequences = [sequence] + calibration.filter { $0.ids != sequence.ids }.prefix(command.sequences - 1)
    guard sequences.count == command.sequences else {
      throw RequestError("--sequences \(command.sequences): there are \(sequences.count) texts")
    }
    let rows = try sequences.map { try quantizer.rows($0, layers: 0..<command.layers) }
    layers = encoder.layers
    inputs = rows.map { encoder.codes($0.input) }
    reference = (encoder.outputSteps[command.layers - 1], rows.map(\.output))
    let others = inputs.count > 1 ? " and \(inputs.count - 1) other text(s)" : ""
    title = "\(command.model), \(command.layers) layer(s), \(inputs[0].count) tokens: \(text)\(others)"
  }

  private static func read(
    _ command: some EncoderRequest
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
    let outputs = inputs.map { input in
      layers.reduce(input) { rows, layer in
        layer(rows, block: sizes.block, isCausal: isCausal, numbers: SoftmaxNumbers(sizes)).wide
      }
    }
    return outputs == self.outputs(run)
  }

  /// The output of the golden machine, of each sequence.
  func outputs(_ run: XFormerRun) -> [[[Int32]]] {
    let name = "layer.\(layers.count - 1).output.wide"
    return run.program.results.filter { $0.name == name || $0.name.hasSuffix("." + name) }.map { place in
      (0..<place.rows).map { row in
        (0..<place.columns).map { column in
          let start = place.address + row * place.stride + 2 * column
          return Int32(Int16(bitPattern: UInt16(run.golden.memory[start]) | UInt16(run.golden.memory[start + 1]) << 8))
        }
      }
    }
  }
}
