import HDL
import TATAA

/// What the vector unit is to do.
public struct VectorCommand: SignalBundle {
  /// The code of the operation on lanes less that of add; 15 for codes of the products of first and second operand.
  public let operation: UInt
  /// 1 for a reduction over lanes, of the first operand.
  public let isReduction: Bit
  /// For a reduction: the last lane that counts.
  public let lastLane: UInt
  /// 1 for a result that is stored instead of written to a register.
  public let isStored: Bit
  /// The register that is written.
  public let destination: UInt
  /// What is read: 8 bits of number, a bit for a constant, a bit for the minus.
  public let operands: Vector<Bits>
  /// Which operands are read.
  public let reads: Bits

  /// A command.
  public init() {
    operation = .shape(LaneOperation.width)
    (isReduction, lastLane, isStored, destination) = (.shape, .shape(8), .shape, .shape(8))
    operands = .shape(3, of: Self.operandWidth)
    reads = .shape(3)
  }

  /// The fields, each of which may be a literal.
  public init(
    operation: UInt, isReduction: Bit = 0, lastLane: UInt = 0, isStored: Bit = 0, destination: UInt,
    operands: Vector<Bits>, reads: Bits
  ) {
    (self.operation, self.isReduction, self.lastLane, self.isStored) = (operation, isReduction, lastLane, isStored)
    (self.destination, self.operands, self.reads) = (destination, operands, reads)
  }

  /// Bits of an operand.
  static let operandWidth = 10
}

/// A write of a vector register or a constant register.
public struct RegisterWrite: SignalBundle {
  /// 1 when there is one.
  public let enable: Bit
  /// The register.
  public let index: UInt
  /// Its lanes, or the constant.
  public let value: Bits

  /// A write of `width` bits.
  public init(width: Int) { (enable, index, value) = (.shape, .shape(8), .shape(width)) }

  /// The fields, each of which may be a literal.
  public init(enable: Bit, index: UInt, value: Bits) {
    (self.enable, self.index, self.value) = (enable, index, value)
  }
}
