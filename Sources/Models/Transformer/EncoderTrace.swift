import Golden

/// A place in an encoder layer where a matrix of activations stands.
///
/// The raw value is the symbol that the accuracy tables use.
public enum ActivationSite: String, Hashable, Sendable, CaseIterable {
  /// x: the layer's input, which query, key and value read. Tokens × hidden.
  case input = "x"
  /// q. Tokens × hidden, the heads side by side.
  case query = "q"
  /// k. Tokens × hidden.
  case key = "k"
  /// v. Tokens × hidden.
  case value = "v"
  /// p: the attention probabilities. (Heads · tokens) × tokens, one head below the other.
  case probabilities = "p"
  /// c: the input of the output projection. Tokens × hidden.
  case context = "c"
  /// o: the result of the output projection, before the residual addition. Tokens × hidden.
  case attentionOutput = "o"
  /// h: the input of the feed-forward part. Tokens × hidden.
  case feedForwardInput = "h"
  /// u: the result of the first feed-forward layer, before the activation function. Tokens × intermediate.
  case feedForwardSum = "u"
  /// g: the result of the activation function. Tokens × intermediate.
  case feedForwardHidden = "g"
  /// y: the result of the second feed-forward layer, before the residual addition. Tokens × hidden.
  case feedForwardOutput = "y"
}

/// All activations of one encoder layer for one sequence, in binary32.
public struct LayerTrace: Hashable, Sendable {
  /// The matrix of each site.
  public let activations: [ActivationSite: Matrix<Float>]
  /// The layer's result, the next layer's input. Tokens × hidden.
  public let output: Matrix<Float>

  /// The matrix of a site.
  public subscript(site: ActivationSite) -> Matrix<Float> {
    guard let matrix = activations[site] else { preconditionFailure("a layer trace holds every site") }
    return matrix
  }

  /// x: the layer's input. Tokens × hidden.
  public var input: Matrix<Float> { self[.input] }
  /// q. Tokens × hidden.
  public var query: Matrix<Float> { self[.query] }
}

extension LayerTrace {
  /// Refuses activations that are infinite or no number: what follows would be meaningless.
  package func requireFinite(layer: Int) throws(QuantizationError) {
    for site in ActivationSite.allCases {
      guard let place = self[site].elements.firstNotFinite else { continue }
      let (row, column) = place.quotientAndRemainder(dividingBy: self[site].columns)
      let value = self[site].elements[place]
      throw .activation(layer: layer, site: site, row: row, column: column, value: value.isNaN ? "nan" : "\(value)")
    }
  }
}

/// What the forward pass of a sequence gives.
public struct EncoderTrace: Hashable, Sendable {
  /// The sequence.
  public let tokens: TokenSequence
  /// The activations of each layer.
  public let layers: [LayerTrace]

  /// The last layer's result. Tokens × hidden.
  public var output: Matrix<Float> { layers[layers.count - 1].output }

  /// The sentence embedding: the mean of the rows that attention sees, scaled to length 1. Zero when it sees none.
  public var embedding: [Float] {
    var mean = [Double](repeating: 0, count: output.columns)
    for row in 0..<output.rows where tokens.attentionMask[row] {
      for (column, value) in output[row: row].enumerated() { mean[column] += Double(value) }
    }
    // The number of rows cancels in the scaling.
    let length = mean.reduce(0) { $0 + $1 * $1 }.squareRoot()
    return mean.map { length > 0 ? Float($0 / length) : 0 }
  }
}
