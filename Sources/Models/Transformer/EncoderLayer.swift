import Foundation
import Golden

/// A fully connected layer: y = x · W + b.
public struct Linear: Hashable, Sendable {
  /// W, K × N: a row for each input feature, a column for each output channel.
  public let weights: Matrix<Float>
  /// b, N values.
  public let bias: [Float]

  /// y for a matrix of tokens × K, in binary32.
  public func callAsFunction(_ input: Matrix<Float>) -> Matrix<Float> {
    precondition(input.columns == weights.rows, "a linear layer of \(weights.rows) inputs got \(input.columns)")
    let columns = weights.columns
    var result = Matrix<Float>(rows: input.rows, columns: columns, repeating: 0)
    input.elements.withUnsafeBufferPointer { input in
      weights.elements.withUnsafeBufferPointer { weights in
        result.elements.withUnsafeMutableBufferPointer { result in
          guard let x = input.baseAddress, let w = weights.baseAddress, let y = result.baseAddress else { return }
          for row in 0..<result.count / columns {
            for column in 0..<columns { y[row &* columns &+ column] = bias[column] }
          }
          FloatKernels.accumulateProduct(
            x, stride: self.weights.rows, w, stride: columns, into: y, stride: columns, rows: result.count / columns,
            inner: self.weights.rows, columns: columns)
        }
      }
    }
    return result
  }
}

/// Layer normalisation over the features of a token: (x − mean) / √(variance + ε) · scale + shift.
public struct LayerNorm: Hashable, Sendable {
  /// The factor of each feature.
  public let scale: [Float]
  /// What is added to each feature.
  public let shift: [Float]
  /// ε.
  public let epsilon: Double

  /// The normalised rows. Mean and variance are summed in binary64, the variance in a second pass.
  public func callAsFunction(_ input: Matrix<Float>) -> Matrix<Float> {
    var result = input
    let columns = input.columns
    result.elements.withUnsafeMutableBufferPointer { elements in
      scale.withUnsafeBufferPointer { scale in
        shift.withUnsafeBufferPointer { shift in
          for row in 0..<elements.count / max(columns, 1) {
            let values = UnsafeMutableBufferPointer(rebasing: elements[row * columns..<(row + 1) * columns])
            var sum = 0.0
            for index in 0..<columns { sum += Double(values[index]) }
            let mean = sum / Double(columns)
            var squares = 0.0
            for index in 0..<columns {
              let distance = Double(values[index]) - mean
              squares += distance * distance
            }
            let factor = 1 / (squares / Double(columns) + epsilon).squareRoot()
            for index in 0..<columns {
              values[index] = Float((Double(values[index]) - mean) * factor) * scale[index] + shift[index]
            }
          }
        }
      }
    }
    return result
  }
}

/// The parameters of one encoder layer.
public struct EncoderLayer: Hashable, Sendable {
  /// Projections of the layer's input.
  public let query, key, value: Linear
  /// The projection of the attention context.
  public let attentionOutput: Linear
  /// Normalises the sum of input and attention output.
  public let attentionNorm: LayerNorm
  /// Hidden to intermediate size.
  public let feedForward1: Linear
  /// Intermediate to hidden size.
  public let feedForward2: Linear
  /// Normalises the sum of the feed-forward part's input and output.
  public let outputNorm: LayerNorm
}

extension LayerNorm {
  /// The same, as part of a model.
  ///
  /// - Throws: ``EncoderModelError/variance(layer:token:)`` where a variance of zero makes a row no number.
  func normalized(_ input: Matrix<Float>, layer: Int?) throws(EncoderModelError) -> Matrix<Float> {
    if epsilon == 0 {
      for row in 0..<input.rows {
        let values = input[row: row]
        guard let first = values.first, first.isFinite, values.allSatisfy({ $0 == first }) else { continue }
        throw .variance(layer: layer, token: row)
      }
    }
    return self(input)
  }
}

extension EncoderConfiguration.Activation {
  /// The function in binary32.
  func callAsFunction(_ value: Float) -> Float {
    switch self {
    case .gelu: 0.5 * value * (1 + erf(value * Float(0.5).squareRoot()))
    case .geluTanh: 0.5 * value * (1 + tanh(0.7978845608 * (value + 0.044715 * value * value * value)))
    case .relu: max(value, 0)
    }
  }
}
