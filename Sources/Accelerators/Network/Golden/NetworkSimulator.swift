/// A network, clock by clock, from the definition of its routers.
///
/// In each clock every decision follows what the registers hold at its beginning:
///
/// 1. **Virtual channels.** Each output port grants one of the heads that ask for it, in turn among all virtual channels of all
///    inputs, a virtual channel of the head's layer that no packet has and for which there is a credit, in turn among
///    those of the layer. The turns pass on with a grant, to the one behind the granted one.
/// 2. **Switch.** Each input port chooses in turn one of its channels that has a flit, a virtual channel of an output and a
///    credit for it; each output port grants in turn one of the inputs that chose it. Both turns pass on where a flit moves.
///    A tail gives its virtual channel back.
/// 3. **Nodes.** A node sends its packets one after the other, a flit a clock as far as credits allow. A head takes in turn a
///    virtual channel of its layer with a credit. A flit that arrives is shown one clock later and taken at once.
///
/// Delays are those of ``NetworkParameters``. Queues of nodes have no end.
public struct NetworkSimulator: Sendable {
  /// The tables of the routers.
  public let routes: NetworkRoutes
  /// What the routers are made of.
  public let parameters: NetworkParameters
  /// The clock that comes next, 0 at the beginning.
  public private(set) var cycle = 0
  /// All packets that were given to nodes, in that order.
  public private(set) var packets: [NetworkPacket] = []
  /// Flits that have been delivered since ``takeDeliveries()``, in the order of clocks and nodes.
  public private(set) var deliveries: [NetworkDelivery] = []
  /// Packets that have not arrived whole.
  public private(set) var openPackets = 0
  /// Flits that passed each channel of a link so far; see ``NetworkTopology/channelName(_:)``.
  public private(set) var channelFlits: [Int]
  /// Flits that each node has sent into the network so far.
  public private(set) var sentFlits: [Int]
  /// Flits that were written into queues of routers so far.
  public private(set) var queueWrites = 0
  /// The last clock in which a flit moved.
  public private(set) var lastMove = 0

  private struct Flit {
    var packet: Int32
    var number: Int32
    var isTail: Bool
    /// The output port, for heads.
    var output: Int16
  }
  /// A flit on its way: to a queue, or to a node.
  private struct Arrival {
    var flit: Flit
    var port: Int32
    var channel: Int32
  }

  private let channels: Int
  private let depth: Int
  private let layerCount: Int
  /// For each router the number of its first port among all ports.
  private let firstPort: [Int]
  /// What a port leads to: the port at the other end of its link, or -1 for a node.
  private let farPort: [Int32]
  private let nodeOfPort: [Int32]
  private let portOfNode: [Int32]
  private let latencies: [Int32]
  private let channelOfPort: [Int32]
  private let routerOfPort: [Int32]

  // Queues: by port and virtual channel.
  private var queued: [Flit]
  private var heads: [Int32]
  private var counts: [Int32]
  private var queuedInRouter: [Int32]
  private var isActive: [Bool]
  private var outputOf: [Int32]
  private var outputChannelOf: [Int32]
  // Outputs: by port and virtual channel.
  private var isTaken: [Bool]
  private var credits: [Int32]
  // Turns.
  private var channelTurn: [Int32]
  private var layerTurn: [Int32]
  private var inputTurn: [Int32]
  private var outputTurn: [Int32]
  // Nodes.
  private var waiting: [[Int32]]
  private var waitingFirst: [Int]
  private var sending: [Int32]
  private var sent: [Int32]
  private var sendingChannel: [Int32]
  private var nodeCredits: [Int32]
  private var nodeTurn: [Int32]
  // What is under way, by the clock in which it arrives.
  private var arrivals: [[Arrival]]
  private var returns: [[Int32]]
  private var nodeReturns: [[Int32]]
  private let horizon: Int
  private var arrivedFlits: [Int32] = []

  // Decisions of a clock, kept to allocate once.
  private var grants: [(input: Int, output: Int, channel: Int)] = []
  private var moves: [Int] = []
  private var chosen: [Int32]

