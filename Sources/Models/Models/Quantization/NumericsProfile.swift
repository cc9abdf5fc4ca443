/// How a model is computed in integers and bfloat16: what the machine is, as far as numbers see it.
///
/// All matrix products of a layer, attention included, take codes of 8 bits and sum them in int32. Softmax, norms,
/// activations and residual additions take and give bfloat16, computed as ``functions`` says. What stands outside the layers
/// (embeddings, heads, pooler) has weights and activations in bfloat16 and sums in binary64; with
/// ``Functions/bfloat16Steps`` a projection of the embeddings has fused products in bfloat16.
public struct NumericsProfile: Hashable, Sendable {
  /// α of SmoothQuant: how much of the activations' range moves into the weights; 0 to 1.
  public var migrationStrength: Double
  /// Codes 0 to 255 with a zero point behind GELU and ReLU, instead of −127 to 127.
  public var usesUnsignedActivations: Bool
  /// e^(x − maximum) is quantised to 0 to 127 and the context multiplied by the reciprocal of the row's sum, instead of
  /// quantised probabilities.
  public var defersDivision: Bool
  /// How softmax, norms and activations are computed.
  public var functions: Functions

  /// How functions of real numbers are computed.
  public enum Functions: Hashable, Sendable {
    /// Rounded once from the exact result; sums in binary64.
    case roundedOnce
    /// By additions, products and fused products in bfloat16, each rounded, as a machine without units for functions does:
    /// e^x by a polynomial of degree 5, 1/x and 1/√x by two steps of Newton's iteration, GELU in its form with tanh, sums
    /// of neighbours pair by pair.
    case bfloat16Steps
  }

  /// Makes a profile; the defaults are the recipe with the best accuracy.
  public init(
    migrationStrength: Double = 0.8, usesUnsignedActivations: Bool = true, defersDivision: Bool = true,
    functions: Functions = .roundedOnce
  ) {
    self.migrationStrength = migrationStrength
    self.usesUnsignedActivations = usesUnsignedActivations
    self.defersDivision = defersDivision
    self.functions = functions
  }
}

/// Why a model cannot be quantised, or its quantised form not be run.
public enum ModelQuantizationError: Error, Hashable, CustomStringConvertible {
  /// The model is refused.
  case model(ModelError)
  /// There is nothing to calibrate on.
  case noSequences
  /// α is not 0 to 1.
  case migrationStrength(Double)
  /// An activation is infinite or not a number.
  case activation(Graph.Site, value: Float)
  /// The ranges are of another model.
  case ranges(Graph.Site)
  /// A sum is so long that it may not fit.
  case inputs(node: String, Int)
  /// A weight or a scale of an output cannot be held.
  case channel(node: String, Int, Double)

  /// What is wrong, and what to do.
  public var description: String {
    switch self {
    case .model(let error): "\(error)"
    case .noSequences: "calibration needs a sequence at least: give 32 or more of the kind that the model will see"
    case .migrationStrength(let strength): "a migration strength is 0 to 1, not \(strength)"
    case .activation(let site, let value):
      "calibration found \(value) at \(site): check the model with the sequence that gave it"
    case .ranges(let site): "calibration has no range for \(site): calibrate on this model"
    case .inputs(let node, let count):
      "node \"\(node)\" sums \(count) products, more than the \(QuantizedModel.maximumInputs) that fit 29 bits"
    case .channel(let node, let channel, let scale):
      "output \(channel) of node \"\(node)\" would have the scale \(scale), which bfloat16 or the requantiser cannot hold: "
        + "check its weights"
    }
  }
}
