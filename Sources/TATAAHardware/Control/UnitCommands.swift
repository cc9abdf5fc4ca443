import HDL
import TATAA

/// What the matrix unit is to do.
public struct ProductCommand: SignalBundle {
  /// The banks of X and Y.
  public let xBank, yBank: Bit
  /// Steps less one.
  public let lastStep: UInt
  /// The place of what sums start from in ``/TATAA/Opcode/Start``.
  public let start: UInt

  /// A command.
  public init() { (xBank, yBank, lastStep, start) = (.shape, .shape, .shape(10), .shape(2)) }

  /// The fields, each of which may be a literal.
  public init(xBank: Bit, yBank: Bit, lastStep: UInt, start: UInt) {
    (self.xBank, self.yBank, self.lastStep, self.start) = (xBank, yBank, lastStep, start)
  }
}

/// Where a load goes; one bit is 1.
public struct LoadTarget: SignalBundle {
  /// A bank of X, a bank of Y, the sums, a table, vector registers.
  public let x, y, sums, table, vector: Bit

  /// A target.
  public init() { (x, y, sums, table, vector) = (.shape, .shape, .shape, .shape, .shape) }

  /// The fields, each of which may be a literal.
  public init(x: Bit, y: Bit, sums: Bit, table: Bit, vector: Bit) {
    (self.x, self.y, self.sums, self.table, self.vector) = (x, y, sums, table, vector)
  }
}

/// What the load unit is to do.
public struct LoadCommand: SignalBundle {
  /// The bytes.
  public let rows: RowCommand
  /// Where they go.
  public let target: LoadTarget
  /// The bank of X or Y.
  public let bank: Bit
  /// Elements of a row of the target less one; those behind them are 0.
  public let lastElement: UInt
  /// For sums: a row in memory is a column.
  public let isTransposed: Bit
  /// One element in memory serves all of a row.
  public let isBroadcast: Bit
  /// The place of the table in ``/TATAA/Opcode/Table``.
  public let table: UInt
  /// The first vector register.
  public let register: UInt

  /// A command over a port.
  public init(_ port: MemoryPort) {
    (rows, target) = (RowCommand(port), LoadTarget())
    (bank, lastElement, isTransposed, isBroadcast) = (.shape, .shape(8), .shape, .shape)
    (table, register) = (.shape(2), .shape(8))
  }

  /// The fields, each of which may be a literal.
  public init(
    rows: RowCommand, target: LoadTarget, bank: Bit, lastElement: UInt, isTransposed: Bit, isBroadcast: Bit,
    table: UInt, register: UInt
  ) {
    (self.rows, self.target, self.bank, self.lastElement) = (rows, target, bank, lastElement)
    (self.isTransposed, self.isBroadcast, self.table, self.register) = (isTransposed, isBroadcast, table, register)
  }
}

/// What the store unit is to do.
public struct StoreCommand: SignalBundle {
  /// Where the bytes go.
  public let rows: RowCommand
  /// 1 for vector registers, 0 for the sums.
  public let isVector: Bit
  /// The place of the format in ``/TATAA/Opcode/StoredVector`` or ``/TATAA/Opcode/StoredAccumulator``.
  public let kind: UInt
  /// For sums: a row in memory is a column.
  public let isTransposed: Bit
  /// The first vector register.
  public let register: UInt
  /// What vectors are multiplied with for codes.
  public let factor: Bits

  /// A command over a port.
  public init(_ port: MemoryPort) {
    (rows, isVector, kind, isTransposed) = (RowCommand(port), .shape, .shape(2), .shape)
    (register, factor) = (.shape(8), .shape(VectorCommand.operandWidth))
  }

  /// The fields, each of which may be a literal.
  public init(rows: RowCommand, isVector: Bit, kind: UInt, isTransposed: Bit, register: UInt, factor: Bits) {
    (self.rows, self.isVector, self.kind, self.isTransposed) = (rows, isVector, kind, isTransposed)
    (self.register, self.factor) = (register, factor)
  }
}

/// A write of a word of a bank of X or Y.
public struct OperandWrite: SignalBundle {
  /// 1 when there is one.
  public let enable: Bit
  /// The bank.
  public let bank: Bit
  /// The step of the depth.
  public let step: UInt
  /// An operand for each row or column.
  public let operands: Vector<SInt>

  /// A write of `count` operands of `width` bits.
  public init(_ count: Int, of width: Int) {
    (enable, bank, step, operands) = (.shape, .shape, .shape(10), .shape(count, of: width))
  }

  /// The fields, each of which may be a literal.
  public init(enable: Bit, bank: Bit, step: UInt, operands: Vector<SInt>) {
    (self.enable, self.bank, self.step, self.operands) = (enable, bank, step, operands)
  }
}

/// A write of a table with an entry for each column.
public struct TableWrite: SignalBundle {
  /// 1 when there is one.
  public let enable: Bit
  /// The place of the table in ``/TATAA/Opcode/Table``.
  public let kind: UInt
  /// The entries, 0 behind the last one that was loaded.
  public let entries: Vector<Bits>

  /// A write of `count` entries.
  public init(_ count: Int) { (enable, kind, entries) = (.shape, .shape(2), .shape(count, of: 32)) }

  /// The fields, each of which may be a literal.
  public init(enable: Bit, kind: UInt, entries: Vector<Bits>) {
    (self.enable, self.kind, self.entries) = (enable, kind, entries)
  }

  /// 1 when `table` is written.
  func writes(_ table: Opcode.Table) -> Bit { enable & (kind .== UInt(table.rawValue)) }
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
