import HDL
public import Network

/// A network to be built: where its routers are, how packets go, and what routers are made of.
///
/// The layers of virtual channels follow from the routes.
public struct NetworkPlan: Hashable, Sendable {
  /// Routers, links and nodes.
  public var topology: NetworkTopology
  /// How packets go; the routes are proved free of deadlock before anything is built.
  public var routing: RoutingMethod
  /// Virtual channels, depths and delays.
  public var parameters: NetworkParameters
  /// Bits that a flit carries.
  public var width: Int

  /// A plan for flits of 32 bits unless stated otherwise.
  public init(
    _ topology: NetworkTopology, by routing: RoutingMethod = .upDown(),
    _ parameters: NetworkParameters = NetworkParameters(), width: Int = 32
  ) {
    (self.topology, self.routing, self.parameters, self.width) = (topology, routing, parameters, width)
  }

  /// The routes.
  ///
  /// - Throws: ``/Network/NetworkError`` where they can deadlock, or do not exist, or have more layers than there are
  ///   virtual channels.
  public func routes() throws(NetworkError) -> NetworkRoutes {
    let routes = try NetworkRoutes(topology, by: routing)
    try parameters.validate(for: routes)
    return routes
  }

  /// The routes of a plan that was checked.
  var checkedRoutes: NetworkRoutes {
    do throws(NetworkError) { return try routes() } catch { preconditionFailure("\(error)") }
  }

  /// The sizes of the routers for these routes.
  func sizes(for routes: NetworkRoutes) -> RouterSizes {
    RouterSizes {
      ($0.channels, $0.layers, $0.depth) = (parameters.channels, routes.layerCount, parameters.depth)
      ($0.width, $0.switchDelay) = (width, parameters.switchDelay)
    }
  }

  /// Bits of the number of a node.
  var nodeBits: Int { bits(for: max(1, topology.nodes.count - 1)) }

  /// Records what stands against the plan.
  func check(_ parameters: inout ParameterCheck) {
    do throws(NetworkError) { _ = try routes() } catch {
      parameters.require(false, "the network is refused", fix: "\(error)")
    }
    parameters.require(
      width >= 2 * nodeBits, "flits of \(width) bits cannot name source and destination",
      fix: "use \(2 * nodeBits) bits or more")
  }
}
