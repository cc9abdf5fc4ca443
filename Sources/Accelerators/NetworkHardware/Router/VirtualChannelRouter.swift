import Components
public import HDL

/// A router: input-queued virtual channels, wormhole switching, credits, separable allocators that go in turn.
///
/// A flit that arrives in clock t asks for the switch in clock t + 1 where its packet has a virtual channel of the output, and a
/// head asks for that in clock t + 1 and for the switch from t + 2 on. What is granted in clock g leaves by the output in clock
/// g + 1 + `switchDelay`, and its credit in clock g + 1. Which output a packet takes comes with its head, from a ``RouteTable``.
/// Decisions are those of `NetworkSimulator`, clock by clock.
public struct VirtualChannelRouter: DefaultConfigurable {
  /// Links and nodes: inputs, and as many outputs.
  public var portCount = 3
  /// Virtual channels, queues and flits.
  public var sizes = RouterSizes()

  /// A router of three ports.
  public init() {}
  /// A router of `ports` ports.
  public init(ports: Int, sizes: RouterSizes = RouterSizes()) { (portCount, self.sizes) = (ports, sizes) }

  /// Links that come and go, and where heads go.
  public struct Ports {
    /// The links that come.
    public let inputs: [Flipped<FlitChannel>]
    public let routes: [Input<UInt>]
    /// The links that go.
    public let outputs: [FlitChannel]
  }

  /// The interface for these parameters.
  public var ports: Ports {
    let link = FlitChannel(width: sizes.width, channels: sizes.channels)
    return Ports(
      inputs: (0..<portCount).map { _ in .init(link) },
      routes: (0..<portCount).map { _ in
        .init(bits(for: max(1, portCount - 1)), "The output port of the head that arrives at this input")
      }, outputs: (0..<portCount).map { _ in link })
  }

  /// What stands above the emitted module.
  public var documentation: String {
    """
    Router of \(portCount) ports with \(sizes.channels) virtual channels of \(sizes.depth) flits each, in \(sizes.layers) layers.
    A head leaves \(3 + sizes.switchDelay) clock edges after it arrives, another flit \(2 + sizes.switchDelay), where nothing
    is in its way. Credits leave one clock edge after their flit was granted the switch.
    """
  }

  /// The parameters.
  public static let parameters: [Parameter<Self>] =
    [.integer("portCount", \.portCount, in: 1...16, "Links and nodes")]
    + RouterSizes.parameters.map { $0.of(\.sizes) }

  /// Requires a channel for each layer.
  public func validate(_ parameters: inout ParameterCheck) { parameters.require(sizes) }

  /// Makes the hardware.
  public func build(_ io: Interior<Ports>, in m: Module) {
    let (count, places) = (sizes.channels, 0..<portCount)
    let inputs = places.map { m.instance(RouterInput(outputs: portCount, sizes: sizes), "input_\($0)") }
    let outputs = places.map { m.instance(RouterOutput(inputs: portCount, sizes: sizes), "output_\($0)") }
    let credits = concatenate(outputs.reversed().map(\.hasCredit)).named("has_credit")
    for (place, input) in inputs.enumerated() {
      input.link <== io.inputs[place]
      input.route <== io.routes[place]
      input.hasCredit <== credits
      for (given, output) in zip(input.given, outputs) { given <== output.given }
      let channels = place * count..<(place + 1) * count
      input.isGiven <== outputs.dropFirst().reduce(outputs[0].isGiven[channels]) { $0 | $1.isGiven[channels] }
      input.moves <== anyOf(outputs.map { $0.grant[place] })
    }
    let tails = concatenate(inputs.reversed().map(\.flit.isTail)).named("is_tail")
    for (place, output) in outputs.enumerated() {
      output.requests
        <== concatenate(
          inputs.reversed().map { $0.requests[place * count..<(place + 1) * count] }
        ).named("requests_for_\(place)")
      output.wants <== concatenate(inputs.reversed().map { $0.wants[place] }).named("wants_\(place)")
      output.isTail <== tails
      for (channel, input) in zip(output.channels, inputs) { channel <== input.channel }
      output.credits <== io.outputs[place].credits
      let chosen = index(ofOneHot: output.grant)
      let flit = NetworkFlit(
        isHead: select(chosen, inputs.map(\.flit.isHead)).named("switched_\(place)_is_head"),
        isTail: select(chosen, inputs.map(\.flit.isTail)).named("switched_\(place)_is_tail"),
        data: select(chosen, inputs.map(\.flit.data)).named("switched_\(place)_data"))
      let channel = select(chosen, inputs.map(\.channel)).named("switched_\(place)_channel")
      let delay = 1 + sizes.switchDelay
      io.outputs[place].sends <== m.delayed("sends_\(place)", output.grant.any, by: delay, reset: 0)
      io.outputs[place].flit <== m.delayed("flit_\(place)", flit, by: delay)
      io.outputs[place].channel <== m.delayed("channel_\(place)", channel, by: delay)
    }
  }
}
