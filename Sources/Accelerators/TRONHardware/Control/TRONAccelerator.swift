import Components
import HDL
import TRON
import XFormerHardware

/// The machine behind control registers on AXI4-Lite: photonic units of heads, their softmax, and normalisation.
///
/// The host writes where a program is, and 1 into `control`. When the program has ended and all stores have been acknowledged,
/// `event` and `interrupt` tell. Before the next program `control` goes back to 0; counters are those of the last program.
public struct TRONAccelerator: DefaultConfigurable {
  /// The machine.
  public var sizes: TRONSizes

  /// A machine.
  public init(sizes: TRONSizes = .micro) { self.sizes = sizes }

  /// The default configuration.
  public init() { self.init(sizes: .micro) }

  /// What is counted while a program runs, in clocks where nothing else is said.
  public enum Counter: String, Hashable, Sendable, CaseIterable {
    /// Clocks from the start to the last acknowledgement.
    case cycles
    /// Commands that went to a queue.
    case issuedCommands
    /// Waits for a command to arrive.
    case stallFetch
    /// Waits for room in the queue of a command.
    case stallQueue
    /// Clocks in which a vector waits for rings to be set, of all units.
    case stallRings
    /// Clocks in which a vector waits for a bank that converts, of all units.
    case stallConverters
    /// Passes of light through banks.
    case passes
    /// Lasers that stayed dark in passes.
    case darkLasers
    /// Rows of rings that got weights.
    case rowLoads
    /// Rows of softmax.
    case softmaxRows
    /// Rows that were normalised.
    case normalizedRows
  }

  /// The registers of the host: behind the counters of the machine two of each engine, its clocks of work and those in which its
  /// next command waited for others.
  public var registers: RegisterMap {
    RegisterMap(
      [
        RegisterDescription("control", width: 1, .readWrite(reset: 0), "1 starts; 0 before the next time."),
        RegisterDescription("running", width: 1, .readOnly, "1 while the program runs."),
        RegisterDescription("event", width: 1, .writeOneToClear, "1 when the program has ended, or heaters are found."),
        RegisterDescription("program", .readWrite(reset: 0), "Where the program begins; a multiple of 64."),
        RegisterDescription("commands", .readWrite(reset: 0), "Commands of the program, up to 65,536."),
        RegisterDescription(
          "temperature", width: 8, .readWrite(reset: 0), "Steps of 0.05 K from the calibrated temperature, signed."),
        RegisterDescription(
          "lock", width: 1, .readWrite(reset: 0),
          "1 finds the heaters of all banks, where they have controllers; 0 before the next time."),
        RegisterDescription("fault", width: 1, .readOnly, "1: an error of the memory."),
        RegisterDescription("locking", width: 1, .readOnly, "1 while heaters are being found."),
      ] + Counter.allCases.map { RegisterDescription("\($0)", .readOnly, "Counter of the last program.") }
        + (0..<sizes.engines).flatMap { engine in
          [
            RegisterDescription("busy\(engine)", .readOnly, "Clocks of work of engine \(engine)."),
            RegisterDescription("waits\(engine)", .readOnly, "Clocks in which engine \(engine) waited for others."),
          ]
        })
  }

  /// The buses, and an interrupt.
  public struct Ports {
    /// The registers.
    public let control: Flipped<AXILite>
    /// The bus of the program.
    public let instructions: AXI4
    /// The bus of each engine.
    public let memory: [AXI4]
    public let interrupt: Output<Bit>
  }

  private var bank: AXILiteRegisterBank {
    AXILiteRegisterBank {
      $0.bank.map = registers
      $0.bank.addressWidth = 12
    }
  }

  /// The interface for these parameters.
  public var ports: Ports {
    Ports(
      control: bank.ports.axi, instructions: .init(addressWidth: 32, dataWidth: 64, idWidth: 0),
      memory: (0..<sizes.engines).map { _ in .init(addressWidth: 32, dataWidth: 64, idWidth: 0) },
      interrupt: .init("1 when the program has ended, until event is cleared"))
  }

  /// What stands above the emitted module.
  public var documentation: String {
    """
    TRON: \(sizes.heads) photonic unit(s) of \(sizes.banks) bank(s) of \(sizes.bank.rows) x \(sizes.bank.wavelengths) rings, softmax, normalisation.
    Registers on AXI4-Lite:
    """ + "\n" + registers.registers.enumerated().map { "  \(4 * $0): \($1.name)" }.joined(separator: "\n")
  }

  /// Rejects parameters for which there is no hardware.
  public func validate(_ parameters: inout ParameterCheck) {
    do throws(TRONError) { try sizes.validateHardware() } catch {
      parameters.require(false, "the sizes are refused", fix: "\(error)")
    }
  }

