import Network
import Testing

/// The files for BookSim, read by a parser that knows the grammar and nothing of how they were made.
@Suite struct BookSimExportTests {
  /// What an `anynet` file says: routers of nodes, and weights of channels between routers.
  private struct AnyNet {
    var routerOfNode: [Int: Int] = [:]
    var weights: [[Int]: Int] = [:]
    var routers: Set<Int> = []

    enum Fault: Error { case word(String), end(String) }

    /// `TYPE ID { TYPE ID [WEIGHT] }` on each line; a link without its counterpart has weight 1 in the other direction.
    init(_ text: String) throws {
      for line in text.split(separator: "\n", omittingEmptySubsequences: false) where !line.isEmpty {
        var words = line.split(separator: " ", omittingEmptySubsequences: false)[...]
        func next() throws -> String {
          guard let word = words.popFirst() else { throw Fault.end(String(line)) }
          return String(word)
        }
        func number() throws -> Int {
          let word = try next()
          guard let value = Int(word), value >= 0 else { throw Fault.word(word) }
          return value
        }
        guard try next() == "router" else { throw Fault.word(String(line)) }
        let head = try number()
        routers.insert(head)
        while !words.isEmpty {
          let kind = try next()
          let body = try number()
          let weight = words.first.flatMap { Int($0) }
          if weight != nil { words.removeFirst() }
          switch kind {
          case "node":
            guard routerOfNode.updateValue(head, forKey: body) == nil else { throw Fault.word("node \(body)") }
          case "router":
            weights[[head, body]] = weight ?? 1
            if weights[[body, head]] == nil { weights[[body, head]] = 1 }
          default: throw Fault.word(kind)
          }
        }
      }
    }
  }

  private static func export(
    _ topology: NetworkTopology, _ method: RoutingMethod = .upDown(), _ pattern: TrafficPattern = .uniform(),
    _ parameters: NetworkParameters = NetworkParameters()
  ) throws -> BookSimExport {
    try BookSimExport(
      NetworkExperiment(NetworkRoutes(unproved: topology, by: method), parameters, pattern: pattern), load: 0.25)
  }

  @Test(arguments: 1...12) func `The topology is read as it was written`(seed: Int) throws {
    let topology = try NetworkTopology.random(routers: 3 + seed, seed: UInt64(seed), latencies: 1...5)
    let read = try AnyNet(Self.export(topology).anynet)
    #expect(read.routers == Set(topology.routers.indices))
    #expect(read.routerOfNode == Dictionary(uniqueKeysWithValues: topology.nodes.enumerated().map { ($0, $1.router) }))
    #expect(read.weights.count == 2 * topology.links.count)
    for link in topology.links {
      #expect(read.weights[[link.first, link.second]] == link.latency)
      #expect(read.weights[[link.second, link.first]] == link.latency)
    }
  }

