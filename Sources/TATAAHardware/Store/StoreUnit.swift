import Components
import HDL
import TATAA

/// Stores the sums or vector registers: takes them row by row through the converters into a queue, and from there to memory.
///
/// Sums leave the array after the last step of the product that is under way, into the tile buffer, so that the next product
/// can begin as soon as `isCapturing` is 0 again; the tile buffer gives them row by row or column by column. Vectors come from the vector unit. The unit is idle again when the
/// memory has acknowledged all bytes.
public struct StoreUnit: DefaultConfigurable {
  /// Sizes.
  public var configuration: Configuration

  /// The unit of a configuration.
  public init(configuration: Configuration = .tiny) { self.configuration = configuration }

  /// The default configuration.
  public init() { self.init(configuration: .tiny) }

  private var port: MemoryBus { MemoryBus(configuration) }
  private var tile: TileBuffer { TileBuffer(configuration: configuration) }

  /// Commands in, captured rows and stored vectors in, and the write channels of the bus.
  public struct Ports {
    public let command: StreamInput<StoreCommand>
    public let range: Input<CodeRange>
    public let table: Input<TableWrite>
    public let matrixIsIdle: Input<Bit>
    public let capture: Output<Bit>
    public let rowValid: Input<Bit>
    public let rowIndex: Input<UInt>
    public let row: Input<Vector<SInt>>
    public let vector: StreamOutput<VectorCommand>
    public let stores: Input<Bit>
    public let stored: Input<Vector<Bits>>
    public let tileWrite: Input<TileWrite>
    public let tileRead: Input<UInt>
    public let tileRow: Output<Vector<SInt>>
    public let isIdle, isCapturing, isVector: Output<Bit>
    public let fault: Output<Bits>
    public let aw: StreamOutput<BurstAddress>
    public let w: StreamOutput<WriteWord>
    public let b: StreamInput<Bits>
  }

  /// The interface for these parameters.
  public var ports: Ports {
    let c = configuration
    return Ports(
      command: .init(StoreCommand(port), "What is to be stored"), range: .init(CodeRange(), "The codes; stands still"),
      table: .init(TableWrite(c.tileColumns), "A table, while the unit is idle"),
      matrixIsIdle: .init("1 when the last step of a product has been given to the array"),
      capture: .init("1 to let the sums leave the array"), rowValid: .init("1 when there is a captured row"),
      rowIndex: .init(bits(for: c.tileRows - 1), "Which row it is"),
      row: .init(c.tileColumns, of: c.accumulatorWidth, "Its sums"),
      vector: .init(VectorCommand(), "Vector registers to be stored"),
      stores: .init("1 when there is a stored vector"), stored: .init(c.vectorLanes, of: 16, "It"),
      tileWrite: .init(
        TileWrite(tile.lineLength, of: c.accumulatorWidth), "A line from memory, while the unit is idle"),
      tileRead: .init(bits(for: tile.lineLength - 1), "A row to be read, while the unit is idle"),
      tileRow: .init(tile.lineLength, of: c.accumulatorWidth, "It, one cycle later"),
      isIdle: .init("1 when everything has been acknowledged"),
      isCapturing: .init("1 until the sums may change"), isVector: .init("1 while vector registers are stored"),
      fault: .init(MachineStatus.width, "A MachineStatus when the memory reported an error"),
      aw: .init(BurstAddress(addressWidth: port.addressWidth), "Addresses of bursts"),
      w: .init(WriteWord(bytes: port.wordBytes), "Words to the bus"),
      b: .init(2, "One for each burst: 0 or 1 when all is well, 2 or 3 otherwise"))
  }

  /// What stands above the emitted module.
  public var documentation: String {
    "Stores sums, as int8, bfloat16 or int32, and vector registers, as bfloat16 or int8; \(configuration.fifoDepth) rows wait at most."
  }

  /// Rejects parameters for which there is no hardware.
  public func validate(_ parameters: inout ParameterCheck) { port.validate(&parameters) }

  private enum Phase: HardwareEnum { case idle, capture, drain, rows, acknowledge }

