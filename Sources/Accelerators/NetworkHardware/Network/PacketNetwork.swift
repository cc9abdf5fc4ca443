public import HDL
import Network

/// A node's streams of words.
public struct NodeStreams: PortGroup {
  /// Words to be sent.
  public let push: StreamInput<PacketWord>
  /// Words that came, a stream for each virtual channel.
  public let pop: [StreamOutput<PacketWord>]

  /// The streams of a node for words of `width` bits and so many virtual channels.
  public init(width: Int, channels: Int) {
    push = .init(PacketWord(width: width), "Words to be sent")
    pop = (0..<channels).map { .init(PacketWord(width: width), "Words that came by virtual channel \($0)") }
  }
}

/// A whole network: a ``NetworkFabric`` with a ``NetworkInterface`` at each node.
public struct PacketNetwork: Generator {
  /// What is built.
  public var plan: NetworkPlan

  /// The network of a plan.
  public init(_ plan: NetworkPlan) { self.plan = plan }

  /// The streams of each node, in the order of the nodes.
  public struct Ports {
    /// The streams of each node.
    public let nodes: [NodeStreams]
  }

  /// The interface for these parameters.
  public var ports: Ports {
    Ports(
      nodes: plan.topology.nodes.map { _ in .init(width: plan.width, channels: plan.parameters.channels) })
  }

  /// What stands above the emitted module.
  public var documentation: String {
    """
    Network \(plan.topology.name) with an interface at each of \(plan.topology.nodes.count) nodes.
    The low \(plan.nodeBits) bits of the first word of a packet name its destination; it arrives with its source above them.
    """
  }

  /// Refuses networks whose routes can deadlock, with the circle of channels.
  public func validate(_ parameters: inout ParameterCheck) { plan.check(&parameters) }

  /// Makes the hardware.
  public func build(_ io: Interior<Ports>, in m: Module) {
    let routes = plan.checkedRoutes
    let fabric = m.instance(NetworkFabric(plan), "fabric")
    let names = NetworkFabric.instanceNames(plan.topology.nodes.map(\.name))
    for node in plan.topology.nodes.indices {
      let layers = plan.topology.nodes.indices.map { routes.layer(from: node, to: $0) }
      let interface = m.instance(
        NetworkInterface(node: node, layers: layers, sizes: plan.sizes(for: routes)), "interface_\(names[node])")
      interface.push <== io.nodes[node].push
      for (pop, stream) in zip(io.nodes[node].pop, interface.pop) { pop <== stream }
      fabric.inject[node] <== interface.inject
      interface.eject <== fabric.eject[node]
    }
  }
}
