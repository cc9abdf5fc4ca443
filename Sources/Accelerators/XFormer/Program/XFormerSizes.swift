public import AnalogMacros

/// The sizes of an X-Former machine that is generated as hardware.
///
/// Engines have numbers: the projection engines from 0, behind them the attention tiles, and last the vector unit.
public struct XFormerSizes: Hashable, Sendable {
  /// Crossbars and converters of a projection unit, with what is not ideal.
  public var crossbar: CrossbarProduct.Configuration
  /// Rows of weights that a unit multiplies in a clock, where units are arrays of multipliers with weights in memory instead of
  /// crossbars; nil for crossbars. ``crossbar`` is then one of ``multiplierCells(rows:outputs:)``.
  public var multiplierRows: Int?
  /// Clock edges of a conversion.
  public var convertCycles: Int
  /// Projection engines, each with crossbars, requantiser and bus of its own.
  public var projectionEngines: Int
  /// Projection units of an engine: a block of weights each.
  public var unitsPerEngine: Int
  /// Attention tiles, each with a query bank, a value bank and a bus of its own.
  public var attentionTiles: Int
  /// Tokens of a block: lanes of the query bank, rows of the value bank.
  public var block: Int
  /// Features of a head at most.
  public var headFeatures: Int
  /// Pairs of query block and head whose sums a tile holds.
  public var heldBlocks: Int
  /// Features of a row at most, in the vector unit.
  public var rowLength: Int
  /// Pairs of γ and β that the vector unit holds.
  public var normalizations: Int
  /// Bytes of a word of the buses.
  public var busBytes: Int
  /// Fraction bits of the exponents of softmax.
  public var exponentFractionBits: Int
  /// Fraction bits of the weights of softmax.
  public var weightFractionBits: Int

  /// Makes sizes; ``validate()`` says whether there is hardware for them.
  public init(
    crossbar: CrossbarProduct.Configuration, convertCycles: Int = 2, projectionEngines: Int, unitsPerEngine: Int,
    attentionTiles: Int, block: Int, headFeatures: Int, heldBlocks: Int, rowLength: Int, normalizations: Int,
    busBytes: Int, exponentFractionBits: Int = 6, weightFractionBits: Int = 8
  ) {
    (self.crossbar, self.convertCycles) = (crossbar, convertCycles)
    (self.projectionEngines, self.unitsPerEngine) = (projectionEngines, unitsPerEngine)
    (self.attentionTiles, self.block, self.headFeatures) = (attentionTiles, block, headFeatures)
    (self.heldBlocks, self.rowLength, self.normalizations) = (heldBlocks, rowLength, normalizations)
    self.busBytes = busBytes
    (self.exponentFractionBits, self.weightFractionBits) = (exponentFractionBits, weightFractionBits)
  }

  /// Weights of 8 bits in memory, in the terms of a crossbar: w + 128 in two cells of four bits, and nothing is lost.
  public static func multiplierCells(rows: Int, outputs: Int) -> CrossbarProduct.Configuration {
    var geometry = CrossbarGeometry(rows: rows, columns: 2 * outputs, cellBits: 4, converterBits: 1)
    geometry.converterBits = geometry.losslessBits
    return CrossbarProduct.Configuration(geometry, .offset)
  }

  /// Crossbars of 16 × 32 cells and blocks of two tokens, for tests.
  public static let micro = XFormerSizes(
    crossbar: .init(CrossbarGeometry(rows: 16, columns: 32, converterBits: 6)), projectionEngines: 2,
    unitsPerEngine: 4, attentionTiles: 1, block: 2, headFeatures: 8, heldBlocks: 8, rowLength: 32, normalizations: 2,
    busBytes: 8)
  /// An engine of twelve units, enough for a row of 1,536 inputs; every part of a matrix is programmed when its turn comes. Its model in
  /// Verilator is built in seconds.
  public static let compact = XFormerSizes(
    crossbar: .init(CrossbarGeometry(columns: 128), columnsPerConverter: 4), projectionEngines: 1, unitsPerEngine: 12,
    attentionTiles: 1, block: 16, headFeatures: 64, heldBlocks: 64, rowLength: 1024, normalizations: 4, busBytes: 16)
  /// Two heads of 64 features, a layer of 128: every weight of a layer has its cells.
  public static let tiny = XFormerSizes(
    crossbar: .init(CrossbarGeometry(columns: 128), columnsPerConverter: 4), projectionEngines: 2, unitsPerEngine: 32,
    attentionTiles: 2, block: 8, headFeatures: 64, heldBlocks: 16, rowLength: 512, normalizations: 2, busBytes: 16)
  /// The units that a layer of 256 features takes; a greater layer is programmed part by part.
  public static let layer = XFormerSizes(
    crossbar: .init(CrossbarGeometry(columns: 128), columnsPerConverter: 4), projectionEngines: 2, unitsPerEngine: 64,
    attentionTiles: 2, block: 16, headFeatures: 64, heldBlocks: 64, rowLength: 1024, normalizations: 4, busBytes: 16)

  /// The named sizes.
  public static let named: [(name: String, sizes: XFormerSizes)] = [
    ("micro", micro), ("compact", compact), ("tiny", tiny), ("layer", layer),
  ]