  /// Makes the hardware.
  public func build(_ io: Interior<Ports>, in m: Module) {
    let c = configuration
    let writer = m.instance(RowWriter(port: port), "writer")
    io.aw <== writer.aw
    io.w <== writer.w
    writer.b <== io.b
    let command = m.register("command_held", of: StoreCommand(port))
    let number = m.register("number", UInt.self, width: 10)
    let isLast = number .== command.rows.lastRow
    let starts = m.wire("starts", Bit.self, default: 0)
    let captures = m.wire("captures", Bit.self, default: 0)
    let givesRow = m.wire("gives_row", Bit.self, default: 0)
    // A row is under way from here to the writer only when the queue has a place for it.
    let underWay = m.register("rows_under_way", UInt.self, width: bits(for: c.fifoDepth), reset: 0)
    let hasRoom = (underWay .!= UInt(c.fifoDepth)).named("has_room")
    let mayGo = mux(command.isVector, io.vector.ready & hasRoom, hasRoom)
    io.command.ready <== (starts & writer.command.ready)
    writer.command.valid <== (io.command.valid & starts)
    writer.command.payload <== io.command.payload.rows
    let machine = m.stateMachine("phase", of: Phase.self, reset: .idle) { phase in
      phase.when(.idle) {
        starts.driver <== 1
        m.when(io.command.valid & writer.command.ready) {
          command.next <== io.command.payload
          number.next <== 0
          m.when(io.command.payload.isVector) { phase.go(.rows) }.otherwise { phase.go(.capture) }
        }
      }
      phase.when(.capture) {
        m.when(io.matrixIsIdle) {
          captures.driver <== 1
          phase.go(.drain)
        }
      }
      phase.when(.drain) {
        m.when(io.rowValid & (io.rowIndex .== UInt(c.tileRows - 1))) { phase.go(.rows) }
      }
      phase.when(.rows) {
        givesRow.driver <== mayGo
        m.when(mayGo) {
          number.next <== number &+ 1
          m.when(isLast) { phase.go(.acknowledge) }
        }
      }
      phase.when(.acknowledge) { m.when(writer.done) { phase.go(.idle) } }
    }
    let isIdle = machine.isIn(.idle)
    io.capture <== captures
    io.isIdle <== isIdle
    io.isCapturing <== machine.isIn(.capture)
    io.isVector <== (!isIdle & command.isVector)
    io.fault <== mux(writer.done & writer.isError, MachineStatus.bus.bits, MachineStatus.none.bits)
    m.assert(!io.tileWrite.enable | isIdle, "tile_has_one_writer", "the tile buffer is loaded while it is stored")
    issueVectors(command, number, machine.isIn(.rows) & command.isVector & hasRoom, io, m)

    let queue = m.instance(StreamFIFO(width: 8 * port.rowBytes, depth: c.fifoDepth), "queue")
    let sums = convert(command, number, givesRow & !command.isVector, isIdle, io, m)
    queue.push.valid <== (sums.valid | io.stores)
    queue.push.payload <== mux(io.stores, vectorBytes(io.stored, command), sums.bytes)
    m.assert(!(sums.valid | io.stores) | queue.push.ready, "rows_have_room", "a row came for which there is no place")
    writer.push <== queue.pop
    let leaves = m.register("row_leaves", queue.pop.valid & writer.push.ready, reset: 0)
    m.when(givesRow & !leaves) { underWay.next <== underWay &+ 1 }
      .otherwise(when: !givesRow & leaves) { underWay.next <== underWay &- 1 }
  }

