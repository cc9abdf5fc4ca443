/// Temperatures for every place of the tier of crossbars and several bond layers: which order of tiers is coolest, and for which bond.
public struct TierOrderSweep: Hashable, Sendable {
  /// One order with one bond layer.
  public struct Row: Hashable, Sendable, Codable {
    /// Place of the tier of crossbars, 0 at the sink.
    public let place: Int
    /// W/(m·K) of the bond layers.
    public let conductivity: Double
    /// Kelvins of the hottest place of all tiers.
    public let peak: Double
    /// Greatest and mean kelvins of the crossbars' tier.
    public let resistivePeak: Double
    /// Mean of the crossbars' tier.
    public let resistiveMean: Double
  }

  /// The rows, bond by bond.
  public let rows: [Row]

  /// Sweeps a workload's power over orders and bonds.
  ///
  /// - Parameters:
  ///   - watts: of each core of `machine`, in its own order of tiers.
  ///   - cells: of the grid in x and y.
  /// - Throws: ``HeTraXError``.
  public init(_ machine: HeTraXMachine, watts: [Double], conductivities: [Double], cells: Int = 24) throws(HeTraXError)
  {
    guard machine.tiers.contains(where: \.isResistive) else {
      throw .request("\(machine.name) has no tier of crossbars to move")
    }
    let power = machine.powerMap(watts)
    var rows: [Row] = []
    for conductivity in conductivities {
      for place in machine.tiers.indices {
        guard let old = machine.tiers.firstIndex(where: \.isResistive) else { continue }
        var order = Array(machine.tiers.indices)
        order.insert(order.remove(at: old), at: place)
        let stack = machine.reordered(order).stack.bonded(conductivity: conductivity)
        let field = try ThermalGrid(stack, columns: cells, rows: cells).steady(power.reordered(order))
        let summary = field.summary(tier: place)
        rows.append(
          Row(
            place: place, conductivity: conductivity, peak: field.peak, resistivePeak: summary.peak,
            resistiveMean: summary.mean))
      }
    }
    self.rows = rows
  }

  /// The place with the lowest peak for a bond; nil for one that was not swept.
  public func coolest(conductivity: Double) -> Row? {
    rows.filter { $0.conductivity == conductivity }.min { $0.peak < $1.peak }
  }
}
