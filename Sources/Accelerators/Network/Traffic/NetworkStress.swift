/// Random traffic on random networks with random routers, to find packets that wait for each other.
///
/// Loads go beyond saturation, queues down to one flit, routes through all methods that fit every network. A source that has
/// twenty packets waiting makes no further ones until it has fewer.
public struct NetworkStress: Hashable, Sendable {
  /// Networks.
  public var networks: Int
  /// Clocks with traffic in each network; it drains behind them.
  public var cycles: Int
  /// The first network's seed; the next one has the next seed.
  public var seed: UInt64

  /// 200 networks of 50,000 clocks are ten million clocks.
  public init(networks: Int = 200, cycles: Int = 50_000, seed: UInt64 = 1) {
    (self.networks, self.cycles, self.seed) = (networks, cycles, seed)
  }

  /// What came out.
  public struct Outcome: Hashable, Sendable {
    /// Networks that ran to the end.
    public var networks = 0
    /// Clocks of all of them.
    public var cycles = 0
    /// Packets that were sent, all of which arrived.
    public var packets = 0
    /// Their flits.
    public var flits = 0
    /// The most layers that some routes had.
    public var layers = 0
    /// The first network in which packets were stuck, in words; nil where there was none.
    public var failure: String?
  }

  /// Runs all networks, and ends at the first one in which something is stuck.
  ///
  /// - Parameter progress: Called before each network with its number.
  /// - Throws: ``NetworkError`` where a network cannot be made.
  public func run(
    progress: (Int) -> Void = { _ in }, isCancelled: () -> Bool = { false }
  ) throws(NetworkError) -> Outcome {
    var outcome = Outcome()
    for number in 0..<networks where !isCancelled() {
      progress(number)
      var random = NetworkRandom(seed: seed &+ UInt64(number), stream: 1 << 20)
      let topology = try NetworkTopology.random(
        routers: 5 + random.next(below: 21), seed: seed &+ UInt64(number), tiers: 1 + random.next(below: 4),
        extraLinks: random.next(below: 20), latencies: 1...3)
      let methods: [RoutingMethod] = [.upDown(), .upDown(order: .depthFirst), .layered(limit: 8)]
      let routes = try NetworkRoutes(topology, by: methods[random.next(below: methods.count)])
      let parameters = NetworkParameters(
        channels: routes.layerCount + random.next(below: 4), depth: 1 + random.next(below: 8),
        switchDelay: random.next(below: 3))
      let pattern: TrafficPattern =
        random.next(below: 2) == 0 ? .uniform(includesSelf: true) : .hotspot(node: 0, share: 0.2)
      let load = 0.05 + 0.95 * random.unit()
      var network = try NetworkSimulator(routes, parameters)
      var source = try TrafficSource(
        pattern, nodes: topology.nodes.count, load: load, flits: 1 + random.next(below: 9),
        seed: seed &+ UInt64(number))
      while network.cycle < cycles || network.openPackets > 0 {
        if network.cycle < cycles {
          for packet in source.packets(in: network.cycle) where network.waitingPackets(at: packet.source) < 20 {
            network.add(packet)
          }
        }
        network.step()
        outcome.flits += network.takeDeliveries().count
        if network.cycle % 1024 == 0, isCancelled() { return outcome }
        if network.isStuck {
          outcome.failure =
            "\(network.openPackets) packets are stuck in \(topology.name) with \(routes.method) routes at cycle "
            + "\(network.cycle)"
          return outcome
        }
      }
      outcome.networks += 1
      outcome.cycles += network.cycle
      outcome.packets += network.packets.count
      outcome.layers = max(outcome.layers, routes.layerCount)
    }
    return outcome
  }
}
