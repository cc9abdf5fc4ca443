import Components
import HDL
import TATAA

/// Reads rows from memory and puts them where a command says: a bank of X or Y, a table, vector registers, or the sums.
///
/// Sums go into the tile buffer first, in rows or columns, and from there row by row into the array. A row is taken a cycle.
/// Up to ``queueDepth`` commands are under way: the rows of the next ones are asked for while those of the first one come.
public struct LoadUnit: DefaultConfigurable {
  /// Sizes.
  public var configuration: Configuration

  /// The unit of a configuration.
  public init(configuration: Configuration = .tiny) { self.configuration = configuration }

  /// The default configuration.
  public init() { self.init(configuration: .tiny) }

  private var port: MemoryBus { MemoryBus(configuration) }
  private var tile: TileBuffer { TileBuffer(configuration: configuration) }

  /// Commands in, writes of what is loaded out, and the read channels of the bus.
  public struct Ports {
    public let command: StreamInput<LoadCommand>
    public let x, y: Output<OperandWrite>
    public let table: Output<TableWrite>
    public let vector: Output<RegisterWrite>
    public let tileWrite: Output<TileWrite>
    public let tileRead: Output<UInt>
    public let tileRow: Input<Vector<SInt>>
    public let preset: Output<RowPreset>
    public let xReads, yReads: Input<BankReads>
    public let isQuiet: Input<Bit>
    public let vectorIsWriting: Input<Bit>
    public let vectorWaits: Output<Bit>
    public let isIdle, finishes: Output<Bit>
    public let fault: Output<Bits>
    public let ar: StreamOutput<BurstAddress>
    public let r: StreamInput<ReadWord>
  }

  /// The interface for these parameters.
  public var ports: Ports {
    let c = configuration
    return Ports(
      command: .init(LoadCommand(port), "What is to be loaded"),
      x: .init(OperandWrite(c.tileRows, of: c.operandWidth), "A word of X"),
      y: .init(OperandWrite(c.tileColumns, of: c.operandWidth), "A word of Y"),
      table: .init(TableWrite(c.tileColumns), "A table"),
      vector: .init(RegisterWrite(width: 16 * c.vectorLanes), "A vector register"),
      tileWrite: .init(TileWrite(tile.lineLength, of: c.accumulatorWidth), "A line of the tile buffer"),
      tileRead: .init(bits(for: tile.lineLength - 1), "A row of the tile buffer to be read"),
      tileRow: .init(tile.lineLength, of: c.accumulatorWidth, "It, one cycle later"),
      preset: .init(RowPreset(c), "A row of sums"), xReads: .init(BankReads(), "What X must not be overtaken"),
      yReads: .init(BankReads(), "The same of Y"), isQuiet: .init("1 when all sums are settled"),
      vectorIsWriting: .init("1 when a vector register is written by an operation"),
      vectorWaits: .init("1 when a vector that has come waits for that"),
      isIdle: .init("1 when nothing is under way"),
      finishes: .init("1 in the last cycle of a command; they finish in order"),
      fault: .init(MachineStatus.width, "A MachineStatus when what was read is refused"),
      ar: .init(BurstAddress(addressWidth: port.addressWidth), "Addresses of bursts"),
      r: .init(ReadWord(bytes: port.wordBytes), "Words from the bus"))
  }

  /// What stands above the emitted module.
  public var documentation: String { "Loads rows from memory into X, Y, tables, vector registers or sums." }

  /// Rejects parameters for which there is no hardware.
  public func validate(_ parameters: inout ParameterCheck) { port.validate(&parameters) }

  /// Commands under way.
  public static let queueDepth = 4

  private enum Phase: HardwareEnum { case rows, readTile, presetRow, settle }

