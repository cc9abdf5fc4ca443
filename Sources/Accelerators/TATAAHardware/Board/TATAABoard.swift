import Components
import HDL
import TATAA

/// An accelerator with its memory and a serial line to a host: all that an FPGA board needs beside a clock.
///
/// The host reads and writes words of 32 bits (``SerialLoader``). Addresses below 2³¹ are the memory, those from 2³¹ on
/// the registers of ``TATAAAccelerator``. The core has a memory bus of 64 bits and no bus of its own for X.
public struct TATAABoard: DefaultConfigurable {
  /// Sizes of the accelerator: one core, `busWidth` 64, `readPorts` 1.
  public var configuration = Configuration.tiny
  /// Words of 64 bits of the memory, a power of two.
  public var words = 4096
  /// Clocks of a bit of the serial line.
  public var divisor = 25

  /// The default configuration.
  public init() {}

  /// Its parameters beside those of the accelerator.
  public static let parameters: [Parameter<Self>] = [
    .integer("words", \.words, in: 2...65536, "Words of 64 bits of the memory, a power of two"),
    .integer("divisor", \.divisor, in: 4...65536, "Clocks of a bit of the serial line"),
  ]

  /// The first address of the registers.
  public static let registers = 1 << 31

  /// The serial line, and lamps.
  public struct Ports {
    public let receive: Input<Bit>
    public let transmit: Output<Bit>
    public let lamps: Output<Bits>
  }

  /// The interface for these parameters.
  public var ports: Ports {
    Ports(
      receive: .init("The line from the host, 1 at rest; it may change at any time").asynchronous(),
      transmit: .init("The line to the host, 1 at rest"),
      lamps: .init(8, "Bit 0: a program has ended; bit 1: an access waits; bit 7: the clock runs, a few times a second")
    )
  }

  /// What stands above the emitted module.
  public var documentation: String {
    """
    TATAA with \(8 * words) bytes of memory on a serial line of \(divisor) clocks a bit.
    Addresses from 80000000 on are the registers of the accelerator, those below the memory.
    """
  }

  private var accelerator: TATAAAccelerator { TATAAAccelerator(configuration: configuration) }

  /// Rejects parameters for which there is no hardware.
  public func validate(_ parameters: inout ParameterCheck) {
    accelerator.validate(&parameters)
    parameters.require(
      configuration.cores == 1 && configuration.busWidth == 64 && configuration.readPorts == 1,
      "the accelerator has \(configuration.cores) core(s), \(configuration.readPorts) read port(s) of "
        + "\(configuration.busWidth) bits",
      fix: "use one core, one port and 64 bits")
    BoardMemory { $0.words = words }.validate(&parameters)
  }

  /// Makes the hardware.
  public func build(_ io: Interior<Ports>, in m: Module) {
    let accelerator = m.instance(accelerator, "accelerator")
    let loader = m.instance(SerialLoader { $0.divisor = divisor }, "loader")
    let manager = m.instance(AXILiteManager { $0.addressWidth = 12 }, "manager")
    let memory = m.instance(BoardMemory { $0.words = words }, "memory")
    loader.receive <== io.receive
    io.transmit <== loader.transmit
    accelerator.control <== manager.axi
    memory.memory <== accelerator.memory[0]
    let instructions = accelerator.instructions[0]
    memory.program <== instructions.ar
    // A block RAM shows its word late in a clock, and the decoder needs most of one.
    instructions.r <== memory.instructions.piped("instruction_words", in: m)
    instructions.aw.ready <== 0
    instructions.w.ready <== 0
    instructions.b.valid <== 0
    instructions.b.payload.resp <== m.constant(0, width: 2, as: Bits.self)

    // One access is under way at a time, so that at most one of the two answers.
    let request = loader.access.payload
    let isRegister = request.address.asBits[31]
    manager.access.valid <== (loader.access.valid & isRegister)
    manager.access.payload
      <== AccessRequest(
        isWrite: request.isWrite, address: request.address.truncated(to: 12), data: request.data,
        strobe: request.strobe)
    memory.access.valid <== (loader.access.valid & !isRegister)
    memory.access.payload <== request
    loader.access.ready <== mux(isRegister, manager.access.ready, memory.access.ready)
    let answersMemory = memory.response.valid
    loader.response.valid <== (manager.response.valid | answersMemory)
    loader.response.payload <== mux(answersMemory, memory.response.payload, manager.response.payload)
    memory.response.ready <== loader.response.ready
    manager.response.ready <== (loader.response.ready & !answersMemory)

    let ticks = m.register("ticks", UInt.self, width: 24, reset: 0)
    ticks.next <== ticks &+ 1
    let dark = m.constant(0, width: 5, as: Bits.self)
    io.lamps
      <== concatenate(
        ticks.asBits[23].asBits, dark, loader.access.valid.asBits, accelerator.interrupt.asBits)
  }
}
