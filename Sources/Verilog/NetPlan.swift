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
  /// How often each operation is written.
  private(set) var uses: [Int32]
  /// Operations that become nets.
  private(set) var isNet: [Bool]
  /// The name that each operation would take from what it drives.
  private(set) var hints: [Int32]

  /// Longest expression, in operations, that is written in one piece.
  private static let largestExpression = 16

  /// `roots` are the driven things with an index each; the index comes back in ``hints``.
  init(
    _ table: NodeTable, roots: [(node: NodeID, hint: Int32, form: RootForm)], enumerated: Set<Int32> = []
  ) {
    self.table = table
    self.enumerated = enumerated
    uses = [Int32](repeating: 0, count: table.nodes.count)
    isNet = [Bool](repeating: false, count: table.nodes.count)
    hints = [Int32](repeating: -1, count: table.nodes.count)
    var isForced = [Bool](repeating: false, count: table.nodes.count)
    var isRoot = [Bool](repeating: false, count: table.nodes.count)
    for root in roots {
      let index = Int(root.node.index)
      uses[index] += 1
      if hints[index] < 0 { hints[index] = root.hint }
      switch root.form {
      case .assignment: isRoot[index] = true
      case .connection: if !Self.mayConnect(table[root.node], in: table) { isForced[index] = true }
      case .operand: break
      }
    }
    for index in table.nodes.indices.reversed() where uses[index] > 0 {
      let node = table.nodes[index]
      if Self.isLeaf(node.operation) { continue }
      let isAlone = Self.standsAlone(node, in: table)
      let isShared = uses[index] > 1 && !isCheap(node)
      // A table is a statement, never an expression.
      let isTable = node.operation == .select
      isNet[index] = isForced[index] || isShared || isTable || (isAlone && !isRoot[index])
      plan(node, hint: hints[index], &isForced)
    }
    splitLongExpressions(isRoot: isRoot)
  }

  /// Where a root is written.
  enum RootForm {
    /// Alone on the right of an assignment.
    case assignment
    /// In the port list of an instance.
    case connection
    /// Inside a statement.
    case operand
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
    case .not: node.width == 1 && Self.isLeaf(table.nodes[Int(node.a)].operation)
    default: false
    }
  }

  /// A state compared with one of its names says more than a net would.
  private func isCase(_ subject: Int32, _ value: Int32) -> Bool {
    let subject = table.nodes[Int(subject)]
    return subject.operation == .signal && enumerated.contains(subject.a)
      && table.nodes[Int(value)].operation == .constant
  }

  private mutating func plan(_ node: Node, hint: Int32, _ isForced: inout [Bool]) {
    func use(_ operand: Int32, forced: Bool = false) {
      uses[Int(operand)] += 1
      if hints[Int(operand)] < 0 { hints[Int(operand)] = hint }
      if forced, !Self.isLeaf(table.nodes[Int(operand)].operation) { isForced[Int(operand)] = true }
    }
    switch node.operation {
    case .slice: use(node.a, forced: true)
    case .extend: use(node.a, forced: node.isSigned)
    case .multiply:
      for operand in [node.a, node.b] {
        use(operand, forced: table.nodes[Int(operand)].operation != .reinterpret)
      }
    case .add where Self.isGrowing(node, in: table), .subtract where Self.isGrowing(node, in: table):
      for operand in [node.a, node.b] { use(table.nodes[Int(operand)].a, forced: true) }
    default: table.forEachOperand(of: node) { use($0.index) }
    }
  }

  private mutating func splitLongExpressions(isRoot: [Bool]) {
    var size = [Int32](repeating: 1, count: table.nodes.count)
    for (index, node) in table.nodes.enumerated() where uses[index] > 0 && !Self.isLeaf(node.operation) {
      var total: Int32 = 1
      table.forEachOperand(of: node) { total += isNet[Int($0.index)] ? 1 : size[Int($0.index)] }
      // Choices and lists are written one alternative a line and may be long.
      let isList = node.operation == .mux || node.operation == .concatenate
      if total > Self.largestExpression, !isList, !isRoot[index] {
        isNet[index] = true
      }
      size[index] = isList || isNet[index] ? 1 : total
    }
  }
}
