import Components
import HDL
import TRON
import Units

/// Scales sums, looks the function up, keeps the codes of a block and writes them row by row.
///
/// A group of rows goes through in a clock. A row is written when its last group is there, while later ones are still made.
public struct ResultStore: Generator {
  /// The machine.
  public var sizes: TRONSizes

  /// The store of a unit.
  public init(sizes: TRONSizes) { self.sizes = sizes }

  /// All ports belong to one clock.
  public struct Ports {
    public let start: Input<Bit>
    public let order: Input<Bits>
    public let sums: StreamInput<RingSums>
    public let scaleWrite: Input<Bit>
    public let scaleRow, scaleGroup: Input<UInt>
    public let tableWrite: Input<Bit>
    public let tablePlace: Input<UInt>
    public let word: Input<Bits>
    public let command: StreamOutput<TransferCommand>
    public let push: StreamOutput<Bits>
    public let rowIsWritten: Input<Bit>
    public let isDone: Output<Bit>
  }
  public var ports: Ports {
    Ports(
      start: .init("1 before the first clock of an order, which is there"), order: .init(512, "The product"),
      sums: .init(RingSums(sizes), "Complete sums"), scaleWrite: .init("A scale is there"),
      scaleRow: .init(bits(for: sizes.bank.rows - 1), "Its row"),
      scaleGroup: .init(bits(for: sizes.buffers.scales - 1), "Its group of rows"),
      tableWrite: .init("A word of the table is there"), tablePlace: .init(5, "Its place"),
      word: .init(64, "Scale or word of the table"),
      command: .init(TransferCommand(addressWidth: 32, lengthWidth: 16), "Rows to be written"),
      push: .init(64, "Their words"), rowIsWritten: .init("A row has been acknowledged"),
      isDone: .init("All rows have been acknowledged"))
  }

  public func build(_ io: Interior<Ports>, in m: Module) {
    let order = ProductOrder(io.order)
    let rows = sizes.bank.rows
    let codes = scaled(io, order, m)

    // The block, row by row, group by group.
    let placeBits = bits(for: sizes.buffers.results - 1)
    let buffer = m.memory("result_buffer", Bits.self, width: 16 * rows, depth: sizes.buffers.results)
    buffer.write(codes.codes, at: codes.place, when: codes.valid)
    let complete = m.register("rows_complete", UInt.self, width: 16, reset: 0)
    let packed = m.register("rows_packed", UInt.self, width: 16, reset: 0)
    m.when(io.start) { complete.next <== 0 }
      .otherwise(when: codes.valid & codes.isLast) { complete.next <== complete &+ 1 }

    // Bytes of groups to words of the bus.
    let fillBits = bits(for: 8 + 2 * rows)
    let fill = m.register("bytes_held", UInt.self, width: fillBits)
    let groups = m.register("groups_left", UInt.self, width: 16)
    let place = m.register("read_place", UInt.self, width: placeBits)
    let isPacking = m.register("is_packing", Bit.self, reset: 0)
    let isFull = (fill .>= 8).named("has_word")
    let isEnd = (groups .== 0).named("row_ends")
    let offers = (isPacking & (isFull | (isEnd & (fill .!= 0)))).named("offers_word")
    let inserts = (isPacking & !isFull & !isEnd).named("inserts_group")
    let ends = (isPacking & isEnd & (fill .== 0)).named("ends_row")
    let sends = (offers & io.push.ready).named("sends_word")
    let read = buffer.read(at: mux(inserts, place &+ 1, place), during: .newData)
    let bytes = 8 + 2 * rows
    let held = m.register("held", Bits.self, width: 8 * bytes)
    let isLastGroup = groups .== 1
    let count = mux(isLastGroup, order.lastRows, UInt(rows).extended(to: 8)).named("codes_of_group")
    let own = mux(order.isWide, (count << 1).fitted(to: fillBits), count.fitted(to: fillBits))
    let item = mux(
      order.isWide, read,
      concatenate((0..<rows).reversed().map { read[16 * $0..<16 * $0 + 8] }).extended(to: 16 * rows))
    let added =
      (item.extended(to: 8 * bytes).asUnsigned
      &<< concatenate(fill[0..<3], m.constant(0, width: 3, as: Bits.self)).asUnsigned).asBits
    m.when(inserts) {
      held.next <== (held | added)
      fill.next <== fill &+ own
      groups.next <== groups &- 1
      place.next <== place &+ 1
    }
    .otherwise(when: sends) {
      held.next <== held[64..<8 * bytes].extended(to: 8 * bytes)
      fill.next <== mux(isFull, fill &- 8, 0)
    }
    .otherwise(when: ends) {
      isPacking.next <== 0
      packed.next <== packed &+ 1
    }
    .otherwise(when: !isPacking) {
      groups.next <== order.groups
      fill.next <== 0
      held.next <== 0
      m.when(complete .!= packed) { isPacking.next <== 1 }
    }
    m.when(io.start) {
      packed.next <== 0
      place.next <== 0
      isPacking.next <== 0
    }
    io.push.valid <== offers
    io.push.payload <== held[0..<64]

    // Rows, one behind the other.
    let rowsLeft = m.register("rows_to_write", UInt.self, width: 16, reset: 0)
    let rowsOpen = m.register("rows_not_done", UInt.self, width: 16, reset: 0)
    let output = m.register("output_address", UInt.self, width: 32)
    io.command.valid <== (rowsLeft .!= 0)
    io.command.payload <== TransferCommand(address: output, lengthLessOne: order.outputBytes &- 1)
    m.when(io.start) {
      rowsLeft.next <== order.vectors
      output.next <== order.output
    }
    .otherwise(when: (rowsLeft .!= 0) & io.command.ready) {
      rowsLeft.next <== rowsLeft &- 1
      output.next <== output &+ order.outputStride.extended(to: 32)
    }
    m.when(io.start) { rowsOpen.next <== order.vectors }
      .otherwise(when: io.rowIsWritten) { rowsOpen.next <== rowsOpen &- 1 }
    io.isDone <== (rowsOpen .== 0)
  }

