import Network
import Testing

/// Who sends what and when, and what is measured of it.
@Suite struct TrafficTests {
  @Test func `Patterns send where they say`() throws {
    func counts(_ pattern: TrafficPattern, nodes: Int) throws -> [[Int]] {
      var counts = [[Int]](repeating: [Int](repeating: 0, count: nodes), count: nodes)
      let packets = try TrafficSource.packets(pattern, nodes: nodes, load: 0.5, flits: 1, seed: 3, cycles: 4000)
      for packet in packets { counts[packet.source][packet.destination] += 1 }
      return counts
    }
    let rows = (0..<9).map { row in (0..<9).map { column in Double((row * column) % 4) } }
    let patterns: [TrafficPattern] = [
      .uniform(), .uniform(includesSelf: true), .allToAll, .transpose, .bitComplement, .hotspot(node: 2, share: 0.4),
      .matrix(rows),
    ]
    for pattern in patterns {
      let shares = try pattern.shares(nodes: 9)
      let counts = try counts(pattern, nodes: 9)
      for source in 0..<9 {
        for destination in 0..<9 {
          let expected = shares[source][destination] * 2000
          // Five standard deviations of a count.
          #expect(
            abs(Double(counts[source][destination]) - expected) <= 5 * expected.squareRoot() + 0.01,
            "\(pattern.name) \(source) \(destination)")
        }
      }
    }
    #expect(try TrafficPattern.transpose.shares(nodes: 9)[5][7] == 1)
    #expect(try TrafficPattern.bitComplement.shares(nodes: 16)[0b0101][0b1010] == 1)
  }

  @Test func `Equal seeds give equal packets, and nodes are independent`() throws {
    func packets(_ seed: UInt64, _ load: Double = 0.3) throws -> [NetworkPacket] {
      try TrafficSource.packets(.uniform(), nodes: 6, load: load, flits: 3, seed: seed, cycles: 500)
    }
    #expect(try packets(5) == packets(5))
    #expect(try packets(5) != packets(6))
    // 0.3 flits a node and clock in packets of 3, within five standard deviations.
    let count = try Double(packets(5).count)
    #expect(abs(count - 300) < 5 * count.squareRoot())
    let all = try packets(5)
    let byNode = (0..<6).map { node in all.filter { $0.source == node }.map(\.created) }
    #expect(Set(byNode).count == 6)
  }

  @Test func `Names and files give patterns`() throws {
    for pattern in [
      TrafficPattern.uniform(), .uniform(includesSelf: true), .allToAll, .transpose, .bitComplement,
      .hotspot(node: 3, share: 0.25),
    ] {
      #expect(TrafficPattern.named(pattern.name) == pattern)
    }
    #expect(TrafficPattern.named("tornado") == nil)
    #expect(try TrafficPattern.matrix(text: "# a\n0 1\n2,0\n") == .matrix([[0, 1], [2, 0]]))
    #expect(throws: NetworkError.text(line: 2, "'x' is no number")) { try TrafficPattern.matrix(text: "0 1\nx 0") }
  }

  @Test func `Traffic that there is not is refused`() throws {
    func text(_ pattern: TrafficPattern, nodes: Int = 6, load: Double = 0.1) -> String {
      do {
        _ = try TrafficSource(pattern, nodes: nodes, load: load, flits: 1, seed: 1)
        return "accepted"
      } catch { return error.description }
    }
    #expect(
      text(.transpose)
        == "traffic 'transpose': 6 nodes are no square: use a network of 4, 9, 16, … nodes or another pattern")
    #expect(text(.hotspot(node: 6, share: 0.1)) == "traffic 'hotspot:6:0.1': there is no node 6: give 0 to 5")
    #expect(text(.hotspot(node: 0, share: 1.5)) == "traffic 'hotspot:0:1.5': a share of 1.5: give 0 to 1")
    #expect(
      text(.matrix([[Double]](repeating: [Double](repeating: 1e308, count: 6), count: 6)))
        == "traffic 'matrix': the sum is not finite: give smaller numbers")
    #expect(text(.matrix([[1]])) == "traffic 'matrix': give 6 rows of 6 numbers")
    #expect(text(.uniform(), load: 1.2) == "traffic 'uniform': a load of 1.2: give 0 to 1")
    let one = TrafficPattern.matrix([[0, 1, 0], [0, 0, 0], [0, 0, 0]])
    #expect(text(one, nodes: 3, load: 0.3) == "accepted")
    #expect(
      text(one, nodes: 3, load: 0.5)
        == "traffic 'matrix': node 0 would make 1.5 packets a clock: give a smaller load")
  }

  private static let experiment = try! NetworkExperiment(
    NetworkRoutes(.mesh(3, 3), by: .dimensionOrder), pattern: .uniform(), flits: 2, warmUp: 200, window: 1000,
    drain: 3000)

  @Test func `At a low load latency is that of an empty network`() throws {
    var experiment = Self.experiment
    experiment.window = 4000
    let zero = try experiment.zeroLoadLatency()
    // Two links apart on the average, over 72 pairs: 2 + 3 routers of 3 clocks, 2 links, the last link, and a flit behind.
    let (routers, links) = (3.0, 2.0)
    let expected = 2 + 3 * routers + links + 1 + 1
    #expect(zero == expected)
    let low = try experiment.measure(load: 0.01)
    #expect(low.hasDrained && !low.isSaturated)
    #expect(low.meanLatency >= zero - 1)
    #expect(low.meanLatency < zero + 1)
    #expect(abs(low.accepted - low.offered) < 0.002)
  }

  @Test func `Latency rises with the load, and a network saturates`() throws {
    let loads = [0.05, 0.2, 0.4, 0.9]
    let curve = try loads.map { try Self.experiment.measure(load: $0) }
    let latencies = curve.map(\.meanLatency)
    #expect(latencies == latencies.sorted())
    #expect(curve.map(\.isSaturated) == [false, false, false, true])
    #expect(curve[3].accepted < curve[3].offered - 0.02)
    let saturation = try Self.experiment.saturation(tolerance: 0.02)
    #expect((0.4...0.9).contains(saturation))
    #expect(curve[2].channelLoads.allSatisfy { $0 < 1 })
    #expect(curve[2].percentile95 <= curve[2].percentile99 && curve[2].percentile99 <= curve[2].maximum)
  }
}
