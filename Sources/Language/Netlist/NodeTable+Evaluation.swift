extension NodeTable {
  /// The value of `node` when its operands have the values that `operand` gives: the meaning of the operation set.
  ///
  /// Constants evaluate to themselves; a signal has no value of its own and must not be asked for.
  public func evaluate(_ node: Node, operand: (NodeID) -> BitVector) -> BitVector {
    let width = Int(node.width)
    func a() -> BitVector { operand(NodeID(node.a)) }
    func b() -> BitVector { operand(NodeID(node.b)) }
    var firstIsSigned: Bool { nodes[Int(node.a)].isSigned }
    func bit(_ value: Bool) -> BitVector { BitVector(value ? 1 : 0, width: 1) }

    switch node.operation {
    case .constant: return constants[Int(node.a)]
    case .signal: preconditionFailure("a signal's value comes from outside the node table")
    case .not: return ~a()
    case .and: return a() & b()
    case .or: return a() | b()
    case .xor: return a() ^ b()
    case .add: return a() &+ b()
    case .subtract: return a() &- b()
    case .multiply: return a().multiplied(by: b(), width: width, signed: node.isSigned)
    case .equal: return bit(a() == b())
    case .less: return bit(a().isLess(than: b(), signed: firstIsSigned))
    case .shiftLeft: return a().shiftedLeft(by: Self.distance(b(), limit: width))
    case .shiftRight:
      let value = a()
      return value.shiftedRight(by: Self.distance(b(), limit: width), fill: firstIsSigned && value.isNegative)
    case .mux: return a().isZero ? operand(NodeID(node.c)) : b()
    case .select:
      let index = Self.distance(a(), limit: Int(node.c) - 1)
      return operand(NodeID(lists[Int(node.b) + index]))
    case .concatenate: return .concatenation(list(start: node.a, count: node.b).map { operand(NodeID($0)) })
    case .slice: return a().slice(low: Int(node.b), width: width)
    case .extend: return a().extended(to: width, signed: firstIsSigned)
    case .reduce:
      switch Reduction(rawValue: node.b)! {
      case .and: return bit(a().isAllOnes)
      case .or: return bit(!a().isZero)
      case .xor: return bit(a().hasOddParity)
      }
    case .reinterpret: return a()
    }
  }

  /// The value of an operation that is made of constants alone; nil where a signal is read. Linear in the operations.
  public func fixedValue(_ id: NodeID) -> BitVector? {
    var known: [NodeID: BitVector] = [:]
    var open = [id]
    while let next = open.last {
      let node = self[next]
      if node.operation == .signal { return nil }
      if known[next] != nil {
        open.removeLast()
        continue
      }
      var missing: [NodeID] = []
      forEachOperand(of: node) { if known[$0] == nil { missing.append($0) } }
      if missing.isEmpty {
        known[next] = evaluate(node) { known[$0]! }
        open.removeLast()
      } else {
        open += missing
      }
    }
    return known[id]
  }

  /// `value` as a count, at most `limit`.
  private static func distance(_ value: BitVector, limit: Int) -> Int {
    guard let number = value.unsigned, number < UInt64(limit) else { return limit }
    return Int(number)
  }
}
