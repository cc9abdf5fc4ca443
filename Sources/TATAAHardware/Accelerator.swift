import Components
import HDL
import TATAA

/// A core behind control registers on AXI4-Lite: what a host sees.
///
/// The host writes where program and memory are, in pages of 4 KiB, then `control` = 1. When the program has ended and all its
/// stores have been acknowledged, `event` and `interrupt` tell; `status` and `stoppedAt` say how it ended. Before the next
/// program `control` goes back to 0. Counters are those of the last program.
public struct Accelerator: DefaultConfigurable {
  /// Sizes.
  public var configuration: Configuration
  /// How cells multiply.
  public var multiplier: CellMultiplier

  /// The accelerator of a configuration, with one core.
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

  /// The registers of the host.
  public static let registers = RegisterMap(
    [
      RegisterDescription("control", width: 1, .readWrite(reset: 0), "1 starts the program; 0 before the next one."),
      RegisterDescription("programPage", .readWrite(reset: 0), "Where the program begins, in pages of 4 KiB."),
      RegisterDescription("programWords", width: 29, .readWrite(reset: 0), "Instructions of the program."),
      RegisterDescription("memoryPage", .readWrite(reset: 0), "Where the memory of the program begins, in pages of 4 KiB."),
      RegisterDescription("lastAddress", .readWrite(reset: 0), "Last byte of that memory, from its beginning."),
      RegisterDescription("event", width: 1, .writeOneToClear, "1 when the program has ended."),
      RegisterDescription("status", width: 8, .readOnly, "Bit 0: it runs. Bits 7 to 4: how the last one ended."),
      RegisterDescription("stoppedAt", .readOnly, "The instruction that the status is about."),
    ] + Counter.allCases.map { RegisterDescription($0.rawValue, .readOnly, "Counter of the last program.") })

  /// The buses, and an interrupt.
  public struct Ports {
    public let control: Flipped<AXILite>
    public let instructions, memory: AXI4
    public let interrupt: Output<Bit>
  }

  private var core: Core { Core(configuration: configuration, multiplier: multiplier) }
  private var bank: AXILiteRegisterBank { AXILiteRegisterBank(bank: RegisterBank(map: Self.registers)) }

  /// The interface for these parameters.
  public var ports: Ports {
    let inner = core.ports
    return Ports(
      control: bank.ports.axi, instructions: inner.instructions, memory: inner.memory,
      interrupt: .init("1 when a program has ended, until event is cleared"))
  }

  /// What stands above the emitted module.
  public var documentation: String {
    core.documentation + "\nRegisters on AXI4-Lite:\n"
      + Self.registers.registers.enumerated().map { "  \(4 * $0): \($1.name)" }.joined(separator: "\n")
  }

  /// Rejects parameters for which there is no hardware.
  public func validate(_ parameters: inout ParameterCheck) {
    core.validate(&parameters)
    parameters.require(
      configuration.cores == 1, "\(configuration.cores) cores", fix: "make one accelerator for each core: set cores to 1")
  }

  /// Makes the hardware.
  public func build(_ io: Interior<Ports>, in m: Module) {
    let registers = m.instance(bank, "registers")
    let core = m.instance(core, "core")
    registers.axi <== io.control
    io.instructions <== core.instructions
    io.memory <== core.memory

    let control = registers.value[0][0]
    let before = m.register("control_before", control, reset: 0)
    let wants = m.register("wants", Bit.self, reset: 0)
    m.when(control & !before) { wants.next <== 1 }
      .otherwise(when: core.isRunning) { wants.next <== 0 }
    core.start <== wants
    func page(_ value: Bits) -> UInt { concatenate(value, Bits(0).extended(to: 12)).asUnsigned }
    core.programAddress <== page(registers.value[1])
    core.words <== registers.value[2].asUnsigned
    core.memoryBase <== page(registers.value[3])
    core.lastAddress <== registers.value[4].asUnsigned
    registers.event[0] <== core.done.asBits
    io.interrupt <== registers.pending[0][0]

    registers.status[0] <== concatenate(core.status, Bits(0).extended(to: 3), core.isRunning)
    registers.status[1] <== core.stoppedAt.asBits
    for (index, counter) in Counter.allCases.enumerated() {
      let count = m.register("count_\(counter)", UInt.self, width: 32, reset: 0)
      m.when(wants & !core.isRunning) { count.next <== 0 }
        .otherwise(when: core.isRunning & happens(counter, core)) { count.next <== count &+ 1 }
      registers.status[2 + index] <== count.asBits
    }
  }

  private func happens(_ counter: Counter, _ core: Exterior<Core.Ports>) -> Bit {
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
    case .busyMatrix: !core.units.matrixIsIdle
    case .busyVector: !core.units.vectorIsIdle
    }
  }
}
