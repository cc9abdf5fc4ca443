/// A packet as its source makes it.
public struct NetworkPacket: Hashable, Sendable {
  /// The node that sends it.
  public var source: Int
  /// The node that it is for.
  public var destination: Int
  /// Flits, the head counted: at least 1.
  public var flits: Int
  /// The clock in which it is at the source.
  public var created: Int

  /// A packet of `flits` flits, made in clock `created`.
  public init(from source: Int, to destination: Int, flits: Int, created: Int = 0) {
    (self.source, self.destination, self.flits, self.created) = (source, destination, flits, created)
  }
}

/// A flit at its destination.
public struct NetworkDelivery: Hashable, Sendable {
  /// The number of the packet, in the order in which packets were given to the network.
  public let packet: Int
  /// The number of the flit in its packet; 0 is the head.
  public let flit: Int
  /// The virtual channel by which it came.
  public let channel: Int
  /// The clock in which the node takes it.
  public let cycle: Int

  /// A flit with its packet, its virtual channel and its clock.
  public init(packet: Int, flit: Int, channel: Int, cycle: Int) {
    (self.packet, self.flit, self.channel, self.cycle) = (packet, flit, channel, cycle)
  }
}
