import Components
import HDL
import HeTraX
import Network
import NetworkHardware
import XFormerHardware

/// The machine behind control registers on AXI4-Lite: multiprocessors, cores of crossbars and a memory controller on a network in
/// three dimensions, and the scheduler of kernels.
///
/// The host writes where a program is, and 1 into `control`. When the program has ended and all stores have been acknowledged,
/// `event` and `interrupt` tell. Before the next program `control` goes back to 0. Crossbars, scales and tables stay from one program
/// to the next; counters are those of the last program. Temperatures hold for the programs that start after they were written.
public struct HeTraXAccelerator: DefaultConfigurable {
  /// The sizes.
  public var sizes: HeTraXSizes

  /// A machine.
  public init(sizes: HeTraXSizes = .micro) { self.sizes = sizes }

  /// The default configuration.
  public init() { self.init(sizes: .micro) }

  /// What is counted while a program runs.
  public enum Counter: String, Hashable, Sendable, CaseIterable {
    /// Clocks from the start to the last acknowledgement.
    case cycles
    /// Commands that went to a queue.
    case issuedCommands
    /// Waits for a command to arrive.
    case stallFetch
    /// Waits for room in the queue of a command.
    case stallQueue
    /// Words of keys that met a block of queries, of all multiprocessors.
    case scoreWords
    /// Words of values that met a row of weights, of all multiprocessors.
    case valueWords
    /// Rows that were normalised, of all multiprocessors.
    case normalizedRows
  }

  /// The registers of the host: behind the counters of the machine the clocks of work of each engine; of each array of multipliers and core of crossbars the vectors and rows of weights; and the
  /// flits that each node sent.
  public var registers: RegisterMap {
    var all = [
      RegisterDescription("control", width: 1, .readWrite(reset: 0), "1 starts; 0 before the next time."),
      RegisterDescription("running", width: 1, .readOnly, "1 while the program runs."),
      RegisterDescription("event", width: 1, .writeOneToClear, "1 when the program has ended."),
      RegisterDescription("program", .readWrite(reset: 0), "Where the program begins; a multiple of 64."),
      RegisterDescription("commands", width: 16, .readWrite(reset: 0), "Commands of the program."),
    ]
    all += (0..<sizes.resistiveCores).map {
      RegisterDescription(
        "temperature\($0)", width: 8, .readWrite(reset: 0), "Half kelvins above 300 K of core \($0) of crossbars.")
    }
    all.append(RegisterDescription("fault", width: 1, .readOnly, "1: an error of the memory."))
    all += Counter.allCases.map { RegisterDescription("\($0)", .readOnly, "Counter of the last program.") }
    for engine in 0..<sizes.engines {
      all.append(RegisterDescription("busy\(engine)", .readOnly, "Clocks of work of engine \(engine)."))
    }
    for engine in weightEngines {
      all.append(RegisterDescription("vectors\(engine)", .readOnly, "Vectors that units of engine \(engine) took."))
      all.append(RegisterDescription("rows\(engine)", .readOnly, "Rows of weights that engine \(engine) wrote."))
    }
    for node in sizes.machine.cores.indices {
      all.append(RegisterDescription("flits\(node)", .readOnly, "Flits that node \(node) sent."))
    }
    return RegisterMap(all)
  }

  /// Engines that hold weights.
  private var weightEngines: [Int] {
    (0..<sizes.engines).filter {
      switch sizes.engine($0) {
      case .matrix, .crossbars: true
      case .attention, .vector: false
      }
    }
  }

  /// The buses, an interrupt, and what shared memories store.
  public struct Ports {
    /// The registers.
    public let control: Flipped<AXILite>
    /// The bus of the program.
    public let instructions: AXI4
    /// The bus of the memory controller.
    public let memory: AXI4
    public let interrupt: Output<Bit>
    /// What the banks of the shared memories store, multiprocessor by multiprocessor: to watch.
    public let observed: [BankStore]
  }

  private var bank: AXILiteRegisterBank {
    AXILiteRegisterBank {
      $0.bank.map = registers
      $0.bank.addressWidth = 12
    }
  }

  private var banks: Int { sizes.sharedBytes > 0 ? sizes.sharedBanks : 0 }

  /// The interface for these parameters.
  public var ports: Ports {
    Ports(
      control: bank.ports.axi,
      instructions: .init(addressWidth: 32, dataWidth: CommandDispatcher.busWidth, idWidth: 0),
      memory: .init(addressWidth: 32, dataWidth: PacketFormat.width, idWidth: 0),
      interrupt: .init("1 when the program has ended, until event is cleared"),
      observed: (0..<banks * sizes.streamingCores).map { _ in BankStore() })
  }

  /// What stands above the emitted module.
  public var documentation: String {
    """
    HeTraX: \(sizes.streamingCores) multiprocessor(s), \(sizes.resistiveCores) core(s) of crossbars and a memory controller on a network.
    Registers on AXI4-Lite:
    """ + "\n" + registers.registers.enumerated().map { "  \(4 * $0): \($1.name)" }.joined(separator: "\n")
  }

  /// Rejects parameters for which there is no hardware.
  public func validate(_ parameters: inout ParameterCheck) {
    do throws(HeTraXError) { try sizes.validate() } catch {
      parameters.require(false, "the sizes are refused", fix: "\(error)")
    }
  }

