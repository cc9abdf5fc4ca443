/// Watts of a rectangle of a tier, evenly over its area.
public struct PowerBlock: Hashable, Sendable, Codable {
  /// Its name.
  public var name: String
  /// Metres from the lower left corner of the die.
  public var x, y: Double
  /// Metres.
  public var width, height: Double
  /// Watts.
  public var watts: Double

  /// A block.
  public init(_ name: String, x: Double, y: Double, width: Double, height: Double, watts: Double) {
    (self.name, self.x, self.y) = (name, x, y)
    (self.width, self.height, self.watts) = (width, height, watts)
  }
}

/// Watts by tier and block.
public struct PowerMap: Hashable, Sendable, Codable {
  /// Blocks of each tier, tier 0 nearest to the sink.
  public var tiers: [[PowerBlock]]

  /// A map of blocks.
  public init(tiers: [[PowerBlock]]) { self.tiers = tiers }

  /// Equal blocks on a grid, for each tier rows of watts, that at the lower edge first.
  public init(grids: [[[Double]]], width: Double, height: Double) {
    tiers = grids.map { rows in
      rows.enumerated().flatMap { y, row in
        row.enumerated().map { x, watts in
          PowerBlock(
            "\(x),\(y)", x: width * Double(x) / Double(row.count), y: height * Double(y) / Double(rows.count),
            width: width / Double(row.count), height: height / Double(rows.count), watts: watts)
        }
      }
    }
  }

  /// Watts of all blocks.
  public var total: Double { tiers.reduce(0) { $0 + Self.total($1) } }

  private static func total(_ blocks: [PowerBlock]) -> Double { blocks.reduce(0) { $0 + $1.watts } }

  /// Watts of each tier.
  public var totals: [Double] { tiers.map(Self.total) }

  /// Tiers in another order: tier i of the result is tier `order[i]`.
  public func reordered(_ order: [Int]) -> PowerMap { PowerMap(tiers: order.map { tiers[$0] }) }

  /// Watts of the cells of a grid, row by row, for each tier: every block is divided by the area that it has in a cell.
  public func cells(columns: Int, rows: Int, width: Double, height: Double) -> [[Double]] {
    let (w, h) = (width / Double(columns), height / Double(rows))
    return tiers.map { blocks in
      var cells = [Double](repeating: 0, count: columns * rows)
      for block in blocks where block.watts != 0 {
        let density = block.watts / (block.width * block.height)
        let (firstX, lastX) = Self.range(block.x, block.width, w, columns)
        let (firstY, lastY) = Self.range(block.y, block.height, h, rows)
        for y in firstY...lastY {
          let high = min(block.y + block.height, Double(y + 1) * h) - max(block.y, Double(y) * h)
          guard high > 0 else { continue }
          for x in firstX...lastX {
            let wide = min(block.x + block.width, Double(x + 1) * w) - max(block.x, Double(x) * w)
            if wide > 0 { cells[y * columns + x] += density * wide * high }
          }
        }
      }
      return cells
    }
  }

  private static func range(_ start: Double, _ length: Double, _ cell: Double, _ count: Int) -> (Int, Int) {
    let first = min(max(Int((start / cell).rounded(.down)), 0), count - 1)
    let last = min(max(Int(((start + length) / cell).rounded(.up)) - 1, first), count - 1)
    return (first, last)
  }

  /// Refuses a map that does not lie on `stack`.
  ///
  /// - Throws: ``HeTraXError``.
  public func validate(on stack: ThermalStack) throws(HeTraXError) {
    guard tiers.count == stack.tiers.count else {
      throw .request("power for \(tiers.count) tiers, and the stack has \(stack.tiers.count)")
    }
    let slack = 1e-9 * max(stack.width, stack.height)
    for (tier, blocks) in zip(stack.tiers, tiers) {
      for block in blocks {
        guard block.width > 0, block.height > 0, block.x >= -slack, block.y >= -slack,
          block.x + block.width <= stack.width + slack, block.y + block.height <= stack.height + slack
        else { throw .request("block '\(block.name)' of tier '\(tier.name)' does not lie on the die") }
        guard block.watts.isFinite, block.watts >= 0 else {
          throw .notPositive("watts of '\(block.name)'", block.watts)
        }
      }
    }
  }
}
