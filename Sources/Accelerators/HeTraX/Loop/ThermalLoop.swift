import Foundation

/// Slows cores down from a temperature on, and up again some kelvins lower.
///
/// It holds a temperature only where what slow cores make leaves below the threshold.
public struct ThermalThrottle: Hashable, Sendable, Codable {
  /// Kelvins from which cores are slow.
  public var threshold: Double
  /// Kelvins below the threshold at which they are fast again: above 0, so that a temperature on the threshold does not
  /// switch at every step.
  public var hysteresis: Double
  /// Share of the activity that slow cores keep: 0 to 1.
  public var factor: Double
  /// Whether cores are slow.
  public private(set) var isActive = false
  /// How often that changed.
  public private(set) var changes = 0

  /// A throttle; HotSpot's threshold.
  public init(threshold: Double = ThermalPackage.threshold, hysteresis: Double = 2, factor: Double = 0.5) {
    precondition(
      hysteresis > 0 && (0...1).contains(factor), "a throttle with \(hysteresis) K and a factor of \(factor)")
    (self.threshold, self.hysteresis, self.factor) = (threshold, hysteresis, factor)
  }

  /// Takes a temperature.
  public mutating func update(peak kelvins: Double) {
    let next = isActive ? kelvins > threshold - hysteresis : kelvins >= threshold
    if next != isActive { changes += 1 }
    isActive = next
  }
}

/// Watts of a core: what activity costs, and what leaks.
public struct CorePower: Hashable, Sendable, Codable {
  /// Watts at full activity.
  public var dynamic: Double
  /// Watts that leak at the temperature of the air.
  public var leakage: Double
  /// Growth of the leakage for each kelvin, relative, as an exponential.
  public var growth: Double

  /// A core's power.
  public init(dynamic: Double, leakage: Double = 0, growth: Double = 0.01) {
    (self.dynamic, self.leakage, self.growth) = (dynamic, leakage, growth)
  }
}

/// The closed loop: activity → power → temperature → temperature code of each core, with a throttle.
///
/// A step is `cycles` clock cycles. Power of a step follows from the activity of that step and the temperatures at its beginning, so
/// nothing depends on the order of cores; the codes that a step returns hold for the next one. A step of 10,000 cycles is
/// microseconds and a sink needs seconds: start from ``settle(activity:)``, or give a `pace` above 1, which counts each step
/// as so many of them and is to be said beside any figure.
public struct ThermalLoop: Sendable {
  /// What a step gave.
  public struct Step: Hashable, Sendable {
    /// Watts of each core.
    public let watts: [Double]
    /// Kelvins of each core, at the end.
    public let kelvins: [Double]
    /// Temperature code of each core, for the next step.
    public let codes: [UInt8]
    /// Kelvins of the hottest place.
    public let peak: Double
    /// Whether cores were slow in the step.
    public let isThrottled: Bool
    /// |in − out − stored| of the step, relative.
    public let energyError: Double
  }

  /// The machine.
  public let machine: HeTraXMachine
  /// Watts of each core, tier by tier.
  public let powers: [CorePower]
  /// Clock cycles of a step, and hertz of the clock.
  public let cycles: Int
  /// Hertz.
  public let clock: Double
  /// How many steps of time each step counts for.
  public let pace: Double
  /// The throttle.
  public private(set) var throttle: ThermalThrottle
  private var state: ThermalTransient
  private let blocks: [(tier: Int, block: PowerBlock)]

  /// A loop whose parts are as warm as the air.
  ///
  /// - Throws: ``HeTraXError``.
  public init(
    _ machine: HeTraXMachine, powers: [CorePower], throttle: ThermalThrottle = ThermalThrottle(),
    cycles: Int = 10_000, clock: Double = 1e9, pace: Double = 1, columns: Int = 12
  ) throws(HeTraXError) {
    guard powers.count == machine.cores.count else {
      throw .request("\(powers.count) powers for \(machine.cores.count) cores")
    }
    guard cycles > 0, clock > 0, pace > 0 else { throw .notPositive("cycles, clock or pace", 0) }
    (self.machine, self.powers, self.throttle) = (machine, powers, throttle)
    (self.cycles, self.clock, self.pace) = (cycles, clock, pace)
    state = ThermalTransient(try ThermalGrid(machine.stack, columns: columns, rows: columns))
    blocks = machine.powerMap([Double](repeating: 0, count: powers.count)).tiers.enumerated().flatMap { tier, blocks in
      blocks.map { (tier, $0) }
    }
  }

  /// Kelvins of each core.
  public var kelvins: [Double] { Self.kelvins(state.field, blocks, machine.stack) }

  private static func kelvins(
    _ field: ThermalField, _ blocks: [(tier: Int, block: PowerBlock)], _ stack: ThermalStack
  ) -> [Double] { blocks.map { field.mean(tier: $0.tier, of: $0.block, on: stack) } }

  private func watts(_ activity: [Double], _ kelvins: [Double]) -> [Double] {
    let ambient = machine.stack.package.ambient
    let factor = throttle.isActive ? throttle.factor : 1
    return powers.indices.map { core in
      powers[core].dynamic * activity[core] * factor
        + powers[core].leakage * exp(powers[core].growth * (kelvins[core] - ambient))
    }
  }

  private func check(_ activity: [Double]) throws(HeTraXError) {
    guard activity.count == powers.count, activity.allSatisfy({ (0...1).contains($0) }) else {
      throw .request("activity is a share from 0 to 1 for each of \(powers.count) cores")
    }
  }

  /// One step.
  ///
  /// - Parameter activity: share of the step's cycles in which each core works, 0 to 1.
  /// - Throws: ``HeTraXError``.
  public mutating func step(activity: [Double]) throws(HeTraXError) -> Step {
    try check(activity)
    let watts = watts(activity, kelvins)
    guard watts.allSatisfy({ $0.isFinite && $0 < 1e6 }) else { throw .runaway(kelvins: state.field.peak) }
    let isThrottled = throttle.isActive
    let balance = try state.advance(machine.powerMap(watts), seconds: pace * Double(cycles) / clock)
    throttle.update(peak: state.field.peak)
    let after = kelvins
    return Step(
      watts: watts, kelvins: after, codes: after.map { CrossbarWarmth.code(kelvins: $0) }, peak: state.field.peak,
      isThrottled: isThrottled, energyError: balance.relativeError)
  }

  /// Goes to the temperatures at which power and temperature agree, without the throttle.
  ///
  /// Power is computed from temperatures and temperatures from power until no core changes by a millikelvin. Where leakage grows faster
  /// than heat leaves there is no such state.
  ///
  /// - Returns: kelvins of the hottest place.
  /// - Throws: ``HeTraXError/runaway(kelvins:)``.
  @discardableResult
  public mutating func settle(activity: [Double]) throws(HeTraXError) -> Double {
    try check(activity)
    throttle = ThermalThrottle(threshold: throttle.threshold, hysteresis: throttle.hysteresis, factor: throttle.factor)
    var kelvins = [Double](repeating: machine.stack.package.ambient, count: powers.count)
    for _ in 0..<200 {
      let field = try state.grid.steady(machine.powerMap(watts(activity, kelvins)))
      let next = Self.kelvins(field, blocks, machine.stack)
      guard next.allSatisfy({ $0 < 1000 }) else { throw .runaway(kelvins: field.peak) }
      let change = zip(next, kelvins).map { abs($0 - $1) }.max() ?? 0
      kelvins = next
      if change < 1e-3 {
        state = ThermalTransient(state.grid, from: field)
        return field.peak
      }
    }
    throw .runaway(kelvins: kelvins.max() ?? 0)
  }
}
