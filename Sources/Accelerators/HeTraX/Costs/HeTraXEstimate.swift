public import Network

/// Time, energy, power and wear of a workload on a machine, by a model of its kernels and its traffic.
///
/// Multiprocessors are busy at their greatest speed; a kernel takes as long as the longer of its arithmetic and its traffic, whose
/// time is that of the channel with the most bytes. A machine without crossbars does the feed-forward part on its
/// multiprocessors; one without multiprocessors does everything on crossbars and writes keys and values into them for each input.
public struct HeTraXEstimate: Hashable, Sendable {
  /// Joules of an inference by part.
  public struct Part: Hashable, Sendable {
    /// Which part.
    public let name: String
    /// Joules.
    public let joules: Double
    /// The cores that it heats; nil for what is off the die.
    public let core: HeTraXCore?
  }

  /// The machine, workload and tokens.
  public let machine: HeTraXMachine
  /// The workload.
  public let workload: HeTraXWorkload
  /// Tokens of a sequence.
  public let tokens: Int
  /// Where the feed-forward weights are; nil without crossbars.
  public let plan: ResistivePlan?
  /// Seconds of each kernel of a layer.
  public let kernels: [HeTraXKernel.Kind: Double]
  /// Seconds of a layer: the longest chain, and writing that nothing hides.
  public let layerSeconds: Double
  /// Seconds of a layer in which weights are written and nothing else is done.
  public let exposedSeconds: Double
  /// Seconds of an inference by itself.
  public let latency: Double
  /// Seconds from inference to inference with so many sequences in flight.
  public let interval: Double
  /// Joules of an inference by part.
  public let parts: [Part]
  /// Writes of each cell for an inference, of those that are written most.
  public let writesPerCell: Double
  /// Watts of each core, tier by tier, when inferences follow each other.
  public let watts: [Double]

  /// Joules of an inference.
  public var joules: Double { parts.reduce(0) { $0 + $1.joules } }
  /// Joule seconds: energy of an inference times the seconds from one to the next.
  public var energyDelay: Double { joules * interval }
  /// The same with the time of an inference by itself.
  public var latencyEnergyDelay: Double { joules * latency }

