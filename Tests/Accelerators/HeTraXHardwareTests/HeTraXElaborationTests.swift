import HeTraX
import HeTraXHardware
import Network
import Testing
import Verilog

/// The generators of HeTraX by themselves.
@Suite struct HeTraXElaborationTests {
  @Test func `Every part becomes Verilog, for other sizes too`() throws {
    var odd = HeTraXSizes.micro
    (odd.streamingCores, odd.sharedBytes, odd.commandDepth) = (1, 0, 1)
    odd.resistive.projectionEngines = 3
    for sizes in [HeTraXSizes.micro, odd] {
      let text = try HeTraXAccelerator(sizes: sizes).elaborate().simplified().verilog().map(\.text).joined()
      #expect(text.contains("module MemoryController"))
      #expect(text.contains("module SharedMemory") == (sizes.sharedBytes > 0))
    }
  }

  @Test func `Sizes without hardware are refused`() {
    var sizes = HeTraXSizes.micro
    sizes.resistive.projectionEngines = 4
    #expect(throws: HeTraXError.range("3 · streaming-cores + resistive-cores", 10, 4...8)) { try sizes.validate() }
    sizes = .micro
    sizes.sharedBytes = 1000
    #expect(throws: HeTraXError.self) { try sizes.validate() }
    sizes = .micro
    sizes.streaming.multiplierRows = nil
    #expect(throws: HeTraXError.self) { try sizes.validate() }
  }

  @Test func `Requests and answers share no channel on the machine's network, and on others they can`() throws {
    for (_, sizes) in HeTraXSizes.named {
      let dependencies = try RequestDependencies(sizes.routes(), server: sizes.memoryNode)
      #expect(dependencies.cycle == nil && dependencies.shared.isEmpty)
    }
    // Up*/down* ways from another root than the server's router take detours, and answers pass channels of requests.
    var shared = 0
    var random = Xorshift(state: 3)
    for _ in 0..<300 {
      let topology = try Self.network(&random)
      for server in topology.nodes.indices {
        let away = try RequestDependencies(
          NetworkRoutes(topology, by: .upDown(root: (server + 1) % topology.routers.count)), server: server)
        if !away.shared.isEmpty { shared += 1 }
        let own = try RequestDependencies(NetworkRoutes(topology, by: .upDown(root: server)), server: server)
        #expect(own.cycle == nil && own.shared.isEmpty)
      }
    }
    print("shared", shared)
  }

  private static func network(_ random: inout Xorshift) throws -> NetworkTopology {
    let count = 6
    var links = (1..<count).map { NetworkLink(random.next(below: $0), $0) }
    for first in 0..<count {
      for second in first + 1..<count
      where random.next(below: 4) == 0 && !links.contains(where: { $0.first == first && $0.second == second }) {
        links.append(NetworkLink(first, second))
      }
    }
    return try NetworkTopology(
      name: "random", routers: (0..<count).map { NetworkRouter("r\($0)", at: NetworkPosition($0, 0)) }, links: links,
      nodes: (0..<count).map { NetworkNode("n\($0)", router: $0) })
  }
}

/// Random numbers for networks.
private struct Xorshift {
  var state: UInt64
  mutating func next(below count: Int) -> Int {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return Int(state >> 33) % count
  }
}
