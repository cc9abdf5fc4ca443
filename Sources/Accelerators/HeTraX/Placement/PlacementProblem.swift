public import Network

/// What a placement is judged by.
public enum PlacementObjective: String, Hashable, Sendable, Codable, CaseIterable {
  /// Mean of the bytes of all channels in a layer.
  case meanLoad = "mean load"
  /// Their standard deviation.
  case loadDeviation = "load deviation"
  /// Kelvins of the hottest place, by the fast formula.
  case peakTemperature = "peak temperature"
  /// Relative error of the cells of crossbars at their temperatures: root mean square over the cores.
  case resistiveNoise = "ReRAM noise"
}

/// Placements of a machine's cores, links and tiers, and their objectives.
///
/// Cores change places within the tiers of their kind; the number of links stays. A link joins sites of one tier that are at most 0.7 sides
/// of the die apart, or sites of neighbouring tiers at most 0.35 apart; a router has at most `portLimit` ports, one of them for its
/// core. Loads follow ``LinkLoads``: shortest ways, not the routing of the hardware.
public struct PlacementProblem: Sendable {
  /// The machine whose sites and cores are placed.
  public let machine: HeTraXMachine
  /// Bytes from core to core in a layer, row by row by the sender.
  public let traffic: [Double]
  /// Watts of each core.
  public let watts: [Double]
  /// What temperature does to crossbars.
  public let warmth: CrossbarWarmth
  /// The objectives, in order.
  public let objectives: [PlacementObjective]
  /// Ports of a router at most.
  public let portLimit: Int
  /// Whether tiers change their order.
  public let movesTiers: Bool
  /// The fast formula; its columns are the smallest grid that every tier's cores divide.
  public let formula: StackFormula

  private let tierOf: [Int]
  private let places: [(x: Double, y: Double)]
  /// Cells of the formula's grid that a site covers.
  private let cells: [[Int]]
  private let start: HeTraXPlacement
  /// Sites among which a core may move.
  private let groups: [[Int]]

  /// The problem of a machine.
  ///
  /// - Parameters:
  ///   - traffic: from core to core; see ``HeTraXTraffic``.
  ///   - watts: of each core; see ``HeTraXEstimate``.
  ///   - lateralFactor: T_H of the fast formula.
  /// - Throws: ``HeTraXError`` or what a mesh of the machine is refused for.
  public init(
    _ machine: HeTraXMachine, traffic: [Double], watts: [Double], warmth: CrossbarWarmth = CrossbarWarmth(),
    objectives: [PlacementObjective] = PlacementObjective.allCases, portLimit: Int = NetworkTopology.defaultPortLimit,
    movesTiers: Bool = true, lateralFactor: Double = 1
  ) throws {
    let count = machine.cores.count
    guard traffic.count == count * count, watts.count == count else {
      throw HeTraXError.request("traffic and power are not those of \(count) cores")
    }
    guard (1...4).contains(objectives.count), Set(objectives).count == objectives.count else {
      throw HeTraXError.range("objectives", objectives.count, 1...4)
    }
    (self.machine, self.traffic, self.watts) = (machine, traffic, watts)
    (self.warmth, self.objectives, self.portLimit) = (warmth, objectives, portLimit)
    self.movesTiers = movesTiers
    func multiple(_ values: [Int]) -> Int {
      values.reduce(1) { result, value in
        var (a, b) = (result, value)
        while b != 0 { (a, b) = (b, a % b) }
        return result / a * value
      }
    }
    let columns = multiple(machine.tiers.map(\.columns))
    let rows = multiple(machine.tiers.map(\.rows))
    formula = StackFormula(machine.stack, columns: columns, rows: rows, lateralFactor: lateralFactor)
    var (tierOf, places, cells) = ([Int](), [(x: Double, y: Double)](), [[Int]]())
    for (index, tier) in machine.tiers.enumerated() {
      for place in tier.cores.indices {
        let (x, y) = (place % tier.columns, place / tier.columns)
        tierOf.append(index)
        places.append(((Double(x) + 0.5) / Double(tier.columns), (Double(y) + 0.5) / Double(tier.rows)))
        let (w, h) = (columns / tier.columns, rows / tier.rows)
        cells.append((y * h..<(y + 1) * h).flatMap { row in (x * w..<(x + 1) * w).map { row * columns + $0 } })
      }
    }
    (self.tierOf, self.places, self.cells) = (tierOf, places, cells)
    let sites = Array(0..<count)
    groups = [true, false].map { isResistive in sites.filter { machine.tiers[tierOf[$0]].isResistive == isResistive } }
      .filter { $0.count > 1 }
    start = HeTraXPlacement(
      order: Array(machine.tiers.indices), cores: sites, links: try machine.mesh().links.map { [$0.first, $0.second] })
  }

