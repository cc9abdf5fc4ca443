/// The watts of the cores of a generated machine over a run, from what its counters say.
///
/// Events are those of ``HeTraXEnergies``. A core's energy over the run's time at a clock is its power; nothing leaks.
public struct RunHeat: Hashable, Sendable {
  /// What each core did in a run.
  public struct Activity: Hashable, Sendable {
    /// Multiply-accumulates of each multiprocessor, projections and attention together.
    public var multiplications: [Int]
    /// Vectors that blocks of crossbars took and rows of crossbars that were written, by core of crossbars.
    public var vectors, rowWrites: [Int]
    /// Flits that each node sent.
    public var flits: [Int]
    /// Cycles.
    public var cycles: Int

    /// What happened.
    public init(multiplications: [Int], vectors: [Int], rowWrites: [Int], flits: [Int], cycles: Int) {
      (self.multiplications, self.vectors, self.rowWrites) = (multiplications, vectors, rowWrites)
      (self.flits, self.cycles) = (flits, cycles)
    }
  }

  /// The sizes of the machine.
  public let sizes: HeTraXSizes
  /// Coefficients.
  public var energies = HeTraXEnergies()
  /// Hertz.
  public var clock = 1e9

  /// The heat of a machine.
  public init(_ sizes: HeTraXSizes) { self.sizes = sizes }

  /// Watts of each core, tier by tier.
  public func watts(_ activity: Activity) -> [Double] {
    let seconds = Double(max(1, activity.cycles)) / clock
    let machine = sizes.machine
    var joules = [Double](repeating: 0, count: machine.cores.count)
    for (core, count) in activity.multiplications.enumerated() {
      joules[sizes.streamingNode(core)] += 2 * Double(count) * energies.liteOperation.joules
    }
    let c = sizes.resistive.crossbar
    for core in 0..<sizes.resistiveCores {
      let planes = Double(activity.vectors[core] * c.encoding.crossbars * c.inputBits)
      joules[core] +=
        planes * energies.plane(machine.resistive) + Double(activity.rowWrites[core]) * energies.rowWrite.joules
    }
    // A flit is eight bytes; every one passes the memory controller, and a link at least.
    for (node, flits) in activity.flits.enumerated() { joules[node] += 8 * Double(flits) * energies.hopByte.joules }
    let all = activity.flits.reduce(0, +)
    joules[sizes.memoryNode] += 8 * Double(all) * energies.memoryByte.joules
    joules[sizes.memoryNode] += energies.controllerSecond.joules * seconds
    return joules.map { $0 / seconds }
  }

  /// Kelvins of each core where power and heat flow have settled, tier by tier.
  ///
  /// - Throws: ``HeTraXError``.
  public func kelvins(_ watts: [Double]) throws(HeTraXError) -> [Double] {
    var loop = try ThermalLoop(sizes.machine, powers: watts.map { CorePower(dynamic: $0) }, columns: 6)
    try loop.settle(activity: watts.map { _ in 1 })
    return loop.kelvins
  }

  /// Temperature codes of the cores of crossbars.
  ///
  /// - Throws: ``HeTraXError``.
  public func codes(_ watts: [Double]) throws(HeTraXError) -> [UInt8] {
    try kelvins(watts).prefix(sizes.resistiveCores).map { CrossbarWarmth.code(kelvins: $0) }
  }
}
