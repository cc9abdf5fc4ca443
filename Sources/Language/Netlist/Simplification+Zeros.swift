/// What is known of the upper bits of a node: zeros above its low bits.
extension Simplification {
  /// Nodes below one that are looked at, each level of operands one.
  private static let mostLevels = 8

  /// Low bits of `a` that may be other than zero; those above them are zero whatever the inputs are.
  func lowWidth(_ a: NodeID, levels: Int = mostLevels) -> Int {
    let node = table[a]
    if let fixed = value(a) { return fixed.width - fixed.leadingZeros }
    guard levels > 0 else { return Int(node.width) }
    func low(_ operand: Int32) -> Int { lowWidth(NodeID(operand), levels: levels - 1) }
    switch node.operation {
    case .reinterpret: return low(node.a)
    case .extend:
      let inner = low(node.a)
      // A sign that is zero extends with zeros.
      return !node.isSigned || inner < width(NodeID(node.a)) ? inner : Int(node.width)
    case .or, .xor: return max(low(node.a), low(node.b))
    case .and: return min(low(node.a), low(node.b))
    case .concatenate:
      var rest = Int(node.width)
      for part in table.list(start: node.a, count: node.b) {
        rest -= width(NodeID(part))
        let used = low(part)
        if used > 0 { return rest + used }
      }
      return 0
    default: return Int(node.width)
    }
  }

  /// A reduction without the zeros above its operand: a reduction over a single bit is that bit,
  /// and tools fold the others as well.
  mutating func reduce(_ a: NodeID, _ kind: Reduction) -> NodeID {
    let used = lowWidth(a)
    if used == 0 || kind == .and && used < width(a) { return bit(false) }
    if used < width(a) { return reduce(slice(a, low: 0, width: used), kind) }
    if width(a) == 1 { return reinterpret(a, signed: false) }
    return make(Node(.reduce, width: 1, isSigned: false, a: a.index, b: kind.rawValue))
  }
}
