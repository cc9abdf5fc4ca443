import Golden
import Models
import NumberFormats

/// The function unit at the end of a lane.
public enum LaneFunction: Hashable, Sendable {
  /// The function's real value, rounded once.
  case rounded(UnaryFunction)
  /// x · s(1.702 x) with a sigmoid of two parabolas: s(u) = 1 − (1 − u/4)² / 2 for 0 ≤ u < 4, 1 from there on, and
  /// s(−u) = 1 − s(u). Within 0.0263 of GELU, which a test measures.
  case quadraticSigmoid

  /// The code of the function of a code.
  public func callAsFunction(_ x: Int32, in format: LaneFormat) -> Int32 {
    switch self {
    case .rounded(.relu): return max(x, 0)
    case .rounded(let function):
      guard
        let target = try? FixedPointFormat(
          integerBits: format.integerBits, fractionBits: format.fractionBits, isSigned: true)
      else { return 0 }
      let number = RealValue(Dyadic(Int64(x), exponent: -format.fractionBits))
      let code = function.code(for: number, in: target)
      return format.saturated(target.codes.integer(of: code))
    case .quadraticSigmoid:
      // 1.702 in steps of 2^−16; u in steps of 2^−16.
      let u = (Int64(x.magnitude) * 111_542).roundedShiftRight(by: format.fractionBits)
      let rest = max(262_144 - u, 0)
      // (1 − u/4)² / 2 in steps of 2^−37.
      let half = rest * rest
      let sigmoid = x >= 0 ? (1 << 37) - half : half
      let narrow = sigmoid.roundedShiftRight(by: 5)
      return format.saturated((Int64(x) * narrow).roundedShiftRight(by: 32))
    }
  }

  /// The function of a node of a graph.
  init?(_ activation: Models.GraphOperation.Activation) {
    switch activation {
    case .gelu: self = .rounded(.gelu)
    case .geluTanh: self = .rounded(.geluTanh)
    case .relu: self = .rounded(.relu)
    case .silu: self = .rounded(.silu)
    case .quickGelu: self = .quadraticSigmoid
    case .tanh: self = .rounded(.tanh)
    }
  }
}
