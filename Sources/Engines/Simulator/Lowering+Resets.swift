import CLanes
import Netlist

/// Resets that are made inside the design: values like any other, that put registers back.
extension Lowering {
  /// The clocks of each module that have such a reset.
  private var derived: [(definition: Int, clock: Int, node: NodeID)] {
    tree.derivedResets.enumerated().flatMap { definition, resets in
      resets.enumerated().compactMap { clock, node in node.map { (definition, clock, $0) } }
    }
  }

  /// Those that act at once; they are needed before anything else settles.
  private var derivedAtOnce: [(definition: Int, clock: Int, node: NodeID)] {
    derived.filter { tree.definitions[$0.definition].clocks[$0.clock].resetKind == .asynchronous }
  }

  var derivedRoots: (settle: [(Int, Int32)], step: [(Int, Int32)]) {
    (derivedAtOnce.map { ($0.definition, $0.node.index) }, derived.map { ($0.definition, $0.node.index) })
  }

  /// Puts back what is held in a reset that acts at once. `code` computes these resets.
  ///
  /// All of them act together. A register that is put back may be what another reset is made of, so all of it is done as
  /// often as there are resets.
  func makeDerivedResets() {
    var puts: [Draft] = []
    let resets = derivedAtOnce
    for reset in resets {
      let lanes = allLanes(reset.definition)
      let registers = tree.definitions[reset.definition].registers
      for (position, register) in registers.enumerated() where Int(register.clock) == reset.clock {
        guard let value = register.resetValue else { continue }
        let number = tree.registerBase[reset.definition] + Int32(position)
        let state = vectors[Int(vectorOf[Int(number)])]
        puts += put(value, in: state, info(number).isSigned, when: reset.node, reset.definition, lanes)
      }
    }
    for _ in resets { draft.derivedReset += code + puts }
  }

  /// Puts `value` into the lanes of a register in which `condition` is 1.
  func put(
    _ value: BitVector, in state: Vector, _ isSigned: Bool, when condition: NodeID, _ definition: Int, _ lanes: Lanes
  ) -> [Draft] {
    let (count, type) = (lanes.list.count, state.type)
    let constant = constantBlock(Self.lane(value, isSigned: isSigned, type: type), count: count)
    if count > 1, !type.isWide {
      return [
        Draft(
          systole_hold, variant: type.code, count: count, d: state.address, a: constant,
          c: stableOperand(definition, condition, lanes, .bits8))
      ]
    }
    let levels = stableOperand(definition, condition, lanes, .bits64)
    return (0..<count).flatMap { lane in
      [
        Draft(systole_skip_disabled, count: 1, c: levels.advanced(by: 8 * lane)),
        Draft(
          systole_copy, count: type.stride, d: state.address.advanced(by: lane * type.stride),
          a: constant.advanced(by: lane * type.stride)),
      ]
    }
  }
}