  /// Estimates a workload.
  ///
  /// - Parameters:
  ///   - network: of the machine's cores, numbered as they are; nil for one that takes no time and no energy.
  ///   - copies: of a layer's weights; nil as in ``ResistivePlan``.
  ///   - sequences: in flight; 1 for one after the other.
  /// - Throws: ``HeTraXError``.
  public init(
    _ workload: HeTraXWorkload, tokens: Int, on machine: HeTraXMachine, network: NetworkTopology? = nil,
    policy: ResistivePlan.Policy = .stream, copies: Int? = nil, sequences: Int = 1,
    energies: HeTraXEnergies = HeTraXEnergies()
  ) throws(HeTraXError) {
    guard (1...4096).contains(sequences) else { throw .range("sequences", sequences, 1...4096) }
    let graph = try HeTraXKernelGraph(workload, tokens: tokens)
    let cores = machine.cores
    if let network, network.nodes.count != cores.count {
      throw .request("the network has \(network.nodes.count) nodes, and \(machine.name) \(cores.count) cores")
    }
    (self.machine, self.workload, self.tokens) = (machine, workload, tokens)
    let multiprocessors = machine.count(.streaming)
    guard multiprocessors > 0 else {
      guard machine.count(.resistive) > 0 else { throw .request("a machine without cores") }
      let all = try Self.resistiveOnly(graph, machine, energies)
      (plan, kernels, layerSeconds, exposedSeconds) = (nil, [:], all.layer, 0)
      (latency, interval) = (
        all.layer * Double(workload.layers), max(all.pass, all.layer * Double(workload.layers) / Double(sequences))
      )
      (parts, writesPerCell) = (all.parts, 1)
      watts = Self.watts(all.parts, cores, seconds: interval, energies)
      return
    }
    let plan =
      machine.count(.resistive) > 0
      ? try ResistivePlan(workload, on: machine, policy: policy, copies: copies) : nil
    self.plan = plan
    let core = machine.resistive
    let rate = Double(multiprocessors) * machine.streaming.operationsPerSecond
    let n = Double(tokens)
    let loads = network.map { network in
      Self.loads(graph, plan, machine, network)
    }
    /// Seconds for the channel that has most of the bytes of some phases.
    func traffic(_ phases: HeTraXTraffic.Phase...) -> Double {
      guard let loads else { return 0 }
      var sum: [Double] = []
      for phase in phases {
        guard let channels = loads[phase]?.channels else { continue }
        sum = sum.isEmpty ? channels : zip(sum, channels).map { $0 + $1 }
      }
      return (sum.max() ?? 0) * 8 / Double(machine.flitBits) / machine.networkClock
    }
    let weightSeconds = Double(workload.attentionWeights) / machine.memoryBandwidth
    var seconds: [HeTraXKernel.Kind: Double] = [:]
    for kernel in graph.kernels {
      let arithmetic = 2 * Double(kernel.macs) / rate
      switch kernel.kind {
      case .queryKeyValue: seconds[kernel.kind] = max(arithmetic, weightSeconds, traffic(.weights, .inputs))
      case .score: seconds[kernel.kind] = max(arithmetic, traffic(.keys))
      case .context: seconds[kernel.kind] = arithmetic
      case .projection: seconds[kernel.kind] = max(arithmetic, traffic(.contexts))
      case .firstNormalization, .secondNormalization:
        // Some 64 operations of tensor cores are what a value of a row costs elsewhere.
        seconds[kernel.kind] = max(64 * n * Double(workload.features) / rate, traffic(.rows))
      case .feedForward1:
        seconds[kernel.kind] =
          plan.map {
            max(n * core.tokenSeconds * Double($0.parts) / Double($0.copies), traffic(.hidden, .inner, .outputs))
          } ?? arithmetic
      case .feedForward2:
        // Tokens stream from matrix to matrix: the second one adds its fill.
        seconds[kernel.kind] = plan == nil ? arithmetic : 2 * core.tokenSeconds
      }
    }
    kernels = seconds
    let chain = graph.criticalPath { seconds[$0.kind] ?? 0 }
    let attention = graph.kernels.filter { $0.core == .streaming }.reduce(0) { $0 + (seconds[$1.kind] ?? 0) }
    let feedForward = (seconds[.feedForward1] ?? 0) + (seconds[.feedForward2] ?? 0)
    var load = 0.0
    if let plan, plan.streamed > 0 {
      let share = Double(plan.streamed) / Double(workload.layers)
      load =
        share
        * max(
          plan.loadSeconds, traffic(.rewrite),
          Double(workload.feedForwardWeights * plan.copies) / machine.memoryBandwidth)
      // Crossbars of another layer are written while attention runs; without room for two layers nothing is hidden.
      exposedSeconds = plan.capacity / plan.copies < 2 ? load : max(0, load - attention)
    } else {
      exposedSeconds = 0
    }
    layerSeconds = chain + exposedSeconds
    let layers = Double(workload.layers)
    latency = layerSeconds * layers
    // With several sequences in flight, each part is a stage: multiprocessors do all layers, crossbars that stay a layer each.
    let streamingStage = layers * (attention + (plan == nil ? feedForward : 0))
    let resistiveStage = plan.map { $0.streamed == 0 ? feedForward : layers * max(feedForward, load) } ?? 0
    interval = max(streamingStage, resistiveStage, latency / Double(sequences))
    // Energy.
    let attentionMACs = Double(graph.macs(on: .streaming) + (plan == nil ? graph.macs(on: .resistive) : 0))
    var parts = [
      Part(
        name: "multiprocessors", joules: layers * 2 * attentionMACs * energies.operation(machine.streaming),
        core: .streaming)
    ]
    if let plan {
      let planes = Double(plan.layerCrossbars) * n * Double(core.inputBits)
      parts.append(
        Part(name: "crossbars and converters", joules: layers * planes * energies.plane(core), core: .resistive))
      parts.append(
        Part(
          name: "writes", joules: Double(plan.written * core.geometry.rows) * energies.rowWrite.joules,
          core: .resistive))
    }
    let streamedBytes = plan.map { Double(workload.feedForwardWeights * $0.streamed * $0.copies) } ?? 0
    let memoryBytes =
      layers * Double(workload.attentionWeights + (plan == nil ? workload.feedForwardWeights : 0)) + streamedBytes
    parts.append(Part(name: "memory", joules: memoryBytes * energies.memoryByte.joules, core: nil))
    parts.append(Part(name: "cache", joules: memoryBytes * energies.cacheByte.joules, core: .memory))
    if let loads {
      let hops = loads.values.reduce(0) { $0 + $1.byteHops }
      let vertical = loads.values.reduce(0) { $0 + $1.verticalByteHops }
      parts.append(
        Part(
          name: "network", joules: layers * (hops * energies.hopByte.joules + vertical * energies.viaByte.joules),
          core: .streaming))
    }
    parts.append(
      Part(
        name: "controllers", joules: Double(machine.count(.memory)) * energies.controllerSecond.joules * interval,
        core: .memory))
    self.parts = parts
    writesPerCell = plan?.writes.most ?? 0
    watts = Self.watts(parts, cores, seconds: interval, energies)
  }

