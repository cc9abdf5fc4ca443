/// The algebra: each constructor gives a node equal to the operation on its operands, and the simplest one that it knows.
extension Simplification {
  mutating func not(_ a: NodeID) -> NodeID {
    let node = table[a]
    if node.operation == .not { return NodeID(node.a) }
    return make(Node(.not, width: node.width, isSigned: node.isSigned, a: a.index))
  }

  mutating func bitwise(_ operation: Operation, _ a: NodeID, _ b: NodeID) -> NodeID {
    if value(a) != nil, value(b) == nil { return bitwise(operation, b, a) }
    let node = table[a]
    if a == b {
      return operation == .xor ? constant(.zeros(Int(node.width)), signed: node.isSigned) : a
    }
    if let fixed = value(b), value(a) == nil {
      switch operation {
      case .and:
        if fixed.isZero { return b }
        if fixed.isAllOnes { return a }
      case .or:
        if fixed.isZero { return a }
        if fixed.isAllOnes { return b }
      default:
        if fixed.isZero { return a }
        if fixed.isAllOnes { return not(a) }
      }
    }
    return make(Node(operation, width: node.width, isSigned: node.isSigned, a: a.index, b: b.index))
  }

  mutating func sum(_ operation: Operation, _ a: NodeID, _ b: NodeID) -> NodeID {
    let node = table[a]
    if value(b)?.isZero == true { return a }
    if operation == .add, value(a)?.isZero == true { return b }
    if operation == .subtract, a == b { return constant(.zeros(Int(node.width)), signed: node.isSigned) }
    return make(Node(operation, width: node.width, isSigned: node.isSigned, a: a.index, b: b.index))
  }

  mutating func product(_ a: NodeID, _ b: NodeID, width: Int) -> NodeID {
    if value(a) != nil, value(b) == nil { return product(b, a, width: width) }
    let signed = isSigned(a)
    if let fixed = value(b), value(a) == nil {
      if fixed.isZero { return constant(.zeros(width), signed: signed) }
      // The top bit of a signed constant weighs negative, so it is no power of two.
      if let exponent = fixed.powerOfTwo, !(signed && exponent == fixed.width - 1) {
        return shiftedLeft(resize(a, to: width), by: exponent)
      }
    }
    // Bits of an operand above the result's width decide nothing.
    let (left, right) = (lowPart(a, width: width), lowPart(b, width: width))
    return make(Node(.multiply, width: Int32(width), isSigned: signed, a: left.index, b: right.index))
  }

  mutating func equal(_ a: NodeID, _ b: NodeID) -> NodeID {
    if a == b { return bit(true) }
    if value(a) != nil, value(b) == nil { return equal(b, a) }
    if width(a) == 1, let fixed = value(b), value(a) == nil {
      let plain = reinterpret(a, signed: false)
      return fixed.isZero ? not(plain) : plain
    }
    return make(Node(.equal, width: 1, isSigned: false, a: a.index, b: b.index))
  }

  mutating func less(_ a: NodeID, _ b: NodeID) -> NodeID {
    if a == b { return bit(false) }
    if !isSigned(a), value(b)?.isZero == true { return bit(false) }
    if isSigned(a), value(b)?.isZero == true { return slice(a, low: width(a) - 1, width: 1) }
    return make(Node(.less, width: 1, isSigned: false, a: a.index, b: b.index))
  }

  mutating func shift(_ operation: Operation, _ a: NodeID, by amount: NodeID) -> NodeID {
    let node = table[a]
    if let fixed = value(amount) {
      let limit = Int(node.width)
      let count = fixed.unsigned.map { $0 < UInt64(limit) ? Int($0) : limit } ?? limit
      return operation == .shiftLeft ? shiftedLeft(a, by: count) : shiftedRight(a, by: count)
    }
    return make(Node(operation, width: node.width, isSigned: node.isSigned, a: a.index, b: amount.index))
  }

  private mutating func shiftedLeft(_ a: NodeID, by count: Int) -> NodeID {
    let (total, signed) = (width(a), isSigned(a))
    if count == 0 { return a }
    if count >= total { return constant(.zeros(total), signed: signed) }
    let kept = slice(a, low: 0, width: total - count)
    return reinterpret(concatenate([kept, constant(.zeros(count), signed: false)]), signed: signed)
  }

  private mutating func shiftedRight(_ a: NodeID, by count: Int) -> NodeID {
    let (total, signed) = (width(a), isSigned(a))
    if count == 0 { return a }
    if count >= total {
      return signed
        ? extend(reinterpret(slice(a, low: total - 1, width: 1), signed: true), to: total)
        : constant(.zeros(total), signed: false)
    }
    return extend(reinterpret(slice(a, low: count, width: total - count), signed: signed), to: total)
  }

  /// A choice; one of a bit becomes a gate where a constant allows, unless it is a decision.
  mutating func mux(_ condition: NodeID, _ yes: NodeID, _ no: NodeID, isDecision: Bool = false) -> NodeID {
    let node = table[yes]
    if yes == no { return yes }
    if let fixed = value(condition) { return fixed.isZero ? no : yes }
    if table[condition].operation == .not {
      return mux(NodeID(table[condition].a), no, yes, isDecision: isDecision)
    }
    if !isDecision, node.width == 1, !node.isSigned, !isSigned(condition) {
      switch (value(yes)?.isZero, value(no)?.isZero) {
      case (false, true): return condition
      case (true, false): return not(condition)
      case (false, nil): return bitwise(.or, condition, no)
      case (nil, true): return bitwise(.and, condition, yes)
      case (true, nil): return bitwise(.and, not(condition), no)
      case (nil, false): return bitwise(.or, not(condition), yes)
      default: break
      }
    }
    return make(
      Node(
        .mux, width: node.width, isSigned: node.isSigned, isDecision: isDecision, a: condition.index, b: yes.index,
        c: no.index))
  }

  mutating func select(_ index: NodeID, _ values: [NodeID]) -> NodeID {
    if values.allSatisfy({ $0 == values[0] }) { return values[0] }
    if let fixed = value(index) {
      let last = values.count - 1
      return values[fixed.unsigned.map { $0 < UInt64(last) ? Int($0) : last } ?? last]
    }
    if width(index) == 1, values.count >= 2 { return mux(index, values[1], values[0]) }
    let reachable = width(index) < 31 ? Array(values.prefix(1 << width(index))) : values
    let start = table.internList(reachable.map(\.index))
    let node = table[values[0]]
    return make(
      Node(.select, width: node.width, isSigned: node.isSigned, a: index.index, b: start, c: Int32(reachable.count)))
  }

  mutating func extend(_ a: NodeID, to count: Int) -> NodeID {
    let node = table[a]
    if count == Int(node.width) { return a }
    if node.operation == .extend { return extend(NodeID(node.a), to: count) }
    return make(Node(.extend, width: Int32(count), isSigned: node.isSigned, a: a.index))
  }

  /// `a` at another width with its signedness kept.
  private mutating func resize(_ a: NodeID, to count: Int) -> NodeID {
    if count >= width(a) { return extend(a, to: count) }
    return reinterpret(slice(a, low: 0, width: count), signed: isSigned(a))
  }

  mutating func reinterpret(_ a: NodeID, signed: Bool) -> NodeID {
    let node = table[a]
    if node.isSigned == signed { return a }
    if let fixed = value(a) { return constant(fixed, signed: signed) }
    if node.operation == .reinterpret { return NodeID(node.a) }
    return make(Node(.reinterpret, width: node.width, isSigned: signed, a: a.index))
  }
}