  /// The machine as it is, with a mesh.
  public var mesh: HeTraXPlacement { start }

  /// The mesh with the tiers in another order.
  ///
  /// - Throws: what a mesh is refused for.
  public func mesh(order: [Int]) throws -> HeTraXPlacement {
    // Numbers of the reordered machine's cores as sites of this one.
    let site = order.flatMap { tier in tierOf.indices.filter { tierOf[$0] == tier } }
    let links = try machine.reordered(order).mesh().links
    return HeTraXPlacement(
      order: order, cores: start.cores, links: links.map { [site[$0.first], site[$0.second]] })
  }

  /// Whether two sites may have a link when the tiers have an order.
  private func isAllowed(_ a: Int, _ b: Int, _ depth: [Int]) -> Bool {
    guard a != b else { return false }
    let tiers = abs(depth[tierOf[a]] - depth[tierOf[b]])
    guard tiers <= 1 else { return false }
    let (dx, dy) = (places[a].x - places[b].x, places[a].y - places[b].y)
    let limit = tiers == 0 ? 0.7 : 0.35
    return dx * dx + dy * dy <= limit * limit + 1e-12
  }

  private func depths(_ order: [Int]) -> [Int] {
    var depth = [Int](repeating: 0, count: order.count)
    for (place, tier) in order.enumerated() { depth[tier] = place }
    return depth
  }

  /// What is wrong with a placement; nil when nothing is.
  public func fault(_ placement: HeTraXPlacement) -> String? {
    let count = tierOf.count
    guard placement.order.sorted() == Array(machine.tiers.indices) else {
      return "the tiers are not those of the machine"
    }
    guard placement.cores.sorted() == Array(0..<count) else { return "the cores are not those of the machine" }
    for site in 0..<count
    where machine.tiers[tierOf[site]].isResistive != (machine.cores[placement.cores[site]] == .resistive) {
      return "core \(placement.cores[site]) stands in a tier of another kind"
    }
    guard placement.links.count == start.links.count else {
      return "\(placement.links.count) links, and there are \(start.links.count)"
    }
    let depth = depths(placement.order)
    var (degree, seen) = ([Int](repeating: 1, count: count), Set<[Int]>())
    for link in placement.links {
      guard link.count == 2, (0..<count).contains(link[0]), (0..<count).contains(link[1]),
        isAllowed(link[0], link[1], depth)
      else { return "the link \(link) is too long" }
      guard seen.insert(link.sorted()).inserted else { return "the link \(link) is there twice" }
      for site in link { degree[site] += 1 }
    }
    if let site = degree.firstIndex(where: { $0 > portLimit }) { return "site \(site) has \(degree[site]) ports" }
    return isConnected(placement.links) ? nil : "the network is not connected"
  }

  private func isConnected(_ links: [[Int]]) -> Bool {
    components(links).allSatisfy { $0 == 0 }
  }

  /// The least site of each site's connected part.
  private func components(_ links: [[Int]]) -> [Int] {
    var parent = Array(0..<tierOf.count)
    func root(_ site: Int) -> Int {
      var site = site
      while parent[site] != site {
        parent[site] = parent[parent[site]]
        site = parent[site]
      }
      return site
    }
    for link in links {
      let (a, b) = (root(link[0]), root(link[1]))
      parent[max(a, b)] = min(a, b)
    }
    return parent.indices.map(root)
  }

  /// The network of a placement; node i is core i.
  ///
  /// - Throws: `NetworkError`.
  public func topology(_ placement: HeTraXPlacement) throws(NetworkError) -> NetworkTopology {
    let depth = depths(placement.order)
    var (routers, next) = ([NetworkRouter](), [Int](repeating: 0, count: machine.tiers.count))
    for site in tierOf.indices {
      let tier = tierOf[site]
      let place = next[tier]
      next[tier] += 1
      let columns = machine.tiers[tier].columns
      routers.append(NetworkRouter("r\(site)", at: NetworkPosition(place % columns, place / columns, depth[tier])))
    }
    var site = [Int](repeating: 0, count: tierOf.count)
    for (place, core) in placement.cores.enumerated() { site[core] = place }
    return try NetworkTopology(
      name: "\(machine.name) placed", routers: routers, links: placement.links.map { NetworkLink($0[0], $0[1]) },
      nodes: machine.cores.enumerated().map { NetworkNode("\($1.rawValue)\($0)", router: site[$0]) },
      portLimit: portLimit)
  }

