import Foundation
import Network

/// What is known of the deadlock freedom of routes.
struct NetworkProof: Encodable {
  var topology, routing: String
  var routers, links, nodes, layers, channels, dependencies: Int
  var meanHops: Double?
  /// Whether the channels can be numbered so that every route passes rising numbers.
  var isDeadlockFree: Bool
  /// Channels that wait for each other.
  var cycle: [String]?

  init(_ graph: ChannelDependencies) throws(NetworkError) {
    let routes = graph.routes
    (topology, routing) = (routes.topology.name, "\(routes.method)")
    (routers, links, nodes) = (
      routes.topology.routers.count, routes.topology.links.count, routes.topology.nodes.count
    )
    (layers, channels, dependencies) = (routes.layerCount, graph.vertexCount, graph.edges.count)
    meanHops = try routes.meanHops
    isDeadlockFree = graph.numbering != nil
    cycle = graph.cycle?.map(graph.name(of:))
  }

  /// The refusal of the routes; nil where they are proved.
  var error: NetworkError? { cycle.map { .deadlock(routing, $0) } }

  func show(_ routes: NetworkRoutes) {
    print(
      "network        \(topology): \(routers) routers, \(links) links, \(nodes) nodes, \(routes.topology.tiers) tier(s)"
    )
    let hops = LoadCurve.text(meanHops ?? 0, decimals: 2)
    print("routes         \(routing), \(layers) layer(s), \(hops) links on the average")
    if let cycle {
      print("deadlock       possible: each channel waits for the next one")
      for name in cycle + cycle.prefix(1) { print("               \(name)") }
    } else {
      print(
        "deadlock       none: \(channels) channels, \(dependencies) dependencies, no circle; numbered so that every")
      print("               route passes rising numbers")
    }
  }
}

/// The figures of a curve, for scripts.
struct NetworkFigures: Encodable {
  struct Point: Encodable {
    var load, offered, accepted, peakChannelLoad: Double
    /// Nil where no packet was measured.
    var meanLatency: Double?
    var p95Latency, p99Latency, maxLatency: Int?
    var packets: Int
    var hasDrained, isSaturated: Bool
  }

  var proof: NetworkProof
  var traffic: String
  var flits, virtualChannels, depth, switchDelay: Int
  var seed: UInt64
  var zeroLoadLatency: Double
  var saturation: Double?
  var points: [Point]

  init(_ curve: LoadCurve, _ proof: NetworkProof) {
    self.proof = proof
    let experiment = curve.experiment
    (traffic, flits, seed) = (experiment.pattern.name, experiment.flits, experiment.seed)
    (virtualChannels, depth) = (experiment.parameters.channels, experiment.parameters.depth)
    switchDelay = experiment.parameters.switchDelay
    (zeroLoadLatency, saturation) = (curve.zeroLoadLatency, curve.saturation)
    points = curve.measurements.map { point in
      let isEmpty = point.packets == 0
      return Point(
        load: point.load, offered: point.offered, accepted: point.accepted,
        peakChannelLoad: point.channelLoads.max() ?? 0, meanLatency: isEmpty ? nil : point.meanLatency,
        p95Latency: isEmpty ? nil : point.percentile95, p99Latency: isEmpty ? nil : point.percentile99,
        maxLatency: isEmpty ? nil : point.maximum, packets: point.packets, hasDrained: point.hasDrained,
        isSaturated: point.isSaturated)
    }
  }

  /// As a file.
  var text: String {
    get throws {
      let encoder = JSONEncoder()
      encoder.keyEncodingStrategy = .convertToSnakeCase
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
      return String(decoding: try encoder.encode(self), as: UTF8.self) + "\n"
    }
  }

  func show() {
    func column(_ text: String, _ width: Int) -> String {
      String(repeating: " ", count: max(0, width - text.count)) + text
    }
    func number(_ value: Int?) -> String { value.map(String.init) ?? "-" }
    print(
      "traffic        \(traffic), packets of \(flits) flit(s), \(virtualChannels) virtual channels of \(depth) flits, seed \(seed)"
    )
    print("empty network  \(LoadCurve.text(zeroLoadLatency, decimals: 2)) clocks on the average")
    print("  load  accepted    mean   p95   p99   max  peak link")
    for point in points {
      let cells = [
        (LoadCurve.text(point.load, decimals: 3), 6), (LoadCurve.text(point.accepted, decimals: 4), 9),
        (point.meanLatency.map { LoadCurve.text($0, decimals: 1) } ?? "-", 7), (number(point.p95Latency), 5),
        (number(point.p99Latency), 5), (number(point.maxLatency), 5),
        (LoadCurve.text(point.peakChannelLoad, decimals: 3), 10),
      ]
      let note =
        point.packets == 0
        ? "  no packet in the window"
        : point.isSaturated ? (point.hasDrained ? "  saturated" : "  saturated, not drained") : ""
      print(cells.map { column($0.0, $0.1) }.joined(separator: " ") + note)
    }
    if let saturation {
      print(
        "saturation     at a load of \(LoadCurve.text(saturation, decimals: 3)): beyond, the mean is over "
          + "\(LoadCurve.text(NetworkExperiment.saturationFactor, decimals: 0)) times that of an empty network")
    }
  }
}

/// The hardware beside the golden network, at one load.
struct ComparisonFigures: Encodable {
  var load: Double
  var packets, cycles, flitsCompared: Int
  var difference: String?

  func show(_ engine: String) {
    let text = LoadCurve.text(load, decimals: 3)
    print(
      "load \(text)     \(packets) packets, \(cycles) clocks in \(engine): "
        + (difference
          ?? (flitsCompared == 0
            ? "nothing was sent, nothing compared"
            : "all \(flitsCompared) flits come in the clock of the golden network"))
    )
  }
}

/// What random networks showed.
struct StressFigures: Encodable {
  var networks, cycles, packets, flits, layers: Int
  var failure: String?

  init(_ outcome: NetworkStress.Outcome) {
    (networks, cycles, packets) = (outcome.networks, outcome.cycles, outcome.packets)
    (flits, layers, failure) = (outcome.flits, outcome.layers, outcome.failure)
  }

  func show() {
    print("stress         \(networks) random networks, \(cycles) clocks, up to \(layers) layer(s)")
    print("               " + (failure ?? "all \(packets) packets of \(flits) flits arrived; nothing was stuck"))
  }
}
