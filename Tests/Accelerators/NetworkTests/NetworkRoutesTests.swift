import Network
import Testing

/// Routes of all methods, and the proof that they cannot deadlock.
@Suite struct NetworkRoutesTests {
  private static func ring(_ count: Int) throws -> NetworkTopology {
    try NetworkTopology(
      name: "ring", routers: (0..<count).map { NetworkRouter("r\($0)", at: NetworkPosition($0, 0)) },
      links: (0..<count).map { NetworkLink($0, ($0 + 1) % count) },
      nodes: (0..<count).map { NetworkNode("n\($0)", router: $0) })
  }

  /// The proof, checked again: every route passes rising numbers.
  private static func check(_ routes: NetworkRoutes) throws {
    let dependencies = try ChannelDependencies(routes)
    #expect(dependencies.cycle == nil)
    let numbers = try #require(dependencies.numbering)
    #expect(Set(numbers).count == dependencies.vertexCount)
    let topology = routes.topology
    for source in topology.nodes.indices {
      for destination in topology.nodes.indices {
        let channels = try routes.channels(from: source, to: destination)
        let layer = routes.layer(from: source, to: destination)
        #expect(layer < routes.layerCount)
        let passed = channels.map { numbers[$0 * routes.layerCount + layer] }
        #expect(zip(passed, passed.dropFirst()).allSatisfy { $0 < $1 })
        // The channels join the nodes.
        var router = topology.nodes[source].router
        for channel in channels {
          #expect(topology.source(ofChannel: channel) == router)
          router = topology.target(ofChannel: channel)
        }
        #expect(router == topology.nodes[destination].router)
      }
    }
  }

  /// Sums of latencies of all shortest ways, by Floyd and Warshall.
  private static func distances(_ topology: NetworkTopology) -> [[Int]] {
    let count = topology.routers.count
    var distance = [[Int]](repeating: [Int](repeating: 1 << 30, count: count), count: count)
    for router in 0..<count { distance[router][router] = 0 }
    for link in topology.links {
      distance[link.first][link.second] = link.latency
      distance[link.second][link.first] = link.latency
    }
    for middle in 0..<count {
      for a in 0..<count {
        for b in 0..<count {
          distance[a][b] = min(distance[a][b], distance[a][middle] + distance[middle][b])
        }
      }
    }
    return distance
  }

  private static func latency(_ routes: NetworkRoutes, _ source: Int, _ destination: Int) throws -> Int {
    try routes.channels(from: source, to: destination).reduce(0) { $0 + routes.topology.links[$1 / 2].latency }
  }

  @Test(arguments: 1...24) func `Random networks get routes that are proved`(seed: Int) throws {
    let topology = try NetworkTopology.random(
      routers: 4 + seed, seed: UInt64(seed), extraLinks: seed, latencies: 1...3)
    let distances = Self.distances(topology)
    for method in [RoutingMethod.upDown(), .upDown(order: .depthFirst), .upDown(root: 2), .layered(limit: 8)] {
      let routes = try NetworkRoutes(topology, by: method)
      try Self.check(routes)
      for (a, source) in topology.nodes.enumerated() {
        for (b, destination) in topology.nodes.enumerated() {
          let distance = distances[source.router][destination.router]
          let taken = try Self.latency(routes, a, b)
          if case .layered = method { #expect(taken == distance) } else { #expect(taken >= distance) }
        }
      }
    }
  }

  @Test(arguments: 1...8) func `Up and down ways are the shortest of their kind`(seed: Int) throws {
    let topology = try NetworkTopology.random(routers: 7, seed: UInt64(seed), extraLinks: 4, latencies: 1...4)
    let routes = try NetworkRoutes(topology, by: .upDown(root: 0))
    let hops = topology.hopCounts[0]
    func rank(_ router: Int) -> (Int, Int) { (hops[router], router) }
    // All simple ways, by trying.
    for source in topology.routers.indices {
      for destination in topology.routers.indices where source != destination {
        var best = Int.max
        func walk(_ router: Int, _ visited: Set<Int>, _ hasDescended: Bool, _ latency: Int) {
          if router == destination {
            best = min(best, latency)
            return
          }
          for case .link(let link, let next) in topology.ports[router] where !visited.contains(next) {
            let descends = rank(next) > rank(router)
            if hasDescended, !descends { continue }
            walk(next, visited.union([next]), descends, latency + topology.links[link].latency)
          }
        }
        walk(source, [source], false, 0)
        #expect(try Self.latency(routes, source, destination) == best)
        let ways = try routes.channels(from: source, to: destination).map {
          rank(topology.target(ofChannel: $0)) > rank(topology.source(ofChannel: $0))
        }
        #expect(ways == ways.filter { !$0 } + ways.filter { $0 })
      }
    }
  }

  @Test func `Dimension order on a mesh is shortest and free of deadlock`() throws {
    let mesh = try NetworkTopology.mesh(3, 3, 2)
    let routes = try NetworkRoutes(mesh, by: .dimensionOrder)
    try Self.check(routes)
    for a in 0..<18 {
      for b in 0..<18 { #expect(try Self.latency(routes, a, b) == mesh.hopCounts[a][b]) }
    }
    #expect(
      try routes.channels(from: 0, to: 17).map(mesh.channelName) == ["r0→r1", "r1→r2", "r2→r5", "r5→r8", "r8→r17"])
    #expect(throws: NetworkError.noStep("r0", NetworkPosition(1, 0))) {
      try NetworkRoutes(mesh.removing([("r0", "r1")]), by: .dimensionOrder)
    }
  }