  /// An empty network.
  ///
  /// - Throws: ``NetworkError`` for parameters that do not fit the routes.
  public init(_ routes: NetworkRoutes, _ parameters: NetworkParameters = NetworkParameters()) throws(NetworkError) {
    try parameters.validate(for: routes)
    (self.routes, self.parameters) = (routes, parameters)
    let topology = routes.topology
    (channels, depth, layerCount) = (parameters.channels, parameters.depth, routes.layerCount)
    var firstPort: [Int] = []
    var portCount = 0
    for ports in topology.ports {
      firstPort.append(portCount)
      portCount += ports.count
    }
    self.firstPort = firstPort
    var farPort = [Int32](repeating: -1, count: portCount)
    var nodeOfPort = farPort
    var channelOfPort = farPort
    var routerOfPort = farPort
    var latencies = [Int32](repeating: 1, count: portCount)
    var portOfNode = [Int32](repeating: 0, count: topology.nodes.count)
    for (router, ports) in topology.ports.enumerated() {
      for (index, port) in ports.enumerated() {
        let place = firstPort[router] + index
        routerOfPort[place] = Int32(router)
        switch port {
        case .node(let node):
          nodeOfPort[place] = Int32(node)
          portOfNode[node] = Int32(place)
        case .link(let link, let next):
          let far = topology.port(of: next, to: .link(link, to: router)) ?? 0
          farPort[place] = Int32(firstPort[next] + far)
          latencies[place] = Int32(topology.links[link].latency)
          channelOfPort[place] = Int32(topology.channel(of: link, from: router))
        }
      }
    }
    (self.farPort, self.nodeOfPort, self.portOfNode) = (farPort, nodeOfPort, portOfNode)
    (self.latencies, self.channelOfPort, self.routerOfPort) = (latencies, channelOfPort, routerOfPort)
    channelFlits = [Int](repeating: 0, count: topology.channelCount)
    sentFlits = [Int](repeating: 0, count: topology.nodes.count)
    let queues = portCount * channels
    queued = [Flit](
      repeating: Flit(packet: 0, number: 0, isTail: false, output: 0), count: queues * parameters.depth)
    heads = [Int32](repeating: 0, count: queues)
    (counts, outputOf, outputChannelOf) = (heads, heads, heads)
    queuedInRouter = [Int32](repeating: 0, count: topology.routers.count)
    isActive = [Bool](repeating: false, count: queues)
    isTaken = isActive
    credits = [Int32](repeating: Int32(parameters.depth), count: queues)
    channelTurn = [Int32](repeating: 0, count: portCount)
    (inputTurn, outputTurn, chosen) = (channelTurn, channelTurn, channelTurn)
    layerTurn = [Int32](repeating: 0, count: portCount * routes.layerCount)
    let nodes = topology.nodes.count
    waiting = [[Int32]](repeating: [], count: nodes)
    waitingFirst = [Int](repeating: 0, count: nodes)
    sending = [Int32](repeating: -1, count: nodes)
    (sent, sendingChannel) = (sending, sending)
    nodeTurn = [Int32](repeating: 0, count: nodes)
    nodeCredits = [Int32](repeating: Int32(parameters.depth), count: nodes * channels)
    horizon = Int(latencies.max() ?? 1) + parameters.switchDelay + 3
    arrivals = [[Arrival]](repeating: [], count: horizon)
    returns = [[Int32]](repeating: [], count: horizon)
    nodeReturns = returns
  }

  /// Gives a packet to its source; `created` is the coming clock or a later one, and packets of a source come in the order of
  /// their clocks.
  ///
  /// - Returns: The number of the packet.
  @discardableResult public mutating func add(_ packet: NetworkPacket) -> Int {
    precondition(packet.created >= cycle && packet.flits > 0, "a packet of the past, or of no flits")
    packets.append(packet)
    arrivedFlits.append(0)
    waiting[packet.source].append(Int32(packets.count - 1))
    openPackets += 1
    return packets.count - 1
  }

  /// Flits that wait at a node, for the first one of them to be sent.
  public func waitingPackets(at node: Int) -> Int { waiting[node].count - waitingFirst[node] }

  /// All deliveries since the last call.
  public mutating func takeDeliveries() -> [NetworkDelivery] {
    defer { deliveries.removeAll(keepingCapacity: true) }
    return deliveries
  }

  /// Passes clocks until all packets have arrived.
  ///
  /// - Throws: ``NetworkError/stuck(_:_:)`` where nothing moved for so long that nothing will.
  public mutating func drain() throws(NetworkError) {
    while openPackets > 0 {
      step()
      if isStuck { throw .stuck(cycle, openPackets) }
    }
  }

  /// Whether packets wait in the network for each other: nothing is under way, and nothing has moved for longer than flits
  /// and credits are under way.
  public var isStuck: Bool {
    guard openPackets > 0, cycle - lastMove > 2 * horizon + 4 else { return false }
    return queuedInRouter.contains { $0 > 0 } || sending.contains { $0 >= 0 }
  }

