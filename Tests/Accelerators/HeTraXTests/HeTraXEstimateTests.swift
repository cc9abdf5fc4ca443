import AnalogMacros
import HeTraX
import Network
import Testing

/// The worked numbers of the specification, and what follows from the model.
@Suite struct HeTraXEstimateTests {
  static let large = HeTraXWorkload.bertLarge

  @Test func `Cells, kernels and times of BERT-large are those of the specification`() throws {
    let machine = HeTraXMachine.reference
    #expect(machine.count(.streaming) == 21 && machine.count(.memory) == 6 && machine.count(.resistive) == 16)
    #expect(machine.crossbarBytes == 100_663_296)
    let graph = try HeTraXKernelGraph(Self.large, tokens: 512)
    #expect(abs(2 * Double(graph.macs(on: .streaming)) / 1e9 - 5.37) < 0.005)
    #expect(abs(Double(graph.macs(on: .resistive)) / 1e9 - 4.29) < 0.006)
    let share = Double(graph.macs(on: .resistive)) / Double(graph.kernels.reduce(0) { $0 + $1.macs })
    #expect(abs(share - 0.615) < 0.0005)
    let peak = 21 * machine.streaming.operationsPerSecond
    #expect(abs(peak / 1e12 - 32.8) < 0.05)
    #expect(abs(2e6 * Double(graph.macs(on: .streaming)) / peak - 164) < 0.5)
    let plan = try ResistivePlan(Self.large, on: machine)
    #expect(plan.layerCrossbars == 2048 && plan.layerCrossbars / (16 * 16) == 8)
    #expect(plan.capacity == 12)
    #expect(abs(plan.loadSeconds * 1e6 - 88) < 0.3)
    #expect(abs(512 * machine.resistive.tokenSeconds * 1e6 - 410) < 0.5)
    #expect(abs(512 * machine.resistive.tokenSeconds * 1e6 / 12 - 34) < 0.2)
    // Weights of BERT-base stay: 56.6 million, and none is written.
    let base = try ResistivePlan(.bertBase, on: machine)
    #expect(12 * HeTraXWorkload.bertBase.feedForwardWeights == 56_623_104)
    #expect(base.resident == 12 && base.streamed == 0 && base.writes.most == 0)
    #expect(base.lifetime(endurance: 1e6, inferencesPerSecond: 100) == .infinity)
  }

  @Test func `Streaming BERT-large wears cells out in 58 days, or in 83 minutes`() throws {
    let plan = try ResistivePlan(Self.large, on: .reference, policy: .stream)
    #expect(plan.streamed == 24 && plan.writes.most == 2 && plan.writes.mean == 2)
    #expect(abs(plan.lifetime(endurance: 1e9, inferencesPerSecond: 100) / 86400 - 57.9) < 0.1)
    #expect(abs(plan.lifetime(endurance: 1e6, inferencesPerSecond: 100) / 60 - 83.3) < 0.1)
    // Pinned layers write less in all and wear two layers' cells faster.
    let pinned = try ResistivePlan(Self.large, on: .reference, policy: .pinned)
    #expect(pinned.resident == 10 && pinned.streamed == 14)
    #expect(pinned.writes.most == 7 && pinned.writes.mean < plan.writes.mean)
    #expect(pinned.written < plan.written)
  }

  @Test func `A layer that does not fit passes in parts, each written before`() throws {
    // 64 · 128 · 2 weights are 64 crossbars of 256, four times what the small machine has.
    let plan = try ResistivePlan(.micro, on: .tiny)
    #expect(plan.layerCrossbars == 64 && plan.crossbars == 16 && plan.capacity == 0 && plan.parts == 4)
    #expect(plan.writes.most == 4 && plan.written == 64)
    let estimate = try HeTraXEstimate(.micro, tokens: 16, on: .tiny)
    // Nothing hides the writing: 64 crossbars over four tiles.
    let (writing, passing): (Double, Double) = (16 * 10.97e-6, 4 * 16 * 0.8e-6)
    let first: Double = estimate.kernels[.feedForward1] ?? 0
    #expect(abs(estimate.exposedSeconds - writing) < 1e-12)
    #expect(abs(first - passing) < 1e-12)
  }

