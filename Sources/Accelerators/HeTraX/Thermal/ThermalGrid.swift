import Foundation

/// A stack as a grid of cells with conductances between them: finite volumes over die, spreader and sink.
///
/// The die has `columns` × `rows` equal cells; around it the spreader has `margin` cells to each side, and around that the
/// sink as many, each half as wide again as the one before. Silicon, bonds and interface are one cell high, or `slices` of them; spreader and
/// sink, in which heat spreads, `packageSlices`. Power is spread evenly over the silicon of its tier. Cells are numbered
/// column by column, each from the tier that is farthest from the sink up to the sink.
public struct ThermalGrid: Sendable {
  /// The stack.
  public let stack: ThermalStack
  /// Cells of the die in x and y.
  public let columns, rows: Int
  /// Cells of spreader and of sink beside the die, to each side.
  public let margin: Int
  /// Cells in z of silicon, bonds and interface, each.
  public let slices: Int
  /// Cells in z of spreader and of sink.
  public let packageSlices: Int
  /// Relative residual to which temperatures are solved.
  public var tolerance = 1e-10

  /// A layer of cells.
  struct Sheet {
    var height: Double
    var material: ThermalMaterial
    /// 0 for those as large as the die, 1 the spreader, 2 the sink.
    var size: Int
    var tier: Int?
  }

  let sheets: [Sheet]
  let matrix: ConductanceMatrix
  /// W/K to the air, J/K, of each cell.
  let toAir, capacities: [Double]
  private let pivots: [Double]
  /// Where the cells of each tier are: for each tier and die cell the first of the slices.
  private let tierCells: [[Int]]

  /// Lays a grid over `stack`.
  ///
  /// - Parameters:
  ///   - columns, rows: cells of the die, 1 to 256.
  ///   - margin: cells beside it, 1 to 64.
  ///   - slices: cells in z of each layer of the die, 1 to 16.
  ///   - packageSlices: cells in z of spreader and of sink, 1 to 16.
  /// - Throws: ``HeTraXError``.
  public init(
    _ stack: ThermalStack, columns: Int = 16, rows: Int = 16, margin: Int = 4, slices: Int = 1, packageSlices: Int = 4
  ) throws(HeTraXError) {
    try stack.validate()
    for (name, value, range) in [
      ("columns", columns, 1...256), ("rows", rows, 1...256), ("margin", margin, 1...64), ("slices", slices, 1...16),
      ("package slices", packageSlices, 1...16),
    ] where !range.contains(value) { throw .range(name, value, range) }
    (self.stack, self.columns, self.rows) = (stack, columns, rows)
    (self.margin, self.slices, self.packageSlices) = (margin, slices, packageSlices)
    let package = stack.package
    let x = Self.widths(stack.width, columns, package.spreaderSide, package.sinkSide, margin)
    let y = Self.widths(stack.height, rows, package.spreaderSide, package.sinkSide, margin)
    let sheets = Self.sheets(stack, slices, packageSlices)
    let depth = sheets.count
    // First cell of each column, and its lowest sheet.
    var (first, lowest, next) = ([[Int]](), [[Int]](), 0)
    for row in y.indices {
      first.append([])
      lowest.append([])
      for column in x.indices {
        let size = max(x[column].size, y[row].size)
        let bottom = sheets.firstIndex { $0.size >= size } ?? depth
        first[row].append(next)
        lowest[row].append(bottom)
        next += depth - bottom
      }
    }
    let zeros = [Double](repeating: 0, count: next)
    var (up, right, back, air, capacities, diagonal) = (zeros, zeros, zeros, zeros, zeros, zeros)
    var rightCell = (0..<next).map { Int32($0) }
    var backCell = rightCell
    let sinkArea = package.sinkSide * package.sinkSide
    for row in y.indices {
      for column in x.indices {
        let area = x[column].width * y[row].width
        for sheet in lowest[row][column]..<depth {
          let cell = first[row][column] + sheet - lowest[row][column]
          let layer = sheets[sheet]
          let k = layer.material.conductivity
          capacities[cell] = layer.material.capacity * area * layer.height
          let half = layer.height / (2 * k * area)
          if sheet + 1 < depth {
            let other = sheets[sheet + 1]
            up[cell] = 1 / (half + other.height / (2 * other.material.conductivity * area))
          } else {
            air[cell] = 1 / (half + package.convectionResistance * sinkArea / area)
            capacities[cell] += package.convectionCapacity * area / sinkArea
          }
          if column + 1 < x.count, sheet >= lowest[row][column + 1] {
            right[cell] = 2 * k * layer.height * y[row].width / (x[column].width + x[column + 1].width)
            rightCell[cell] = Int32(first[row][column + 1] + sheet - lowest[row][column + 1])
          }
          if row + 1 < y.count, sheet >= lowest[row + 1][column] {
            back[cell] = 2 * k * layer.height * x[column].width / (y[row].width + y[row + 1].width)
            backCell[cell] = Int32(first[row + 1][column] + sheet - lowest[row + 1][column])
          }
        }
      }
    }
    for cell in 0..<next {
      diagonal[cell] += air[cell] + up[cell] + right[cell] + back[cell]
      if up[cell] > 0 { diagonal[cell + 1] += up[cell] }
      if right[cell] > 0 { diagonal[Int(rightCell[cell])] += right[cell] }
      if back[cell] > 0 { diagonal[Int(backCell[cell])] += back[cell] }
    }
    let (dieX, dieY) = (x.firstIndex { $0.size == 0 } ?? 0, y.firstIndex { $0.size == 0 } ?? 0)
    tierCells = stack.tiers.indices.map { tier in
      let sheet = sheets.firstIndex { $0.tier == tier } ?? 0
      return (0..<rows * columns).map { place in
        first[dieY + place / columns][dieX + place % columns] + sheet
      }
    }
    self.sheets = sheets
    (toAir, self.capacities) = (air, capacities)
    matrix = ConductanceMatrix(
      diagonal: diagonal, up: up, right: right, back: back, rightCell: rightCell, backCell: backCell)
    pivots = matrix.pivots()
  }

