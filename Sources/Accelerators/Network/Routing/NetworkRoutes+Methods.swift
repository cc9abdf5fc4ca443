extension NetworkRoutes {
  /// Tables in which only the destination counts, from the next link at each router towards each router.
  private static func tables(
    _ topology: NetworkTopology, next: (_ router: Int, _ target: Int) throws(NetworkError) -> Int
  ) throws(NetworkError) -> [[Int16]] {
    var tables: [[Int16]] = []
    for router in topology.routers.indices {
      var row: [Int16] = []
      for (node, place) in topology.nodes.enumerated() {
        let port =
          place.router == router
          ? topology.port(of: router, to: .node(node)) : try next(router, place.router)
        row.append(Int16(port ?? -1))
      }
      tables.append(Array(repeatElement(row, count: topology.ports[router].count).joined()))
    }
    return tables
  }

  /// Dijkstra's ways from each router: of equal ones the router with the lower number is expanded first, and the first way
  /// found stays.
  static func shortest(_ topology: NetworkTopology) -> [[Int16]] {
    let count = topology.routers.count
    // Neighbours by rising number.
    let neighbours = topology.ports.map { ports in
      ports.enumerated().compactMap { port, target -> (router: Int, port: Int, latency: Int)? in
        guard case .link(let link, let router) = target else { return nil }
        return (router, port, topology.links[link].latency)
      }.sorted { $0.router < $1.router }
    }
    let first = (0..<count).map { start in
      var distance = [Int](repeating: .max, count: count)
      var port = [Int](repeating: -1, count: count)
      var isDone = [Bool](repeating: false, count: count)
      distance[start] = 0
      for _ in 0..<count {
        var nearest = -1
        for router in 0..<count
        where !isDone[router] && distance[router] < .max && (nearest < 0 || distance[router] < distance[nearest]) {
          nearest = router
        }
        isDone[nearest] = true
        for neighbour in neighbours[nearest] where distance[nearest] + neighbour.latency < distance[neighbour.router] {
          distance[neighbour.router] = distance[nearest] + neighbour.latency
          port[neighbour.router] = nearest == start ? neighbour.port : port[nearest]
        }
      }
      return port
    }
    do throws(NetworkError) {
      return try tables(topology) { router, target in first[router][target] }
    } catch { preconditionFailure("the ports of a connected network are known: \(error)") }
  }

  static func dimensionOrder(_ topology: NetworkTopology) throws(NetworkError) -> [[Int16]] {
    try tables(topology) { (router, target) throws(NetworkError) in
      let (here, there) = (topology.positions[router], topology.positions[target])
      var next = here
      if here.x != there.x {
        next.x += (there.x - here.x).signum()
      } else if here.y != there.y {
        next.y += (there.y - here.y).signum()
      } else {
        next.z += (there.z - here.z).signum()
      }
      let port = topology.ports[router].firstIndex { port in
        if case .link(_, let neighbour) = port { topology.positions[neighbour] == next } else { false }
      }
      guard let port else { throw .noStep(topology.routers[router].name, next) }
      return port
    }
  }

  static func upDown(
    _ topology: NetworkTopology, root: Int?, order: RoutingMethod.Order
  ) throws(NetworkError) -> [[Int16]] {
    let count = topology.routers.count
    if let root, !topology.routers.indices.contains(root) { throw .range("the root", root, 0...count - 1) }
    let hops = topology.hopCounts
    let chosen = root ?? (0..<count).min { (hops[$0].max() ?? 0, $0) < (hops[$1].max() ?? 0, $1) } ?? 0
    let rank: [Int]
    switch order {
    case .breadthFirst:
      let sorted = (0..<count).sorted { (hops[chosen][$0], $0) < (hops[chosen][$1], $1) }
      rank = positions(of: sorted)
    case .depthFirst:
      var met: [Int] = []
      var isMet = [Bool](repeating: false, count: count)
      var stack = [chosen]
      while let router = stack.popLast() {
        if isMet[router] { continue }
        isMet[router] = true
        met.append(router)
        for case .link(_, let neighbour) in topology.ports[router].reversed() where !isMet[neighbour] {
          stack.append(neighbour)
        }
      }
      rank = positions(of: met)
    }
    var tables = topology.ports.map { [Int16](repeating: -1, count: $0.count * topology.nodes.count) }
    for (node, place) in topology.nodes.enumerated() {
      let ways = LegalWays(topology, to: place.router, rank: rank)
      for router in 0..<count {
        for (arrival, source) in topology.ports[router].enumerated() {
          var hasDescended = false
          if case .link(_, let previous) = source { hasDescended = rank[router] > rank[previous] }
          let port =
            router == place.router
            ? topology.port(of: router, to: .node(node)) ?? -1 : ways.ports[router][hasDescended ? 1 : 0]
          tables[router][arrival * topology.nodes.count + node] = Int16(port)
        }
      }
    }
    return tables
  }

  /// The place of each number in a list of all numbers.
  private static func positions(of order: [Int]) -> [Int] {
    var places = [Int](repeating: 0, count: order.count)
    for (place, router) in order.enumerated() { places[router] = place }
    return places
  }

  /// The shortest ways to one router that never go up after they went down.
  private struct LegalWays {
    /// By router, the port of those that may still go up, and of those that may not; -1 where there is none.
    private(set) var ports: [[Int]]

    init(_ topology: NetworkTopology, to target: Int, rank: [Int]) {
      let count = topology.routers.count
      ports = [[Int]](repeating: [-1, -1], count: count)
      // Latency and links, for the state of having descended and not; the target is reached in either.
      var cost = [[(latency: Int, links: Int)]](repeating: [(.max, 0), (.max, 0)], count: count)
      cost[target] = [(0, 0), (0, 0)]
      // Bellman and Ford: each round makes ways one link longer.
      var changes = true
      while changes {
        changes = false
        for router in 0..<count where router != target {
          for (port, end) in topology.ports[router].enumerated() {
            guard case .link(let link, let next) = end else { continue }
            let descends = rank[next] > rank[router]
            let onward = cost[next][descends ? 1 : 0]
            guard onward.latency < .max else { continue }
            let total = (latency: onward.latency + topology.links[link].latency, links: onward.links + 1)
            for state in 0...(descends ? 1 : 0) where total < cost[router][state] {
              (cost[router][state], ports[router][state]) = (total, port)
              changes = true
            }
          }
        }
      }
    }
  }

  /// Layers for the pairs, in the order of source and destination: each in the first layer that it leaves free of circles.
  static func layered(
    _ topology: NetworkTopology, outputs: [[Int16]], limit: Int
  ) throws(NetworkError) -> ([UInt8], Int) {
    let nodes = topology.nodes.count
    var layers = [UInt8](repeating: 0, count: nodes * nodes)
    var graphs: [DependencyGraph] = [DependencyGraph(vertices: topology.channelCount)]
    for source in 0..<nodes {
      for destination in 0..<nodes {
        guard let channels = walk(topology, outputs, from: source, to: destination) else {
          throw .lost(topology.nodes[source].name, topology.nodes[destination].name)
        }
        let edges = Array(zip(channels, channels.dropFirst()))
        var layer = 0
        var cycle: [Int]?
        while true {
          cycle = graphs[layer].add(edges)
          if cycle == nil { break }
          layer += 1
          if layer == limit { break }
          if layer == graphs.count { graphs.append(DependencyGraph(vertices: topology.channelCount)) }
        }
        if let cycle {
          throw .deadlock("layered in \(limit)", cycle.map { "\(topology.channelName($0)) in layer \(limit - 1)" })
        }
        layers[source * nodes + destination] = UInt8(layer)
      }
    }
    return (layers, graphs.count)
  }
}
