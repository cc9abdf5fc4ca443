package import Netlist

/// A random design of three levels: cells, groups of cells, and a top with many instances of both.
package enum RandomHierarchy {
  /// The design of a seed in which every instance has clocks of its own choice, and resets that its user makes.
  package static func mappedCircuit(seed: UInt64) throws(DiagnosticList) -> Circuit {
    var random = SplitMix(state: seed &* 0x2545_F491)
    func clock(_ name: String) -> ClockShape {
      ClockShape(
        clock: name, reset: name + "_reset", resetKind: random.flip() ? .synchronous : .asynchronous,
        resetPolarity: random.flip() ? .activeHigh : .activeLow)
    }
    var definitions: [Definition] = []
    for (name, clocks) in [("CellA", 1), ("CellB", 2)] {
      let shapes = (0..<clocks).map { clock("inner_\($0)") }
      definitions.append(RandomCircuit(seed: random.next(), nodes: 15, name: name, clocks: shapes).definition)
    }
    for (name, nodes, instances) in [("Cluster", 15, 4), ("Top", 40, 8)] {
      let shapes = ["fast", "slow"].map { clock($0) }
      definitions.append(
        RandomCircuit(
          seed: random.next(), nodes: nodes, name: name, clocks: shapes, modules: definitions, instances: instances,
          mapsClocks: true
        ).definition)
    }
    return try Circuit(definitions: definitions)
  }

  /// The design of a seed; resets of either kind and polarity, one or two clocks.
  package static func circuit(seed: UInt64, instances: Int = 9) throws(DiagnosticList) -> Circuit {
    var random = SplitMix(state: seed &* 0x5851_F42D)
    let kind: ResetKind = random.flip() ? .synchronous : .asynchronous
    let polarity: ResetPolarity = random.flip() ? .activeHigh : .activeLow
    var clocks = [ClockShape(clock: "clock", reset: "reset", resetKind: kind, resetPolarity: polarity)]
    if random.below(3) == 0 {
      clocks.append(ClockShape(clock: "slow", reset: "slow_reset", resetKind: .synchronous))
    }
    var definitions: [Definition] = []
    for (name, nodes) in [("CellA", 12), ("CellB", 30)] {
      definitions.append(
        RandomCircuit(seed: random.next(), nodes: nodes, name: name, clocks: [clocks[0]]).definition)
    }
    definitions.append(
      RandomCircuit(
        seed: random.next(), nodes: 15, name: "Cluster", clocks: clocks, modules: definitions, instances: 4
      ).definition)
    definitions.append(
      RandomCircuit(
        seed: random.next(), nodes: 40, name: "Top", clocks: clocks, modules: definitions, instances: instances
      ).definition)
    return try Circuit(definitions: definitions)
  }
}
