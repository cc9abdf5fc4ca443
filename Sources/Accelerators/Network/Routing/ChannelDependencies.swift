/// Which channel a packet may hold while it waits for which: the graph whose circles are deadlocks.
///
/// A vertex is a channel of a link in a layer of virtual channels. An edge leads from a channel to the next one of a route
/// that some pair of nodes takes, in the layer of that pair. A packet waits for any virtual channel of one layer of one link,
/// so that these stand for one vertex. Without a circle the channels can be numbered so that every route passes rising
/// numbers, and the packets in the highest channel move on (Dally and Seitz, 1987); nodes take every packet in the end.
public struct ChannelDependencies: Sendable {
  /// Whose routes these are.
  public let routes: NetworkRoutes
  private let graph: DependencyGraph

  /// Walks the ways of all pairs of nodes.
  ///
  /// - Throws: ``NetworkError/lost(_:_:)`` where a way does not end at its destination.
  public init(_ routes: NetworkRoutes) throws(NetworkError) {
    self.routes = routes
    var successors: [(Int, Int)] = []
    var seen: Set<[Int]> = []
    for source in routes.topology.nodes.indices {
      for destination in routes.topology.nodes.indices {
        let layer = routes.layer(from: source, to: destination)
        let vertices = try routes.channels(from: source, to: destination).map { $0 * routes.layerCount + layer }
        for (first, second) in zip(vertices, vertices.dropFirst()) where seen.insert([first, second]).inserted {
          successors.append((first, second))
        }
      }
    }
    edges = successors
    graph = DependencyGraph(routes.topology.channelCount * routes.layerCount, edges: successors)
  }

  /// Pairs of vertices, the second one waited for while the first one is held.
  public let edges: [(Int, Int)]

  /// Vertices: channels times layers. Vertex channel · layers + layer.
  public var vertexCount: Int { routes.topology.channelCount * routes.layerCount }

  /// Vertices that wait for each other in a circle; nil where the routes are free of deadlock.
  public var cycle: [Int]? { graph.cycle() }

  /// The proof: a number for each vertex that rises along every route; nil where there is a circle.
  public var numbering: [Int]? {
    guard let order = graph.order() else { return nil }
    var numbers = [Int](repeating: 0, count: order.count)
    for (number, vertex) in order.enumerated() { numbers[vertex] = number }
    return numbers
  }

  /// `a→b` or, with several layers, `a→b in layer 1`.
  public func name(of vertex: Int) -> String {
    let channel = routes.topology.channelName(vertex / routes.layerCount)
    return routes.layerCount == 1 ? channel : "\(channel) in layer \(vertex % routes.layerCount)"
  }
}

extension DependencyGraph {
  /// A graph of different edges.
  fileprivate init(_ vertices: Int, edges: [(Int, Int)]) {
    self.init(vertices: vertices)
    for (start, end) in edges { append(end, behind: start) }
  }
}
