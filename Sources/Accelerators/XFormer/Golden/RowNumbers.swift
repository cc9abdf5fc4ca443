import NumberFormats

/// The numbers of layer normalisation of a sum of two rows, as the vector unit computes them.
///
/// With z = x + o of N numbers, S = Σ z, Q = Σ z² and E = N² · ε in squares of a code:
///
///     V = N · Q − S² + E,  r = min(⌊2^48 / ⌊√V⌋⌋, 2^40 − 1)
///     n = clamp(rne((N · z − S) · r / 2^28), 30 bits)           20 fraction bits
///     y = clamp(rne(n · γ / 2^sh) + β, 16 bits),  y₈ = clamp(rne(y / 2^(s + k)), −127…127)
///
/// The row of 16 bits is y. Where the residual stream goes on unnormalised it is z, which is clamped to 16 bits before anything is
/// computed of it.
///
/// A code of 8 bits of a number stands for 2^(s + k) times as much as one of 16: s is that of the row, k, 0 to 7, that of the number.
/// The weights that read the number are 2^k times as large, so that numbers of very different ranges share a row. In memory k is in
/// the lowest bits of β, which is a multiple of 8.
public enum RowNumbers {
  /// Fraction bits of the reciprocal of the root.
  public static let reciprocalBits = 48
  /// Bits of r.
  public static let factorBits = 40
  /// Bits of a product with r that are dropped.
  public static let droppedBits = 28
  /// Fraction bits of a normalised number.
  public static let fractionBits = 20
  /// Bits of a normalised number.
  public static let normalBits = 30
  /// Bits of V.
  public static let varianceBits = 62

  /// The codes of a row, of 16 and of 8 bits.
  ///
  /// - Parameter keepsSum: whether the codes of 16 bits are the sum itself, clamped.
  public static func normalized(
    _ first: [Int32], _ second: [Int32], gamma: [Int32], beta: [Int32], shift: Int, small: UInt64, narrowing: Narrowing,
    keepsSum: Bool = false
  ) -> (wide: [Int32], narrow: [Int8]) {
    let count = Int64(first.count)
    let sums = zip(first, second).map { one, other in
      let sum = Int64(one) + Int64(other)
      return keepsSum ? min(max(sum, -32768), 32767) : sum
    }
    let total = sums.reduce(0, +)
    let squares = sums.reduce(0) { $0 + $1 * $1 }
    let variance = UInt64(count * squares - total * total) + small
    var root = UInt64(Double(variance).squareRoot())
    while root * root > variance { root -= 1 }
    while (root + 1) * (root + 1) <= variance { root += 1 }
    let greatest = UInt64(1) << UInt64(factorBits) - 1
    let factor = root == 0 ? greatest : min((1 << UInt64(reciprocalBits)) / root, greatest)
    let limit = Int64(1) << Int64(normalBits - 1)
    let wide = sums.enumerated().map { index, sum -> Int32 in
      let distance = count * sum - total
      let product = distance.multipliedFullWidth(by: Int64(factor))
      let normal = rounded(product.high, product.low, by: droppedBits)
      let held = min(max(normal, -limit), limit - 1)
      let code = (held * Int64(gamma[index])).roundedShiftRight(by: shift) + Int64(beta[index])
      return Int32(min(max(code, -32768), 32767))
    }
    return (keepsSum ? sums.map { Int32($0) } : wide, narrowing(wide))
  }

  /// From codes of 16 bits to those of 8.
  public struct Narrowing: Hashable, Sendable {
    /// s.
    public var shift: Int
    /// k of each number; empty where all are 0.
    public var shifts: [UInt8]

    /// A narrowing; without arguments 256 codes of 16 bits make one of 8.
    public init(shift: Int = 8, shifts: [UInt8] = []) { (self.shift, self.shifts) = (shift, shifts) }

    /// The codes of 8 bits of a row.
    public func callAsFunction(_ wide: [Int32]) -> [Int8] {
      wide.enumerated().map { index, code in
        let shift = shift + Int(shifts.isEmpty ? 0 : shifts[index])
        return Int8(min(max(Int64(code).roundedShiftRight(by: shift), -127), 127))
      }
    }
  }

  /// rne of a product of 128 bits over 2^`count`, saturated to 64 bits.
  private static func rounded(_ high: Int64, _ low: UInt64, by count: Int) -> Int64 {
    let shift = UInt64(count)
    guard high >> Int64(count - 1) == 0 || high >> Int64(count - 1) == -1 else { return high < 0 ? .min : .max }
    let floor = Int64(bitPattern: UInt64(bitPattern: high) << (64 - shift) | low >> shift)
    let (rest, half) = (low & (1 << shift - 1), UInt64(1) << (shift - 1))
    return rest > half || rest == half && floor & 1 == 1 ? floor + 1 : floor
  }
}
