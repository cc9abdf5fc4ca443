import AccelTran
import Components
import HDL

/// The tiled product: activation buffer, processing elements with the weight buffer, tile loops and partial sums.
///
/// A tile has ``/AccelTran/EngineSizes/sharedRows`` rows, a column for each lane and one chunk of the inner extent. Tile
/// products come in the order of the command; where the next one adds to the same sums, they stay in the lanes, otherwise they
/// leave for the memory of partial sums, or, complete, for the output.
public struct ProductUnit: DefaultConfigurable {
  /// The sizes.
  public var sizes: EngineSizes

  /// The unit of a machine.
  public init(sizes: EngineSizes = .tiny) { self.sizes = sizes }

  /// The default configuration.
  public init() { self.init(sizes: .tiny) }

  private var shape: LaneShape { LaneShape(sizes) }

  /// Chunks and a command in, sums out.
  public struct Ports {
    public let write: Input<ChunkWrite>
    public let start: Input<Bit>
    public let command: Input<SparseProductCommand>
    public let pop: StreamOutput<SumWord>
    public let isIdle: Output<Bit>
    public let events: Output<ProductEvents>
  }

  /// The interface for these parameters.
  public var ports: Ports {
    Ports(
      write: .init(ChunkWrite(sizes), "A chunk for a buffer"), start: .init("1 to start a product, while idle"),
      command: .init(SparseProductCommand(sizes), "The product; taken at start"),
      pop: .init(SumWord(sizes), "Complete sums"), isIdle: .init("1 when no sum is under way"),
      events: .init(ProductEvents(sizes), "What happens"))
  }

  /// What stands above the emitted module.
  public var documentation: String {
    """
    Tiled product on \(sizes.elements) processing element(s) of \(sizes.lanes) lanes: tiles of \(sizes.sharedRows) rows, \(sizes.columns) columns
    and \(sizes.chunk) positions, in any order of the four loops.
    """
  }

  /// Rejects parameters for which there is no hardware.
  public func validate(_ parameters: inout ParameterCheck) {
    do throws(AccelTranError) { try sizes.validate() } catch {
      parameters.require(false, "the sizes are refused", fix: "\(error)")
    }
  }

  private enum Phase: HardwareEnum { case wait, combine, send }

  /// Makes the hardware.
  public func build(_ io: Interior<Ports>, in m: Module) {
    let command = m.register("command", io.command, when: io.start)
    let loops = m.instance(TileLoops(), "loops")
    let starts = m.register("starts", io.start, reset: 0)
    loops.start <== starts
    for (count, sink) in zip(command.counts, loops.counts) { sink <== count }
    loops.order <== command.order

    let activations = m.instance(
      ZeroFreeBuffer(chunk: sizes.chunk, width: sizes.width, chunks: sizes.activationChunks), "activations")
    let elements = (0..<sizes.elements).map { m.instance(ProcessingElement(sizes: sizes), "element_\($0)") }
    let advance = m.wire("advance", Bit.self)
    let places = m.wire("group_is_taken", Bit.self)

    // A chunk of each of the rows that share a lane, for a tile product.
    let row = m.register("row", UInt.self, width: countWidth(sizes.sharedRows), reset: 0)
    let place = loops.pop.payload
    let isLastRow = row .== UInt(sizes.sharedRows - 1)
    let isGroupStart = m.register("is_group_start", Bit.self, reset: 1)
    let hasStarted = m.register("group_continues", Bit.self)
    let continues = mux(isGroupStart & (row .== 0), (place.inner .!= 0) | command.accumulates, hasStarted)
    let leaves = (place.leaves & isLastRow).named("leaves")
    let goes = (loops.pop.valid & advance & (!leaves | places)).named("goes")
    loops.pop.ready <== (goes & isLastRow)
    m.when(goes) {
      row.next <== (sizes.sharedRows == 1 ? row : row &+ 1)
      hasStarted.next <== continues
      isGroupStart.next <== leaves
    }
    let groups = Stream<GroupPlace>(
      valid: loops.pop.valid & advance & leaves,
      payload: GroupPlace(
        batch: place.batch, row: place.row, column: place.column, continues: continues,
        stores: place.isLastInner & command.stores), ready: places.driver
    ).queued("groups", depth: 16, storage: .registers, in: m)

    let busy = feed(place, row, leaves, goes, advance, command, activations, elements, io, m)
    let isCollecting = collect(groups, elements, command, io, m)
    io.isIdle <== !(starts | loops.pop.valid | !loops.isIdle | busy | groups.valid | isCollecting)
    let works = elements.map(\.working)
    io.events
      <== ProductEvents(
        chunk: goes, waitsForLanes: !advance, waitsForSums: loops.pop.valid & advance & leaves & !places,
        tile: goes & (row .== 0), keepsLeft: place.keepsLeft, keepsRight: place.keepsRight,
        steps: sum(works).fitted(to: bits(for: sizes.columns)))
  }

