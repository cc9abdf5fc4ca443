/// The nodes of a definition, each stored once: asking twice for one operation on the same operands gives one node.
///
/// Making a node takes constant time on average.
public struct NodeTable: Sendable {
  /// Nodes in topological order.
  public private(set) var nodes: [Node] = []
  /// Operands of the operations that take a list.
  public private(set) var lists: [Int32] = []
  /// Values of the constants.
  public private(set) var constants: [BitVector] = []

  private var index = NodeIndex()
  /// The node of each signal plus one; zero when there is none. Most nodes of a large array are signals, whose index
  /// finds them without a search.
  private var signalNodes: [Int32] = []
  private var knownLists: [[Int32]: Int32] = [:]
  private var knownConstants: [BitVector: Int32] = [:]

  /// An empty table.
  public init() {}

  /// Reserves room for as many nodes as `other` has.
  mutating func reserveCapacity(of other: NodeTable) {
    nodes.reserveCapacity(other.nodes.count)
    signalNodes.reserveCapacity(other.signalNodes.count)
    index.reserveCapacity(other.nodes.count - other.signalNodes.count)
  }

  /// The node with this index.
  @inlinable
  public subscript(id: NodeID) -> Node { nodes[Int(id.index)] }

  /// The node equal to `node`, made when it is not there.
  public mutating func intern(_ node: Node) -> NodeID {
    guard node.operation == .signal, Self.directSignals.contains(node.a) else {
      return NodeID(index.find(node, in: &nodes))
    }
    let signal = Int(node.a)
    if signal >= signalNodes.count {
      while signal > signalNodes.count { signalNodes.append(0) }
      signalNodes.append(0)
    } else if signalNodes[signal] != 0, nodes[Int(signalNodes[signal]) - 1] == node {
      return NodeID(signalNodes[signal] - 1)
    }
    nodes.append(node)
    signalNodes[signal] = Int32(nodes.count)
    return NodeID(Int32(nodes.count - 1))
  }

  /// Signals that are found by their index; past these, which no real module reaches, they are searched like others.
  private static let directSignals: Range<Int32> = 0..<(1 << 24)

  /// A constant.
  public mutating func constant(_ value: BitVector, isSigned: Bool) -> NodeID {
    let index: Int32
    if let found = knownConstants[value] {
      index = found
    } else {
      index = Int32(constants.count)
      constants.append(value)
      knownConstants[value] = index
    }
    return intern(Node(.constant, width: Int32(value.width), isSigned: isSigned, a: index))
  }

  /// The start of a stored operand list equal to `list`.
  public mutating func internList(_ list: [Int32]) -> Int32 {
    if let start = knownLists[list] { return start }
    let start = Int32(lists.count)
    lists.append(contentsOf: list)
    knownLists[list] = start
    return start
  }

  /// Value of a constant node; nil for any other node.
  public func constantValue(_ id: NodeID) -> BitVector? {
    let node = self[id]
    return node.operation == .constant ? constants[Int(node.a)] : nil
  }

  /// Operands of a list operation.
  public func list(start: Int32, count: Int32) -> ArraySlice<Int32> {
    lists[Int(start)..<Int(start) + Int(count)]
  }

  /// Calls `body` with every operand of `node`, in order.
  @inlinable
  public func forEachOperand(of node: Node, _ body: (NodeID) -> Void) {
    switch node.operation {
    case .constant, .signal: break
    case .not, .slice, .extend, .reduce, .reinterpret: body(NodeID(node.a))
    case .and, .or, .xor, .add, .subtract, .multiply, .equal, .less, .shiftLeft, .shiftRight:
      body(NodeID(node.a))
      body(NodeID(node.b))
    case .mux:
      body(NodeID(node.a))
      body(NodeID(node.b))
      body(NodeID(node.c))
    case .concatenate:
      for operand in list(start: node.a, count: node.b) { body(NodeID(operand)) }
    case .select:
      body(NodeID(node.a))
      for operand in list(start: node.b, count: node.c) { body(NodeID(operand)) }
    }
  }
}

extension NodeTable: Hashable {
  /// Compares what the tables hold.
  public static func == (left: NodeTable, right: NodeTable) -> Bool {
    left.nodes == right.nodes && left.lists == right.lists && left.constants == right.constants
  }

  /// Feeds what the table holds.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(nodes)
    hasher.combine(lists)
    hasher.combine(constants)
  }
}
