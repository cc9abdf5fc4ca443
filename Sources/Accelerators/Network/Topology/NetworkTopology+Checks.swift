extension NetworkTopology {
  /// What a name may consist of, so that it can stand in a file and in Verilog.
  static func isName(_ text: String) -> Bool {
    !text.isEmpty
      && text.utf8.allSatisfy { byte in
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
          || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
          || [UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "-")].contains(byte)
      }
  }

  static func checkParts(
    _ routers: [NetworkRouter], _ links: [NetworkLink], _ nodes: [NetworkNode], _ portLimit: Int
  ) throws(NetworkError) {
    guard (2...16).contains(portLimit) else { throw .range("the port limit", portLimit, 2...16) }
    guard (1...1024).contains(routers.count) else { throw .range("the number of routers", routers.count, 1...1024) }
    guard (2...1024).contains(nodes.count) else { throw .range("the number of nodes", nodes.count, 2...1024) }
    var routerNames: Set<String> = []
    var places: [NetworkPosition: String] = [:]
    for router in routers {
      guard isName(router.name) else { throw .badName(router.name) }
      guard routerNames.insert(router.name).inserted else { throw .duplicateName("router", router.name) }
      guard (0...1023).contains(router.position.z) else {
        throw .range("the tier of router '\(router.name)'", router.position.z, 0...1023)
      }
      for (axis, value) in [("x", router.position.x), ("y", router.position.y)]
      where !(-1 << 20...1 << 20).contains(value) {
        throw .range("\(axis) of router '\(router.name)'", value, -1 << 20...1 << 20)
      }
      if let other = places.updateValue(router.name, forKey: router.position) {
        throw .samePosition(other, router.name, router.position)
      }
    }
    var nodeNames: Set<String> = []
    for node in nodes {
      guard isName(node.name) else { throw .badName(node.name) }
      guard nodeNames.insert(node.name).inserted else { throw .duplicateName("node", node.name) }
      guard routers.indices.contains(node.router) else { throw .noSuchRouter("node '\(node.name)'", node.router) }
    }
    var pairs: Set<Set<Int>> = []
    for (index, link) in links.enumerated() {
      for end in [link.first, link.second] where !routers.indices.contains(end) {
        throw .noSuchRouter("link \(index)", end)
      }
      guard link.first != link.second else { throw .selfLink(routers[link.first].name) }
      let names = (routers[link.first].name, routers[link.second].name)
      guard pairs.insert([link.first, link.second]).inserted else { throw .duplicateLink(names.0, names.1) }
      guard (1...64).contains(link.latency) else {
        throw .range("the latency of link \(names.0)–\(names.1)", link.latency, 1...64)
      }
    }
  }

  func checkPorts() throws(NetworkError) {
    for (router, ports) in zip(routers, ports) where ports.count > portLimit {
      throw .tooManyPorts(router.name, ports.count, limit: portLimit)
    }
  }

  func checkConnection() throws(NetworkError) {
    var reached = [Bool](repeating: false, count: routers.count)
    reached[0] = true
    var queue = [0]
    while let router = queue.popLast() {
      for case .link(_, let neighbour) in ports[router] where !reached[neighbour] {
        reached[neighbour] = true
        queue.append(neighbour)
      }
    }
    let lost = routers.indices.filter { !reached[$0] }.map { routers[$0].name }
    guard lost.isEmpty else { throw .disconnected(from: routers[0].name, lost) }
  }
}
