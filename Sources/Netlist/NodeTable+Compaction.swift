extension NodeTable {
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
    func new(_ operand: Int32) -> Int32 { map[Int(operand)]!.index }
    for index in nodes.indices where isLive[index] {
      var node = nodes[index]
      switch node.operation {
      case .constant:
        map[index] = result.constant(constants[Int(node.a)], isSigned: node.isSigned)
        continue
      case .signal: break
      case .not, .slice, .extend, .reduce, .reinterpret: node.a = new(node.a)
      case .and, .or, .xor, .add, .subtract, .multiply, .equal, .less, .shiftLeft, .shiftRight:
        node.a = new(node.a)
        node.b = new(node.b)
      case .mux:
        node.a = new(node.a)
        node.b = new(node.b)
        node.c = new(node.c)
      case .concatenate: node.a = result.internList(list(start: node.a, count: node.b).map(new))
      case .select:
        node.a = new(node.a)
        node.b = result.internList(list(start: node.b, count: node.c).map(new))
      }
      map[index] = result.intern(node)
    }
    return (result, map)
  }
}
