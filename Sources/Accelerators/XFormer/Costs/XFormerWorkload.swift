/// What an encoder asks of X-Former: products, storage, tiles and the time of the engines.
///
/// The published machine: 36 tiles of 8 cores of 6 crossbars of 128 × 128 cells of two bits, 8-bit weights, blocks of 64 tokens,
/// the weights of every layer resident, one attention engine for all layers. Times are those of a model with one assumption for
/// each knob; none of them is tuned to a published ratio.
public struct XFormerWorkload: Hashable, Sendable {
  /// Layers, features, heads, and features between the last two matrices.
  public var layers, features, heads, inner: Int

  /// An encoder.
  public init(layers: Int, features: Int, heads: Int, inner: Int) {
    (self.layers, self.features, self.heads, self.inner) = (layers, features, heads, inner)
  }

  /// BERT-base and BERT-large.
  public static let bertBase = XFormerWorkload(layers: 12, features: 768, heads: 12, inner: 3072)
  /// BERT-large.
  public static let bertLarge = XFormerWorkload(layers: 24, features: 1024, heads: 16, inner: 4096)

  /// Weights of a layer.
  public var weights: Int { 4 * features * features + 2 * features * inner }

  /// Multiply-accumulates of a layer: those of trained weights, and those of attention.
  public func products(tokens: Int) -> (trained: Int, attention: Int) {
    (tokens * weights, 2 * tokens * tokens * features)
  }

  /// Bytes of the scores of a head that have to be held, codes of 8 bits: all of them, or those of a pair of blocks.
  public static func scoreBytes(tokens: Int, block: Int? = nil) -> Int {
    block.map { $0 * $0 } ?? tokens * tokens
  }

  /// Crossbars, tiles and weights of the published projection engine.
  public struct Tiles: Hashable, Sendable {
    /// Tiles for a layer, cores of a tile, crossbars of a core, rows and columns of a crossbar, and bits of a cell.
    public var tiles = 36, cores = 8, crossbars = 6, rows = 128, columns = 128, cellBits = 2
    /// Bits of a weight.
    public var weightBits = 8

    /// The published sizes.
    public init() {}

    /// Crossbars of all tiles.
    public var allCrossbars: Int { tiles * cores * crossbars }
    /// Bits of all cells.
    public var bits: Int { allCrossbars * rows * columns * cellBits }
    /// Weights that fit.
    public var weights: Int { bits / weightBits }
    /// Weights of a tile.
    public var tileWeights: Int { weights / tiles }
    /// Tiles for so many weights.
    public func tiles(for count: Int) -> Int { (count + tileWeights - 1) / tileWeights }
  }

  /// What the time of an inference depends on.
  public struct Timing: Hashable, Sendable {
    /// Nanoseconds in which every projection engine passes a token: planes times the time of a plane.
    public var tokenNanoseconds: Double
    /// Nanoseconds for a key that streams past a block of queries; the same for a row of weights past values.
    public var streamNanoseconds: Double
    /// Banks of queries and of values for each head.
    public var banks: Int

    /// A timing.
    public init(tokenNanoseconds: Double, streamNanoseconds: Double = 5, banks: Int = 1) {
      (self.tokenNanoseconds, self.streamNanoseconds, self.banks) = (tokenNanoseconds, streamNanoseconds, banks)
    }

    /// Eight planes of 100 ns, the timing of a crossbar that is read by a shared converter.
    public static let planes100 = Timing(tokenNanoseconds: 800)
    /// Eight planes of 20 ns.
    public static let planes20 = Timing(tokenNanoseconds: 160)
  }

  /// Which order the blocks pass in.
  public enum Order: String, Hashable, Sendable, CaseIterable {
    /// No stage starts before the one before has passed the whole sequence.
    case unblocked
    /// Blocks flow through the five stages as if a context did not need the last key: what a naive pipeline model says.
    case ideal
    /// Keys and values of all blocks, then block by block of queries: the barrier is a pass of its own.
    case kvFirst = "kv-first"
    /// Pairs of blocks as they come: the barrier is a late finish.
    case wavefront
    /// Two sequences in turn, so that one projects while the other one attends.
    case interleaved
  }

  /// Seconds of a layer, and the shares of it in which a projection stage and the attention engine work.
  public func layer(
    tokens: Int, block: Int, _ order: Order, _ timing: Timing
  ) -> (seconds: Double, projection: Double, attention: Double) {
    let block = order == .unblocked ? tokens : min(block, tokens)
    let blocks = (tokens + block - 1) / block
    let pass = Double(tokens) * timing.tokenNanoseconds
    let step = Double(block) * timing.tokenNanoseconds
    // A key meets every block of queries, a row of weights every block of values; scores and contexts run one behind the other.
    let pairs = 2 * Double(tokens) * Double(blocks) * timing.streamNanoseconds / Double(timing.banks)
    let last = 2 * Double(block) * Double(blocks) * timing.streamNanoseconds / Double(timing.banks)
    let nanoseconds: Double
    switch order {
    case .unblocked: nanoseconds = 4 * pass + pairs
    case .ideal: nanoseconds = max(pass, pairs) + 4 * step
    // The pass of the keys, then queries, attention, output and the two of the feed-forward part, block by block.
    case .kvFirst: nanoseconds = pass + max(pass, pairs) + 4 * step
    // Attention follows the projections; only the rows of the last block of keys are left when they end, and then all
    // contexts are there at once for three stages.
    case .wavefront: nanoseconds = max(pass + last, pairs) + pass + 3 * step
    // Two sequences share the engines: each takes the longer one of a pass and its attention, the other one fills the barrier.
    case .interleaved: nanoseconds = max(pass, pairs) + 2 * step
    }
    return (nanoseconds * 1e-9, min(1, pass / nanoseconds), min(1, pairs / nanoseconds))
  }

