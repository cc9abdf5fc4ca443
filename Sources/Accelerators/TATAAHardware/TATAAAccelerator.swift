import Components
import HDL
import TATAA

/// The cores behind control registers on AXI4-Lite: what a host sees.
///
/// The host writes for each core where its program and memory are, in pages of 4 KiB, then the cores that shall run into
/// `control`. They start at once; when the programs of all of them have ended and all stores have been acknowledged, which is
/// the barrier between two parts of a model, `event` and `interrupt` tell. Status and `stoppedAt` of each core say how it ended.
/// Before the next programs `control` goes back to 0. Counters are those of the last program of the core.
public struct TATAAAccelerator: DefaultConfigurable {
  /// Sizes.
  public var configuration: Configuration
  /// How cells multiply.
  public var multiplier: CellMultiplier

  /// The accelerator of a configuration.
  public init(configuration: Configuration = .tiny, multiplier: CellMultiplier = .packed) {
    self.configuration = configuration
    self.multiplier = multiplier
  }

  /// The default configuration.
  public init() { self.init(configuration: .tiny) }

  /// What is counted while a program runs, in cycles but for the instructions.
  public enum Counter: String, Hashable, Sendable, CaseIterable {
    /// Cycles from the start to the last acknowledgement.
    case cycles
    /// Instructions.
    case instructions
    /// Waits for an instruction to arrive.
    case stallFetch
    /// Checks of addresses.
    case stallCheck
    /// Waits for a load that is under way.
    case stallLoad
    /// Waits for a store that is under way.
    case stallStore
    /// Waits for a product that is under way.
    case stallMatrix
    /// Waits for a vector operation that is under way.
    case stallVector
    /// Cycles in which the load unit works.
    case busyLoad
    /// Cycles in which the store unit works.
    case busyStore
    /// Steps of products.
    case busyMatrix
    /// Cycles in which the vector unit works.
    case busyVector
  }

  /// The registers of the host for a number of cores: three common ones, then those of each core, of which the names end with
  /// its number.
  public static func registers(cores: Int) -> RegisterMap {
    let own = (0..<cores).flatMap { core in
      [
        RegisterDescription("programPage\(core)", .readWrite(reset: 0), "Where the program begins, in pages of 4 KiB."),
        RegisterDescription("programWords\(core)", width: 29, .readWrite(reset: 0), "Instructions of the program."),
        RegisterDescription("memoryPage\(core)", .readWrite(reset: 0), "Where its memory begins, in pages of 4 KiB."),
        RegisterDescription("lastAddress\(core)", .readWrite(reset: 0), "Last byte of the memory, from its beginning."),
        RegisterDescription("status\(core)", width: MachineStatus.width, .readOnly, "How the last program ended."),
        RegisterDescription("stoppedAt\(core)", .readOnly, "The instruction that the status is about."),
      ] + Counter.allCases.map { RegisterDescription("\($0)\(core)", .readOnly, "Counter of the last program.") }
    }
    return RegisterMap(
      [
        RegisterDescription(
          "control", width: cores, .readWrite(reset: 0), "Bit c starts core c; all 0 before the next time."),
        RegisterDescription("running", width: cores, .readOnly, "Bit c is 1 while core c runs."),
        RegisterDescription("event", width: 1, .writeOneToClear, "1 when all cores that were started have ended."),
      ] + own)
  }

  /// The buses, and an interrupt.
  public struct Ports {
    /// The registers.
    public let control: Flipped<AXILite>
    /// For each core the bus of its program, and that of its memory.
    public let instructions, memory: [AXI4]
    /// For each core the bus of X, where it has one.
    public let operands: [AXI4]
    public let interrupt: Output<Bit>
  }

  private var core: TATAACore { TATAACore(configuration: configuration, multiplier: multiplier) }
  private var bank: AXILiteRegisterBank {
    AXILiteRegisterBank {
      $0.bank.map = Self.registers(cores: configuration.cores)
      $0.bank.addressWidth = 12
    }
  }

