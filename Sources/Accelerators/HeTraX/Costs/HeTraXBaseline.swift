public import Network

/// What the machine is compared with; all of them are models of this project.
public enum HeTraXBaseline: String, Hashable, Sendable, CaseIterable {
  /// The machine with a mesh in every tier.
  case mesh = "3-D, mesh"
  /// The same cores beside each other on one die of as much silicon.
  case planar = "2-D, same silicon"
  /// The tier of crossbars replaced by one more of multiprocessors.
  case streamingOnly = "3-D, SM only"
  /// Cores of crossbars alone, on as many tiers.
  case resistiveOnly = "3-D, ReRAM only"

  /// The machine.
  public func machine(of machine: HeTraXMachine) -> HeTraXMachine {
    var result = machine
    switch self {
    case .mesh, .planar: return result
    case .streamingOnly:
      let other = machine.tiers.first { !$0.isResistive }
      result.tiers = machine.tiers.map { tier in
        guard tier.isResistive, var new = other else { return tier }
        new.name = "sm-mc for reram"
        return new
      }
    case .resistiveOnly:
      let other = machine.tiers.first { $0.isResistive }
      result.tiers = machine.tiers.enumerated().map { place, tier in
        guard !tier.isResistive, var new = other else { return tier }
        new.name = "reram \(place)"
        return new
      }
    }
    result.name = "\(machine.name), \(rawValue)"
    return result
  }

  /// The network of the baseline; nil where none is modelled.
  ///
  /// - Throws: `NetworkError`.
  public func network(of machine: HeTraXMachine) throws(NetworkError) -> NetworkTopology? {
    switch self {
    case .mesh, .streamingOnly: try self.machine(of: machine).mesh()
    case .planar: try machine.planarMesh()
    case .resistiveOnly: nil
    }
  }

  /// Where the heat is: stack and power of an estimate on the baseline's machine.
  ///
  /// In a plane the tiers lie beside each other, in two columns.
  public func heat(_ estimate: HeTraXEstimate) -> (stack: ThermalStack, power: PowerMap) {
    let (stack, power) = (estimate.machine.stack, estimate.machine.powerMap(estimate.watts))
    guard self == .planar else { return (stack, power) }
    let side = stack.width
    let rows = (stack.tiers.count + 1) / 2
    let blocks = power.tiers.enumerated().flatMap { tier, blocks in
      blocks.map { block in
        var moved = block
        moved.x += Double(tier % 2) * side
        moved.y += Double(tier / 2) * side
        return moved
      }
    }
    var plane = ThermalStack(
      width: side * Double(min(2, stack.tiers.count)), height: side * Double(rows), tiers: [ThermalStack.Tier("plane")])
    plane.package = stack.package
    return (plane, PowerMap(tiers: [blocks]))
  }
}

/// Data movement of a memory that computes, its tokens in shards and keys and values sent round a ring of them: what is
/// published of TransPIM's dataflow. Its arithmetic is not modelled, so no speed-up follows from it; of HAIMA nothing is known
/// here that a model could use.
public struct TokenShardedMemory: Hashable, Sendable {
  /// Shards of the tokens.
  public var shards: Int

  /// A ring of shards.
  public init(shards: Int) { self.shards = shards }

  /// Bytes times steps round the ring in a layer, keys and values of 8 bits.
  public func byteSteps(_ workload: HeTraXWorkload, tokens: Int) -> Double {
    2 * Double(tokens * workload.features * workload.keyHeads / workload.heads) * Double(shards - 1)
  }

  /// Joules of an inference for that movement, each step a byte of memory.
  public func joules(
    _ workload: HeTraXWorkload, tokens: Int, energies: HeTraXEnergies = HeTraXEnergies()
  ) -> Double {
    Double(workload.layers) * byteSteps(workload, tokens: tokens) * energies.memoryByte.joules
  }
}