  /// Codes of groups, four clocks behind their sums.
  private func scaled(
    _ io: Interior<Ports>, _ order: ProductOrder, _ m: Module
  ) -> (valid: Bit, codes: Bits, place: UInt, isLast: Bit) {
    io.sums.ready <== 1
    let group = mux(order.sharesScale, 0, io.sums.payload.group)
    let table = m.memory("function_table", Bits.self, width: 64, depth: 32)
    table.write(io.word, at: io.tablePlace, when: io.tableWrite)
    let isFunction = order.isForm(.function).named("is_function")
    let isExponent = order.isForm(.exponent).named("is_exponent")
    let isWide = order.isWide
    let chosen = m.wire("scale_is_for_all", Bit.self)
    chosen.driver <== order.sharesScale
    let codes = (0..<sizes.bank.rows).map { row -> Bits in
      let scales = m.memory("scales_\(row)", Bits.self, width: 54, depth: sizes.buffers.scales)
      scales.write(
        io.word[0..<54], at: io.scaleGroup, when: io.scaleWrite & (chosen | (io.scaleRow .== UInt(row))))
      let scale = scales.read(at: group)
      let unit = m.instance(
        Requantizer { ($0.least, $0.greatest, $0.stages) = (-32767, 32767, 2) }, "requantizer_\(row)")
      unit.accumulator
        <== m.register("chunk_\(row)", io.sums.payload.sums[32 * row..<32 * row + 32].asSigned)
      unit.bias <== scale[0..<32].asSigned
      unit.multiplier <== scale[32..<48].asUnsigned
      unit.shift <== scale[48..<54].asUnsigned
      let code = unit.code.number
      let greatest = SInt(LogSumExpSoftmax.greatestExponent).extended(to: 16)
      func clamped(_ limit: SInt) -> SInt { mux(code .> limit, limit, mux(code .< (0 &- limit), 0 &- limit, code)) }
      let narrow = clamped(SInt(127).extended(to: 16)).named("narrow_\(row)")
      let wide = mux(isExponent, clamped(greatest), code)
      let line = table.read(at: narrow[3..<8].asUnsigned)
      let byte = m.register("byte_\(row)", narrow[0..<3].asUnsigned)
      let looked = select(byte, (0..<8).map { line[8 * $0..<8 * $0 + 8] })
      let plain = m.register("code_\(row)", mux(isWide, wide, narrow)).asBits
      return mux(isFunction, looked.extended(to: 16), plain)
    }
    var valid = io.sums.valid
    var (place, isLast) = (io.sums.payload.place, io.sums.payload.isLast)
    for stage in 1...4 {
      valid = m.register("is_there_\(stage)", valid, reset: 0)
      place = m.register("place_\(stage)", place)
      isLast = m.register("is_last_\(stage)", isLast)
    }
    return (valid, concatenate(codes.reversed()), place, isLast)
  }
}
