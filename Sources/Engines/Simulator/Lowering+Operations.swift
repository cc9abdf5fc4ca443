import CLanes
import Netlist

extension Lowering {
  /// Computes a part of an operation.
  func lower(_ part: Part) {
    let info = info(part.value)
    let definition = Int(info.definition)
    let count = tree.laneCounts[definition]
    if let list = part.lanes {
      // Split lanes: each part is a vector of its own.
      let lanes = Lanes(list: list, key: Int32(vectors.count))
      let vector = compute(info, lanes)
      var split = splits[part.value] ?? (Array(repeating: -1, count: count), Array(repeating: 0, count: count))
      for (index, lane) in list.enumerated() {
        split.vector[Int(lane)] = vector
        split.index[Int(lane)] = Int32(index)
      }
      splits[part.value] = split
      vectorOf[Int(part.value)] = -2
      return
    }
    if count == 1, let register = inPlace[part.value] {
      vectorOf[Int(part.value)] = register
      deferred.append(part.value)
      return
    }
    let operands = tree.operands(of: info)
    let isAlike = info.kind == .operation && operands.allSatisfy { isUniform(definition, $0, lanes: count) }
    if count == 1 || isAlike {
      isUniform[Int(part.value)] = true
      vectorOf[Int(part.value)] = compute(info, Lanes(list: [0], key: -2))
    } else if let register = inPlace[part.value] {
      vectorOf[Int(part.value)] = register
      deferred.append(part.value)
    } else {
      vectorOf[Int(part.value)] = compute(info, allLanes(definition))
    }
  }

  func allLanes(_ definition: Int) -> Lanes {
    let count = tree.laneCounts[definition]
    return count == 1 ? Lanes(list: [0], key: -2) : Lanes(list: (0..<Int32(count)).map { $0 }, key: -1)
  }

  /// The vector with the results; emits the instructions for it.
  private func compute(_ info: InstanceTree.Value, _ lanes: Lanes) -> Int32 {
    let definition = Int(info.definition)
    if info.kind == .lookup { return lookUp(info, lanes) }
    if info.kind == .foreign { return callModels(info, lanes) }
    let node = tree.nodes(of: definition)[Int(info.index)]
    let value = tree.nodeBase[definition] + info.index
    let count = lanes.list.count
    let width = Int(info.width)
    let isScalar = count == 1
    let type: LaneType = isScalar && width <= 64 ? .bits64 : LaneType(width: width)
    if let view = view(node, definition, lanes, type) {
      return add(Vector(address: view.address, type: type, count: count, value: value))
    }
    let target = draft.block(count * type.stride)
    let vector = add(Vector(address: target, type: type, count: count, value: value))
    var isWide = width > 64
    tree.tables[definition].forEachOperand(of: node) {
      if tree.nodes(of: definition)[Int($0.index)].width > 64 { isWide = true }
    }
    if node.operation == .select, tree.nodes(of: definition)[Int(node.a)].width > 32 { isWide = true }
    if isWide {
      computeWide(node, definition, lanes, target, type)
    } else if isScalar {
      let drafts = scalar(node, definition, lanes, target)
      code += drafts
    } else {
      let drafts = lanewise(info, node, lanes, target, type)
      code += drafts
    }
    return vector
  }

  /// The operand of an operation that only renames bits.
  private func view(_ node: Node, _ definition: Int, _ lanes: Lanes, _ type: LaneType) -> Operand? {
    guard node.width <= 64, node.operation == .extend || node.operation == .reinterpret else { return nil }
    let width = Int(tree.nodes(of: definition)[Int(node.a)].width)
    let isScalar = lanes.list.count == 1
    guard isScalar || LaneType(width: width) == type else { return nil }
    if node.operation == .reinterpret, type.unused(width) != 0 { return nil }
    return operand(definition, node.a, lanes, as: type)
  }

  func wrapVariant(_ type: LaneType, _ width: Int, isSigned: Bool) -> Int {
    type.unused(width) == 0 ? 0 : isSigned ? 8 : 4
  }

  // MARK: One lane

