public import HDL

/// A ``VirtualChannelRouter`` with the tables of one place in a network: a ``RouteTable`` for each input.
public struct TableRouter: Generator {
  /// For each port and each destination node the output port; below 0 where no packet comes.
  public var tables: [[Int]]
  /// Virtual channels, queues and flits.
  public var sizes: RouterSizes

  /// A router with a port for each table.
  public init(tables: [[Int]], sizes: RouterSizes) { (self.tables, self.sizes) = (tables, sizes) }

  /// Links that come and go.
  public struct Ports {
    /// The links that come, in the order of the tables.
    public let inputs: [Flipped<FlitChannel>]
    /// The links that go.
    public let outputs: [FlitChannel]
  }

  /// The interface for these parameters.
  public var ports: Ports {
    let link = FlitChannel(width: sizes.width, channels: sizes.channels)
    return Ports(inputs: tables.map { _ in .init(link) }, outputs: tables.map { _ in link })
  }

  /// What stands above the emitted module.
  public var documentation: String {
    "Router of \(tables.count) ports that looks up the output of a head by its input and its destination."
  }

  /// Requires a table of one length for each port, and room for the destination in a flit.
  public func validate(_ parameters: inout ParameterCheck) {
    parameters.require("the ports of a router", tables.count, in: 1...16)
    parameters.require(
      Set(tables.map(\.count)).count == 1, "the tables have \(tables.map(\.count)) entries",
      fix: "use tables for the same nodes")
    let needed = bits(for: max(1, (tables.first?.count ?? 1) - 1))
    parameters.require(
      sizes.width >= needed, "flits of \(sizes.width) bits cannot name \(tables.first?.count ?? 0) nodes",
      fix: "use \(needed) bits or more")
    parameters.require(sizes)
  }

  /// Makes the hardware.
  public func build(_ io: Interior<Ports>, in m: Module) {
    let router = m.instance(VirtualChannelRouter(ports: tables.count, sizes: sizes), "router")
    for (place, outputs) in tables.enumerated() {
      let table = m.instance(RouteTable(outputs, ports: tables.count), "table_\(place)")
      let link = io.inputs[place]
      table.destination <== link.flit.data[0..<bits(for: max(1, outputs.count - 1))].asUnsigned
      router.routes[place] <== table.route
      router.inputs[place] <== link
      io.outputs[place] <== router.outputs[place]
    }
  }
}
