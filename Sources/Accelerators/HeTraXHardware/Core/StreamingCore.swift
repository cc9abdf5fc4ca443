import Components
import HDL
import HeTraX
import NetworkHardware
import XFormerHardware

/// What a core shows of its engines, for counters: wires beside the network.
public struct CoreActivity: PortGroup {
  /// A bit for each engine.
  public let isBusy: Output<Bits>
  /// What the first and second counts of the engines say, engine by engine.
  public let first, second: [Output<UInt>]
  /// Whether a memory reports an error, and whether a word goes into the network.
  public let isError, sends: Output<Bit>

  /// The activity of so many engines.
  public init(engines: Int) {
    isBusy = .init(engines, "A bit for each engine: 1 while a command is under way")
    first = (0..<engines).map { .init(10, "First count of engine \($0), in a clock") }
    second = (0..<engines).map { .init(10, "Second count of engine \($0), in a clock") }
    isError = .init("1 when a memory reports an error")
    sends = .init("1 when a word goes into the network")
  }
}

/// SM-lite, a small multiprocessor on the network: arrays of multipliers, an attention tile, a vector lane and a banked shared memory.
///
/// Kernels come as commands: K1 and K4 multiply rows with weights that come over the network; K2 and K3 are one kernel, in which scores,
/// softmax and weighted values of a block never leave the tile; normalisation follows in the vector lane.
public struct StreamingCore: Generator {
  /// The sizes.
  public var sizes: HeTraXSizes

  /// A multiprocessor of a machine.
  public init(sizes: HeTraXSizes) { self.sizes = sizes }

  /// Packets, and what counters see.
  public struct Ports {
    public let pop: StreamInput<PacketWord>
    public let push: StreamOutput<PacketWord>
    /// What counters see.
    public let activity: CoreActivity
    /// What the banks of the shared memory store.
    public let observed: [BankStore]
  }

  /// The interface for these parameters.
  public var ports: Ports {
    Ports(
      pop: .init(PacketWord(width: PacketFormat.width), "Words that came"),
      push: .init(PacketWord(width: PacketFormat.width), "Words to be sent"), activity: CoreActivity(engines: 3),
      observed: (0..<(sizes.sharedBytes > 0 ? sizes.sharedBanks : 0)).map { _ in BankStore() })
  }

  /// What stands above the emitted module.
  public var documentation: String {
    let s = sizes.streaming
    return """
      SM-lite: \(s.unitsPerEngine) arrays of \(s.multiplierRows ?? 0) x \(s.crossbar.outputs) multipliers, an attention tile of \(s.block) \
      queries, a vector lane of \(s.busBytes / 2) numbers, \(sizes.sharedBytes) shared bytes.
      """
  }

  /// Rejects parameters for which there is no hardware.
  public func validate(_ parameters: inout ParameterCheck) {
    do throws(HeTraXError) { try sizes.validate() } catch {
      parameters.require(false, "the sizes are refused", fix: "\(error)")
    }
  }

  /// Makes the hardware.
  public func build(_ io: Interior<Ports>, in m: Module) {
    let engines = [
      m.instance(ProjectionEngine(sizes: sizes.streaming), "matrix"),
      m.instance(AttentionEngine(sizes: sizes.streaming), "attention"),
      m.instance(VectorEngine(sizes: sizes.streaming), "vector"),
    ]
    // Multipliers know no temperature.
    if let temperature = engines[0].temperature { temperature <== 0 }
    let bridge = m.instance(
      CoreBridge(
        format: PacketFormat(nodes: sizes.machine.cores.count), controller: sizes.memoryNode, engines: engines.count,
        commandDepth: sizes.commandDepth), "bridge")
    if sizes.sharedBytes > 0 {
      let shared = m.instance(
        SharedMemory(engines: engines.count, bytes: sizes.sharedBytes, banks: sizes.sharedBanks), "shared_memory")
      for (index, engine) in engines.enumerated() {
        shared.engine[index] <== engine.memory
        bridge.memory[index] <== shared.network[index]
      }
      for (observed, store) in zip(io.observed, shared.observed) { observed <== store }
    } else {
      for (index, engine) in engines.enumerated() { bridge.memory[index] <== engine.memory }
    }
    connect(engines, bridge, pop: io.pop, push: io.push, io.activity)
  }
}

/// Commands, packets and counters of a core.
func connect(
  _ engines: [Exterior<EnginePorts>], _ bridge: Exterior<CoreBridge.Ports>, pop: Stream<PacketWord>,
  push: StreamDrain<PacketWord>, _ activity: Interior<CoreActivity>
) {
  for (index, engine) in engines.enumerated() {
    engine.command <== bridge.command[index]
    let counts = [
      engine.unitVectors ?? engine.scoreWords ?? engine.normalizedRows, engine.rowWrites ?? engine.valueWords,
    ].map { $0.map { $0.extended(to: 10) } ?? UInt(0).extended(to: 10) }
    activity.first[index] <== counts[0]
    activity.second[index] <== counts[1]
  }
  bridge.isDone <== concatenate(engines.reversed().map(\.isDone))
  bridge.pop <== pop
  push <== bridge.push
  activity.isBusy <== concatenate(engines.reversed().map(\.isBusy))
  activity.isError <== anyOf(engines.map(\.isError))
  activity.sends <== bridge.sends
}
