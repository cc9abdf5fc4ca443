import CLanes
import Netlist

extension Lowering {
  typealias Element = (vector: Int32, index: Int32)

  /// The values of a node for some lanes, side by side, at `type` (nil: as they are stored, at the type of the width).
  func operand(_ definition: Int, _ node: Int32, _ lanes: Lanes, as type: LaneType? = nil) -> Operand {
    let nodes = tree.nodes(of: definition)
    let width = Int(nodes[Int(node)].width)
    let natural = LaneType(width: width)
    if lanes.key == -1, nodes[Int(node)].operation != .signal {
      let value = Int(tree.nodeBase[definition] + node)
      if vectorOf[value] >= 0, !isUniform[value] {
        let vector = vectors[Int(vectorOf[value])]
        if (type ?? natural) == vector.type {
          return Operand(address: vector.address, type: vector.type)
        }
      }
    }
    if lanes.key == -2, nodes[Int(node)].operation != .signal {
      let value = Int(tree.nodeBase[definition] + node)
      if vectorOf[value] >= 0 {
        let vector = vectors[Int(vectorOf[value])]
        if vector.type == type { return Operand(address: vector.address, type: vector.type) }
      }
    }
    let key = ViewKey(
      definition: Int32(definition), node: node, lanes: lanes.key,
      type: type ?? (lanes.list.count == 1 && width <= 64 ? .bits64 : natural))
    if let known = views[key] { return known }
    let elements = lanes.list.map { place(tree.source(definition, node, lane: Int($0))) }
    let result = gather(elements, as: key.type)
    views[key] = result
    return result
  }

  /// A single value for all lanes; nil when the lanes differ.
  func uniformOperand(_ definition: Int, _ node: Int32, _ lanes: Lanes, as type: LaneType) -> Operand? {
    let first = place(tree.source(definition, node, lane: Int(lanes.list[0])))
    for lane in lanes.list.dropFirst() where place(tree.source(definition, node, lane: Int(lane))) != first {
      return nil
    }
    return cell(first, as: type)
  }

  func isUniform(_ definition: Int, _ node: Int32, lanes: Int) -> Bool {
    if tree.nodes(of: definition)[Int(node)].operation != .signal {
      let value = Int(tree.nodeBase[definition] + node)
      return isUniform[value] || tree.values[value].kind == .constant
    }
    let first = place(tree.source(definition, node, lane: 0))
    for lane in 1..<lanes where place(tree.source(definition, node, lane: lane)) != first { return false }
    return true
  }

  func address(_ element: Element) -> Address {
    let vector = vectors[Int(element.vector)]
    return vector.address.advanced(by: Int(element.index) * vector.type.stride)
  }

  /// One element at `type`.
  func cell(_ element: Element, as type: LaneType) -> Operand {
    let vector = vectors[Int(element.vector)]
    if vector.type == type { return Operand(address: address(element), type: type) }
    if vector.isConstant { return Operand(address: constant(element.vector, as: type, count: 1), type: type) }
    let key = CellKey(vector: element.vector, index: element.index, type: type)
    if let known = cells[key] { return known }
    let target = draft.block(8)
    convert(address(element), vector.type, isSigned: isSigned(Int(element.vector)), to: target, type, count: 1)
    let result = Operand(address: target, type: type)
    cells[key] = result
    return result
  }

  func constant(_ vector: Int32, as type: LaneType, count: Int) -> Address {
    let info = info(vectors[Int(vector)].value)
    let value = tree.tables[Int(info.definition)].constants[
      Int(tree.nodes(of: Int(info.definition))[Int(info.index)].a)]
    return constantBlock(Self.lane(value, isSigned: info.isSigned, type: type), count: count)
  }

  func convert(
    _ source: Address, _ from: LaneType, isSigned: Bool, to target: Address, _ type: LaneType, count: Int
  ) {
    if from == type {
      code.append(Draft(systole_copy, count: count * type.stride, d: target, a: source))
    } else {
      code.append(
        Draft(
          isSigned ? systole_widen_signed : systole_widen, variant: 4 * from.code + type.code, count: count, d: target,
          a: source))
    }
  }

  /// Elements side by side; a view of their vector when they stand so already. Ends in `target` when one is given.
  func gather(_ elements: [Element], as type: LaneType, into target: Address? = nil) -> Operand {
    let count = elements.count
    let first = elements[0]
    if count == 1, target == nil { return cell(first, as: type) }
    if count > 1, elements.allSatisfy({ $0 == first }) { return broadcast(first, count: count, as: type, into: target) }

    // The vector and the distance that most lanes agree on.
    let base = dominant(elements)
    let covered = elements.indices.filter {
      elements[$0].vector == base.vector && Int(elements[$0].index) - $0 == base.distance
    }
    let vector = vectors[Int(base.vector)]
    let lead = vector.address.advanced(by: base.distance * vector.type.stride)
    if target == nil, vector.type == type {
      if covered.count == count { return Operand(address: lead, type: type) }
      if let bordered = border(elements, covered, base) { return bordered }
    }
    let result = target ?? draft.block(count * type.stride)
    var rest = Array(elements.indices)
    if covered.count * 2 > count {
      // The lanes between the first and the last one that agree are copied at once; those that do not are put right.
      let (low, high) = (covered[0], covered[covered.count - 1])
      convert(
        lead.advanced(by: low * vector.type.stride), vector.type, isSigned: isSigned(Int(base.vector)),
        to: result.advanced(by: low * type.stride), type, count: high - low + 1)
      var isCovered = [Bool](repeating: false, count: count)
      for position in covered { isCovered[position] = true }
      rest = elements.indices.filter { !isCovered[$0] }
    }
    put(rest.map { ($0, elements[$0]) }, at: result, type)
    return Operand(address: result, type: type)
  }

