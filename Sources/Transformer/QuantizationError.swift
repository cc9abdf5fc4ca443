import Golden
import NumberFormats

/// Why an encoder cannot be quantised.
public enum QuantizationError: Error, Hashable, CustomStringConvertible {
  /// There is no calibration text.
  case noTexts
  /// A calibration text cannot be encoded.
  case tokenizer(TokenizerError)
  /// A calibration text cannot be run.
  case model(EncoderModelError)
  /// The strength of migration is not 0 to 1.
  case migrationStrength(Double)
  /// The calibration is of another number of layers.
  case layers(calibration: Int, model: Int)
  /// The calibration is of another width.
  case features(layer: Int, site: ActivationSite, calibration: Int, model: Int)
  /// An activation, a weight or a scale at a site is infinite, not a number, or beyond bfloat16.
  case notFinite(layer: Int, site: ActivationSite)
  /// A layer has too many inputs for an int32 accumulator.
  case inputs(Int)
  /// A channel's factor has no requantisation scale.
  case scale(layer: Int, site: ActivationSite, channel: Int, RequantizationScaleError)
  /// The requantisation cannot be made.
  case requantization(RequantizationError)
  /// The integer product cannot be made.
  case product(MatrixMultiplicationError)

  /// What is wrong, with the values.
  public var description: String {
    switch self {
    case .noTexts: "no calibration text was given: give 32 or more"
    case .tokenizer(let error): "\(error)"
    case .model(let error): "\(error)"
    case .migrationStrength(let strength): "the strength of migration is 0 to 1, not \(strength)"
    case .layers(let calibration, let model):
      "the calibration has \(calibration) layers, the model \(model): calibrate this model"
    case .features(let layer, let site, let calibration, let model):
      "layer \(layer), site \(site.rawValue): the calibration has \(calibration) features, the model \(model)"
    case .notFinite(let layer, let site):
      "layer \(layer), site \(site.rawValue): a value is infinite, not a number, or beyond bfloat16: the weights are bad"
    case .inputs(let inputs):
      "a layer of \(inputs) inputs may overflow an int32 accumulator: at most \(Quantizer.maximumInputs) are supported"
    case .scale(let layer, let site, let channel, let error):
      "layer \(layer), site \(site.rawValue), channel \(channel): \(error)"
    case .requantization(let error): "\(error)"
    case .product(let error): "\(error)"
    }
  }
}
