import Netlist

extension Lowering {
  /// The text for the value of `id` where it is read: a name when it has one, else its operation.
  mutating func expression(_ id: NodeID) -> VerilogExpression {
    if isNet(id) {
      noteRead(ofNet: id)
      return .name(netNames[Int(id.index)])
    }
    return operation(id)
  }

  func isNet(_ id: NodeID) -> Bool { !netNames[Int(id.index)].isEmpty }

  /// The operation of `id` written out, whether it has a name or not.
  mutating func operation(_ id: NodeID) -> VerilogExpression {
    let node = table[id]
    func a() -> NodeID { NodeID(node.a) }
    func b() -> NodeID { NodeID(node.b) }
    switch node.operation {
    case .constant: return Self.literal(table.constants[Int(node.a)], isSigned: node.isSigned)
    case .signal:
      if let (plan, port) = gridOutput(Int(node.a)) {
        return gridBits(plan, port: port, low: 0, width: Int(node.width))
      }
      signalUses[Int(node.a)].readAll()
      return reference(Int(node.a))
    case .not: return complement(a())
    case .and: return .binary("&", expression(a()), expression(b()))
    case .or: return .binary("|", expression(a()), expression(b()))
    case .xor: return .binary("^", expression(a()), expression(b()))
    case .add, .subtract: return sum(node)
    case .multiply: return .binary("*", growing(a(), signed: node.isSigned), growing(b(), signed: node.isSigned))
    case .equal: return .binary("==", compared(a(), with: b()), compared(b(), with: a()))
    case .less:
      return comparison(node, isTrue: true)
    case .shiftLeft: return .binary("<<", expression(a()), expression(b()))
    case .shiftRight:
      return node.isSigned
        ? .binary(">>>", typed(a(), signed: true), expression(b())) : .binary(">>", expression(a()), expression(b()))
    case .mux: return .conditional(expression(a()), expression(b()), expression(NodeID(node.c)))
    case .select: preconditionFailure("a table is written as a case statement")
    case .concatenate:
      return Self.joined(table.list(start: node.a, count: node.b).map { expression(NodeID($0)) })
    case .slice: return slice(a(), low: Int(node.b), width: Int(node.width))
    case .extend: return extension_(of: a(), to: Int(node.width))
    case .reduce:
      let symbol: String
      switch Reduction(rawValue: node.b)! {
      case .and: symbol = "&"
      case .or: symbol = "|"
      case .xor: symbol = "^"
      }
      return .unary(symbol, expression(a()))
    case .reinterpret: return expression(a())
    }
  }

  /// Most parts of one list: tools read a list as parts inside one another.
  private static let mostParts = 256

  /// `parts` joined, many of them in lists of lists.
  static func joined(_ parts: [VerilogExpression]) -> VerilogExpression {
    guard parts.count > mostParts else { return .concatenation(parts) }
    return joined(
      stride(from: 0, to: parts.count, by: mostParts).map {
        .concatenation(Array(parts[$0..<min($0 + mostParts, parts.count)]))
      })
  }

  private mutating func complement(_ operand: NodeID) -> VerilogExpression {
    let node = table[operand]
    if node.operation == .equal, !isNet(operand) {
      let (left, right) = (NodeID(node.a), NodeID(node.b))
      return .binary("!=", compared(left, with: right), compared(right, with: left))
    }
    if node.operation == .less, !isNet(operand) {
      return comparison(node, isTrue: false)
    }
    return .unary(node.width == 1 ? "!" : "~", expression(operand))
  }

  /// Whether the first operand of `node` is below the second one, or that it is not; a constant stands on the right.
  private mutating func comparison(_ node: Node, isTrue: Bool) -> VerilogExpression {
    let (a, b) = (NodeID(node.a), NodeID(node.b))
    let signed = table[a].isSigned
    // Both sides have one width, so nothing but a sign can be wrong.
    let left = !signed && isUnsigned(a) ? expression(a) : typed(a, signed: signed)
    let right = !signed && isUnsigned(b) ? expression(b) : typed(b, signed: signed)
    return table[a].operation == .constant
      ? .binary(isTrue ? ">" : "<=", right, left) : .binary(isTrue ? "<" : ">=", left, right)
  }

