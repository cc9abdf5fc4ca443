import Netlist

/// For each node the nearest reader outside the node table that is hardware, and a place in the source.
struct NearestReaders {
  /// Position in the sites; nil for a node that decides no hardware.
  let reader: [Int?]
  /// Index in ``Definition/places``, -1 when unknown: that of the reader, else of the nearest named signal read.
  let place: [Int32]

  init(_ definition: Definition, _ sites: [RootSite]) {
    let table = definition.table
    var reader = [Int?](repeating: nil, count: table.nodes.count)
    var distance = [Int](repeating: .max, count: table.nodes.count)
    for (position, site) in sites.enumerated() where site.role != .assertion {
      let node = Int(site.node.index)
      if distance[node] > 0 { (distance[node], reader[node]) = (0, position) }
    }
    for index in table.nodes.indices.reversed() {
      guard let found = reader[index] else { continue }
      let next = distance[index] + 1
      table.forEachOperand(of: table.nodes[index]) { operand in
        let operand = Int(operand.index)
        if next < distance[operand] { (distance[operand], reader[operand]) = (next, found) }
      }
    }
    self.reader = reader
    let below = Self.placesBelow(definition)
    place = reader.indices.map { index in
      let own = reader[index].map { sites[$0].place } ?? -1
      return own >= 0 ? own : below[index]
    }
  }

  /// For each node the place of the nearest signal that it reads.
  private static func placesBelow(_ definition: Definition) -> [Int32] {
    var distance = [Int](repeating: .max, count: definition.table.nodes.count)
    var place = [Int32](repeating: -1, count: definition.table.nodes.count)
    for (index, node) in definition.table.nodes.enumerated() {
      if node.operation == .signal, definition.signals[Int(node.a)].place >= 0 {
        (distance[index], place[index]) = (0, definition.signals[Int(node.a)].place)
      }
      definition.table.forEachOperand(of: node) { operand in
        let operand = Int(operand.index)
        if distance[operand] != .max, distance[operand] + 1 < distance[index] {
          (distance[index], place[index]) = (distance[operand] + 1, place[operand])
        }
      }
    }
    return place
  }
}
