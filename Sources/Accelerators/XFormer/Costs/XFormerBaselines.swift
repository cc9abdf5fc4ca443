/// Machines that X-Former is compared with, as configurations of one model: the same workload, stage time and coefficients.
///
/// Every machine keeps the trained weights resident where it can and passes a token through a projection stage in the same time. What
/// differs is where the products of attention are made, and what has to be written or fetched for them.
public struct XFormerBaselines: Hashable, Sendable {
  /// The encoder and its tokens.
  public var workload: XFormerWorkload
  /// Tokens of a sequence.
  public var tokens: Int
  /// Time of a stage.
  public var timing: XFormerWorkload.Timing
  /// Tokens of a block.
  public var block = 64
  /// Joules of the events.
  public var energies = XFormerEnergies()
  /// Crossbars of a layer.
  public var tiles = XFormerWorkload.Tiles()
  /// Vector lanes of a core, and their clock in hertz.
  public var lanes = 4, laneClock = 1e9
  /// Seconds to write an array of 128 × 128 cells, and arrays that are written at once.
  public var arrayWrite = 10.97e-6, arraysAtOnce = 2
  /// Cells for a bit in F²: resistive of two bits, 4F × 12F; static of one bit, 10F × 28F.
  public var resistiveBitArea = 24.0, staticBitArea = 280.0
  /// Bytes a second from the main memory, for weights that do not fit.
  public var memoryBandwidth = 256e9

  /// The machines for an encoder.
  public init(_ workload: XFormerWorkload, tokens: Int, timing: XFormerWorkload.Timing) {
    (self.workload, self.tokens, self.timing) = (workload, tokens, timing)
  }

  /// Seconds and joules of an inference.
  public struct Cost: Hashable, Sendable {
    /// Seconds.
    public var seconds: Double
    /// Joules.
    public var joules: Double
  }

  private var pass: Double { Double(tokens) * timing.tokenNanoseconds * 1e-9 }
  private var layers: Double { Double(workload.layers) }
  private var attention: Double { Double(workload.products(tokens: tokens).attention) }
  private var parts: [String: Double] {
    Dictionary(
      uniqueKeysWithValues: energies.layer(workload, tokens: tokens, tiles: tiles).map { ($0.part, $0.joules) })
  }
  private func joules(_ names: String...) -> Double { names.reduce(0) { $0 + (parts[$1] ?? 0) } }

  /// X-Former in an order of its blocks.
  public func xformer(_ order: XFormerWorkload.Order) -> Cost {
    Cost(
      seconds: workload.seconds(tokens: tokens, block: block, order, timing),
      joules: layers * joules("crossbars", "converters", "attention", "buffers"))
  }

  /// The products of attention on the vector lanes of the cores, one behind the other with the four stages of the weights.
  ///
  /// - Parameter cyclesPerProduct: 1 for a multiply-accumulate in a clock, 2 for two operations.
  public func vectorLanes(cyclesPerProduct: Int) -> Cost {
    let count = Double(tiles.tiles * tiles.cores * lanes)
    let products = attention * Double(cyclesPerProduct) / (count * laneClock)
    let lanes = 2 * attention * energies.laneOperation.joules
    let moved = attention / 2 * energies.bufferBytes.joules
    return Cost(
      seconds: layers * (4 * pass + products),
      joules: layers * (joules("crossbars", "converters", "buffers") + lanes + moved))
  }

  /// The products of attention on resistive crossbars too: keys and values are written in every layer, then two more stages read them.
  public var resistive: Cost {
    let arrays = dynamicArrays
    let writes = (Double(arrays) / Double(arraysAtOnce)).rounded(.up) * arrayWrite
    let perPlane = energies.crossbarPlane.joules + Double(tiles.columns) * energies.conversion.joules
    let reads = Double(arrays * tokens * tiles.weightBits) * perPlane
    let written = Double(arrays * tiles.rows) * energies.rowWrite.joules
    return Cost(
      seconds: layers * (6 * pass + writes),
      joules: layers * (joules("crossbars", "converters", "buffers") + reads + written))
  }

  /// Crossbars that hold the keys and the values of a layer.
  public var dynamicArrays: Int {
    let cells = 2 * tokens * workload.features * tiles.weightBits / tiles.cellBits
    return (cells + tiles.rows * tiles.columns - 1) / (tiles.rows * tiles.columns)
  }

  /// Static cells on the area of the resistive ones: what does not fit comes from memory in every inference.
  public var iso: Cost {
    let weights = layers * Double(workload.weights)
    let fetched = weights * (1 - resistiveBitArea / staticBitArea)
    let trained = layers * Double(workload.products(tokens: tokens).trained)
    let computed = workload.seconds(tokens: tokens, block: block, .kvFirst, timing)
    let products: Double = (trained + layers * attention) * energies.digitalProduct.joules
    let moved: Double = fetched / 2 * energies.memoryBytes.joules
    return Cost(
      seconds: max(computed, fetched / memoryBandwidth), joules: products + moved + layers * joules("buffers"))
  }

  /// Inferences until cells that are written in every layer have worn out.
  ///
  /// - Parameter endurance: writes that a cell stands.
  public func inferences(endurance: Double) -> Double { endurance / layers }
}