  /// Watts of the formula's columns for each tier from the sink.
  private func columns(_ placement: HeTraXPlacement) -> [[Double]] {
    let depth = depths(placement.order)
    var result = [[Double]](
      repeating: [Double](repeating: 0, count: formula.columns * formula.rows), count: machine.tiers.count)
    for site in tierOf.indices {
      let share = watts[placement.cores[site]] / Double(cells[site].count)
      for cell in cells[site] { result[depth[tierOf[site]]][cell] = share }
    }
    return result
  }

  /// Kelvins of each core of crossbars.
  public func resistiveTemperatures(_ placement: HeTraXPlacement) -> [Double] {
    resistive(placement, columns(placement))
  }

  private func resistive(_ placement: HeTraXPlacement, _ columns: [[Double]]) -> [Double] {
    let depth = depths(placement.order)
    var known = [Int: [Double]]()
    return tierOf.indices.filter { machine.tiers[tierOf[$0]].isResistive }.map { site in
      var sum = 0.0
      for cell in cells[site] {
        let all = known[cell] ?? formula.temperatures(column: cell, columns)
        known[cell] = all
        sum += all[depth[tierOf[site]]]
      }
      return sum / Double(cells[site].count)
    }
  }

  /// The objectives of a placement; nil where the network is not connected.
  public func evaluate(_ placement: HeTraXPlacement) -> [Double]? {
    let count = tierOf.count
    var loads: (mean: Double, deviation: Double, greatest: Double) = (0, 0, 0)
    if objectives.contains(.meanLoad) || objectives.contains(.loadDeviation) {
      var trees = RouteTrees(count)
      trees.set(placement.links.map { ($0[0], $0[1]) })
      var matrix = [Double](repeating: 0, count: count * count)
      let cores = placement.cores
      for from in 0..<count {
        let row = cores[from] * count
        for to in 0..<count { matrix[from * count + to] = traffic[row + cores[to]] }
      }
      guard let channels = trees.loads(matrix) else { return nil }
      loads = LinkLoads.statistics(channels)
    }
    let columns = columns(placement)
    return objectives.map { objective in
      switch objective {
      case .meanLoad: return loads.mean
      case .loadDeviation: return loads.deviation
      case .peakTemperature: return formula.peak(columns)
      case .resistiveNoise:
        let squares = resistive(placement, columns).map { kelvins in
          let value = warmth.deviation(kelvins: kelvins)
          return value * value
        }
        return squares.isEmpty ? 0 : (squares.reduce(0, +) / Double(squares.count)).squareRoot()
      }
    }
  }

  // MARK: Moves

  /// A placement one move away: two cores swapped, a link moved, or two tiers swapped.
  func neighbour(_ placement: HeTraXPlacement, _ random: inout HeTraXRandom) -> HeTraXPlacement {
    for _ in 0..<64 {
      let choice = random.unit()
      let next: HeTraXPlacement?
      if movesTiers, machine.tiers.count > 1, choice < 0.04 {
        next = swappingTiers(placement, &random)
      } else if choice < 0.35, !groups.isEmpty {
        next = swappingCores(placement, &random)
      } else {
        next = movingLink(placement, &random)
      }
      if let next { return next }
    }
    return placement
  }

  private func swappingCores(_ placement: HeTraXPlacement, _ random: inout HeTraXRandom) -> HeTraXPlacement? {
    let group = groups[random.next(below: groups.count)]
    let (a, b) = (group[random.next(below: group.count)], group[random.next(below: group.count)])
    guard a != b else { return nil }
    var next = placement
    next.cores.swapAt(a, b)
    return next
  }

  private func movingLink(_ placement: HeTraXPlacement, _ random: inout HeTraXRandom) -> HeTraXPlacement? {
    var links = placement.links
    links.remove(at: random.next(below: links.count))
    guard let added = addition(to: links, placement.order, &random), added != placement.links else { return nil }
    let next = HeTraXPlacement(order: placement.order, cores: placement.cores, links: added)
    return isConnected(next.links) ? next : nil
  }

