/// Queues in a row, clock by clock: when each of them takes an item, and when it shows one.
///
/// The clocks of a module with several tick together.
public struct QueueTiming: Sendable {
  /// One queue.
  public struct Stage: Hashable, Sendable {
    /// Items inside at most, and places that are not free yet.
    public var capacity: Int
    /// Clock edges from taking an item to showing it; 0 for an item that passes an empty queue at once.
    public var latency: Int
    /// Clock edges from giving an item away to the place being free; 0 for a place that is free in the same clock.
    public var returnDelay: Int

    /// A queue.
    public init(capacity: Int, latency: Int = 1, returnDelay: Int = 1) {
      self.capacity = capacity
      self.latency = latency
      self.returnDelay = returnDelay
    }
  }

  /// What shows in a clock.
  public struct Shown: Hashable, Sendable {
    /// The first queue takes an item.
    public var inputReady: Bool
    /// The item that the last queue shows.
    public var output: UInt64?
    /// For each queue the items inside.
    public var occupied: [Int]
    /// For each queue the items inside that have had the time to show.
    public var visible: [Int]
    /// For each queue the places that are not free.
    public var used: [Int]
  }

  private let stages: [Stage]
  private var items: [[(item: UInt64, shows: Int)]]
  /// For each queue the clocks in which places become free.
  private var returns: [[Int]]
  private var clock = 0

  /// Empty queues; only the first may have no latency.
  public init(_ stages: [Stage]) {
    precondition(stages.dropFirst().allSatisfy { $0.latency > 0 }, "only the first queue may pass items at once")
    self.stages = stages
    items = stages.map { _ in [] }
    returns = stages.map { _ in [] }
  }

  /// What shows in this clock, after which the next one comes.
  ///
  /// - Parameters:
  ///   - input: The item that is offered.
  ///   - ready: Whether the item that the last queue shows is taken.
  public mutating func step(input: UInt64?, ready: Bool) -> Shown {
    for stage in stages.indices { returns[stage].removeAll { $0 <= clock } }
    let used = stages.indices.map { items[$0].count + returns[$0].count }
    let visible = stages.indices.map { stage in items[stage].count { $0.shows <= clock } }
    var shows = visible.map { $0 > 0 }
    if stages[0].latency == 0, items[0].isEmpty, input != nil { shows[0] = true }
    let occupied = items.map(\.count)
    // Whether each queue takes an item follows from the next one.
    var takes = [Bool](repeating: false, count: stages.count) + [ready]
    for stage in stages.indices.reversed() {
      let leaves = shows[stage] && takes[stage + 1]
      takes[stage] = used[stage] - (stages[stage].returnDelay == 0 && leaves ? 1 : 0) < stages[stage].capacity
    }
    let last = stages.count - 1
    var output = shows[last] ? items[last].first?.item : nil
    if shows[last], items[last].isEmpty { output = input }
    var arriving = takes[0] ? input : nil
    for stage in stages.indices {
      // An item that arrives stands behind all others, so that the one that leaves is it only when it passes at once.
      if let item = arriving { items[stage].append((item, clock + stages[stage].latency)) }
      arriving = nil
      if shows[stage], takes[stage + 1] {
        arriving = items[stage].removeFirst().item
        if stages[stage].returnDelay > 0 { returns[stage].append(clock + stages[stage].returnDelay) }
      }
    }
    clock += 1
    return Shown(inputReady: takes[0], output: output, occupied: occupied, visible: visible, used: used)
  }
}