  /// Reads the chunks of a request from the buffers and gives them to the lanes; 1 while some are under way.
  private func feed(
    _ place: TilePlace, _ row: UInt, _ leaves: Bit, _ goes: Bit, _ advance: Bit, _ command: SparseProductCommand,
    _ activations: Exterior<ZeroFreeBuffer.Ports>, _ elements: [Exterior<ProcessingElement.Ports>],
    _ io: Interior<Ports>, _ m: Module
  ) -> Bit {
    func held<T: HardwareValue>(_ name: String, _ value: T) -> T { m.register(name, value, when: advance) }
    let shift = sizes.sharedRows.trailingZeroBitCount
    let tileRow = (place.row.extended(to: 16).shiftedUp(by: shift)) &+ row.extended(to: 16)
    // Numbers of the row and of the column in their buffers, then of their chunks.
    let leftRow = held("left_row", (place.batch.extended(to: 16) &* command.rows) &+ tileRow)
    let rightColumn = held(
      "right_column",
      (place.batch.extended(to: 16) &* command.counts[2].extended(to: 16)) &+ place.column.extended(to: 16))
    let inner = held("inner_place", place.inner.extended(to: 16))
    let left = held("left_chunk", (leftRow &* command.counts[3].extended(to: 16)) &+ inner)
    let right = held("right_chunk", (rightColumn &* command.counts[3].extended(to: 16)) &+ inner)

    var flags = [
      goes, tileRow .< command.rows, leaves, place.isLastColumn,
    ]
    var tag = row
    var valids: [Bit] = []
    for stage in 0..<5 {
      flags = flags.enumerated().map { index, flag in
        index == 0
          ? m.register("valid_\(stage)", flag, when: advance, reset: 0) : held("flag_\(stage)_\(index)", flag)
      }
      tag = held("tag_\(stage)", tag)
      valids.append(flags[0])
    }
    let write = io.write
    activations.restart <== write.restartsLeft
    activations.restartBank <== write.restartBank
    activations.write <== write.isLeft
    activations.written <== narrowed(write.chunk, sizes.activationChunks)
    activations.advance <== advance
    activations.bank <== command.leftBank
    activations.index <== left.fitted(to: countWidth(sizes.activationChunks))
    // Lanes without a column in the last tile of a row.
    let columnWidth = bits(for: sizes.columns)
    let rest = command.columns.asBits[0..<max(1, sizes.columns.trailingZeroBitCount)].asUnsigned
    let isWhole = !rest.any | !flags[3]
    let columns = (0..<sizes.columns).map { isWhole | (rest.extended(to: columnWidth) .> UInt($0)) }
    let allReady = m.wire("all_ready", Bit.self)
    let mask = activations.mask & concatenate((0..<sizes.chunk).map { _ in flags[1] })
    for (number, element) in elements.enumerated() {
      let own = number * sizes.lanes..<(number + 1) * sizes.lanes
      element.restart <== write.restartsRight
      element.restartBank <== write.restartBank
      element.writes <== write.lanes[own]
      element.written <== narrowed(write.chunk, sizes.weightChunks)
      element.advance <== advance
      element.bank <== command.rightBank
      element.index <== right.fitted(to: countWidth(sizes.weightChunks))
      element.valid <== (flags[0] & allReady)
      element.leftMask <== mask
      element.left <== activations.values
      element.row <== tag
      element.last <== flags[2]
      element.columns <== concatenate(columns[own].reversed())
    }
    allReady.driver <== allOf(elements.map(\.ready))
    advance.driver <== (!flags[0] | allReady)
    return anyOf(valids)
  }

  private func narrowed(_ chunk: PackedChunk, _ chunks: Int) -> PackedChunk {
    PackedChunk(
      index: chunk.index.fitted(to: countWidth(chunks)), bank: chunk.bank, mask: chunk.mask, values: chunk.values,
      count: chunk.count)
  }

