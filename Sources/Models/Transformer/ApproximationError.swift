import Foundation
import Golden

/// How far numbers are from the reference that they approximate.
public struct ApproximationError: Hashable, Sendable, CustomStringConvertible {
  /// The cosine of the angle between the two, taken as vectors; 1 when both are zero.
  public let cosine: Double
  /// The greatest absolute difference.
  public let maximum: Double
  /// 10 · log10(energy of the reference / energy of the difference), in decibels; infinite when there is no difference.
  public let signalToNoise: Double

  /// Compares two lists of the same length.
  public init(of values: [Float], reference: [Float]) {
    precondition(values.count == reference.count, "\(values.count) values compared with \(reference.count)")
    var (product, values2, reference2, noise, maximum) = (0.0, 0.0, 0.0, 0.0, 0.0)
    for (value, reference) in zip(values, reference) {
      let (value, reference) = (Double(value), Double(reference))
      product += value * reference
      values2 += value * value
      reference2 += reference * reference
      noise += (value - reference) * (value - reference)
      maximum = max(maximum, abs(value - reference))
    }
    let length = (values2 * reference2).squareRoot()
    cosine = length > 0 ? product / length : (values2 == reference2 ? 1 : 0)
    self.maximum = maximum
    signalToNoise = 10 * log10(reference2 / noise)
  }

  /// Compares two matrices of the same shape.
  public init(of values: Matrix<Float>, reference: Matrix<Float>) {
    self.init(of: values.elements, reference: reference.elements)
  }

  /// The three figures.
  public var description: String {
    "cosine \(String(format: "%.6f", cosine)), greatest error \(String(format: "%.4g", maximum)), signal to noise "
      + "\(String(format: "%.1f", signalToNoise)) dB"
  }
}
