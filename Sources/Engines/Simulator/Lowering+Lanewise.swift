import CLanes
import Netlist

extension Lowering {
  /// The instructions of an operation on many narrow lanes.
  func lanewise(
    _ info: InstanceTree.Value, _ node: Node, _ lanes: Lanes, _ target: Address, _ type: LaneType
  ) -> [Draft] {
    let definition = Int(info.definition)
    let nodes = tree.nodes(of: definition)
    let count = lanes.list.count
    let width = Int(node.width)
    // Not every operation has one: a concatenation has a list in its place.
    var first: Node { nodes[Int(node.a)] }
    func source(_ id: Int32, _ type: LaneType) -> Address { operand(definition, id, lanes, as: type).address }
    func make(
      _ kind: Int, variant: Int? = nil, _ a: Address, _ b: Address? = nil, _ c: Address? = nil, mask: UInt64 = .max,
      shift: Int = 0
    ) -> [Draft] {
      [Draft(kind, variant: variant ?? type.code, count: count, d: target, a: a, b: b, c: c, mask: mask, shift: shift)]
    }
    if let fused = tree.accumulation(of: info) {
      let factor = LaneType(width: Int(max(nodes[Int(fused.left)].width, nodes[Int(fused.right)].width)))
      return make(
        node.isSigned ? systole_accumulate : systole_accumulate_unsigned, variant: 4 * factor.code + type.code,
        source(fused.left, factor), source(fused.right, factor), source(fused.summand, type), mask: lowBits(width),
        shift: type.unused(width))
    }
    switch node.operation {
    case .constant, .signal: preconditionFailure("no operation")
    case .not: return make(systole_not, source(node.a, type), mask: node.isSigned ? .max : lowBits(width))
    case .and: return make(systole_and, source(node.a, type), source(node.b, type))
    case .or: return make(systole_or, source(node.a, type), source(node.b, type))
    case .xor: return make(systole_xor, source(node.a, type), source(node.b, type))
    case .add, .subtract, .multiply:
      let kind =
        node.operation == .add ? systole_add : node.operation == .subtract ? systole_subtract : systole_multiply
      return make(
        kind, variant: wrapVariant(type, width, isSigned: node.isSigned) + type.code, source(node.a, type),
        source(node.b, type), mask: lowBits(width), shift: type.unused(width))
    case .equal, .less:
      let operands = LaneType(width: Int(first.width))
      let kind =
        node.operation == .equal ? systole_equal : first.isSigned ? systole_less_signed : systole_less
      return make(kind, variant: operands.code, source(node.a, operands), source(node.b, operands))
    case .shiftLeft, .shiftRight: return shift(node, definition, lanes, target, type)
    case .mux:
      if let condition = uniformOperand(definition, node.a, lanes, as: .bits64) {
        return [
          Draft(
            systole_choose, count: count * type.stride, d: target, a: source(node.b, type), b: source(node.c, type),
            c: condition.address)
        ]
      }
      return make(systole_mux, source(node.b, type), source(node.c, type), source(node.a, .bits8))
    case .select:
      let list = pointerList(
        tree.tables[definition].list(start: node.b, count: node.c).map { source($0, type) })
      return make(systole_select, list, nil, source(node.a, .bits32), shift: Int(node.c) - 1)
    case .concatenate:
      return joined(tree.tables[definition].list(start: node.a, count: node.b), nodes, target) {
        kind, part, mask, low in
        Draft(
          kind, variant: type.code, count: count, d: target, a: source(part, type), b: target, mask: mask, shift: low)
      }
    case .slice:
      let operand = LaneType(width: Int(first.width))
      return make(
        systole_slice, variant: 4 * operand.code + type.code, source(node.a, operand), mask: lowBits(width),
        shift: Int(node.b))
    case .extend:
      let operand = LaneType(width: Int(first.width))
      return make(
        first.isSigned ? systole_widen_signed : systole_widen, variant: 4 * operand.code + type.code,
        source(node.a, operand))
    case .reduce:
      let operand = LaneType(width: Int(first.width))
      return make(
        Self.reduction(node), variant: operand.code, source(node.a, operand), mask: lowBits(Int(first.width)))
    case .reinterpret:
      return node.isSigned
        ? make(systole_sign, source(node.a, type), shift: type.unused(width))
        : make(systole_mask, source(node.a, type), mask: lowBits(width))
    }
  }

  /// Shifts happen in lanes that hold the distance too.
  private func shift(
    _ node: Node, _ definition: Int, _ lanes: Lanes, _ target: Address, _ type: LaneType
  ) -> [Draft] {
    let count = lanes.list.count
    let width = Int(node.width)
    let distance = LaneType(width: Int(tree.nodes(of: definition)[Int(node.b)].width))
    let common = distance.stride > type.stride ? distance : type
    let a = operand(definition, node.a, lanes, as: common).address
    let b = operand(definition, node.b, lanes, as: common).address
    let result = common == type ? target : draft.block(count * common.stride)
    var drafts: [Draft] = []
    if node.operation == .shiftLeft {
      drafts.append(
        Draft(
          systole_shift_left, variant: wrapVariant(common, width, isSigned: node.isSigned) + common.code,
          count: count, d: result, a: a, b: b, mask: lowBits(width), shift: common.unused(width)))
    } else {
      drafts.append(
        Draft(
          node.isSigned ? systole_shift_right_signed : systole_shift_right, variant: common.code, count: count,
          d: result, a: a, b: b))
    }
    if common != type {
      drafts.append(
        Draft(systole_widen, variant: 4 * common.code + type.code, count: count, d: target, a: result))
    }
    return drafts
  }
}
