import Foundation
import Network
import Testing

/// Networks as data: what is built, what is read, what is refused.
@Suite struct NetworkTopologyTests {
  private static func pair(
    _ links: [NetworkLink], routers: Int = 3, portLimit: Int = 7
  ) throws(NetworkError) -> NetworkTopology {
    try NetworkTopology(
      name: "t", routers: (0..<routers).map { NetworkRouter("r\($0)", at: NetworkPosition($0, 0)) }, links: links,
      nodes: (0..<routers).map { NetworkNode("n\($0)", router: $0) }, portLimit: portLimit)
  }

  @Test func `A mesh has a link to each neighbour and 7 ports inside`() throws {
    let mesh = try NetworkTopology.mesh(3, 4, 3, verticalLatency: 2)
    #expect(mesh.routers.count == 36)
    #expect(mesh.links.count == (2 * 4 * 3) + (3 * 3 * 3) + (3 * 4 * 2))
    for (index, link) in mesh.links.enumerated() {
      let (a, b) = (mesh.positions[link.first], mesh.positions[link.second])
      #expect(abs(a.x - b.x) + abs(a.y - b.y) + abs(a.z - b.z) == 1)
      #expect(link.latency == (a.z == b.z ? 1 : 2))
      #expect(mesh.isVertical(index) == (a.z != b.z))
    }
    let inner = try #require(mesh.positions.firstIndex(of: NetworkPosition(1, 1, 1)))
    #expect(mesh.ports[inner].count == 7)
    #expect(mesh.ports.map(\.count).max() == 7)
    let hops = mesh.hopCounts
    for (a, from) in mesh.positions.enumerated() {
      for (b, to) in mesh.positions.enumerated() {
        #expect(hops[a][b] == abs(from.x - to.x) + abs(from.y - to.y) + abs(from.z - to.z))
      }
    }
  }

  @Test(arguments: 1...40) func `A random network keeps its limits`(seed: Int) throws {
    let limit = 3 + seed % 5
    let network = try NetworkTopology.random(
      routers: 2 + seed, seed: UInt64(seed), tiers: 1 + seed % 4, extraLinks: seed, latencies: 1...3, portLimit: limit)
    #expect(network.ports.allSatisfy { $0.count <= limit })
    #expect(network.links.count >= network.routers.count - 1)
    #expect(network.links.allSatisfy { (1...3).contains($0.latency) })
    #expect(network.hopCounts.allSatisfy { $0.allSatisfy { $0 < network.routers.count } })
    let again = try NetworkTopology.random(
      routers: 2 + seed, seed: UInt64(seed), tiers: 1 + seed % 4, extraLinks: seed, latencies: 1...3, portLimit: limit)
    #expect(again == network)
    #expect(try NetworkTopology(text: network.text, name: network.name) == network)
  }

  @Test func `Seeds give different networks`() throws {
    let networks = try (0..<20).map { try NetworkTopology.random(routers: 12, seed: $0).links }
    #expect(Set(networks).count == 20)
  }

  @Test func `The small machine has 5 routers on 2 tiers`() throws {
    let tiny = try NetworkTopology.hetraxTiny(verticalLatency: 3)
    #expect(tiny.routers.count == 5)
    #expect(tiny.tiers == 2)
    #expect(tiny.links.indices.filter(tiny.isVertical).map { tiny.links[$0].latency } == [3, 3])
    #expect(tiny.channelName(0) == "sm0→mc0")
    #expect(tiny.channelName(1) == "mc0→sm0")
    #expect(tiny.channel(of: 3, from: 3) == 7)
  }

  @Test func `Names give networks`() throws {
    #expect(try NetworkTopology.named("mesh:3x3x2") == .mesh(3, 3, 2))
    #expect(try NetworkTopology.named("mesh:3x2") == .mesh(3, 2))
    #expect(try NetworkTopology.named("random:9:4") == .random(routers: 9, seed: 4))
    #expect(try NetworkTopology.named("hetrax.tiny") == .hetraxTiny())
    #expect(try NetworkTopology.named("folder/file") == nil)
    for name in ["mesh:3", "mesh:3xax2", "random:9", "random:9:-1", "mesh:0x1x1", "mesh:1x1x1", "random:1:1"] {
      #expect(throws: NetworkError.self, "\(name)") { try NetworkTopology.named(name) }
    }
  }