  func scalar(_ node: Node, _ definition: Int, _ lanes: Lanes, _ target: Address) -> [Draft] {
    let nodes = tree.nodes(of: definition)
    let table = tree.tables[definition]
    let width = Int(node.width)
    func source(_ id: Int32) -> Address { operand(definition, id, lanes, as: .bits64).address }
    func make(
      _ kind: Int, variant: Int = 0, _ a: Address, _ b: Address? = nil, _ c: Address? = nil, mask: UInt64 = .max,
      shift: Int = 0
    ) -> [Draft] {
      [
        Draft(
          systole_scalar + kind, variant: variant, count: 1, d: target, a: a, b: b, c: c, mask: mask, shift: shift)
      ]
    }
    // Not every operation has one: a concatenation has a list in its place.
    var first: Node { nodes[Int(node.a)] }
    switch node.operation {
    case .constant, .signal: preconditionFailure("no operation")
    case .not: return make(systole_not, source(node.a), mask: node.isSigned ? .max : lowBits(width))
    case .and: return make(systole_and, source(node.a), source(node.b))
    case .or: return make(systole_or, source(node.a), source(node.b))
    case .xor: return make(systole_xor, source(node.a), source(node.b))
    case .add, .subtract, .multiply, .shiftLeft:
      let kind =
        switch node.operation {
        case .add: systole_add
        case .subtract: systole_subtract
        case .multiply: systole_multiply
        default: systole_shift_left
        }
      return make(
        kind, variant: node.isSigned ? 2 : 1, source(node.a), source(node.b), mask: lowBits(width), shift: 64 - width)
    case .equal: return make(systole_equal, source(node.a), source(node.b))
    case .less: return make(first.isSigned ? systole_less_signed : systole_less, source(node.a), source(node.b))
    case .shiftRight:
      return make(
        first.isSigned ? systole_shift_right_signed : systole_shift_right, source(node.a), source(node.b))
    case .mux: return make(systole_mux, source(node.b), source(node.c), source(node.a))
    case .select:
      let list = pointerList(table.list(start: node.b, count: node.c).map(source))
      return make(systole_select, list, nil, source(node.a), shift: Int(node.c) - 1)
    case .concatenate:
      return joined(table.list(start: node.a, count: node.b), nodes, target) { kind, part, mask, low in
        Draft(
          systole_scalar + kind, count: 1, d: target, a: source(part), b: target, mask: mask, shift: low)
      }
    case .slice: return make(systole_slice, source(node.a), mask: lowBits(width), shift: Int(node.b))
    case .extend: preconditionFailure("an extended scalar is a view")
    case .reduce:
      let kind = Self.reduction(node)
      return make(kind, source(node.a), mask: lowBits(Int(first.width)))
    case .reinterpret:
      return node.isSigned
        ? make(systole_sign, source(node.a), shift: 64 - width)
        : make(systole_mask, source(node.a), mask: lowBits(width))
    }
  }

  static func reduction(_ node: Node) -> Int {
    switch Reduction(rawValue: node.b)! {
    case .and: systole_reduce_and
    case .or: systole_reduce_or
    case .xor: systole_reduce_xor
    }
  }

  /// Parts put beside each other, the least significant one first.
  func joined(
    _ parts: ArraySlice<Int32>, _ nodes: [Node], _ target: Address,
    _ make: (_ kind: Int, _ part: Int32, _ mask: UInt64, _ low: Int) -> Draft
  ) -> [Draft] {
    var result: [Draft] = []
    var low = 0
    for part in parts.reversed() {
      let width = Int(nodes[Int(part)].width)
      result.append(make(low == 0 ? systole_place : systole_join, part, lowBits(width), low))
      low += width
    }
    return result
  }

  func pointerList(_ targets: [Address]) -> Address {
    draft.block(
      8 * targets.count, initial: [UInt8](repeating: 0, count: 8 * targets.count),
      pointers: targets.enumerated().map { (8 * $0, $1) })
  }

  // MARK: Any width

  private func computeWide(
    _ node: Node, _ definition: Int, _ lanes: Lanes, _ target: Address, _ type: LaneType
  ) {
    let nodes = tree.nodes(of: definition)
    let count = lanes.list.count
    var descriptors: [UInt8] = []
    var pointers: [(offset: Int, target: Address)] = []
    var words = (Int(node.width) + 63) / 64
    var operandCount = 0
    tree.tables[definition].forEachOperand(of: node) { id in
      let source = operand(definition, id.index, lanes)
      let operandNode = nodes[Int(id.index)]
      words = max(words, (Int(operandNode.width) + 63) / 64)
      pointers.append((descriptors.count, source.address))
      descriptors += bytes(
        of: systole_operand(
          start: nil, type: UInt32(source.type.code), width: UInt32(operandNode.width),
          is_signed: operandNode.isSigned ? 1 : 0, stride: UInt32(source.type.stride)))
      operandCount += 1
    }
    let list = draft.block(descriptors.count, initial: descriptors, pointers: pointers)
    let scratch = draft.block(3 * words * 8)
    let parameter = node.operation == .slice || node.operation == .reduce ? node.b : 0
    let operation = systole_wide_operation(
      operation: UInt32(node.operation.rawValue), parameter: UInt32(parameter), width: UInt32(node.width),
      is_signed: node.isSigned ? 1 : 0, lanes: UInt32(count), operand_count: UInt32(operandCount), d: nil,
      type: UInt32(type.code), stride: UInt32(type.stride), operands: nil, scratch: nil, scratch_words: UInt64(words))
    typealias Layout = MemoryLayout<systole_wide_operation>
    let descriptor = draft.block(
      Layout.size, initial: bytes(of: operation),
      pointers: [
        (Layout.offset(of: \.d)!, target), (Layout.offset(of: \.operands)!, list),
        (Layout.offset(of: \.scratch)!, scratch),
      ])
    code.append(Draft(systole_wide, a: descriptor))
  }
}
