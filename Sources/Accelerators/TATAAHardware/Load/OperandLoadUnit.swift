import Components
import HDL
import TATAA

/// Reads rows of X over a bus of its own and puts them into a bank, a row a cycle, behind a product that reads the bank.
///
/// Up to ``LoadUnit/queueDepth`` commands are under way; they end in order.
public struct OperandLoadUnit: DefaultConfigurable {
  /// Sizes.
  public var configuration: Configuration

  /// The unit of a configuration.
  public init(configuration: Configuration = .tiny) { self.configuration = configuration }

  /// The default configuration.
  public init() { self.init(configuration: .tiny) }

  private var port: MemoryBus { MemoryBus(configuration) }

  /// Commands in, writes of a bank out, and the read channels of the bus.
  public struct Ports {
    public let command: StreamInput<LoadCommand>
    public let x: Output<OperandWrite>
    public let reads: Input<BankReads>
    public let isIdle, finishes: Output<Bit>
    public let fault: Output<Bits>
    public let ar: StreamOutput<BurstAddress>
    public let r: StreamInput<ReadWord>
  }

  /// The interface for these parameters.
  public var ports: Ports {
    Ports(
      command: .init(LoadCommand(port), "What is to be loaded; of X"),
      x: .init(OperandWrite(configuration.tileRows, of: configuration.operandWidth), "A word of X"),
      reads: .init(BankReads(), "What must not be overtaken"), isIdle: .init("1 when nothing is under way"),
      finishes: .init("1 in the last cycle of a command; they finish in order"),
      fault: .init(MachineStatus.width, "A MachineStatus when what was read is refused"),
      ar: .init(BurstAddress(addressWidth: port.addressWidth), "Addresses of bursts"),
      r: .init(ReadWord(bytes: port.wordBytes), "Words from the bus"))
  }

  /// What stands above the emitted module.
  public var documentation: String { "Loads rows of X from memory over a bus of its own." }

  /// Rejects parameters for which there is no hardware.
  public func validate(_ parameters: inout ParameterCheck) { port.validate(&parameters) }

  /// Makes the hardware.
  public func build(_ io: Interior<Ports>, in m: Module) {
    let c = configuration
    let reader = m.instance(RowReader(port: port), "reader")
    io.ar <== reader.ar
    reader.r <== io.r
    let copies = io.command.forked("command", count: 2, in: m)
    reader.command
      <== copies[0].mapped(\.rows).queued("addresses", depth: LoadUnit.queueDepth, storage: .registers, in: m)
    let queue = copies[1].queued("commands", depth: LoadUnit.queueDepth, storage: .registers, in: m)
    let command = queue.payload
    let number = m.register("number", UInt.self, width: 10, reset: 0)
    let isLast = number .== command.rows.lastRow
    let takes = reader.pop.take(when: queue.valid & !io.reads.blocks(command.bank, number)).named("takes")
    queue.ready <== (takes & isLast)
    m.when(takes) { number.next <== mux(isLast, 0, number &+ 1) }
    m.assert(!(reader.pop.valid & !queue.valid), "rows_are_wanted", "a row came that nobody asked for")
    let bytes = (0..<c.tileRows).map { index in
      mux(command.lastElement .>= UInt(index), reader.pop.payload.bytes[8 * index..<8 * index + 8], 0)
    }
    io.x
      <== OperandWrite(
        enable: takes, bank: command.bank, step: number, isLast: isLast,
        operands: Vector(bytes.map { $0.asSigned.truncated(to: c.operandWidth) }))
    let wide = bytes.map { byte -> Bit in
      let high = byte[c.operandWidth - 1..<8]
      return high.any & !high.all
    }
    let isWide: Bit = c.operandWidth < 8 ? anyOf(wide) : false
    io.finishes <== (takes & isLast)
    io.isIdle <== !queue.valid
    io.fault
      <== mux(
        takes & reader.pop.payload.isError, MachineStatus.bus.bits,
        mux(takes & isWide, MachineStatus.operand.bits, MachineStatus.none.bits))
  }
}