  @Test func `The variants of a layer differ as they should`() throws {
    func graph(_ workload: HeTraXWorkload) throws -> HeTraXKernelGraph {
      try HeTraXKernelGraph(workload, tokens: 256)
    }
    let (encoder, decoder) = try (graph(.bertBase), graph(.decoder))
    let (query, parallel) = try (graph(.multiQuery), graph(.parallel))
    func macs(_ graph: HeTraXKernelGraph, _ kind: HeTraXKernel.Kind) -> Int { graph.kernel(kind)?.macs ?? 0 }
    #expect(macs(encoder, .score) == 256 * 256 * 768)
    let causal: Int = 256 * 257 / 2 * 768
    #expect(macs(decoder, .score) == causal)
    let projections: Int = 3 * 256 * 768 * 768
    #expect(macs(encoder, .queryKeyValue) == projections)
    let fewer: Int = 256 * (768 * 768 + 2 * 768 * 64)
    #expect(macs(query, .queryKeyValue) == fewer)
    #expect(macs(query, .score) == macs(decoder, .score))
    #expect(encoder.kernel(.feedForward1)?.after == [.firstNormalization])
    #expect(parallel.kernel(.firstNormalization) == nil && parallel.kernel(.feedForward1)?.after == [])
    #expect(parallel.kernel(.secondNormalization)?.after == [.projection, .feedForward2])
    // Side by side a layer takes the longer of the two, not their sum.
    func seconds(_ kernel: HeTraXKernel) -> Double { kernel.core == .resistive ? 3 : 2 }
    #expect(encoder.criticalPath(seconds) == 18)
    #expect(parallel.criticalPath(seconds) == 10)
    #expect(throws: HeTraXError.self) { try HeTraXKernelGraph(.bertBase, tokens: 0) }
    #expect(throws: HeTraXError.self) {
      try HeTraXKernelGraph(HeTraXWorkload("odd", layers: 1, features: 10, heads: 3, inner: 4), tokens: 1)
    }
  }

  @Test func `Without a network a layer is the sum of its kernels, and energy that of its events`() throws {
    let estimate = try HeTraXEstimate(Self.large, tokens: 512, on: .reference)
    let sum = HeTraXKernel.Kind.allCases.reduce(0) { $0 + (estimate.kernels[$1] ?? 0) }
    #expect(abs(estimate.layerSeconds - sum) < 1e-12)
    // The load hides under attention.
    #expect(estimate.exposedSeconds == 0)
    #expect(abs((estimate.kernels[.feedForward1] ?? 0) - 409.6e-6) < 1e-9)
    #expect(estimate.latency == 24 * estimate.layerSeconds)
    func part(_ name: String) -> Double { estimate.parts.first { $0.name == name }?.joules ?? 0 }
    // 5.369 GFLOP · 2.4 pJ a layer; 2048 crossbars · 512 tokens · 8 planes · (79.9 + 200) pJ.
    #expect(abs(part("multiprocessors") / 24 - 12.885e-3) < 1e-5)
    let planes: Double = 2048 * 512 * 8
    let plane: Double = 79.92e-12 + 200e-12
    #expect(abs(part("crossbars and converters") / 24 - planes * plane) < 1e-6)
    let arrays: Double = 24 * 2048
    #expect(abs(part("writes") - arrays * 21.1e-9) < 1e-9)
    #expect(abs(estimate.joules - estimate.parts.reduce(0) { $0 + $1.joules }) < 1e-12)
    // What heats the die is what is spent on it.
    let onDie = estimate.parts.filter { $0.core != nil }.reduce(0) { $0 + $1.joules }
    #expect(abs(estimate.watts.reduce(0, +) * estimate.interval / onDie - 1) < 1e-9)
    // Copies divide the tokens; two copies of BERT-large still hide their load, three do not.
    let two = try HeTraXEstimate(Self.large, tokens: 512, on: .reference, copies: 2)
    #expect(abs((two.kernels[.feedForward1] ?? 0) - 204.8e-6) < 1e-9)
    let three = try HeTraXEstimate(Self.large, tokens: 512, on: .reference, copies: 3)
    #expect(two.exposedSeconds < 20e-6 && three.exposedSeconds > 50e-6)
    #expect(throws: HeTraXError.self) { try HeTraXEstimate(Self.large, tokens: 512, on: .reference, copies: 13) }
  }

  @Test func `Sequences in flight are faster until a stage is full`() throws {
    let one = try HeTraXEstimate(.bertBase, tokens: 512, on: .reference)
    let many = try HeTraXEstimate(.bertBase, tokens: 512, on: .reference, sequences: 16)
    #expect(one.interval == one.latency && many.latency == one.latency)
    let attention =
      12
      * HeTraXKernel.Kind.allCases.reduce(0) {
        $0 + ([.feedForward1, .feedForward2].contains($1) ? 0 : many.kernels[$1] ?? 0)
      }
    #expect(abs(many.interval - attention) < 1e-12)
  }

  @Test func `Traffic leaves and reaches the cores that it should, in the amounts of the mapping`() throws {
    let machine = HeTraXMachine.reference
    let graph = try HeTraXKernelGraph(Self.large, tokens: 512)
    let traffic = HeTraXTraffic(graph, try ResistivePlan(Self.large, on: machine), on: machine)
    let (n, d) = (512.0, 1024.0)
    #expect(abs(traffic.bytes(.inputs) - n * d * 20) < 1)
    #expect(abs(traffic.bytes(.hidden) - n * d * 16) < 1)
    #expect(abs(traffic.bytes(.inner) - n * 4096 * 15) < 1)
    #expect(abs(traffic.bytes(.outputs) - n * d) < 1)
    #expect(abs(traffic.bytes(.weights) - 4 * d * d) < 1)
    #expect(abs(traffic.bytes(.rewrite) - 8 * d * d) < 1)
    #expect(traffic.bytes(.keys) > 0)
    let cores = machine.cores
    for (phase, matrix) in traffic.phases {
      for from in 0..<43 {
        for to in 0..<43 where matrix[from * 43 + to] > 0 {
          #expect(from != to)
          switch phase {
          case .weights: #expect(cores[from] == .memory && cores[to] == .streaming)
          case .rewrite: #expect(cores[from] == .memory && cores[to] == .resistive)
          case .inputs, .keys, .contexts, .rows: #expect(cores[from] == .streaming && cores[to] == .streaming)
          case .hidden: #expect(cores[from] == .streaming && cores[to] == .resistive)
          case .inner: #expect(cores[from] == .resistive && cores[to] == .resistive)
          case .outputs: #expect(cores[from] == .resistive && cores[to] == .streaming)
          }
        }
      }
    }
    // Resident weights are not written.
    let base = try HeTraXKernelGraph(.bertBase, tokens: 512)
    let resident = HeTraXTraffic(base, try ResistivePlan(.bertBase, on: machine), on: machine)
    #expect(resident.bytes(.rewrite) == 0)
  }

  @Test func `Loads of links are bytes times the links that they pass`() throws {
    // A line of four: 0 – 1 – 2 – 3.
    let line = try NetworkTopology(
      name: "line", routers: (0..<4).map { NetworkRouter("r\($0)", at: NetworkPosition($0, 0)) },
      links: [NetworkLink(0, 1), NetworkLink(2, 1), NetworkLink(2, 3)],
      nodes: (0..<4).map { NetworkNode("n\($0)", router: $0) })
    var traffic = [Double](repeating: 0, count: 16)
    traffic[0 * 4 + 3] = 5
    traffic[3 * 4 + 1] = 2
    let loads = LinkLoads(line, traffic: traffic)
    // Link 1 is named from 2 to 1: its first direction goes back.
    #expect(loads.channels == [5, 0, 2, 5, 5, 2])
    #expect(loads.byteHops == 19)
    #expect(loads.verticalByteHops == 0)
    #expect(loads.statistics.greatest == 5 && abs(loads.statistics.mean - 19.0 / 6) < 1e-12)
    // On the mesh of the machine bytes times links are bytes times shortest ways.
    let machine = HeTraXMachine.reference
    let mesh = try machine.mesh()
    #expect(mesh.links.count == 87)
    let graph = try HeTraXKernelGraph(.bertBase, tokens: 64)
    let all = HeTraXTraffic(graph, try ResistivePlan(.bertBase, on: machine), on: machine).total
    let hops = mesh.hopCounts
    var sum = 0.0
    for from in 0..<43 { for to in 0..<43 { sum += all[from * 43 + to] * Double(hops[from][to]) } }
    #expect(abs(LinkLoads(mesh, traffic: all).byteHops / sum - 1) < 1e-9)
  }

  @Test func `A network can only cost time, and the planar one costs more`() throws {
    let machine = HeTraXMachine.reference
    let free = try HeTraXEstimate(.bertBase, tokens: 512, on: machine)
    let mesh = try HeTraXEstimate(.bertBase, tokens: 512, on: machine, network: machine.mesh())
    let plane = try HeTraXEstimate(.bertBase, tokens: 512, on: machine, network: machine.planarMesh())
    #expect(free.latency <= mesh.latency && mesh.latency <= plane.latency)
    #expect(free.joules < mesh.joules)
    #expect(throws: HeTraXError.self) {
      try HeTraXEstimate(.bertBase, tokens: 512, on: machine, network: .hetraxTiny())
    }
  }

  @Test(arguments: HeTraXBaseline.allCases) func `Every baseline has a machine, an estimate and heat that adds up`(
    baseline: HeTraXBaseline
  ) throws {
    let machine = baseline.machine(of: .reference)
    let estimate = try HeTraXEstimate(
      .bertBase, tokens: 256, on: machine, network: baseline.network(of: .reference), sequences: 8)
    #expect(estimate.interval > 0 && estimate.joules > 0)
    let (stack, power) = baseline.heat(estimate)
    #expect(throws: Never.self) { try power.validate(on: stack) }
    #expect(abs(power.total / estimate.watts.reduce(0, +) - 1) < 1e-9)
    #expect(stack.tiers.count == (baseline == .planar ? 1 : 4))
    #expect((machine.count(.resistive) == 0) == (baseline == .streamingOnly))
    #expect((machine.count(.streaming) == 0) == (baseline == .resistiveOnly))
    if baseline == .resistiveOnly { #expect(estimate.writesPerCell == 1) }
  }

  @Test func `Shards pass keys and values round the ring`() {
    let ring = TokenShardedMemory(shards: 8)
    let steps: Double = 2 * 512 * 768 * 7
    #expect(ring.byteSteps(.bertBase, tokens: 512) == steps)
    let bytes: Double = 12 * 2 * 512 * 768 * 7
    #expect(abs(ring.joules(.bertBase, tokens: 512) - bytes * 31.2e-12) < 1e-9)
  }

  @Test func `Orders of tiers keep the cores`() {
    let machine = HeTraXMachine.reference
    for place in 0..<4 {
      let moved = machine.withResistiveTier(at: place)
      #expect(moved.tiers.firstIndex { $0.isResistive } == place)
      #expect(
        moved.count(.streaming) == 21
          && moved.tiers.filter { !$0.isResistive }.map(\.name) == ["sm-mc 0", "sm-mc 1", "sm-mc 2"])
    }
    let tiny = HeTraXMachine.tiny
    #expect(tiny.cores.count == 5 && tiny.crossbars == 16)
    #expect(tiny.resistive.geometry.fault == nil)
  }
}
