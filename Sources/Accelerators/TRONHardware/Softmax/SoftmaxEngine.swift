import Components
import HDL
import TRON
import XFormerHardware

/// The softmax of a head: rows of exponents from memory through the unit without a divider, and codes back.
public struct SoftmaxEngine: DefaultConfigurable {
  /// The machine.
  public var sizes: TRONSizes

  /// A unit of a machine.
  public init(sizes: TRONSizes = .micro) { self.sizes = sizes }

  /// The default configuration.
  public init() { self.init(sizes: .micro) }

  public typealias Ports = EnginePorts

  /// The interface for these parameters.
  public var ports: Ports {
    EnginePorts(sizes.control, .softmax)
  }

  /// What stands above the emitted module.
  public var documentation: String { "Softmax of rows of up to \(sizes.buffers.tokens) exponents, without a divider." }

  /// Rejects parameters for which there is no hardware.
  public func validate(_ parameters: inout ParameterCheck) {
    do throws(TRONError) { try sizes.validateHardware() } catch {
      parameters.require(false, "the sizes are refused", fix: "\(error)")
    }
  }

  /// Makes the hardware.
  public func build(_ io: Interior<Ports>, in m: Module) {
    let memory = EngineMemory(sizes.control, io, in: m)
    let (reader, writer) = (memory.reader, memory.writer)
    let isBusy = m.register("is_busy", Bit.self, reset: 0)
    let starts = io.command.take(when: !isBusy).named("starts")
    let new = CommandFields(bits: io.command.payload)
    let order = CommandFields(bits: m.register("order", io.command.payload, when: starts))
    let asks = m.register("asks", Bit.self, reset: 0)
    m.when(starts) { asks.next <== 1 }.otherwise(when: reader.order.ready) { asks.next <== 0 }
    reader.order.valid <== asks
    reader.order.payload
      <== RowOrder(
        address: order.field(5), stride: order.field(6, 0, 16).extended(to: 32), lastRow: order.field(6, 16, 16) &- 1,
        lastWord: order.field(9, 0, 16) &- 1)
    let count = order.field(8, 16, 16).named("numbers_of_row")

    // Four exponents in a word.
    let unit = m.instance(LogSumExpUnit(rowLength: sizes.buffers.tokens), "unit")
    let place = m.register("place", UInt.self, width: 16)
    let isLast = (place .== (count &- 1)).named("is_last_number")
    let part = place[0..<2].asUnsigned
    let word = reader.pop.payload
    unit.exponents.valid <== reader.pop.valid
    unit.exponents.payload.exponent
      <== select(part, (0..<4).map { word[16 * $0..<16 * $0 + 14] }).asSigned
    unit.exponents.payload.isLast <== isLast
    // A token of a decoder sees those before it and itself.
    let row = m.register("row_number", UInt.self, width: 16)
    unit.exponents.payload.isSeen <== (!order.flag(8) | (place .<= row)).named("is_seen")
    let moves = (reader.pop.valid & unit.exponents.ready).named("moves")
    reader.pop.ready <== (unit.exponents.ready & (isLast | part.asBits.all))
    m.when(starts) { place.next <== 0 }.otherwise(when: moves) { place.next <== mux(isLast, 0, place &+ 1) }
    m.when(starts) { row.next <== 0 }.otherwise(when: moves & isLast) { row.next <== row &+ 1 }

    // Eight codes in a word.
    let byte = m.register("byte_of_word", UInt.self, width: 3)
    let held = m.register("held", Bits.self, width: 56)
    let code = unit.codes.payload.code.extended(to: 8).asBits
    let fills = (byte.asBits.all | unit.codes.payload.isLast).named("fills_word")
    let all = (0..<8).map { index -> Bits in
      let own = index < 7 ? held[8 * index..<8 * index + 8] : m.constant(0, width: 8, as: Bits.self)
      return mux(byte .== UInt(index), code, own)
    }
    writer.push.valid <== (unit.codes.valid & fills)
    writer.push.payload <== concatenate(all.reversed())
    let gives = unit.codes.take(when: !fills | writer.push.ready).named("gives")
    m.when(starts) {
      byte.next <== 0
      held.next <== 0
    }
    .otherwise(when: gives) {
      byte.next <== mux(fills, 0, byte &+ 1)
      held.next
        <== mux(
          fills, m.constant(0, width: 56, as: Bits.self), concatenate(all[0..<7].reversed().map { $0 as any Signal }))
    }

    let rowsLeft = m.register("rows_to_write", UInt.self, width: 16, reset: 0)
    let rowsOpen = m.register("rows_not_done", UInt.self, width: 16, reset: 0)
    let output = m.register("output_address", UInt.self, width: 32)
    writer.command.valid <== (rowsLeft .!= 0)
    writer.command.payload <== TransferCommand(address: output, lengthLessOne: count &- 1)
    writer.done.ready <== 1
    m.when(starts) {
      rowsLeft.next <== new.field(6, 16, 16)
      output.next <== new.field(7)
    }
    .otherwise(when: (rowsLeft .!= 0) & writer.command.ready) {
      rowsLeft.next <== rowsLeft &- 1
      output.next <== output &+ order.field(8, 0, 16).extended(to: 32)
    }
    m.when(starts) { rowsOpen.next <== new.field(6, 16, 16) }
      .otherwise(when: writer.done.valid) { rowsOpen.next <== rowsOpen &- 1 }
    let ends = (isBusy & (rowsOpen .== 0)).named("ends")
    m.when(starts) { isBusy.next <== 1 }.otherwise(when: ends) { isBusy.next <== 0 }
    io.isBusy <== isBusy
    io.isDone <== ends
    io.isError <== (reader.isError | writer.done.valid & writer.done.payload[0])
    if let count = io.softmaxRows { count <== (gives & unit.codes.payload.isLast).asUnsigned }
  }
}
