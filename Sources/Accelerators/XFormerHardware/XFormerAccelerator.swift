import Components
import HDL
import XFormer

/// The machine behind control registers on AXI4-Lite: what a host sees.
///
/// The host writes where a program is, and 1 into `control`. When the program has ended and all stores have been acknowledged,
/// `event` and `interrupt` tell. Before the next program `control` goes back to 0. Crossbars, scales and tables stay from one program
/// to the next; counters are those of the last program.
public struct XFormerAccelerator: DefaultConfigurable {
  /// The sizes.
  public var sizes: XFormerSizes

  /// A machine.
  public init(sizes: XFormerSizes = .micro) { self.sizes = sizes }

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
    /// Units that took a vector, of all projection engines.
    case unitVectors
    /// Rows of crossbars that were written, of all projection engines.
    case rowWrites
    /// Pulses that those rows took: of each row those of the cell that got most.
    case writePulses
    /// Rows of which a cell was not near enough to its level after all pulses.
    case failedWrites
    /// Words of keys that met a block of queries, of all tiles.
    case scoreWords
    /// Words of values that met a row of weights, of all tiles.
    case valueWords
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
        RegisterDescription("event", width: 1, .writeOneToClear, "1 when the program has ended."),
        RegisterDescription("program", .readWrite(reset: 0), "Where the program begins; a multiple of 64."),
        RegisterDescription("commands", width: 16, .readWrite(reset: 0), "Commands of the program."),
        RegisterDescription(
          "temperature", width: 8, .readWrite(reset: 0), "Half kelvins above 300 K, of all crossbars."),
        RegisterDescription("fault", width: 1, .readOnly, "1: an error of the memory."),
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
      control: bank.ports.axi,
      instructions: .init(addressWidth: 32, dataWidth: CommandDispatcher.busWidth, idWidth: 0),
      memory: (0..<sizes.engines).map { _ in .init(addressWidth: 32, dataWidth: 8 * sizes.busBytes, idWidth: 0) },
      interrupt: .init("1 when the program has ended, until event is cleared"))
  }

  /// What stands above the emitted module.
  public var documentation: String {
    """
    X-Former: \(sizes.projectionEngines) projection engine(s) of \(sizes.unitsPerEngine) units, \(sizes.attentionTiles) attention tile(s), a vector unit.
    Registers on AXI4-Lite:
    """ + "\n" + registers.registers.enumerated().map { "  \(4 * $0): \($1.name)" }.joined(separator: "\n")
  }

  /// Rejects parameters for which there is no hardware.
  public func validate(_ parameters: inout ParameterCheck) {
    do throws(XFormerError) { try sizes.validate() } catch {
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
    let dispatcher = m.instance(CommandDispatcher(sizes: sizes), "dispatcher")
    dispatcher.start <== starts
    dispatcher.address <== registers.value[1].asUnsigned
    dispatcher.commands <== registers.value[2].asUnsigned.extended(to: 20)
    io.instructions.ar <== dispatcher.ar.mapped { $0.onBus(wordBytes: 8) }
    dispatcher.r <== io.instructions.r.mapped { ReadWord(data: $0.data, resp: $0.resp, last: $0.last) }
    io.instructions.writesNothing()

    var engines: [Exterior<EnginePorts>] = []
    for number in 0..<sizes.projectionEngines {
      engines.append(
        m.instance(
          ProjectionEngine(sizes: sizes, number: sizes.crossbar.effects.isIdeal ? 0 : number), "projection_\(number)"))
    }
    for tile in 0..<sizes.attentionTiles {
      engines.append(m.instance(AttentionEngine(sizes: sizes), "attention_\(tile)"))
    }
    engines.append(m.instance(VectorEngine(sizes: sizes), "vector"))
    for (number, engine) in engines.enumerated() {
      engine.command <== dispatcher.engine[number]
      if let temperature = engine.temperature { temperature <== registers.value[3].asUnsigned }
      io.memory[number] <== engine.memory
    }
    dispatcher.isDone <== concatenate(engines.reversed().map(\.isDone))

    let isRunning = dispatcher.isRunning
    let wasRunning = m.register("was_running", isRunning, reset: 0)
    registers.status[0] <== isRunning.asBits
    registers.event[0] <== (wasRunning & !isRunning).asBits
    let fault = m.register("fault", Bit.self, reset: 0)
    m.when(starts) { fault.next <== 0 }
      .otherwise(when: dispatcher.isError | anyOf(engines.map(\.isError))) { fault.next <== 1 }
    registers.status[1] <== fault.asBits
    io.interrupt <== registers.pending[0][0]

    func flag(_ bit: Bit) -> UInt { bit.asUnsigned.extended(to: 32) }
    func total(_ count: (Exterior<EnginePorts>) -> UInt?) -> UInt {
      HDL.sum(engines.compactMap(count)).extended(to: 32)
    }
    let amounts = Counter.allCases.map { counter -> (String, UInt) in
      let amount: UInt =
        switch counter {
        case .cycles: UInt(1).extended(to: 32)
        case .issuedCommands: flag(dispatcher.issues)
        case .stallFetch: flag(dispatcher.waitsFetch)
        case .stallQueue: flag(dispatcher.waitsQueue)
        case .unitVectors: total { $0.unitVectors }
        case .rowWrites: total { $0.rowWrites }
        case .writePulses: total { $0.writePulses }
        case .failedWrites: total { $0.failedWrites }
        case .scoreWords: total { $0.scoreWords }
        case .valueWords: total { $0.valueWords }
        case .normalizedRows: total { $0.normalizedRows }
        }
      return ("\(counter)", amount)
    }
    let own = engines.enumerated().flatMap { number, engine in
      [("busy_\(number)", flag(engine.isBusy)), ("waits_\(number)", flag(dispatcher.waitsProducer[number]))]
    }
    for (index, (name, amount)) in (amounts + own).enumerated() {
      let count = m.register("count_\(name)", UInt.self, width: 32, reset: 0)
      m.when(starts) { count.next <== 0 }.otherwise(when: isRunning) { count.next <== count &+ amount }
      registers.status[2 + index] <== count.asBits
    }
  }
}
