import Netlist

/// Reads nodes of a variant into the table of the reference: equal ones are found there, nets that differ are replaced by
/// what drives them.
struct VariantReader {
  private let variant: Definition
  private let reference: Definition
  private var known: [Int32?]

  init(_ variant: Definition, _ reference: Definition) {
    self.variant = variant
    self.reference = reference
    known = [Int32?](repeating: nil, count: variant.table.nodes.count)
  }

  /// The node of the reference's table that computes what `id` does in the variant.
  mutating func node(_ id: NodeID, _ table: inout NodeTable) -> NodeID {
    // A stack of our own: chains of nets may be long.
    var pending = [id.index]
    while let index = pending.last {
      if known[Int(index)] != nil {
        pending.removeLast()
        continue
      }
      let node = variant.table.nodes[Int(index)]
      var missing: [Int32] = []
      if let driver = driver(of: node) {
        if known[Int(driver.index)] == nil { missing.append(driver.index) }
      } else {
        variant.table.forEachOperand(of: node) { if known[Int($0.index)] == nil { missing.append($0.index) } }
      }
      guard missing.isEmpty else {
        pending += missing
        continue
      }
      known[Int(index)] = read(node, &table).index
      pending.removeLast()
    }
    return NodeID(known[Int(id.index)]!)
  }

  private func driver(of node: Node) -> NodeID? {
    guard node.operation == .signal, case .net(let driver) = variant.signals[Int(node.a)].kind else { return nil }
    return driver
  }

  private func read(_ node: Node, _ table: inout NodeTable) -> NodeID {
    guard let driver = driver(of: node) else {
      return table.adopt(node, from: variant.table) { known[Int($0)]! }
    }
    let read = NodeID(known[Int(driver.index)]!)
    if case .net(read) = reference.signals[Int(node.a)].kind { return table.intern(node) }
    return read
  }
}
