import Foundation
import NumberFormats

/// Rotary position embedding of bfloat16 vectors: pairs of features turned by an angle that grows with the position.
///
///     θ_i = base^(−2i / d),  i = 0 … d/2 − 1
///     c, s = cos(p · θ_i), sin(p · θ_i)       each rounded to bfloat16 from the real value
///     x' = x · c − y · s                      exact, rounded once
///     y' = x · s + y · c                      exact, rounded once
///
/// Source: J. Su et al., RoFormer, 2021, equation 34.
public struct RotaryEmbedding: Hashable, Sendable {
  /// Which features make pair i of d.
  public enum Pairing: Hashable, Sendable {
    /// 2i and 2i + 1: RoFormer, GPT-J.
    case interleaved
    /// i and i + d/2: GPT-NeoX, Llama in its usual layout.
    case halves
  }

  /// d: the features of a vector, even.
  public let dimension: Int
  /// Which features make a pair.
  public let pairing: Pairing
  /// The base, usually 10,000.
  public let base: Double

  /// Makes the function.
  ///
  /// - Throws: ``RotaryEmbeddingError`` when the dimension is not even and positive, or the base not greater than 1.
  public init(dimension: Int, pairing: Pairing, base: Double = 10000) throws(RotaryEmbeddingError) {
    guard dimension > 0, dimension % 2 == 0 else { throw .dimension(dimension) }
    guard base > 1, base.isFinite else { throw .base(base) }
    self.dimension = dimension
    self.pairing = pairing
    self.base = base
  }

  /// The positions that are allowed.
  public static let positions = 0..<1 << 24

  /// cos and sin of each pair's angle at a position, correctly rounded.
  ///
  /// The angle in `Double` errs by less than 2^−46 of itself, and cos and sin by no more than the angle does. Where that does
  /// not decide a rounding, ``HighPrecision`` does.
  ///
  /// - Throws: ``RotaryEmbeddingError/position(_:)`` when the position is not 0 to 2^24 − 1.
  public func rotations(at position: Int) throws(RotaryEmbeddingError) -> [(cosine: BFloat16, sine: BFloat16)] {
    guard Self.positions.contains(position) else { throw .position(position) }
    return (0..<dimension / 2).map { pair in
      if position == 0 { return (.one, .zero) }
      let angle = Double(position) * pow(base, -2 * Double(pair) / Double(dimension))
      let margin = angle * 0x1p-46 + 0x1p-52
      if let cosine = Self.decided(cos(angle), margin), let sine = Self.decided(sin(angle), margin) {
        return (cosine, sine)
      }
      return precise(position, pair)
    }
  }

  private static func decided(_ value: Double, _ margin: Double) -> BFloat16? {
    let low = BFloat16(value - margin)
    return low == BFloat16(value + margin) ? low : nil
  }

  /// By ever more bits, until both ends of an enclosure round alike.
  func precise(_ position: Int, _ pair: Int) -> (cosine: BFloat16, sine: BFloat16) {
    var bits = 96
    while true {
      let precision = HighPrecision(bits: bits + 40)
      let exponent = precision.quotient(Dyadic(Int64(-2 * pair)), Dyadic(Int64(dimension)))
      let theta = precision.exp(exponent * precision.log(Dyadic(exactly: base) ?? .one))
      let (cosine, sine) = precision.cosineAndSine(Dyadic(Int64(position)) * theta)
      let margin = Dyadic(1 as Int64, exponent: 10 - bits)
      let ends = [cosine - margin, cosine + margin, sine - margin, sine + margin].map { BFloat16(RealValue($0)) }
      if ends[0] == ends[1] && ends[2] == ends[3] || bits > 4096 { return (ends[0], ends[2]) }
      bits *= 2
    }
  }

  /// The vector turned as its position says.
  ///
  /// - Throws: ``RotaryEmbeddingError`` when the vector has another dimension, or the position is out of range.
  public func callAsFunction(_ vector: [BFloat16], position: Int) throws(RotaryEmbeddingError) -> [BFloat16] {
    guard vector.count == dimension else { throw .vector(count: vector.count, dimension: dimension) }
    var result = vector
    for (pair, rotation) in try rotations(at: position).enumerated() {
      let (first, second) =
        pairing == .interleaved ? (2 * pair, 2 * pair + 1) : (pair, pair + dimension / 2)
      let (x, y) = (vector[first], vector[second])
      result[first] = .dot([x, -y], [rotation.cosine, rotation.sine])
      result[second] = .dot([x, y], [rotation.sine, rotation.cosine])
    }
    return result
  }
}

/// Why a rotary embedding cannot be made or applied.
public enum RotaryEmbeddingError: Error, Hashable, CustomStringConvertible {
  /// The dimension is odd or not positive.
  case dimension(Int)
  /// The base is not a number above 1.
  case base(Double)
  /// The position is negative or 2^24 or more.
  case position(Int)
  /// The vector has another number of features.
  case vector(count: Int, dimension: Int)

  /// What is wrong, and what to give instead.
  public var description: String {
    switch self {
    case .dimension(let dimension): "a rotary embedding turns pairs: give an even dimension, not \(dimension)"
    case .base(let base): "the base of a rotary embedding is a finite number above 1, not \(base)"
    case .position(let position): "a position is 0 to \(RotaryEmbedding.positions.upperBound - 1), not \(position)"
    case .vector(let count, let dimension): "a vector of \(count) features does not fit the dimension \(dimension)"
    }
  }
}