  @Test func `What is no network is refused with its names`() {
    func text(_ links: [NetworkLink], routers: Int = 3, portLimit: Int = 7) -> String {
      do {
        _ = try Self.pair(links, routers: routers, portLimit: portLimit)
        return "accepted"
      } catch { return error.description }
    }
    #expect(text([NetworkLink(0, 1), NetworkLink(1, 2)]) == "accepted")
    #expect(text([NetworkLink(0, 1)]) == "no way leads from 'r0' to 'r2': add links")
    #expect(
      text([NetworkLink(0, 1), NetworkLink(1, 2), NetworkLink(1, 0)])
        == "there are two links between 'r1' and 'r0': remove one")
    #expect(text([NetworkLink(0, 0)]) == "router 'r0' has a link to itself: remove it")
    #expect(text([NetworkLink(0, 3)]) == "link 0 is at router 3, which does not exist")
    #expect(
      text([NetworkLink(0, 1, latency: 0)]) == "the latency of link r0–r1 is 0: give 1 to 64")
    #expect(
      text((1...7).map { NetworkLink(0, $0) }, routers: 8)
        == "router 'r0' has 8 ports, and 7 at most are allowed: move links or nodes, or raise the limit")
    #expect(text((1...7).map { NetworkLink(0, $0) }, routers: 8, portLimit: 8) == "accepted")
  }

  @Test func `A line that cannot be read is named`() {
    func text(_ lines: String) -> String {
      do {
        _ = try NetworkTopology(text: lines, name: "t")
        return "accepted"
      } catch { return error.description }
    }
    let start = "router a 0 0 0 # first\n\nrouter b 1 0 0\nlink a b\nnode x a\nnode y b\n"
    #expect(text(start) == "accepted")
    #expect(text(start + "link a c") == "line 7: there is no router 'c'")
    #expect(text(start + "router c 0 0") == "line 7: give 'router NAME X Y Z'")
    #expect(text(start + "router c 0 0 q") == "line 7: 'q' is no number")
    #expect(text(start + "edge a b") == "line 7: 'edge' is none of router, link, node and ports")
    #expect(text(start + "router b 2 0 0") == "two routers are called 'b': rename one")
    #expect(text(start + "router c 1 0 0") == "routers 'b' and 'c' both stand at (1, 0, 0): move one")
    #expect(text(start + "node x b") == "two nodes are called 'x': rename one")
    #expect(text(start + "router ü 2 0 0") == "'ü' is no name: use letters, digits, '_', '.' and '-'")
  }

  @Test func `A network loses links until it falls apart`() throws {
    let tiny = try NetworkTopology.hetraxTiny()
    let left = try tiny.removing([("reram1", "mc0")])
    #expect(left.links.count == 4)
    #expect(throws: NetworkError.noLink("sm0", "sm1")) { try tiny.removing([("sm0", "sm1")]) }
    #expect(throws: NetworkError.unknownRouter("sm7", in: "hetrax.tiny")) { try tiny.removing([("sm0", "sm7")]) }
    #expect(throws: NetworkError.disconnected(from: "sm0", ["reram0", "reram1"])) {
      try tiny.removing([("reram1", "mc0"), ("sm0", "reram0")])
    }
  }

  @Test func `Lines may end as other systems end them`() throws {
    let text = "router a 0 0 0\nrouter b 1 0 0\nlink a b\nnode x a\nnode y b\n"
    let network = try NetworkTopology(text: text, name: "t")
    #expect(try NetworkTopology(text: text.replacingOccurrences(of: "\n", with: "\r\n"), name: "t") == network)
    #expect(try TrafficPattern.matrix(text: "0 1\r\n2 0\r\n") == .matrix([[0, 1], [2, 0]]))
  }

  @Test(arguments: [
    ("9223372036854775807 0 0", "x of router 'a' is 9223372036854775807"),
    ("0 -9223372036854775808 0", "y of router 'a' is -9223372036854775808"),
    ("0 0 9223372036854775807", "the tier of router 'a' is 9223372036854775807"),
    ("0 0 -1", "the tier of router 'a' is -1"),
  ]) func `A place out of every machine is refused`(place: String, words: String) {
    var found = ""
    do {
      _ = try NetworkTopology(
        text: "router a \(place)\nrouter b 1 0 0\nlink a b\nnode x a\nnode y b\n", name: "t")
    } catch { found = "\(error)" }
    #expect(found.contains(words), "\(found)")
  }
}