  private func dominant(_ elements: [Element]) -> (vector: Int32, distance: Int) {
    var votes: [Int64: Int32] = [:]
    var best = (vector: elements[0].vector, distance: Int(elements[0].index))
    var most: Int32 = 0
    for (position, element) in elements.enumerated() where !vectors[Int(element.vector)].isConstant {
      let distance = Int(element.index) - position
      let key = Int64(element.vector) << 32 | Int64(distance &+ 1 << 31)
      let count = (votes[key] ?? 0) + 1
      votes[key] = count
      if count > most {
        most = count
        best = (element.vector, distance)
      }
    }
    return best
  }

  private func broadcast(_ element: Element, count: Int, as type: LaneType, into target: Address?) -> Operand {
    let vector = vectors[Int(element.vector)]
    if vector.isConstant {
      let address = constant(element.vector, as: type, count: count)
      guard let target else { return Operand(address: address, type: type) }
      code.append(Draft(systole_copy, count: count * type.stride, d: target, a: address))
      return Operand(address: target, type: type)
    }
    let result = target ?? draft.block(count * type.stride)
    if type.isWide {
      put((0..<count).map { ($0, element) }, at: result, type)
    } else {
      code.append(
        Draft(systole_fill, variant: type.code, count: count, d: result, a: cell(element, as: type).address))
    }
    return Operand(address: result, type: type)
  }

  /// A view of a vector moved by some lanes, with the lanes that fall off stored beside the vector.
  private func border(_ elements: [Element], _ covered: [Int], _ base: (vector: Int32, distance: Int)) -> Operand? {
    let count = elements.count
    let vector = vectors[Int(base.vector)]
    guard vector.count == count, vector.address.offset == 0, !draft.blocks[Int(vector.address.block)].isPin,
      !borders.contains(vector.address.block), base.distance != 0, abs(base.distance) < count,
      covered.count == count - abs(base.distance)
    else { return nil }
    borders.insert(vector.address.block)
    let lead = vector.address.advanced(by: base.distance * vector.type.stride)
    let room = abs(base.distance) * vector.type.stride
    let outside = base.distance < 0 ? Array(0..<(-base.distance)) : Array((count - base.distance)..<count)
    if base.distance < 0 {
      draft.blocks[Int(vector.address.block)].before = room
    } else {
      draft.blocks[Int(vector.address.block)].behind = room
    }
    put(outside.map { ($0, elements[$0]) }, at: lead, vector.type, once: true)
    return Operand(address: lead, type: vector.type)
  }

  /// Stores elements at their positions; constants only `once`, when nothing else writes there.
  private func put(
    _ elements: [(position: Int, element: Element)], at target: Address, _ type: LaneType, once: Bool = false
  ) {
    var singles: [Int: [(position: Int, element: Element)]] = [:]
    var start = 0
    while start < elements.count {
      let (position, element) = elements[start]
      let vector = vectors[Int(element.vector)]
      if vector.isConstant, once {
        let info = info(vector.value)
        let value = tree.tables[Int(info.definition)].constants[
          Int(tree.nodes(of: Int(info.definition))[Int(info.index)].a)]
        draft.constants.append(
          (target.advanced(by: position * type.stride), Self.lane(value, isSigned: info.isSigned, type: type)))
        start += 1
        continue
      }
      var end = start + 1
      while end < elements.count, elements[end].position == position + end - start,
        elements[end].element == (element.vector, element.index + Int32(end - start))
      {
        end += 1
      }
      if end - start >= 6 {
        convert(
          address(element), vector.type, isSigned: isSigned(Int(element.vector)),
          to: target.advanced(by: position * type.stride), type, count: end - start)
      } else {
        let key = vector.type.code * 2 + (isSigned(Int(element.vector)) ? 1 : 0)
        singles[key, default: []] += elements[start..<end]
      }
      start = end
    }
    for (key, group) in singles.sorted(by: { $0.key < $1.key }) { scatter(group, key, at: target, type) }
  }

  private func scatter(
    _ elements: [(position: Int, element: Element)], _ key: Int, at target: Address, _ type: LaneType
  ) {
    var contents: [UInt8] = []
    var pointers: [(offset: Int, target: Address)] = []
    for (position, element) in elements {
      pointers.append((contents.count + 8, address(element)))
      contents += bytes(of: UInt64(position)) + bytes(of: UInt64(0))
    }
    let list = draft.block(contents.count, initial: contents, pointers: pointers)
    if type.isWide {
      code.append(Draft(systole_scatter_wide, count: elements.count, d: target, a: list, shift: type.stride))
    } else {
      code.append(
        Draft(
          key % 2 == 1 ? systole_scatter_signed : systole_scatter, variant: 4 * (key / 2) + type.code,
          count: elements.count, d: target, a: list))
    }
  }
}
