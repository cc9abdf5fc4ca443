import Machines
import TRON
import Tools
import XFormer

/// Layers and an input, and what they are in integers and in binary32.
struct TRONWork {
  var layers: [TRONLayer] = []
  var input: [[Int32]]
  /// The output of the integer transformer.
  var exact: [[Int32]]
  /// What they are in binary32; nil for random layers.
  var reference: LayerReference?
  /// Whether a token sees those before it and itself alone.
  var isCausal: Bool
  var title: String

  init(_ command: RunTRONCommand, _ sizes: TRONSizes) throws {
    let encoder: [XFormerLayer]
    if command.isRandom {
      // A decoder as GPT-2 is one: each part normalises what it reads.
      isCausal = command.model == "random-decoder"
      let features = 16
      encoder = XFormerLayer.random(
        layers: command.layers, features: features, heads: 2, inner: 2 * features, normalizesInputs: isCausal)
      input = XFormerLayer.randomInput(tokens: command.tokens ?? 4, features: features)
      title = "random \(isCausal ? "decoder " : "")layer(s) of \(features) features, \(input.count) tokens"
    } else {
      let samples = try LayerSamples(command.model, text: command.text, command.images)
      // Exponents have 6 fraction bits, as those of the softmax here.
      let quantized = try LayerReference.quantized(
        samples, calibration: command.calibration, layers: command.layers, for: .layer, name: command.model)
      isCausal = quantized.isCausal
      (encoder, input) = (quantized.reference.encoder.layers, quantized.inputs[0])
      reference = quantized.reference
      title = "\(command.model), \(command.layers) layer(s), \(samples.title)"
    }
    exact = input
    for layer in encoder {
      if Ending.isRequested { throw MachineError.cancelled }
      let next = try TRONLayer(layer, measuredOn: exact)
      layers.append(next)
      exact = next(exact, path: sizes.scorePath, isCausal: isCausal).wide
    }
  }
}
