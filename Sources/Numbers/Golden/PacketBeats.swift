/// A packet cut into beats of `lanes` items: what a width adapter makes of it.
public struct PacketBeats: Hashable, Sendable {
  /// Items of each beat; all but the last beat are full.
  public let beats: [[UInt64]]
  /// Items of a full beat.
  public let lanes: Int

  /// Cuts a packet of at least one item.
  public init(_ packet: [UInt64], lanes: Int) {
    precondition(lanes > 0 && !packet.isEmpty, "a packet of \(packet.count) items in beats of \(lanes)")
    self.lanes = lanes
    beats = stride(from: 0, to: packet.count, by: lanes).map {
      Array(packet[$0..<min($0 + lanes, packet.count)])
    }
  }

  /// The beats as words: the data of all lanes with zeros where there is no item, a bit for each lane that holds one, and
  /// 1 for the last beat.
  public func words(itemWidth: Int) -> [[UInt64]] {
    beats.enumerated().map { number, items in
      let none = [UInt64](repeating: 0, count: lanes - items.count)
      let kept = [UInt64](repeating: 1, count: items.count)
      return packed(items + none, width: itemWidth) + packed(kept + none, width: 1)
        + [number == beats.count - 1 ? 1 : 0]
    }
  }
}