  /// The interface for these parameters.
  public var ports: Ports {
    let inner = core.ports
    return Ports(
      control: bank.ports.axi, instructions: (0..<configuration.cores).map { _ in inner.instructions },
      memory: (0..<configuration.cores).map { _ in inner.memory },
      operands: (0..<configuration.cores).flatMap { _ in inner.operands },
      interrupt: .init("1 when the programs have ended, until event is cleared"))
  }

  /// What stands above the emitted module.
  public var documentation: String {
    core.documentation + "\n\(configuration.cores) core(s). Registers on AXI4-Lite:\n"
      + Self.registers(cores: 1).registers.enumerated().map { "  \(4 * $0): \($1.name)" }.joined(separator: "\n")
  }

  /// Rejects parameters for which there is no hardware.
  public func validate(_ parameters: inout ParameterCheck) {
    core.validate(&parameters)
    parameters.require("configuration.cores", configuration.cores, in: 1...32)
  }

  /// Makes the hardware.
  public func build(_ io: Interior<Ports>, in m: Module) {
    let registers = m.instance(bank, "registers")
    registers.axi <== io.control
    let control = registers.value[0]
    let before = m.register("control_before", control, reset: 0)
    var running: [Bit] = []
    for number in 0..<configuration.cores {
      let starts = control[number] & !before[number]
      running.append(m.scope("core_\(number)") { makeCore(number, starts: starts, registers, io, m) })
    }
    // All that were started have ended: the barrier.
    let isRunning = anyOf(running)
    let wasRunning = m.register("was_running", isRunning, reset: 0)
    registers.status[0] <== concatenate(running.reversed())
    registers.event[0] <== (wasRunning & !isRunning).asBits
    io.interrupt <== registers.pending[0][0]
  }

  /// A core with its registers; 1 from its start to its end.
  private func makeCore(
    _ number: Int, starts: Bit, _ registers: Exterior<AXILiteRegisterBank.Ports>, _ io: Interior<Ports>, _ m: Module
  ) -> Bit {
    let core = m.instance(core, "core")
    io.instructions[number] <== core.instructions
    io.memory[number] <== core.memory
    if let operands = core.operands.first { io.operands[number] <== operands }
    let wants = m.register("wants", Bit.self, reset: 0)
    m.when(starts) { wants.next <== 1 }.otherwise(when: core.isRunning) { wants.next <== 0 }
    core.start <== wants
    func page(_ value: Bits) -> UInt { concatenate(value, Bits(0).extended(to: 12)).asUnsigned }
    let value = (0..<4).map { registers.value[1 + 4 * number + $0] }
    core.programAddress <== page(value[0])
    core.words <== value[1].asUnsigned
    core.memoryBase <== page(value[2])
    core.lastAddress <== value[3].asUnsigned
    let shown = 1 + number * (2 + Counter.allCases.count)
    registers.status[shown] <== core.status
    registers.status[shown + 1] <== core.stoppedAt.asBits
    for (index, counter) in Counter.allCases.enumerated() {
      let count = m.register("count_\(counter)", UInt.self, width: 32, reset: 0)
      m.when(wants & !core.isRunning) { count.next <== 0 }
        .otherwise(when: core.isRunning & happens(counter, core)) { count.next <== count &+ 1 }
      registers.status[shown + 2 + index] <== count.asBits
    }
    return wants | core.isRunning
  }

  private func happens(_ counter: Counter, _ core: Exterior<TATAACore.Ports>) -> Bit {
    switch counter {
    case .cycles: true
    case .instructions: core.issues
    case .stallFetch: core.stalls.fetch
    case .stallCheck: core.stalls.check
    case .stallLoad: core.stalls.load
    case .stallStore: core.stalls.store
    case .stallMatrix: core.stalls.matrix
    case .stallVector: core.stalls.vector
    case .busyLoad: !core.units.loadIsIdle
    case .busyStore: !core.units.storeIsIdle
    case .busyMatrix: core.units.matrixSteps
    case .busyVector: !core.units.vectorIsIdle
    }
  }
}
