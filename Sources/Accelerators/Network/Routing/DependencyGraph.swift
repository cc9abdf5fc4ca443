/// A directed graph of small integers in which circles are looked for.
struct DependencyGraph {
  /// The successors of each vertex, in the order in which they were added.
  private(set) var successors: [[Int]]

  init(vertices: Int) { successors = [[Int]](repeating: [], count: vertices) }

  /// Adds an edge that is not there yet, whatever it closes.
  mutating func append(_ end: Int, behind start: Int) { successors[start].append(end) }

  /// Adds edges where they close no circle; otherwise adds none and gives one.
  mutating func add(_ edges: [(Int, Int)]) -> [Int]? {
    let before = edges.map { ($0.0, successors[$0.0].count) }
    for (start, end) in edges where !successors[start].contains(end) { successors[start].append(end) }
    for (start, _) in edges {
      if let cycle = cycle(from: [start]) {
        // Of several edges of one vertex the first one knows how many there were.
        for (vertex, count) in before.reversed() { successors[vertex].removeLast(successors[vertex].count - count) }
        return cycle
      }
    }
    return nil
  }

  /// A circle that can be reached; nil where there is none.
  func cycle() -> [Int]? { cycle(from: Array(successors.indices)) }

  /// Every vertex behind all that lead to it; nil where there is a circle.
  func order() -> [Int]? {
    var incoming = [Int](repeating: 0, count: successors.count)
    for ends in successors { for end in ends { incoming[end] += 1 } }
    var ready = successors.indices.filter { incoming[$0] == 0 }
    var order: [Int] = []
    while let vertex = ready.popLast() {
      order.append(vertex)
      for end in successors[vertex] {
        incoming[end] -= 1
        if incoming[end] == 0 { ready.append(end) }
      }
    }
    return order.count == successors.count ? order : nil
  }

  private func cycle(from starts: [Int]) -> [Int]? {
    enum Mark { case new, open, done }
    var marks = [Mark](repeating: .new, count: successors.count)
    for start in starts where marks[start] == .new {
      var path: [(vertex: Int, next: Int)] = [(start, 0)]
      marks[start] = .open
      while let (vertex, next) = path.last {
        guard next < successors[vertex].count else {
          marks[vertex] = .done
          path.removeLast()
          continue
        }
        path[path.count - 1].next += 1
        let end = successors[vertex][next]
        switch marks[end] {
        case .new:
          marks[end] = .open
          path.append((end, 0))
        case .open:
          let first = path.firstIndex { $0.vertex == end } ?? 0
          return path[first...].map(\.vertex)
        case .done: break
        }
      }
    }
    return nil
  }
}
