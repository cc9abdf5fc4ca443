import AccelTran
import HDL

/// A command as the sequencer reads it: sixteen fields of 32 bits, in the places of ``/AccelTran/MachineCommand``.
struct DecodedCommand {
  private let bits: Bits
  let sizes: EngineSizes

  init(_ bits: Bits, _ sizes: EngineSizes) { (self.bits, self.sizes) = (bits, sizes) }

  func field(_ number: Int, _ range: Range<Int> = 0..<32) -> UInt {
    bits[32 * number + range.lowerBound..<32 * number + range.upperBound].asUnsigned
  }
  func flag(_ place: Int) -> Bit { bits[place] }

  /// What is to be done: a ``/AccelTran/MachineCommand/Kind``.
  var kind: UInt { field(0, 0..<4) }
  /// Whether everything before has to be done, with all stores acknowledged.
  var waits: Bit { flag(4) }

  var load: LoadOrder {
    LoadOrder(
      address: field(1), second: field(2), lastRun: field(3, 0..<16), lastByte: field(4, 0..<28), stride: field(5),
      lastWord: field(6, 0..<12), target: field(0, 8..<11), bank: flag(11), isPair: flag(12), isDense: flag(13),
      limit: field(8, 0..<sizes.width))
  }

  var product: SparseProductCommand {
    let sumWidth = LaneShape(sizes).sumWidth
    return SparseProductCommand(
      leftBank: flag(8), rightBank: flag(9),
      counts: [field(5, 0..<12), field(5, 16..<28), field(6, 0..<12), field(6, 16..<28)],
      rows: field(4, 0..<16), columns: field(4, 16..<32), order: bits[32 * 7..<32 * 7 + 8], accumulates: flag(12),
      stores: flag(13), address: field(1), batchStride: field(2), rowStride: field(3),
      biasBase: field(13, 0..<12),
      rule: FinishRule(
        hasBias: flag(10), biasPerRow: flag(11), sumLimit: bits[256..<256 + sumWidth].asUnsigned,
        factor: field(10, 0..<25), codeLimit: field(11, 0..<sizes.width), resultLimit: field(12, 0..<sizes.width),
        function: field(0, 14..<16)))
  }

  var rows: RowRule {
    RowRule(
      lastRow: field(2, 0..<16), lastWord: field(3, 0..<12), length: field(4, 0..<13), isSum: flag(8),
      small: bits[32 * 5..<32 * 5 + 60].asUnsigned, limit: field(12, 0..<sizes.width))
  }

  /// Where the rows go.
  var rowAddress: UInt { field(1) }
}
