public import HDL

/// Where the packets go that come in at one port of a router: a constant for each destination.
public struct RouteTable: Generator {
  /// The output port for each destination; below 0 where no packet comes.
  public var outputs: [Int]
  /// Ports of the router.
  public var portCount: Int

  /// A table of `outputs`, for a router of `ports` ports.
  public init(_ outputs: [Int], ports: Int) { (self.outputs, portCount) = (outputs, ports) }

  /// Destination in, port out.
  public struct Ports {
    public let destination: Input<UInt>
    public let route: Output<UInt>
  }

  /// The interface for these parameters.
  public var ports: Ports {
    Ports(
      destination: .init(bits(for: max(1, outputs.count - 1)), "The number of a node"),
      route: .init(bits(for: max(1, portCount - 1)), "The output port; the most frequent one where no packet comes"))
  }

  /// What stands above the emitted module.
  public var documentation: String { "Routes to \(outputs.count) nodes by \(portCount) ports. No clock edge between." }

  /// Refuses ports that there are not.
  public func validate(_ parameters: inout ParameterCheck) {
    parameters.require("the nodes of a route table", outputs.count, in: 1...1024)
    parameters.require("the ports of a route table", portCount, in: 1...16)
    parameters.require(
      outputs.allSatisfy { $0 < portCount }, "a route leads to port \(outputs.max() ?? 0) of \(portCount)",
      fix: "use ports below \(portCount)")
  }

  /// Makes the hardware.
  public func build(_ io: Interior<Ports>, in m: Module) {
    let targets = Dictionary(grouping: outputs.indices.filter { outputs[$0] >= 0 }) { outputs[$0] }
    let usual = targets.max { ($0.value.count, $1.key) < ($1.value.count, $0.key) }?.key ?? 0
    m.switch(io.destination) {
      for (destination, port) in outputs.enumerated() where port >= 0 && port != usual {
        $0.case(destination) { io.route <== UInt(port) }
      }
      $0.default { io.route <== UInt(usual) }
    }
  }
}