  @Test func `Shortest ways round a ring are refused with the circle`() throws {
    let ring = try Self.ring(5)
    do {
      _ = try NetworkRoutes(ring, by: .shortest)
      Issue.record("accepted")
    } catch {
      #expect(
        error.description
          == "shortest routes can deadlock, each channel waiting for the next one: r0→r1, r1→r2, r2→r3, r3→r4, r4→r0, "
          + "r0→r1; use layered routes with more layers, or up-down")
    }
    let layered = try NetworkRoutes(ring, by: .layered(limit: 2))
    #expect(layered.layerCount == 2)
    try Self.check(layered)
    #expect(throws: NetworkError.self) { try NetworkRoutes(ring, by: .layered(limit: 1)) }
    try Self.check(NetworkRoutes(ring, by: .upDown()))
    // With three routers no packet turns.
    try Self.check(NetworkRoutes(Self.ring(3), by: .shortest))
    let cycle = try #require(try ChannelDependencies(NetworkRoutes(unproved: ring, by: .shortest)).cycle)
    #expect(cycle.count == 5)
    #expect(try ChannelDependencies(NetworkRoutes(unproved: ring, by: .shortest)).numbering == nil)
  }

  @Test(arguments: 1...30) func `The circle that is named is one of dependencies`(seed: Int) throws {
    let topology = try NetworkTopology.random(routers: 10, seed: UInt64(seed), extraLinks: 8)
    let routes = try NetworkRoutes(unproved: topology, by: .shortest)
    let dependencies = try ChannelDependencies(routes)
    let edges = Set(dependencies.edges.map { [$0.0, $0.1] })
    if let cycle = dependencies.cycle {
      for (place, vertex) in cycle.enumerated() {
        #expect(edges.contains([vertex, cycle[(place + 1) % cycle.count]]))
      }
      #expect(dependencies.numbering == nil)
      #expect(throws: NetworkError.self) { try NetworkRoutes(topology, by: .shortest) }
    } else {
      try Self.check(routes)
    }
  }

  @Test func `Routes lead round links that failed`() throws {
    let tiny = try NetworkTopology.hetraxTiny(verticalLatency: 2)
    let routes = try NetworkRoutes(tiny, by: .layered())
    #expect(try routes.channels(from: 3, to: 0).map(tiny.channelName) == ["reram0→sm0"])
    let left = try routes.avoiding([("sm0", "reram0")])
    try Self.check(left)
    #expect(
      try left.channels(from: 3, to: 0).map(left.topology.channelName) == ["reram0→reram1", "reram1→mc0", "mc0→sm0"])
    #expect(throws: NetworkError.disconnected(from: "sm0", ["reram0", "reram1"])) {
      try routes.avoiding([("sm0", "reram0"), ("mc0", "reram1")])
    }
    // Each single failure of a mesh that stays connected.
    let mesh = try NetworkTopology.mesh(2, 2, 2)
    for link in mesh.links {
      let names = (mesh.routers[link.first].name, mesh.routers[link.second].name)
      try Self.check(NetworkRoutes(mesh).avoiding([names]))
    }
  }

  @Test func `What does not fit is refused`() throws {
    let mesh = try NetworkTopology.mesh(2, 2)
    #expect(throws: NetworkError.range("the root", 4, 0...3)) { try NetworkRoutes(mesh, by: .upDown(root: 4)) }
    #expect(throws: NetworkError.range("the number of layers", 0, 1...16)) {
      try NetworkRoutes(mesh, by: .layered(limit: 0))
    }
    let ring = try NetworkRoutes(Self.ring(6), by: .layered())
    #expect(throws: NetworkError.tooFewChannels(1, layers: 2)) {
      try NetworkSimulator(ring, NetworkParameters(channels: 1))
    }
  }
}
