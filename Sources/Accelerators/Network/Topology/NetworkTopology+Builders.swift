extension NetworkTopology {
  /// A mesh in three dimensions with a node at each router, `r0` at (0, 0, 0), x counting fastest.
  ///
  /// - Parameters:
  ///   - width: Columns.
  ///   - depth: Rows.
  ///   - tiers: Tiers.
  ///   - latency: Clock cycles of the links within a tier.
  ///   - verticalLatency: Clock cycles of the links from tier to tier.
  /// - Throws: ``NetworkError`` for a size that is not 1 to 32, or fewer than two routers.
  public static func mesh(
    _ width: Int, _ depth: Int, _ tiers: Int = 1, latency: Int = 1, verticalLatency: Int = 1
  ) throws(NetworkError) -> NetworkTopology {
    for (name, size) in [
      ("the width of a mesh", width), ("the depth of a mesh", depth), ("the tiers of a mesh", tiers),
    ]
    where !(1...32).contains(size) {
      throw .range(name, size, 1...32)
    }
    func index(_ x: Int, _ y: Int, _ z: Int) -> Int { (z * depth + y) * width + x }
    var routers: [NetworkRouter] = []
    var links: [NetworkLink] = []
    for z in 0..<tiers {
      for y in 0..<depth {
        for x in 0..<width {
          let here = index(x, y, z)
          routers.append(NetworkRouter("r\(here)", at: NetworkPosition(x, y, z)))
          if x + 1 < width { links.append(NetworkLink(here, index(x + 1, y, z), latency: latency)) }
          if y + 1 < depth { links.append(NetworkLink(here, index(x, y + 1, z), latency: latency)) }
          if z + 1 < tiers { links.append(NetworkLink(here, index(x, y, z + 1), latency: verticalLatency)) }
        }
      }
    }
    return try NetworkTopology(
      name: "mesh:\(width)x\(depth)x\(tiers)", routers: routers, links: links, nodes: nodes(at: routers.count))
  }

  /// A connected random network with a node at each router.
  ///
  /// A random tree joins the routers; further links join random pairs that have free ports. Routers stand on a square grid
  /// in each tier, filled row by row.
  ///
  /// - Parameters:
  ///   - count: Routers, 2 to 1024.
  ///   - seed: Equal seeds give equal networks.
  ///   - tiers: Tiers, 1 to 16.
  ///   - extraLinks: Links beside the tree, as far as ports are free; half as many as routers by default.
  ///   - latencies: Clock cycles of a link, drawn for each.
  ///   - portLimit: Links and nodes of a router at most.
  /// - Throws: ``NetworkError`` for numbers out of their range.
  public static func random(
    routers count: Int, seed: UInt64, tiers: Int = 2, extraLinks: Int? = nil, latencies: ClosedRange<Int> = 1...2,
    portLimit: Int = NetworkTopology.defaultPortLimit
  ) throws(NetworkError) -> NetworkTopology {
    guard (2...1024).contains(count) else { throw .range("the number of routers", count, 2...1024) }
    guard (1...16).contains(tiers) else { throw .range("the number of tiers", tiers, 1...16) }
    guard (3...16).contains(portLimit) else { throw .range("the port limit of a random network", portLimit, 3...16) }
    guard (1...64).contains(latencies.lowerBound), (1...64).contains(latencies.upperBound) else {
      throw .range("the latency of a link", latencies.upperBound, 1...64)
    }
    let tierSize = (count + tiers - 1) / tiers
    var side = 1
    while side * side < tierSize { side += 1 }
    let routers = (0..<count).map { index in
      let place = index % tierSize
      return NetworkRouter("r\(index)", at: NetworkPosition(place % side, place / side, index / tierSize))
    }
    var random = NetworkRandom(seed: seed)
    var order = Array(0..<count)
    for place in order.indices.reversed() where place > 0 { order.swapAt(place, random.next(below: place + 1)) }
    var degree = [Int](repeating: 0, count: count)
    var joined: Set<Set<Int>> = []
    var links: [NetworkLink] = []
    func join(_ a: Int, _ b: Int) {
      let latency = latencies.lowerBound + random.next(below: latencies.count)
      links.append(NetworkLink(min(a, b), max(a, b), latency: latency))
      joined.insert([a, b])
      degree[a] += 1
      degree[b] += 1
    }
    for place in order.indices where place > 0 {
      // A tree of k routers has 2·(k − 1) ends, so one of them has a free port.
      let free = order[..<place].filter { degree[$0] + 1 < portLimit }
      join(order[place], free[random.next(below: free.count)])
    }
    var wanted = extraLinks ?? count / 2
    while wanted > 0 {
      let open = (0..<count).filter { degree[$0] + 1 < portLimit }
      let pairs = open.flatMap { a in open.filter { a < $0 && !joined.contains([a, $0]) }.map { (a, $0) } }
      guard !pairs.isEmpty else { break }
      let pair = pairs[random.next(below: pairs.count)]
      join(pair.0, pair.1)
      wanted -= 1
    }
    return try NetworkTopology(
      name: "random:\(count):\(seed)", routers: routers, links: links, nodes: nodes(at: count), portLimit: portLimit)
  }

  /// The network of the small machine: two cores and a memory controller on one tier, two crossbar cores on the other.
  ///
  /// - Parameter verticalLatency: Clock cycles of a link from tier to tier.
  /// - Throws: ``NetworkError`` for a latency that is not 1 to 64.
  public static func hetraxTiny(verticalLatency: Int = 1) throws(NetworkError) -> NetworkTopology {
    let places: [(String, NetworkPosition)] = [
      ("sm0", .init(0, 0, 1)), ("mc0", .init(1, 0, 1)), ("sm1", .init(2, 0, 1)),
      ("reram0", .init(0, 0, 0)), ("reram1", .init(1, 0, 0)),
    ]
    return try NetworkTopology(
      name: "hetrax.tiny", routers: places.map { NetworkRouter($0.0, at: $0.1) },
      links: [
        NetworkLink(0, 1), NetworkLink(1, 2), NetworkLink(3, 4), NetworkLink(0, 3, latency: verticalLatency),
        NetworkLink(1, 4, latency: verticalLatency),
      ], nodes: places.enumerated().map { NetworkNode($1.0, router: $0) })
  }

  /// A node `n0`, `n1`, … at each router.
  private static func nodes(at routers: Int) -> [NetworkNode] {
    (0..<routers).map { NetworkNode("n\($0)", router: $0) }
  }

  /// Names that ``init(named:)`` knows, beside files.
  public static let forms = ["mesh:XxYxZ", "random:N:SEED", "hetrax.tiny"]

  /// A network by its name: `mesh:3x3x2`, `random:16:7` or `hetrax.tiny`; nil where the name has no such form.
  ///
  /// - Throws: ``NetworkError`` where it has such a form and there is no such network.
  public static func named(_ name: String) throws(NetworkError) -> NetworkTopology? {
    if name == "hetrax.tiny" { return try hetraxTiny() }
    let parts = name.split(separator: ":", omittingEmptySubsequences: false)
    switch parts.first {
    case "mesh":
      let sizes = parts.count == 2 ? parts[1].split(separator: "x").map { Int($0) } : []
      let known = sizes.compactMap(\.self)
      guard known.count == sizes.count, (2...3).contains(known.count) else {
        throw .topology(name, "give columns, rows and tiers, as in mesh:3x3x2")
      }
      return try mesh(known[0], known[1], known.count > 2 ? known[2] : 1)
    case "random":
      guard parts.count == 3, let count = Int(parts[1]), let seed = UInt64(parts[2]) else {
        throw .topology(name, "give the number of routers and a seed, as in random:16:7")
      }
      return try random(routers: count, seed: seed)
    default: return nil
    }
  }
}