  /// One clock.
  public mutating func step() {
    allocateChannels()
    allocateSwitch()
    let slot = cycle % horizon
    sendFromNodes()
    // What was decided shows in the registers after the clock edge.
    for grant in grants {
      isActive[grant.input] = true
      outputOf[grant.input] = Int32(grant.output)
      outputChannelOf[grant.input] = Int32(grant.channel)
      isTaken[grant.output * channels + grant.channel] = true
    }
    for queue in moves { move(queue) }
    arrive(slot)
    for place in returns[slot] { credits[Int(place)] += 1 }
    returns[slot].removeAll(keepingCapacity: true)
    for place in nodeReturns[slot] { nodeCredits[Int(place)] += 1 }
    nodeReturns[slot].removeAll(keepingCapacity: true)
    cycle += 1
  }

  private mutating func allocateChannels() {
    grants.removeAll(keepingCapacity: true)
    for router in firstPort.indices where queuedInRouter[router] > 0 {
      let ports = routes.topology.ports[router].count
      let base = firstPort[router]
      let requesters = ports * channels
      for output in 0..<ports {
        let place = base + output
        // The first head from the turn on that asks for this output and whose layer has a channel to give.
        var turn = Int(channelTurn[place])
        for _ in 0..<requesters {
          let queue = base * channels + turn
          let winner = turn
          turn = turn + 1 == requesters ? 0 : turn + 1
          guard counts[queue] > 0, !isActive[queue] else { continue }
          guard Int(queued[queue * depth + Int(heads[queue])].output) == output else { continue }
          let layer = winner % channels % layerCount
          guard let channel = freeChannel(place, layer) else { continue }
          grants.append((queue, place, channel))
          channelTurn[place] = Int32(turn)
          let count = (channels - layer + layerCount - 1) / layerCount
          layerTurn[place * layerCount + layer] = Int32((channel / layerCount + 1) % count)
          break
        }
      }
    }
  }

  /// The first channel of a layer, from its turn on, that no packet has and for which there is a credit.
  private func freeChannel(_ output: Int, _ layer: Int) -> Int? {
    let count = (channels - layer + layerCount - 1) / layerCount
    var turn = Int(layerTurn[output * layerCount + layer])
    for _ in 0..<count {
      let place = output * channels + layer + turn * layerCount
      if !isTaken[place], credits[place] > 0 { return layer + turn * layerCount }
      turn = turn + 1 == count ? 0 : turn + 1
    }
    return nil
  }

  private mutating func allocateSwitch() {
    moves.removeAll(keepingCapacity: true)
    for router in firstPort.indices where queuedInRouter[router] > 0 {
      let ports = routes.topology.ports[router].count
      let base = firstPort[router]
      for input in base..<base + ports {
        chosen[input] = -1
        var turn = Int(inputTurn[input])
        for _ in 0..<channels {
          let queue = input * channels + turn
          if counts[queue] > 0, isActive[queue],
            credits[Int(outputOf[queue]) * channels + Int(outputChannelOf[queue])] > 0
          {
            chosen[input] = Int32(queue)
            break
          }
          turn = turn + 1 == channels ? 0 : turn + 1
        }
      }
      for output in base..<base + ports {
        var turn = Int(outputTurn[output])
        for _ in 0..<ports {
          let queue = Int(chosen[base + turn])
          let winner = turn
          turn = turn + 1 == ports ? 0 : turn + 1
          guard queue >= 0, outputOf[queue] == output else { continue }
          moves.append(queue)
          outputTurn[output] = Int32(turn)
          inputTurn[base + winner] = Int32((queue % channels + 1) % channels)
          break
        }
      }
    }
  }

  /// Takes the first flit of a queue through the switch.
  private mutating func move(_ queue: Int) {
    let flit = queued[queue * depth + Int(heads[queue])]
    heads[queue] = Int32((Int(heads[queue]) + 1) % depth)
    counts[queue] -= 1
    let input = queue / channels
    queuedInRouter[Int(routerOfPort[input])] -= 1
    let output = Int(outputOf[queue])
    let channel = Int(outputChannelOf[queue])
    credits[output * channels + channel] -= 1
    if flit.isTail {
      isActive[queue] = false
      isTaken[output * channels + channel] = false
    }
    let latency = Int(latencies[output])
    arrivals[(cycle + parameters.switchDelay + latency) % horizon].append(
      Arrival(flit: flit, port: Int32(output), channel: Int32(channel)))
    if channelOfPort[output] >= 0 { channelFlits[Int(channelOfPort[output])] += 1 }
    giveCredit(input, queue % channels)
    lastMove = cycle
  }

