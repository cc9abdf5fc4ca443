/// Networks as text: one part a line, `#` begins a comment.
///
/// ```
/// ports 7
/// router sm0 0 0 1
/// router reram0 0 0 0
/// link sm0 reram0 2
/// node sm0 sm0
/// node reram0 reram0
/// ```
///
/// `router NAME X Y Z`, `link ROUTER ROUTER [LATENCY]`, `node NAME ROUTER`, and at most one `ports LIMIT`.
extension NetworkTopology {
  /// Reads a network.
  ///
  /// - Parameters:
  ///   - text: Lines as above; routers may be named before their line.
  ///   - name: What the network is called.
  /// - Throws: ``NetworkError``, with the line where one is to blame.
  public init(text: String, name: String) throws(NetworkError) {
    var routers: [NetworkRouter] = []
    var links: [(line: Int, ends: [String], latency: Int)] = []
    var nodes: [(line: Int, name: String, router: String)] = []
    var portLimit: Int?
    let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    for (index, line) in lines.enumerated() {
      let content = line.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)[0]
      let words = content.split(whereSeparator: \.isWhitespace).map(String.init)
      guard let kind = words.first else { continue }
      let number = index + 1
      func integer(_ position: Int) throws(NetworkError) -> Int {
        guard let value = Int(words[position]) else { throw .text(line: number, "'\(words[position])' is no number") }
        return value
      }
      switch (kind, words.count) {
      case ("router", 5):
        let place = NetworkPosition(try integer(2), try integer(3), try integer(4))
        routers.append(NetworkRouter(words[1], at: place))
      case ("link", 3): links.append((number, Array(words[1...2]), 1))
      case ("link", 4): links.append((number, Array(words[1...2]), try integer(3)))
      case ("node", 3): nodes.append((number, words[1], words[2]))
      case ("ports", 2):
        guard portLimit == nil else { throw .text(line: number, "the port limit is given twice") }
        portLimit = try integer(1)
      case ("router", _): throw .text(line: number, "give 'router NAME X Y Z'")
      case ("link", _): throw .text(line: number, "give 'link ROUTER ROUTER', or with a latency in cycles")
      case ("node", _): throw .text(line: number, "give 'node NAME ROUTER'")
      case ("ports", _): throw .text(line: number, "give 'ports LIMIT'")
      default: throw .text(line: number, "'\(kind)' is none of router, link, node and ports")
      }
    }
    let indices = Dictionary(routers.enumerated().map { ($1.name, $0) }) { first, _ in first }
    func index(_ name: String, _ line: Int) throws(NetworkError) -> Int {
      guard let index = indices[name] else { throw .text(line: line, "there is no router '\(name)'") }
      return index
    }
    var namedLinks: [NetworkLink] = []
    for link in links {
      let ends = (try index(link.ends[0], link.line), try index(link.ends[1], link.line))
      namedLinks.append(NetworkLink(ends.0, ends.1, latency: link.latency))
    }
    var namedNodes: [NetworkNode] = []
    for node in nodes { namedNodes.append(NetworkNode(node.name, router: try index(node.router, node.line))) }
    try self.init(
      name: name, routers: routers, links: namedLinks, nodes: namedNodes,
      portLimit: portLimit ?? NetworkTopology.defaultPortLimit)
  }

  /// The network as ``init(text:name:)`` reads it.
  public var text: String {
    var lines = ["# \(name)", "ports \(portLimit)"]
    for router in routers {
      let place = router.position
      lines.append("router \(router.name) \(place.x) \(place.y) \(place.z)")
    }
    for link in links {
      lines.append("link \(routers[link.first].name) \(routers[link.second].name) \(link.latency)")
    }
    for node in nodes { lines.append("node \(node.name) \(routers[node.router].name)") }
    return lines.map { $0 + "\n" }.joined()
  }
}
