/// Temperatures of a stack over time, by an implicit method: stable for every length of a step.
///
///     var state = try ThermalTransient(grid)
///     let balance = try state.advance(power, seconds: 0.01)
public struct ThermalTransient: Sendable {
  /// How a step weighs its end.
  public enum Scheme: String, Hashable, Sendable, CaseIterable, Codable {
    /// The end alone: first order, without oscillation.
    case backwardEuler = "backward-euler"
    /// Half the end and half the beginning: second order.
    case crankNicolson = "crank-nicolson"

    var weight: Double { self == .backwardEuler ? 1 : 0.5 }
  }

  /// Joules of a step.
  public struct Balance: Hashable, Sendable {
    /// Made by the tiers, given to the air, and stored.
    public let made, given, stored: Double
    /// Gained by some cells and lost by others, both counted: what moved while power is off.
    public let exchanged: Double

    /// |made − given − stored| over the greatest of what was made, given and exchanged.
    public var relativeError: Double {
      let scale = max(made, abs(given), exchanged)
      return scale == 0 ? 0 : abs(made - given - stored) / scale
    }
  }

  /// The grid.
  public let grid: ThermalGrid
  /// The method.
  public let scheme: Scheme
  /// Seconds since the start.
  public private(set) var seconds = 0.0
  /// The temperatures.
  public private(set) var field: ThermalField
  /// The system of a length of step: its conductances to the air and to the old temperatures are `own`.
  private var system: (seconds: Double, matrix: ConductanceMatrix, pivots: [Double], own: [Double])?

  /// The state in which all is as warm as the air, or that of `field`.
  public init(_ grid: ThermalGrid, from field: ThermalField? = nil, scheme: Scheme = .backwardEuler) {
    (self.grid, self.scheme) = (grid, scheme)
    self.field =
      field ?? grid.field([Double](repeating: 0, count: grid.cellCount), iterations: 0, residual: 0)
  }

  /// One step with constant power.
  ///
  /// - Throws: ``HeTraXError``.
  public mutating func advance(_ power: PowerMap, seconds step: Double) throws(HeTraXError) -> Balance {
    guard step > 0, step.isFinite else { throw .notPositive("seconds of a step", step) }
    let weight = scheme.weight
    if system?.seconds != step {
      // Capacities over the weighted step stand beside the conductances, so that the matrix keeps its form.
      var matrix = grid.matrix
      var own = grid.toAir
      for cell in 0..<matrix.count {
        matrix.diagonal[cell] += grid.capacities[cell] / (step * weight)
        own[cell] += grid.capacities[cell] / (step * weight)
      }
      system = (step, matrix, matrix.pivots(), own)
    }
    guard let system else { return Balance(made: 0, given: 0, stored: 0, exchanged: 0) }
    let watts = try grid.watts(power)
    let old = field.rises
    // What is solved for is the change: its right-hand side is the net flow, so the residual is one of the balance.
    var right = [Double](repeating: 0, count: old.count)
    old.withUnsafeBufferPointer { x in
      right.withUnsafeMutableBufferPointer { grid.matrix.times(x, into: $0) }
    }
    for cell in right.indices { right[cell] = (watts[cell] - right[cell]) / weight }
    var new = [Double](repeating: 0, count: old.count)
    let (iterations, residual) = try system.matrix.solve(
      right, from: &new, tolerance: grid.tolerance, pivots: system.pivots)
    system.matrix.close(right, &new, conductances: system.own)
    var (given, stored, exchanged) = (0.0, 0.0, 0.0)
    for cell in new.indices {
      let change = new[cell]
      given += grid.toAir[cell] * (old[cell] + weight * change) * step
      stored += grid.capacities[cell] * change
      exchanged += abs(grid.capacities[cell] * change)
      new[cell] += old[cell]
    }
    field = grid.field(new, iterations: iterations, residual: residual)
    seconds += step
    return Balance(made: watts.reduce(0, +) * step, given: given, stored: stored, exchanged: exchanged)
  }
}