  private static func loads(
    _ graph: HeTraXKernelGraph, _ plan: ResistivePlan?, _ machine: HeTraXMachine, _ network: NetworkTopology
  ) -> [HeTraXTraffic.Phase: LinkLoads] {
    HeTraXTraffic(graph, plan, on: machine).phases.mapValues { LinkLoads(network, traffic: $0) }
  }

  /// Watts of each core: each part in equal shares over the cores that it heats.
  private static func watts(
    _ parts: [Part], _ cores: [HeTraXCore], seconds: Double, _ energies: HeTraXEnergies
  ) -> [Double] {
    cores.map { core in
      let count = Double(cores.count { $0 == core })
      return parts.reduce(0) { $0 + ($1.core == core ? $1.joules / seconds / count : 0) }
    }
  }

  /// Everything on crossbars: keys and values of each input are written before queries can meet them.
  private static func resistiveOnly(
    _ graph: HeTraXKernelGraph, _ machine: HeTraXMachine, _ energies: HeTraXEnergies
  ) throws(HeTraXError) -> (layer: Double, pass: Double, parts: [Part]) {
    let (w, core) = (graph.workload, machine.resistive)
    let weights = Double(core.crossbarWeights)
    let trained = (Double(w.attentionWeights + w.feedForwardWeights) / weights).rounded(.up)
    let operands = 2 * Double(graph.tokens * w.features * w.keyHeads / w.heads)
    let written = (operands / weights).rounded(.up)
    guard Double(w.layers) * (trained + written) <= Double(machine.crossbars) else {
      throw .request("\(w.name) takes more crossbars than \(machine.name) has")
    }
    let (n, layers) = (Double(graph.tokens), Double(w.layers))
    let pass = n * core.tokenSeconds
    let tiles = Double(machine.count(.resistive) * core.tiles)
    let write = (written / tiles).rounded(.up) * core.writeSeconds
    // K1 passes all tokens, keys and values are written, then tokens stream through the other five matrices.
    let layer = pass + write + pass + 5 * core.tokenSeconds
    let planes = (trained + written) * n * Double(core.inputBits)
    return (
      layer, 2 * pass + write,
      [
        Part(name: "crossbars and converters", joules: layers * planes * energies.plane(core), core: .resistive),
        Part(
          name: "writes", joules: layers * written * Double(core.geometry.rows) * energies.rowWrite.joules,
          core: .resistive),
      ]
    )
  }
}
