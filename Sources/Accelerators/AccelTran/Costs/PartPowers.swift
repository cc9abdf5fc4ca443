/// The power of the parts of a machine, and what they take for units that work.
struct PartPowers {
  let machine: AccelTranConfiguration
  let lane, softmax, normalization: PublishedConstants.Part
  let patches: PublishedConstants.Part?
  let sparsity, fifo, distribution: PublishedConstants.Part

  init(_ machine: AccelTranConfiguration, patch: Int?, _ constants: PublishedConstants) throws(AccelTranError) {
    self.machine = machine
    patches = machine.patchUnits > 0 ? try constants.patchUnit(patch: patch ?? 16) : nil
    lane = try constants.lane(multipliers: machine.multipliers, activation: machine.activation)
    softmax = try constants.softmax(tile: machine.tile)
    normalization = try constants.normalization(tile: machine.tile)
    func sum(_ a: PublishedConstants.Part, _ b: PublishedConstants.Part) -> PublishedConstants.Part {
      .init(area: a.area + b.area, dynamic: a.dynamic + b.dynamic, leakage: a.leakage + b.leakage)
    }
    sparsity = sum(constants.preSparsity, constants.postSparsity)
    fifo = constants.fifo
    distribution = sum(constants.distribution, constants.port)
  }

  /// nJ of the processing elements in a clock.
  func energy(of busy: CycleSimulation.BusyClocks, _ assumptions: Set<PaperAssumption>) -> EnergyPair {
    var shares = EnergyShares()
    add(busy, clocks: 1, to: &shares, assumptions)
    return [shares.lanes, shares.softmax, shares.normalization, shares.patches, shares.sparsity, shares.others]
      .reduce(into: EnergyPair()) { sum, pair in
        sum.dynamic += pair.dynamic
        sum.leakage += pair.leakage
      }
  }

  /// Adds the energy of some clocks in which the same units work.
  func add(
    _ busy: CycleSimulation.BusyClocks, clocks: Int, to energy: inout EnergyShares, _ assumptions: Set<PaperAssumption>
  ) {
    let gated = assumptions.contains(.idealPowerGating)
    func add(_ pair: inout EnergyPair, _ part: PublishedConstants.Part, _ working: Int, of all: Int) {
      pair.dynamic += Double(working * clocks) * part.dynamic / machine.clock
      pair.leakage += Double((gated ? working : all) * clocks) * part.leakage / machine.clock
    }
    add(&energy.lanes, lane, busy.lanes, of: machine.totalLanes)
    add(&energy.softmax, softmax, busy.softmax, of: machine.totalSoftmaxUnits)
    add(&energy.normalization, normalization, busy.normalization, of: machine.processingElements)
    if let patches {
      add(&energy.patches, patches, busy.patches, of: machine.patchUnits * machine.processingElements)
    }
    if !assumptions.contains(.partsOfLanesIgnored) {
      add(&energy.sparsity, sparsity, busy.lanes, of: machine.totalLanes)
      add(&energy.others, fifo, busy.lanes, of: machine.totalLanes)
    }
    if !assumptions.contains(.distributionIdle) {
      // Tiles go to the first processing elements with a free lane.
      let elements = (busy.lanes + machine.lanes - 1) / machine.lanes
      add(&energy.others, distribution, elements, of: machine.processingElements)
    }
  }
}
