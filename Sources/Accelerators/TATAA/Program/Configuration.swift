/// The sizes of a core: what a program may name, and what the hardware is built with.
///
/// A core is a stack of strips. A strip has some rows of processing elements, and computes either a slice of a matrix product
/// in integers or one bfloat16 operation a lane; so the rows of a tile are ``tileRows`` = rows · strips, its columns
/// ``tileColumns`` = columns · packing, and a vector has ``vectorLanes`` = strips · columns lanes.
///
/// The named configurations are valid. A changed one is checked by ``validate()``, which everything that takes a
/// configuration calls.
public struct Configuration: Hashable, Sendable {
  /// Rows of processing elements in a strip.
  public var rowsPerStrip: Int
  /// Strips in a core.
  public var strips: Int
  /// Columns of processing elements.
  public var columns: Int
  /// Products that a processing element makes in one cycle, of one X operand with as many Y operands.
  public var packing: Int
  /// Bits of an operand of the matrix product, signed.
  public var operandWidth: Int
  /// Bits of an accumulator, signed; a sum that leaves them wraps, and is counted.
  public var accumulatorWidth: Int
  /// Words of a bank of the X and Y register files: the greatest depth of one MATMUL.
  public var maximumDepth: Int
  /// Banks of the X register file, and of the Y register file.
  public var operandBanks: Int
  /// Vector registers; with 0 a core makes products of integers alone, and has no lanes.
  public var vectorRegisters: Int
  /// Constant registers, each of which feeds all lanes.
  public var constantRegisters: Int
  /// Cycles from the read of a vector register to the write of the result.
  public var vectorLatency: Int
  /// Bits of the memory bus.
  public var busWidth: Int
  /// Buses that bring operands: with 2, X comes over one of its own, and all else over the memory bus.
  public var readPorts: Int
  /// Entries of the FIFO between a strip and the store unit.
  public var fifoDepth: Int
  /// Cores of the accelerator. A program is that of one core.
  public var cores: Int

  /// Makes a configuration; without arguments the one that is called ``standard``.
  public init(
    rowsPerStrip: Int = 4, strips: Int = 8, columns: Int = 16, packing: Int = 2, operandWidth: Int = 8,
    accumulatorWidth: Int = 32, maximumDepth: Int = 1024, operandBanks: Int = 2, vectorRegisters: Int = 64,
    constantRegisters: Int = 32, vectorLatency: Int = 16, busWidth: Int = 256, readPorts: Int = 2, fifoDepth: Int = 32,
    cores: Int = 8
  ) {
    self.rowsPerStrip = rowsPerStrip
    self.strips = strips
    self.columns = columns
    self.packing = packing
    self.operandWidth = operandWidth
    self.accumulatorWidth = accumulatorWidth
    self.maximumDepth = maximumDepth
    self.operandBanks = operandBanks
    self.vectorRegisters = vectorRegisters
    self.constantRegisters = constantRegisters
    self.vectorLatency = vectorLatency
    self.busWidth = busWidth
    self.readPorts = readPorts
    self.fifoDepth = fifoDepth
    self.cores = cores
  }

  /// Rows of an accumulator tile.
  public var tileRows: Int { rowsPerStrip * strips }
  /// Columns of an accumulator tile.
  public var tileColumns: Int { columns * packing }
  /// Lanes of a vector register.
  public var vectorLanes: Int { strips * columns }
}

extension Configuration {
  /// The published sizes: 8 strips of 4 × 16 elements, 8 constants, and the 16 bits of the accumulator that leave the array.
  public static let published = Configuration(accumulatorWidth: 16, maximumDepth: 512, constantRegisters: 8)
  /// The published sizes with accumulators of 32 bits, 32 constants, and banks that hold 1,024 steps.
  public static let standard = Configuration()
  /// A core of 2 × 2 strips and columns, for tests.
  public static let tiny = Configuration(
    rowsPerStrip: 2, strips: 2, columns: 2, packing: 2, maximumDepth: 8, vectorRegisters: 16, constantRegisters: 32,
    busWidth: 64, readPorts: 1, fifoDepth: 4, cores: 1)

  /// ``standard`` without vectors: what the second mode costs is the difference.
  public static let integer = Configuration(vectorRegisters: 0)

  /// The named configurations.
  public static let named: [(name: String, configuration: Configuration)] = [
    ("published", published), ("standard", standard), ("tiny", tiny), ("integer", integer),
  ]

  /// The sizes by name, for those who set them by name.
  public static let sizes: [(name: String, path: WritableKeyPath<Configuration, Int> & Sendable)] = [
    ("rowsPerStrip", \.rowsPerStrip), ("strips", \.strips), ("columns", \.columns), ("packing", \.packing),
    ("operandWidth", \.operandWidth), ("accumulatorWidth", \.accumulatorWidth), ("maximumDepth", \.maximumDepth),
    ("operandBanks", \.operandBanks), ("vectorRegisters", \.vectorRegisters),
    ("constantRegisters", \.constantRegisters), ("vectorLatency", \.vectorLatency), ("busWidth", \.busWidth),
    ("readPorts", \.readPorts),
    ("fifoDepth", \.fifoDepth), ("cores", \.cores),
  ]

  /// These sizes with another number of cores.
  public func with(cores count: Int) -> Self {
    var result = self
    result.cores = count
    return result
  }

  /// Refuses sizes that cannot be built or that instructions cannot name.
  ///
  /// - Throws: ``ConfigurationError``.
  public func validate() throws(ConfigurationError) {
    func check(_ name: String, _ value: Int, _ range: ClosedRange<Int>) throws(ConfigurationError) {
      guard range.contains(value) else { throw .range(name, value, range) }
    }
    try check("rowsPerStrip", rowsPerStrip, 1...256)
    try check("strips", strips, 1...256)
    try check("columns", columns, 1...256)
    try check("packing", packing, 1...2)
    try check("rowsPerStrip · strips", tileRows, 1...256)
    try check("columns · packing", tileColumns, 1...256)
    try check("strips · columns", vectorLanes, 1...256)
    try check("operandWidth", operandWidth, 2...8)
    try check("accumulatorWidth", accumulatorWidth, 2 * operandWidth...32)
    try check("maximumDepth", maximumDepth, 1...1024)
    try check("operandBanks", operandBanks, 1...2)
    if vectorRegisters != 0 { try check("vectorRegisters", vectorRegisters, 2...256) }
    try check("constantRegisters", constantRegisters, 1...256)
    try check("vectorLatency", vectorLatency, 1...64)
    try check("busWidth", busWidth, 8...4096)
    guard busWidth & (busWidth - 1) == 0 else { throw .powerOfTwo("busWidth", busWidth) }
    try check("readPorts", readPorts, 1...2)
    try check("fifoDepth", fifoDepth, 1...4096)
    try check("cores", cores, 1...64)
  }
}

/// Why a configuration is none.
public enum ConfigurationError: Error, Hashable, CustomStringConvertible {
  /// A size is outside its limits.
  case range(String, Int, ClosedRange<Int>)
  /// A size is no power of two.
  case powerOfTwo(String, Int)

  /// What is wrong, and what to give instead.
  public var description: String {
    switch self {
    case .range(let name, let value, let range):
      "\(name) is \(value): give \(range.lowerBound) to \(range.upperBound)"
    case .powerOfTwo(let name, let value): "\(name) is \(value): give a power of two"
    }
  }
}
