import AccelTran
import HDL
import Units

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

  /// Whether a loop sees the results and says their limit, and which one.
  var isLooped: Bit { flag(16) }
  var loop: UInt { field(0, 17..<17 + PruningLoops.places.count.trailingZeroBitCount) }
  /// The limit of results that the command itself names.
  var limit: UInt { field(12, 0..<sizes.width) }

  /// What a loop is told; what was measured comes from elsewhere.
  func order(_ unit: SparsityController) -> SparsityOrder {
    let none = UInt(0).extended(to: unit.countWidth)
    return SparsityOrder(
      kind: field(0, 8..<10), loop: loop, index: field(1, 0..<PruningLoops.entries.trailingZeroBitCount),
      share: field(2, 0..<unit.shareBits), threshold: field(3, 0..<sizes.width), gainShift: field(0, 11..<14),
      keeps: flag(10), numbers: none, zeros: none)
  }

  /// A product with a limit of its results.
  func product(limit: UInt) -> SparseProductCommand {
    let sumWidth = LaneShape(sizes).sumWidth
    return SparseProductCommand(
      leftBank: flag(8), rightBank: flag(9),
      counts: [field(5, 0..<12), field(5, 16..<28), field(6, 0..<12), field(6, 16..<28)],
      rows: field(4, 0..<16), columns: field(4, 16..<32), order: bits[32 * 7..<32 * 7 + 8], accumulates: flag(12),
      stores: flag(13), address: field(1), batchStride: field(2), rowStride: field(3),
      biasBase: field(13, 0..<12),
      rule: FinishRule(
        hasBias: flag(10), biasPerRow: flag(11), sumLimit: bits[256..<256 + sumWidth].asUnsigned,
        factor: field(10, 0..<25), codeLimit: field(11, 0..<sizes.width), resultLimit: limit,
        function: field(0, 14..<16)))
  }

  /// Rows with a limit of their results.
  func rows(limit: UInt) -> RowRule {
    RowRule(
      lastRow: field(2, 0..<16), lastWord: field(3, 0..<12), length: field(4, 0..<13), isSum: flag(8),
      small: bits[32 * 5..<32 * 5 + 60].asUnsigned, limit: limit)
  }

  /// Where the rows go.
  var rowAddress: UInt { field(1) }
}
