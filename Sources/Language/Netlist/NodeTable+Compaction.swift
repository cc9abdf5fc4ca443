extension NodeTable {
  /// A copy of `node`, which stands in `other`; `new` tells where its operands are in this table.
  public mutating func adopt(_ node: Node, from other: NodeTable, _ new: (Int32) -> Int32) -> NodeID {
    var node = node
    switch node.operation {
    case .constant: return constant(other.constants[Int(node.a)], isSigned: node.isSigned)
    case .signal: break
    case .not, .slice, .extend, .reduce, .reinterpret: node.a = new(node.a)
    case .and, .or, .xor, .add, .subtract, .multiply, .equal, .less, .shiftLeft, .shiftRight:
      node.a = new(node.a)
      node.b = new(node.b)
    case .mux:
      node.a = new(node.a)
      node.b = new(node.b)
      node.c = new(node.c)
    case .concatenate: node.a = internList(other.list(start: node.a, count: node.b).map(new))
    case .select:
      node.a = new(node.a)
      node.b = internList(other.list(start: node.b, count: node.c).map(new))
    }
    return intern(node)
  }

  /// The table with only what `roots` need, in the order of the old one, and the new node of every old one: nil for
  /// those that are gone.
  func compacted(roots: [NodeID]) -> (table: NodeTable, moved: [NodeID?]) {
    var isLive = [Bool](repeating: false, count: nodes.count)
    for root in roots { isLive[Int(root.index)] = true }
    for index in nodes.indices.reversed() where isLive[index] {
      forEachOperand(of: nodes[index]) { isLive[Int($0.index)] = true }
    }
    var result = NodeTable()
    result.reserveCapacity(of: self)
    var map = [NodeID?](repeating: nil, count: nodes.count)
    for index in nodes.indices where isLive[index] {
      map[index] = result.adopt(nodes[index], from: self) { map[Int($0)]!.index }
    }
    return (result, map)
  }
}
