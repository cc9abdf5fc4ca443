/// Which channel may wait for which where nodes ask one server and it answers: a request that reaches the server waits there for
/// room for the answer.
///
/// Vertices are channels of links in a layer, as in ``ChannelDependencies``, of the ways to the server and from it. To the edges of
/// the ways come those from the last channel of each request to the first channel of each answer. Where there is no circle, no
/// requests and answers can wait for each other for ever, provided that every node takes each answer without waiting.
public struct RequestDependencies: Sendable {
  /// The names of channels that wait for each other in a circle; nil where none do.
  public let cycle: [String]?
  /// Channels that requests and answers share.
  public let shared: [String]

  /// Walks the ways to a server and back.
  ///
  /// - Throws: ``NetworkError/lost(_:_:)`` where a way does not end at its destination.
  public init(_ routes: NetworkRoutes, server: Int) throws(NetworkError) {
    let layers = routes.layerCount
    var (requests, answers): ([[Int]], [[Int]]) = ([], [])
    for node in routes.topology.nodes.indices where node != server {
      let (there, back) = (routes.layer(from: node, to: server), routes.layer(from: server, to: node))
      requests.append(try routes.channels(from: node, to: server).map { $0 * layers + there })
      answers.append(try routes.channels(from: server, to: node).map { $0 * layers + back })
    }
    self.init(requests: requests, answers: answers, channels: routes.topology.channelCount * layers) { vertex in
      let channel = routes.topology.channelName(vertex / layers)
      return layers == 1 ? channel : "\(channel) in layer \(vertex % layers)"
    }
  }

  /// The same for ways that are given as numbers of channels.
  ///
  /// - Parameters:
  ///   - channels: how many there are.
  ///   - name: what a channel is called.
  public init(requests: [[Int]], answers: [[Int]], channels: Int, name: (Int) -> String) {
    var graph = DependencyGraph(vertices: channels)
    func add(_ pairs: some Sequence<(Int, Int)>) {
      for (first, second) in pairs where !graph.successors[first].contains(second) {
        graph.append(second, behind: first)
      }
    }
    for way in requests + answers { add(zip(way, way.dropFirst())) }
    for request in requests {
      for answer in answers {
        if let last = request.last, let first = answer.first { add([(last, first)]) }
      }
    }
    cycle = graph.cycle()?.map(name)
    shared = Set(requests.joined()).intersection(answers.joined()).sorted().map(name)
  }
}
