import AccelTran
import Components
import HDL

/// The machine behind control registers on AXI4-Lite: what a host sees.
///
/// A machine has one or more cores, each with a program and a memory of its own: sequences of a batch run side by side. The host
/// writes where the programs are, and a bit for each core into `control`. When all programs have ended and all stores have been
/// acknowledged, `event` and `interrupt` tell. Before the next programs `control` goes back to 0. Counters are those of the last
/// program of each core.
public struct AccelTranAccelerator: DefaultConfigurable {
  /// The sizes.
  public var sizes: EngineSizes
  /// Cores, each of these sizes.
  public var cores: Int

  /// A machine.
  public init(sizes: EngineSizes = .tiny, cores: Int = 1) { (self.sizes, self.cores) = (sizes, cores) }

  /// The default configuration.
  public init() { self.init(sizes: .tiny) }

  /// What is counted while a program runs, in clocks where nothing else is said.
  public enum Counter: String, Hashable, Sendable, CaseIterable {
    /// Clocks from the start to the last acknowledgement.
    case cycles
    /// Commands.
    case issuedCommands
    /// Waits for a command to arrive.
    case stallFetch
    /// Waits of a command for the loader or its data: operand missing, or data buffer busy with a transfer.
    case stallLoader
    /// Waits for a bank of data and mask buffer that a product still reads: capacity.
    case stallBank
    /// Waits for a producer, until its stores have been acknowledged.
    case stallProducer
    /// Waits for the product unit: no free unit.
    case stallProduct
    /// Waits for softmax or normalisation: no free unit.
    case stallRows
    /// Waits for the loops of thresholds.
    case stallThreshold
    /// Clocks in which the loader is busy.
    case busyLoader
    /// Clocks in which a product is under way.
    case busyProduct
    /// Clocks in which softmax is busy.
    case busySoftmax
    /// Clocks in which normalisation is busy.
    case busyNormalization
    /// Words that were stored.
    case stores
    /// Numbers that were loaded into buffers, 0 of rows' ends included.
    case loadedNumbers
    /// Those of them that were kept.
    case keptNumbers
    /// Chunks of rows that were read for the lanes.
    case chunks
    /// Clocks in which chunks wait for a lane.
    case stallLanes
    /// Clocks in which chunks wait for sums to leave.
    case stallSums
    /// Tile products.
    case tiles
    /// Tile products with the activation tile of the one before.
    case keptActivationTiles
    /// Tile products with the weight tile of the one before.
    case keptWeightTiles
    /// Steps of all lanes.
    case steps
  }

