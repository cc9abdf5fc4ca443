/// How often each of many whole numbers came: exact below 64, and in steps of at most 1/32 of the number above.
public struct CoverageHistogram: Hashable, Sendable {
  /// Counts by the least number of their step.
  public private(set) var counts: [Int: Int] = [:]
  /// Sum of all numbers.
  public private(set) var sum = 0
  /// The least and the greatest number; nil when there was none.
  public private(set) var range: ClosedRange<Int>?

  /// No numbers yet.
  public init() {}

  /// Numbers that came.
  public var total: Int { counts.values.reduce(0, +) }
  /// Their mean; nil when there was none.
  public var mean: Double? { total == 0 ? nil : Double(sum) / Double(total) }

  /// Adds a number, `times` over.
  public mutating func add(_ number: Int, times: Int = 1) {
    counts[Self.step(number), default: 0] += times
    sum += number * times
    range = range.map { min($0.lowerBound, number)...max($0.upperBound, number) } ?? number...number
  }

  /// Adds the numbers of another histogram.
  public mutating func add(_ other: CoverageHistogram) {
    for (number, count) in other.counts { counts[number, default: 0] += count }
    sum += other.sum
    guard let others = other.range else { return }
    range =
      range.map { min($0.lowerBound, others.lowerBound)...max($0.upperBound, others.upperBound) } ?? others
  }

  /// The number below or at which `share` (0 to 1) of all numbers lie, as exact as the steps are; nil when there was none.
  public func quantile(_ share: Double) -> Int? {
    let wanted = share * Double(total)
    var seen = 0
    for (number, count) in counts.sorted(by: { $0.key < $1.key }) {
      seen += count
      if Double(seen) >= wanted { return number }
    }
    return nil
  }

  /// The numbers in `count` classes of equal length, or in fewer of length 1.
  public func classes(_ count: Int) -> [(numbers: ClosedRange<Int>, count: Int)] {
    guard let range else { return [] }
    let size = max(1, (range.upperBound - range.lowerBound + count) / max(1, count))
    var classes: [(numbers: ClosedRange<Int>, count: Int)] = []
    for low in stride(from: range.lowerBound, through: range.upperBound, by: size) {
      classes.append((low...min(range.upperBound, low + size - 1), 0))
    }
    for (number, count) in counts {
      classes[min(classes.count - 1, max(0, number - range.lowerBound) / size)].count += count
    }
    return classes
  }

  private static func step(_ number: Int) -> Int {
    guard number >= 64 else { return number }
    let shift = Int.bitWidth - number.leadingZeroBitCount - 6
    return (number >> shift) << shift
  }
}

extension CoverageHistogram: Codable {
  private enum CodingKeys: String, CodingKey {
    case counts, sum, least, greatest
  }

  /// Reads what ``encode(to:)`` wrote.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    for pair in try container.decode([[Int]].self, forKey: .counts) {
      guard pair.count == 2, pair[1] >= 0, counts[pair[0]] == nil else {
        throw DecodingError.dataCorruptedError(
          forKey: .counts, in: container, debugDescription: "\(pair) is no number with its count")
      }
      counts[pair[0]] = pair[1]
    }
    sum = try container.decode(Int.self, forKey: .sum)
    if let least = try container.decodeIfPresent(Int.self, forKey: .least),
      let greatest = try container.decodeIfPresent(Int.self, forKey: .greatest), least <= greatest
    {
      range = least...greatest
    }
  }

  /// Writes pairs of a number and its count in order, the sum and both ends.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(counts.sorted { $0.key < $1.key }.map { [$0.key, $0.value] }, forKey: .counts)
    try container.encode(sum, forKey: .sum)
    try container.encodeIfPresent(range?.lowerBound, forKey: .least)
    try container.encodeIfPresent(range?.upperBound, forKey: .greatest)
  }
}
