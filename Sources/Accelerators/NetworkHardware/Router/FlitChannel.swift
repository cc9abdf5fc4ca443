public import HDL

/// What passes a link in a clock.
public struct NetworkFlit: SignalBundle {
  /// 1 for the first flit of a packet.
  public let isHead: Bit
  /// 1 for the last flit of a packet, which may be the first one too.
  public let isTail: Bit
  /// What it carries; of a head the low bits name the destination.
  public let data: Bits

  /// A flit of these signals.
  public init(isHead: Bit, isTail: Bit, data: Bits) { (self.isHead, self.isTail, self.data) = (isHead, isTail, data) }

  /// The shape of a flit that carries `width` bits.
  public init(width: Int) { self.init(isHead: .shape, isTail: .shape, data: .shape(width)) }
}

/// A link in one direction, from the side that sends: flits without `ready`, each into the queue of a virtual channel, and
/// the credits of the places that become free there.
public struct FlitChannel: PortGroup {
  /// 1 in a clock in which a flit passes; there is a place for it.
  public let sends: Output<Bit>
  /// The flit.
  public let flit: Output<NetworkFlit>
  /// The virtual channel of the flit.
  public let channel: Output<UInt>
  /// A bit for each virtual channel: 1 in a clock in which a place in its queue becomes free.
  public let credits: Input<Bits>

  /// A link of `channels` virtual channels for flits that carry `width` bits.
  public init(width: Int, channels: Int) {
    sends = .init("1 in a clock in which a flit passes")
    flit = .init(NetworkFlit(width: width), "The flit")
    channel = .init(bits(for: max(1, channels - 1)), "Its virtual channel")
    credits = .init(channels, "A bit for each virtual channel: 1 when a place becomes free")
  }
}
