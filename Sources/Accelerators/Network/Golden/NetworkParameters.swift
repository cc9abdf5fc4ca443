/// What the routers of a network are made of.
///
/// In words: input queues of virtual channels, wormhole switching, credits. A packet's head is looked up as it is written
/// into a queue, asks for a virtual channel of the output in the clock after that (`VA`), and then for the switch (`SA`), as
/// every other flit does; it then passes ``switchDelay`` registers behind the switch and those of the link.
///
/// A flit that is granted the switch in clock g is at the input of the next router in clock g + `switchDelay` + latency of
/// the link; its credit is back in clock g + latency of the link by which it came, and counts from the next clock on.
public struct NetworkParameters: Hashable, Sendable {
  /// Virtual channels of each port; channel v belongs to layer v modulo the layers of the routes.
  public var channels: Int
  /// Flits of the queue of each virtual channel.
  public var depth: Int
  /// Registers between the switch and the link.
  public var switchDelay: Int

  /// Four channels of eight flits behind a registered switch unless stated otherwise.
  public init(channels: Int = 4, depth: Int = 8, switchDelay: Int = 1) {
    (self.channels, self.depth, self.switchDelay) = (channels, depth, switchDelay)
  }

  /// Clocks of a flit alone from the input of a router to the input of the next one, the latency of the link left out:
  /// one in which it is written, one for a virtual channel, and the registers behind the switch.
  public var routerDelay: Int { 2 + switchDelay }

  /// Refuses what is no router, or has no channel for each layer.
  ///
  /// - Throws: ``NetworkError``.
  public func validate(for routes: NetworkRoutes) throws(NetworkError) {
    guard (1...32).contains(channels) else { throw .range("the number of virtual channels", channels, 1...32) }
    guard (1...256).contains(depth) else { throw .range("the depth of a queue", depth, 1...256) }
    guard (0...4).contains(switchDelay) else { throw .range("the delay of the switch", switchDelay, 0...4) }
    guard channels >= routes.layerCount else { throw .tooFewChannels(channels, layers: routes.layerCount) }
  }

  /// Clocks from the making of a packet to the delivery of its last flit, where nothing else is in the network.
  ///
  /// 2 + Σ (2 + `switchDelay` + latency) over the routers of the way, the link to the node having a latency of 1, and a
  /// clock for each flit behind the first one; nil where a packet longer than a queue may wait for credits, which are back
  /// `switchDelay` + 2 · latency + 2 clocks after a flit is sent.
  public func zeroLoadLatency(
    _ routes: NetworkRoutes, from source: Int, to destination: Int, flits: Int
  ) throws(NetworkError) -> Int? {
    let links = try routes.channels(from: source, to: destination).map { routes.topology.links[$0 / 2].latency } + [1]
    let greatest = links.max() ?? 1
    guard flits <= depth || depth >= switchDelay + 2 * greatest + 2 else { return nil }
    return 2 + links.reduce(0) { $0 + routerDelay + $1 } + flits - 1
  }
}
