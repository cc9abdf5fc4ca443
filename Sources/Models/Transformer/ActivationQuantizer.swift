import Foundation
import Golden
import NumberFormats

/// How the activations of a site become int8 codes, features scaled one by one.
///
/// Feature j of an activation x stands for the code `clamp(rne(x_j · factor_j), −127…127)`, rounded once from the exact
/// product; a code q stands for the real number q / factor_j.
///
/// With the migration f_j and the scale s, factor_j is 1 / (f_j · s). At x, h and g the hardware holds it in bfloat16 and
/// receives bfloat16 activations: so `factors` are bfloat16 numbers, and ``codes(_:)`` rounds x to bfloat16 first. At c the
/// factor is folded into the requantiser that produces c: there `factors` are binary32, and x is not rounded.
/// `migration` always is the f_j that the held factor stands for, 1 / (factor_j · s), so that no error is left in it.
public struct ActivationQuantizer: Hashable, Sendable {
  /// The site.
  public let site: ActivationSite
  /// s: the real number that a code step stands for, before migration is undone.
  public let scale: Double
  /// f_j, with the geometric mean 1 before the factors were rounded.
  public let migration: [Double]
  /// 1 / (f_j · s) as it is held.
  public let factors: [Float]
  /// Whether factors and activations are bfloat16.
  public let isBFloat16: Bool

  /// A factor that the hardware's format cannot hold.
  struct FactorError: Error {
    var feature: Int
    var factor: Double
  }

  /// - Parameters:
  ///   - activationMaxima: a_j, the range of each feature in calibration.
  ///   - weightMaxima: w_j, the greatest weight of all channels that read the feature.
  ///   - strength: α of SmoothQuant.
  /// - Throws: ``FactorError`` when a factor is beyond bfloat16.
  init(
    site: ActivationSite, activationMaxima: [Float], weightMaxima: [Float], strength: Double
  ) throws(FactorError) {
    self.site = site
    isBFloat16 = site != .context
    let nominal = Self.migration(activationMaxima, weightMaxima, strength: strength)
    let range = zip(activationMaxima, nominal).map { Double($0) / $1 }.max() ?? 0
    let scale = (range > 0 ? range : 1) / 127
    let isBFloat16 = isBFloat16
    let factors = nominal.map { f in
      let factor = 1 / (f * scale)
      return isBFloat16 ? BFloat16(factor).floatValue : Float(factor)
    }
    if let feature = factors.firstIndex(where: { !$0.isNormal }) {
      throw FactorError(feature: feature, factor: 1 / (nominal[feature] * scale))
    }
    self.scale = scale
    self.factors = factors
    migration = factors.map { 1 / (Double($0) * scale) }
  }

  /// f_j = a_j^α / w_j^(1 − α), scaled to the geometric mean 1.
  ///
  /// A feature that calibration never moved, or that no weight reads, counts as 10^−5 of the largest: f stays finite.
  /// Source: G. Xiao et al., SmoothQuant, ICML 2023, equation 4.
  package static func migration(_ activationMaxima: [Float], _ weightMaxima: [Float], strength: Double) -> [Double] {
    func logarithms(_ maxima: [Float]) -> [Double] {
      let largest = Double(maxima.max() ?? 0)
      guard largest > 0 else { return maxima.map { _ in 0 } }
      return maxima.map { log(max(Double($0), largest * 1e-5)) }
    }
    let exponents = zip(logarithms(activationMaxima), logarithms(weightMaxima)).map { activation, weight in
      strength * activation - (1 - strength) * weight
    }
    let mean = exponents.reduce(0, +) / Double(max(exponents.count, 1))
    return exponents.map { exp($0 - mean) }
  }

  /// The codes of activations, tokens × features.
  public func codes(_ activations: Matrix<Float>) -> Matrix<Int8> {
    precondition(activations.columns == factors.count, "\(factors.count) features, not \(activations.columns)")
    var codes = Matrix<Int8>(rows: activations.rows, columns: activations.columns, repeating: 0)
    let columns = activations.columns
    for (index, value) in activations.elements.enumerated() {
      // The product of two binary32 numbers is exact in binary64.
      let received = isBFloat16 ? BFloat16(Double(value)).floatValue : value
      let product = Double(received) * Double(factors[index % columns])
      codes.elements[index] = Int8(min(max(IntegerFormat.int8.code(nearestTo: product), -127), 127))
    }
    return codes
  }

  /// The real numbers that codes stand for.
  public func values(_ codes: Matrix<Int8>) -> Matrix<Float> {
    precondition(codes.columns == factors.count, "\(factors.count) features, not \(codes.columns)")
    var values = Matrix<Float>(rows: codes.rows, columns: codes.columns, repeating: 0)
    for (index, code) in codes.elements.enumerated() {
      values.elements[index] = Float(Double(code) * scale * migration[index % codes.columns])
    }
    return values
  }
}
