import HDL
import TATAA

/// The bytes that an instruction moves, from its fields, the stride registers and the cursors; and whether they may be moved.
///
/// Multiplications, sums and comparisons take a cycle each, so the fields stand still for three cycles.
struct TransferAddress {
  /// Rows less one.
  let lastRow: UInt
  /// Elements of a row less one.
  let lastElement: UInt
  /// Bytes of a row less one.
  let lastByte: UInt
  /// From row to row, wrapping to 32 bits.
  let stride: SInt
  /// The first byte and the last one behind which nothing is moved, when nothing is wrong.
  let low, high: UInt
  /// The first byte of the first row, when nothing is wrong.
  let start: UInt
  /// 1 when a byte is outside the memory.
  let isOutside: Bit
  /// 1 when an address cuts an element in two.
  let isUnaligned: Bit

  /// Bits of a cursor.
  static let cursorWidth = 40

  init(_ i: DecodedInstruction, strides: [SInt], cursors: [UInt], lastAddress: UInt, in m: Module) {
    let isTransposed = i.flag(.transposed, of: .loadAccumulators, .storeAccumulators)
    let sumRows = i.number(.rows, of: .loadAccumulators, .storeAccumulators, width: 10)
    let sumColumns = i.number(.columns, of: .loadAccumulators, .storeAccumulators, width: 10)
    lastRow =
      i.number(.depth, of: .loadX, .loadY, width: 10) | i.number(.count, of: .loadVector, .storeVector, width: 10)
      | mux(isTransposed, sumColumns, sumRows)
    let isBroadcast = i.flag(.broadcast, of: .loadTable, .loadVector)
    let elements =
      i.number(.rows, of: .loadX, width: 10) | i.number(.columns, of: .loadY, width: 10)
      | i.number(.count, of: .loadTable, width: 10) | i.number(.lanes, of: .loadVector, .storeVector, width: 10)
      | mux(isTransposed, sumRows, sumColumns)
    lastElement = elements.truncated(to: 8)
    let kind = i.number(.kind, of: .storeAccumulators, width: 2)
    // The logarithm of an element's bytes.
    let isWord = i.isOne(of: .loadTable, .loadAccumulators) | (kind .== UInt(Opcode.StoredAccumulator.int32.rawValue))
    let isHalf =
      i.isOne(of: .loadVector) | (kind .== UInt(Opcode.StoredAccumulator.bfloat16.rawValue))
      | i.isOne(of: .storeVector) & !i.flag(.kind, of: .storeVector)
    let last = mux(isBroadcast, 0, elements)
    let length = (last + 1).extended(to: 12)
    let bytes = mux(isWord, length &<< UInt(2).extended(to: 2), mux(isHalf, length &<< UInt(1).extended(to: 2), length))
    lastByte = (bytes &- 1).truncated(to: 10)

    let chosen = i.number(
      .stride, of: .loadX, .loadY, .loadAccumulators, .loadVector, .storeAccumulators, .storeVector, width: 2)
    let dense = bytes.extended(to: 32).asSigned
    stride = select(chosen, [dense] + strides)
    let cursor = select(
      i.number(.cursor, of: .storeAccumulators, .storeVector, width: 2),
      [UInt(0).extended(to: Self.cursorWidth)] + cursors)
    let address = i.number(
      .address, of: .loadX, .loadY, .loadAccumulators, .loadTable, .loadVector, .storeAccumulators, .storeVector,
      width: 32)
    // A cycle for products, one for sums.
    let distance = m.register("cursor_distance", cursor.extended(to: Self.cursorWidth + 1).asSigned * stride)
    let spread = m.register("row_spread", lastRow.extended(to: 11).asSigned * stride)
    let first = address.extended(to: 33).asSigned + distance
    let start = m.register("first_start", first)
    let end = m.register("last_start", first + spread)
    let byte = lastByte.extended(to: 11).asSigned
    let limit = lastAddress.extended(to: 33).asSigned
    isOutside = (start .< 0) | (end .< 0) | ((start + byte) .> limit) | ((end + byte) .> limit)
    func cuts(_ value: SInt) -> Bit { isWord & value[0..<2].any | isHalf & value[0] }
    isUnaligned = cuts(start) | (lastRow .!= 0) & cuts(stride)
    let isFalling = end.truncated(to: 33) .< start.truncated(to: 33)
    let (a, b) = (start.truncated(to: 32).asUnsigned, end.truncated(to: 32).asUnsigned)
    low = mux(isFalling, b, a)
    high = mux(isFalling, a, b) &+ lastByte.extended(to: 32)
    self.start = a
  }
}
