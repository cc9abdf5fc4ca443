import Components
import HDL
import TRON
import XFormerHardware

/// What is asked of the memory: rows of words, and what becomes of them.
public struct FetchedRows: SignalBundle {
  /// 0: scales, 1: a table, 2: operands, 3: a tile of weights.
  public let kind: UInt
  /// Where codes begin in the first word of a row, and how many there are.
  public let offset, length: UInt
  /// Words of a row less one, rows less one.
  public let lastWord, lastRow: UInt

  /// The form of an order.
  public init() {
    (kind, offset, length) = (.shape(2), .shape(3), .shape(8))
    (lastWord, lastRow) = (.shape(16), .shape(16))
  }

  init(kind: UInt, offset: UInt, length: UInt, lastWord: UInt, lastRow: UInt) {
    (self.kind, self.offset, self.length) = (kind, offset, length)
    (self.lastWord, self.lastRow) = (lastWord, lastRow)
  }
}

/// Asks for what a product takes, and cuts the words that come into parts of operands and rows or columns of tiles.
///
/// The order is that in which things are needed: scales, the table of a function, the vectors of the block by tiles of the inner
/// dimension, then tile after tile of the matrix, each when the lane that it goes to is free.
public struct OperandFetch: Generator {
  /// The machine.
  public var sizes: TRONSizes

  /// The fetch of a unit.
  public init(sizes: TRONSizes) { self.sizes = sizes }

  /// Orders under way at most.
  static let orders = 4

  /// Codes of a part at most.
  static func width(_ sizes: TRONSizes) -> Int { max(sizes.bank.wavelengths, sizes.bank.rows) }

  /// All ports belong to one clock.
  public struct Ports {
    public let start: Input<Bit>
    public let order: Input<Bits>
    public let rows: StreamOutput<RowOrder>
    public let words: StreamInput<Bits>
    public let laneIsFree: Input<Bits>
    public let scaleWrite, tableWrite, operandWrite, tileWrite, tileTakes, tileEnd: Output<Bit>
    public let scaleRow, scaleGroup, tablePlace, operandPlace, tileLane, tileIndex, takenLane: Output<UInt>
    public let part: Output<Bits>
  }
  public var ports: Ports {
    Ports(
      start: .init("1 before the first clock of an order, which is there"), order: .init(512, "The product"),
      rows: .init(RowOrder(), "Rows of words that are wanted"), words: .init(64, "The words, in order"),
      laneIsFree: .init(sizes.banks, "A bit for each lane: 1 when it takes a tile"),
      scaleWrite: .init("A scale is there, in words_data"), tableWrite: .init("A word of the table is there"),
      operandWrite: .init("A part of the operands is there"), tileWrite: .init("A row or column of a tile is there"),
      tileTakes: .init("All words of a tile have come"), tileEnd: .init("It is the last of its tile"),
      scaleRow: .init(bits(for: sizes.bank.rows - 1), "Row of the scale"),
      scaleGroup: .init(bits(for: sizes.buffers.scales - 1), "Group of rows of the scale"),
      tablePlace: .init(5, "Place of the word of the table"),
      operandPlace: .init(bits(for: sizes.buffers.operands - 1), "Place of the operands"),
      tileLane: .init(bits(for: sizes.banks - 1), "Lane of the tile"),
      tileIndex: .init(bits(for: Self.width(sizes) - 1), "Number of the row or column"),
      takenLane: .init(bits(for: sizes.banks - 1), "Lane of the tile of which all words have come"),
      part: .init(8 * Self.width(sizes), "Codes, zeros behind their end"))
  }

  public func validate(_ parameters: inout ParameterCheck) {
    do throws(TRONError) { try sizes.validateHardware() } catch {
      parameters.require(false, "the sizes are refused", fix: "\(error)")
    }
  }

  private enum Phase: HardwareEnum { case idle, scales, table, operands, weights }

