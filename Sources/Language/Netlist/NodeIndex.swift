/// Finds a node in a table by its contents: open addressing over positions, so that a lookup touches two cache lines.
///
/// A dictionary keyed by nodes would do the same; it takes half the time of an elaboration.
struct NodeIndex: Sendable {
  /// Position in the node table plus one; zero when free. The count is a power of two.
  private var slots = [Int32](repeating: 0, count: 64)
  private var used = 0

  mutating func reserveCapacity(_ count: Int) {
    guard used == 0 else { return }
    var size = slots.count
    while size < count * 2 { size *= 2 }
    if size > slots.count { slots = [Int32](repeating: 0, count: size) }
  }

  /// The position of `node` in `nodes`; appends it when it is not there.
  mutating func find(_ node: Node, in nodes: inout [Node]) -> Int32 {
    if used * 2 >= slots.count { grow(nodes) }
    let mask = slots.count - 1
    var slot = Self.hash(node) & mask
    while slots[slot] != 0 {
      let position = slots[slot] - 1
      if nodes[Int(position)] == node { return position }
      slot = (slot + 1) & mask
    }
    nodes.append(node)
    slots[slot] = Int32(nodes.count)
    used += 1
    return Int32(nodes.count - 1)
  }

  private mutating func grow(_ nodes: [Node]) {
    let old = slots
    slots = [Int32](repeating: 0, count: old.count * 4)
    let mask = slots.count - 1
    for position in old where position != 0 {
      var slot = Self.hash(nodes[Int(position) - 1]) & mask
      while slots[slot] != 0 { slot = (slot + 1) & mask }
      slots[slot] = position
    }
  }

  /// A multiplicative mix; the order of nodes never depends on it.
  private static func hash(_ node: Node) -> Int {
    var hash = UInt64(node.operation.rawValue) << 1 | (node.isSigned ? 1 : 0)
    hash = hash << 32 | UInt64(UInt32(bitPattern: node.width))
    func mix(_ operand: Int32) {
      hash = (hash ^ UInt64(UInt32(bitPattern: operand))) &* 0x9E37_79B9_7F4A_7C15
      hash ^= hash >> 29
    }
    mix(node.a)
    mix(node.b)
    mix(node.c)
    return Int(truncatingIfNeeded: hash >> 1)
  }
}
