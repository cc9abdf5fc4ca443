extension Definition {
  /// The same module in which whatever reads `node` reads what `body` makes of it instead.
  ///
  /// The result is not checked: make a ``Circuit`` of it. Linear in the size of the module.
  ///
  /// - Parameters:
  ///   - node: The node that is replaced.
  ///   - body: Gets the node in a new table, which holds what stands before it, and gives the one to read.
  public func replacing(_ node: NodeID, by body: (NodeID, inout NodeTable) -> NodeID) -> Definition {
    var result = self
    var copy = NodeTable()
    copy.reserveCapacity(of: table)
    var moved: [Int32] = []
    moved.reserveCapacity(table.nodes.count)
    for (index, old) in table.nodes.enumerated() {
      var id = copy.adopt(old, from: table) { moved[Int($0)] }
      if index == Int(node.index) { id = body(id, &copy) }
      moved.append(id.index)
    }
    result.table = copy
    result.mapRoots { NodeID(moved[Int($0.index)]) }
    return result
  }

  /// The same module in which one reader outside the node table reads what `body` makes of its node instead.
  ///
  /// - Parameters:
  ///   - position: The position of the reader in ``roots``.
  ///   - body: Gets the node and gives the one to read.
  public func replacingRoot(_ position: Int, by body: (NodeID, inout NodeTable) -> NodeID) -> Definition {
    var result = self
    let node = body(roots[position], &result.table)
    var current = 0
    result.mapRoots { old in
      defer { current += 1 }
      return current == position ? node : old
    }
    return result
  }
}
