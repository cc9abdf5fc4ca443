import AccelTran
import Components
import HDL
import NumberFormats
import Units

/// What is to be loaded.
public struct LoadOrder: SignalBundle {
  /// Where the first run of bytes begins, and that of the second operand of pairs.
  public let address, second: UInt
  /// Runs less one, bytes of a run less one, and their distance.
  public let lastRun, lastByte, stride: UInt
  /// Words of the bus in a row, less one.
  public let lastWord: UInt
  /// 0 for activations, 1 for weights, 2 and 3 for tables, 4 for rows of softmax and normalisation.
  public let target: UInt
  /// The bank of the buffer.
  public let bank: Bit
  /// Whether each run is followed by one of the second operand.
  public let isPair: Bit
  /// Whether zeros are kept too, as on a machine without masks.
  public let isDense: Bit
  /// DynaTran's threshold; 0 for none.
  public let limit: UInt

  /// An order of a machine.
  public init(_ sizes: EngineSizes) {
    (address, second, lastRun, lastByte) = (.shape(32), .shape(32), .shape(16), .shape(28))
    (stride, lastWord, target) = (.shape(32), .shape(12), .shape(3))
    (bank, isPair, isDense, limit) = (.shape, .shape, .shape, .shape(sizes.width))
  }

  /// The fields, each of which may be a literal.
  public init(
    address: UInt, second: UInt, lastRun: UInt, lastByte: UInt, stride: UInt, lastWord: UInt, target: UInt, bank: Bit,
    isPair: Bit, isDense: Bit, limit: UInt
  ) {
    (self.address, self.second, self.lastRun, self.lastByte) = (address, second, lastRun, lastByte)
    (self.stride, self.lastWord, self.target, self.bank) = (stride, lastWord, target, bank)
    (self.isPair, self.isDense, self.limit) = (isPair, isDense, limit)
  }
}

/// A word of codes.
public struct RowWord: SignalBundle {
  /// The codes.
  public let codes: Vector<SInt>

  /// A word of a machine.
  public init(_ sizes: EngineSizes) { codes = .shape(sizes.wordElements, of: sizes.width) }

  /// The codes.
  public init(codes: Vector<SInt>) { self.codes = codes }
}

/// A word of a table.
public struct TableFill: SignalBundle {
  /// 1 to write the first table, or the second one.
  public let first, second: Bit
  /// The word.
  public let index: UInt
  /// The codes.
  public let codes: Vector<SInt>

  /// A write of a machine.
  public init(_ sizes: EngineSizes) {
    (first, second, index) = (.shape, .shape, .shape(12))
    codes = .shape(sizes.wordElements, of: sizes.width)
  }

  /// The fields, each of which may be a literal.
  public init(first: Bit, second: Bit, index: UInt, codes: Vector<SInt>) {
    (self.first, self.second, self.index, self.codes) = (first, second, index, codes)
  }
}

/// Loads operands: reads them over AXI4, prunes them with DynaTran's comparators, and puts them zero-free into the buffers.
///
/// A word a clock. Rows begin with a chunk; what a row's last chunk has beyond the row is zero. Columns go to the lanes in turn.
public struct OperandLoader: DefaultConfigurable {
  /// The sizes.
  public var sizes: EngineSizes

  /// The unit of a machine.
  public init(sizes: EngineSizes = .tiny) { self.sizes = sizes }

  /// The default configuration.
  public init() { self.init(sizes: .tiny) }

  private var burst: BurstShape {
    BurstShape {
      ($0.addressWidth, $0.wordBytes, $0.lengthWidth) = (32, sizes.busWidth / 8, 28)
      ($0.maximumBurst, $0.outstanding) = (16, 8)
    }
  }

  /// Orders in, chunks, table words and row words out, and the read channels.
  public struct Ports {
    public let start: Input<Bit>
    public let order: Input<LoadOrder>
    public let write: Output<ChunkWrite>
    public let table: Output<TableFill>
    public let rows: StreamOutput<RowWord>
    public let isIdle, isError: Output<Bit>
    public let kept, seen: Output<UInt>
    public let ar: StreamOutput<BurstAddress>
    public let r: StreamInput<ReadWord>
  }

