/// The sizes of a machine that is generated as hardware.
public struct EngineSizes: Hashable, Sendable {
  /// P, processing elements.
  public var elements: Int
  /// L, lanes of an element.
  public var lanes: Int
  /// M, multipliers of a lane.
  public var multipliers: Int
  /// Positions of the inner extent that a lane looks at in a clock.
  public var chunk: Int
  /// Rows that share the multipliers of a lane.
  public var sharedRows: Int
  /// Steps that wait in a lane.
  public var queue: Int
  /// Chunks in a bank of the activation buffer.
  public var activationChunks: Int
  /// Chunks in a bank of the weight buffer of each lane.
  public var weightChunks: Int
  /// Groups of sums that can wait for more products.
  public var sumGroups: Int
  /// Numbers of a bias, and of a row of softmax or normalisation.
  public var rowLength: Int
  /// Bits of the bus.
  public var busWidth: Int
  /// IL, bits before the binary point, the sign included.
  public var integerBits: Int
  /// FL, bits behind the binary point; with 0 the lanes have integers, and there are no units for rows.
  public var fractionBits: Int
  /// Random bits of stochastic rounding of sums; 0 for rounding to the nearest.
  public var noiseBits: Int

  /// Makes sizes; ``validate()`` says whether there is hardware for them.
  public init(
    elements: Int, lanes: Int, multipliers: Int, chunk: Int, sharedRows: Int = 4, queue: Int = 8, activationChunks: Int,
    weightChunks: Int, sumGroups: Int, rowLength: Int, busWidth: Int, integerBits: Int = 4, fractionBits: Int = 16,
    noiseBits: Int = 0
  ) {
    (self.elements, self.lanes, self.multipliers, self.chunk) = (elements, lanes, multipliers, chunk)
    (self.sharedRows, self.queue, self.activationChunks) = (sharedRows, queue, activationChunks)
    (self.weightChunks, self.sumGroups, self.rowLength) = (weightChunks, sumGroups, rowLength)
    (self.busWidth, self.integerBits, self.fractionBits) = (busWidth, integerBits, fractionBits)
    self.noiseBits = noiseBits
  }

  /// One element of 4 lanes of 4 multipliers, for tests.
  public static let tiny = EngineSizes(
    elements: 1, lanes: 4, multipliers: 4, chunk: 16, activationChunks: 256, weightChunks: 64, sumGroups: 64,
    rowLength: 512, busWidth: 128)
  /// The same with int8 codes, for products alone.
  public static let tinyInt8 = EngineSizes(
    elements: 1, lanes: 4, multipliers: 4, chunk: 16, activationChunks: 256, weightChunks: 64, sumGroups: 64,
    rowLength: 512, busWidth: 128, integerBits: 8, fractionBits: 0)
  /// A slice of the edge machine: one element of its 16 lanes of 16 multipliers.
  public static let edgeSlice = EngineSizes(
    elements: 1, lanes: 16, multipliers: 16, chunk: 64, activationChunks: 2048, weightChunks: 128, sumGroups: 256,
    rowLength: 4096, busWidth: 256)

  /// Bits of the count of numbers that a loop of thresholds sees of a command.
  public static let blockBits = 24

  /// The named sizes.
  public static let named: [(name: String, sizes: EngineSizes)] = [
    ("tiny", tiny), ("edge-slice", edgeSlice), ("tiny-int8", tinyInt8),
  ]

  /// The sizes by the names a user gives.
  public static let settings: [(name: String, path: WritableKeyPath<EngineSizes, Int> & Sendable)] = [
    ("elements", \.elements), ("lanes", \.lanes), ("multipliers", \.multipliers), ("chunk", \.chunk),
    ("shared-rows", \.sharedRows), ("queue", \.queue), ("activation-chunks", \.activationChunks),
    ("weight-chunks", \.weightChunks), ("sum-groups", \.sumGroups), ("row-length", \.rowLength),
    ("bus-width", \.busWidth), ("integer-bits", \.integerBits), ("fraction-bits", \.fractionBits),
    ("noise-bits", \.noiseBits),
  ]

  /// P · L: columns of a tile.
  public var columns: Int { elements * lanes }
  /// Numbers in a word of the bus, 32 bits each.
  public var wordElements: Int { busWidth / 32 }
  /// IL + FL.
  public var width: Int { integerBits + fractionBits }
  /// Whether the lanes have integers: a machine for products, without softmax and normalisation.
  public var isInteger: Bool { fractionBits == 0 }
  /// Bits of the shift register of each number of a word, for stochastic rounding.
  public static let noiseDegree = 32

  /// Refuses sizes of which nothing can be built.
  ///
  /// - Throws: ``AccelTranError/range(_:_:_:)``.
  public func validate() throws(AccelTranError) {
    func check(_ name: String, _ value: Int, _ range: ClosedRange<Int>) throws(AccelTranError) {
      guard range.contains(value) else { throw .range(name, value, range) }
    }
    func power(_ name: String, _ value: Int, _ range: ClosedRange<Int>) throws(AccelTranError) {
      try check(name, value, range)
      guard value.nonzeroBitCount == 1 else { throw .powerOfTwo(name, value) }
    }
    try check("elements", elements, 1...64)
    try check("lanes", lanes, 1...64)
    try power("bus-width", busWidth, 64...1024)
    guard columns.nonzeroBitCount == 1 else { throw .powerOfTwo("elements · lanes", columns) }
    try check("elements · lanes", columns, max(2, wordElements)...512)
    try power("multipliers", multipliers, 1...64)
    try power("chunk", chunk, max(4, multipliers, wordElements)...256)
    try power("shared-rows", sharedRows, 1...8)
    try power("queue", queue, max(2, chunk / multipliers + 1)...64)
    try power("activation-chunks", activationChunks, 4...65536)
    try power("weight-chunks", weightChunks, 4...65536)
    try power("sum-groups", sumGroups, 2...65536)
    try power("row-length", rowLength, max(16, wordElements * 2)...4096)
    try check("integer-bits", integerBits, 1...16)
    if !isInteger { try check("fraction-bits", fractionBits, 8...16) }
    try check("integer-bits + fraction-bits", width, isInteger ? 4...16 : 10...24)
    try check("noise-bits", noiseBits, 0...16)
  }
}