  /// Makes the hardware.
  public func build(_ io: Interior<Ports>, in m: Module) {
    let reader = m.instance(RowReader(port: port), "reader")
    io.ar <== reader.ar
    reader.r <== io.r
    let copies = io.command.forked("command", count: 2, in: m)
    reader.command
      <== copies[0].mapped(\.rows).queued("addresses", depth: Self.queueDepth, storage: .registers, in: m)
    let queue = copies[1].queued("commands", depth: Self.queueDepth, storage: .registers, in: m)
    let command = queue.payload
    let number = m.register("number", UInt.self, width: 10, reset: 0)
    let target = command.target
    let row = reader.pop.payload
    let isLast = number .== command.rows.lastRow
    // The rows of sums that are preset: as many as the tile has been given, in either form.
    let lastSumRow = mux(command.isTransposed, command.lastElement.extended(to: 10), command.rows.lastRow)
    let takesRow = m.wire("takes_row", Bit.self, default: 0)
    let finishes = m.wire("finishes_now", Bit.self, default: 0)
    let presets = m.wire("presets", Bit.self, default: 0)
    let isPresetting = m.wire("is_presetting", Bit.self, default: 1)
    let presetEnable = m.register("preset_enable", presets, reset: 0)
    reader.pop.ready <== takesRow
    queue.ready <== finishes
    let overtakes =
      target.x & io.xReads.blocks(command.bank, number) | target.y & io.yReads.blocks(command.bank, number)
    let mayTake = reader.pop.valid & queue.valid & !(target.vector & io.vectorIsWriting) & !overtakes
    m.stateMachine("phase", of: Phase.self, reset: .rows) { phase in
      phase.when(.rows) {
        isPresetting.driver <== 0
        takesRow.driver <== mayTake
        m.when(mayTake) {
          number.next <== number &+ 1
          m.when(isLast) {
            number.next <== 0
            finishes.driver <== !target.sums
            m.when(target.sums) { phase.go(.readTile) }
          }
        }
      }
      phase.when(.readTile) { phase.go(.presetRow) }
      phase.when(.presetRow) {
        presets.driver <== 1
        phase.go(.settle)
      }
      phase.when(.settle) {
        // The array has seen the preset when its enable is over.
        m.when(io.isQuiet & !presetEnable) {
          number.next <== number &+ 1
          m.when(number .== lastSumRow) {
            number.next <== 0
            finishes.driver <== 1
            phase.go(.rows)
          }
          .otherwise { phase.go(.readTile) }
        }
      }
    }
    io.finishes <== finishes
    io.vectorWaits <== (reader.pop.valid & queue.valid & target.vector & io.vectorIsWriting)
    io.isIdle <== !queue.valid
    m.assert(
      !(reader.pop.valid & !queue.valid), "rows_are_wanted", "a row came that nobody asked for")
    deliver(row, command, number, takesRow, isLast, io, m)
    io.tileRead <== number.resized(to: bits(for: tile.lineLength - 1))
    let columns = mux(command.isTransposed, command.rows.lastRow, command.lastElement.extended(to: 10))
    let values = m.register(
      "preset_values", Vector((0..<configuration.tileColumns).map { io.tileRow[$0] }), when: presets)
    io.preset
      <== RowPreset(
        isActive: isPresetting, enable: presetEnable,
        row: number.resized(to: bits(for: configuration.tileRows - 1)),
        columns: mask(columns, configuration.tileColumns), values: values)
  }

  /// Bit i is 1 up to the last element.
  private func mask(_ last: UInt, _ count: Int) -> Bits {
    concatenate((0..<count).reversed().map { last .>= UInt($0) })
  }

  /// Writes a row to its target.
  private func deliver(
    _ row: MemoryRow, _ command: LoadCommand, _ number: UInt, _ takes: Bit, _ isLast: Bit, _ io: Interior<Ports>,
    _ m: Module
  ) {
    let c = configuration
    let target = command.target
    func element(_ index: Int, _ width: Int) -> Bits {
      let place = min(index, 8 * port.rowBytes / width - 1) * width
      let own = row.bytes[place..<place + width]
      return mux(command.lastElement .>= UInt(index), mux(command.isBroadcast, row.bytes[0..<width], own), 0)
    }
    func operands(_ count: Int) -> Vector<SInt> {
      Vector((0..<count).map { element($0, 8).asSigned.truncated(to: c.operandWidth) })
    }
    func write(_ enable: Bit, _ operands: Vector<SInt>) -> OperandWrite {
      OperandWrite(enable: enable, bank: command.bank, step: number, isLast: isLast, operands: operands)
    }
    io.x <== write(takes & target.x, operands(c.tileRows))
    io.y <== write(takes & target.y, operands(c.tileColumns))
    let entries = Vector((0..<c.tileColumns).map { element($0, 32) })
    io.table
      <== TableWrite(
        enable: takes & target.table, kind: command.table, isSecond: command.tableIsSecond, entries: entries)
    io.vector
      <== RegisterWrite(
        enable: takes & target.vector, index: (command.register &+ number[0..<8].asUnsigned),
        value: Vector((0..<c.vectorLanes).map { element($0, 16) }).bits)
    io.tileWrite
      <== TileWrite(
        enable: takes & target.sums,
        line: TileLine(index: number.resized(to: bits(for: tile.lineLength - 1)), isColumn: command.isTransposed),
        elements: mask(command.lastElement, tile.lineLength),
        values: Vector((0..<tile.lineLength).map { element($0, 32)[0..<c.accumulatorWidth].asSigned }))
    // What golden and hardware refuse of what they read: operands that are too wide, scales that are none.
    func isWide(_ count: Int) -> Bit {
      guard c.operandWidth < 8 else { return false }
      return anyOf(
        (0..<count).map { index in
          let high = element(index, 8)[c.operandWidth - 1..<8]
          return high.any & !high.all
        })
    }
    let isWideOperand = target.x & isWide(c.tileRows) | target.y & isWide(c.tileColumns)
    let isBadScale =
      target.table & (command.table .== UInt(Opcode.Table.requantizer.rawValue))
      & anyOf(
        entries.enumerated().map { index, entry in
          (command.lastElement .>= UInt(index)) & (!entry[15] | (entry[16..<32].asUnsigned .> 47))
        })
    io.fault
      <== mux(
        takes & row.isError, MachineStatus.bus.bits,
        mux(
          takes & isWideOperand, MachineStatus.operand.bits,
          mux(takes & isBadScale, MachineStatus.requantizer.bits, MachineStatus.none.bits)))
  }
}