  /// The links and one more that is allowed.
  private func addition(
    to links: [[Int]], _ order: [Int], _ random: inout HeTraXRandom, across: [Int]? = nil
  ) -> [[Int]]? {
    let depth = depths(order)
    var degree = [Int](repeating: 1, count: tierOf.count)
    for link in links { for site in link { degree[site] += 1 } }
    let open = degree.indices.filter { degree[$0] < portLimit }
    guard open.count > 1 else { return nil }
    let present = Set(links)
    for _ in 0..<400 {
      let (a, b) = (open[random.next(below: open.count)], open[random.next(below: open.count)])
      guard isAllowed(a, b, depth), across.map({ $0[a] != $0[b] }) ?? true else { continue }
      let link = [min(a, b), max(a, b)]
      if !present.contains(link) { return links + [link] }
    }
    return nil
  }

  /// Two tiers swapped: links that are too long then are laid anew.
  private func swappingTiers(_ placement: HeTraXPlacement, _ random: inout HeTraXRandom) -> HeTraXPlacement? {
    let (a, b) = (random.next(below: placement.order.count), random.next(below: placement.order.count))
    guard a != b else { return nil }
    var order = placement.order
    order.swapAt(a, b)
    let depth = depths(order)
    var links = placement.links.filter { isAllowed($0[0], $0[1], depth) }
    // Parts are joined first; a router without a free port gives one up.
    var parts = components(links)
    while parts.contains(where: { $0 != 0 }) {
      guard let more = addition(to: links, order, &random, across: parts) else { return nil }
      links = more
      parts = components(links)
    }
    while links.count < start.links.count {
      guard let more = addition(to: links, order, &random) else { return nil }
      links = more
    }
    guard links.count == start.links.count else { return nil }
    return HeTraXPlacement(order: order, cores: placement.cores, links: links)
  }

  /// Some moves from the mesh: a start of a search.
  private func scattered(_ random: inout HeTraXRandom, moves: Int) -> HeTraXPlacement {
    var placement = start
    for _ in 0..<moves { placement = neighbour(placement, &random) }
    return placement
  }

  /// Each of `placements` one move on, by a seed.
  public func moved(_ placements: [HeTraXPlacement], seed: UInt64) -> [HeTraXPlacement] {
    var random = HeTraXRandom(seed: seed)
    return placements.map { neighbour($0, &random) }
  }

  /// The mesh, and placements up to 120 moves from it, by a seed.
  public func scattered(count: Int, seed: UInt64) -> [HeTraXPlacement] {
    var random = HeTraXRandom(seed: seed)
    return (0..<count).map { index in
      index == 0 ? start : scattered(&random, moves: 1 + random.next(below: 120))
    }
  }

  /// What can be said of a placement without following any way: for a learned guess of where a search leads.
  func features(_ placement: HeTraXPlacement) -> [Double] {
    let depth = depths(placement.order)
    let count = tierOf.count
    var (degree, vertical, resistiveLinks, length) = ([Double](repeating: 0, count: count), 0.0, 0.0, 0.0)
    for link in placement.links {
      let (a, b) = (link[0], link[1])
      degree[a] += 1
      degree[b] += 1
      if tierOf[a] != tierOf[b] { vertical += 1 }
      if machine.tiers[tierOf[a]].isResistive && machine.tiers[tierOf[b]].isResistive { resistiveLinks += 1 }
      length += abs(places[a].x - places[b].x) + abs(places[a].y - places[b].y)
    }
    var (distance, bytes) = (0.0, 0.0)
    for from in 0..<count {
      for to in 0..<count where from != to {
        let flow = traffic[placement.cores[from] * count + placement.cores[to]]
        guard flow > 0 else { continue }
        let lateral = abs(places[from].x - places[to].x) + abs(places[from].y - places[to].y)
        distance += flow * (lateral + Double(abs(depth[tierOf[from]] - depth[tierOf[to]])) / 3)
        bytes += flow
      }
    }
    let links = Double(placement.links.count)
    let mean = 2 * links / Double(count)
    let spread = (degree.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(count)).squareRoot()
    let resistive = machine.tiers.firstIndex(where: \.isResistive).map { Double(depth[$0]) } ?? 0
    let tiers = Double(max(machine.tiers.count - 1, 1))
    let place = resistive / tiers
    return [
      1, vertical / links, resistiveLinks / links, length / links, spread, bytes > 0 ? distance / bytes : 0, place,
      place * place,
    ]
  }
}
