/// DynaTran's closed loop: a threshold that follows the share of zeros that the masks show.
///
/// A ``ThresholdTable`` says where to begin: the base, at least 1. The threshold is ⌊base · 2^u⌋, with the line 2^i (1 + f) for the
/// power of u = i + f. After each block of results u grows by the deviation of the share that was measured,
/// ⌊zeros · 2^n / numbers⌋, times the gain 2^(2 − g), exactly; it stays between −8 and 8. So the sum of all deviations is bounded by
/// 16 · 2^(g − 2) blocks, and their mean falls with the number of blocks.
///
/// What counts for stability is by how much the share rises when the threshold doubles, which does not depend on the scale of the
/// numbers, so that a profile may be wrong by any factor within the range. With a rise of at most s the loop is stable for
/// 2^(2 − g) · s / ln 2 < 2, and for < 1 when an observation counts from the block after the next one on. Of normal numbers s is
/// 0.34, so that g = 2 is stable in both cases.
public struct SparsityLoop: Hashable, Sendable {
  /// The greatest g, and bits of u below the point beyond those of a share, less 2.
  public static let greatestGainShift = 7
  /// u stays below 2^3.
  public static let rangeBits = 3

  /// The place's table, for the next ``aim(at:gainShift:keeps:)``.
  public var table: ThresholdTable
  /// n.
  public let shareBits: Int
  /// Bits of a threshold.
  public let thresholdWidth: Int
  /// The wanted share.
  public private(set) var target: UInt64
  /// g.
  public private(set) var gainShift: Int
  /// What the table says for the wanted share.
  public private(set) var base: UInt64
  /// u in steps of 2^−(n + 5).
  public private(set) var exponent: Int64 = 0
  /// The threshold to use.
  public private(set) var threshold: UInt64 = 0
  /// Whether the threshold is one that was given, which observations do not move.
  public private(set) var isFixed = false

  /// A loop that starts with what the table says.
  ///
  /// - Parameters:
  ///   - target: The wanted share, below 2^n.
  ///   - gainShift: g, 0 to ``greatestGainShift``.
  public init(_ table: ThresholdTable, shareBits: Int, thresholdWidth: Int, target: UInt64, gainShift: Int) {
    (self.table, self.shareBits, self.thresholdWidth) = (table, shareBits, thresholdWidth)
    (self.target, self.gainShift, base) = (target, gainShift, 0)
    aim(at: target, gainShift: gainShift, keeps: false)
  }

  private var fractionBits: Int { shareBits + Self.greatestGainShift - 2 }

  /// Wants another share, or the same one of a new table.
  ///
  /// - Parameter keeps: Whether u stays; otherwise it is 0.
  public mutating func aim(at target: UInt64, gainShift: Int, keeps: Bool) {
    (self.target, self.gainShift, isFixed) = (target, gainShift, false)
    base = max(table.threshold(for: target), 1)
    if !keeps { exponent = 0 }
    threshold = scaled
  }

  /// Uses a threshold until the next ``aim(at:gainShift:keeps:)``; u stays.
  public mutating func fix(_ threshold: UInt64) { (self.threshold, isFixed) = (threshold, true) }

  /// Takes in a block of results: how many numbers it has, and how many of them are zero.
  public mutating func observe(zeros: UInt64, of numbers: UInt64) {
    guard !isFixed, numbers > 0 else { return }
    let most = UInt64(1) << UInt64(shareBits) - 1
    let measured = min(zeros << UInt64(shareBits) / numbers, most)
    let step = (Int64(target) - Int64(measured)) << Int64(Self.greatestGainShift - gainShift)
    let limit = Int64(1) << Int64(fractionBits + Self.rangeBits)
    exponent = min(max(exponent + step, -limit), limit - 1)
    threshold = scaled
  }

  /// ⌊base · 2^i (1 + f)⌋, f with n bits, and the greatest threshold for more.
  private var scaled: UInt64 {
    let whole = exponent >> Int64(fractionBits)
    let part = UInt64(exponent - whole << Int64(fractionBits)) >> UInt64(fractionBits - shareBits)
    // 2^8 times as much, so that the power is whole.
    let product = UInt128(base) * UInt128(UInt64(1) << UInt64(shareBits) + part)
    let result = (product << UInt128(whole + 8)) >> UInt128(shareBits + 8)
    return UInt64(min(result, (1 << UInt128(thresholdWidth)) - 1))
  }
}
