/// One bin of a cover point: which values it counts, and how many of them are wanted.
///
/// Bins are made by the functions below, in the terms of SystemVerilog's cover groups:
///
/// ```swift
/// [.value("zero", 0), .range("small", 1...15), .pattern("odd", "????_???1"), .transition("0 to 1", 0, 1),
///  .illegal("reserved", 3...3), .ignored("unused", 9...9, because: "no master sends it")]
/// ```
public struct CoverBin: Hashable, Sendable {
  /// What becomes of a value that falls into a bin.
  public enum Kind: Hashable, Sendable {
    /// It is counted, and the bin has to be hit as often as its goal says.
    case counted
    /// It is counted, but no goal: it cannot be hit, or need not be.
    case excluded(because: String)
    /// It is left out, and counts in no other bin of the point either.
    case ignored(because: String)
    /// It fails the run.
    case illegal
  }

  /// Which values fall into a bin.
  enum Match: Hashable, Sendable {
    /// Any of these.
    case ranges([ClosedRange<Int>])
    /// Those that equal `value` in the bits of `mask`.
    case mask(value: UInt64, mask: UInt64)
    /// Ones, zeros and `?`, the top bit first; underscores stand for nothing.
    case pattern(String)
    /// The last of values that follow each other, each in its range.
    case sequence([ClosedRange<Int>])
  }

  /// Name, unique in its point.
  public let name: String
  /// What becomes of a value that falls into the bin.
  public var kind = Kind.counted
  /// Hits that are wanted.
  public var goal = 1
  let match: Match

  init(_ name: String, _ match: Match, kind: Kind = .counted) {
    self.name = name
    self.match = match
    self.kind = kind
  }

  /// Counts one value.
  public static func value(_ name: String, _ value: Int) -> CoverBin { CoverBin(name, .ranges([value...value])) }

  /// Counts each of these values.
  public static func values(_ name: String, _ values: [Int]) -> CoverBin {
    CoverBin(name, .ranges(values.map { $0...$0 }))
  }

  /// Counts the values of a range.
  public static func range(_ name: String, _ range: ClosedRange<Int>) -> CoverBin { CoverBin(name, .ranges([range])) }

  /// Counts the values that equal `value` in the bits of `mask`.
  public static func mask(_ name: String, _ value: UInt64, mask: UInt64) -> CoverBin {
    CoverBin(name, .mask(value: value, mask: mask))
  }

  /// Counts the values whose low bits are as written: ones, zeros and `?` for either, the top bit first. Underscores
  /// stand for nothing.
  public static func pattern(_ name: String, _ pattern: String) -> CoverBin { CoverBin(name, .pattern(pattern)) }

  /// Counts the last of values that follow each other in as many samples.
  public static func transition(_ name: String, _ values: Int...) -> CoverBin {
    CoverBin(name, .sequence(values.map { $0...$0 }))
  }

  /// Counts the last of values that follow each other in as many samples, each in its range.
  public static func transition(_ name: String, through ranges: [ClosedRange<Int>]) -> CoverBin {
    CoverBin(name, .sequence(ranges))
  }

  /// Fails the run at a value of the range.
  public static func illegal(_ name: String, _ range: ClosedRange<Int>) -> CoverBin {
    CoverBin(name, .ranges([range]), kind: .illegal)
  }

  /// Leaves the values of a range out of all bins of the point.
  public static func ignored(_ name: String, _ range: ClosedRange<Int>, because reason: String) -> CoverBin {
    CoverBin(name, .ranges([range]), kind: .ignored(because: reason))
  }

  /// The same bin with another goal.
  public func wanted(_ hits: Int) -> CoverBin {
    var bin = self
    bin.goal = hits
    return bin
  }
}

extension [CoverBin] {
  /// Bins of one value each, called as the numbers.
  public static func each(_ values: some Sequence<Int>) -> [CoverBin] { values.map { .value(String($0), $0) } }

  /// Bins of one value each, called as `names` say, from 0 on.
  public static func named(_ names: [String]) -> [CoverBin] { names.enumerated().map { .value($1, $0) } }

  /// `count` bins that share a range equally; the first ones are longer by one where it does not divide.
  public static func equal(_ range: ClosedRange<Int>, count: Int) -> [CoverBin] {
    let size = range.upperBound - range.lowerBound + 1
    let count = Swift.min(Swift.max(1, count), size)
    var low = range.lowerBound
    return (0..<count).map { number in
      let high = low + size / count - (number < size % count ? 0 : 1)
      defer { low = high + 1 }
      return .range(low == high ? "\(low)" : "\(low)…\(high)", low...high)
    }
  }
}

/// A ``CoverBin/Match`` ready for use.
enum BinMatcher {
  case ranges([ClosedRange<Int>])
  case mask(value: UInt64, mask: UInt64)
  case sequence([ClosedRange<Int>])

  /// Nil for a pattern with other characters than `0`, `1`, `?` and `_`, or of more than 64 bits.
  init?(_ match: CoverBin.Match) {
    switch match {
    case .ranges(let ranges): self = .ranges(ranges)
    case .mask(let value, let mask): self = .mask(value: value & mask, mask: mask)
    case .sequence(let ranges):
      if ranges.isEmpty { return nil }
      self = .sequence(ranges)
    case .pattern(let text):
      var (value, mask): (UInt64, UInt64) = (0, 0)
      let digits = text.filter { $0 != "_" }
      guard (1...64).contains(digits.count) else { return nil }
      for digit in digits {
        (value, mask) = (value << 1, mask << 1)
        switch digit {
        case "0": mask |= 1
        case "1": (value, mask) = (value | 1, mask | 1)
        case "?": break
        default: return nil
        }
      }
      self = .mask(value: value, mask: mask)
    }
  }

  /// Whether `value` falls into the bin when the values in `earlier` came before it, the latest last.
  func matches(_ value: Int, after earlier: [Int]) -> Bool {
    switch self {
    case .ranges(let ranges): return ranges.contains { $0.contains(value) }
    case .mask(let wanted, let mask): return UInt64(bitPattern: Int64(value)) & mask == wanted
    case .sequence(let ranges):
      guard ranges.last!.contains(value), earlier.count >= ranges.count - 1 else { return false }
      let start = earlier.count - (ranges.count - 1)
      return (0..<ranges.count - 1).allSatisfy { ranges[$0].contains(earlier[start + $0]) }
    }
  }

  /// How many values before the last one a sequence looks at.
  var memory: Int {
    if case .sequence(let ranges) = self { return ranges.count - 1 }
    return 0
  }
}