  /// The interface for these parameters.
  public var ports: Ports {
    let number = bits(for: sizes.wordElements)
    return Ports(
      start: .init("1 to take an order, while idle"), order: .init(LoadOrder(sizes), "What is to be loaded"),
      write: .init(ChunkWrite(sizes), "A chunk for a buffer"), table: .init(TableFill(sizes), "A word of a table"),
      rows: .init(RowWord(sizes), "Words of rows"), isIdle: .init("1 when nothing is under way"),
      isError: .init("1 when the memory reports an error"),
      kept: .init(number, "Numbers of a word for a buffer that are kept"),
      seen: .init(number, "Numbers of that word"),
      ar: .init(BurstAddress(addressWidth: 32), "Addresses of bursts"),
      r: .init(ReadWord(bytes: sizes.busWidth / 8), "Words from the bus"))
  }

  /// What stands above the emitted module.
  public var documentation: String {
    "Loads numbers of 32 bits each, keeps those above DynaTran's threshold and packs them. \(sizes.wordElements) numbers a clock."
  }

  /// Rejects parameters for which there is no hardware.
  public func validate(_ parameters: inout ParameterCheck) {
    do throws(AccelTranError) { try sizes.validate() } catch {
      parameters.require(false, "the sizes are refused", fix: "\(error)")
    }
  }

  /// Makes the hardware.
  public func build(_ io: Interior<Ports>, in m: Module) {
    let order = m.register("order", io.order, when: io.start)
    let reader = m.instance(BurstReader { $0.shape = burst }, "reader")
    io.ar <== reader.ar
    reader.r <== io.r

    // Runs.
    let isAsking = m.register("is_asking", Bit.self, reset: 0)
    let isSecond = m.register("is_second", Bit.self)
    let run = m.register("run", UInt.self, width: 16)
    let runAddress = m.register("run_address", UInt.self, width: 32)
    let secondAddress = m.register("second_address", UInt.self, width: 32)
    reader.command.valid <== isAsking
    reader.command.payload
      <== TransferCommand(
        address: mux(isSecond, secondAddress, runAddress), lengthLessOne: order.lastByte)
    let isAsked = isAsking & reader.command.ready
    m.when(isAsked) {
      m.when(order.isPair & !isSecond) { isSecond.next <== 1 }
        .otherwise {
          isSecond.next <== 0
          run.next <== run &+ 1
          runAddress.next <== runAddress &+ order.stride
          secondAddress.next <== secondAddress &+ order.stride
          m.when(run .== order.lastRun) { isAsking.next <== 0 }
        }
    }
    m.when(io.start) {
      isAsking.next <== 1
      isSecond.next <== 0
      run.next <== 0
      runAddress.next <== io.order.address
      secondAddress.next <== io.order.second
    }

    // Words.
    let toRows = order.target .== 4
    let beat = reader.pop.payload
    let isTaken = !toRows | io.rows.ready
    let takes = (reader.pop.valid & isTaken).named("takes")
    reader.pop.ready <== isTaken
    let count = sizes.wordElements
    let raw = (0..<count).map { beat.data[32 * $0..<32 * $0 + sizes.width] }
    let codes = Vector(raw.map(\.asSigned))
    io.rows.valid <== (reader.pop.valid & toRows)
    io.rows.payload <== RowWord(codes: codes)
    io.isError <== (takes & beat.isError)
    let word = m.register("word", UInt.self, width: 12)
    let isRowEnd = (word .== order.lastWord).named("is_row_end")
    m.when(io.start) { word.next <== 0 }.otherwise(when: takes) { word.next <== mux(isRowEnd, 0, word &+ 1) }
    io.table
      <== TableFill(
        first: takes & (order.target .== 2), second: takes & (order.target .== 3), index: word, codes: codes)

    // DynaTran's comparators, and the mask.
    let pruner = m.instance(
      MagnitudePruner {
        $0.element = .integer((try? IntegerFormat(width: sizes.width, isSigned: true)) ?? .int8)
        $0.count = count
      }, "comparators")
    pruner.values <== Vector(raw)
    pruner.threshold <== order.limit.asBits
    let pruned = (0..<count).map { pruner.pruned[$0] }
    let keeps = (0..<count).map { order.isDense | pruned[$0].any }
    let toBuffer = takes & !order.target[2] & !order.target[1]
    let seen = bits(for: count)
    io.kept <== mux(toBuffer, populationCount(of: concatenate(keeps.reversed())).fitted(to: seen), 0)
    io.seen <== mux(toBuffer, UInt(count), UInt(0).extended(to: seen))
    let isBusy = assemble(pruned, keeps, toBuffer, word, isRowEnd, order, io, m)
    let isAwaited = m.register("is_awaited", Bit.self, reset: 0)
    let ends = takes & beat.last & !isAsking
    m.when(io.start) { isAwaited.next <== 1 }.otherwise(when: ends) { isAwaited.next <== 0 }
    io.isIdle <== !(isAwaited | isBusy)
  }

