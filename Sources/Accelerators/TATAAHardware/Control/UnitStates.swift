import HDL

/// What the units say of themselves.
public struct UnitStates: SignalBundle {
  /// 1 when no word of the program is to come.
  public let fetchIsIdle: Bit
  /// 1 when nothing is under way in the load unit, the store unit, the matrix unit's sequence, the vector unit.
  public let loadIsIdle, storeIsIdle, matrixIsIdle, vectorIsIdle: Bit
  /// 1 when all sums are settled.
  public let matrixIsQuiet: Bit
  /// 1 until the sums that are stored may change.
  public let storeIsCapturing: Bit
  /// 1 until the vector registers that are stored may change.
  public let storeIsVector: Bit
  /// 1 while the store unit reads codes, scales and tables.
  public let storeIsConverting: Bit
  /// 1 while the table of biases is read.
  public let matrixUsesBias: Bit
  /// Bit s is 1 while set s of a table is read by the store unit.
  public let usedTables: Bits
  /// 1 until the result of a reduction is written.
  public let vectorIsReducing: Bit
  /// 1 when a step of a product is read.
  public let matrixSteps: Bit
  /// 1 when the oldest load ends in this cycle, of the memory bus and of that of X.
  public let loadFinishes, operandFinishes: Bit

  /// A state.
  public init() {
    (fetchIsIdle, loadIsIdle, storeIsIdle, matrixIsIdle, vectorIsIdle) = (.shape, .shape, .shape, .shape, .shape)
    (matrixIsQuiet, storeIsCapturing, storeIsVector) = (.shape, .shape, .shape)
    (storeIsConverting, matrixUsesBias, matrixSteps) = (.shape, .shape, .shape)
    (vectorIsReducing, loadFinishes, operandFinishes) = (.shape, .shape, .shape)
    usedTables = .shape(2)
  }

  /// The fields, each of which may be a literal.
  public init(
    fetchIsIdle: Bit, loadIsIdle: Bit, storeIsIdle: Bit, matrixIsIdle: Bit, vectorIsIdle: Bit, matrixIsQuiet: Bit,
    storeIsCapturing: Bit, storeIsVector: Bit, storeIsConverting: Bit, matrixUsesBias: Bit, usedTables: Bits,
    vectorIsReducing: Bit, matrixSteps: Bit, loadFinishes: Bit, operandFinishes: Bit
  ) {
    self.fetchIsIdle = fetchIsIdle
    (self.loadIsIdle, self.storeIsIdle, self.matrixIsIdle) = (loadIsIdle, storeIsIdle, matrixIsIdle)
    (self.vectorIsIdle, self.matrixIsQuiet) = (vectorIsIdle, matrixIsQuiet)
    (self.storeIsCapturing, self.storeIsVector) = (storeIsCapturing, storeIsVector)
    self.usedTables = usedTables
    (self.storeIsConverting, self.matrixUsesBias, self.matrixSteps) = (storeIsConverting, matrixUsesBias, matrixSteps)
    (self.loadFinishes, self.operandFinishes) = (loadFinishes, operandFinishes)
    self.vectorIsReducing = vectorIsReducing
  }
}

/// What an instruction waits for, at most one at a time.
public struct StallCauses: SignalBundle {
  /// The instruction itself.
  public let fetch: Bit
  /// The check of its addresses.
  public let check: Bit
  /// A load that is under way.
  public let load: Bit
  /// A store that is under way.
  public let store: Bit
  /// A product that is under way.
  public let matrix: Bit
  /// A vector operation that is under way.
  public let vector: Bit

  /// Causes.
  public init() { (fetch, check, load, store, matrix, vector) = (.shape, .shape, .shape, .shape, .shape, .shape) }

  /// The fields, each of which may be a literal.
  public init(fetch: Bit, check: Bit, load: Bit, store: Bit, matrix: Bit, vector: Bit) {
    (self.fetch, self.check, self.load, self.store) = (fetch, check, load, store)
    (self.matrix, self.vector) = (matrix, vector)
  }
}
