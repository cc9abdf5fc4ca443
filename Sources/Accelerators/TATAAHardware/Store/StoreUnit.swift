import Components
import HDL
import TATAA

/// Stores the sums or vector registers: takes them row by row through the converters into a queue, and from there to memory.
///
/// Sums leave the array after the last step of the product that is under way, into one of two tile buffers, so that the next
/// product can begin with the next step; the tile buffer gives them row by row or column by column while the next sums go
/// into the other one. Vectors come from the vector unit. Commands are taken while the bytes of those before are still on
/// their way; the unit is idle when the memory has acknowledged all of them.
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
    public let matrixIsEnding: Input<Bit>
    public let capture: Output<Bit>
    public let rowValid: Input<Bit>
    public let rowIndex: Input<UInt>
    public let row: Input<Vector<SInt>>
    public let vector: StreamOutput<VectorCommand>
    public let stores: Input<Bit>
    public let stored: Input<Vector<Bits>>
    public let storesCode: Input<Bit>
    public let tileWrite: Input<TileWrite>
    public let tileRead: Input<UInt>
    public let tileRow: Output<Vector<SInt>>
    public let isIdle, isCapturing, isVector, isConverting: Output<Bit>
    public let usedTables: Output<Bits>
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
      table: .init(TableWrite(c.tileColumns), "A table: the set that is not used"),
      matrixIsEnding: .init("1 when the last step of a product is read, or none is"),
      capture: .init("1 to let the sums leave the array"), rowValid: .init("1 when there is a captured row"),
      rowIndex: .init(bits(for: c.tileRows - 1), "Which row it is"),
      row: .init(c.tileColumns, of: c.accumulatorWidth, "Its sums"),
      vector: .init(VectorCommand(), "Vector registers to be stored"),
      stores: .init("1 when there is a stored vector"), stored: .init(c.vectorLanes, of: 16, "It"),
      storesCode: .init("1 when it is a code"),
      tileWrite: .init(
        TileWrite(tile.lineLength, of: c.accumulatorWidth), "A line from memory, while the unit is idle"),
      tileRead: .init(bits(for: tile.lineLength - 1), "A row to be read, while the unit is idle"),
      tileRow: .init(tile.lineLength, of: c.accumulatorWidth, "It, one cycle later"),
      isIdle: .init("1 when everything has been acknowledged"),
      isCapturing: .init("1 until the sums may change"),
      isVector: .init("1 until the vector registers that are stored may change"),
      isConverting: .init("1 while codes, scales and tables are read"),
      usedTables: .init(2, "Bit s is 1 while set s of a table is read"),
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

  /// What the sums of a command do until they are in the tile buffer.
  private enum Capture: HardwareEnum { case idle, capture, drain, full }

  /// Makes the hardware.
  public func build(_ io: Interior<Ports>, in m: Module) {
    let c = configuration
    let writer = m.instance(RowWriter(port: port), "writer")
    io.aw <== writer.aw
    io.w <== writer.w
    writer.b <== io.b
    // Sums: captured, drained into a tile buffer, and there until the rows of the command before have been read.
    let captured = m.register("captured", of: StoreCommand(port))
    let tileIsSecond = m.register("captures_into_second", Bit.self, reset: 0)
    // Rows that are read now.
    let isReading = m.register("is_reading", Bit.self, reset: 0)
    let command = m.register("command_held", of: StoreCommand(port))
    let readsSecond = m.register("reads_second", Bit.self, reset: 0)
    let number = m.register("number", UInt.self, width: 10)
    let isLast = number .== command.rows.lastRow
    let takesSums = m.wire("takes_sums", Bit.self, default: 0)
    let captures = m.wire("captures", Bit.self, default: 0)
    let passes = m.wire("passes", Bit.self, default: 0)
    // A row is under way from here to the writer only when the queue has a place for it.
    let underWay = m.register("rows_under_way", UInt.self, width: bits(for: c.fifoDepth), reset: 0)
    let hasRoom = (underWay .!= UInt(c.fifoDepth)).named("has_room")
    let mayGo = mux(command.isVector, io.vector.ready & hasRoom, hasRoom)
    let givesRow = (isReading & mayGo).named("gives_row")
    let machine = m.stateMachine("capture", of: Capture.self, reset: .idle) { phase in
      phase.when(.idle) {
        takesSums.driver <== 1
        m.when(io.command.valid & writer.command.ready & !io.command.payload.isVector) {
          captured.next <== io.command.payload
          phase.go(.capture)
        }
      }
      phase.when(.capture) {
        m.when(io.matrixIsEnding) {
          captures.driver <== 1
          phase.go(.drain)
        }
      }
      phase.when(.drain) {
        m.when(io.rowValid & (io.rowIndex .== UInt(c.tileRows - 1))) { phase.go(.full) }
      }
      phase.when(.full) {
        passes.driver <== !isReading
        m.when(!isReading) { phase.go(.idle) }
      }
    }
    let takesVectors = machine.isIn(.idle) & !isReading
    let mayTake = mux(io.command.payload.isVector, takesVectors, takesSums)
    let takes = (io.command.valid & mayTake & writer.command.ready).named("takes")
    io.command.ready <== (mayTake & writer.command.ready)
    writer.command.valid <== (io.command.valid & mayTake)
    writer.command.payload <== io.command.payload.rows
    m.when(passes | takes & io.command.payload.isVector) {
      isReading.next <== 1
      command.next <== mux(passes, captured, io.command.payload)
      number.next <== 0
      readsSecond.next <== (passes & tileIsSecond)
    }
    .otherwise(when: givesRow) {
      number.next <== number &+ 1
      m.when(isLast) { isReading.next <== 0 }
    }
    m.when(passes) { tileIsSecond.next <== !tileIsSecond }
    // The sums have the last step one cycle after it was read.
    io.capture <== m.register("capture_now", captures, reset: 0)
    let mayLoad = machine.isIn(.idle) & !isReading
    io.isCapturing <== (machine.isIn(.capture) & !io.matrixIsEnding)
    io.isVector <== (isReading & command.isVector)
    let (isCaptured, sums) = (!machine.isIn(.idle), isReading & !command.isVector)
    io.usedTables
      <== concatenate(
        isCaptured & captured.tableIsSecond | sums & command.tableIsSecond,
        isCaptured & !captured.tableIsSecond | sums & !command.tableIsSecond)
    io.fault <== mux(writer.isError, MachineStatus.bus.bits, MachineStatus.none.bits)
    m.assert(!io.tileWrite.enable | mayLoad, "tile_has_one_writer", "the tile buffer is loaded while it is stored")
    issueVectors(command, number, isReading & command.isVector & hasRoom, io, m)

    let queue = m.instance(StreamFIFO(width: 8 * port.rowBytes, depth: c.fifoDepth), "queue")
    let rows = convert(
      command, number, givesRow & !command.isVector,
      Tiles(mayLoad: mayLoad, written: tileIsSecond, read: readsSecond), io, m)
    let comes = (rows.valid | io.stores).named("row_comes_out")
    queue.push.valid <== comes
    queue.push.payload <== mux(io.stores, vectorBytes(io.stored, io.storesCode), rows.bytes)
    m.assert(!comes | queue.push.ready, "rows_have_room", "a row came for which there is no place")
    writer.push <== queue.pop
    let leaves = m.register("row_leaves", queue.pop.valid & writer.push.ready, reset: 0)
    func count(_ name: String, _ value: UInt, up: Bit, down: Bit) {
      m.when(up & !down) { value.next <== value &+ 1 }.otherwise(when: !up & down) { value.next <== value &- 1 }
    }
    count("under_way", underWay, up: givesRow, down: leaves)
    let converting = m.register("rows_converting", UInt.self, width: underWay.width, reset: 0)
    count("converting", converting, up: givesRow, down: comes)
    let isConverting = (!machine.isIn(.idle) | isReading | (converting .!= 0)).named("is_converting_now")
    io.isConverting <== isConverting
    io.isIdle <== (!isConverting & (underWay .== 0) & writer.isIdle)
  }

  /// Which of the two tile buffers is written and read; whether a load may use the first one.
  private struct Tiles { let mayLoad, written, read: Bit }

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
  private func vectorBytes(_ vector: Vector<Bits>, _ isCode: Bit) -> Bits {
    let codes = concatenate(vector.reversed().map { $0[0..<8] })
    return mux(isCode, codes.resized(to: 8 * port.rowBytes), vector.bits.resized(to: 8 * port.rowBytes))
  }

  /// The tile buffer and the converters: the bytes of line `number` some cycles after `reads`.
  private func convert(
    _ command: StoreCommand, _ number: UInt, _ reads: Bit, _ tiles: Tiles, _ io: Interior<Ports>, _ m: Module
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
    buffer.writtenTile <== mux(io.rowValid, tiles.written, 0)
    buffer.readTile <== mux(tiles.mayLoad, 0, tiles.read)
    buffer.read
      <== mux(
        tiles.mayLoad, TileLine(index: io.tileRead, isColumn: 0),
        TileLine(index: number.resized(to: lineWidth), isColumn: command.isTransposed))
    io.tileRow <== buffer.line

    // Registers of the scales, one for each column; a line that is a column has one scale.
    let shape = Vector<Bits>.shape(c.tileColumns, of: 32)
    let isSecond = m.register("table_is_second", command.tableIsSecond)
    func table(_ name: String, _ kind: Opcode.Table) -> Vector<Bits> {
      let sets = [false, true].map { second in
        let set = m.register(second ? "second_\(name)" : name, of: shape)
        m.when(io.table.writes(kind, second: second)) { set.next <== io.table.entries }
        return set
      }
      return mux(isSecond, sets[1], sets[0])
    }
    let (requantizers, scales) = (table("requantizers", .requantizer), table("scales", .scale))
    // The next command may be there while the last row of this one is converted.
    let latency = AccumulatorConverter.latency + 1
    let kinds = m.delays("kind", command.kind, upTo: latency)
    let isTransposed = m.register("is_transposed", command.isTransposed)
    let line = m.register("line", number.resized(to: bits(for: c.tileColumns - 1)))
    let unit = m.grid(AccumulatorConverter(accumulatorWidth: c.accumulatorWidth), "converter", rows: 1, columns: count)
    unit.sum <== .columns(buffer.line.map { $0 })
    unit.range <== io.range
    let shared = (requantizers[line], scales[line])
    unit.by
      <== .columns(
        (0..<count).map { place in
          let column = min(place, c.tileColumns - 1)
          let requantizer = mux(isTransposed, shared.0, requantizers[column])
          return ConverterScale(
            kind: kinds[1], multiplier: requantizer[0..<16].asUnsigned, shift: requantizer[16..<22].asUnsigned,
            scale: mux(isTransposed, shared.1, scales[column]))
        })
    let results = unit.result.firstRow
    let longest = port.rowBytes
    func bytes(_ size: Int) -> Bits {
      concatenate(results.reversed().map { $0[0..<8 * size] }).resized(to: 8 * longest)
    }
    let kind = kinds[latency]
    let all = mux(kind[1], bytes(4), mux(kind[0], bytes(2), bytes(1)))
    return (m.delayed("row_comes", reads, by: latency, reset: 0), all)
  }
}