  /// Cells of all layers.
  public var cellCount: Int { matrix.count }

  /// The longest step in seconds that the Crank-Nicolson scheme surely takes without oscillation: by Gershgorin's bound, the
  /// least of capacity over conductance of a cell.
  public var longestSmoothStep: Double {
    zip(capacities, matrix.diagonal).map { $0 / $1 }.min() ?? .infinity
  }

  /// Widths of the cells along an axis, and what is the smallest layer that has them.
  private static func widths(
    _ die: Double, _ count: Int, _ spreader: Double, _ sink: Double, _ margin: Int
  ) -> [(width: Double, size: Int)] {
    func side(_ outer: Double, _ inner: Double, _ size: Int) -> [(width: Double, size: Int)] {
      let length = (outer - inner) / 2
      guard length > 1e-9 * outer else { return [] }
      let shares = (0..<margin).map { pow(1.5, Double($0)) }
      let sum = shares.reduce(0, +)
      return shares.map { (length * $0 / sum, size) }
    }
    let beside = side(spreader, die, 1)
    let outside = side(sink, spreader, 2)
    let middle = [(width: Double, size: Int)](repeating: (die / Double(count), 0), count: count)
    return outside.reversed() + beside.reversed() + middle + beside + outside
  }

  /// The layers from the tier that is farthest from the sink up to the sink.
  private static func sheets(_ stack: ThermalStack, _ slices: Int, _ packageSlices: Int) -> [Sheet] {
    var sheets: [Sheet] = []
    func add(_ layer: ThermalLayer, size: Int, tier: Int? = nil) {
      let slices = size == 0 ? slices : packageSlices
      for _ in 0..<slices {
        sheets.append(
          Sheet(height: layer.thickness / Double(slices), material: layer.material, size: size, tier: tier))
      }
    }
    for (tier, value) in stack.tiers.enumerated().reversed() {
      add(value.silicon, size: 0, tier: tier)
      if tier > 0 { add(value.bond, size: 0) }
    }
    add(stack.package.interface, size: 0)
    add(stack.package.spreader, size: 1)
    add(stack.package.sink, size: 2)
    return sheets
  }

