import CLanes
import Netlist

extension Lowering {
  private struct PinClass: Hashable {
    var direction: PortDirection
    var width: Int
    var isSigned: Bool
  }

  /// Groups of ports of the top that are alike, each stored as one vector, in the order of their first port.
  private func pinClasses(_ direction: PortDirection) -> [[Int]] {
    var order: [PinClass] = []
    var groups: [PinClass: [Int]] = [:]
    for (index, port) in tree.definitions[tree.top].ports.enumerated() where port.shape.direction == direction {
      let kind = PinClass(direction: direction, width: port.shape.width, isSigned: port.shape.isSigned)
      if groups[kind] == nil { order.append(kind) }
      groups[kind, default: []].append(index)
    }
    return order.map { groups[$0]! }
  }

  /// Storage of ports and resets.
  func makePins() {
    let top = tree.definitions[tree.top]
    pins = Array(repeating: Address(block: -1, offset: 0), count: top.ports.count)
    for group in pinClasses(.input) + pinClasses(.output) {
      let type = LaneType(width: top.ports[group[0]].shape.width)
      let block = draft.block(group.count * type.stride, isPin: true)
      for (position, port) in group.enumerated() { pins[port] = block.advanced(by: position * type.stride) }
    }
    resetPins = top.clocks.map { $0.reset == nil ? nil : draft.block(1, isPin: true) }
  }

  /// Inputs as vectors of extended lanes.
  func lowerInputs() {
    let ports = tree.definitions[tree.top].ports
    for group in pinClasses(.input) {
      let shape = ports[group[0]].shape
      let type = LaneType(width: shape.width)
      var address = pins[group[0]]
      if shape.isSigned, !type.isWide, type.unused(shape.width) != 0 {
        let extended = draft.block(group.count * type.stride)
        code.append(
          Draft(
            systole_sign, variant: type.code, count: group.count, d: extended, a: address,
            shift: type.unused(shape.width)))
        address = extended
      }
      let vector = add(
        Vector(address: address, type: type, count: group.count, value: tree.inputBase + Int32(group[0])))
      for (position, port) in group.enumerated() {
        vectorOf[Int(tree.inputBase) + port] = -2
        splits[tree.inputBase + Int32(port)] = ([vector], [Int32(position)])
      }
    }
  }

  /// Copies what drives the outputs into their storage.
  func lowerOutputs() {
    let ports = tree.definitions[tree.top].ports
    for group in pinClasses(.output) {
      let shape = ports[group[0]].shape
      let type = LaneType(width: shape.width)
      let elements = group.map { place(tree.source(tree.top, ports[$0].driver!.index, lane: 0)) }
      guard shape.isSigned, !type.isWide, type.unused(shape.width) != 0 else {
        _ = gather(elements, as: type, into: pins[group[0]])
        continue
      }
      let extended = gather(elements, as: type)
      code.append(
        Draft(
          systole_mask, variant: type.code, count: group.count, d: pins[group[0]], a: extended.address,
          mask: lowBits(shape.width)))
    }
  }
}
