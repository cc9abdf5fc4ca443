/// The packets of all nodes, clock by clock: each node makes one with a fixed probability (Bernoulli).
///
/// Every node has a random sequence of its own, so that what one node sends does not depend on the others. A sequence of
/// packets is a function of the nodes, the pattern, the load, the length and the seed, and of nothing else.
public struct TrafficSource: Sendable {
  /// Who sends to whom.
  public let pattern: TrafficPattern
  /// Flits of a packet.
  public let flits: Int
  private let probabilities: [Double]
  /// For each node the shares of its destinations, added up.
  private let sums: [[Double]]
  private var random: [NetworkRandom]
  private var turns: [Int]

  /// Traffic between `nodes` nodes.
  ///
  /// - Parameters:
  ///   - load: Flits that a node offers in a clock, on the average over the nodes; 0 to 1.
  ///   - flits: Flits of a packet, 1 to 4096.
  ///   - seed: Equal seeds give equal packets.
  /// - Throws: ``NetworkError`` where the pattern does not exist for so many nodes, or a node would have to make more than one
  ///   packet in a clock.
  public init(
    _ pattern: TrafficPattern, nodes: Int, load: Double, flits: Int, seed: UInt64
  ) throws(NetworkError) {
    guard (0...1).contains(load) else { throw .traffic(pattern.name, "a load of \(load): give 0 to 1") }
    guard (1...4096).contains(flits) else { throw .range("the flits of a packet", flits, 1...4096) }
    (self.pattern, self.flits) = (pattern, flits)
    let shares = try pattern.shares(nodes: nodes)
    probabilities = shares.map { $0.reduce(0, +) * load / Double(flits) }
    if let node = probabilities.firstIndex(where: { $0 > 1 + 1e-9 }) {
      throw .traffic(
        pattern.name, "node \(node) would make \(probabilities[node]) packets a clock: give a smaller load")
    }
    sums = shares.map { row in
      var sum = 0.0
      return row.map { share in
        sum += share
        return sum
      }
    }
    random = (0..<nodes).map { NetworkRandom(seed: seed, stream: $0 + 1) }
    turns = (0..<nodes).map { ($0 + 1) % nodes }
  }

  /// The packets that are made in a clock, by rising source; clocks are asked for in order.
  public mutating func packets(in cycle: Int) -> [NetworkPacket] {
    var packets: [NetworkPacket] = []
    for node in probabilities.indices where probabilities[node] > 0 {
      guard random[node].unit() < probabilities[node] else { continue }
      packets.append(NetworkPacket(from: node, to: destination(of: node), flits: flits, created: cycle))
    }
    return packets
  }

  private mutating func destination(of node: Int) -> Int {
    let count = probabilities.count
    if pattern == .allToAll {
      let chosen = turns[node]
      let next = (chosen + 1) % count
      turns[node] = next == node ? (next + 1) % count : next
      return chosen
    }
    let value = random[node].unit() * (sums[node].last ?? 0)
    // The last destination that gets anything stands for what rounding leaves.
    return sums[node].firstIndex { value < $0 } ?? sums[node].lastIndex { $0 > 0 } ?? node
  }

  /// All packets of the first clocks.
  public static func packets(
    _ pattern: TrafficPattern, nodes: Int, load: Double, flits: Int, seed: UInt64, cycles: Int
  ) throws(NetworkError) -> [NetworkPacket] {
    var source = try TrafficSource(pattern, nodes: nodes, load: load, flits: flits, seed: seed)
    var packets: [NetworkPacket] = []
    for cycle in 0..<cycles { packets += source.packets(in: cycle) }
    return packets
  }

  /// One packet from each node to each other one, all made in clock 0.
  public static func everyPair(nodes: Int, flits: Int) -> [NetworkPacket] {
    (0..<nodes).flatMap { source in
      (1..<nodes).map { NetworkPacket(from: source, to: (source + $0) % nodes, flits: flits) }
    }
  }
}