  /// Watts of each cell.
  ///
  /// - Throws: ``HeTraXError``.
  func watts(_ power: PowerMap) throws(HeTraXError) -> [Double] {
    try power.validate(on: stack)
    var result = [Double](repeating: 0, count: cellCount)
    let cells = power.cells(columns: columns, rows: rows, width: stack.width, height: stack.height)
    for (tier, values) in cells.enumerated() {
      for (place, value) in values.enumerated() {
        for slice in 0..<slices { result[tierCells[tier][place] + slice] = value / Double(slices) }
      }
    }
    return result
  }

  /// The temperatures at which as much heat leaves as is made.
  ///
  /// - Throws: ``HeTraXError``.
  public func steady(_ power: PowerMap) throws(HeTraXError) -> ThermalField {
    let right = try watts(power)
    var rises = [Double](repeating: 0, count: cellCount)
    let (iterations, residual) = try matrix.solve(right, from: &rises, tolerance: tolerance, pivots: pivots)
    matrix.close(right, &rises, conductances: toAir)
    return field(rises, iterations: iterations, residual: residual)
  }

  /// What kelvins above the air in all cells mean for the tiers.
  func field(_ rises: [Double], iterations: Int, residual: Double) -> ThermalField {
    let ambient = stack.package.ambient
    var heat = 0.0
    for cell in rises.indices { heat += toAir[cell] * rises[cell] }
    let tiers = tierCells.map { cells in
      cells.map { cell in
        ambient + (0..<slices).reduce(0) { $0 + rises[cell + $1] } / Double(slices)
      }
    }
    return ThermalField(
      columns: columns, rows: rows, tiers: tiers, sinkHeat: heat, iterations: iterations, residual: residual,
      rises: rises)
  }
}

/// Temperatures of a stack.
public struct ThermalField: Hashable, Sendable {
  /// Cells of the die in x and y.
  public let columns, rows: Int
  /// Kelvins of the silicon, row by row from the lower edge, for each tier.
  public let tiers: [[Double]]
  /// Watts that leave by the sink.
  public let sinkHeat: Double
  /// Iterations of the solver, and the relative residual that is left.
  public let iterations: Int
  /// ‖b − A·x‖ / ‖b‖.
  public let residual: Double
  /// Kelvins above the air in all cells of the grid.
  let rises: [Double]

  /// Kelvins of the hottest cell.
  public var peak: Double { tiers.map { $0.max() ?? 0 }.max() ?? 0 }

  /// Greatest, mean and least kelvins of a tier.
  public func summary(tier: Int) -> (peak: Double, mean: Double, least: Double) {
    let values = tiers[tier]
    return (values.max() ?? 0, values.reduce(0, +) / Double(values.count), values.min() ?? 0)
  }

  /// Mean kelvins of the cells whose centres lie in a block, in parts of the die; of the nearest cell where none does.
  public func mean(tier: Int, of block: PowerBlock, on stack: ThermalStack) -> Double {
    let (w, h) = (stack.width / Double(columns), stack.height / Double(rows))
    var (sum, count) = (0.0, 0)
    for row in 0..<rows {
      let y = (Double(row) + 0.5) * h
      guard y >= block.y, y <= block.y + block.height else { continue }
      for column in 0..<columns {
        let x = (Double(column) + 0.5) * w
        guard x >= block.x, x <= block.x + block.width else { continue }
        sum += tiers[tier][row * columns + column]
        count += 1
      }
    }
    if count > 0 { return sum / Double(count) }
    let column = min(max(Int((block.x + block.width / 2) / w), 0), columns - 1)
    let row = min(max(Int((block.y + block.height / 2) / h), 0), rows - 1)
    return tiers[tier][row * columns + column]
  }
}