  @Test func `A small machine as anynet`() throws {
    #expect(
      try Self.export(.hetraxTiny(verticalLatency: 2)).anynet == """
        router 0 node 0 router 1 1 router 3 2
        router 1 node 1 router 0 1 router 2 1 router 4 2
        router 2 node 2 router 1 1
        router 3 node 3 router 4 1 router 0 2
        router 4 node 4 router 3 1 router 1 2

        """)
  }

  /// The values of a configuration: `name = value;`, and comments behind `//`.
  private static func values(_ text: String) throws -> [String: String] {
    var values: [String: String] = [:]
    for line in text.split(separator: "\n") where !line.hasPrefix("//") {
      let parts = line.dropLast().split(separator: " = ")
      try #require(line.hasSuffix(";") && parts.count == 2, "\(line)")
      #expect(values.updateValue(String(parts[1]), forKey: String(parts[0])) == nil)
    }
    return values
  }

  @Test func `The configuration states the router`() throws {
    let export = try Self.export(
      .mesh(2, 2), .shortest, .uniform(includesSelf: true), NetworkParameters(channels: 3, depth: 5, switchDelay: 2))
    #expect(export.hasSameRoutes)
    let values = try Self.values(export.configuration)
    let expected = [
      "topology": "anynet", "network_file": "network.anynet", "routing_function": "min", "num_vcs": "3",
      "vc_buf_size": "5", "routing_delay": "0", "st_final_delay": "2", "credit_delay": "0", "traffic": "uniform",
      "injection_rate": "0.25", "injection_rate_uses_flits": "1", "packet_size": "4", "vc_busy_when_full": "1",
    ]
    for (name, value) in expected { #expect(values[name] == value, "\(name)") }
    #expect(!export.configuration.contains("no pattern"))
    #expect(try Self.export(.mesh(2, 2)).configuration.contains("no pattern"))
    #expect(try !Self.export(.mesh(2, 2)).hasSameRoutes)
    #expect(throws: NetworkError.self) {
      try Self.export(.mesh(2, 2), .upDown(), .uniform(), NetworkParameters(switchDelay: 0))
    }
  }

  @Test func `Traffic and routes are listed`() throws {
    let export = try Self.export(.hetraxTiny(), .layered(), .hotspot(node: 1, share: 0.5))
    let files = try export.files()
    #expect(files.map(\.name) == ["network.anynet", "booksim.cfg", "traffic.txt", "packets.txt", "routes.txt"])
    guard case .matrix(let rows) = try TrafficPattern.matrix(text: export.trafficMatrix()) else {
      Issue.record("no matrix")
      return
    }
    for row in rows { #expect(abs(row.reduce(0, +) - 0.25) < 1e-9) }
    let packets = try export.trace().split(separator: "\n").dropFirst().map { line in
      line.split(separator: " ").compactMap { Int($0) }
    }
    let expected = try TrafficSource.packets(
      .hotspot(node: 1, share: 0.5), nodes: 5, load: 0.25, flits: 4, seed: 1, cycles: 1000)
    #expect(packets == expected.map { [$0.created, $0.source, $0.destination, $0.flits] })
    #expect(export.routeTables.split(separator: "\n").count == 1 + 20)
    #expect(export.routeTables.contains("\n3 2 0 3 0 1 2\n"))
  }

  /// Dijkstra's ways with the choices between equals that `anynet` makes: an ordered set of open routers, the first nearest one
  /// is closed, its neighbours by rising number, a way stays unless the new one is shorter.
  private static func anynetPort(_ net: AnyNet, from start: Int, to target: Int) -> Int {
    var distance = [start: 0]
    var previous: [Int: Int] = [:]
    var open = net.routers.sorted()
    while !open.isEmpty {
      var best = open[0]
      for router in open where distance[router, default: .max] < distance[best, default: .max] { best = router }
      open.removeAll { $0 == best }
      for neighbour in net.routers.sorted() {
        guard let weight = net.weights[[best, neighbour]] else { continue }
        if distance[best, default: 0] + weight < distance[neighbour, default: .max] {
          distance[neighbour] = distance[best, default: 0] + weight
          previous[neighbour] = best
        }
      }
    }
    var router = target
    while let before = previous[router], before != start { router = before }
    return router
  }

  @Test(arguments: 1...10) func `Shortest ways are those of anynet`(seed: Int) throws {
    let topology = try NetworkTopology.random(
      routers: 6 + seed, seed: UInt64(seed), extraLinks: 2 * seed, latencies: 1...(1 + seed % 3))
    let export = try Self.export(topology, .shortest)
    let net = try AnyNet(export.anynet)
    for source in topology.nodes.indices {
      for destination in topology.nodes.indices where source != destination {
        var router = source
        for channel in try export.experiment.routes.channels(from: source, to: destination) {
          #expect(Self.anynetPort(net, from: router, to: destination) == topology.target(ofChannel: channel))
          router = topology.target(ofChannel: channel)
        }
      }
    }
  }
}
