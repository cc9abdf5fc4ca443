extension Circuit {
  /// The same design with constants folded, common subexpressions shared, needless width removed and dead operations
  /// dropped. Named signals, registers, memories and instances all stay.
  public func simplified() -> Circuit {
    Circuit(valid: definitions.map { $0.simplified() })
  }
}

extension Definition {
  /// The same module simplified; see ``Circuit/simplified()``.
  public func simplified() -> Definition {
    var result = self
    var pass = Simplification(self)
    result.table = pass.run()
    result.mapRoots { pass.replacement(of: $0) }
    let (table, moved) = result.table.compacted(roots: result.roots)
    result.table = table
    result.mapRoots { moved[Int($0.index)]! }
    return result
  }
}

/// Rebuilds the node table of one definition through constructors that know the algebra.
struct Simplification {
  private let old: NodeTable
  private let roots: [NodeID]
  var table = NodeTable()
  private var map: [NodeID?]
  /// Readers of each old node: an operation is only narrowed when nobody else reads it at full width.
  private var readers: [Int32]
  /// New nodes that have one reader; nodes past the end have none yet.
  private var isPrivate: [Bool] = []
  /// How many operations the slice that is being made has been moved through.
  var narrowings = 0
  /// Where the parts of long concatenations begin, by the start of their list.
  var partPositions: [Int64: [Int32]] = [:]

  init(_ definition: Definition) {
    old = definition.table
    roots = definition.roots
    map = [NodeID?](repeating: nil, count: old.nodes.count)
    readers = [Int32](repeating: 0, count: old.nodes.count)
    table.reserveCapacity(of: old)
  }

  func replacement(of id: NodeID) -> NodeID { map[Int(id.index)]! }

  mutating func run() -> NodeTable {
    for root in roots { readers[Int(root.index)] += 1 }
    for (index, node) in old.nodes.enumerated().reversed() where readers[index] > 0 {
      old.forEachOperand(of: node) { readers[Int($0.index)] += 1 }
    }
    for (index, node) in old.nodes.enumerated() where readers[index] > 0 {
      let id = rebuild(node)
      map[index] = id
      while isPrivate.count <= Int(id.index) { isPrivate.append(false) }
      isPrivate[Int(id.index)] = readers[index] == 1
    }
    return table
  }

  private mutating func rebuild(_ node: Node) -> NodeID {
    func new(_ operand: Int32) -> NodeID { map[Int(operand)]! }
    let width = Int(node.width)
    switch node.operation {
    case .constant: return table.constant(old.constants[Int(node.a)], isSigned: node.isSigned)
    case .signal: return table.intern(node)
    case .not: return not(new(node.a))
    case .and, .or, .xor: return bitwise(node.operation, new(node.a), new(node.b))
    case .add, .subtract: return sum(node.operation, new(node.a), new(node.b))
    case .multiply: return product(new(node.a), new(node.b), width: width)
    case .equal: return equal(new(node.a), new(node.b))
    case .less: return less(new(node.a), new(node.b))
    case .shiftLeft, .shiftRight: return shift(node.operation, new(node.a), by: new(node.b))
    case .mux: return mux(new(node.a), new(node.b), new(node.c), isDecision: node.isDecision)
    case .select: return select(new(node.a), old.list(start: node.b, count: node.c).map(new))
    case .concatenate: return concatenate(old.list(start: node.a, count: node.b).map(new))
    case .slice: return slice(new(node.a), low: Int(node.b), width: width)
    case .extend: return extend(new(node.a), to: width)
    case .reduce: return reduce(new(node.a), Reduction(rawValue: node.b)!)
    case .reinterpret: return reinterpret(new(node.a), signed: node.isSigned)
    }
  }

  // MARK: Helpers of the rules

  func isSigned(_ id: NodeID) -> Bool { table[id].isSigned }
  func width(_ id: NodeID) -> Int { Int(table[id].width) }
  func value(_ id: NodeID) -> BitVector? { table.constantValue(id) }

  mutating func constant(_ value: BitVector, signed: Bool) -> NodeID { table.constant(value, isSigned: signed) }

  mutating func bit(_ value: Bool) -> NodeID { constant(BitVector(value ? 1 : 0, width: 1), signed: false) }

  /// `node`, or the constant that it is when all its operands are constants.
  mutating func make(_ node: Node) -> NodeID {
    var isConstant = true
    table.forEachOperand(of: node) { if table[$0].operation != .constant { isConstant = false } }
    guard isConstant else { return table.intern(node) }
    let folded = table.evaluate(node) { table.constants[Int(table[$0].a)] }
    return constant(folded, signed: node.isSigned)
  }

  /// True when the operation that made `id` has one reader, so that narrowing it removes the wide one.
  func mayNarrow(_ id: NodeID) -> Bool { Int(id.index) < isPrivate.count && isPrivate[Int(id.index)] }

  /// A slice is moved through no more operations than these: the stack of a thread may be small, and a chain of slices
  /// is to cost its length.
  static let mostNarrowings = 32
}
