import Engine
import HDL
import Network
import NetworkHardware
import Simulator
import TestSupport
import Testing
import Verilator

/// The hardware of networks against the golden network, flit by flit.
@Suite struct NetworkHardwareTests {
  static let plans: [NetworkPlan] = [
    NetworkPlan(try! .hetraxTiny(), .init(channels: 2, depth: 4)),
    NetworkPlan(try! .hetraxTiny(verticalLatency: 3), by: .layered(), .init(channels: 4, depth: 3, switchDelay: 0)),
    NetworkPlan(try! .mesh(2, 2, 2, verticalLatency: 2), by: .dimensionOrder, .init(channels: 1, depth: 1), width: 16),
    NetworkPlan(try! .random(routers: 7, seed: 2, extraLinks: 6), by: .layered(limit: 6), .init(channels: 3, depth: 5)),
    NetworkPlan(try! .random(routers: 6, seed: 9, latencies: 1...3), .init(channels: 3, depth: 2, switchDelay: 2)),
  ]

  static func comparison(_ plan: NetworkPlan, seed: Int, cycles: Int = 120) throws -> NetworkComparison {
    let nodes = plan.topology.nodes.count
    let packets = try TrafficSource.packets(
      .uniform(includesSelf: true), nodes: nodes, load: 0.3 + 0.2 * Double(seed % 4), flits: 1 + seed % 5,
      seed: UInt64(seed), cycles: cycles)
    return try NetworkComparison(plan, packets: packets)
  }

  @Test(arguments: plans.indices) func `Every flit comes in the clock of the golden network`(index: Int) throws {
    let plan = Self.plans[index]
    let model = try NativeModel(PacketNetwork(plan).elaborate())
    for seed in 0..<4 {
      let comparison = try Self.comparison(plan, seed: seed + 4 * index)
      let outcome = try comparison.run(on: model)
      #expect(outcome.difference == nil, "seed \(seed)")
      #expect(outcome.equalFlits == comparison.packets.reduce(0) { $0 + $1.flits })
      #expect(outcome.equalFlits > 100)
    }
  }

  @Test(arguments: [0, 3]) func `So it is in Verilator`(index: Int) throws {
    let plan = Self.plans[index]
    let model = try PacketNetwork(plan).verilated()
    for seed in 0..<6 {
      let comparison = try Self.comparison(plan, seed: seed, cycles: 400)
      let outcome = try comparison.run(on: model)
      #expect(outcome.difference == nil, "seed \(seed)")
      #expect(outcome.equalFlits == comparison.packets.reduce(0) { $0 + $1.flits })
    }
  }

  @Test func `A network that differs is told apart`() throws {
    // One more register behind each switch than the golden network has.
    var other = Self.plans[0]
    other.parameters.switchDelay = 2
    let model = try NativeModel(PacketNetwork(other).elaborate())
    let outcome = try Self.comparison(Self.plans[0], seed: 1).run(on: model)
    let difference = try #require(outcome.difference)
    #expect(difference.contains("gets nothing by virtual channel"))
    #expect(outcome.equalFlits == 0)
  }

  @Test func `A network that can deadlock is refused with its circle`() throws {
    let ring = try NetworkTopology(
      name: "ring", routers: (0..<5).map { NetworkRouter("r\($0)", at: NetworkPosition($0, 0)) },
      links: (0..<5).map { NetworkLink($0, ($0 + 1) % 5) }, nodes: (0..<5).map { NetworkNode("n\($0)", router: $0) })
    do {
      _ = try NetworkFabric(NetworkPlan(ring, by: .shortest)).elaborate()
      Issue.record("it was built")
    } catch {
      #expect("\(error)".contains("r0→r1, r1→r2, r2→r3, r3→r4, r4→r0, r0→r1"))
    }
    _ = try NetworkFabric(NetworkPlan(ring, by: .layered())).elaborate()
    do {
      _ = try PacketNetwork(NetworkPlan(ring, width: 5)).elaborate()
      Issue.record("it was built")
    } catch { #expect("\(error)".contains("use 6 bits or more")) }
    do {
      _ = try VirtualChannelRouter(ports: 3, sizes: RouterSizes { $0.layers = 3 }).elaborate()
      Issue.record("it was built")
    } catch { #expect("\(error)".contains("use a channel for each layer")) }
  }

  @Test func `Tools take the Verilog without a word`() throws {
    let network = try PacketNetwork(Self.plans[1]).toolComplaints()
    #expect(network == "")
    let router = try VirtualChannelRouter(ports: 7, sizes: RouterSizes { $0.channels = 3 }).toolComplaints()
    #expect(router == "")
    let least = try VirtualChannelRouter(ports: 1, sizes: RouterSizes { ($0.channels, $0.depth) = (1, 1) })
      .toolComplaints()
    #expect(least == "")
  }
}
