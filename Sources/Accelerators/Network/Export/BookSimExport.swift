/// A network and its traffic as files of BookSim 2.0, with topology `anynet`.
///
/// BookSim's `min` routes on `anynet` are ``RoutingMethod/shortest``: the same ways, and every virtual channel for every
/// packet. It knows neither layers nor other tables; what it simulates for them is a network with other routes.
///
/// | here | BookSim |
/// |---|---|
/// | clock in which a flit is written, 1 for a virtual channel | `routing_delay = 0`, `vc_alloc_delay = 1` |
/// | 1 for the switch | `sw_alloc_delay = 1` |
/// | ``NetworkParameters/switchDelay`` | `st_prepare_delay = 0`, `st_final_delay`; at least 1 |
/// | latency of a link | weight in the `anynet` file, for either direction; flits and credits |
/// | credit, counted in the clock behind its arrival | `credit_delay = 0` |
/// | a virtual channel is given only with a credit | `vc_busy_when_full = 1` |
/// | a tail frees it at once | `wait_for_tail_credit = 0` |
/// | latency, from the making of a packet to its tail at the node | packet latency |
///
/// A packet alone has the same latency in both. Allocators differ: BookSim's switch asks for one output an input and turns
/// among outputs, here an input turns among its virtual channels; and BookSim may give several virtual channels of an output
/// in a clock, where here it is one.
public struct BookSimExport: Hashable, Sendable {
  /// The network, its routers and its traffic.
  public var experiment: NetworkExperiment
  /// Flits that a node offers in a clock.
  public var load: Double
  /// Clocks of which the packets are listed in the trace.
  public var traceCycles: Int

  /// The files of an experiment at a load.
  ///
  /// - Throws: ``NetworkError`` where BookSim has no such router.
  public init(_ experiment: NetworkExperiment, load: Double, traceCycles: Int = 1000) throws(NetworkError) {
    (self.experiment, self.load, self.traceCycles) = (experiment, load, traceCycles)
    try experiment.parameters.validate(for: experiment.routes)
    guard experiment.parameters.switchDelay >= 1 else {
      throw .range("the delay of the switch, for BookSim,", experiment.parameters.switchDelay, 1...4)
    }
  }

  private var topology: NetworkTopology { experiment.routes.topology }

  /// Whether BookSim takes the same ways.
  public var hasSameRoutes: Bool { experiment.routes.method == .shortest }

  /// All files: `network.anynet`, `booksim.cfg`, `traffic.txt`, `packets.txt` and `routes.txt`.
  public func files() throws(NetworkError) -> [(name: String, text: String)] {
    [
      ("network.anynet", anynet), ("booksim.cfg", configuration), ("traffic.txt", try trafficMatrix()),
      ("packets.txt", try trace()), ("routes.txt", routeTables),
    ]
  }

  /// A line for each router: its nodes, and the routers at its links with their latencies. Numbers are indices.
  public var anynet: String {
    topology.ports.enumerated().map { router, ports in
      var words = ["router \(router)"]
      for case .node(let node) in ports { words.append("node \(node)") }
      for case .link(let link, let other) in ports { words.append("router \(other) \(topology.links[link].latency)") }
      return words.joined(separator: " ") + "\n"
    }.joined()
  }

  /// BookSim's name of the pattern; nil where it has none.
  private var trafficName: String? {
    let count = topology.nodes.count
    let isPower = count & (count - 1) == 0
    switch experiment.pattern {
    case .uniform(includesSelf: true): return "uniform"
    case .transpose: return isPower ? "transpose" : nil
    case .bitComplement: return isPower ? "bitcomp" : nil
    case .uniform(includesSelf: false), .allToAll, .hotspot, .matrix: return nil
    }
  }

  /// The configuration file.
  public var configuration: String {
    let parameters = experiment.parameters
    var lines = ["// \(topology.name), \(experiment.pattern.name) traffic, load \(load)"]
    if !hasSameRoutes {
      lines.append("// The network itself has \(experiment.routes.method) routes; those of BookSim are its own.")
    }
    lines += [
      "topology = anynet;", "network_file = network.anynet;", "routing_function = min;", "", "router = iq;",
      "num_vcs = \(parameters.channels);", "vc_buf_size = \(parameters.depth);", "wait_for_tail_credit = 0;",
      "vc_busy_when_full = 1;", "vc_allocator = separable_input_first;", "sw_allocator = separable_input_first;",
      "vc_alloc_arb_type = round_robin;", "sw_alloc_arb_type = round_robin;", "alloc_iters = 1;", "speculative = 0;",
      "input_speedup = 1;", "output_speedup = 1;", "internal_speedup = 1.0;", "routing_delay = 0;",
      "vc_alloc_delay = 1;", "sw_alloc_delay = 1;", "st_prepare_delay = 0;",
      "st_final_delay = \(parameters.switchDelay);", "credit_delay = 0;", "",
    ]
    if let trafficName {
      lines.append("traffic = \(trafficName);")
    } else {
      lines.append("// BookSim has no pattern like this one: traffic.txt holds its shares and packets.txt its packets.")
      lines.append("traffic = uniform;")
    }
    lines += [
      "injection_process = bernoulli;", "injection_rate = \(load);", "injection_rate_uses_flits = 1;",
      "packet_size = \(experiment.flits);", "", "sim_type = latency;", "sample_period = \(experiment.window);",
      "warmup_periods = 1;", "max_samples = 10;", "seed = \(experiment.seed);",
    ]
    return lines.map { $0 + "\n" }.joined()
  }

  /// The flits that each node sends to each in a clock on the average, row by source.
  public func trafficMatrix() throws(NetworkError) -> String {
    let rows = try experiment.pattern.shares(nodes: topology.nodes.count)
    let lines = rows.map { row in row.map { "\($0 * load)" }.joined(separator: " ") + "\n" }
    return "# flits a clock from each node (row) to each node (column)\n" + lines.joined()
  }

  /// The packets of the first clocks: clock, source, destination and flits.
  public func trace() throws(NetworkError) -> String {
    let packets = try TrafficSource.packets(
      experiment.pattern, nodes: topology.nodes.count, load: load, flits: experiment.flits, seed: experiment.seed,
      cycles: traceCycles)
    let lines = packets.map { "\($0.created) \($0.source) \($0.destination) \($0.flits)\n" }
    return "# clock source destination flits\n" + lines.joined()
  }

  /// The ways of this network: source, destination, layer and the routers that are passed.
  public var routeTables: String {
    let routes = experiment.routes
    var text = "# source destination layer routers\n"
    for source in topology.nodes.indices {
      for destination in topology.nodes.indices where source != destination {
        let channels = NetworkRoutes.walk(topology, routes.outputs, from: source, to: destination) ?? []
        let passed = [topology.nodes[source].router] + channels.map(topology.target(ofChannel:))
        let layer = routes.layer(from: source, to: destination)
        text += "\(source) \(destination) \(layer) \(passed.map(String.init).joined(separator: " "))\n"
      }
    }
    return text
  }
}
