/// How a way is chosen between two nodes; every method gives one way for a pair.
public enum RoutingMethod: Hashable, Sendable, CustomStringConvertible {
  /// How routers are ordered for up*/down*.
  public enum Order: String, Hashable, Sendable, CaseIterable {
    /// By the distance from the root in links, then by number.
    case breadthFirst = "bfs"
    /// As a depth-first walk from the root meets them.
    case depthFirst = "dfs"
  }

  /// First links towards the root, then links away from it, never up again: the shortest such way. Free of deadlock with one
  /// layer on every network.
  ///
  /// The root is the index of a router; the one from which the farthest router is nearest where it is nil.
  case upDown(root: Int? = nil, order: Order = .breadthFirst)
  /// The way of the least sum of latencies, with the choices of BookSim's `min` on `anynet` between equals. All in one
  /// layer, so that many networks are refused.
  case shortest
  /// The ways of ``shortest``, each pair in the first layer of channels that stays free of deadlock; at most so many layers.
  case layered(limit: Int = 4)
  /// Along x, then y, then z, on networks that have the links, as meshes do.
  case dimensionOrder

  /// As the command line writes it.
  public var description: String {
    switch self {
    case .upDown(_, .breadthFirst): "up-down"
    case .upDown(_, .depthFirst): "up-down-dfs"
    case .shortest: "shortest"
    case .layered: "layered"
    case .dimensionOrder: "dimension-order"
    }
  }

  /// All methods as the command line writes them.
  public static let named: [(name: String, method: RoutingMethod)] = [
    .upDown(), .upDown(order: .depthFirst), .layered(), .shortest, .dimensionOrder,
  ].map { ("\($0)", $0) }
}
