/// Long arrays of ports as a module or its user sees them, those that were asked for last.
///
/// Who walks an array by index asks for all of it in every step.
struct PortLists {
  private struct Answer {
    var path: AnyKeyPath
    var layout: ObjectIdentifier
    var source: Int32
    var drain: TargetID
    var list: Any
  }

  private var answers: [Answer] = []
  private var next = 0
  private static let memory = 8
  /// Shorter arrays are made as fast as they are found.
  private static let shortest = 32

  /// Forgets all arrays: their signals hold on to the module.
  mutating func clear() { answers = [] }

  /// The array of `count` ports at `path` of `layout`, seen in `scope`; made by `make` unless it is known.
  mutating func list<V>(
    _ path: AnyKeyPath, of layout: PortLayout, count: Int, in scope: PortScope, _ make: () -> [V]
  ) -> [V] {
    guard count >= Self.shortest, !scope.module.isFinished else { return make() }
    let layout = ObjectIdentifier(layout)
    let known = answers.first {
      $0.path === path && $0.layout == layout && $0.source == scope.firstSource.index && $0.drain == scope.firstDrain
    }
    if let list = known?.list as? [V] { return list }
    let list = make()
    let answer = Answer(
      path: path, layout: layout, source: scope.firstSource.index, drain: scope.firstDrain, list: list)
    if answers.count < Self.memory {
      answers.append(answer)
    } else {
      answers[next] = answer
      next = (next + 1) % Self.memory
    }
    return list
  }
}
