import Netlist

/// What is read instead of a node.
enum Rewrite: Hashable, Sendable {
  /// Another operation on the same operands.
  case operation(Operation)
  /// The sum of the factors of a product.
  case sumOfFactors
  /// Another way to combine the bits.
  case reduction(Reduction)
  /// The operand of a complement.
  case operandAlone
  /// The complement.
  case complement
  /// The complement of the comparison with its operands in the other order.
  case nonStrict
  /// Two operands in the other order, by their positions.
  case exchanged(Int, Int)
  /// A constant in place of an operand, by its position.
  case operand(Int, BitVector)
  /// A constant.
  case constant(BitVector)
  /// A bit that does not move.
  case stuck(bit: Int, at: Bool)
  /// All bits but the highest one, extended again.
  case narrowed
  /// The operation on the same bits read as unsigned numbers.
  case unsigned
  /// One more, wrapping.
  case increment
  /// The bits of the same vector that are as many positions lower.
  case lower(bits: Int)

  /// Makes what is read instead of `id`.
  func callAsFunction(_ id: NodeID, in table: inout NodeTable) -> NodeID {
    var node = table[id]
    let width = Int(node.width)
    switch self {
    case .operation(let operation):
      node.operation = operation
      return table.intern(node)
    case .sumOfFactors:
      node.operation = .add
      node.a = table.resized(NodeID(node.a), to: width).index
      node.b = table.resized(NodeID(node.b), to: width).index
      return table.intern(node)
    case .reduction(let reduction):
      node.b = reduction.rawValue
      return table.intern(node)
    case .operandAlone: return NodeID(node.a)
    case .complement: return table.complement(id)
    case .nonStrict:
      (node.a, node.b) = (node.b, node.a)
      return table.complement(table.intern(node))
    case .exchanged(let first, let second):
      var operands = table.operands(of: node)
      operands.swapAt(first, second)
      return table.remade(node, with: operands)
    case .operand(let position, let value):
      var operands = table.operands(of: node)
      operands[position] = table.constant(value, isSigned: table[operands[position]].isSigned)
      return table.remade(node, with: operands)
    case .constant(let value): return table.constant(value, isSigned: node.isSigned)
    case .stuck(let bit, let level):
      var mask = level ? BitVector.zeros(width) : .ones(width)
      mask[bit] = level
      let constant = table.constant(mask, isSigned: node.isSigned)
      return table.intern(
        Node(level ? .or : .and, width: node.width, isSigned: node.isSigned, a: id.index, b: constant.index))
    case .narrowed: return table.resized(table.resized(id, to: width - 1), to: width)
    case .unsigned: return table.unsigned(node)
    case .lower(let bits):
      node.b -= Int32(bits)
      return table.intern(node)
    case .increment:
      let one = table.constant(BitVector(1, width: width), isSigned: node.isSigned)
      return table.intern(Node(.add, width: node.width, isSigned: node.isSigned, a: id.index, b: one.index))
    }
  }
}

extension NodeTable {
  /// The operands of `node` in order.
  func operands(of node: Node) -> [NodeID] {
    var result: [NodeID] = []
    forEachOperand(of: node) { result.append($0) }
    return result
  }

  /// `node` with other operands.
  fileprivate mutating func remade(_ node: Node, with operands: [NodeID]) -> NodeID {
    var node = node
    switch node.operation {
    case .concatenate: node.a = internList(operands.map(\.index))
    case .select:
      node.a = operands[0].index
      node.b = internList(operands.dropFirst().map(\.index))
    default:
      node.a = operands[0].index
      if operands.count > 1 { node.b = operands[1].index }
      if operands.count > 2 { node.c = operands[2].index }
    }
    return intern(node)
  }

  fileprivate mutating func complement(_ id: NodeID) -> NodeID {
    intern(Node(.not, width: self[id].width, isSigned: self[id].isSigned, a: id.index))
  }

  /// The same bits with the signedness wanted.
  fileprivate mutating func reinterpreted(_ id: NodeID, isSigned: Bool) -> NodeID {
    let node = self[id]
    guard node.isSigned != isSigned else { return id }
    return intern(Node(.reinterpret, width: node.width, isSigned: isSigned, a: id.index))
  }

  /// The number at another width: low bits, or extended by its sign.
  fileprivate mutating func resized(_ id: NodeID, to width: Int) -> NodeID {
    let node = self[id]
    if width == Int(node.width) { return id }
    if width > Int(node.width) {
      return intern(Node(.extend, width: Int32(width), isSigned: node.isSigned, a: id.index))
    }
    let low = intern(Node(.slice, width: Int32(width), isSigned: false, a: id.index))
    return reinterpreted(low, isSigned: node.isSigned)
  }

  /// A signed operation done on unsigned numbers, the result signed again.
  fileprivate mutating func unsigned(_ node: Node) -> NodeID {
    var operands = operands(of: node)
    for index in operands.indices { operands[index] = reinterpreted(operands[index], isSigned: false) }
    var changed = node
    changed.isSigned = false
    return reinterpreted(remade(changed, with: operands), isSigned: node.isSigned)
  }
}

extension BitVector {
  /// One more, wrapping.
  var incremented: BitVector {
    var result = self
    for bit in 0..<width {
      result[bit].toggle()
      if result[bit] { break }
    }
    return result
  }

  /// One less, wrapping.
  var decremented: BitVector {
    var result = self
    for bit in 0..<width {
      result[bit].toggle()
      if !result[bit] { break }
    }
    return result
  }

  /// Every bit the other way.
  var complemented: BitVector { BitVector(words: words.map(~), width: width) }
}
