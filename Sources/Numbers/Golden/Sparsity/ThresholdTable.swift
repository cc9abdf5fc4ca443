/// DynaTran's threshold calculator: shares of zeros, each with the threshold that makes it, and lines between them.
///
/// A share is a number of steps of 2^−n; a threshold is a magnitude, as codes have it. Profiled once over data, the table turns
/// a wanted share into a threshold. Source: S. Tuli, N. K. Jha, AccelTran, 2023, section III-A.
public struct ThresholdTable: Hashable, Sendable {
  /// A share of zeros and what makes it.
  public struct Entry: Hashable, Sendable {
    /// The share, in steps of 2^−n.
    public var share: UInt64
    /// The threshold that makes it.
    public var threshold: UInt64

    /// A pair.
    public init(share: UInt64, threshold: UInt64) { (self.share, self.threshold) = (share, threshold) }
  }

  /// The entries; neither shares nor thresholds fall.
  public let entries: [Entry]

  /// Takes entries.
  ///
  /// - Throws: ``ThresholdTableError`` when there is none, or when a share or a threshold is less than the one before.
  public init(_ entries: [Entry]) throws(ThresholdTableError) {
    guard !entries.isEmpty else { throw .empty }
    for (index, pair) in zip(entries, entries.dropFirst()).enumerated()
    where pair.0.share > pair.1.share || pair.0.threshold > pair.1.threshold {
      throw .falls(at: index + 1)
    }
    self.entries = entries
  }

  /// Profiles magnitudes: `count` shares at equal distances from 0 to 1 − 2^−n, each with the least threshold for it.
  ///
  /// - Parameters:
  ///   - magnitudes: Absolute values of the codes of one place, zeros among them.
  ///   - count: Entries, at least 2.
  ///   - shareBits: n, 1 to 32.
  /// - Throws: ``ThresholdTableError/empty`` when there is nothing to profile.
  public init(profiling magnitudes: [UInt64], count: Int, shareBits: Int) throws(ThresholdTableError) {
    guard !magnitudes.isEmpty, count >= 2 else { throw .empty }
    let sorted = magnitudes.sorted()
    let most = UInt64(1) << UInt64(shareBits) - 1
    try self.init(
      (0..<count).map { index in
        let share = most * UInt64(index) / UInt64(count - 1)
        // As many numbers have to be zero: ⌈share · 2^−n · numbers⌉.
        let (numbers, one) = (UInt64(sorted.count), most + 1)
        let zeros = index == count - 1 ? sorted.count : Int((share * numbers + one - 1) / one)
        return Entry(share: share, threshold: zeros == 0 ? 0 : sorted[zeros - 1])
      })
  }

  /// The threshold for a share: that of the first entry with as great a share, or on the line to it from the one before,
  /// rounded down; the last one for shares beyond the table.
  public func threshold(for share: UInt64) -> UInt64 {
    guard let above = entries.firstIndex(where: { $0.share >= share }) else {
      return entries[entries.count - 1].threshold
    }
    guard above > 0 else { return entries[0].threshold }
    let (low, high) = (entries[above - 1], entries[above])
    let product = (share - low.share).multipliedFullWidth(by: high.threshold - low.threshold)
    return low.threshold + (high.share - low.share).dividingFullWidth(product).quotient
  }
}

/// Why there is no such table.
public enum ThresholdTableError: Error, Hashable, CustomStringConvertible {
  /// There are no entries, or no numbers to make them of.
  case empty
  /// An entry has a share or a threshold below the one before.
  case falls(at: Int)

  /// What is wrong, and what to do.
  public var description: String {
    switch self {
    case .empty: "a table of thresholds has no entries: give at least one, or numbers and two entries to profile"
    case .falls(let index):
      "entry \(index) of the table of thresholds has a share or a threshold below the one before: sort both"
    }
  }
}
