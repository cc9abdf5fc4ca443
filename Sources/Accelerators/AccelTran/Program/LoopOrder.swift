/// The order of the four loops of a tiled product, outermost first: b over the batch, i over rows of tiles of the first
/// operand, j over columns of tiles of the second, k over the inner extent.
///
/// All 24 orders compute the same; they differ in which tiles a lane finds in its FIFO again. The published name of the
/// order that is used everywhere is `b_i_j_k`, here `bijk`.
public struct LoopOrder: Hashable, Sendable, CustomStringConvertible {
  /// A loop of a tiled product.
  public enum Loop: Character, Hashable, Sendable, CaseIterable {
    /// Items of the batch.
    case batch = "b"
    /// Rows of tiles of the first operand.
    case row = "i"
    /// Columns of tiles of the second operand.
    case column = "j"
    /// Tiles of the inner extent.
    case inner = "k"
  }

  /// The loops, outermost first.
  public let loops: [Loop]

  private init(loops: [Loop]) { self.loops = loops }

  /// Reads an order such as `bijk` or `b_i_j_k`.
  ///
  /// - Throws: ``AccelTranError/loopOrder(_:)`` when the text does not name each loop once.
  public init(_ text: String) throws(AccelTranError) {
    let loops = text.filter { $0 != "_" }.compactMap(Loop.init)
    guard loops.count == 4, Set(loops).count == 4, text.count(where: { $0 != "_" }) == 4 else {
      throw .loopOrder(text)
    }
    self.loops = loops
  }

  /// The order with the inner loop innermost.
  public var withInnerLast: LoopOrder { LoopOrder(loops: loops.filter { $0 != .inner } + [.inner]) }

  /// The published order of every named machine.
  public static let bijk = LoopOrder(loops: [.batch, .row, .column, .inner])

  /// All 24 orders, in alphabetical order.
  public static let all: [LoopOrder] = {
    var orders: [[Loop]] = [[]]
    for _ in 0..<4 {
      orders = orders.flatMap { head in Loop.allCases.filter { !head.contains($0) }.map { head + [$0] } }
    }
    return orders.map(LoopOrder.init(loops:))
  }()

  /// `bijk`.
  public var description: String { String(loops.map(\.rawValue)) }

  /// The tiles of a product in this order.
  ///
  /// - Parameters:
  ///   - counts: how many tiles there are along b, i, j and k.
  ///   - visit: told of each tile.
  public func visit(_ counts: TileCounts, _ visit: (TileIndex) -> Void) {
    let extents = loops.map { counts[$0] }
    var places = [0, 0, 0, 0]
    guard extents.allSatisfy({ $0 > 0 }) else { return }
    while true {
      var index = TileIndex()
      for (loop, place) in zip(loops, places) { index[loop] = place }
      visit(index)
      var axis = 3
      while axis >= 0 {
        places[axis] += 1
        if places[axis] < extents[axis] { break }
        places[axis] = 0
        axis -= 1
      }
      if axis < 0 { return }
    }
  }
}

/// How many tiles a product has along each loop.
public struct TileCounts: Hashable, Sendable {
  /// Along the batch.
  public var batch: Int
  /// Along the rows of the first operand.
  public var rows: Int
  /// Along the columns of the second operand.
  public var columns: Int
  /// Along the inner extent.
  public var inner: Int

  /// Counts tiles.
  public init(batch: Int, rows: Int, columns: Int, inner: Int) {
    self.batch = batch
    self.rows = rows
    self.columns = columns
    self.inner = inner
  }

  /// Covers a product with tiles; what a tile covers beyond the product is padding.
  public init(batch: Int, rows: Int, inner: Int, columns: Int, tileBatch: Int, tile: Int) {
    func count(_ extent: Int, _ tile: Int) -> Int { (extent + tile - 1) / tile }
    self.init(
      batch: count(batch, tileBatch), rows: count(rows, tile), columns: count(columns, tile), inner: count(inner, tile))
  }

  /// The tile products.
  public var total: Int { batch * rows * columns * inner }

  /// The number of tiles along a loop.
  public subscript(loop: LoopOrder.Loop) -> Int {
    switch loop {
    case .batch: batch
    case .row: rows
    case .column: columns
    case .inner: inner
    }
  }
}

/// A tile product of a product, by its places along the loops.
public struct TileIndex: Hashable, Sendable {
  /// The place along the batch.
  public var b = 0
  /// The place along the rows.
  public var i = 0
  /// The place along the columns.
  public var j = 0
  /// The place along the inner extent.
  public var k = 0

  /// The first tile product.
  public init() {}

  /// The place along a loop.
  public subscript(loop: LoopOrder.Loop) -> Int {
    get {
      switch loop {
      case .batch: b
      case .row: i
      case .column: j
      case .inner: k
      }
    }
    set {
      switch loop {
      case .batch: b = newValue
      case .row: i = newValue
      case .column: j = newValue
      case .inner: k = newValue
      }
    }
  }
}

extension LoopOrder {
  /// What the tile sequencer takes for the order: two bits for each level, the innermost one in the low bits; 0 for b, 1 for i,
  /// 2 for j, 3 for k.
  public var code: Int {
    loops.reduce(0) { code, loop in code << 2 | (Loop.allCases.firstIndex(of: loop) ?? 0) }
  }
}
