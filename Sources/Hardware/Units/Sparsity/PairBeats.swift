import HDL

/// As many positions of the inner extent as a lane looks at in a clock, of a row and of a column.
public struct OperandChunk: SignalBundle {
  /// 1 for each position at which the row, or the column, has a number that is kept.
  public let leftMask, rightMask: Bits
  /// The numbers; what is not kept counts as zero.
  public let left, right: Vector<SInt>
  /// Which of the rows that share the lane.
  public let row: UInt
  /// 1 for the last chunk of the group: the sums of all rows leave behind it.
  public let last: Bit

  /// A chunk of `count` positions of `width` bits.
  public init(count: Int, width: Int, rows: Int) {
    (leftMask, rightMask) = (.shape(count), .shape(count))
    (left, right) = (.shape(count, of: width), .shape(count, of: width))
    (row, last) = (.shape(bits(for: rows - 1)), .shape)
  }

  /// The fields, each of which may be a literal.
  public init(leftMask: Bits, rightMask: Bits, left: Vector<SInt>, right: Vector<SInt>, row: UInt, last: Bit) {
    (self.leftMask, self.rightMask, self.left, self.right) = (leftMask, rightMask, left, right)
    (self.row, self.last) = (row, last)
  }
}

/// Pairs for all multipliers of a lane, packed: a step.
public struct PairStep: SignalBundle {
  /// The factors; both are zero where a step is not full.
  public let left, right: Vector<SInt>
  /// The row of each pair.
  public let rows: Vector<UInt>
  /// 1 for the last step of a group.
  public let last: Bit

  /// A step of `count` pairs of `width` bits.
  public init(count: Int, width: Int, rows: Int) {
    (left, right) = (.shape(count, of: width), .shape(count, of: width))
    (self.rows, last) = (.shape(count, of: bits(for: rows - 1)), .shape)
  }

  /// The fields, each of which may be a literal.
  public init(left: Vector<SInt>, right: Vector<SInt>, rows: Vector<UInt>, last: Bit) {
    (self.left, self.right, self.rows, self.last) = (left, right, rows, last)
  }
}
