import Netlist

/// The next value of a register as a tree of conditions: what an engineer writes as `if` and `else`.
indirect enum NextState {
  case value(NodeID)
  /// The register keeps its value.
  case hold
  case choice(NodeID, NextState, NextState)

  /// Splits `node` along the choices that nothing else reads; `own` is the signal of the register.
  init(_ node: NodeID, own: Int32, table: NodeTable, readers: [Int32]) {
    let operation = table[node]
    if operation.operation == .signal, operation.a == own {
      self = .hold
    } else if operation.operation == .mux, readers[Int(node.index)] == 1 {
      self = .choice(
        NodeID(operation.a),
        NextState(NodeID(operation.b), own: own, table: table, readers: readers),
        NextState(NodeID(operation.c), own: own, table: table, readers: readers))
    } else {
      self = .value(node)
    }
  }

  /// Every node that the tree reads, with the form in which it is written.
  func forEachNode(_ body: (NodeID, NetPlan.RootForm) -> Void) {
    switch self {
    case .value(let node): body(node, .assignment)
    case .hold: break
    case .choice(let condition, let yes, let no):
      body(condition, .operand)
      yes.forEachNode(body)
      no.forEachNode(body)
    }
  }
}
