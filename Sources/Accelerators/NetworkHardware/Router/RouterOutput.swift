import Components
import HDL

/// An output of a router: its virtual channels, their credits, and who may use them.
///
/// One head in a clock is given a virtual channel of its layer that no packet has and for which there is a credit; one input
/// may send a flit. Both go in turn.
struct RouterOutput: DefaultConfigurable {
  /// Ports of the router.
  var inputs = 3
  var sizes = RouterSizes()

  init() {}
  init(inputs: Int, sizes: RouterSizes) { (self.inputs, self.sizes) = (inputs, sizes) }

  struct Ports {
    let requests: Input<Bits>
    let isGiven: Output<Bits>
    let given: Output<UInt>
    let wants: Input<Bits>
    let channels: [Input<UInt>]
    let isTail: Input<Bits>
    let grant: Output<Bits>
    let credits: Input<Bits>
    let hasCredit: Output<Bits>
  }

  var ports: Ports {
    let count = sizes.channels
    return Ports(
      requests: .init(inputs * count, "Bit i · channels + v: channel v of input i asks for a virtual channel"),
      isGiven: .init(inputs * count, "The one of them that gets one"),
      given: .init(sizes.channelBits, "Which one it gets"),
      wants: .init(inputs, "A bit for each input: it has a flit for this output"),
      channels: (0..<inputs).map { _ in .init(sizes.channelBits, "The virtual channel of that flit") },
      isTail: .init(inputs, "A bit for each input: that flit is the last one of its packet"),
      grant: .init(inputs, "The input whose flit goes"),
      credits: .init(count, "A bit for each virtual channel: a place becomes free behind the link"),
      hasCredit: .init(count, "A bit for each virtual channel: there is a credit for it"))
  }

  var documentation: String {
    """
    Output of a router: \(sizes.channels) virtual channels in \(sizes.layers) layers, with \(sizes.depth) credits each. Grants
    follow requests within the clock; a credit counts from the next clock on.
    """
  }

  static let parameters: [Parameter<Self>] =
    [.integer("inputs", \.inputs, in: 1...16, "Ports of the router")] + RouterSizes.parameters.map { $0.of(\.sizes) }

  func validate(_ parameters: inout ParameterCheck) { parameters.require(sizes) }

  func build(_ io: Interior<Ports>, in m: Module) {
    let count = sizes.channels
    let turn = m.instance(Arbiter { $0.count = inputs }, "switch_turn")
    turn.request <== io.wants
    turn.advance <== 1
    io.grant <== turn.grant
    let sent = select(turn.index, io.channels).named("sent_channel")
    let ends = (turn.grant & io.isTail).any.named("ends_a_packet")

    let gives = m.wire("gives", Bits.self, width: count)
    var (credited, free): ([Bit], [Bit]) = ([], [])
    for channel in 0..<count {
      let sends = (turn.isGranted & (sent .== UInt(channel))).named("sends_\(channel)")
      let credit = m.register(
        "credit_\(channel)", UInt.self, width: bits(for: sizes.depth), reset: UInt(sizes.depth))
      m.when(sends & !io.credits[channel]) { credit.next <== credit &- 1 }
        .otherwise(when: !sends & io.credits[channel]) { credit.next <== credit &+ 1 }
      let hasCredit = credit .!= 0
      m.assert(!sends | hasCredit, "has_a_credit_\(channel)", "a flit is sent without a credit")
      m.assert(
        !io.credits[channel] | (credit .!= UInt(sizes.depth)), "credits_come_back_once_\(channel)",
        "a credit came back that was not spent")
      let isTaken = m.register("is_taken_\(channel)", Bit.self, reset: 0)
      m.assert(!sends | isTaken, "is_taken_when_it_sends_\(channel)", "a flit is sent for no packet")
      m.when(gives[channel]) { isTaken.next <== 1 }.otherwise(when: sends & ends) { isTaken.next <== 0 }
      credited.append(hasCredit)
      free.append(hasCredit & !isTaken)
    }
    io.hasCredit <== concatenate(credited.reversed())

    // A head may be given a channel where its layer has one to give.
    let isFree = (0..<sizes.layers).map { layer in
      anyOf(sizes.members(of: layer).map { free[$0] }).named("layer_\(layer)_is_free")
    }
    let requests = concatenate(
      (0..<inputs * count).reversed().map { io.requests[$0] & isFree[$0 % count % sizes.layers] }
    ).named("requests_that_can_be_met")
    let heads = m.instance(Arbiter { $0.count = inputs * count }, "head_turn")
    heads.request <== requests
    heads.advance <== 1
    io.isGiven <== heads.grant
    var given = [Bit](repeating: 0, count: count)
    for layer in 0..<sizes.layers {
      let members = sizes.members(of: layer)
      let isAsked = anyOf(
        (0..<inputs * count).filter { $0 % count % sizes.layers == layer }.map { heads.grant[$0] }
      ).named("gives_in_layer_\(layer)")
      let channels = m.instance(Arbiter { $0.count = members.count }, "channel_turn_\(layer)")
      channels.request <== concatenate(members.reversed().map { free[$0] }).named("free_channels_\(layer)")
      channels.advance <== isAsked
      for (place, channel) in members.enumerated() { given[channel] = isAsked & channels.grant[place] }
    }
    gives.driver <== concatenate(given.reversed())
    io.given <== index(ofOneHot: gives)
  }
}
