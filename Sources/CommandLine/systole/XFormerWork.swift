import Machines
import Models
import XFormer

/// Which layers of which model, and on what.
protocol EncoderRequest {
  var model: String { get }
  var text: String? { get }
  var images: ImageOptions { get }
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
  /// What they are in binary32; nil for random layers.
  var reference: LayerReference?
  /// Whether a token of the model sees those before it and itself alone.
  var isCausal = false
  var title: String

  init(_ command: some EncoderRequest, _ sizes: XFormerSizes) throws {
    guard command.layers >= 1 else { throw RequestError("--layers \(command.layers): give 1 or more") }
    guard
      !["random", "random-decoder", "bert-tiny-shape"].contains(command.model)
        || command.text == nil && command.images.image == nil && command.images.first == nil
    else { throw RequestError("--model \(command.model) reads no --text, --image or --first: give --tokens") }
    if ["random", "random-decoder"].contains(command.model) {
      guard command.layers <= 64 else { throw RequestError("--layers \(command.layers): give 1 to 64") }
      // A decoder as GPT-2 is one: each part normalises what it reads.
      isCausal = command.model == "random-decoder"
      let features = sizes.headFeatures * 2
      layers = XFormerLayer.random(
        layers: command.layers, features: features, heads: 2, inner: 2 * features,
        exponentFractionBits: sizes.exponentFractionBits, normalizesInputs: isCausal)
      inputs = (0..<command.sequences).map {
        XFormerLayer.randomInput(tokens: command.tokens, features: features, seed: UInt64(1 + $0))
      }
      title =
        "random \(isCausal ? "decoder " : "")layer(s) of \(features) features, \(command.sequences) sequence(s) of "
        + "\(command.tokens) tokens"
      return
    }
    let samples =
      command.model == "bert-tiny-shape"
      ? LayerSamples(
        try TransformerModel.randomBERT(hidden: 128, layers: 2, heads: 2, feedForward: 512), tokens: command.tokens,
        count: command.sequences)
      : try LayerSamples(command.model, text: command.text, command.images, count: command.sequences)
    let quantized = try LayerReference.quantized(samples, layers: command.layers, for: sizes, name: command.model)
    (layers, inputs) = (quantized.reference.encoder.layers, quantized.inputs)
    (reference, isCausal) = (quantized.reference, quantized.isCausal)
    title = "\(command.model), \(command.layers) layer(s), \(samples.title)"
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

  /// The output of the golden machine, of each sequence: of 16 bits, or `output` with 8.
  func outputs(_ run: XFormerRun, _ name: String = "output.wide") -> [[[Int32]]] {
    let name = "layer.\(layers.count - 1).\(name)"
    return run.program.results.filter { $0.name == name || $0.name.hasSuffix("." + name) }.map {
      $0.numbers(in: run.golden.memory)
    }
  }
}
