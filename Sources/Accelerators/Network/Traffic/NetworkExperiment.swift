/// How a network answers a load: latency and throughput, measured in the golden simulator.
///
/// Packets of ``window`` clocks behind ``warmUp`` clocks are measured; traffic goes on until the last of them has arrived, for
/// ``drain`` clocks at most.
public struct NetworkExperiment: Hashable, Sendable {
  /// The tables of the routers.
  public var routes: NetworkRoutes
  /// What the routers are made of.
  public var parameters: NetworkParameters
  /// Who sends to whom.
  public var pattern: TrafficPattern
  /// Flits of a packet.
  public var flits: Int
  /// Seed of the traffic.
  public var seed: UInt64
  /// Clocks before the measurement.
  public var warmUp: Int
  /// Clocks of which the packets are measured.
  public var window: Int
  /// Clocks that the last measured packets may take after the window.
  public var drain: Int

  /// 1,000 clocks to warm up, 10,000 to measure and 20,000 to drain unless stated otherwise.
  public init(
    _ routes: NetworkRoutes, _ parameters: NetworkParameters = NetworkParameters(),
    pattern: TrafficPattern = .uniform(), flits: Int = 4, seed: UInt64 = 1, warmUp: Int = 1000, window: Int = 10_000,
    drain: Int = 20_000
  ) {
    (self.routes, self.parameters, self.pattern, self.flits) = (routes, parameters, pattern, flits)
    (self.seed, self.warmUp, self.window, self.drain) = (seed, warmUp, window, drain)
  }

  /// What one load gives.
  public struct Measurement: Hashable, Sendable {
    /// Flits that a node offers in a clock, as asked for.
    public let load: Double
    /// Flits that nodes made in a clock of the window, on the average over the nodes.
    public let offered: Double
    /// Flits that nodes got in a clock of the window, on the average over the nodes.
    public let accepted: Double
    /// Packets measured.
    public let packets: Int
    /// Clocks from the making of a packet to its last flit, of the packets that arrived.
    public let meanLatency: Double
    /// The same, of which 95, 99 and 100 of 100 packets take no more.
    public let percentile95, percentile99, maximum: Int
    /// Whether all measured packets arrived.
    public let hasDrained: Bool
    /// The share of the clocks of the window in which each channel of a link passed a flit.
    public let channelLoads: [Double]
    /// Whether the network is saturated: not drained, or a mean latency beyond ``NetworkExperiment/saturationFactor`` times that
    /// of an empty network.
    public let isSaturated: Bool
  }

  /// A mean latency of so many times that of an empty network counts as saturation.
  public static let saturationFactor = 3.0

  /// The mean of the latencies of single packets in an empty network, weighted as the pattern sends.
  public func zeroLoadLatency() throws(NetworkError) -> Double {
    let shares = try pattern.shares(nodes: routes.topology.nodes.count)
    var (sum, weight) = (0.0, 0.0)
    for (source, row) in shares.enumerated() {
      for (destination, share) in row.enumerated() where share > 0 {
        sum += share * Double(try singleLatency(from: source, to: destination))
        weight += share
      }
    }
    return sum / weight
  }

  /// Clocks of one packet alone: by the formula where there is one, otherwise simulated.
  public func singleLatency(from source: Int, to destination: Int) throws(NetworkError) -> Int {
    let known = try parameters.zeroLoadLatency(routes, from: source, to: destination, flits: flits)
    if let known { return known }
    var network = try NetworkSimulator(routes, parameters)
    network.add(NetworkPacket(from: source, to: destination, flits: flits))
    try network.drain()
    return network.deliveries.last?.cycle ?? 0
  }

  /// Simulates one load.
  ///
  /// - Parameter isCancelled: Asked now and then; a measurement that is cancelled counts as one that has not drained.
  /// - Throws: ``NetworkError``, among them ``NetworkError/stuck(_:_:)`` where routes deadlock.
  public func measure(
    load: Double, isCancelled: () -> Bool = { false }
  ) throws(NetworkError) -> Measurement {
    let nodes = routes.topology.nodes.count
    var network = try NetworkSimulator(routes, parameters)
    var source = try TrafficSource(pattern, nodes: nodes, load: load, flits: flits, seed: seed)
    let (start, end) = (warmUp, warmUp + window)
    var latencies: [Int] = []
    var (measured, made, got) = (0, 0, 0)
    var before = network.channelFlits
    var passed = before
    while network.cycle < end + drain {
      let cycle = network.cycle
      if cycle == start { before = network.channelFlits }
      if cycle == end { passed = network.channelFlits }
      if cycle >= end, latencies.count == measured { break }
      if cycle % 1024 == 0, isCancelled() { break }
      for packet in source.packets(in: cycle) {
        network.add(packet)
        guard (start..<end).contains(cycle) else { continue }
        measured += 1
        made += packet.flits
      }
      network.step()
      if network.isStuck { throw .stuck(network.cycle, network.openPackets) }
      for delivery in network.takeDeliveries() {
        if (start..<end).contains(delivery.cycle) { got += 1 }
        let packet = network.packets[delivery.packet]
        if delivery.flit == packet.flits - 1, (start..<end).contains(packet.created) {
          latencies.append(delivery.cycle - packet.created)
        }
      }
    }
    latencies.sort()
    /// The least latency that so many of 100 packets do not exceed.
    func percentile(_ share: Int) -> Int {
      latencies.isEmpty ? 0 : latencies[max(0, (share * latencies.count + 99) / 100 - 1)]
    }
    let mean = latencies.isEmpty ? 0 : Double(latencies.reduce(0, +)) / Double(latencies.count)
    let hasDrained = latencies.count == measured
    let limit = Self.saturationFactor * (try zeroLoadLatency())
    return Measurement(
      load: load, offered: Double(made) / Double(window * nodes), accepted: Double(got) / Double(window * nodes),
      packets: measured, meanLatency: mean, percentile95: percentile(95), percentile99: percentile(99),
      maximum: latencies.last ?? 0, hasDrained: hasDrained,
      channelLoads: zip(before, passed).map { Double($1 - $0) / Double(window) },
      isSaturated: !hasDrained || mean > limit)
  }

  /// The greatest load that does not saturate the network, found by halving.
  ///
  /// - Parameter tolerance: How far apart the last loads are of which one saturates it and one does not.
  /// - Returns: The load in the middle of both; 1 where no load saturates it.
  public func saturation(
    tolerance: Double = 0.005, isCancelled: () -> Bool = { false }
  ) throws(NetworkError) -> Double {
    var (free, saturated) = (0.0, 1.0)
    // A pattern in which some nodes send more than others reaches one packet a clock there before the mean is 1.
    let shares = try pattern.shares(nodes: routes.topology.nodes.count).map { $0.reduce(0, +) }
    saturated = min(1, Double(flits) / (shares.max() ?? 1))
    if try !measure(load: saturated, isCancelled: isCancelled).isSaturated { return saturated }
    while saturated - free > tolerance, !isCancelled() {
      let middle = (free + saturated) / 2
      if try measure(load: middle, isCancelled: isCancelled).isSaturated { saturated = middle } else { free = middle }
    }
    return (free + saturated) / 2
  }
}
