/// Items in a queue of limited room, clock by clock.
public struct QueueModel: Sendable {
  /// Items that it can hold.
  public let capacity: Int
  /// What is inside, the oldest one first.
  public private(set) var items: [UInt64] = []

  /// An empty queue.
  public init(capacity: Int) { self.capacity = capacity }

  /// True while an item can be taken.
  public var hasRoom: Bool { items.count < capacity }

  /// A clock edge at which the oldest item leaves, an item comes, or both.
  public mutating func clock(comes item: UInt64?, leaves: Bool) {
    if leaves { items.removeFirst() }
    if let item { items.append(item) }
  }
}

/// Credits of a sender, clock by clock: one is spent with each item and comes back when its place is free again.
public struct CreditModel: Sendable {
  /// Credits that there are.
  public let total: Int
  /// Credits at the sender.
  public private(set) var available: Int

  /// All credits at the sender.
  public init(total: Int) { (self.total, available) = (total, total) }

  /// Credits that can come back.
  public var spent: Int { total - available }

  /// A clock edge at which an item is sent, a credit comes back, or both.
  public mutating func clock(sends: Bool, returns: Bool) { available += (returns ? 1 : 0) - (sends ? 1 : 0) }
}
