/// What a run has to show of some variables: bins, each with a goal.
public struct CoverPoint: Sendable {
  /// How a point makes what its bins count.
  enum Sampling: Sendable {
    /// The value of its only variable.
    case value
    /// A value from those of all variables; nil to leave a sample out.
    case computed(@Sendable (CoverValues) -> Int?)
    /// The corner values of a field: bins in the order of ``FieldCorners``.
    case corners
    /// Each bit of a field: bins `bit 0 at 0`, `bit 0 at 1`, `bit 1 at 0` and so on.
    case bits
  }

  /// Name, unique in its model.
  public let name: String
  /// What it looks at.
  public let variables: [CoverVariable]
  /// Its bins.
  public internal(set) var bins: [CoverBin]
  /// How much it counts in the share of the whole.
  public var weight: Int
  let event: CoverEvent
  let sampling: Sampling
}

/// Bins of two or more points at once: what is counted is that each point's value falls into its bin in the same sample.
public struct CoverCross: Sendable {
  /// Name, unique in its model.
  public let name: String
  /// The points, by their numbers in the model.
  let points: [Int]
  /// Counted bins of each point, by their numbers.
  let parts: [[Int]]
  /// One bin for each combination, the last point's bin fastest.
  public internal(set) var bins: [CoverBin]
  /// How much it counts in the share of the whole.
  public var weight: Int
  let event: CoverEvent
}

/// Combinations of a cross, by the names of bins; `*` stands for any.
public struct CoverCombination: Hashable, Sendable {
  let parts: [String]
  let kind: CoverBin.Kind

  /// Combinations that cannot happen, or need not.
  public static func excluded(_ parts: String..., because reason: String) -> CoverCombination {
    CoverCombination(parts: parts, kind: .excluded(because: reason))
  }

  /// Combinations that fail the run.
  public static func illegal(_ parts: String...) -> CoverCombination { CoverCombination(parts: parts, kind: .illegal) }

  func covers(_ names: [String]) -> Bool {
    parts.count == names.count && zip(parts, names).allSatisfy { $0 == "*" || $0 == $1 }
  }
}

/// The values of a field that break hardware.
enum FieldCorners {
  /// Names of the corners of a field; those of a narrow one that coincide come once.
  static func names(width: Int, isSigned: Bool) -> [String] {
    switch (width, isSigned) {
    case (1, _): ["0", "1"]
    case (2, true): ["0", "1", "smallest", "minus one"]
    case (_, true): ["0", "1", "smallest", "minus one", "largest"]
    default: ["0", "1", "top bit alone", "all ones"]
    }
  }

  /// The words of the corners in the order of ``names(width:isSigned:)``.
  static func words(width: Int, isSigned: Bool) -> [[UInt64]] {
    let count = (width + 63) / 64
    let zero = [UInt64](repeating: 0, count: count)
    var one = zero
    one[0] = 1
    if width == 1 { return [zero, one] }
    var top = zero
    top[count - 1] = 1 << UInt64((width - 1) % 64)
    var ones = [UInt64](repeating: .max, count: count)
    ones[count - 1] = .max >> UInt64(64 * count - width)
    if isSigned, width == 2 { return [zero, one, top, ones] }
    var largest = ones
    largest[count - 1] ^= top[count - 1]
    return isSigned ? [zero, one, top, ones, largest] : [zero, one, top, ones]
  }
}
