import Components
public import HDL

/// A word of a packet; the first one names its destination in its low bits, and its source in the bits above.
public struct PacketWord: SignalBundle {
  /// What it carries.
  public let data: Bits
  /// 1 for the last word of a packet.
  public let isLast: Bit

  /// A word of these signals.
  public init(data: Bits, isLast: Bit) { (self.data, self.isLast) = (data, isLast) }

  /// The shape of a word of `width` bits.
  public init(width: Int) { self.init(data: .shape(width), isLast: .shape) }
}

/// A node's end of the network: words of packets become flits on virtual channels, and flits words again.
///
/// Each word is a flit, and the first one is the head. The source is written into it; what a user writes there is lost. A head
/// takes in turn a virtual channel of the layer of its destination for which there is a credit. A flit leaves one clock edge
/// after its word is taken, and a word is shown one clock edge after its flit comes. Words of different packets do not mix in a
/// stream: each virtual channel has a stream of its own.
public struct NetworkInterface: Generator {
  /// The number of the node.
  public var node: Int
  /// The layer of the packets to each node.
  public var layers: [Int]
  /// Virtual channels, queues and flits.
  public var sizes: RouterSizes

  /// The interface of a node.
  ///
  /// - Parameter layers: The layer of the packets to each node.
  public init(node: Int, layers: [Int], sizes: RouterSizes) {
    (self.node, self.layers, self.sizes) = (node, layers, sizes)
  }

  /// Streams of words and links of flits.
  public struct Ports {
    public let push: StreamInput<PacketWord>
    public let pop: [StreamOutput<PacketWord>]
    /// The link into the network.
    public let inject: FlitChannel
    /// The link out of the network.
    public let eject: Flipped<FlitChannel>
  }

  /// The interface for these parameters.
  public var ports: Ports {
    let link = FlitChannel(width: sizes.width, channels: sizes.channels)
    return Ports(
      push: .init(PacketWord(width: sizes.width), "Words to be sent"),
      pop: (0..<sizes.channels).map {
        .init(PacketWord(width: sizes.width), "Words that came by virtual channel \($0)")
      },
      inject: link, eject: .init(link))
  }

  /// What stands above the emitted module.
  public var documentation: String {
    """
    Interface of node \(node) of \(layers.count): a flit leaves one clock edge after its word, a word one after its flit.
    The low \(nodeBits) bits of the first word of a packet name the destination, which is below \(layers.count): a packet to another
    number arrives somewhere. The \(nodeBits) bits above become the source.
    """
  }

  /// Bits of the number of a node.
  private var nodeBits: Int { bits(for: max(1, layers.count - 1)) }

  /// Requires nodes and layers that there are.
  public func validate(_ parameters: inout ParameterCheck) {
    parameters.require("the nodes of a network", layers.count, in: 2...1024)
    parameters.require("the number of a node", node, in: 0...max(0, layers.count - 1))
    parameters.require(
      layers.allSatisfy { (0..<sizes.layers).contains($0) },
      "a packet is in layer \(layers.max() ?? 0) of \(sizes.layers)",
      fix: "use layers from 0 to \(sizes.layers - 1)")
    parameters.require(
      sizes.width >= 2 * nodeBits, "words of \(sizes.width) bits cannot name source and destination",
      fix: "use \(2 * nodeBits) bits or more")
    parameters.require(sizes)
  }

  /// Makes the hardware.
  public func build(_ io: Interior<Ports>, in m: Module) {
    send(io, in: m)
    var taken: [Bit] = []
    for channel in 0..<sizes.channels {
      let arrives = io.eject.sends & (io.eject.channel .== UInt(channel))
      let room = m.wire("has_room_\(channel)", Bit.self)
      let word = PacketWord(data: io.eject.flit.data, isLast: io.eject.flit.isTail)
      let queue = Stream(valid: arrives.named("arrives_\(channel)"), payload: word, ready: room.driver)
        .queued("received_\(channel)", depth: sizes.depth, storage: .registers, in: m)
      m.assert(!arrives | room, "has_a_place_\(channel)", "a flit came without a credit")
      io.pop[channel] <== queue
      taken.append(queue.valid & io.pop[channel].ready)
    }
    io.eject.credits <== m.register("credits", concatenate(taken.reversed()), reset: 0)
  }

  private func send(_ io: Interior<Ports>, in m: Module) {
    let count = sizes.channels
    let isSending = m.register("is_sending", Bit.self, reset: 0)
    let sends = m.wire("sends", Bit.self)
    let channel = m.wire("channel", UInt.self, width: sizes.channelBits)
    let credited = (0..<count).map { number -> Bit in
      let credit = m.register(
        "credit_\(number)", UInt.self, width: bits(for: sizes.depth), reset: UInt(sizes.depth))
      let spends = (sends & (channel .== UInt(number))).named("spends_\(number)")
      let returns = io.inject.credits[number]
      m.when(spends & !returns) { credit.next <== credit &- 1 }
        .otherwise(when: !spends & returns) { credit.next <== credit &+ 1 }
      m.assert(
        !returns | (credit .!= UInt(sizes.depth)), "credits_come_back_once_\(number)",
        "a credit came back that was not spent")
      return credit .!= 0
    }
    // The channels of the packet's layer, which its destination decides.
    let table = m.instance(RouteTable(layers, ports: sizes.layers), "layer_table")
    table.destination <== io.push.payload.data[0..<nodeBits].asUnsigned
    if layers.count < 1 << nodeBits {
      m.assert(
        !io.push.valid | isSending | (io.push.payload.data[0..<nodeBits].asUnsigned .< UInt(layers.count)),
        "destination_is_a_node",
        "the first word of a packet names node \(layers.count) or more, and there are \(layers.count)")
    }
    let turn = m.instance(Arbiter { $0.count = count }, "channel_turn")
    let isOwn = (0..<sizes.layers).map { table.route .== UInt($0) }
    turn.request
      <== concatenate((0..<count).reversed().map { credited[$0] & isOwn[$0 % sizes.layers] }).named("usable_channels")
    let held = m.register("held_channel", turn.index, when: sends & !isSending)
    channel.driver <== mux(isSending, held, turn.index)
    let isReady = mux(isSending, select(held, credited), turn.isGranted)
    let takes = io.push.take(when: isReady)
    sends.driver <== takes
    turn.advance <== takes & !isSending
    m.when(takes) { isSending.next <== !io.push.payload.isLast }
    let data = io.push.payload.data
    let head = concatenate(
      [data[2 * nodeBits..<sizes.width], m.constant(node, width: nodeBits, as: Bits.self), data[0..<nodeBits]]
        .filter { $0.width > 0 })
    let flit = NetworkFlit(
      isHead: !isSending, isTail: io.push.payload.isLast, data: mux(isSending, data, head))
    io.inject.sends <== m.register("inject_sends", takes, reset: 0)
    io.inject.flit <== m.register("inject_flit", flit)
    io.inject.channel <== m.register("inject_channel", channel)
  }
}
