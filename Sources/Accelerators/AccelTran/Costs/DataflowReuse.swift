/// How often the lanes of a machine find what a tile product needs: the tile products of a product go to the lanes in turn,
/// and each lane holds the two operand tiles and the result of its last one.
///
/// The published count (R4) asks of the tile of weights whether b and k are those of the last, and leaves j out.
public struct DataflowReuse: Hashable, Sendable {
  /// When a tile of weights counts as held.
  public enum Predicate: Hashable, Sendable {
    /// Where b and k are those of the last tile product.
    case published
    /// Where b, k and j are.
    case corrected
  }

  /// What a lane is given at a time.
  public enum Assignment: String, Hashable, Sendable, CaseIterable {
    /// One tile product, then the next lane has its turn: the published way.
    case product
    /// All tile products of one tile of the result, so that its sum never leaves the lane.
    case result
  }

  /// What a lane is given at a time.
  public let assignment: Assignment
  /// The order of the loops.
  public let order: LoopOrder
  /// The tile products.
  public let products: Int
  /// Tile products whose tile of the first operand was held.
  public let first: Int
  /// Tile products whose tile of weights was held.
  public let second: Int
  /// Tile products whose result goes on being summed in the same lane.
  public let sums: Int

  /// Both operands' tiles that were held.
  public var operands: Int { first + second }
  /// Tiles that travel between buffers and lanes: operands that are fetched, and partial sums, which cost two where they
  /// leave a lane and come back.
  public let travels: Int

  /// Counts a product.
  public init(
    _ counts: TileCounts, order: LoopOrder, lanes: Int, predicate: Predicate = .corrected,
    assignment: Assignment = .product
  ) {
    let visited = assignment == .product ? order : order.withInnerLast
    let share = assignment == .product ? 1 : max(counts.inner, 1)
    var last = [TileIndex?](repeating: nil, count: max(lanes, 1))
    var (first, second, sums, number, pieces) = (0, 0, 0, 0, 0)
    visited.visit(counts) { tile in
      let lane = number / share % last.count
      if let held = last[lane] {
        if held.b == tile.b && held.i == tile.i && held.k == tile.k { first += 1 }
        if held.b == tile.b && held.k == tile.k && (predicate == .published || held.j == tile.j) { second += 1 }
        if held.b == tile.b && held.i == tile.i && held.j == tile.j { sums += 1 } else { pieces += 1 }
      } else {
        pieces += 1
      }
      last[lane] = tile
      number += 1
    }
    self.order = visited
    self.assignment = assignment
    products = number
    (self.first, self.second, self.sums) = (first, second, sums)
    // Each piece of a sum leaves its lane once; all but the first of a result have to be read again.
    let results = counts.batch * counts.rows * counts.columns
    travels = 2 * number - first - second + pieces + max(pieces - results, 0)
  }

  /// The published energy in nJ of an experiment of R4: lanes that work, and operands that are fetched.
  ///
  /// - Throws: ``AccelTranError/constant(_:available:)`` for a machine without published constants.
  public func publishedEnergy(
    on machine: AccelTranConfiguration, constants: PublishedConstants = PublishedConstants()
  ) throws(AccelTranError) -> (dynamic: Double, leakage: Double, total: Double) {
    let lane = try constants.lane(multipliers: machine.multipliers, activation: machine.activation)
    let clocks = UnitClocks(machine: machine, assumptions: PaperAssumption.published, constants: constants)
      .clocks(.product(.init(machine.tileBatch, machine.tile, machine.tile), columns: machine.tile))
    let access = constants.buffer(.activation).energy * machine.activationBuffer.squareRoot()
    let tile = access * Double(machine.tileBatch * machine.tile * machine.tile) / Double(constants.blockBytes)
    let work = Double(products * clocks) / machine.clock
    let dynamic = work * lane.dynamic + tile * Double(2 * products - operands)
    return (dynamic, work * lane.leakage, dynamic + work * lane.leakage)
  }
}