  private func issueVectors(
    _ command: StoreCommand, _ number: UInt, _ isOffered: Bit, _ io: Interior<Ports>, _ m: Module
  ) {
    let isCode = command.kind[0]
    let register = command.register &+ number[0..<8].asUnsigned
    let own = mux(command.hasFactors, number[0..<8].asUnsigned, 0)
    let factor = concatenate(command.factor[8..<10], command.factor[0..<8].asUnsigned &+ own)
    let zero = Bits(0).extended(to: 2)
    io.vector.valid <== isOffered
    io.vector.payload
      <== VectorCommand(
        operation: mux(
          isCode, UInt(LaneOperation.quantize).extended(to: LaneOperation.width),
          UInt(LaneOperation.code(.copy)).extended(to: LaneOperation.width)),
        isStored: 1, destination: 0,
        operands: Vector([
          concatenate(zero, register), factor, Bits(0).extended(to: VectorCommand.operandWidth),
        ]),
        reads: concatenate(Bit(booleanLiteral: false), isCode, Bit(booleanLiteral: true)))
  }

  /// The bytes of a stored vector.
  private func vectorBytes(_ vector: Vector<Bits>, _ command: StoreCommand) -> Bits {
    let codes = concatenate(vector.reversed().map { $0[0..<8] })
    return mux(command.kind[0], codes.resized(to: 8 * port.rowBytes), vector.bits.resized(to: 8 * port.rowBytes))
  }

  /// The tile buffer and the converters: the bytes of line `number` some cycles after `reads`.
  private func convert(
    _ command: StoreCommand, _ number: UInt, _ reads: Bit, _ isIdle: Bit, _ io: Interior<Ports>, _ m: Module
  ) -> (valid: Bit, bytes: Bits) {
    let c = configuration
    let count = tile.lineLength
    let lineWidth = bits(for: count - 1)
    let buffer = m.instance(tile, "tile")
    let padded = (0..<count).map { $0 < c.tileColumns ? io.row[$0] : SInt(0).extended(to: c.accumulatorWidth) }
    buffer.writes <== (io.rowValid | io.tileWrite.enable)
    buffer.write
      <== mux(io.rowValid, TileLine(index: io.rowIndex.resized(to: lineWidth), isColumn: 0), io.tileWrite.line)
    let columns = concatenate((0..<count).reversed().map { Bit(booleanLiteral: $0 < c.tileColumns) })
    buffer.enable <== mux(io.rowValid, columns, io.tileWrite.elements)
    buffer.elements <== mux(io.rowValid, Vector(padded), io.tileWrite.values)
    buffer.read
      <== mux(
        isIdle, TileLine(index: io.tileRead, isColumn: 0),
        TileLine(index: number.resized(to: lineWidth), isColumn: command.isTransposed))
    io.tileRow <== buffer.line

    // Registers of the scales, one for each column; a line that is a column has one scale.
    let shape = Vector<Bits>.shape(c.tileColumns, of: 32)
    let requantizers = m.register("requantizers", of: shape)
    let scales = m.register("scales", of: shape)
    m.when(io.table.writes(.requantizer)) { requantizers.next <== io.table.entries }
    m.when(io.table.writes(.scale)) { scales.next <== io.table.entries }
    let line = m.register("line", number.resized(to: bits(for: c.tileColumns - 1)))
    let unit = m.grid(AccumulatorConverter(accumulatorWidth: c.accumulatorWidth), "converter", rows: 1, columns: count)
    unit.sum <== .columns(buffer.line.map { $0 })
    unit.range <== io.range
    let shared = (requantizers[line], scales[line])
    unit.by
      <== .columns(
        (0..<count).map { place in
          let column = min(place, c.tileColumns - 1)
          let requantizer = mux(command.isTransposed, shared.0, requantizers[column])
          return ConverterScale(
            kind: command.kind, multiplier: requantizer[0..<16].asUnsigned, shift: requantizer[16..<22].asUnsigned,
            scale: mux(command.isTransposed, shared.1, scales[column]))
        })
    let results = unit.result.firstRow
    let longest = port.rowBytes
    func bytes(_ size: Int) -> Bits {
      concatenate(results.reversed().map { $0[0..<8 * size] }).resized(to: 8 * longest)
    }
    let all = mux(command.kind[1], bytes(4), mux(command.kind[0], bytes(2), bytes(1)))
    return (m.delayed("row_comes", reads, by: AccumulatorConverter.latency + 1, reset: 0), all)
  }
}
