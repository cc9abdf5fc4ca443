import AnalogMacros
public import Network
public import XFormer

/// The sizes of a HeTraX machine that is generated as hardware: small multiprocessors and a memory controller on a tier, cores of
/// crossbars on the other one.
///
/// A multiprocessor has three engines: arrays of multipliers for K1 and K4, a tile that keeps scores, softmax and weighted values
/// together for K2 and K3, and a vector lane for normalisation. A core of crossbars has one. Engines have numbers: those of
/// multiprocessor 0, of multiprocessor 1, and so on, then the cores of crossbars.
public struct HeTraXSizes: Hashable, Sendable {
  /// A multiprocessor, as engines: one projection engine of multipliers, one attention tile, a vector unit.
  public var streaming: XFormerSizes
  /// Multiprocessors.
  public var streamingCores: Int
  /// The cores of crossbars, as the projection engines of one machine, which alone count.
  public var resistive: XFormerSizes
  /// Bytes of the shared memory of a multiprocessor, for queries, keys and values; 0 where it has none.
  public var sharedBytes: Int
  /// Banks of the shared memory.
  public var sharedBanks: Int
  /// Flits of a queue of a router.
  public var queueDepth: Int
  /// Commands that an engine may have, the one that runs counted.
  public var commandDepth: Int

  /// Makes sizes; ``validate()`` says whether there is hardware for them.
  public init(
    streaming: XFormerSizes, streamingCores: Int = 2, resistive: XFormerSizes, sharedBytes: Int, sharedBanks: Int = 4,
    queueDepth: Int = 8, commandDepth: Int = 2
  ) {
    (self.streaming, self.streamingCores, self.resistive) = (streaming, streamingCores, resistive)
    (self.sharedBytes, self.sharedBanks) = (sharedBytes, sharedBanks)
    (self.queueDepth, self.commandDepth) = (queueDepth, commandDepth)
  }

  /// Two heads of 8 features on crossbars of 16 × 32 cells, for tests.
  public static let micro: HeTraXSizes = {
    var streaming = XFormerSizes.micro
    streaming.crossbar = XFormerSizes.multiplierCells(rows: 16, outputs: 8)
    (streaming.multiplierRows, streaming.projectionEngines, streaming.unitsPerEngine) = (4, 1, 4)
    var resistive = XFormerSizes.micro
    resistive.crossbar.encoding = .flippedOffset
    return HeTraXSizes(streaming: streaming, resistive: resistive, sharedBytes: 1024, sharedBanks: 2)
  }()

  /// Crossbars of 32 × 32 cells for encoders of up to 640 features, such as the small ALBERT: 20 a core, whose weights are written
  /// when their turn comes.
  public static let tiny = HeTraXSizes(
    streaming: core(rows: 32, outputs: 8, multiplierRows: 4, units: 16, block: 8, headFeatures: 64, rowLength: 256),
    resistive: crossbars(rows: 32, columns: 32, units: 20, converterBits: 6, columnsPerConverter: 1),
    sharedBytes: 16384)

  /// Crossbars of 128 × 128 cells for encoders of up to 1,024 features.
  public static let layer = HeTraXSizes(
    streaming: core(rows: 128, outputs: 32, multiplierRows: 4, units: 12, block: 16, headFeatures: 64, rowLength: 1024),
    resistive: crossbars(rows: 128, columns: 128, units: 32, converterBits: 8, columnsPerConverter: 4),
    sharedBytes: 65536)

  private static func core(
    rows: Int, outputs: Int, multiplierRows: Int, units: Int, block: Int, headFeatures: Int, rowLength: Int
  ) -> XFormerSizes {
    var sizes = XFormerSizes(
      crossbar: XFormerSizes.multiplierCells(rows: rows, outputs: outputs), projectionEngines: 1,
      unitsPerEngine: units, attentionTiles: 1, block: block, headFeatures: headFeatures, heldBlocks: 1,
      rowLength: rowLength, normalizations: 2, busBytes: 8)
    sizes.multiplierRows = multiplierRows
    return sizes
  }

  private static func crossbars(
    rows: Int, columns: Int, units: Int, converterBits: Int, columnsPerConverter: Int
  ) -> XFormerSizes {
    XFormerSizes(
      crossbar: .init(
        CrossbarGeometry(rows: rows, columns: columns, converterBits: converterBits), .flippedOffset,
        columnsPerConverter: columnsPerConverter), projectionEngines: 2, unitsPerEngine: units, attentionTiles: 1,
      block: 8, headFeatures: 8, heldBlocks: 1, rowLength: 8, normalizations: 1, busBytes: 8)
  }

  /// The named sizes.
  public static let named: [(name: String, sizes: HeTraXSizes)] = [("micro", micro), ("tiny", tiny), ("layer", layer)]

  /// The sizes by the names a user gives.
  public static let settings: [(name: String, path: WritableKeyPath<HeTraXSizes, Int> & Sendable)] = [
    ("streaming-units", \.streaming.unitsPerEngine), ("block", \.streaming.block),
    ("head-features", \.streaming.headFeatures), ("row-length", \.streaming.rowLength),
    ("normalizations", \.streaming.normalizations), ("resistive-cores", \.resistive.projectionEngines),
    ("streaming-cores", \.streamingCores), ("resistive-units", \.resistive.unitsPerEngine),
    ("rows", \.resistive.crossbar.geometry.rows), ("columns", \.resistive.crossbar.geometry.columns),
    ("cell-bits", \.resistive.crossbar.geometry.cellBits),
    ("converter-bits", \.resistive.crossbar.geometry.converterBits),
    ("columns-per-converter", \.resistive.crossbar.columnsPerConverter),
    ("convert-cycles", \.resistive.convertCycles), ("shared-bytes", \.sharedBytes), ("shared-banks", \.sharedBanks),
    ("queue-depth", \.queueDepth), ("command-depth", \.commandDepth),
  ]