  /// The network of the machine.
  ///
  /// - Throws: `NetworkError`.
  public static func plan(_ sizes: HeTraXSizes) throws(NetworkError) -> NetworkPlan {
    NetworkPlan(
      try sizes.machine.mesh(), by: sizes.routing, sizes.networkParameters, width: PacketFormat.width)
  }

  /// Makes the hardware.
  public func build(_ io: Interior<Ports>, in m: Module) {
    let registers = m.instance(bank, "registers")
    registers.axi <== io.control
    let control = registers.value[0][0]
    let before = m.register("control_before", control, reset: 0)
    let starts = m.register("starts", control & !before, reset: 0)
    let scheduler = m.instance(CommandDispatcher(engines: sizes.engines), "scheduler")
    scheduler.start <== starts
    scheduler.address <== registers.value[1].asUnsigned
    scheduler.commands <== registers.value[2].asUnsigned.extended(to: 20)
    io.instructions.ar <== scheduler.ar.mapped { $0.onBus(wordBytes: 8) }
    scheduler.r <== io.instructions.r.mapped { ReadWord(data: $0.data, resp: $0.resp, last: $0.last) }
    io.instructions.writesNothing()

    guard let plan = try? Self.plan(sizes) else { preconditionFailure("the sizes were validated") }
    let network = m.instance(PacketNetwork(plan), "network")
    let controller = m.instance(MemoryController(sizes: sizes), "controller")
    for engine in 0..<sizes.engines { controller.command[engine] <== scheduler.engine[engine] }
    scheduler.isDone <== controller.isDone
    io.memory <== controller.memory
    controller.pop <== network.nodes[sizes.memoryNode].pop[0]
    network.nodes[sizes.memoryNode].push <== controller.push

    var sends = [Bit](repeating: 0, count: sizes.machine.cores.count)
    var (busy, firsts, seconds): ([Bit], [UInt], [UInt]) = ([], [], [])
    var errors = [scheduler.isError, controller.isError]
    sends[sizes.memoryNode] = controller.sends
    for core in 0..<sizes.streamingCores {
      let own = m.instance(StreamingCore(sizes: sizes), "streaming_\(core)")
      let node = sizes.streamingNode(core)
      own.pop <== network.nodes[node].pop[0]
      network.nodes[node].push <== own.push
      for engine in 0..<3 { busy.append(own.activity.isBusy[engine]) }
      firsts += (0..<3).map { own.activity.first[$0] }
      seconds += (0..<3).map { own.activity.second[$0] }
      sends[node] = own.activity.sends
      errors.append(own.activity.isError)
      for (place, store) in own.observed.enumerated() { io.observed[core * banks + place] <== store }
    }
    for core in 0..<sizes.resistiveCores {
      let own = m.instance(CrossbarCore(sizes: sizes, number: core), "crossbars_\(core)")
      own.pop <== network.nodes[core].pop[0]
      network.nodes[core].push <== own.push
      own.temperature <== registers.value[3 + core].asUnsigned
      busy.append(own.activity.isBusy[0])
      firsts.append(own.activity.first[0])
      seconds.append(own.activity.second[0])
      sends[core] = own.activity.sends
      errors.append(own.activity.isError)
    }

    let isRunning = scheduler.isRunning
    let wasRunning = m.register("was_running", isRunning, reset: 0)
    registers.status[0] <== isRunning.asBits
    registers.event[0] <== (wasRunning & !isRunning).asBits
    let fault = m.register("fault", Bit.self, reset: 0)
    m.when(starts) { fault.next <== 0 }.otherwise(when: anyOf(errors)) { fault.next <== 1 }
    registers.status[1] <== fault.asBits
    io.interrupt <== registers.pending[0][0]

    func flag(_ bit: Bit) -> UInt { bit.asUnsigned.extended(to: 32) }
    func total(_ counts: [UInt], _ place: Int) -> UInt {
      HDL.sum((0..<sizes.streamingCores).map { counts[3 * $0 + place] }).extended(to: 32)
    }
    var amounts = Counter.allCases.map { counter -> (String, UInt) in
      let amount: UInt =
        switch counter {
        case .cycles: UInt(1).extended(to: 32)
        case .issuedCommands: flag(scheduler.issues)
        case .stallFetch: flag(scheduler.waitsFetch)
        case .stallQueue: flag(scheduler.waitsQueue)
        case .scoreWords: total(firsts, 1)
        case .valueWords: total(seconds, 1)
        case .normalizedRows: total(firsts, 2)
        }
      return ("\(counter)", amount)
    }
    for engine in 0..<sizes.engines {
      amounts.append(("busy_\(engine)", flag(busy[engine])))
    }
    for engine in weightEngines {
      amounts += [
        ("vectors_\(engine)", firsts[engine].extended(to: 32)), ("rows_\(engine)", seconds[engine].extended(to: 32)),
      ]
    }
    for (node, bit) in sends.enumerated() { amounts.append(("flits_\(node)", flag(bit))) }
    for (index, (name, amount)) in amounts.enumerated() {
      let count = m.register("count_\(name)", UInt.self, width: 32, reset: 0)
      m.when(starts) { count.next <== 0 }.otherwise(when: isRunning) { count.next <== count &+ amount }
      registers.status[2 + index] <== count.asBits
    }
  }
}