  /// Sends the credit of a place that becomes free in this clock to whoever fills the queues of a port.
  private mutating func giveCredit(_ input: Int, _ channel: Int) {
    let slot = (cycle + Int(latencies[input])) % horizon
    if farPort[input] >= 0 {
      returns[slot].append(Int32(Int(farPort[input]) * channels + channel))
    } else {
      nodeReturns[slot].append(Int32(Int(nodeOfPort[input]) * channels + channel))
    }
  }

  private mutating func sendFromNodes() {
    for node in waiting.indices {
      var channel = Int(sendingChannel[node])
      if sending[node] < 0 {
        guard waitingFirst[node] < waiting[node].count else { continue }
        let packet = waiting[node][waitingFirst[node]]
        guard packets[Int(packet)].created <= cycle else { continue }
        let layer = routes.layer(from: node, to: packets[Int(packet)].destination)
        var turn = Int(nodeTurn[node])
        channel = -1
        for _ in 0..<channels {
          if turn % layerCount == layer, nodeCredits[node * channels + turn] > 0 {
            channel = turn
            break
          }
          turn = turn + 1 == channels ? 0 : turn + 1
        }
        guard channel >= 0 else { continue }
        nodeTurn[node] = Int32((channel + 1) % channels)
        sending[node] = packet
        sent[node] = 0
        sendingChannel[node] = Int32(channel)
        waitingFirst[node] += 1
        if waitingFirst[node] == waiting[node].count {
          waiting[node].removeAll(keepingCapacity: true)
          waitingFirst[node] = 0
        }
      } else if nodeCredits[node * channels + channel] == 0 {
        continue
      }
      let packet = packets[Int(sending[node])]
      let isTail = Int(sent[node]) + 1 == packet.flits
      let port = Int(portOfNode[node])
      let router = Int(routerOfPort[port])
      let output = routes.output(of: router, from: port - firstPort[router], to: packet.destination)
      let flit = Flit(packet: sending[node], number: sent[node], isTail: isTail, output: Int16(output))
      // Behind the register of the node the flit is at the router; the place of a router's queue is its port.
      arrivals[(cycle + 1) % horizon].append(Arrival(flit: flit, port: -Int32(port) - 1, channel: Int32(channel)))
      nodeCredits[node * channels + channel] -= 1
      sent[node] += 1
      sentFlits[node] += 1
      if isTail { sending[node] = -1 }
      lastMove = cycle
    }
  }

  private mutating func arrive(_ slot: Int) {
    for arrival in arrivals[slot] {
      var flit = arrival.flit
      let place: Int
      if arrival.port < 0 {
        place = -Int(arrival.port) - 1
      } else if farPort[Int(arrival.port)] >= 0 {
        place = Int(farPort[Int(arrival.port)])
        if flit.number == 0 {
          let router = Int(routerOfPort[place])
          let destination = packets[Int(flit.packet)].destination
          flit.output = Int16(routes.output(of: router, from: place - firstPort[router], to: destination))
        }
      } else {
        // A node shows the flit in the next clock, takes it, and gives its credit back one clock later.
        deliver(flit, channel: Int(arrival.channel))
        returns[(cycle + 2) % horizon].append(arrival.port * Int32(channels) + arrival.channel)
        continue
      }
      let queue = place * channels + Int(arrival.channel)
      precondition(Int(counts[queue]) < depth, "a flit came without a credit")
      queued[queue * depth + (Int(heads[queue]) + Int(counts[queue])) % depth] = flit
      counts[queue] += 1
      queuedInRouter[Int(routerOfPort[place])] += 1
      queueWrites += 1
    }
    arrivals[slot].removeAll(keepingCapacity: true)
  }

  private mutating func deliver(_ flit: Flit, channel: Int) {
    let packet = Int(flit.packet)
    precondition(arrivedFlits[packet] == flit.number, "the flits of a packet came out of order")
    arrivedFlits[packet] += 1
    if Int(arrivedFlits[packet]) == packets[packet].flits { openPackets -= 1 }
    deliveries.append(
      NetworkDelivery(packet: packet, flit: Int(flit.number), channel: channel, cycle: cycle + 1))
    lastMove = cycle
  }
}
