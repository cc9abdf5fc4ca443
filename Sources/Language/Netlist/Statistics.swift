/// What a circuit is made of, counted over the whole hierarchy; what only assertions read is not counted.
public struct Statistics: Hashable, Sendable, Codable {
  /// A kind of multiplier: operand widths and signedness.
  public struct Multiplier: Hashable, Sendable, Codable, Comparable {
    /// Width of the wider operand in bits.
    public var leftWidth: Int
    /// Width of the narrower operand in bits.
    public var rightWidth: Int
    /// How the operands are read.
    public var isSigned: Bool
    /// How many there are.
    public var count: Int

    /// Orders by widths, then unsigned before signed.
    public static func < (left: Multiplier, right: Multiplier) -> Bool {
      (left.leftWidth, left.rightWidth, left.isSigned ? 1 : 0)
        < (right.leftWidth, right.rightWidth, right.isSigned ? 1 : 0)
    }
  }

  /// Distinct modules.
  public var modules = 0
  /// Instances below the top.
  public var instances = 0
  /// Operations; constants and names are not counted.
  public var nodes = 0
  /// Bits held in registers.
  public var registerBits = 0
  /// Bits held in memories.
  public var memoryBits = 0
  /// Multipliers by kind, smallest first.
  public var multipliers: [Multiplier] = []
}

extension Circuit {
  /// What the circuit is made of. Linear in the size of the definitions, not of the flattened design.
  public var statistics: Statistics {
    var result = Statistics()
    var multipliers: [Statistics.Multiplier: Int] = [:]
    result.modules = definitions.count { $0.grid == nil }
    for (definition, occurrences) in zip(definitions, occurrences) {
      if let grid = definition.grid { result.instances += occurrences * grid.count }
      result.instances += occurrences * definition.instances.count { definitions[Int($0.definition)].grid == nil }
      let asserted = definition.assertionCone
      for (index, node) in definition.table.nodes.enumerated() where !asserted.contains(NodeID(Int32(index))) {
        switch node.operation {
        case .constant, .signal: continue
        case .multiply:
          let left = Int(definition.table.nodes[Int(node.a)].width)
          let right = Int(definition.table.nodes[Int(node.b)].width)
          let kind = Statistics.Multiplier(
            leftWidth: max(left, right), rightWidth: min(left, right), isSigned: node.isSigned, count: 0)
          multipliers[kind, default: 0] += occurrences
        default: break
        }
        result.nodes += occurrences
      }
      for (index, register) in definition.registers.enumerated() where !asserted.contains(register: index) {
        result.registerBits += occurrences * definition.signals[Int(register.signal)].width
      }
      for memory in definition.memories { result.memoryBits += occurrences * memory.depth * memory.width }
    }
    result.multipliers = multipliers.map { kind, count in
      Statistics.Multiplier(
        leftWidth: kind.leftWidth, rightWidth: kind.rightWidth, isSigned: kind.isSigned, count: count)
    }.sorted()
    return result
  }
}
