import Netlist

/// Decides which operations of a definition become nets of their own and which are written inside another expression.
///
/// Two facts of Verilog shape the rules. The width and sign of an operand depend on its surroundings, so an operation
/// whose result would change with them (a product, a signed shift, a sum that grows) stands alone on the right of an
/// assignment. And only a name can be indexed, so whatever is sliced or sign-extended has one.
struct NetPlan {
  let table: NodeTable
  /// Signals of which the values have names.
  let enumerated: Set<Int32>
  /// Choices that are written as a case statement.
  let runs: CaseRuns
  /// How often each operation is written.
  private(set) var uses: [Int32]
  /// Operations that become nets.
  private(set) var isNet: [Bool]

  /// Longest expression, in operations, that is written in one piece.
  private static let largestExpression = 16
  /// How deep the operations of one expression are nested, and how many choices it makes.
  private static let (deepest, mostChoices): (Int32, Int32) = (32, 32)

  /// What is driven, and where that is written.
  typealias Root = (node: NodeID, form: RootForm)

  /// `roots` are all that is driven, `named` operations of which a port or net has the value, and `arrays` signals that
  /// are written as arrays of nets.
  init(
    _ table: NodeTable, roots: [Root], named: some Sequence<Int32> = [], enumerated: Set<Int32> = [],
    arrays: Set<Int32> = [], runs: CaseRuns
  ) {
    self.table = table
    self.runs = runs
    self.enumerated = enumerated
    uses = [Int32](repeating: 0, count: table.nodes.count)
    isNet = [Bool](repeating: false, count: table.nodes.count)
    var isForced = subjectsOfConstants()
    for index in named { isForced[Int(index)] = true }
    var isRoot = [Bool](repeating: false, count: table.nodes.count)
    for root in roots {
      let index = Int(root.node.index)
      uses[index] += 1
      switch root.form {
      case .assignment: isRoot[index] = true
      case .connection: if !Self.mayConnect(table[root.node], in: table) { isForced[index] = true }
      case .net: if !Self.isLeaf(table[root.node].operation) { isForced[index] = true }
      case .operand: break
      }
    }
    for index in table.nodes.indices.reversed() where uses[index] > 0 {
      let node = table.nodes[index]
      if Self.isLeaf(node.operation) { continue }
      if !arrays.isEmpty { forceElements(of: node, isRoot: isRoot[index], arrays, &isForced) }
      let isAlone = Self.standsAlone(node, in: table)
      let isShared = uses[index] > 1 && !isCheap(node)
      // A table is a statement, never an expression.
      let isTable = isTable(NodeID(Int32(index)))
      isNet[index] = isForced[index] || isShared || isTable || (isAlone && !isRoot[index])
      plan(NodeID(Int32(index)), &isForced)
    }
    splitLongExpressions(isRoot: isRoot)
  }

  /// Makes nets of the elements of arrays that `node` reads, unless it is a plain assignment: a block that waits for any
  /// change would wait for every element.
  private func forceElements(of node: Node, isRoot: Bool, _ arrays: Set<Int32>, _ isForced: inout [Bool]) {
    if isRoot, node.operation == .reinterpret || node.operation == .concatenate { return }
    table.forEachOperand(of: node) { operand in
      let element = table[operand]
      guard element.operation == .slice, table.nodes[Int(element.a)].operation == .signal,
        arrays.contains(table.nodes[Int(element.a)].a)
      else { return }
      isForced[Int(operand.index)] = true
    }
  }

  /// Subjects of tables that are made of constants alone: a statement waits for a change of a name, so they need one.
  private func subjectsOfConstants() -> [Bool] {
    var isForced = [Bool](repeating: false, count: table.nodes.count)
    guard table.nodes.contains(where: { $0.operation == .select }) else { return isForced }
    var isConstant = isForced
    for (index, node) in table.nodes.enumerated() where node.operation != .signal {
      isConstant[index] = true
      table.forEachOperand(of: node) { if !isConstant[Int($0.index)] { isConstant[index] = false } }
      if node.operation == .select, isConstant[Int(node.a)], !Self.isLeaf(table.nodes[Int(node.a)].operation) {
        isForced[Int(node.a)] = true
      }
    }
    return isForced
  }

  /// Where a root is written.
  enum RootForm {
    /// Alone on the right of an assignment.
    case assignment
    /// In the port list of an instance.
    case connection
    /// As the name of a net.
    case net
    /// Inside a statement.
    case operand
  }

  /// Whether the value of `node` is written as a case statement.
  func isTable(_ node: NodeID) -> Bool { table[node].operation == .select || runs.isHead(node) }

  private func isComparison(_ node: Int32) -> Bool {
    let operation = table.nodes[Int(node)].operation
    return operation == .equal || operation == .less
  }

  static func isLeaf(_ operation: Operation) -> Bool { operation == .constant || operation == .signal }

