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
  /// The set of the table of biases.
  public let biasIsSecond: Bit

  /// A command.
  public init() {
    (xBank, yBank, lastStep, start, biasIsSecond) = (.shape, .shape, .shape(10), .shape(2), .shape)
  }

  /// The fields, each of which may be a literal.
  public init(xBank: Bit, yBank: Bit, lastStep: UInt, start: UInt, biasIsSecond: Bit) {
    (self.xBank, self.yBank, self.lastStep, self.start) = (xBank, yBank, lastStep, start)
    self.biasIsSecond = biasIsSecond
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
  /// The set of the table.
  public let tableIsSecond: Bit
  /// The first vector register.
  public let register: UInt

  /// A command over a port.
  public init(_ port: MemoryBus) {
    (rows, target) = (RowCommand(port), LoadTarget())
    (bank, lastElement, isTransposed, isBroadcast) = (.shape, .shape(8), .shape, .shape)
    (table, tableIsSecond, register) = (.shape(2), .shape, .shape(8))
  }

  /// The fields, each of which may be a literal.
  public init(
    rows: RowCommand, target: LoadTarget, bank: Bit, lastElement: UInt, isTransposed: Bit, isBroadcast: Bit,
    table: UInt, tableIsSecond: Bit, register: UInt
  ) {
    (self.rows, self.target, self.bank, self.lastElement) = (rows, target, bank, lastElement)
    (self.isTransposed, self.isBroadcast, self.table, self.register) = (isTransposed, isBroadcast, table, register)
    self.tableIsSecond = tableIsSecond
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
  /// 1 when each row has its own factor, in the register behind that of the row before.
  public let hasFactors: Bit
  /// The set of the table of its format.
  public let tableIsSecond: Bit

  /// A command over a port.
  public init(_ port: MemoryBus) {
    (rows, isVector, kind, isTransposed) = (RowCommand(port), .shape, .shape(2), .shape)
    (register, factor, hasFactors) = (.shape(8), .shape(VectorCommand.operandWidth), .shape)
    tableIsSecond = .shape
  }

  /// The fields, each of which may be a literal.
  public init(
    rows: RowCommand, isVector: Bit, kind: UInt, isTransposed: Bit, register: UInt, factor: Bits, hasFactors: Bit,
    tableIsSecond: Bit
  ) {
    (self.rows, self.isVector, self.kind, self.isTransposed) = (rows, isVector, kind, isTransposed)
    (self.register, self.factor, self.hasFactors) = (register, factor, hasFactors)
    self.tableIsSecond = tableIsSecond
  }
}
