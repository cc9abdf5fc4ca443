/// The fast formula for the hottest place of a stack, without lateral flow.
///
/// Over each column n of the die and each tier k from the sink, with power P and resistances R:
/// T = max over n and k of [Σ_{i ≤ k} P_{n,i} · Σ_{j ≤ i} R_j + R_b · Σ_{i ≤ k} P_{n,i}] · T_H. Tiers above k are left out of the sum of
/// tier k, so only the greatest value, that of the tier farthest from the sink, is a temperature; in one dimension it is exact.
/// R_b is the shared path of interface, spreader, sink and air, as if every column had an equal part of it.
public struct StackFormula: Hashable, Sendable {
  /// K/W of a column: from the middle of a tier's silicon to that of the tier before, or to the interface material.
  public var tierResistances: [Double]
  /// K/W of a column: from the interface material to the air.
  public var sinkResistance: Double
  /// The lateral factor T_H.
  public var lateralFactor: Double
  /// Kelvins of the air.
  public var ambient: Double
  /// Columns of the die, and rows of them.
  public let columns, rows: Int

  /// The resistances of `stack` for a grid of columns.
  public init(_ stack: ThermalStack, columns: Int, rows: Int, lateralFactor: Double = 1) {
    let count = Double(columns * rows)
    let area = stack.area / count
    let package = stack.package
    (self.columns, self.rows, self.lateralFactor) = (columns, rows, lateralFactor)
    ambient = package.ambient
    tierResistances = stack.tiers.indices.map { tier in
      let own = stack.tiers[tier].silicon.resistance(area: area) / 2
      guard tier > 0 else { return own }
      return own + stack.tiers[tier].bond.resistance(area: area)
        + stack.tiers[tier - 1].silicon.resistance(area: area) / 2
    }
    sinkResistance =
      count
      * (package.interface.resistance(area: stack.area)
        + package.spreader.resistance(area: package.spreaderSide * package.spreaderSide)
        + package.sink.resistance(area: package.sinkSide * package.sinkSide) + package.convectionResistance)
  }

  /// Kelvins of the hottest place for watts of the columns, for each tier.
  public func peak(_ watts: [[Double]]) -> Double {
    var highest = 0.0
    for column in 0..<columns * rows {
      let rises = self.rises(column: column) { watts[$0][column] }
      highest = max(highest, rises.max() ?? 0)
    }
    return ambient + highest * lateralFactor
  }

  /// The bracket of the formula for each tier of a column.
  private func rises(column: Int, _ watts: (Int) -> Double) -> [Double] {
    var (resistance, weighted, sum) = (0.0, 0.0, 0.0)
    return tierResistances.indices.map { tier in
      resistance += tierResistances[tier]
      weighted += watts(tier) * resistance
      sum += watts(tier)
      return weighted + sinkResistance * sum
    }
  }

  /// Kelvins of every tier of a column, the heat of the tiers behind it included: what the formula leaves out for all but
  /// the last tier.
  public func temperatures(column: Int, _ watts: [[Double]]) -> [Double] {
    let all = watts.reduce(0) { $0 + $1[column] }
    var (behind, rise) = (all, sinkResistance * all)
    return tierResistances.indices.map { tier in
      rise += tierResistances[tier] * behind
      behind -= watts[tier][column]
      return ambient + rise * lateralFactor
    }
  }

  /// The formula with the lateral factor that makes its peak for `power` that of a grid.
  ///
  /// - Throws: ``HeTraXError``.
  public func calibrated(_ stack: ThermalStack, _ power: PowerMap, grid size: Int = 16) throws(HeTraXError)
    -> StackFormula
  {
    let grid = try ThermalGrid(stack, columns: size, rows: size)
    let field = try grid.steady(power)
    var result = self
    result.lateralFactor = 1
    let watts = power.cells(columns: columns, rows: rows, width: stack.width, height: stack.height)
    let rise = result.peak(watts) - ambient
    if rise > 0 { result.lateralFactor = (field.peak - ambient) / rise }
    return result
  }
}
