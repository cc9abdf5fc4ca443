import AccelTran
import HDL

/// A product of a block of rows with a block of columns, both in the buffers.
public struct SparseProductCommand: SignalBundle {
  /// The banks of the two operands.
  public let leftBank, rightBank: Bit
  /// Tiles along b, i, j and k.
  public let counts: [UInt]
  /// Rows and columns, of which the last tiles may have fewer than others.
  public let rows, columns: UInt
  /// The order of the loops; see ``TileLoops``.
  public let order: Bits
  /// Whether the sums go on from those of the product before, and whether they are to be stored.
  public let accumulates, stores: Bit
  /// Where the results go: the first one, and the distances of batch items and rows.
  public let address, batchStride, rowStride: UInt
  /// The word of the table that has the first bias.
  public let biasBase: UInt
  /// What happens to sums.
  public let rule: FinishRule

  /// A command of a machine.
  public init(_ sizes: EngineSizes) {
    (leftBank, rightBank) = (.shape, .shape)
    counts = (0..<4).map { _ in .shape(TileLoops.width) }
    (rows, columns, order) = (.shape(16), .shape(16), .shape(8))
    (accumulates, stores) = (.shape, .shape)
    (address, batchStride, rowStride) = (.shape(32), .shape(32), .shape(32))
    biasBase = .shape(12)
    rule = FinishRule(sizes)
  }

  /// The fields, each of which may be a literal.
  public init(
    leftBank: Bit, rightBank: Bit, counts: [UInt], rows: UInt, columns: UInt, order: Bits, accumulates: Bit,
    stores: Bit, address: UInt, batchStride: UInt, rowStride: UInt, biasBase: UInt, rule: FinishRule
  ) {
    (self.leftBank, self.rightBank, self.counts, self.rows, self.columns) = (leftBank, rightBank, counts, rows, columns)
    (self.order, self.accumulates, self.stores, self.address) = (order, accumulates, stores, address)
    (self.batchStride, self.rowStride, self.biasBase, self.rule) = (batchStride, rowStride, biasBase, rule)
  }
}

/// A chunk on its way into a buffer.
public struct ChunkWrite: SignalBundle {
  /// 1 when there is one for the activation buffer.
  public let isLeft: Bit
  /// For each lane 1 when it is for its slice of the weight buffer.
  public let lanes: Bits
  /// 1 to forget what a bank holds before.
  public let restartsLeft, restartsRight: Bit
  /// That bank.
  public let restartBank: Bit
  /// The chunk.
  public let chunk: PackedChunk

  /// A write of a machine.
  public init(_ sizes: EngineSizes) {
    (isLeft, lanes, restartsLeft, restartsRight) = (.shape, .shape(sizes.columns), .shape, .shape)
    restartBank = .shape
    chunk = PackedChunk(count: sizes.chunk, width: sizes.width, indexWidth: 16)
  }

  /// The fields, each of which may be a literal.
  public init(
    isLeft: Bit, lanes: Bits, restartsLeft: Bit, restartsRight: Bit, restartBank: Bit, chunk: PackedChunk
  ) {
    (self.isLeft, self.lanes, self.restartsLeft) = (isLeft, lanes, restartsLeft)
    (self.restartsRight, self.restartBank, self.chunk) = (restartsRight, restartBank, chunk)
  }
}

/// What goes into a buffer in a clock, for monitors.
public struct LoadedChunk: SignalBundle {
  /// 1 when a chunk goes in.
  public let valid: Bit
  /// 1 for the weight buffer, 0 for the activation buffer.
  public let isWeight: Bit
  /// The number of the chunk in its bank.
  public let index: UInt
  /// 1 for each position that is kept.
  public let mask: Bits

  /// The chunks of a machine.
  public init(_ sizes: EngineSizes) {
    (valid, isWeight, index, mask) = (.shape, .shape, .shape(16), .shape(sizes.chunk))
  }

  /// The fields, each of which may be a literal.
  public init(valid: Bit, isWeight: Bit, index: UInt, mask: Bits) {
    (self.valid, self.isWeight, self.index, self.mask) = (valid, isWeight, index, mask)
  }

  /// What a write puts in.
  init(_ write: ChunkWrite) {
    self.init(
      valid: write.isLeft | write.lanes.any, isWeight: !write.isLeft, index: write.chunk.index, mask: write.chunk.mask)
  }
}

/// What happens in the product unit in a clock.
public struct ProductEvents: SignalBundle {
  /// A chunk goes to the lanes; it waits for a lane; sums wait for their place in the output.
  public let chunk, waitsForLanes, waitsForSums: Bit
  /// A tile product starts; its first operand, or its second one, is that of the one before.
  public let tile, keepsLeft, keepsRight: Bit
  /// Lanes that take a step.
  public let steps: UInt

  /// The shape for a number of lanes.
  public init(_ sizes: EngineSizes) {
    (chunk, waitsForLanes, waitsForSums) = (.shape, .shape, .shape)
    (tile, keepsLeft, keepsRight) = (.shape, .shape, .shape)
    steps = .shape(bits(for: sizes.columns))
  }

  /// The fields, each of which may be a literal.
  public init(
    chunk: Bit, waitsForLanes: Bit, waitsForSums: Bit, tile: Bit, keepsLeft: Bit, keepsRight: Bit, steps: UInt
  ) {
    (self.chunk, self.waitsForLanes, self.waitsForSums) = (chunk, waitsForLanes, waitsForSums)
    (self.tile, self.keepsLeft, self.keepsRight, self.steps) = (tile, keepsLeft, keepsRight, steps)
  }
}

/// Which sums leave the lanes next.
struct GroupPlace: SignalBundle {
  let batch, row, column: UInt
  let continues, stores: Bit

  static var shape: GroupPlace {
    GroupPlace(
      batch: .shape(TileLoops.width), row: .shape(TileLoops.width), column: .shape(TileLoops.width), continues: .shape,
      stores: .shape)
  }
}