  /// The sizes by the names a user gives.
  public static let settings: [(name: String, path: WritableKeyPath<XFormerSizes, Int> & Sendable)] = [
    ("rows", \.crossbar.geometry.rows), ("columns", \.crossbar.geometry.columns),
    ("cell-bits", \.crossbar.geometry.cellBits), ("converter-bits", \.crossbar.geometry.converterBits),
    ("code-fraction-bits", \.crossbar.geometry.codeFractionBits),
    ("columns-per-converter", \.crossbar.columnsPerConverter), ("convert-cycles", \.convertCycles),
    ("projection-engines", \.projectionEngines), ("units-per-engine", \.unitsPerEngine),
    ("attention-tiles", \.attentionTiles), ("block", \.block), ("head-features", \.headFeatures),
    ("held-blocks", \.heldBlocks), ("row-length", \.rowLength), ("normalizations", \.normalizations),
    ("bus-bytes", \.busBytes), ("exponent-fraction-bits", \.exponentFractionBits),
    ("weight-fraction-bits", \.weightFractionBits),
  ]

  /// Engines that a command can wait for, at most.
  public static let mostEngines = 8

  /// All engines.
  public var engines: Int { projectionEngines + attentionTiles + 1 }
  /// The number of the vector unit.
  public var vectorEngine: Int { engines - 1 }
  /// The number of an attention tile.
  public func attentionEngine(_ tile: Int) -> Int { projectionEngines + tile }

  /// Words of the bus in the inputs of a unit.
  public var groupWords: Int { crossbar.geometry.rows / busBytes }
  /// Words of the bus in the levels of a row of a crossbar.
  public var rowWords: Int { crossbar.geometry.columns * crossbar.geometry.cellBits / (8 * busBytes) }
  /// Words of the bus that say which columns are stored complemented; 0 where none can be.
  public var flipWords: Int {
    crossbar.encoding == .flippedOffset ? (crossbar.geometry.columns + 8 * busBytes - 1) / (8 * busBytes) : 0
  }
  /// Words of the bus in the scales and biases of the outputs of a unit.
  public var scaleWords: Int { crossbar.outputs * 8 / busBytes }
  /// Words of the bus that program a unit.
  public var unitWords: Int { crossbar.encoding.crossbars * crossbar.geometry.rows * rowWords + flipWords }
  /// Words of codes that a unit gives for a token.
  public var unitOutputWords: Int { crossbar.outputs / busBytes }
  /// Words of a head at most.
  public var headWords: Int { headFeatures / busBytes }

  /// Refuses sizes of which nothing can be built.
  ///
  /// - Throws: ``XFormerError``.
  public func validate() throws(XFormerError) {
    func check(_ name: String, _ value: Int, _ range: ClosedRange<Int>) throws(XFormerError) {
      guard range.contains(value) else { throw .range(name, value, range) }
    }
    func multiple(_ name: String, _ value: Int, of other: String, _ size: Int) throws(XFormerError) {
      guard size > 0, value > 0, value.isMultiple(of: size) else { throw .multiple(name, value, of: other, size) }
    }
    if let fault = crossbar.geometry.fault ?? crossbar.effects.fault { throw .crossbar(fault) }
    try check("weight-bits", crossbar.weightBits, 8...8)
    try check("input-bits", crossbar.inputBits, 8...8)
    try check("bus-bytes", busBytes, 8...64)
    guard busBytes.nonzeroBitCount == 1 else { throw .crossbar("bus-bytes is \(busBytes): give a power of two") }
    try multiple("rows", crossbar.geometry.rows, of: "bus-bytes", busBytes)
    try multiple(
      "columns · cell-bits", crossbar.geometry.columns * crossbar.geometry.cellBits, of: "8 · bus-bytes", 8 * busBytes)
    try multiple("outputs of a crossbar", crossbar.outputs, of: "bus-bytes", busBytes)
    guard crossbar.outputs.nonzeroBitCount == 1 else {
      throw .crossbar("a crossbar has \(crossbar.outputs) outputs: give columns for a power of two")
    }
    try multiple("columns", crossbar.geometry.columns, of: "columns-per-converter", crossbar.columnsPerConverter)
    if let rows = multiplierRows {
      guard
        crossbar == Self.multiplierCells(rows: crossbar.geometry.rows, outputs: crossbar.outputs)
      else { throw .crossbar("arrays of multipliers lose nothing and have no effects: use multiplierCells") }
      try check("multiplier-rows", rows, 1...crossbar.geometry.rows)
      try multiple("rows", crossbar.geometry.rows, of: "multiplier-rows", rows)
    }
    try check("convert-cycles", convertCycles, 2...64)
    try check("projection-engines", projectionEngines, 1...5)
    try check("units-per-engine", unitsPerEngine, 1...512)
    try check("attention-tiles", attentionTiles, 1...4)
    try check("projection-engines + attention-tiles + 1", engines, 3...Self.mostEngines)
    try check("block", block, 1...64)
    try check("head-features", headFeatures, busBytes...256)
    try multiple("head-features", headFeatures, of: "bus-bytes", busBytes)
    try check("held-blocks", heldBlocks, 1...256)
    try check("row-length", rowLength, busBytes...2048)
    try multiple("row-length", rowLength, of: "bus-bytes", busBytes)
    try check("normalizations", normalizations, 1...64)
    try check("exponent-fraction-bits", exponentFractionBits, 1...8)
    try check("weight-fraction-bits", weightFractionBits, 4...12)
  }
}
