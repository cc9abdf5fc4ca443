import Foundation
import Golden
import NumberFormats

/// A fully connected layer in int8: what a matrix engine with a requantiser runs.
///
/// With input codes X (tokens × K) and weights W (K × N):
///
///     acc(t, n)    = Σ_k X(t, k) · W(k, n)                     int32
///     code(t, n)   = requantization of acc, column n           int8, −127 to 127; the bias is added first
///     real(t, n)   = code(t, n) · outputScale
///
/// or, where the next unit takes bfloat16, real(t, n) = (acc + bias_n) · accumulatorScale_n.
public struct QuantizedLinear: Hashable, Sendable {
  /// How real activations become X.
  public let input: ActivationQuantizer
  /// W, K × N, symmetric int8 for each output channel: column n holds rne(w(k, n) · f_k / weightScale_n), −127 to 127.
  public let weights: Matrix<Int8>
  /// The real number that a weight step stands for in each channel: the greatest |w · f| of the channel / 127, more only
  /// where bias or requantisation would else not fit.
  public let weightScales: [Double]
  /// The site of the result.
  public let outputSite: ActivationSite
  /// The real number that an output step stands for: the greatest value in calibration / 127.
  public let outputScale: Double
  /// Bias and scale for each channel: the factor of channel n is input.scale · weightScale_n / outputScale.
  public let requantization: Requantization
  /// The integer product, int8 × int8 in int32.
  public let multiplication: MatrixMultiplication

  /// One bias for each channel, rne(b / (weightScale_n · input.scale)).
  public var bias: [Int32] { requantization.bias }
  /// One scale for each channel.
  public var requantizationScales: [RequantizationScale] { requantization.scales }
  /// The real number that an accumulator step stands for in each channel: input.scale · weightScale_n.
  public var accumulatorScales: [Double] { weightScales.map { $0 * input.scale } }

  /// What the golden model gives for input codes.
  public struct Result: Hashable, Sendable {
    /// The accumulators, without bias. Tokens × N.
    public let accumulators: Matrix<Int64>
    /// The codes. Tokens × N.
    public let codes: Matrix<Int8>
  }

  /// Runs the golden model on input codes, tokens × K.
  ///
  /// Accumulators fit int32: K is checked when the layer is made.
  public func callAsFunction(_ codes: Matrix<Int8>) throws(QuantizedLinearError) -> Result {
    let accumulators: Matrix<Int64>
    do throws(MatrixMultiplicationError) {
      accumulators = try multiplication(codes, weights).sums
    } catch { throw .multiplication(error) }
    do throws(RequantizationError) {
      let outputs = try requantization(accumulators)
      return Result(accumulators: accumulators, codes: outputs.map { Int8(truncatingIfNeeded: $0) })
    } catch { throw .requantization(error) }
  }

  /// The layer cut to its first inputs and outputs.
  package func corner(inputs: Int, outputs: Int) -> QuantizedLinear {
    var part = Matrix<Int8>(rows: inputs, columns: outputs, repeating: 0)
    for row in 0..<inputs { for column in 0..<outputs { part[row, column] = weights[row, column] } }
    let cut = try? Requantization(
      scales: Array(requantization.scales.prefix(outputs)), bias: Array(requantization.bias.prefix(outputs)),
      range: requantization.range, zeroPoint: requantization.zeroPoint)
    guard let cut else { preconditionFailure("a part of a layer is one") }
    return QuantizedLinear(
      input: input, weights: part, weightScales: Array(weightScales.prefix(outputs)), outputSite: outputSite,
      outputScale: outputScale, requantization: cut, multiplication: multiplication)
  }

  /// The real numbers that output codes stand for.
  public func values(_ codes: Matrix<Int8>) -> Matrix<Float> { codes.map { Float(Double($0) * outputScale) } }

  /// The real numbers that accumulators stand for, bias added: what goes on in bfloat16, before it is rounded.
  public func values(accumulators: Matrix<Int64>) -> Matrix<Float> {
    let scales = accumulatorScales
    var values = Matrix<Float>(rows: accumulators.rows, columns: accumulators.columns, repeating: 0)
    for (index, sum) in accumulators.elements.enumerated() {
      let column = index % accumulators.columns
      values.elements[index] = Float(Double(sum + Int64(bias[column])) * scales[column])
    }
    return values
  }
}

/// Why codes cannot be run through a layer.
public enum QuantizedLinearError: Error, Hashable, CustomStringConvertible {
  /// The product is refused.
  case multiplication(MatrixMultiplicationError)
  /// The requantisation is refused.
  case requantization(RequantizationError)

  /// What is wrong, with the values.
  public var description: String {
    switch self {
    case .multiplication(let error): "\(error)"
    case .requantization(let error): "\(error)"
    }
  }
}