  /// Puts the words of a chunk together, packs it and writes it; 1 while one is under way.
  private func assemble(
    _ numbers: [Bits], _ keeps: [Bit], _ takes: Bit, _ word: UInt, _ isRowEnd: Bit, _ order: LoadOrder,
    _ io: Interior<Ports>, _ m: Module
  ) -> Bit {
    let (count, words) = (sizes.wordElements, sizes.chunk / sizes.wordElements)
    let slotWidth = words.trailingZeroBitCount
    let slot = slotWidth == 0 ? UInt(0).extended(to: 1) : word.asBits[0..<slotWidth].asUnsigned
    let isFirst = slot .== 0
    let isFull = (isRowEnd | (slot .== UInt(words - 1))).named("is_full")
    var (values, mask): ([Bits], [Bit]) = ([], [])
    for place in 0..<words {
      let isOwn = slot .== UInt(place)
      for index in 0..<count {
        let number = place * count + index
        values.append(m.register("number_\(number)", numbers[index], when: takes & isOwn))
        mask.append(
          m.register("keeps_\(number)", keeps[index] & isOwn, when: takes & (isOwn | isFirst), reset: 0))
      }
    }
    let isWhole = m.register("chunk_is_whole", takes & isFull, reset: 0)
    let isLeft = m.register("chunk_is_left", !order.target[0])
    // The number of the chunk in its row's buffer, and the lane of the row.
    let lane = m.register("lane", UInt.self, width: bits(for: sizes.columns - 1))
    let (base, inRow) = (m.register("base", UInt.self, width: 16), m.register("chunk_in_row", UInt.self, width: 16))
    let index = m.register("chunk_index", base &+ inRow, when: takes)
    let ownLane = m.register("chunk_lane", lane, when: takes)
    m.when(takes & isFull) {
      m.when(isRowEnd) {
        inRow.next <== 0
        lane.next <== lane &+ 1
        m.when(!order.target[0] | (lane .== UInt(sizes.columns - 1))) { base.next <== base &+ inRow &+ 1 }
      }
      .otherwise { inRow.next <== inRow &+ 1 }
    }
    m.when(io.start) {
      base.next <== 0
      inRow.next <== 0
      lane.next <== 0
    }
    let marks = concatenate(mask.reversed()).named("marks")
    let number = populationCount(of: marks)
    let packed = CompactionNetwork(marks).collapsed(values)
    let isWritten = m.register("is_written", isWhole, reset: 0)
    let restarts = io.start & !io.order.target[2] & !io.order.target[1]
    let written = PackedChunk(
      index: m.register("written_index", index), bank: order.bank, mask: m.register("written_mask", marks),
      values: Vector(packed.enumerated().map { m.register("packed_\($0)", $1) }),
      count: m.register("written_count", number))
    let ownTarget = m.register("written_is_left", isLeft)
    let laneWritten = m.register("written_lane", ownLane)
    io.write
      <== ChunkWrite(
        isLeft: isWritten & ownTarget,
        lanes: concatenate((0..<sizes.columns).reversed().map { isWritten & !ownTarget & (laneWritten .== UInt($0)) }),
        restartsLeft: restarts & !io.order.target[0], restartsRight: restarts & io.order.target[0],
        restartBank: io.order.bank, chunk: written)
    return isWhole | isWritten
  }
}
