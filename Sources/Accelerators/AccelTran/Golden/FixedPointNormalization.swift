import NumberFormats

/// Layer normalisation of a row of codes over its whole length, with γ and β: bit for bit.
///
/// With N codes x, S = Σ x and Q = Σ x², exact integers:
///
///     a_i = N · x_i − S
///     V   = N · Q − S² + rne(N² · ε · 2^(2 FL))
///     n_i = rne(a_i / √V · 2^16)                        rounded from its exact value
///     y_i = rne(n_i · γ_i / 2^16 + β_i)                 rounded once
///
/// A row of which all is alike has V = 0 without ε, and is β.
public struct FixedPointNormalization: Hashable, Sendable {
  /// The numbers.
  public let format: LaneFormat
  /// ε.
  public let epsilon: Double

  /// Makes the function.
  public init(_ format: LaneFormat = .published, epsilon: Double) {
    self.format = format
    self.epsilon = epsilon
  }

  /// The normalised row.
  ///
  /// - Parameters:
  ///   - gamma: a code for each element, or 1 for all.
  ///   - beta: a code for each element, or 0 for all.
  public func callAsFunction(_ row: ArraySlice<Int32>, gamma: [Int32]? = nil, beta: [Int32]? = nil) -> [Int32] {
    let count = Int64(row.count)
    let sum = row.reduce(Int64(0)) { $0 + Int64($1) }
    let squares = row.reduce(Int128(0)) { $0 + Int128($1) * Int128($1) }
    let scaled = (epsilon * Double(count * count) * Double(format.one) * Double(format.one)).rounded(.toNearestOrEven)
    let small = Int128(min(max(scaled, 0), 0x1p100))
    let variance = Int128(count) * squares - Int128(sum) * Int128(sum) + small
    return row.enumerated().map { place, x in
      let normal = Self.quotient(Int128(count) * Int128(x) - Int128(sum), overRootOf: variance)
      let product = normal * Int64(gamma?[place] ?? Int32(format.saturated(format.one)))
      return format.saturated((product + Int64(beta?[place] ?? 0) << 16).roundedShiftRight(by: 16))
    }
  }

  /// rne(a / √v · 2^16); 0 where v is 0.
  static func quotient(_ a: Int128, overRootOf v: Int128) -> Int64 {
    guard v > 0, a != 0 else { return 0 }
    // a² / v is at most N, so that 2^16 · √(a² / v) has few bits; the square of a has at most 90.
    let numerator = UInt128(a.magnitude) * UInt128(a.magnitude)
    let divisor = UInt128(v)
    // The greatest r with r² · v ≤ a² · 2^32.
    let start = (Double(numerator) / Double(divisor)).squareRoot() * 65536
    var root = UInt128(max(start.rounded(.down), 0))
    func exceeds(_ r: UInt128) -> Bool {
      let (square, overflow) = (r * r).multipliedReportingOverflow(by: divisor)
      return overflow || square > numerator << 32
    }
    while exceeds(root) { root -= 1 }
    while !exceeds(root + 1) { root += 1 }
    // 2r + 1 halves the step above r; a tie goes to the even one.
    let middle = (2 * root + 1) * (2 * root + 1)
    let (product, overflow) = middle.multipliedReportingOverflow(by: divisor)
    let isUp = !overflow && (product < numerator << 34 || product == numerator << 34 && root & 1 == 1)
    let magnitude = Int64(isUp ? root + 1 : root)
    return a < 0 ? -magnitude : magnitude
  }
}
