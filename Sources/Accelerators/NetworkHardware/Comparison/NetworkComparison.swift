public import Engine
public import Network

/// The hardware of a network beside the golden one: the same packets, and every flit at every node with its clock.
///
/// Sources offer each word as soon as its packet is made and those before it are sent; nodes take every word at once. The
/// hardware is a ``PacketNetwork`` of the same plan, in any engine.
public struct NetworkComparison: Sendable {
  /// What runs.
  public let plan: NetworkPlan
  /// All packets, for each source in the order of their clocks.
  public let packets: [NetworkPacket]
  /// What the golden network delivers.
  public let expected: [NetworkDelivery]
  /// Clocks until the golden network has delivered everything.
  public let cycles: Int

  /// What the hardware did.
  public struct Outcome: Hashable, Sendable {
    /// Clocks that ran.
    public let cycles: Int
    /// Flits that were compared and are equal.
    public let equalFlits: Int
    /// The first flit that differs, in words; nil where all are equal.
    public let difference: String?
  }

  /// Runs the golden network.
  ///
  /// - Throws: ``/Network/NetworkError`` where the plan is refused.
  public init(_ plan: NetworkPlan, packets: [NetworkPacket]) throws(NetworkError) {
    (self.plan, self.packets) = (plan, packets)
    guard plan.width <= 64 else { throw .range("the width of a flit that is compared", plan.width, 2...64) }
    var network = try NetworkSimulator(plan.routes(), plan.parameters)
    for packet in packets { network.add(packet) }
    try network.drain()
    expected = network.takeDeliveries()
    cycles = network.cycle + 2
  }

  /// What a flit carries: of the head the destination, the source and the number of the packet, of others a hash of both.
  public func word(packet: Int, flit: Int) -> UInt64 {
    let mask = plan.width == 64 ? UInt64.max : (1 << UInt64(plan.width)) - 1
    if flit == 0 {
      let (source, destination) = (UInt64(packets[packet].source), UInt64(packets[packet].destination))
      let number = plan.nodeBits < 32 ? UInt64(packet) << UInt64(2 * plan.nodeBits) : 0
      return (number | source << UInt64(plan.nodeBits) | destination) & mask
    }
    let seed = UInt64(packet) << 20 | UInt64(flit)
    return (seed &* 0x9E37_79B9_7F4A_7C15 ^ seed >> 7) & mask
  }

  private struct NodePins {
    let valid, ready, data, isLast: Pin
    let pop: [(valid: Pin, ready: Pin, data: Pin, isLast: Pin)]
  }

  private func pins(of engine: any Engine, node: Int) -> NodePins? {
    func stream(_ name: String) -> (valid: Pin, ready: Pin, data: Pin, isLast: Pin)? {
      guard let valid = engine.pin("\(name)_valid"), let ready = engine.pin("\(name)_ready"),
        let data = engine.pin("\(name)_data"), let isLast = engine.pin("\(name)_is_last")
      else { return nil }
      return (valid, ready, data, isLast)
    }
    let pop = (0..<plan.parameters.channels).compactMap { stream("nodes_\(node)_pop_\($0)") }
    guard let push = stream("nodes_\(node)_push"), pop.count == plan.parameters.channels else { return nil }
    return NodePins(valid: push.valid, ready: push.ready, data: push.data, isLast: push.isLast, pop: pop)
  }

  /// Runs the hardware after a reset, and compares.
  ///
  /// - Parameters:
  ///   - engine: A model of the ``PacketNetwork`` of ``plan``.
  ///   - isCancelled: Asked in every clock.
  /// - Throws: `EngineFailure` where the model stops, by an assertion for instance.
  public func run(on engine: any Engine, isCancelled: () -> Bool = { false }) throws -> Outcome {
    let nodes = plan.topology.nodes.indices
    let pins = nodes.compactMap { self.pins(of: engine, node: $0) }
    precondition(pins.count == nodes.count, "the engine runs another design")
    var queues = nodes.map { _ in [Int]() }
    for (number, packet) in packets.enumerated() { queues[packet.source].append(number) }
    var next = nodes.map { _ in (packet: 0, flit: 0) }
    // What the golden network delivers at each node by each virtual channel.
    var coming = nodes.map { _ in [[NetworkDelivery]](repeating: [], count: plan.parameters.channels) }
    for delivery in expected { coming[packets[delivery.packet].destination][delivery.channel].append(delivery) }
    var seen = nodes.map { _ in [Int](repeating: 0, count: plan.parameters.channels) }
    var equal = 0
    for node in nodes {
      pins[node].valid.unsigned = 0
      for pop in pins[node].pop { pop.ready.unsigned = 1 }
    }
    try engine.reset()
    for cycle in 0..<cycles {
      if isCancelled() { break }
      var offers = nodes.map { _ in false }
      for node in nodes where next[node].packet < queues[node].count {
        let number = queues[node][next[node].packet]
        guard packets[number].created <= cycle else { continue }
        offers[node] = true
        pins[node].data.unsigned = word(packet: number, flit: next[node].flit)
        pins[node].isLast.unsigned = next[node].flit + 1 == packets[number].flits ? 1 : 0
      }
      for node in nodes { pins[node].valid.unsigned = offers[node] ? 1 : 0 }
      try engine.settle()
      for node in nodes where offers[node] && pins[node].ready.unsigned == 1 {
        next[node].flit += 1
        if next[node].flit == packets[queues[node][next[node].packet]].flits { next[node] = (next[node].packet + 1, 0) }
      }
      for node in nodes {
        for (channel, pop) in pins[node].pop.enumerated() {
          let place = seen[node][channel]
          let due = place < coming[node][channel].count ? coming[node][channel][place] : nil
          let isDue = due?.cycle == cycle
          let comes = pop.valid.unsigned == 1
          let got = comes ? (pop.data.unsigned, pop.isLast.unsigned == 1) : nil
          if let due, isDue, let got, got == words(due) {
            seen[node][channel] += 1
            equal += 1
          } else if isDue || comes {
            let text = difference(node, channel, cycle, due: isDue ? due : nil, got: got)
            return Outcome(cycles: cycle + 1, equalFlits: equal, difference: text)
          }
        }
      }
      try engine.step()
    }
    return Outcome(cycles: cycles, equalFlits: equal, difference: nil)
  }

  private func words(_ delivery: NetworkDelivery) -> (UInt64, Bool) {
    (
      word(packet: delivery.packet, flit: delivery.flit), delivery.flit + 1 == packets[delivery.packet].flits
    )
  }

  private func difference(
    _ node: Int, _ channel: Int, _ cycle: Int, due: NetworkDelivery?, got: (UInt64, Bool)?
  ) -> String {
    func text(_ word: (UInt64, Bool)?) -> String {
      word.map { "\(String($0.0, radix: 16))\($0.1 ? ", the last of its packet" : "")" } ?? "nothing"
    }
    let name = plan.topology.nodes[node].name
    let flit = due.map { "flit \($0.flit) of packet \($0.packet), " } ?? ""
    return
      "node '\(name)' gets \(text(got)) by virtual channel \(channel) in clock \(cycle), where the golden network has "
      + flit + text(due.map(words))
  }
}
