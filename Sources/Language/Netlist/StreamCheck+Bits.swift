/// The way from a `ready` bit by bit: a vector that carries the `ready` of a stream in one bit and its `valid` in another
/// one does not make the stream wait for its taker.
extension StreamCheck {
  /// Bits of a node.
  private struct Part: Hashable {
    var id: Int32
    var low: Int32
    var width: Int32
  }

  /// How many parts are looked at before whole vectors are followed instead.
  private static let mostParts = 1 << 18

  /// As ``readies(behind:_:)``, of the bits alone that are used on the way. An instance is followed by whole ports.
  func readiesByBits(behind roots: [NodeID], _ indices: [Int32: Int]) -> [Int: Route] {
    let table = definition.table
    var parent: [Part: Part?] = [:]
    var stack: [Part] = []
    func reach(_ part: Part, from origin: Part?) {
      guard part.width > 0, parent[part] == nil else { return }
      parent[part] = .some(origin)
      stack.append(part)
    }
    for root in roots { reach(whole(root.index), from: nil) }
    var found: [Int: Route] = [:]
    while let part = stack.popLast() {
      guard parent.count <= Self.mostParts else { return readies(behind: roots, indices) }
      let node = table.nodes[Int(part.id)]
      if node.operation == .signal, let index = indices[node.a], found[index] == nil {
        found[index] = route(sequence(first: part) { parent[$0] ?? nil }.lazy.map(\.id))
      }
      forEachSource(of: part) { reach($0, from: part) }
    }
    return found
  }

  private func whole(_ id: Int32) -> Part { Part(id: id, low: 0, width: definition.table.nodes[Int(id)].width) }

  /// Calls `body` with the bits that those of `part` follow.
  private func forEachSource(of part: Part, _ body: (Part) -> Void) {
    let table = definition.table
    let node = table.nodes[Int(part.id)]
    func same(_ id: Int32) { body(Part(id: id, low: part.low, width: part.width)) }
    /// Bits of the operand from `low` upwards, as far as it has them.
    func bits(_ id: Int32, low: Int32, end: Int32) {
      body(Part(id: id, low: low, width: min(end, table.nodes[Int(id)].width) - low))
    }
    let end = part.low + part.width
    switch node.operation {
    case .not, .reinterpret: same(node.a)
    case .and, .or, .xor:
      same(node.a)
      same(node.b)
    case .add, .subtract, .multiply:
      // Carries go upwards only.
      bits(node.a, low: 0, end: end)
      bits(node.b, low: 0, end: end)
    case .mux:
      body(whole(node.a))
      same(node.b)
      same(node.c)
    case .select:
      body(whole(node.a))
      for value in table.list(start: node.b, count: node.c) { same(value) }
    case .slice: bits(node.a, low: node.b + part.low, end: node.b + end)
    case .extend:
      let width = table.nodes[Int(node.a)].width
      bits(node.a, low: part.low, end: end)
      if table.nodes[Int(node.a)].isSigned, end > width { bits(node.a, low: width - 1, end: width) }
    case .concatenate:
      var low: Int32 = 0
      for operand in table.list(start: node.a, count: node.b).reversed() {
        bits(operand, low: max(0, part.low - low), end: end - low)
        low += table.nodes[Int(operand)].width
      }
    case .signal:
      if case .net(let driver) = definition.signals[Int(node.a)].kind { return same(driver.index) }
      fallthrough
    case .constant, .equal, .less, .shiftLeft, .shiftRight, .reduce:
      CombinationalSources(definition: definition, known: paths).forEach(of: part.id) { body(whole($0)) }
    }
  }
}
