/// A counter from 0 to a limit, clock by clock.
public struct CounterModel: Hashable, Sendable {
  /// The greatest value.
  public let limit: Int
  /// Whether a step past the end goes on at the other end; otherwise it has no effect.
  public let wraps: Bool
  /// The count.
  public private(set) var value = 0

  /// A counter at 0.
  public init(limit: Int, wraps: Bool) {
    self.limit = limit
    self.wraps = wraps
  }

  /// Whether a step up (or down) would go past the end.
  public func isAtEnd(down: Bool) -> Bool { value == (down ? 0 : limit) }

  /// One clock edge.
  public mutating func clock(step: Bool, down: Bool, clear: Bool) {
    if clear {
      value = 0
    } else if step {
      let next = value + (down ? -1 : 1)
      value = (0...limit).contains(next) ? next : (wraps ? (down ? limit : 0) : value)
    }
  }
}
