/// Looks for streams that wait for the one who takes them.
///
/// The taker may wait for `valid` before it gives `ready`; so whoever offers an item must not wait for `ready`, or both
/// wait for ever. The `valid` of a stream therefore never follows its own `ready` within the cycle, nor do two streams
/// wait for each other's. Its payload does not follow it either: it would change before it is taken. The `valid` of one
/// stream may follow the `ready` of another one, as long as that goes round in no circle.
package struct StreamCheck {
  /// A stream that a module offers: one of its own outputs, or an input of an instance.
  package struct Offer {
    /// What drives `valid`.
    package var valid: NodeID
    /// What drives the payload.
    package var payload: [NodeID]
    /// The signal of `ready`.
    package var ready: Int32

    /// A stream.
    package init(valid: NodeID, payload: [NodeID], ready: Int32) {
      self.valid = valid
      self.payload = payload
      self.ready = ready
    }
  }

  /// One stream whose `valid` or payload follows a `ready`.
  package struct Wait {
    /// Index of the stream that waits.
    package var offer: Int
    /// Which part of its payload does; nil when `valid` does.
    package var payload: Int?
    /// The streams for whose `ready` it waits: itself, or others that wait in turn for it.
    package var circle: [Int]
    /// Signals on the way from `ready`, which comes first.
    package var route: [Int32]
    /// Whether a black box is on the way, of which the paths are not known.
    package var isAssumed: Bool
  }

  let definition: Definition
  let definitions: [Definition]
  let paths: [CombinationalPaths]

  /// A check of `definition`, a module of `definitions` with the paths of all.
  package init(_ definition: Definition, of definitions: [Definition], paths: [CombinationalPaths]) {
    self.definition = definition
    self.definitions = definitions
    self.paths = paths
  }

  /// What waits, one circle once.
  package func waits(in offers: [Offer]) -> [Wait] {
    let found = waits(in: offers) { readies(behind: $0, $1) }
    // Whole vectors are quickly followed, and are right nearly always; their bits tell whether it is a false alarm.
    return found.isEmpty ? [] : waits(in: offers) { readiesByBits(behind: $0, $1) }
  }

  private func waits(in offers: [Offer], _ readies: ([NodeID], [Int32: Int]) -> [Int: Route]) -> [Wait] {
    var indices: [Int32: Int] = [:]
    for (index, offer) in offers.enumerated() { indices[offer.ready] = index }
    var result: [Wait] = []
    var edges: [[Int: Route]] = []
    for (index, offer) in offers.enumerated() {
      edges.append(readies([offer.valid], indices))
      if let own = readies(offer.payload, indices)[index], edges[index][index] == nil {
        result.append(
          Wait(
            offer: index, payload: offer.payload.firstIndex { $0.index == own.root }, circle: [index],
            route: own.signals, isAssumed: own.isAssumed))
      }
    }
    var told: Set<Int> = []
    for index in offers.indices where !told.contains(index) {
      guard let circle = circle(from: index, edges) else { continue }
      told.formUnion(circle)
      let first = edges[index][circle.count > 1 ? circle[1] : index]!
      result.append(
        Wait(offer: index, payload: nil, circle: circle, route: first.signals, isAssumed: first.isAssumed))
    }
    return result.sorted { $0.offer < $1.offer }
  }

  struct Route {
    var signals: [Int32]
    /// The node at which it ends.
    var root: Int32
    var isAssumed: Bool
  }

  /// The shortest circle through `start`, which comes first.
  private func circle(from start: Int, _ edges: [[Int: Route]]) -> [Int]? {
    var before: [Int: Int] = [:]
    var queue = [start]
    var next = 0
    while next < queue.count {
      let stream = queue[next]
      next += 1
      for other in edges[stream].keys.sorted() {
        if other == start {
          var circle = [stream]
          while let last = circle.last, last != start { circle.append(before[last]!) }
          return circle.reversed()
        }
        guard before[other] == nil else { continue }
        before[other] = stream
        queue.append(other)
      }
    }
    return nil
  }

  /// The `ready`s that `roots` follow without a clock edge between, each with the way.
  func readies(behind roots: [NodeID], _ indices: [Int32: Int]) -> [Int: Route] {
    let sources = CombinationalSources(definition: definition, known: paths)
    let table = definition.table
    var parent: [Int32: Int32] = [:]
    var stack: [Int32] = []
    for root in roots where parent.updateValue(-1, forKey: root.index) == nil { stack.append(root.index) }
    var found: [Int: Route] = [:]
    while let id = stack.popLast() {
      let node = table.nodes[Int(id)]
      if node.operation == .signal, let index = indices[node.a], found[index] == nil {
        found[index] = route(sequence(first: id) { parent[$0].flatMap { $0 < 0 ? nil : $0 } })
      }
      sources.forEach(of: id) { source in
        guard parent[source] == nil else { return }
        parent[source] = id
        stack.append(source)
      }
    }
    return found
  }

  /// The way over `nodes`, from a `ready` to a root.
  func route(_ nodes: some Sequence<Int32>) -> Route {
    var route = Route(signals: [], root: -1, isAssumed: false)
    for id in nodes {
      let isReady = route.root < 0
      route.root = id
      let node = definition.table.nodes[Int(id)]
      guard node.operation == .signal else { continue }
      route.signals.append(node.a)
      if case .instanceOutput(let instance, _) = definition.signals[Int(node.a)].kind, !isReady,
        definitions[Int(definition.instances[Int(instance)].definition)].foreign != nil
      {
        route.isAssumed = true
      }
    }
    return route
  }
}
