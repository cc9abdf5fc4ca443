public import Network

/// Bytes over every channel of a network, by shortest ways: u_k = Σ f_ij · p_ijk.
///
/// A packet takes the first of its shortest ways: from each router the neighbour of the smallest number that was reached first. That is a
/// rule for objectives, not the routing of the hardware.
public struct LinkLoads: Hashable, Sendable {
  /// Bytes of each channel: 2·k and 2·k + 1 are the directions of link k.
  public let channels: [Double]
  /// Bytes times links that they pass.
  public let byteHops: Double
  /// The same over links from tier to tier.
  public let verticalByteHops: Double

  /// The loads of a network.
  ///
  /// - Parameters:
  ///   - traffic: bytes from node to node, row by row by the sender.
  public init(_ topology: NetworkTopology, traffic: [Double]) {
    let count = topology.nodes.count
    precondition(traffic.count == count * count, "traffic for \(traffic.count) pairs of \(count) nodes")
    let routers = topology.routers.count
    var network = RouteTrees(routers)
    network.set(topology.links.map { ($0.first, $0.second) })
    var matrix = [Double](repeating: 0, count: routers * routers)
    for from in 0..<count {
      for to in 0..<count {
        matrix[topology.nodes[from].router * routers + topology.nodes[to].router] += traffic[from * count + to]
      }
    }
    let channels = network.loads(matrix) ?? [Double](repeating: 0, count: topology.channelCount)
    self.channels = channels
    byteHops = channels.reduce(0, +)
    verticalByteHops = channels.indices.reduce(0) { $0 + (topology.isVertical($1 / 2) ? channels[$1] : 0) }
  }

  /// Mean and standard deviation over all channels, and the greatest load.
  public var statistics: (mean: Double, deviation: Double, greatest: Double) { Self.statistics(channels) }

  static func statistics(_ channels: [Double]) -> (mean: Double, deviation: Double, greatest: Double) {
    guard !channels.isEmpty else { return (0, 0, 0) }
    let mean = channels.reduce(0, +) / Double(channels.count)
    let variance = channels.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(channels.count)
    return (mean, variance.squareRoot(), channels.max() ?? 0)
  }
}

/// Shortest ways from every router as trees, and the bytes that flow over their branches.
struct RouteTrees {
  private let count: Int
  /// Neighbours of each router in rising order, with the channel that leads there.
  private var neighbours: [[(router: Int, channel: Int)]]
  private var channels = 0

  init(_ count: Int) {
    self.count = count
    neighbours = [[(router: Int, channel: Int)]](repeating: [], count: count)
  }

  /// Takes the links of a network.
  mutating func set(_ links: [(Int, Int)]) {
    for router in 0..<count { neighbours[router].removeAll(keepingCapacity: true) }
    for (index, link) in links.enumerated() {
      neighbours[link.0].append((link.1, 2 * index))
      neighbours[link.1].append((link.0, 2 * index + 1))
    }
    for router in 0..<count { neighbours[router].sort { $0.router < $1.router } }
    channels = 2 * links.count
  }

  /// Bytes of every channel for bytes from router to router; nil where a router cannot be reached.
  func loads(_ traffic: [Double]) -> [Double]? {
    var loads = [Double](repeating: 0, count: channels)
    var (order, parent, entry) = ([Int](), [Int](repeating: -1, count: count), [Int](repeating: -1, count: count))
    var flow = [Double](repeating: 0, count: count)
    for start in 0..<count {
      order.removeAll(keepingCapacity: true)
      for router in 0..<count { parent[router] = -1 }
      order.append(start)
      parent[start] = start
      var next = 0
      while next < order.count {
        let router = order[next]
        next += 1
        for (other, channel) in neighbours[router] where parent[other] < 0 {
          parent[other] = router
          entry[other] = channel
          order.append(other)
        }
      }
      guard order.count == count else { return nil }
      for router in 0..<count { flow[router] = traffic[start * count + router] }
      for router in order.reversed() where router != start {
        let bytes = flow[router]
        guard bytes > 0 else { continue }
        loads[entry[router]] += bytes
        flow[parent[router]] += bytes
      }
    }
    return loads
  }
}
