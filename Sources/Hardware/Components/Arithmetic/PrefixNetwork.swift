/// How the prefixes of a list are computed in parallel: which partial results are combined on which level.
public enum PrefixNetwork: String, Hashable, Sendable, CaseIterable {
  /// One after the other: n − 1 levels, n − 1 operations.
  case serial
  /// ⌈log₂ n⌉ levels, fan-out 2, n⌈log₂ n⌉ operations and many wires.
  case koggeStone
  /// ⌈log₂ n⌉ levels, fan-out up to n ÷ 2, half the operations.
  case sklansky
  /// About 2 log₂ n levels, fan-out 2, fewest operations: less than 2n.
  case brentKung

  /// Pairs on each level: the element at `to` becomes the combination of the one at `from` and itself. The pairs of a
  /// level use the elements as they are before it.
  public func levels(_ count: Int) -> [[(from: Int, to: Int)]] {
    guard count > 1 else { return [] }
    switch self {
    case .serial: return (1..<count).map { [($0 - 1, $0)] }
    case .koggeStone:
      return powers(below: count).map { distance in (distance..<count).map { ($0 - distance, $0) } }
    case .sklansky:
      return powers(below: count).map { distance in
        (0..<count).filter { $0 & distance != 0 }.map { (($0 & ~(2 * distance - 1)) + distance - 1, $0) }
      }
    case .brentKung:
      let up = powers(below: count).map { distance in
        stride(from: 2 * distance - 1, to: count, by: 2 * distance).map { ($0 - distance, $0) }
      }
      let down = powers(below: count).reversed().map { distance in
        stride(from: 3 * distance - 1, to: count, by: 2 * distance).map { ($0 - distance, $0) }
      }
      return (up + down).filter { !$0.isEmpty }
    }
  }

  private func powers(below count: Int) -> [Int] { (0..<Int.bitWidth).map { 1 << $0 }.prefix { $0 < count }.map { $0 } }
}

/// All prefixes of `terms`: element i is the combination of terms 0 to i, in order.
///
/// Works on hardware and on plain values alike; `combine` must be associative.
public func prefixes<T>(_ terms: [T], _ network: PrefixNetwork, _ combine: (T, T) -> T) -> [T] {
  var results = terms
  for level in network.levels(terms.count) {
    let before = results
    for pair in level { results[pair.to] = combine(before[pair.from], before[pair.to]) }
  }
  return results
}