  // MARK: Numbers of engines

  /// An engine of a core.
  public enum Engine: Hashable, Sendable {
    /// The arrays of multipliers of a multiprocessor.
    case matrix(Int)
    /// The attention tile of a multiprocessor.
    case attention(Int)
    /// The vector lane of a multiprocessor.
    case vector(Int)
    /// The crossbars of a core.
    case crossbars(Int)
  }

  /// Cores of crossbars.
  public var resistiveCores: Int { resistive.projectionEngines }
  /// All engines.
  public var engines: Int { 3 * streamingCores + resistiveCores }
  /// The number of an engine.
  public func number(of engine: Engine) -> Int {
    switch engine {
    case .matrix(let core): 3 * core
    case .attention(let core): 3 * core + 1
    case .vector(let core): 3 * core + 2
    case .crossbars(let core): 3 * streamingCores + core
    }
  }
  /// The engine of a number.
  public func engine(_ number: Int) -> Engine {
    guard number < 3 * streamingCores else { return .crossbars(number - 3 * streamingCores) }
    return [.matrix(number / 3), .attention(number / 3), .vector(number / 3)][number % 3]
  }
  /// The node of an engine, and its number there.
  public func place(of engine: Int) -> (node: Int, local: Int) {
    switch self.engine(engine) {
    case .matrix(let core): (streamingNode(core), 0)
    case .attention(let core): (streamingNode(core), 1)
    case .vector(let core): (streamingNode(core), 2)
    case .crossbars(let core): (core, 0)
    }
  }

  // MARK: Network

  /// The cores on their tiers: crossbars at the sink, and the controller in the middle of the multiprocessors.
  public var machine: HeTraXMachine {
    var upper = [HeTraXCore](repeating: .streaming, count: streamingCores)
    upper.insert(.memory, at: streamingCores / 2)
    let c = resistive.crossbar
    return HeTraXMachine(
      "hetrax.\(streamingCores + resistiveCores + 1)",
      tiers: [
        HeTraXTier(
          "reram", columns: resistiveCores, rows: 1,
          cores: [HeTraXCore](repeating: .resistive, count: resistiveCores)),
        HeTraXTier("sm-mc", columns: streamingCores + 1, rows: 1, cores: upper),
      ],
      streaming: .lite(
        macsPerCycle: (streaming.multiplierRows ?? 0) * streaming.crossbar.outputs * streaming.unitsPerEngine,
        clock: 1e9),
      resistive: ResistiveCore(
        tiles: 1, crossbars: resistive.unitsPerEngine * c.encoding.crossbars, geometry: c.geometry),
      memoryBandwidth: 8e9, dieSide: 2e-3)
  }

  /// The node of a multiprocessor.
  public func streamingNode(_ core: Int) -> Int { resistiveCores + core + (core >= streamingCores / 2 ? 1 : 0) }
  /// The node of the memory controller.
  public var memoryNode: Int { resistiveCores + streamingCores / 2 }

  /// A mesh in each tier, and vias; up*/down* routes from the controller's router, which hold requests and answers apart.
  ///
  /// - Throws: `NetworkError`.
  public func routes() throws(NetworkError) -> NetworkRoutes {
    try NetworkRoutes(machine.mesh(), by: routing)
  }
  /// How packets go.
  public var routing: RoutingMethod { .upDown(root: memoryNode) }
  /// One virtual channel, so that packets between two nodes stay in order.
  public var networkParameters: NetworkParameters { NetworkParameters(channels: 1, depth: queueDepth) }

  /// Where the shared memory of a multiprocessor stands in its own addresses.
  public static let sharedBase = 1 << 31

  /// Refuses sizes of which nothing can be built.
  ///
  /// - Throws: ``HeTraXError``.
  public func validate() throws(HeTraXError) {
    func check(_ name: String, _ value: Int, _ range: ClosedRange<Int>) throws(HeTraXError) {
      guard range.contains(value) else { throw .range(name, value, range) }
    }
    do throws(XFormerError) {
      try streaming.validate()
      try resistive.validate()
    } catch { throw .request("\(error)") }
    try check("streaming-cores", streamingCores, 1...2)
    try check("resistive-cores", resistiveCores, 1...5)
    try check("3 · streaming-cores + resistive-cores", engines, 4...XFormerSizes.mostEngines)
    guard streaming.multiplierRows != nil, streaming.projectionEngines == 1, streaming.attentionTiles == 1,
      resistive.multiplierRows == nil
    else { throw .request("a multiprocessor has one engine of multipliers and one tile, and a core of crossbars none") }
    guard streaming.busBytes == 8, resistive.busBytes == 8 else {
      throw .request("a flit carries a word of a bus: use buses of 8 bytes")
    }
    try check("queue-depth", queueDepth, 2...64)
    try check("command-depth", commandDepth, 1...4)
    guard sharedBytes == 0 || sharedBytes >= 64 && sharedBytes.nonzeroBitCount == 1 && sharedBytes <= 1 << 20 else {
      throw .request("shared-bytes is \(sharedBytes): give 0, or a power of two from 64 to 1048576")
    }
    try check("shared-banks", sharedBanks, 1...8)
    guard sharedBanks.nonzeroBitCount == 1 else {
      throw .request("shared-banks is \(sharedBanks): give a power of two")
    }
    let cycle: [String]?
    do throws(NetworkError) { cycle = try RequestDependencies(routes(), server: memoryNode).cycle } catch {
      throw .request("\(error)")
    }
    if let cycle {
      throw .request("requests and answers can wait for each other: \(cycle.joined(separator: ", "))")
    }
  }
}
