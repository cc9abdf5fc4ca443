import HDL
import Network
import NetworkHardware
import Simulator
import Testing
import Verilog

/// The code of the pages of networks.
@Suite struct NetworkSnippets {
  @Test func `Routes and measurements, as the page says`() throws {
    let network = try NetworkTopology.hetraxTiny(verticalLatency: 2)
    let routes = try NetworkRoutes(network, by: .upDown())
    let graph = try ChannelDependencies(routes)
    let numbers = graph.numbering  // rises along every route
    #expect(numbers?.count == 10)
    let experiment = NetworkExperiment(routes, pattern: .uniform(), flits: 4, warmUp: 200, window: 1000)
    let empty = try experiment.zeroLoadLatency()
    let point = try experiment.measure(load: 0.2)
    print(point.meanLatency, "clocks,", point.accepted, "of", point.offered, "flits a node and clock")
    #expect(point.meanLatency > empty)
  }

  @Test func `Hardware and comparison, as the page says`() throws {
    let plan = NetworkPlan(
      try .hetraxTiny(verticalLatency: 2), by: .layered(), NetworkParameters(channels: 2, depth: 4), width: 32)
    let verilog = try PacketNetwork(plan).elaborate().simplified().verilog()
    #expect(verilog.last?.text.contains("module PacketNetwork") == true)
    let packets = try TrafficSource.packets(
      .uniform(), nodes: plan.topology.nodes.count, load: 0.3, flits: 3, seed: 1, cycles: 100)
    let comparison = try NetworkComparison(plan, packets: packets)
    let outcome = try comparison.run(on: NativeModel(PacketNetwork(plan).elaborate()))
    print(outcome.difference ?? "\(outcome.equalFlits) flits are equal")
    #expect(outcome.difference == nil)
  }
}
