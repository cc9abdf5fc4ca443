import Foundation
import Golden
import NumberFormats

/// Softmax of a row of codes with the row's greatest score subtracted: bit for bit.
///
///     m   = the greatest score that is seen
///     t_i = (m − x_i) · rne(log2 e · 2^16)            exact, in steps of 2^−(FL + 16)
///     w_i = rne(2^−t_i · 2^24), by a table of 128 steps with a line between two, shifted by the whole part of t
///     p_i = rne(w_i · 2^FL / Σ w)                      rounded once
///
/// Hidden elements have the code 0; a row of which nothing is seen is 0. A weight is within 2^−17 of 2^−t before its
/// rounding, so that a probability is within 1.5 steps of 2^−16 of the real one: a test measures it.
public struct FixedPointSoftmax: Hashable, Sendable {
  /// The numbers.
  public let format: LaneFormat
  private static let step = Int64((M_LOG2E * 65536).rounded(.toNearestOrEven))
  private static let weightBits = 24
  /// 2^24 · 2^(−k / 128), k from 0 to 128.
  private static let table: [Int64] =
    ((try? FunctionTables.decayingExponentials(indexBits: 7, fractionBits: weightBits)) ?? []).map(Int64.init)
    + [1 << 23]

  /// Makes the function.
  public init(_ format: LaneFormat = .published) { self.format = format }

  /// The weight of a score that is so many steps below the greatest.
  public func weight(_ distance: Int64) -> Int64 {
    let bits = format.fractionBits + 16
    let t = distance * Self.step
    let whole = t >> Int64(bits)
    guard whole <= Int64(Self.weightBits) + 1 else { return 0 }
    let fraction = t & ((1 << Int64(bits)) - 1)
    let index = Int(fraction >> Int64(bits - 7))
    // The place between two entries, in 2^−20: more bits change no rounding by more than a quarter of 2^−24.
    let rest = fraction & ((1 << Int64(bits - 7)) - 1)
    let place = bits - 7 >= 20 ? rest >> Int64(bits - 27) : rest << Int64(27 - bits)
    let fall = (Self.table[index] - Self.table[index + 1]) * place
    let line = (Self.table[index] << 20) - fall
    return line.roundedShiftRight(by: 20 + Int(whole))
  }

  /// The probabilities of a row.
  public func callAsFunction(_ scores: ArraySlice<Int32>, seen: [Bool]? = nil) -> [Int32] {
    var greatest: Int32?
    for (place, score) in scores.enumerated() where seen?[place] ?? true { greatest = max(greatest ?? score, score) }
    guard let greatest else { return scores.map { _ in 0 } }
    let weights = scores.enumerated().map { place, score in
      seen?[place] ?? true ? weight(Int64(greatest) - Int64(score)) : 0
    }
    let sum = weights.reduce(0, +)
    return weights.map { weight in
      let (quotient, remainder) = (weight << Int64(format.fractionBits)).quotientAndRemainder(dividingBy: sum)
      let isUp = 2 * remainder > sum || 2 * remainder == sum && quotient & 1 == 1
      return format.saturated(isUp ? quotient + 1 : quotient)
    }
  }
}
