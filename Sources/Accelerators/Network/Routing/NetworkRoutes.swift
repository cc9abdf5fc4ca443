/// The tables of all routers of a network, and the layer of channels for each pair of nodes.
///
/// A router looks a packet's output port up by the port at which it came and its destination. The packet stays in one layer
/// of virtual channels from source to destination.
///
/// Made with ``init(_:by:)``, routes are proved: each pair of nodes is joined by a way that ends, and no set of packets can wait
/// in a circle (``ChannelDependencies``).
public struct NetworkRoutes: Hashable, Sendable {
  /// Where the routes lead.
  public let topology: NetworkTopology
  /// How they were chosen.
  public let method: RoutingMethod
  /// Layers of virtual channels; every router has at least one channel in each.
  public let layerCount: Int
  /// For each router, by arrival port and destination node, the output port; -1 where no packet comes.
  let outputs: [[Int16]]
  /// The layer of a packet, by source and destination node.
  let layers: [UInt8]

  /// Routes that are proved free of deadlock.
  ///
  /// - Throws: ``NetworkError/deadlock(_:_:)`` with the circle of channels, and ``NetworkError`` where the method does not
  ///   fit the network.
  public init(_ topology: NetworkTopology, by method: RoutingMethod = .upDown()) throws(NetworkError) {
    self = try Self(unproved: topology, by: method)
    let dependencies = try ChannelDependencies(self)
    if let cycle = dependencies.cycle { throw .deadlock("\(method)", cycle.map { dependencies.name(of: $0) }) }
  }

  /// Routes about which nothing is said: packets may wait for each other for ever.
  ///
  /// - Throws: ``NetworkError`` where the method does not fit the network.
  public init(unproved topology: NetworkTopology, by method: RoutingMethod) throws(NetworkError) {
    (self.topology, self.method) = (topology, method)
    let pairs = topology.nodes.count * topology.nodes.count
    switch method {
    case .upDown(let root, let order):
      outputs = try Self.upDown(topology, root: root, order: order)
      (layerCount, layers) = (1, [UInt8](repeating: 0, count: pairs))
    case .shortest:
      outputs = Self.shortest(topology)
      (layerCount, layers) = (1, [UInt8](repeating: 0, count: pairs))
    case .layered(let limit):
      guard (1...16).contains(limit) else { throw .range("the number of layers", limit, 1...16) }
      outputs = Self.shortest(topology)
      (layers, layerCount) = try Self.layered(topology, outputs: outputs, limit: limit)
    case .dimensionOrder:
      outputs = try Self.dimensionOrder(topology)
      (layerCount, layers) = (1, [UInt8](repeating: 0, count: pairs))
    }
  }

  /// Routes after the failure of links, made anew for what is left.
  ///
  /// - Parameter failed: Pairs of names of routers.
  /// - Throws: ``NetworkError`` where what is left is not connected, or the method does not fit it.
  public func avoiding(_ failed: [(String, String)]) throws(NetworkError) -> NetworkRoutes {
    try NetworkRoutes(topology.removing(failed), by: method)
  }

  /// The port of `router` through which a packet for `node` leaves that came in at port `arrival`; -1 where none comes.
  public func output(of router: Int, from arrival: Int, to node: Int) -> Int {
    Int(outputs[router][arrival * topology.nodes.count + node])
  }

  /// The layer of the packets from one node to another.
  public func layer(from source: Int, to destination: Int) -> Int {
    Int(layers[source * topology.nodes.count + destination])
  }

  /// The channels that packets from one node to another pass, in order.
  ///
  /// - Throws: ``NetworkError/lost(_:_:)`` where the tables lead nowhere or in a circle.
  public func channels(from source: Int, to destination: Int) throws(NetworkError) -> [Int] {
    guard let channels = Self.walk(topology, outputs, from: source, to: destination) else {
      throw .lost(topology.nodes[source].name, topology.nodes[destination].name)
    }
    return channels
  }

  /// The mean number of links between two different nodes.
  public var meanHops: Double {
    get throws(NetworkError) {
      var hops = 0
      let nodes = topology.nodes.indices
      for source in nodes {
        for destination in nodes where source != destination {
          hops += try channels(from: source, to: destination).count
        }
      }
      return Double(hops) / Double(nodes.count * (nodes.count - 1))
    }
  }

  static func walk(
    _ topology: NetworkTopology, _ outputs: [[Int16]], from source: Int, to destination: Int
  ) -> [Int]? {
    var router = topology.nodes[source].router
    var arrival = topology.port(of: router, to: .node(source)) ?? 0
    var channels: [Int] = []
    // A way through more channels than there are passes one twice.
    while channels.count <= topology.channelCount {
      let output = Int(outputs[router][arrival * topology.nodes.count + destination])
      guard topology.ports[router].indices.contains(output) else { return nil }
      switch topology.ports[router][output] {
      case .node(let node): return node == destination ? channels : nil
      case .link(let link, let next):
        channels.append(topology.channel(of: link, from: router))
        arrival = topology.port(of: next, to: .link(link, to: router)) ?? 0
        router = next
      }
    }
    return nil
  }
}
