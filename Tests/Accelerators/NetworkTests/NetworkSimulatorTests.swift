import Network
import TestFiles
import Testing

/// The golden network: latencies, order, credits, deadlock.
@Suite struct NetworkSimulatorTests {
  @Test(arguments: [0, 1, 2], [1, 3, 9]) func `A packet alone takes the clocks of the formula`(
    switchDelay: Int, flits: Int
  ) throws {
    for topology in [
      try NetworkTopology.hetraxTiny(verticalLatency: 3), try .mesh(3, 2, 2, verticalLatency: 2),
      try .random(routers: 9, seed: 3, latencies: 1...4),
    ] {
      let routes = try NetworkRoutes(topology)
      let parameters = NetworkParameters(channels: 2, depth: switchDelay + 11, switchDelay: switchDelay)
      for source in topology.nodes.indices {
        for destination in topology.nodes.indices {
          var network = try NetworkSimulator(routes, parameters)
          for _ in 0..<7 { network.step() }
          network.add(NetworkPacket(from: source, to: destination, flits: flits, created: 7))
          try network.drain()
          let expected = try parameters.zeroLoadLatency(routes, from: source, to: destination, flits: flits)
          #expect(network.deliveries.last.map { $0.cycle - 7 } == expected)
          // From the definition, for neighbours: write, channel, switch and link at both routers, and the node's register.
          if source == destination { #expect(expected == 2 + 2 + switchDelay + 1 + flits - 1) }
        }
      }
    }
  }

  @Test func `Short queues make a long packet wait for credits`() throws {
    let routes = try NetworkRoutes(NetworkTopology.mesh(3, 1, 1, latency: 2))
    func latency(_ depth: Int, flits: Int = 40) throws -> (simulated: Int, formula: Int?) {
      let parameters = NetworkParameters(channels: 1, depth: depth)
      var network = try NetworkSimulator(routes, parameters)
      network.add(NetworkPacket(from: 0, to: 2, flits: flits))
      try network.drain()
      return (
        network.deliveries.last?.cycle ?? 0,
        try parameters.zeroLoadLatency(routes, from: 0, to: 2, flits: flits)
      )
    }
    // Credits are back after 1 + 2 · 2 + 2 clocks; 4 links, two of which are within the nodes.
    let unhindered = 2 + 2 * (3 + 2) + 4 + 39
    for depth in 1...12 {
      let (simulated, formula) = try latency(depth)
      #expect(formula == (depth >= 7 ? unhindered : nil))
      if depth >= 7 { #expect(simulated == unhindered) } else { #expect(simulated > unhindered, "\(depth)") }
      let short = try latency(depth, flits: depth)
      #expect(short.simulated == short.formula)
    }
    // With one place a flit passes in each round trip of its credit.
    #expect(try latency(1).simulated > 39 * 7)
  }

  @Test(arguments: [0, 1, 2]) func `A node gives credits back two clocks after a flit comes`(switchDelay: Int) throws {
    // From a node to itself through queues of one place: a flit for each round trip of a credit of the node, which is the
    // switch, the registers behind it and the link, a clock in the node, and one back.
    let routes = try NetworkRoutes(NetworkTopology.mesh(2, 1))
    var network = try NetworkSimulator(
      routes, NetworkParameters(channels: 1, depth: 1, switchDelay: switchDelay))
    network.add(NetworkPacket(from: 1, to: 1, flits: 10))
    try network.drain()
    let first = 2 + 2 + switchDelay + 1
    #expect(network.deliveries.map(\.cycle) == (0..<10).map { first + $0 * (switchDelay + 4) })
  }

  @Test func `Two that want one output get it in turn`() throws {
    // Two long packets, each with a virtual channel of its own.
    var network = try NetworkSimulator(
      NetworkRoutes(NetworkTopology.mesh(3, 1)), NetworkParameters(channels: 2, depth: 8))
    for node in [0, 2] { network.add(NetworkPacket(from: node, to: 1, flits: 150)) }
    while network.cycle < 200 { network.step() }
    let sources = network.deliveries.filter { $0.cycle >= 100 }.map { network.packets[$0.packet].source }
    #expect(sources.count >= 99)
    #expect(zip(sources, sources.dropFirst()).allSatisfy { $0 != $1 })
  }

  @Test(arguments: 0..<12) func `All packets arrive once, whole and in order`(seed: Int) throws {
    let topology = try NetworkTopology.random(routers: 5 + seed, seed: UInt64(seed), latencies: 1...3)
    let method: RoutingMethod = seed % 2 == 0 ? .upDown() : .layered(limit: 8)
    let routes = try NetworkRoutes(topology, by: method)
    let parameters = NetworkParameters(
      channels: max(routes.layerCount, 1 + seed % 4), depth: 1 + seed % 5, switchDelay: seed % 3)
    var network = try NetworkSimulator(routes, parameters)
    let packets = try TrafficSource.packets(
      .uniform(), nodes: topology.nodes.count, load: 0.6, flits: 1 + seed % 6, seed: UInt64(seed), cycles: 300)
    for packet in packets { network.add(packet) }
    try network.drain()
    var next = [Int](repeating: 0, count: packets.count)
    var channels = [Int](repeating: -1, count: packets.count)
    for delivery in network.deliveries {
      let packet = packets[delivery.packet]
      #expect(delivery.flit == next[delivery.packet])
      next[delivery.packet] += 1
      #expect(delivery.channel % routes.layerCount == routes.layer(from: packet.source, to: packet.destination))
      // A packet keeps its virtual channel at the node.
      if delivery.flit == 0 { channels[delivery.packet] = delivery.channel }
      #expect(channels[delivery.packet] == delivery.channel)
    }
    #expect(next == packets.map(\.flits))
    // A node gets one flit a clock.
    let taken = network.deliveries.map { [packets[$0.packet].destination, $0.cycle] }
    #expect(Set(taken).count == taken.count)
    // Packets of one pair in one virtual channel layer of one channel keep their order.
    let hops = try packets.map { try routes.channels(from: $0.source, to: $0.destination).count * $0.flits }
    #expect(network.channelFlits.reduce(0, +) == hops.reduce(0, +))
    #expect(network.queueWrites == hops.reduce(0, +) + packets.reduce(0) { $0 + $1.flits })
  }

  @Test func `Packets of two heads do not mix in a virtual channel`() throws {
    let topology = try NetworkTopology.mesh(4, 1)
    var network = try NetworkSimulator(NetworkRoutes(topology), NetworkParameters(channels: 2, depth: 3))
    for source in 0..<3 {
      for _ in 0..<6 { network.add(NetworkPacket(from: source, to: 3, flits: 7)) }
    }
    try network.drain()
    for channel in 0..<2 {
      var open: Int?
      for delivery in network.deliveries where delivery.channel == channel {
        if delivery.flit == 0 { #expect(open == nil) } else { #expect(open == delivery.packet) }
        open = delivery.flit == 6 ? nil : delivery.packet
      }
    }
  }

  @Test func `All to all drains, and the busiest channel bounds it`() throws {
    for topology in [try NetworkTopology.hetraxTiny(), try .mesh(3, 3, 2), try .random(routers: 12, seed: 5)] {
      for method in [RoutingMethod.upDown(), .layered(limit: 8)] {
        let routes = try NetworkRoutes(topology, by: method)
        var network = try NetworkSimulator(routes, NetworkParameters(channels: max(2, routes.layerCount)))
        for packet in TrafficSource.everyPair(nodes: topology.nodes.count, flits: 5) { network.add(packet) }
        try network.drain()
        #expect(network.deliveries.count == 5 * topology.nodes.count * (topology.nodes.count - 1))
        let busiest = try #require(network.channelFlits.max())
        #expect(network.cycle >= busiest)
        #expect(network.cycle < 12 * busiest)
      }
    }
  }

  @Test func `Routes with a circle do deadlock, and it is seen`() throws {
    let count = 5
    let ring = try NetworkTopology(
      name: "ring", routers: (0..<count).map { NetworkRouter("r\($0)", at: NetworkPosition($0, 0)) },
      links: (0..<count).map { NetworkLink($0, ($0 + 1) % count) },
      nodes: (0..<count).map { NetworkNode("n\($0)", router: $0) })
    func run(_ routes: NetworkRoutes) throws {
      var network = try NetworkSimulator(routes, NetworkParameters(channels: routes.layerCount, depth: 2))
      for round in 0..<20 {
        for node in 0..<count {
          network.add(NetworkPacket(from: node, to: (node + 2) % count, flits: 9, created: round))
        }
      }
      try network.drain()
    }
    let cyclic = try NetworkRoutes(unproved: ring, by: .shortest)
    #expect(try ChannelDependencies(cyclic).cycle != nil)
    let failure = #expect(throws: NetworkError.self) { try run(cyclic) }
    if case .stuck = failure {} else { Issue.record("\(String(describing: failure))") }
    try run(NetworkRoutes(ring, by: .layered()))
    try run(NetworkRoutes(ring))
  }

  @Test func `Nobody starves at a hotspot`() throws {
    let topology = try NetworkTopology.mesh(3, 3)
    var network = try NetworkSimulator(NetworkRoutes(topology), NetworkParameters(channels: 2, depth: 4))
    for round in 0..<60 {
      for node in 1..<9 { network.add(NetworkPacket(from: node, to: 0, flits: 2, created: round)) }
    }
    while network.cycle < 500 { network.step() }
    var got = [Int](repeating: 0, count: 9)
    for delivery in network.deliveries { got[network.packets[delivery.packet].source] += 1 }
    // Each router gives turns to its ports, so that far nodes get less.
    #expect(got[1...].allSatisfy { $0 > 5 }, "\(got)")
    // The link into the node is busy in every clock once the network is full.
    #expect(network.deliveries.filter { (100..<500).contains($0.cycle) }.count == 400)
  }

  @Test func `Nothing is stuck in random networks`() throws {
    let outcome = try NetworkStress(networks: Tier.isFull ? 200 : 25, cycles: Tier.isFull ? 5000 : 300).run()
    #expect(outcome.failure == nil)
    #expect(outcome.networks >= 25 && outcome.flits > 10_000 && outcome.layers > 1, "\(outcome)")
  }
}
