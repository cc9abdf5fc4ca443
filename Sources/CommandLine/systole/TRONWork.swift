import Machines
import Models
import TRON
import Tools
import Transformer
import XFormer

/// Layers and an input, and what they are in integers and in binary32.
struct TRONWork {
  var layers: [TRONLayer] = []
  var input: [[Int32]]
  /// The output of the integer transformer.
  var exact: [[Int32]]
  /// What a code of the output stands for, and the output in binary32.
  var reference: (step: Double, rows: [[Float]])?
  var title: String

  init(_ command: RunTRONCommand, _ sizes: TRONSizes) throws {
    let encoder: [XFormerLayer]
    if command.model == "random" {
      let features = 16
      encoder = XFormerLayer.random(layers: command.layers, features: features, heads: 2, inner: 2 * features)
      input = XFormerLayer.randomInput(tokens: command.tokens ?? 4, features: features)
      title = "random layer(s) of \(features) features, \(input.count) tokens"
    } else {
      let folder = try ModelFolder.named(command.model)
      let model = try TransformerModel(directory: folder)
      guard command.layers <= model.layers else {
        throw RequestError("--layers \(command.layers): the model has \(model.layers)")
      }
      let reader = try ModelText(directory: folder, family: model.family)
      let text = command.text ?? reader.example
      let sequence = try reader.tokens(of: text)
      let quantizer = try withProgress("measuring the ranges of \(command.model)") {
        try XFormerQuantizer(
          model, sequences: Array(reader.calibration(of: model).prefix(command.calibration ?? .max)),
          isCancelled: { Ending.isRequested })
      }
      // Exponents have 6 fraction bits, as those of the softmax here.
      let quantized = try quantizer.encoder(0..<command.layers, for: .layer)
      let rows = try quantizer.rows(sequence, layers: 0..<command.layers)
      (encoder, input) = (quantized.layers, quantized.codes(rows.input))
      reference = (quantized.outputSteps[command.layers - 1], rows.output)
      title = "\(command.model), \(command.layers) layer(s), \(input.count) tokens: \(text)"
    }
    exact = input
    for layer in encoder {
      if Ending.isRequested { throw MachineError.cancelled }
      let next = try TRONLayer(layer, measuredOn: exact)
      layers.append(next)
      exact = next(exact, path: sizes.scorePath).wide
    }
  }
}
