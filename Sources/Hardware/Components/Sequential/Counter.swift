import HDL

/// Counts steps from 0 to a limit, up, down or both ways.
public struct Counter: DefaultConfigurable {
  /// Which ways it goes.
  public enum Direction: String, Hashable, Sendable, CaseIterable {
    /// Up only.
    case up
    /// Down only.
    case down
    /// Up, or down while `down` is 1.
    case both
  }

  /// What a step past the end does.
  public enum Overflow: String, Hashable, Sendable, CaseIterable {
    /// It goes on at the other end.
    case wraps
    /// The value stays.
    case saturates
  }

  public var limit = 9
  public var direction = Direction.up
  public var overflow = Overflow.wraps

  public init() {}

  public static let parameters: [Parameter<Self>] = [
    .integer("limit", \.limit, in: 1...(1 << 62 - 1), "The greatest value; a counter modulo n has n − 1"),
    .choice("direction", \.direction, "Which ways it goes"),
    .choice("overflow", \.overflow, "What a step past the end does"),
  ]

  public struct Ports {
    public let step: Input<Bit>
    public let down: Input<Bit>?
    public let clear: Input<Bit>
    public let value: Output<UInt>
    public let isAtEnd: Output<Bit>
  }

  public var ports: Ports {
    Ports(
      step: .init("1 to count at the coming clock edge"),
      down: direction == .both ? .init("1 to count down") : nil,
      clear: .init("1 to go to 0 at the coming clock edge, whatever step is"),
      value: .init(bits(for: max(1, limit)), "The count"), isAtEnd: .init("1 where a step would go past the end"))
  }

  public var documentation: String {
    """
    Counts from 0 to \(limit) (\(direction.rawValue)); a step past the end \(overflow == .wraps ? "wraps" : "has no effect").
    Starts at 0 after reset and after clear.
    """
  }

  public func build(_ io: Interior<Ports>, in m: Module) {
    let value = m.register("count", UInt.self, width: bits(for: limit), reset: 0)
    let isDown: Bit = io.down ?? (direction == .down ? 1 : 0)
    let isAtEnd = mux(isDown, value .== 0, value .== UInt(limit))
    let other = mux(isDown, m.constant(limit, width: bits(for: limit), as: UInt.self), 0)
    let next = mux(isDown, value &- 1, value &+ 1)
    m.when(io.clear) { value.next <== 0 }
      .otherwise(when: io.step) { value.next <== mux(isAtEnd, overflow == .wraps ? other : value, next) }
    if limit + 1 < 1 << value.width {
      m.assert(value .<= UInt(limit), "stays_in_range", "the count is above the limit")
    }
    io.value <== value
    io.isAtEnd <== isAtEnd
  }
}