  public func build(_ io: Interior<Ports>, in m: Module) {
    let order = ProductOrder(io.order)
    let (rings, height, width) = (sizes.bank.wavelengths, sizes.bank.rows, Self.width(sizes))

    // What is asked for.
    let ready = m.wire("may_ask", Bit.self)
    let asks = m.wire("asks", Bit.self, default: 0)
    let kind = m.wire("asked_kind", UInt.self, width: 2, default: 0)
    let isOperand = (kind .== 2).named("is_operand")
    let isData = kind[1]
    let tile = m.register("asked_tile", UInt.self, width: 16)
    let group = m.register("asked_group", UInt.self, width: 16)
    let inByte = m.register("tile_byte", UInt.self, width: 17)
    let outByte = m.register("group_byte", UInt.self, width: 17)
    let distance = m.register("matrix_distance", UInt.self, width: 32)
    let isLastTile = (tile .== (order.inner &- 1)).named("is_last_tile")
    let isLastGroup = (group .== (order.groups &- 1)).named("is_last_group")
    let length = mux(isLastTile, order.lastLength, UInt(rings).extended(to: 8)).named("tile_length")
    let rowCount = mux(isLastGroup, order.lastRows, UInt(height).extended(to: 8)).named("group_rows")
    let isColumn = (order.isColumn & !isOperand).named("takes_columns")
    let first = mux(isColumn, outByte, inByte).named("first_byte")
    let offset = first[0..<3].asUnsigned
    let codes = mux(isColumn, rowCount, length).named("codes_of_row")
    let lastWord = ((offset.extended(to: 9) &+ codes.extended(to: 9) &+ 7) >> 3).fitted(to: 16) &- 1
    let base = mux(isOperand, order.input, order.matrix &+ distance)
    let address = base &+ concatenate(first[3..<17], m.constant(0, width: 3, as: Bits.self)).asUnsigned.extended(to: 32)
    let rows = mux(isOperand, order.vectors, mux(isColumn, length, rowCount).extended(to: 16)) &- 1
    let dataRows = RowOrder(
      address: address, stride: mux(isOperand, order.inputStride, order.step).extended(to: 32), lastRow: rows,
      lastWord: lastWord)
    let scaleWords = mux(order.sharesScale, 0, order.outputs &- 1)
    let plainWord = mux(kind[0], UInt(31).extended(to: 16), scaleWords).named("plain_last_word")
    // No more orders are under way than the queue holds, so that neither stream waits for the other.
    let open = m.register("orders_open", UInt.self, width: 3, reset: 0)
    let offers = (asks & (open .!= UInt(Self.orders))).named("offers")
    io.rows.valid <== offers
    io.rows.payload
      <== RowOrder(
        address: mux(isData, dataRows.address, mux(kind[0], order.table, order.scales)),
        stride: dataRows.stride, lastRow: mux(isData, dataRows.lastRow, 0),
        lastWord: mux(isData, dataRows.lastWord, plainWord))
    ready.driver <== (offers & io.rows.ready)
    let hasRoom = m.wire("queue_has_room", Bit.self)
    let queue = Stream<FetchedRows>(
      valid: ready,
      payload: FetchedRows(
        kind: kind, offset: offset, length: codes, lastWord: mux(isData, lastWord, plainWord),
        lastRow: mux(isData, rows, 0)), ready: hasRoom.driver
    ).queued("orders", depth: Self.orders, storage: .registers, in: m)
    m.assert(!ready | hasRoom, "an_order_has_room", "an order came for which the queue has no room")
    let machine = m.stateMachine("phase", of: Phase.self, reset: .idle) { phase in
      func next() { m.when(order.keepsVectors) { phase.go(.weights) }.otherwise { phase.go(.operands) } }
      phase.when(.idle) {
        tile.next <== 0
        group.next <== 0
        inByte.next <== 0
        outByte.next <== 0
        distance.next <== 0
        m.when(io.start) { phase.go(.scales) }
      }
      phase.when(.scales) {
        asks.driver <== 1
        m.when(ready) { m.when(order.isForm(.function)) { phase.go(.table) }.otherwise { next() } }
      }
      phase.when(.table) {
        asks.driver <== 1
        kind.driver <== 1
        m.when(ready) { next() }
      }
      phase.when(.operands) {
        asks.driver <== 1
        kind.driver <== 2
        m.when(ready) {
          tile.next <== tile &+ 1
          inByte.next <== inByte &+ UInt(rings).extended(to: 17)
          m.when(isLastTile) {
            tile.next <== 0
            inByte.next <== 0
            phase.go(.weights)
          }
        }
      }
      phase.when(.weights) {
        asks.driver <== 1
        kind.driver <== 3
        m.when(ready) {
          m.when(isLastTile) {
            tile.next <== 0
            inByte.next <== 0
            group.next <== group &+ 1
            outByte.next <== outByte &+ UInt(height).extended(to: 17)
            distance.next
              <== mux(order.isColumn, 0, distance &+ (order.step * UInt(height)).fitted(to: 32))
            m.when(isLastGroup) { phase.go(.idle) }
          }
          .otherwise {
            tile.next <== tile &+ 1
            inByte.next <== inByte &+ UInt(rings).extended(to: 17)
            m.when(order.isColumn) { distance.next <== distance &+ (order.step * UInt(rings)).fitted(to: 32) }
          }
        }
      }
    }
    _ = machine

    // What comes.
    let head = queue.payload
    let laneBits = bits(for: sizes.banks - 1)
    let lane = m.register("lane", UInt.self, width: laneBits)
    let isTile = (head.kind .== 3).named("is_tile")
    let laneIsFree = select(lane, (0..<sizes.banks).map { io.laneIsFree[$0] })
    let accepts = (queue.valid & (!isTile | laneIsFree)).named("accepts")
    io.words.ready <== accepts
    let comes = (io.words.valid & accepts).named("comes")
    let word = m.register("word", UInt.self, width: 16)
    let row = m.register("row", UInt.self, width: 16)
    let isLastWord = (word .== head.lastWord).named("is_last_word")
    let isLastRow = (row .== head.lastRow).named("is_last_row")
    let endsRow = (comes & isLastWord).named("ends_row")
    let ends = (endsRow & isLastRow).named("ends_order")
    queue.ready <== ends
    m.when(ready & !ends) { open.next <== open &+ 1 }.otherwise(when: ends & !ready) { open.next <== open &- 1 }
    m.when(io.start) {
      word.next <== 0
      row.next <== 0
    }
    .otherwise(when: comes) {
      word.next <== mux(isLastWord, 0, word &+ 1)
      m.when(isLastWord) { row.next <== mux(isLastRow, 0, row &+ 1) }
    }
    m.when(io.start) { lane.next <== 0 }
      .otherwise(when: ends & isTile) {
        lane.next <== mux(lane .== UInt(sizes.banks - 1), 0, lane &+ 1)
      }

    // Codes of a row: at most so many words, shifted to the front.
    let most = (7 + width + 7) / 8
    let all = (0..<most).map { place -> Bits in
      guard place < most - 1 else { return io.words.payload }
      let isOwn = (word .== UInt(place)).named("is_word_\(place)")
      let held = m.register("held_\(place)", io.words.payload, when: comes & isOwn)
      return mux(isOwn, io.words.payload, held)
    }
    let together = concatenate(all.reversed()).asUnsigned
    let shifted = (together >> concatenate(head.offset, m.constant(0, width: 3, as: Bits.self)).asUnsigned).asBits
    let part = (0..<width).map { place in
      mux(head.length .> UInt(place), shifted[8 * place..<8 * place + 8], m.constant(0, width: 8, as: Bits.self))
    }
    io.part <== m.register("part", concatenate(part.reversed()), when: endsRow)
    io.operandWrite <== m.register("is_operand_part", endsRow & (head.kind .== 2), reset: 0)
    io.tileWrite <== m.register("is_tile_part", endsRow & isTile, reset: 0)
    io.tileEnd <== m.register("is_end_of_tile", ends)
    io.tileLane <== m.register("part_lane", lane)
    io.tileIndex <== m.register("part_row", row.fitted(to: bits(for: width - 1)))
    io.tileTakes <== (ends & isTile)
    io.takenLane <== lane

    // Vector v and tile t stand at v · tiles + t; a row of words is a vector.
    let placeBits = bits(for: sizes.buffers.operands - 1)
    let start = m.register("operand_column", UInt.self, width: placeBits)
    let place = m.register("operand_place", UInt.self, width: placeBits)
    let nextStart = start &+ 1
    m.when(io.start) {
      start.next <== 0
      place.next <== 0
    }
    .otherwise(when: endsRow & (head.kind .== 2)) {
      place.next <== mux(isLastRow, nextStart, place &+ order.inner.fitted(to: placeBits))
      m.when(isLastRow) { start.next <== nextStart }
    }
    io.operandPlace <== m.register("part_place", place)

    let isScale = (comes & (head.kind .== 0)).named("is_scale")
    let scaleRow = m.register("scale_row", UInt.self, width: bits(for: height - 1))
    let scaleGroup = m.register("scale_group", UInt.self, width: bits(for: sizes.buffers.scales - 1))
    let isLastScale = scaleRow .== UInt(height - 1)
    m.when(io.start) {
      scaleRow.next <== 0
      scaleGroup.next <== 0
    }
    .otherwise(when: isScale) {
      scaleRow.next <== mux(isLastScale, 0, scaleRow &+ 1)
      m.when(isLastScale) { scaleGroup.next <== scaleGroup &+ 1 }
    }
    io.scaleWrite <== isScale
    io.scaleRow <== scaleRow
    io.scaleGroup <== scaleGroup
    io.tableWrite <== (comes & (head.kind .== 1))
    io.tablePlace <== word.fitted(to: 5)
  }
}