  private mutating func sum(_ node: Node) -> VerilogExpression {
    let symbol = node.operation == .add ? "+" : "-"
    guard NetPlan.isGrowing(node, in: table) else {
      return .binary(symbol, expression(NodeID(node.a)), expression(NodeID(node.b)))
    }
    let left = NodeID(table.nodes[Int(node.a)].a)
    let right = NodeID(table.nodes[Int(node.b)].a)
    return .binary(symbol, growing(left, signed: node.isSigned), growing(right, signed: node.isSigned))
  }

  /// An operand of an operation that is wider than its operands.
  private mutating func growing(_ id: NodeID, signed: Bool) -> VerilogExpression {
    guard !isNet(id), let value = table.constantValue(id) else { return typed(id, signed: signed) }
    return Self.growingLiteral(value, isSigned: table[id].isSigned)
  }

  /// The value where its sign decides the result: the text must have the sign that the netlist says.
  mutating func typed(_ id: NodeID, signed: Bool) -> VerilogExpression {
    if isNet(id) || NetPlan.isLeaf(table[id].operation) { return expression(id) }
    if signed { return .signed(expression(id)) }
    switch table[id].operation {
    // These have no sign, and a width of their own. Other operations take the width of a wider neighbour.
    case .equal, .less, .concatenate, .slice, .extend, .reduce: return expression(id)
    default: return .unsigned(expression(id))
    }
  }

  /// Whether Verilog takes the text for `id` as unsigned: one operand without a sign is enough for that.
  private func isUnsigned(_ id: NodeID) -> Bool {
    let node = table[id]
    if isNet(id) || NetPlan.isLeaf(node.operation) { return !node.isSigned }
    switch node.operation {
    case .constant, .signal: return !node.isSigned
    case .equal, .less, .concatenate, .slice, .extend, .reduce: return true
    case .not, .shiftLeft, .shiftRight, .reinterpret: return isUnsigned(NodeID(node.a))
    case .and, .or, .xor, .add, .subtract, .multiply: return isUnsigned(NodeID(node.a)) || isUnsigned(NodeID(node.b))
    case .mux: return isUnsigned(NodeID(node.b)) || isUnsigned(NodeID(node.c))
    case .select: return false
    }
  }

  private mutating func slice(_ operand: NodeID, low: Int, width: Int) -> VerilogExpression {
    // Only names have parts.
    if let value = table.constantValue(operand) {
      return Self.literal(value.slice(low: low, width: width), isSigned: false)
    }
    let name: String
    let total = Int(table[operand].width)
    if isNet(operand) {
      name = netNames[Int(operand.index)]
      noteRead(ofNet: operand, low..<low + width)
    } else {
      let signal = Int(table[operand].a)
      precondition(table[operand].operation == .signal, "only a name can be sliced")
      if let (plan, port) = gridOutput(signal) { return gridBits(plan, port: port, low: low, width: width) }
      name = self.name(signal)
      signalUses[signal].read(low..<low + width)
    }
    // A one-bit vector has no range in its declaration.
    if total == 1 { return .name(name) }
    return width == 1 ? .bit(name, low) : .bits(name, high: low + width - 1, low: low)
  }

  private mutating func extension_(of operand: NodeID, to width: Int) -> VerilogExpression {
    let node = table[operand]
    let missing = width - Int(node.width)
    guard node.isSigned else {
      return .concatenation([Self.number(0, width: missing), expression(operand)])
    }
    if let value = table.constantValue(operand) {
      return Self.literal(value.extended(to: width, signed: true), isSigned: false)
    }
    let sign = slice(operand, low: Int(node.width) - 1, width: 1)
    let value = expression(operand)
    return .concatenation((missing == 1 ? [sign] : Self.copies(missing, of: sign)) + [value])
  }
}
