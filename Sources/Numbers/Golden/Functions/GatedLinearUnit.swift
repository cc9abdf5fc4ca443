import NumberFormats

/// An activation, and its product with a gate: SwiGLU with SiLU, GeGLU with GELU, ReGLU with ReLU, GLU with the sigmoid.
///
///     y = f(a)          rounded once
///     y = f(a) · b      f(a) rounded, then the product: two roundings, as two operations of a graph have them
///
/// With P significant bits of the format each rounding of a normal number is off by 2^−P of it at most, so that a gated result
/// is within 2^(1−P) + 2^(−2P) of f(a) · b, relative to that: 2^−7 and a little in bfloat16, while f(a) and the result are normal
/// numbers. Zeros, infinities and NaN are those of ``UnaryFunction`` and of the multiplication: an infinity times 0 is NaN.
public struct GatedLinearUnit: Hashable, Sendable {
  /// f.
  public let activation: UnaryFunction

  /// Makes the function of an activation.
  public init(_ activation: UnaryFunction) { self.activation = activation }

  /// f(a), times b where there is a gate, as codes of a format.
  public func callAsFunction(_ a: UInt64, gate b: UInt64? = nil, in format: Minifloat) -> UInt64 {
    let activated = activation.code(for: format.value(of: a), in: format)
    return b.map { format.multiply(activated, $0) } ?? activated
  }

  /// f(a) · b of a row in bfloat16.
  ///
  /// - Precondition: As many gates as elements.
  public func callAsFunction(_ row: [BFloat16], gates: [BFloat16]) -> [BFloat16] {
    precondition(row.count == gates.count, "\(gates.count) gates for \(row.count) elements")
    return zip(row, gates).map { activation($0) * $1 }
  }
}
