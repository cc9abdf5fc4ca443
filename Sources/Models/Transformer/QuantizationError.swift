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
  /// An activation is infinite or not a number, although all weights are finite.
  case activation(layer: Int, site: ActivationSite, row: Int, column: Int, value: String)
  /// A feature of a site has a factor that bfloat16 cannot hold.
  case factor(layer: Int, site: ActivationSite, feature: Int, factor: Double)
  /// A weight or a bias that leads to a site is infinite, not a number, or becomes so by migration.
  case weight(layer: Int, site: ActivationSite, channel: Int)
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
    case .activation(let layer, let site, let row, let column, let value):
      "layer \(layer), site \(site.rawValue): the activation is \(value) at [\(row), \(column)]: the weights are so large that "
        + "binary32 overflows; check that the checkpoint is the model's own"
    case .factor(let layer, let site, let feature, let factor):
      "layer \(layer), site \(site.rawValue), feature \(feature): the factor \(factor) is beyond bfloat16: activations or "
        + "weights are too small or too large for int8; check that the checkpoint is the model's own"
    case .weight(let layer, let site, let channel):
      "layer \(layer), site \(site.rawValue), channel \(channel): a weight or bias is beyond binary32 once activations are "
        + "scaled; check that the checkpoint is the model's own"
    case .inputs(let inputs):
      "a layer of \(inputs) inputs may overflow an int32 accumulator: at most \(Quantizer.maximumInputs) are supported"
    case .scale(let layer, let site, let channel, let error):
      "layer \(layer), site \(site.rawValue), channel \(channel): \(error)"
    case .requantization(let error): "\(error)"
    case .product(let error): "\(error)"
    }
  }
}
