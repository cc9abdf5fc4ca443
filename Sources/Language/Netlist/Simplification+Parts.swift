/// The algebra of bits that are joined and cut.
extension Simplification {
  /// Lists of more parts stay lists inside others: a vector that grows bit by bit would be written again for each bit.
  private static let mostFlattened = 256

  mutating func concatenate(_ parts: [NodeID]) -> NodeID {
    var flat: [NodeID] = []
    for part in parts {
      let node = table[part]
      if node.operation == .concatenate, node.b <= Self.mostFlattened {
        flat += table.list(start: node.a, count: node.b).map { NodeID($0) }
      } else if node.operation == .reinterpret {
        flat.append(NodeID(node.a))
      } else {
        flat.append(part)
      }
    }
    var merged: [NodeID] = []
    var position = 0
    while position < flat.count {
      let start = position
      var fixed: [BitVector] = []
      while position < flat.count, let next = value(flat[position]) {
        fixed.append(next)
        position += 1
      }
      if fixed.count > 1 {
        merged.append(constant(.concatenation(fixed), signed: false))
      } else if fixed.count == 1 {
        merged.append(flat[start])
      } else {
        if let last = merged.last, let joined = join(last, flat[position]) {
          merged[merged.count - 1] = joined
        } else {
          merged.append(flat[position])
        }
        position += 1
      }
    }
    if merged.count == 1 { return reinterpret(merged[0], signed: false) }
    let total = merged.reduce(0) { $0 + width($1) }
    let start = table.internList(merged.map(\.index))
    return make(Node(.concatenate, width: Int32(total), isSigned: false, a: start, b: Int32(merged.count)))
  }

  /// Two neighbours as one node: bits that follow each other in one operand.
  private mutating func join(_ high: NodeID, _ low: NodeID) -> NodeID? {
    let (a, b) = (table[high], table[low])
    guard a.operation == .slice, b.operation == .slice, a.a == b.a, b.b + b.width == a.b else { return nil }
    return slice(NodeID(a.a), low: Int(b.b), width: Int(a.width + b.width))
  }

  mutating func slice(_ a: NodeID, low: Int, width count: Int) -> NodeID {
    if low == 0, count == width(a) { return reinterpret(a, signed: false) }
    if narrowings < Self.mostNarrowings {
      narrowings += 1
      defer { narrowings -= 1 }
      if let moved = sliceOfOperands(a, low: low, width: count) { return moved }
    }
    return make(Node(.slice, width: Int32(count), isSigned: false, a: a.index, b: Int32(low)))
  }

  /// The slice as an operation on slices; nil where it must stay.
  private mutating func sliceOfOperands(_ a: NodeID, low: Int, width count: Int) -> NodeID? {
    let node = table[a]
    switch node.operation {
    case .slice: return slice(NodeID(node.a), low: Int(node.b) + low, width: count)
    case .reinterpret: return slice(NodeID(node.a), low: low, width: count)
    case .extend:
      let inner = NodeID(node.a)
      if low + count <= width(inner) { return slice(inner, low: low, width: count) }
      return low == 0 ? reinterpret(extend(inner, to: count), signed: false) : nil
    case .concatenate: return sliceOfParts(node, low: low, width: count)
    case .not where mayNarrow(a):
      return not(slice(NodeID(node.a), low: low, width: count))
    case .and, .or, .xor:
      guard mayNarrow(a) else { return nil }
      let left = slice(NodeID(node.a), low: low, width: count)
      return bitwise(node.operation, left, slice(NodeID(node.b), low: low, width: count))
    case .add, .subtract:
      guard low == 0, mayNarrow(a) else { return nil }
      return narrowed(NodeID(node.a), NodeID(node.b), to: count, signed: node.isSigned) { pass, left, right in
        pass.sum(node.operation, left, right)
      }
    case .multiply:
      guard low == 0, mayNarrow(a) else { return nil }
      return reinterpret(product(NodeID(node.a), NodeID(node.b), width: count), signed: false)
    case .mux: return mayNarrow(a) ? sliceOfChoices(a, low: low, width: count) : nil
    default: return nil
    }
  }

  /// The slice of a choice, and of those that follow it along the last operand, as choices of slices.
  private mutating func sliceOfChoices(_ a: NodeID, low: Int, width count: Int) -> NodeID {
    var branches: [(condition: NodeID, value: NodeID, isDecision: Bool)] = []
    var rest = a
    while table[rest].operation == .mux, mayNarrow(rest) {
      let node = table[rest]
      branches.append((NodeID(node.a), slice(NodeID(node.b), low: low, width: count), node.isDecision))
      rest = NodeID(node.c)
    }
    var result = slice(rest, low: low, width: count)
    for (condition, value, isDecision) in branches.reversed() {
      result = mux(condition, value, result, isDecision: isDecision)
    }
    return result
  }

  /// An operation on the low bits of both operands; the result is unsigned like any slice.
  private mutating func narrowed(
    _ a: NodeID, _ b: NodeID, to count: Int, signed: Bool,
    _ combine: (inout Simplification, NodeID, NodeID) -> NodeID
  ) -> NodeID {
    let left = reinterpret(slice(a, low: 0, width: count), signed: signed)
    let right = reinterpret(slice(b, low: 0, width: count), signed: signed)
    return reinterpret(combine(&self, left, right), signed: false)
  }

  /// At most `count` low bits with the signedness kept: enough for the low `count` bits of a product.
  mutating func lowPart(_ a: NodeID, width count: Int) -> NodeID {
    width(a) <= count ? a : reinterpret(slice(a, low: 0, width: count), signed: isSigned(a))
  }

  private mutating func sliceOfParts(_ node: Node, low: Int, width count: Int) -> NodeID? {
    var taken: [NodeID] = []
    var index = firstPart(of: node, below: low + count)
    var end = low + count
    while end > low {
      let part = NodeID(table.lists[Int(node.a) + index.part])
      let from = max(low, index.position)
      taken.append(slice(part, low: from - index.position, width: end - from))
      end = from
      index.part += 1
      guard end > low else { break }
      index.position -= width(NodeID(table.lists[Int(node.a) + index.part]))
    }
    return concatenate(taken)
  }

  /// The first part of a concatenation of which a bit lies below `end`, and the position of its lowest bit.
  private mutating func firstPart(of node: Node, below end: Int) -> (part: Int, position: Int) {
    let key = Int64(node.a) << 32 | Int64(node.b)
    let positions: [Int32]
    if let known = partPositions[key] {
      positions = known
    } else {
      var position = node.width
      positions = table.list(start: node.a, count: node.b).map {
        position -= table.nodes[Int($0)].width
        return position
      }
      partPositions[key] = positions
    }
    // Positions fall from part to part.
    var (low, high) = (0, positions.count - 1)
    while low < high {
      let middle = (low + high) / 2
      if positions[middle] >= end { low = middle + 1 } else { high = middle }
    }
    return (low, Int(positions[low]))
  }
}
