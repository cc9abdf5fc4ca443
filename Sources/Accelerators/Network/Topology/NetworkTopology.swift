/// Where a router stands: column, row and tier.
public struct NetworkPosition: Hashable, Sendable, CustomStringConvertible {
  /// The column.
  public var x: Int
  /// The row.
  public var y: Int
  /// The tier; 0 is nearest the heat sink.
  public var z: Int

  /// A place.
  public init(_ x: Int, _ y: Int, _ z: Int = 0) { (self.x, self.y, self.z) = (x, y, z) }

  /// `(1, 0, 2)`.
  public var description: String { "(\(x), \(y), \(z))" }
}

/// A router of a network.
public struct NetworkRouter: Hashable, Sendable {
  /// Letters, digits, `_`, `.` and `-`; no other router has it.
  public var name: String
  /// Where it stands; two routers may not stand in one place.
  public var position: NetworkPosition

  /// A router with its place.
  public init(_ name: String, at position: NetworkPosition) { (self.name, self.position) = (name, position) }
}

/// Two routers with a channel in either direction.
public struct NetworkLink: Hashable, Sendable {
  /// Index of a router.
  public var first: Int
  /// Index of the other router.
  public var second: Int
  /// Clock cycles from the switch of one router to the input of the other one: at least 1, the register behind the switch.
  public var latency: Int

  /// A link between the routers with these indices.
  public init(_ first: Int, _ second: Int, latency: Int = 1) {
    (self.first, self.second, self.latency) = (first, second, latency)
  }

  /// The router at the other end than `router`.
  public func other(than router: Int) -> Int { router == first ? second : first }
}

/// A source and sink of packets.
public struct NetworkNode: Hashable, Sendable {
  /// Letters, digits, `_`, `.` and `-`; no other node has it.
  public var name: String
  /// Index of the router that it is attached to.
  public var router: Int

  /// A node at the router with an index.
  public init(_ name: String, router: Int) { (self.name, self.router) = (name, router) }
}

/// What a port of a router leads to.
public enum NetworkPort: Hashable, Sendable {
  /// A link, by its index, and the router at its other end.
  case link(Int, to: Int)
  /// A node, by its index.
  case node(Int)
}

/// Routers in three dimensions, the links between them and the nodes at them: irregular, connected, checked.
///
/// Ports of a router are numbered: first its links in the order of ``links``, then its nodes in the order of ``nodes``.
/// A link is two channels, one for each direction: channel 2·i of link i goes from its first router to its second one,
/// channel 2·i + 1 back.
public struct NetworkTopology: Hashable, Sendable {
  /// Ports of a router at most, nodes included: north, east, south, west, up, down and one node.
  public static let defaultPortLimit = 7

  /// What the network is called.
  public let name: String
  /// All routers; others speak of them by their index.
  public let routers: [NetworkRouter]
  /// All links, no two between the same routers.
  public let links: [NetworkLink]
  /// All sources and sinks.
  public let nodes: [NetworkNode]
  /// Ports of a router at most, links and nodes counted.
  public let portLimit: Int
  /// The ports of each router.
  public let ports: [[NetworkPort]]

  /// A network of these parts.
  ///
  /// - Parameter portLimit: Links and nodes of a router at most, 2 to 16.
  /// - Throws: ``NetworkError`` where a part names what there is not, a link is there twice, a router has too many ports or
  ///   a router cannot be reached.
  public init(
    name: String, routers: [NetworkRouter], links: [NetworkLink], nodes: [NetworkNode],
    portLimit: Int = NetworkTopology.defaultPortLimit
  ) throws(NetworkError) {
    (self.name, self.routers, self.links, self.nodes) = (name, routers, links, nodes)
    self.portLimit = portLimit
    try Self.checkParts(routers, links, nodes, portLimit)
    var ports = [[NetworkPort]](repeating: [], count: routers.count)
    for (index, link) in links.enumerated() {
      ports[link.first].append(.link(index, to: link.second))
      ports[link.second].append(.link(index, to: link.first))
    }
    for (index, node) in nodes.enumerated() { ports[node.router].append(.node(index)) }
    self.ports = ports
    try checkPorts()
    try checkConnection()
  }

  /// Where each router stands.
  public var positions: [NetworkPosition] { routers.map(\.position) }
  /// Tiers: one more than the greatest tier of a router.
  public var tiers: Int { (routers.map(\.position.z).max() ?? 0) + 1 }

  /// Whether a link leads from tier to tier, through silicon.
  public func isVertical(_ link: Int) -> Bool {
    routers[links[link].first].position.z != routers[links[link].second].position.z
  }

  /// The number of the port of `router` that leads to `target`; nil where none does.
  public func port(of router: Int, to target: NetworkPort) -> Int? { ports[router].firstIndex(of: target) }

  /// Channels: two a link.
  public var channelCount: Int { 2 * links.count }
  /// The channel of a link that leaves a router.
  public func channel(of link: Int, from router: Int) -> Int { 2 * link + (links[link].first == router ? 0 : 1) }
  /// The router at which a channel begins.
  public func source(ofChannel channel: Int) -> Int {
    channel & 1 == 0 ? links[channel / 2].first : links[channel / 2].second
  }
  /// The router at which a channel ends.
  public func target(ofChannel channel: Int) -> Int {
    channel & 1 == 0 ? links[channel / 2].second : links[channel / 2].first
  }
  /// `a→b`, by the names of the routers.
  public func channelName(_ channel: Int) -> String {
    "\(routers[source(ofChannel: channel)].name)→\(routers[target(ofChannel: channel)].name)"
  }

  /// The same network without some links, as after failures of their vias.
  ///
  /// - Parameter failed: Pairs of names of routers, in either order.
  /// - Throws: ``NetworkError`` where there is no such link, or what remains is not connected.
  public func removing(_ failed: [(String, String)]) throws(NetworkError) -> NetworkTopology {
    var remaining = links
    for (first, second) in failed {
      let (a, b) = (try index(ofRouter: first), try index(ofRouter: second))
      guard let place = remaining.firstIndex(where: { Set([$0.first, $0.second]) == [a, b] }) else {
        throw .noLink(first, second)
      }
      remaining.remove(at: place)
    }
    return try NetworkTopology(name: name, routers: routers, links: remaining, nodes: nodes, portLimit: portLimit)
  }

  /// The index of a router by its name.
  ///
  /// - Throws: ``NetworkError/unknownRouter(_:in:)``.
  public func index(ofRouter name: String) throws(NetworkError) -> Int {
    guard let index = routers.firstIndex(where: { $0.name == name }) else {
      throw .unknownRouter(name, in: self.name)
    }
    return index
  }

  /// Links on the shortest way between any two routers, by rows: what ``links`` alone say, latencies not counted.
  public var hopCounts: [[Int]] {
    routers.indices.map { start in
      var distance = [Int](repeating: .max, count: routers.count)
      distance[start] = 0
      var queue = [start]
      var next = 0
      while next < queue.count {
        let router = queue[next]
        next += 1
        for case .link(_, let neighbour) in ports[router] where distance[neighbour] == .max {
          distance[neighbour] = distance[router] + 1
          queue.append(neighbour)
        }
      }
      return distance
    }
  }
}
