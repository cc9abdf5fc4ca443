import CLanes
import Netlist

/// Registers of a module with one instance that only pass on what another register or an input holds, such as the skew
/// before an array: alike ones are stored as one vector, which a clock edge moves by a lane.
struct DelayLine {
  var vector: Int32
  /// Registers of the module, in the order of the lanes.
  var registers: [Int]
  var definition: Int
  var clock: Int
}

extension Lowering {
  private struct Kind: Hashable {
    var width: Int32
    var isSigned: Bool
    var clock: Int32
  }

  /// Fewest registers that pay for a vector.
  private static let shortest = 4

  /// Finds the delay lines of a module and makes their storage.
  func makeDelayLines(_ definition: Int, _ random: inout StateRandom) {
    guard tree.laneCounts[definition] == 1 else { return }
    var order: [Kind] = []
    var groups: [Kind: [Int]] = [:]
    for (position, register) in tree.definitions[definition].registers.enumerated() {
      guard register.enable == nil, register.resetValue == nil, register.initialValue == nil else { continue }
      let value = info(tree.registerBase[definition] + Int32(position))
      switch info(tree.source(definition, register.next.index, lane: 0).value).kind {
      case .register, .input: break
      case .operation, .constant, .read, .lookup, .foreign: continue
      }
      guard value.width <= 64 else { continue }
      let kind = Kind(width: value.width, isSigned: value.isSigned, clock: register.clock)
      if groups[kind] == nil { order.append(kind) }
      groups[kind, default: []].append(position)
    }
    for kind in order {
      let registers = groups[kind]!
      guard registers.count >= Self.shortest else { continue }
      let type = LaneType(width: Int(kind.width))
      let size = registers.count * type.stride
      let address = draft.block(
        size, initial: random.lanes(registers.count, width: Int(kind.width), isSigned: kind.isSigned, type: type))
      let base = tree.registerBase[definition]
      let vector = add(
        Vector(address: address, type: type, count: registers.count, value: base + Int32(registers[0])))
      for (lane, register) in registers.enumerated() {
        vectorOf[Int(base) + register] = -2
        splits[base + Int32(register)] = ([vector], [Int32(lane)])
      }
      stateBlocks.append((address.block, size))
      stateStrides[address.block] = type.stride
      delayLines.append(
        DelayLine(
          vector: vector, registers: registers, definition: definition, clock: clock(kind.clock, of: definition)))
    }
  }

  /// What the delay lines do at a clock edge.
  func commitDelayLines() {
    for line in delayLines {
      let vector = vectors[Int(line.vector)]
      let registers = tree.definitions[line.definition].registers
      let elements = line.registers.map {
        place(tree.source(line.definition, registers[$0].next.index, lane: 0))
      }
      let source = gather(elements, as: vector.type).address
      let copy = Draft(systole_copy, count: vector.count * vector.type.stride, d: vector.address, a: source)
      commits.append(Commit(drafts: [copy], writes: vector.address.block, clock: line.clock))
    }
  }
}