  /// The registers of the host for a number of cores.
  public static func registers(cores: Int) -> RegisterMap {
    let own = (0..<cores).flatMap { core in
      [
        RegisterDescription("program\(core)", .readWrite(reset: 0), "Where the program begins; a multiple of 64."),
        RegisterDescription("commands\(core)", width: 20, .readWrite(reset: 0), "Commands of the program."),
        RegisterDescription(
          "fault\(core)", width: 2, .readOnly, "Bit 0: an error of the memory; bit 1: a command that is none."),
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

  /// The buses, an interrupt, and the masks that the loader makes, which a monitor may look at.
  public struct Ports {
    /// The registers.
    public let control: Flipped<AXILite>
    /// For each core the bus of its program, and that of its memory.
    public let instructions, memory: [AXI4]
    public let interrupt: Output<Bit>
    public let loaded: [Output<LoadedChunk>]
  }

  private var core: AccelTranCore { AccelTranCore(sizes: sizes) }
  private var bank: AXILiteRegisterBank {
    AXILiteRegisterBank {
      $0.bank.map = Self.registers(cores: cores)
      $0.bank.addressWidth = 12
    }
  }

  /// The interface for these parameters.
  public var ports: Ports {
    let inner = core.ports
    return Ports(
      control: bank.ports.axi, instructions: (0..<cores).map { _ in inner.instructions },
      memory: (0..<cores).map { _ in inner.memory },
      interrupt: .init("1 when the programs have ended, until event is cleared"),
      loaded: (0..<cores).map { _ in
        .init(LoadedChunk(sizes), "What goes into a buffer: for monitors, may stay open")
      })
  }

  /// What stands above the emitted module.
  public var documentation: String {
    core.documentation + "\n\(cores) core(s). Registers on AXI4-Lite:\n"
      + Self.registers(cores: 1).registers.enumerated().map { "  \(4 * $0): \($1.name)" }.joined(separator: "\n")
  }

  /// Rejects parameters for which there is no hardware.
  public func validate(_ parameters: inout ParameterCheck) {
    core.validate(&parameters)
    parameters.require("cores", cores, in: 1...32)
  }

  /// Makes the hardware.
  public func build(_ io: Interior<Ports>, in m: Module) {
    let registers = m.instance(bank, "registers")
    registers.axi <== io.control
    let control = registers.value[0]
    let before = m.register("control_before", control, reset: 0)
    var running: [Bit] = []
    for number in 0..<cores {
      let rises = control[number] & !before[number]
      running.append(m.scope("core_\(number)") { makeCore(number, rises: rises, registers, io, m) })
    }
    // All that were started have ended.
    let isRunning = anyOf(running)
    let wasRunning = m.register("was_running", isRunning, reset: 0)
    registers.status[0] <== concatenate(running.reversed())
    registers.event[0] <== (wasRunning & !isRunning).asBits
    io.interrupt <== registers.pending[0][0]
  }

  /// A core with its registers; 1 from its start to its end.
  private func makeCore(
    _ number: Int, rises: Bit, _ registers: Exterior<AXILiteRegisterBank.Ports>, _ io: Interior<Ports>, _ m: Module
  ) -> Bit {
    let core = m.instance(core, "core")
    io.instructions[number] <== core.instructions
    io.memory[number] <== core.memory
    io.loaded[number] <== core.loaded
    let starts = m.register("starts", rises, reset: 0)
    core.start <== starts
    core.programAddress <== registers.value[1 + 2 * number].asUnsigned
    core.commands <== registers.value[2 + 2 * number].asUnsigned
    let shown = 1 + number * (1 + Counter.allCases.count)
    registers.status[shown] <== core.fault
    for (index, counter) in Counter.allCases.enumerated() {
      let count = m.register("count_\(counter)", UInt.self, width: 32, reset: 0)
      m.when(starts) { count.next <== 0 }
        .otherwise(when: core.isRunning) { count.next <== count &+ amount(counter, core.events) }
      registers.status[shown + 1 + index] <== count.asBits
    }
    return starts | core.isRunning
  }

  private func amount(_ counter: Counter, _ events: AccelTranCore.Events) -> UInt {
    func flag(_ bit: Bit) -> UInt { bit.asUnsigned.extended(to: 32) }
    let product = events.product
    return switch counter {
    case .cycles: UInt(1).extended(to: 32)
    case .issuedCommands: flag(events.issues)
    case .stallFetch: flag(events.waitsFetch)
    case .stallLoader: flag(events.waitsLoader)
    case .stallBank: flag(events.waitsBank)
    case .stallProducer: flag(events.waitsProducer)
    case .stallProduct: flag(events.waitsProduct)
    case .stallRows: flag(events.waitsRows)
    case .stallThreshold: flag(events.waitsThreshold)
    case .busyLoader: flag(events.loads)
    case .busyProduct: flag(events.multiplies)
    case .busySoftmax: flag(events.softmax)
    case .busyNormalization: flag(events.normalizes)
    case .stores: flag(events.stores)
    case .loadedNumbers: events.seen.extended(to: 32)
    case .keptNumbers: events.kept.extended(to: 32)
    case .chunks: flag(product.chunk)
    case .stallLanes: flag(product.waitsForLanes)
    case .stallSums: flag(product.waitsForSums)
    case .tiles: flag(product.tile)
    case .keptActivationTiles: flag(product.tile & product.keepsLeft)
    case .keptWeightTiles: flag(product.tile & product.keepsRight)
    case .steps: product.steps.extended(to: 32)
    }
  }
}
