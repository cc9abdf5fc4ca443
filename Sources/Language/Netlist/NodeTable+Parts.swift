/// Constructors that look through lists, parts and readings: what is joined and taken apart again leaves nothing behind.
extension NodeTable {
  /// `width` bits of a node from `low` upwards, unsigned.
  package mutating func part(of id: NodeID, low: Int, width: Int) -> NodeID {
    let node = self[id]
    if low == 0, Int(node.width) == width { return read(id, signed: false) }
    switch node.operation {
    case .reinterpret: return part(of: NodeID(node.a), low: low, width: width)
    case .slice: return part(of: NodeID(node.a), low: low + Int(node.b), width: width)
    case .constant:
      return constant(constants[Int(node.a)].slice(low: low, width: width), isSigned: false)
    default: return intern(Node(.slice, width: Int32(width), isSigned: false, a: id.index, b: Int32(low)))
    }
  }

  /// A node read as signed or not.
  package mutating func read(_ id: NodeID, signed: Bool) -> NodeID {
    let node = self[id]
    if node.isSigned == signed { return id }
    switch node.operation {
    case .reinterpret: return NodeID(node.a)
    case .constant: return constant(constants[Int(node.a)], isSigned: signed)
    default: return intern(Node(.reinterpret, width: node.width, isSigned: signed, a: id.index))
    }
  }

  /// Nodes joined, the first one most significant; unsigned.
  package mutating func joined(_ parts: [NodeID]) -> NodeID {
    if parts.count == 1 { return read(parts[0], signed: false) }
    let width = parts.reduce(0) { $0 + self[$1].width }
    let start = internList(parts.map(\.index))
    return intern(Node(.concatenate, width: width, isSigned: false, a: start, b: Int32(parts.count)))
  }

  /// The `count` values of `width` bits that a node holds, the lowest first; linear in them and in the parts of a list.
  package mutating func values(of id: NodeID, width: Int, count: Int) -> [NodeID] {
    let node = self[id]
    guard node.operation == .concatenate else {
      return (0..<count).map { part(of: id, low: $0 * width, width: width) }
    }
    let parts = Array(list(start: node.a, count: node.b).reversed())
    var result: [NodeID] = []
    result.reserveCapacity(count)
    // The part that holds the next bit, and where it begins.
    var (index, start) = (0, 0)
    for value in 0..<count {
      var pieces: [NodeID] = []
      var next = value * width
      while next < (value + 1) * width {
        let size = Int(self[NodeID(parts[index])].width)
        let end = min(start + size, (value + 1) * width)
        pieces.append(part(of: NodeID(parts[index]), low: next - start, width: end - next))
        next = end
        if end == start + size { (index, start) = (index + 1, end) }
      }
      result.append(joined(pieces.reversed()))
    }
    return result
  }
}
