import Components
import HDL

/// A flit with the output port that it leaves by.
private struct RoutedFlit: SignalBundle {
  let flit: NetworkFlit
  let route: UInt
}

/// An input of a router: a queue for each virtual channel, and what the packet at its front has been given.
///
/// A head asks for a virtual channel of its output once it is at the front; with one, each flit of the packet asks for the
/// switch while there is a credit. One of the channels is chosen, in turn among those that ask.
struct RouterInput: DefaultConfigurable {
  /// Ports of the router.
  var outputs = 3
  var sizes = RouterSizes()

  init() {}
  init(outputs: Int, sizes: RouterSizes) { (self.outputs, self.sizes) = (outputs, sizes) }

  struct Ports {
    let link: Flipped<FlitChannel>
    let route: Input<UInt>
    let requests: Output<Bits>
    let isGiven: Input<Bits>
    let given: [Input<UInt>]
    let hasCredit: Input<Bits>
    let wants: Output<Bits>
    let flit: Output<NetworkFlit>
    let channel: Output<UInt>
    let moves: Input<Bit>
  }

  var ports: Ports {
    let count = sizes.channels
    return Ports(
      link: .init(FlitChannel(width: sizes.width, channels: count)),
      route: .init(bits(for: max(1, outputs - 1)), "The output port of the flit that arrives, where it is a head"),
      requests: .init(outputs * count, "Bit o · channels + v: channel v asks for a virtual channel of output o"),
      isGiven: .init(count, "A bit for each channel: it gets a virtual channel of its output"),
      given: (0..<outputs).map { _ in .init(sizes.channelBits, "The virtual channel that this output gives") },
      hasCredit: .init(outputs * count, "Bit o · channels + v: there is a credit for channel v of output o"),
      wants: .init(outputs, "A bit for each output: the chosen flit leaves by it"),
      flit: .init(NetworkFlit(width: sizes.width), "The chosen flit"),
      channel: .init(sizes.channelBits, "The virtual channel of the output that it enters"),
      moves: .init("1 when the chosen flit goes through the switch"))
  }

  var documentation: String {
    """
    Input of a router: \(sizes.channels) queues of \(sizes.depth) flits. A flit can ask for the switch one clock after it
    arrives, a head one clock after it was given a virtual channel. A credit leaves one clock after its flit.
    """
  }

  static let parameters: [Parameter<Self>] =
    [.integer("outputs", \.outputs, in: 1...16, "Ports of the router")] + RouterSizes.parameters.map { $0.of(\.sizes) }

  func validate(_ parameters: inout ParameterCheck) { parameters.require(sizes) }

  func build(_ io: Interior<Ports>, in m: Module) {
    let count = sizes.channels
    let item = RoutedFlit(flit: io.link.flit, route: io.route)
    let moved = m.wire("moved", Bits.self, width: count)
    var (asks, ready): ([[Bit]], [Bit]) = ([], [])
    var (flits, outputPorts, outputChannels): ([NetworkFlit], [UInt], [UInt]) = ([], [], [])
    for channel in 0..<count {
      let arrives = io.link.sends & (io.link.channel .== UInt(channel))
      let room = m.wire("has_room_\(channel)", Bit.self)
      let queue = Stream(valid: arrives.named("arrives_\(channel)"), payload: item, ready: room.driver)
        .queued("queue_\(channel)", depth: sizes.depth, storage: .registers, in: m)
      m.assert(!arrives | room, "has_a_place_\(channel)", "a flit came without a credit")
      queue.ready <== moved[channel]
      let front = queue.payload
      let isActive = m.register("is_active_\(channel)", Bit.self, reset: 0)
      let isGiven = io.isGiven[channel]
      let output = m.register("output_\(channel)", front.route, when: isGiven)
      let outputChannel = m.register(
        "output_channel_\(channel)", select(front.route, io.given).named("given_to_\(channel)"), when: isGiven)
      m.when(isGiven) { isActive.next <== 1 }
        .otherwise(when: moved[channel] & front.flit.isTail) { isActive.next <== 0 }
      let waits = (queue.valid & !isActive).named("waits_\(channel)")
      m.assert(!waits | front.flit.isHead, "begins_with_a_head_\(channel)", "a packet begins without its head")
      asks.append((0..<outputs).map { waits & (front.route .== UInt($0)) })
      let credits = select(
        output, (0..<outputs).map { io.hasCredit[$0 * count..<($0 + 1) * count] }
      ).named("credits_for_\(channel)")
      ready.append(queue.valid & isActive & credits[outputChannel])
      flits.append(front.flit)
      outputPorts.append(output)
      outputChannels.append(outputChannel)
    }
    let turn = m.instance(Arbiter { $0.count = count }, "switch_turn")
    turn.request <== concatenate(ready.reversed()).named("ready_channels")
    turn.advance <== io.moves
    moved.driver <== mux(io.moves, turn.grant, 0)
    io.requests <== concatenate((0..<outputs * count).reversed().map { asks[$0 % count][$0 / count] })
    let output = select(turn.index, outputPorts)
    io.wants <== concatenate((0..<outputs).reversed().map { turn.isGranted & (output .== UInt($0)) })
    io.flit <== select(turn.index, flits)
    io.channel <== select(turn.index, outputChannels)
    io.link.credits <== m.register("credits", moved, reset: 0)
  }
}