  /// Makes the hardware.
  public func build(_ io: Interior<Ports>, in m: Module) {
    let registers = m.instance(bank, "registers")
    registers.axi <== io.control
    let control = registers.value[0][0]
    let before = m.register("control_before", control, reset: 0)
    let starts = m.register("starts", control & !before, reset: 0)
    let dispatcher = m.instance(CommandDispatcher(sizes: sizes.control), "dispatcher")
    dispatcher.start <== starts
    dispatcher.address <== registers.value[1].asUnsigned
    dispatcher.commands <== registers.value[2][0..<20].asUnsigned
    let temperature = registers.value[3].asSigned
    io.instructions.ar <== dispatcher.ar.mapped { $0.onBus(wordBytes: 8) }
    dispatcher.r <== io.instructions.r.mapped { ReadWord(data: $0.data, resp: $0.resp, last: $0.last) }
    io.instructions.writesNothing()

    let units = (0..<sizes.heads).map { head in
      m.instance(RingEngine(sizes: sizes, number: sizes.effects.isSame ? 0 : head), "unit_\(head)")
    }
    var others = (0..<sizes.heads).map { head in m.instance(SoftmaxEngine(sizes: sizes), "softmax_\(head)") }
    var vector = VectorEngine(sizes: sizes.control)
    let adder = CoherentAdder(phaseError: sizes.phaseError)
    if adder.factor != 65536 { vector.secondFactor = Int(adder.factor) }
    others.append(m.instance(vector, "normalization"))
    for (number, unit) in units.enumerated() {
      unit.command <== dispatcher.engine[number]
      unit.temperature <== temperature
      io.memory[number] <== unit.memory
    }
    for (number, engine) in others.enumerated() {
      engine.command <== dispatcher.engine[sizes.heads + number]
      io.memory[sizes.heads + number] <== engine.memory
    }
    dispatcher.isDone <== concatenate((units.map(\.isDone) + others.map(\.isDone)).reversed().map { $0 as any Signal })

    let isRunning = dispatcher.isRunning
    let wasRunning = m.register("was_running", isRunning, reset: 0)
    registers.status[0] <== isRunning.asBits
    let fault = m.register("fault", Bit.self, reset: 0)
    m.when(starts) { fault.next <== 0 }
      .otherwise(when: dispatcher.isError | anyOf(units.map(\.isError)) | anyOf(others.map(\.isError))) {
        fault.next <== 1
      }
    registers.status[1] <== fault.asBits
    let lock = registers.value[4][0]
    let locked = m.register("lock_before", lock, reset: 0)
    let finds = m.register("finds_heaters", lock & !locked, reset: 0)
    for unit in units { unit.lock.map { $0 <== finds } }
    let isLocking = anyOf(units.compactMap(\.isLocking) + [finds, lock & !locked])
    registers.status[2] <== isLocking.asBits
    let wasLocking = m.register("was_locking", isLocking, reset: 0)
    registers.event[0] <== (wasRunning & !isRunning | wasLocking & !isLocking).asBits
    io.interrupt <== registers.pending[0][0]

    func flag(_ bit: Bit) -> UInt { bit.asUnsigned.extended(to: 32) }
    func total(_ amounts: [UInt]) -> UInt { HDL.sum(amounts).extended(to: 32) }
    let amounts = Counter.allCases.map { counter -> (String, UInt) in
      let amount: UInt =
        switch counter {
        case .cycles: UInt(1).extended(to: 32)
        case .issuedCommands: flag(dispatcher.issues)
        case .stallFetch: flag(dispatcher.waitsFetch)
        case .stallQueue: flag(dispatcher.waitsQueue)
        case .stallRings: total(units.map(\.waitsRings.asUnsigned))
        case .stallConverters: total(units.map(\.waitsConverters.asUnsigned))
        case .passes: total(units.map(\.passes))
        case .darkLasers: total(units.map(\.darkLasers))
        case .rowLoads: total(units.map(\.rowLoads))
        case .softmaxRows: total(others.dropLast().compactMap(\.softmaxRows))
        case .normalizedRows: total([others[sizes.heads]].compactMap(\.normalizedRows))
        }
      return ("\(counter)", amount)
    }
    let busy = units.map(\.isBusy) + others.map(\.isBusy)
    let own = busy.enumerated().flatMap { number, isBusy in
      [("busy_\(number)", flag(isBusy)), ("waits_\(number)", flag(dispatcher.waitsProducer[number]))]
    }
    for (index, (name, amount)) in (amounts + own).enumerated() {
      let count = m.register("count_\(name)", UInt.self, width: 32, reset: 0)
      m.when(starts) { count.next <== 0 }.otherwise(when: isRunning) { count.next <== count &+ amount }
      registers.status[3 + index] <== count.asBits
    }
  }
}
