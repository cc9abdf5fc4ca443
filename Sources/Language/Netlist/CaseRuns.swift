/// Choices that compare one subject with constants, one after another: what a person writes as `case`.
///
/// A run is a choice whose last operand is the next choice of the run, which nothing else reads. Only a run of many
/// branches counts: a few are as clear as `if` and `else`.
package struct CaseRuns: Sendable {
  /// One branch: the constants that take it, each in no earlier branch, and the value.
  package struct Branch {
    package var labels: [NodeID]
    package var value: NodeID
  }

  /// Fewest branches of a run.
  package static let fewest = 8
  /// Most constants that one branch names.
  private static let mostLabels = 64

  private let table: NodeTable
  /// For each condition the node that it compares with constants, and how many; empty when there is no run.
  private var subjects: [Int32] = []
  private var labelCounts: [Int32] = []
  /// For each choice the branches of its run from there on; 0 where there is none.
  private var lengths: [Int32] = []
  /// Choices that go on with the run of their reader.
  private var isInner: [Bool] = []
  /// Choices of runs that are long enough.
  private var isMember: [Bool] = []

  /// The runs of a table, of which each node has so many `readers`. Linear in the size of the table.
  package init(_ table: NodeTable, readers: [Int32]) {
    self.table = table
    guard table.nodes.lazy.filter({ $0.operation == .mux }).prefix(Self.fewest).count == Self.fewest else { return }
    let count = table.nodes.count
    subjects = [Int32](repeating: -1, count: count)
    labelCounts = [Int32](repeating: 0, count: count)
    lengths = [Int32](repeating: 0, count: count)
    isInner = [Bool](repeating: false, count: count)
    for (index, node) in table.nodes.enumerated() {
      switch node.operation {
      case .equal:
        guard let (subject, _) = Self.comparison(node, in: table) else { continue }
        subjects[index] = subject
        labelCounts[index] = 1
      case .or where node.width == 1:
        let (a, b) = (Int(node.a), Int(node.b))
        guard subjects[a] >= 0, subjects[a] == subjects[b], labelCounts[a] + labelCounts[b] <= Self.mostLabels else {
          continue
        }
        subjects[index] = subjects[a]
        labelCounts[index] = labelCounts[a] + labelCounts[b]
      case .mux:
        let subject = subjects[Int(node.a)]
        guard subject >= 0 else { continue }
        let next = Int(node.c)
        let goesOn =
          table.nodes[next].operation == .mux && readers[next] == 1
          && subjects[Int(table.nodes[next].a)] == subject
        lengths[index] = 1 + (goesOn ? lengths[next] : 0)
        if goesOn { isInner[next] = true }
      default: break
      }
    }
    guard lengths.contains(where: { $0 >= Self.fewest }) else {
      (subjects, labelCounts, lengths, isInner) = ([], [], [], [])
      return
    }
    var isMember = [Bool](repeating: false, count: count)
    forEachChoice { isMember[Int($0.index)] = true }
    self.isMember = isMember
  }

  /// Whether a run begins with `node`.
  package func isHead(_ node: NodeID) -> Bool {
    !lengths.isEmpty && lengths[Int(node.index)] >= Self.fewest && !isInner[Int(node.index)]
  }

  /// Whether `choice` stands in a run and the next branch of it is its last operand.
  package func goesOn(_ choice: NodeID) -> Bool {
    guard !isMember.isEmpty, isMember[Int(choice.index)] else { return false }
    let next = Int(table[choice].c)
    return isMember[next] && isInner[next]
  }

  /// The node that the run from `head` on compares.
  package func subject(of head: NodeID) -> NodeID { NodeID(subjects[Int(table[head].a)]) }

  /// The branches of the run from `head` on, and the value where none is taken. Linear in what the run reads.
  package func branches(of head: NodeID) -> (branches: [Branch], otherwise: NodeID) {
    var branches: [Branch] = []
    var seen: Set<Int32> = []
    var position = head
    for _ in 0..<lengths[Int(head.index)] {
      let node = table[position]
      let labels = labels(of: NodeID(node.a)).filter { seen.insert(table[$0].a).inserted }
      if !labels.isEmpty { branches.append(Branch(labels: labels, value: NodeID(node.b))) }
      position = NodeID(node.c)
    }
    return (branches, position)
  }

  /// Calls `body` with every choice of every run.
  package func forEachChoice(_ body: (NodeID) -> Void) {
    for index in lengths.indices where isHead(NodeID(Int32(index))) {
      var position = Int32(index)
      for _ in 0..<lengths[index] {
        body(NodeID(position))
        position = table.nodes[Int(position)].c
      }
    }
  }

  /// The constants that make `condition` 1, in order.
  private func labels(of condition: NodeID) -> [NodeID] { Self.comparisons(condition, in: table)?.labels ?? [] }

  /// The node that `condition` compares with constants, and these in order; nil when it is another condition.
  package static func comparisons(
    _ condition: NodeID, in table: NodeTable
  ) -> (subject: NodeID, labels: [NodeID])? {
    var subject: Int32?
    var labels: [NodeID] = []
    var open = [condition]
    while let next = open.popLast() {
      let node = table[next]
      if node.operation == .or, node.width == 1 {
        open += [NodeID(node.b), NodeID(node.a)]
      } else if node.operation == .equal, let (compared, label) = comparison(node, in: table),
        subject ?? compared == compared, labels.count < mostLabels
      {
        subject = compared
        labels.append(NodeID(label))
      } else {
        return nil
      }
    }
    return subject.map { (NodeID($0), labels) }
  }

  /// What is compared with which constant; nil when both operands are fixed or none is.
  private static func comparison(_ node: Node, in table: NodeTable) -> (subject: Int32, label: Int32)? {
    let isFirst = table.nodes[Int(node.a)].operation == .constant
    let isSecond = table.nodes[Int(node.b)].operation == .constant
    guard isFirst != isSecond else { return nil }
    return isFirst ? (node.b, node.a) : (node.a, node.b)
  }
}
