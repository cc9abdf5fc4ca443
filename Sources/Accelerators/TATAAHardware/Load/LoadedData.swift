import HDL
import TATAA

/// A write of a word of a bank of X or Y.
public struct OperandWrite: SignalBundle {
  /// 1 when there is one.
  public let enable: Bit
  /// The bank.
  public let bank: Bit
  /// The step of the depth.
  public let step: UInt
  /// 1 for the last step of a load.
  public let isLast: Bit
  /// An operand for each row or column.
  public let operands: Vector<SInt>

  /// A write of `count` operands of `width` bits.
  public init(_ count: Int, of width: Int) {
    (enable, bank, step, isLast) = (.shape, .shape, .shape(10), .shape)
    operands = .shape(count, of: width)
  }

  /// The fields, each of which may be a literal.
  public init(enable: Bit, bank: Bit, step: UInt, isLast: Bit, operands: Vector<SInt>) {
    (self.enable, self.bank, self.step, self.isLast, self.operands) = (enable, bank, step, isLast, operands)
  }

  /// 1 when the load of a bank ends.
  func ends(_ bank: Bit) -> Bit { enable & isLast & (self.bank .== bank) }
}

/// The bank of X or of Y that a product reads and that nothing may be loaded into but behind it.
public struct BankReads: SignalBundle {
  /// 1 while there is one.
  public let isReading: Bit
  /// The bank.
  public let bank: Bit
  /// The step that is read next: what stands in front of it may change.
  public let step: UInt

  /// Reads of a bank.
  public init() { (isReading, bank, step) = (.shape, .shape, .shape(10)) }

  /// The fields, each of which may be a literal.
  public init(isReading: Bit, bank: Bit, step: UInt) {
    (self.isReading, self.bank, self.step) = (isReading, bank, step)
  }

  /// 1 when a step of a bank must not be written yet.
  func blocks(_ bank: Bit, _ step: UInt) -> Bit { isReading & (self.bank .== bank) & (self.step .<= step) }
}

/// A write of a table with an entry for each column. There are two sets of each table, so that one can be loaded while the
/// other one is used.
public struct TableWrite: SignalBundle {
  /// 1 when there is one.
  public let enable: Bit
  /// The place of the table in ``/TATAA/Opcode/Table``.
  public let kind: UInt
  /// The set.
  public let isSecond: Bit
  /// The entries, 0 behind the last one that was loaded.
  public let entries: Vector<Bits>

  /// A write of `count` entries.
  public init(_ count: Int) {
    (enable, kind, isSecond, entries) = (.shape, .shape(2), .shape, .shape(count, of: 32))
  }

  /// The fields, each of which may be a literal.
  public init(enable: Bit, kind: UInt, isSecond: Bit, entries: Vector<Bits>) {
    (self.enable, self.kind, self.isSecond, self.entries) = (enable, kind, isSecond, entries)
  }

  /// 1 when a set of `table` is written.
  func writes(_ table: Opcode.Table, second: Bool) -> Bit {
    enable & (kind .== UInt(table.rawValue)) & (second ? isSecond : !isSecond)
  }
}

/// A write of elements of a line of the tile buffer.
public struct TileWrite: SignalBundle {
  /// 1 when there is one.
  public let enable: Bit
  /// The line.
  public let line: TileLine
  /// Which elements.
  public let elements: Bits
  /// All elements.
  public let values: Vector<SInt>

  /// A write of `count` elements of `width` bits.
  public init(_ count: Int, of width: Int) {
    (enable, line, elements, values) = (.shape, TileLine(count), .shape(count), .shape(count, of: width))
  }

  /// The fields, each of which may be a literal.
  public init(enable: Bit, line: TileLine, elements: Bits, values: Vector<SInt>) {
    (self.enable, self.line, self.elements, self.values) = (enable, line, elements, values)
  }
}

/// The start of the sums of one row of the tile from given values.
public struct RowPreset: SignalBundle {
  /// 1 while a row is being preset: the values stand still.
  public let isActive: Bit
  /// 1 in the cycle in which the row is named.
  public let enable: Bit
  /// The row.
  public let row: UInt
  /// Which columns.
  public let columns: Bits
  /// A value for each column.
  public let values: Vector<SInt>

  /// A row of the tile of a configuration.
  public init(_ configuration: Configuration) {
    (isActive, enable, row) = (.shape, .shape, .shape(bits(for: configuration.tileRows - 1)))
    columns = .shape(configuration.tileColumns)
    values = .shape(configuration.tileColumns, of: configuration.accumulatorWidth)
  }

  /// The fields, each of which may be a literal.
  public init(isActive: Bit, enable: Bit, row: UInt, columns: Bits, values: Vector<SInt>) {
    (self.isActive, self.enable, self.row, self.columns, self.values) = (isActive, enable, row, columns, values)
  }
}
