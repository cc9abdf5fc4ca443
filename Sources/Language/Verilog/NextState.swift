import Netlist

/// The next value of a register as a tree of conditions: what an engineer writes as `if`, `else` and `case`.
indirect enum NextState {
  case value(NodeID)
  /// A choice that stands in a net of its own, so that conditions are not nested without end.
  case net(NodeID)
  /// The register keeps its value.
  case hold
  case choice(NodeID, NextState, NextState)
  /// The branch whose constants hold the subject, else the last value.
  case table(subject: NodeID, [(labels: [NodeID], NextState)], NextState)

  /// Whether the register keeps its value.
  var isHold: Bool {
    if case .hold = self { return true }
    return false
  }

  /// Every node that the tree reads, with the form in which it is written.
  func forEachNode(_ body: (NodeID, NetPlan.RootForm) -> Void) {
    switch self {
    case .value(let node): body(node, .assignment)
    case .net(let node): body(node, .net)
    case .hold: break
    case .choice(let condition, let yes, let no):
      body(condition, .operand)
      yes.forEachNode(body)
      no.forEachNode(body)
    case .table(let subject, let branches, let otherwise):
      body(subject, .operand)
      for branch in branches { branch.1.forEachNode(body) }
      otherwise.forEachNode(body)
    }
  }
}

/// Splits what registers take along the choices that nothing else reads.
struct NextStates {
  private let table: NodeTable
  private let readers: [Int32]
  private let runs: CaseRuns
  /// Signals of which the values have names.
  private let enumerated: Set<Int32>
  /// For each choice how deep the conditions below it are nested.
  private var heights: [Int32] = []
  /// Choices that begin a net of their own.
  private var isCut: [Bool] = []

  /// How deep conditions are nested.
  private static let deepest: Int32 = 32

  /// Linear in the size of the table.
  init(_ table: NodeTable, readers: [Int32], runs: CaseRuns, enumerated: Set<Int32> = []) {
    self.enumerated = enumerated
    self.table = table
    self.readers = readers
    self.runs = runs
    heights = [Int32](repeating: 0, count: table.nodes.count)
    isCut = [Bool](repeating: false, count: table.nodes.count)
    for (index, node) in table.nodes.enumerated() where node.operation == .mux {
      let yes = heightBelow(node.b)
      // The next branch of a run is no deeper than this one.
      let no = runs.goesOn(NodeID(Int32(index))) ? heights[Int(node.c)] - 1 : heightBelow(node.c)
      heights[index] = 1 + max(yes, no)
    }
  }

  private mutating func heightBelow(_ operand: Int32) -> Int32 {
    guard isPrivateChoice(operand) else { return 0 }
    if heights[Int(operand)] >= Self.deepest { isCut[Int(operand)] = true }
    return isCut[Int(operand)] ? 0 : heights[Int(operand)]
  }

  private func isPrivateChoice(_ node: Int32) -> Bool {
    table.nodes[Int(node)].operation == .mux && readers[Int(node)] == 1
  }

  /// What `register` takes.
  func tree(_ register: NetlistRegister) -> NextState {
    let next = tree(register.next, own: register.signal)
    guard let enable = register.enable else { return next }
    return choice(enable, next, otherwise: .hold)
  }

  /// What the register that carries the signal `own` takes.
  private func tree(_ node: NodeID, own: Int32) -> NextState {
    let operation = table[node]
    if operation.operation == .signal, operation.a == own { return .hold }
    guard isPrivateChoice(node.index) else { return .value(node) }
    if isCut[Int(node.index)] { return .net(node) }
    if runs.isHead(node) {
      let (branches, otherwise) = runs.branches(of: node)
      return .table(
        subject: runs.subject(of: node), branches.map { ($0.labels, tree($0.value, own: own)) },
        tree(otherwise, own: own))
    }
    return choice(
      NodeID(operation.a), tree(NodeID(operation.b), own: own), otherwise: tree(NodeID(operation.c), own: own))
  }

  /// A choice; one that asks a state for its name is an entry of a table.
  private func choice(_ condition: NodeID, _ yes: NextState, otherwise: NextState) -> NextState {
    if table[condition].operation == .not, case .table = choice(NodeID(table[condition].a), .hold, otherwise: .hold) {
      return choice(NodeID(table[condition].a), otherwise, otherwise: yes)
    }
    guard let (subject, labels) = CaseRuns.comparisons(condition, in: table),
      table[subject].operation == .signal, enumerated.contains(table[subject].a)
    else { return .choice(condition, yes, otherwise) }
    guard case .table(subject, let branches, let last) = otherwise else {
      return .table(subject: subject, [(labels, yes)], otherwise)
    }
    // Branches that an earlier one takes away are never taken.
    let others = branches.map { ($0.labels.filter { !labels.contains($0) }, $0.1) }.filter { !$0.0.isEmpty }
    return .table(subject: subject, [(labels, yes)] + others, last)
  }
}