  /// Adds the sums that leave the lanes to partial ones and keeps them or sends them on; 1 while there are some.
  private func collect(
    _ groups: Stream<GroupPlace>, _ elements: [Exterior<ProcessingElement.Ports>], _ command: SparseProductCommand,
    _ io: Interior<Ports>, _ m: Module
  ) -> Bit {
    let (rows, columns, word) = (sizes.sharedRows, sizes.columns, sizes.wordElements)
    let words = columns / word
    let width = shape.sumWidth
    let total = rows * columns
    let partial = m.memory("partial_sums", Bits.self, width: total * width, depth: sizes.sumGroups)
    let place = groups.payload
    let hasSums = allOf(elements.map(\.sumsAreValid)) & groups.valid
    let takes = m.wire("takes_sums", Bit.self, default: 0)
    groups.ready <== takes
    for element in elements { element.takesSums <== takes }
    let sums = elements.flatMap { $0.sums.map { $0 } }

    let number =
      ((place.batch.extended(to: 16) &* command.counts[1].extended(to: 16))
        &+ place.row.extended(to: 16))
    let address = ((number &* command.counts[2].extended(to: 16)) &+ place.column.extended(to: 16))
      .fitted(to: countWidth(sizes.sumGroups))
    let before = Vector<SInt>(partial.read(at: address), count: total, of: width)
    let next = sums.enumerated().map { index, sum in mux(place.continues, before[index] &+ sum, sum) }
    let held = next.enumerated().map { m.register("complete_\($0)", $1, when: takes) }

    let rowPart = (place.row.extended(to: 32) &* command.rowStride).shiftedUp(by: rows.trailingZeroBitCount)
    let batchPart = place.batch.extended(to: 32) &* command.batchStride
    let start = m.register("start_address", command.address &+ batchPart &+ rowPart)
    let rowAddress = m.register("row_address", UInt.self, width: 32)
    let rowNumber = m.register("row_number", UInt.self, width: 16)
    let wordNumber = m.register("word_number", UInt.self, width: 16)
    let (rowCount, wordCount) = (
      m.register("row_count", UInt.self, width: bits(for: rows)),
      m.register("word_count", UInt.self, width: bits(for: words))
    )
    let isSending = m.wire("is_sending", Bit.self, default: 0)
    let isWaiting = m.wire("is_waiting", Bit.self, default: 0)
    let firstElement = (wordNumber.shiftedUp(by: word.trailingZeroBitCount)).named("first_element")
    let isPart = (rowNumber .< command.rows) & (firstElement .< command.columns)
    partial.write(Vector(next).bits, at: address, when: takes & !place.stores)
    m.stateMachine("phase", of: Phase.self, reset: .wait) { phase in
      phase.when(.wait) {
        isWaiting.driver <== 1
        m.when(hasSums) { phase.go(.combine) }
      }
      phase.when(.combine) {
        takes.driver <== 1
        rowAddress.next <== start
        rowNumber.next <== (place.row.extended(to: 16).shiftedUp(by: rows.trailingZeroBitCount))
        wordNumber.next
          <== (place.column.extended(to: 16).shiftedUp(by: words.trailingZeroBitCount))
        rowCount.next <== 0
        wordCount.next <== 0
        m.when(place.stores) { phase.go(.send) }.otherwise { phase.go(.wait) }
      }
      phase.when(.send) {
        isSending.driver <== 1
        m.when(io.pop.ready | !isPart) {
          m.when(wordCount .== UInt(words - 1)) {
            wordCount.next <== 0
            wordNumber.next <== wordNumber &- UInt(words - 1)
            rowCount.next <== rowCount &+ 1
            rowNumber.next <== rowNumber &+ 1
            rowAddress.next <== rowAddress &+ command.rowStride
            m.when(rowCount .== UInt(rows - 1)) { phase.go(.wait) }
          }
          .otherwise {
            wordCount.next <== wordCount &+ 1
            wordNumber.next <== wordNumber &+ 1
          }
        }
      }
    }
    let options = (0..<rows).flatMap { row in
      (0..<words).map { part in
        concatenate((0..<word).reversed().map { held[(part * word + $0) * rows + row] })
      }
    }
    let rowBits = rows > 1 ? [rowCount.asBits[0..<rows.trailingZeroBitCount]] : []
    let wordBits = words > 1 ? [wordCount.asBits[0..<words.trailingZeroBitCount]] : []
    let choice = rowBits + wordBits
    let chosen = choice.isEmpty ? options[0] : select(concatenate(choice).asUnsigned, options)
    let wordOfRow = (rowNumber >> word.trailingZeroBitCount).fitted(to: 12)
    let laneBits = word.trailingZeroBitCount
    io.pop.valid <== (isSending & isPart)
    io.pop.payload
      <== SumWord(
        sums: Vector(chosen, count: word, of: width),
        address: rowAddress &+ (wordNumber.extended(to: 32).shiftedUp(by: (sizes.busWidth / 8).trailingZeroBitCount)),
        keep: concatenate(
          (0..<word).reversed().map { (firstElement &+ UInt($0)) .< command.columns }),
        biasWord: mux(command.rule.biasPerRow, wordOfRow, wordNumber.truncated(to: 12)) &+ command.biasBase,
        biasPlace: rowNumber.asBits[0..<max(1, laneBits)].asUnsigned)
    return !isWaiting
  }
}
