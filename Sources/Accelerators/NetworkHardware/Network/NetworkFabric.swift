public import HDL
import Network

/// The routers of a network and the links between them, with a link to and from each node.
///
/// A link of latency l has l registers for flits and as many for credits, the ones behind the switch and behind the queue
/// counted; links of nodes have a latency of 1.
public struct NetworkFabric: Generator {
  /// What is built.
  public var plan: NetworkPlan

  /// The fabric of a plan.
  public init(_ plan: NetworkPlan) { self.plan = plan }

  /// A link from and a link to each node, in the order of the nodes.
  public struct Ports {
    /// The links by which nodes send.
    public let inject: [Flipped<FlitChannel>]
    /// The links by which nodes get what is for them.
    public let eject: [FlitChannel]
  }

  /// The interface for these parameters.
  public var ports: Ports {
    let link = FlitChannel(width: plan.width, channels: plan.parameters.channels)
    return Ports(
      inject: plan.topology.nodes.map { _ in .init(link) }, eject: plan.topology.nodes.map { _ in link })
  }

  /// What stands above the emitted module.
  public var documentation: String {
    """
    Network \(plan.topology.name): \(plan.topology.routers.count) routers, \(plan.topology.links.count) links in both \
    directions, \(plan.topology.nodes.count) nodes, \(plan.routing) routes.
    The low bits of the first flit of a packet name its destination.
    """
  }

  /// Refuses networks whose routes can deadlock, with the circle of channels.
  public func validate(_ parameters: inout ParameterCheck) { plan.check(&parameters) }

  /// Makes the hardware.
  public func build(_ io: Interior<Ports>, in m: Module) {
    let topology = plan.topology
    let routes = plan.checkedRoutes
    let sizes = plan.sizes(for: routes)
    let names = Self.instanceNames(topology.routers.map(\.name))
    let routers = topology.routers.indices.map { router in
      let tables = topology.ports[router].indices.map { arrival in
        topology.nodes.indices.map { routes.output(of: router, from: arrival, to: $0) }
      }
      return m.instance(TableRouter(tables: tables, sizes: sizes), "router_\(names[router])")
    }
    for (router, ports) in topology.ports.enumerated() {
      for (place, port) in ports.enumerated() {
        switch port {
        case .node(let node):
          routers[router].inputs[place] <== io.inject[node]
          io.eject[node] <== routers[router].outputs[place]
        case .link(let link, let next):
          let (output, far) = (
            routers[router].outputs[place], topology.port(of: next, to: .link(link, to: router)) ?? 0
          )
          let input = routers[next].inputs[far]
          let name = "\(names[router])_to_\(names[next])"
          let delay = topology.links[link].latency - 1
          input.sends <== m.delayed("\(name)_sends", output.sends, by: delay, reset: 0)
          input.flit <== m.delayed("\(name)_flit", output.flit, by: delay)
          input.channel <== m.delayed("\(name)_channel", output.channel, by: delay)
          output.credits <== m.delayed("\(name)_credits", input.credits, by: delay, reset: 0)
        }
      }
    }
  }

  /// Names as they may stand in Verilog; the number follows where two would be equal.
  static func instanceNames(_ names: [String]) -> [String] {
    let plain = names.map { String($0.map { $0.isLetter || $0.isNumber ? $0 : "_" }).lowercased() }
    return plain.enumerated().map { index, name in
      plain.filter { $0 == name }.count == 1 ? name : "\(name)_\(index)"
    }
  }
}