  /// A sum whose operands are one bit narrower: written bare, the assignment's width lets it grow.
  static func isGrowing(_ node: Node, in table: NodeTable) -> Bool {
    guard node.operation == .add || node.operation == .subtract else { return false }
    return [node.a, node.b].allSatisfy { operand in
      let extended = table.nodes[Int(operand)]
      guard extended.operation == .extend else { return false }
      return table.nodes[Int(extended.a)].width == node.width - 1
        && table.nodes[Int(extended.a)].operation != .constant
    }
  }

  static func standsAlone(_ node: Node, in table: NodeTable) -> Bool {
    switch node.operation {
    case .multiply, .select: true
    case .shiftRight: node.isSigned
    case .add, .subtract: isGrowing(node, in: table)
    default: false
    }
  }

  /// Names, parts of names and lists of them stand well in a port list; other expressions get a net.
  private static func mayConnect(_ node: Node, in table: NodeTable) -> Bool {
    switch node.operation {
    case .constant, .signal: true
    case .slice, .reinterpret: isLeaf(table.nodes[Int(node.a)].operation)
    default: false
    }
  }

  /// Shorter to write again than to name.
  private func isCheap(_ node: Node) -> Bool {
    switch node.operation {
    case .slice, .reinterpret: true
    case .equal: isCase(node.a, node.b) || isCase(node.b, node.a)
    case .not: isComparison(node.a) ? isCheap(table.nodes[Int(node.a)]) : node.width == 1
    default: false
    }
  }

  /// A state compared with one of its names says more than a net would.
  private func isCase(_ subject: Int32, _ value: Int32) -> Bool {
    let subject = table.nodes[Int(subject)]
    return subject.operation == .signal && enumerated.contains(subject.a)
      && table.nodes[Int(value)].operation == .constant
  }

  private mutating func plan(_ id: NodeID, _ isForced: inout [Bool]) {
    let node = table[id]
    func use(_ operand: Int32, forced: Bool = false) {
      uses[Int(operand)] += 1
      if forced, !Self.isLeaf(table.nodes[Int(operand)].operation) { isForced[Int(operand)] = true }
    }
    if runs.isHead(id) {
      let (branches, otherwise) = runs.branches(of: id)
      use(runs.subject(of: id).index)
      for branch in branches { use(branch.value.index) }
      return use(otherwise.index)
    }
    switch node.operation {
    case .slice: use(node.a, forced: true)
    case .extend: use(node.a, forced: node.isSigned)
    case .multiply:
      for operand in [node.a, node.b] {
        let operation = table.nodes[Int(operand)].operation
        use(operand, forced: operation != .reinterpret && operation != .slice)
      }
    case .add where Self.isGrowing(node, in: table), .subtract where Self.isGrowing(node, in: table):
      for operand in [node.a, node.b] {
        let value = table.nodes[Int(operand)].a
        use(value, forced: table.nodes[Int(value)].operation != .slice)
      }
    // Written more than once, it is the complement of a name.
    case .not where uses[Int(id.index)] > 1 && !isNet[Int(id.index)]: use(node.a, forced: !isComparison(node.a))
    default: table.forEachOperand(of: node) { use($0.index) }
    }
  }

  private mutating func splitLongExpressions(isRoot: [Bool]) {
    var extents = [Extent](repeating: Extent(), count: table.nodes.count)
    for (index, node) in table.nodes.enumerated() where uses[index] > 0 && !Self.isLeaf(node.operation) {
      if isTable(NodeID(Int32(index))) { continue }
      var extent = Extent()
      // Choices and lists are written one alternative a line and may be long.
      let isList = node.operation == .mux || node.operation == .concatenate
      table.forEachOperand(of: node) { operand in
        let position = Int(operand.index)
        guard !isNet[position] else { return extent.size += 1 }
        let inner = extents[position]
        let isFull =
          node.operation != .concatenate && inner.choices > 0
          && extent.choices + inner.choices >= Self.mostChoices
        if inner.height >= Self.deepest || isFull {
          isNet[position] = true
          extent.size += 1
          return
        }
        extent.size += inner.size
        extent.height = max(extent.height, inner.height)
        extent.choices =
          node.operation == .concatenate
          ? max(extent.choices, inner.choices) : extent.choices + inner.choices
      }
      extent.height += 1
      if node.operation == .mux { extent.choices += 1 }
      if extent.size > Self.largestExpression, !isList, !isRoot[index] {
        isNet[index] = true
      }
      if isNet[index] { extent = Extent() }
      if isList { extent.size = 1 }
      extents[index] = extent
    }
  }

  /// How large the text of an operation is.
  private struct Extent {
    /// Operations, of which a choice and a list count as one.
    var size: Int32 = 1
    /// Operations inside one another.
    var height: Int32 = 0
    /// Choices.
    var choices: Int32 = 0
  }
}
