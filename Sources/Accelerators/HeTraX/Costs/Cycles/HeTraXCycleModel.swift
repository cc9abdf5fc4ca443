import Network
import XFormer

/// What a program takes on the generated machine, in clocks.
public struct HeTraXCycleEstimate: Hashable, Sendable {
  /// One part of a program.
  public struct Part: Hashable, Sendable {
    /// Clocks from the start to the last acknowledgement.
    public var cycles = 0
    /// Clocks of work of each engine, and flits that each node sent.
    public var busy, flits: [Int]
    /// Flits that passed each channel of a link.
    public var channelFlits: [Int]
  }

  /// What comes before inference; nil where nothing does.
  public var deployment: Part?
  /// Inference.
  public var inference: Part
}

/// When something happens in the generated machine: engines, shared memories, bridges, every flit in every router, and the memory
/// controller, clock by clock, without any number that is computed.
///
/// The network is the golden one, so that packets that are in each other's way wait as they do in the hardware. The memory answers in
/// order, each burst so many clocks after its address, and never stalls.
///
///     let clocks = try HeTraXCycleModel(latency: 8).estimate(program).inference.cycles
public struct HeTraXCycleModel: Hashable, Sendable {
  /// Clocks from the address of a burst to its first word, and from its last word to its acknowledgement: 1 and above.
  public var latency: Int

  /// A machine with a memory of this latency.
  public init(latency: Int = 8) { self.latency = latency }

  /// The clocks of a program; as long as the machine takes, in steps of a clock.
  ///
  /// - Throws: `NetworkError` where packets wait for each other for ever.
  public func estimate(_ program: HeTraXProgram) throws(NetworkError) -> HeTraXCycleEstimate {
    var state = try MachineTiming(program.sizes, latency: latency)
    let deployment = program.deployment.isEmpty ? nil : try state.run(program.deployment)
    return HeTraXCycleEstimate(deployment: deployment, inference: try state.run(program.inference))
  }
}

/// All parts of the machine.
private struct MachineTiming {
  private let sizes: HeTraXSizes
  private let latency: Int
  private var network: NetworkSimulator
  private var controller: ControllerTiming
  /// By node; nil for the controller.
  private var cores: [CoreTiming?]
  /// What each packet of the network is.
  private var packets: [PacketTiming] = []
  private var shown: [NetworkDelivery] = []

  init(_ sizes: HeTraXSizes, latency: Int) throws(NetworkError) {
    (self.sizes, self.latency) = (sizes, latency)
    network = try NetworkSimulator(sizes.routes(), sizes.networkParameters)
    controller = ControllerTiming(sizes, latency: latency)
    cores = [CoreTiming?](repeating: nil, count: sizes.machine.cores.count)
    let banks = sizes.sharedBytes > 0 ? sizes.sharedBanks : 0
    for core in 0..<sizes.streamingCores {
      let engines: [any EngineTiming] = [
        ProjectionTiming(sizes.streaming, latency: nil), AttentionTiming(sizes.streaming, latency: nil),
        VectorTiming(sizes.streaming, latency: nil),
      ]
      cores[sizes.streamingNode(core)] = CoreTiming(engines, banks: banks)
    }
    for core in 0..<sizes.resistiveCores {
      cores[core] = CoreTiming([ProjectionTiming(sizes.resistive, latency: nil)], banks: 0)
    }
  }

  mutating func run(_ commands: [XFormerCommand]) throws(NetworkError) -> HeTraXCycleEstimate.Part {
    var dispatch = DispatchTiming(commands, engines: sizes.engines, latency: latency)
    let (before, channelsBefore) = (network.sentFlits, network.channelFlits)
    for node in cores.indices { cores[node]?.clearCounts() }
    var (taken, done) = ([Bool](repeating: false, count: sizes.engines), [Bool](repeating: false, count: sizes.engines))
    var clock = 0
    while true {
      clock += 1
      let sent = network.sentFlits
      let visible = shown
      network.step()
      shown = network.takeDeliveries()
      if network.isStuck { throw .stuck(network.cycle, network.openPackets) }
      func moved(_ node: Int) -> Bool { network.sentFlits[node] > sent[node] }
      func comes(_ node: Int) -> (packet: PacketTiming, source: Int, isFirst: Bool, isLast: Bool)? {
        guard let delivery = visible.first(where: { network.packets[$0.packet].destination == node }) else {
          return nil
        }
        let packet = network.packets[delivery.packet]
        return (packets[delivery.packet], packet.source, delivery.flit == 0, delivery.flit + 1 == packet.flits)
      }
      var offers: [(packet: PacketTiming, source: Int, destination: Int)] = []
      for node in cores.indices {
        let offer = cores[node]?.step(
          clock, moved: moved(node), comes: comes(node).map { ($0.packet, $0.isFirst, $0.isLast) })
        if let offer { offers.append((offer, node, sizes.memoryNode)) }
      }
      let result = controller.step(
        clock, moved: moved(sizes.memoryNode), comes: comes(sizes.memoryNode), head: { dispatch.head($0) })
      if let (packet, node) = result.offer { offers.append((packet, sizes.memoryNode, node)) }
      for engine in taken.indices { (taken[engine], done[engine]) = (result.taken == engine, result.done == engine) }
      for (packet, source, destination) in offers {
        let follows = packet.kind == .read ? 0 : packet.words
        network.add(
          NetworkPacket(from: source, to: destination, flits: 1 + follows, created: network.cycle))
        packets.append(packet)
      }
      if dispatch.step(clock, isIdle: taken, isDone: done) { break }
    }
    return HeTraXCycleEstimate.Part(
      cycles: clock,
      busy: (0..<sizes.engines).map { engine in
        let place = sizes.place(of: engine)
        return cores[place.node]?.busy[place.local] ?? 0
      }, flits: zip(network.sentFlits, before).map { $0 - $1 },
      channelFlits: zip(network.channelFlits, channelsBefore).map { $0 - $1 })
  }
}