  /// Seconds of an inference.
  public func seconds(tokens: Int, block: Int, _ order: Order, _ timing: Timing) -> Double {
    Double(layers) * layer(tokens: tokens, block: block, order, timing).seconds
  }

  /// The block size of a list with the shortest time.
  public func bestBlock(tokens: Int, among blocks: [Int], _ order: Order, _ timing: Timing) -> Int? {
    blocks.min { seconds(tokens: tokens, block: $0, order, timing) < seconds(tokens: tokens, block: $1, order, timing) }
  }
}

/// Energies of X-Former's events, as data: what a coefficient is, in joules, and where it is from.
public struct XFormerEnergies: Hashable, Sendable {
  /// A coefficient.
  public struct Coefficient: Hashable, Sendable, Codable {
    /// What it is for, and where it is from.
    public var name, source: String
    /// Joules for an event.
    public var joules: Double
  }

  /// A crossbar that is read for a plane, with its drivers: 0.3 mW and 128 drivers of 3.9 µW for 100 ns.
  public var crossbarPlane = Coefficient(
    name: "read of a crossbar for a plane", source: "PUMA-class components: 0.3 mW + 128 · 3.9 µW for 100 ns",
    joules: (0.3e-3 + 128 * 3.9e-6) * 100e-9)
  /// A conversion of 8 bits: 2 mW at 1.28 GS/s.
  public var conversion = Coefficient(
    name: "conversion of 8 bits", source: "PUMA-class components: 2 mW at 1.28 GS/s", joules: 2e-3 / 1.28e9)
  /// A product of 8 bits in a digital bank: 89 TOPS/W of published all-digital silicon, two operations.
  public var digitalProduct = Coefficient(
    name: "product of 8 bits in a digital bank", source: "all-digital SRAM macro, 89 TOPS/W: 2 operations",
    joules: 2 / 89e12)
  /// Two bytes between a buffer and an engine.
  public var bufferBytes = Coefficient(
    name: "two bytes from or to a buffer", source: "32 KB bank, 1.66 pJ", joules: 1.66e-12)
  /// A row of a crossbar that is written: 21.1 nJ for an array of 128.
  public var rowWrite = Coefficient(
    name: "write of a row of a crossbar", source: "21.1 nJ for an array of 128 rows", joules: 21.1e-9 / 128)
  /// An operation of a vector lane: 1.71 mW at 1 GHz.
  public var laneOperation = Coefficient(
    name: "operation of a vector lane", source: "PUMA-class components: 1.71 mW at 1 GHz", joules: 1.71e-3 / 1e9)
  /// Two bytes from the main memory.
  public var memoryBytes = Coefficient(
    name: "two bytes from the main memory", source: "DRAM, 62.4 pJ", joules: 62.4e-12)

  /// The coefficients.
  public init() {}

  /// All of them.
  public var all: [Coefficient] {
    [crossbarPlane, conversion, digitalProduct, bufferBytes, rowWrite, laneOperation, memoryBytes]
  }

  /// Joules of a layer by part: crossbars, converters, attention, buffers.
  ///
  /// - Parameter crossbars: for each block of weights: 2 for differential columns.
  public func layer(
    _ workload: XFormerWorkload, tokens: Int, tiles: XFormerWorkload.Tiles = .init(), crossbars: Int = 1
  ) -> [(part: String, joules: Double)] {
    let perCrossbar = tiles.rows * tiles.columns * tiles.cellBits / tiles.weightBits
    let count = Double((workload.weights + perCrossbar - 1) / perCrossbar * crossbars)
    let planes = Double(tokens * tiles.weightBits)
    let products = Double(workload.products(tokens: tokens).attention)
    let moved = Double(tokens * (9 * workload.features + 2 * workload.inner))
    return [
      ("crossbars", count * planes * crossbarPlane.joules),
      ("converters", count * planes * Double(tiles.columns) * conversion.joules),
      ("attention", products * digitalProduct.joules), ("buffers", moved / 2 * bufferBytes.joules),
    ]
  }

  /// Joules for the weights of a layer to be written once.
  public func programming(_ workload: XFormerWorkload, tiles: XFormerWorkload.Tiles = .init()) -> Double {
    let perCrossbar = tiles.rows * tiles.columns * tiles.cellBits / tiles.weightBits
    return Double((workload.weights + perCrossbar - 1) / perCrossbar * tiles.rows) * rowWrite.joules
  }
}
