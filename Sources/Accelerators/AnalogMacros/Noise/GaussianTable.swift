import Foundation

/// Normally distributed integers by table: the quantiles of 1,024 equal parts of the probability.
///
/// A value is z in units of 2⁻¹². The lowest nine bits of an index choose a magnitude, the tenth the sign. Mean exactly 0,
/// greatest magnitude 3.30, standard deviation 0.9987.
public enum GaussianTable {
  /// Fraction bits of a value.
  public static let fractionBits = 12
  /// Bits of an index.
  public static let indexBits = 10

  /// Positive values: entry i is Φ⁻¹((512 + i + ½) / 1024) · 2¹², to nearest.
  public static let magnitudes: [Int32] = (0..<512).map { entry in
    Int32((quantile((512 + Double(entry) + 0.5) / 1024) * 4096).rounded(.toNearestOrEven))
  }

  /// The value at the low ten bits of `index`.
  @inlinable
  public static func value(_ index: UInt64) -> Int64 {
    let magnitude = Int64(magnitudes[Int(index & 511)])
    return index >> 9 & 1 == 1 ? -magnitude : magnitude
  }

  /// The x with Φ(x) = `probability`, for probabilities of one half and above, by bisection of the complementary error
  /// function.
  private static func quantile(_ probability: Double) -> Double {
    var (low, high) = (0.0, 8.0)
    for _ in 0..<80 {
      let middle = (low + high) / 2
      if 1 - erfc(middle / 2.0.squareRoot()) / 2 < probability { low = middle } else { high = middle }
    }
    return (low + high) / 2
  }
}
