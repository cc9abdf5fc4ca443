import Foundation
import Machines
import Models
import Tools
import Transformer
import XFormer

/// What the layers that ran are in binary32, and what stands behind them.
struct LayerReference {
  let samples: LayerSamples
  let encoder: XFormerQuantizer.Encoder
  /// The residual stream that the layers give, of each sample.
  let rows: [[[Float]]]

  /// The integer layers of a model, their inputs, and the reference.
  ///
  /// - Parameter sizes: what the scales are for.
  static func quantized(
    _ samples: LayerSamples, calibration: Int? = nil, layers: Int, for sizes: XFormerSizes, name: String
  ) throws -> (reference: LayerReference, inputs: [[[Int32]]], isCausal: Bool) {
    guard layers >= 1, layers <= samples.model.layers else {
      throw RequestError("--layers \(layers): the model has 1 to \(samples.model.layers)")
    }
    let quantizer = try withProgress("measuring the ranges of \(name)") {
      try XFormerQuantizer(
        samples.model, samples: Array(samples.calibration.prefix(calibration ?? .max)),
        isCancelled: { Ending.isRequested })
    }
    let encoder = try quantizer.encoder(0..<layers, for: sizes)
    let rows = try samples.own.map { try quantizer.rows($0, layers: 0..<layers) }
    let reference = LayerReference(samples: samples, encoder: encoder, rows: rows.map(\.output))
    return (reference, rows.map { encoder.codes($0.input) }, try quantizer.isCausal())
  }
}

/// How near layers are to binary32, in what fits the model.
struct LayerAccuracy: Encodable {
  /// Over the residual stream behind the last layer that ran.
  var cosine, signalToNoise: Double
  /// Where all layers ran: the cosine of the mean of the rows, of length 1, of a text.
  var embeddingCosine: Double?
  /// Where all layers ran: the likeliest class of each image, in binary32 too, and as its file says.
  var classes, referenceClasses, labels: [Int]?
  /// Where all layers ran: the likeliest next token of each text, in binary32 too.
  var nextTokens, referenceNextTokens: [Int]?

  /// - Parameters:
  ///   - wide: codes of 16 bits behind the last layer, of each sample.
  ///   - narrow: those of 8 bits.
  init(_ reference: LayerReference, wide: [[[Int32]]], narrow: [[[Int32]]]) throws {
    let (encoder, model) = (reference.encoder, reference.samples.model)
    let step = encoder.outputSteps[encoder.layers.count - 1]
    let error = ApproximationError(
      of: wide.flatMap(\.self).flatMap { $0.map { Float(Double($0) * step) } },
      reference: reference.rows.flatMap(\.self).flatMap(\.self))
    (cosine, signalToNoise) = (error.cosine, error.signalToNoise)
    guard encoder.layers.count == model.layers else { return }
    var own: [[String: TensorValue]] = []
    var real: [[String: TensorValue]] = []
    for (index, sample) in reference.samples.own.enumerated() {
      own.append(try model.results(ofHidden: encoder.hidden(wide: wide[index], narrow: narrow[index])))
      switch sample {
      case .tokens(let sequence):
        real.append(
          try Interpreter(model.graph(tokens: sequence.count), parameters: model.parameters)(
            model.inputs(for: sequence)))
      case .image(let image):
        real.append(try Interpreter(model.graph(), parameters: model.parameters)(model.inputs(forImage: image)))
      }
    }
    func numbers(_ all: [[String: TensorValue]], _ name: String) -> [Int]? {
      let found = all.compactMap { $0[name]?.index?.elements.first.map { Int($0) } }
      return found.count == all.count ? found : nil
    }
    (classes, referenceClasses) = (numbers(own, "class"), numbers(real, "class"))
    (nextTokens, referenceNextTokens) = (numbers(own, "next"), numbers(real, "next"))
    labels = classes == nil ? nil : reference.samples.labels
    let embeddings = zip(own, real).compactMap { own, real -> Double? in
      guard let own = own["embedding"]?.real, let real = real["embedding"]?.real else { return nil }
      return ApproximationError(of: own.elements, reference: real.elements).cosine
    }
    embeddingCosine = embeddings.min()
  }

  /// Prints it, as the last lines of a run.
  func show(_ names: [Int: String]) {
    print(
      "against fp32   cosine \(String(format: "%.5f", cosine)), signal to noise "
        + "\(String(format: "%.1f", signalToNoise)) dB over the output of the last layer that ran")
    if let embeddingCosine {
      print("embedding      cosine \(String(format: "%.5f", embeddingCosine)) with that of binary32")
    }
    func list(_ numbers: [Int], _ names: [Int: String] = [:]) -> String {
      numbers.map { number in names[number].map { "\(number) (\(TerminalText.line($0)))" } ?? "\(number)" }
        .joined(separator: ", ")
    }
    if let classes, let referenceClasses {
      let labelled = labels.map { "; labelled \(list($0, names))" } ?? ""
      print("class          \(list(classes, names)); in binary32 \(list(referenceClasses, names))\(labelled)")
    }
    if let nextTokens, let referenceNextTokens {
      print("next token     \(list(nextTokens)); in binary32 \(list(referenceNextTokens))")
    }
  }
}
