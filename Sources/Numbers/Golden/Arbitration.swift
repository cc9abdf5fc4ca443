/// Who is granted when several ask, clock by clock.
public struct Arbitration: Hashable, Sendable {
  /// Number of those who may ask.
  public let count: Int
  /// Whether the turn passes round; otherwise the lowest number wins.
  public let isRoundRobin: Bool
  private var last: Int

  /// An arbiter after reset: number 0 comes first.
  public init(count: Int, isRoundRobin: Bool) {
    self.count = count
    self.isRoundRobin = isRoundRobin
    last = count - 1
  }

  /// The granted one; nil when nobody asks.
  public func granted(_ requests: [Bool]) -> Int? {
    let start = isRoundRobin ? last + 1 : 0
    return (start..<start + count).map { $0 % count }.first { requests[$0] }
  }

  /// Passes the turn on after `winner`.
  public mutating func pass(after winner: Int) { last = winner }
}
