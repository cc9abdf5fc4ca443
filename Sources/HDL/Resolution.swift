import Netlist

/// Turns the assignments to one target into one node: conditions become choices, parts are joined.
struct Resolution {
  let module: Module
  let target: Target

  /// The driver of the target; nil when something was reported.
  func run() -> NodeID? {
    if target.isRefused { return nil }
    if let first = target.first, target.others.isEmpty, first.width == target.width, first.scope == .root {
      return first.value
    }
    let assignments = target.assignments
    guard !assignments.isEmpty || target.fallback != nil else {
      module.report(
        .notDriven, "'\(module.name(of: target))' is not driven", fix: "drive it with <==",
        at: target.declaration(in: module))
      return nil
    }
    guard !reportSeveralDrivers() else { return nil }

    var cuts = Set([0, target.width])
    for assignment in assignments {
      cuts.insert(assignment.low)
      cuts.insert(assignment.low + assignment.width)
    }
    let bounds = cuts.sorted()
    var parts: [NodeID] = []
    for (low, high) in zip(bounds, bounds.dropFirst()) {
      guard let part = segment(low: low, width: high - low) else { return nil }
      parts.append(part)
    }
    let joined = parts.count == 1 ? parts[0] : module.concatenation(parts.reversed())
    return module.reinterpreted(joined, signed: target.isSigned)
  }

  private func reportSeveralDrivers() -> Bool {
    let fixed = target.assignments.filter { $0.scope == .root }
    for (index, second) in fixed.enumerated() {
      for first in fixed[..<index] where first.low < second.low + second.width && second.low < first.low + first.width {
        let low = max(first.low, second.low)
        let high = min(first.low + first.width, second.low + second.width)
        let bits = high - low == target.width ? "" : " at bits \(low)..<\(high)"
        module.elaboration.report(
          Diagnostic(
            .severalDrivers, "'\(module.name(of: target))' has several drivers\(bits)", module: module.title,
            notes: [Diagnostic.Note("first driven here", at: nil)],
            fix: "drive it once, or put the second assignment under m.when"),
          at: Statement(module: module.ordinal, number: second.statement),
          noted: [(0, Statement(module: module.ordinal, number: first.statement))])
        return true
      }
    }
    return false
  }

  private func segment(low: Int, width: Int) -> NodeID? {
    let relevant = target.assignments.filter { $0.low <= low && low + width <= $0.low + $0.width }
    let incoming = target.fallback.map { part(of: $0, low: low, width: width) }
    let bits = width == target.width ? "" : " at bits \(low)..<\(low + width)"
    guard let result = value(of: relevant[...], in: .root, incoming: incoming, low: low, width: width) else {
      let isPartial = !relevant.isEmpty
      module.report(
        .partlyDriven,
        "'\(module.name(of: target))' is not driven\(bits)\(isPartial ? " on every path" : "")",
        fix: isPartial ? "assign a default before m.when, or add otherwise" : "drive every bit", at: target.place,
        statement: relevant.last?.statement ?? target.assignments.last?.statement)
      return nil
    }
    return result
  }

  private func part(of node: NodeID, low: Int, width: Int) -> NodeID {
    width == module.width(node) ? node : module.slice(node, low: low, width: width)
  }

  /// The value after `assignments`, all of which lie in or below `scope`; nil where nothing is driven.
  private func value(
    of assignments: ArraySlice<Assignment>, in scope: Scope, incoming: NodeID?, low: Int, width: Int
  ) -> NodeID? {
    var current = incoming
    var rest = assignments
    while let first = rest.first {
      if first.scope == scope {
        current = part(of: first.value, low: low - first.low, width: width)
        rest = rest.dropFirst()
        continue
      }
      let choice = child(of: scope, towards: first.scope)
      let group = rest.prefix { $0.scope != scope && child(of: scope, towards: $0.scope) == choice }
      rest = rest.dropFirst(group.count)
      current = choose(choice, group, incoming: current, low: low, width: width)
    }
    return current
  }

  private func choose(
    _ choice: Int32, _ group: ArraySlice<Assignment>, incoming: NodeID?, low: Int, width: Int
  ) -> NodeID? {
    let conditions = module.choices[Int(choice)].conditions
    // What holds when no condition does; an `otherwise` branch replaces it.
    var result = incoming
    for branch in conditions.indices.reversed() {
      let scope = Scope(choice: choice, branch: Int32(branch))
      let inside = group.filter { isInside($0.scope, scope) }
      let taken =
        inside.isEmpty ? incoming : value(of: inside[...], in: scope, incoming: incoming, low: low, width: width)
      guard let condition = conditions[branch] else {
        result = taken
        continue
      }
      guard let yes = taken, let no = result else { return nil }
      if yes != no {
        let node = module.definition.table[yes]
        result = module.intern(
          Node(
            .mux, width: node.width, isSigned: node.isSigned, a: condition.index, b: yes.index,
            c: matching(no, signed: node.isSigned).index))
      }
    }
    return result
  }

  private func matching(_ node: NodeID, signed: Bool) -> NodeID { module.reinterpreted(node, signed: signed) }

  private func isInside(_ inner: Scope, _ outer: Scope) -> Bool {
    var scope = inner
    while scope != outer {
      guard scope != .root else { return false }
      scope = module.choices[Int(scope.choice)].parent
    }
    return true
  }

  /// The choice directly below `scope` that leads to `inner`.
  private func child(of scope: Scope, towards inner: Scope) -> Int32 {
    var position = inner
    while position != .root {
      let parent = module.choices[Int(position.choice)].parent
      if parent == scope { return position.choice }
      position = parent
    }
    preconditionFailure("the scope does not enclose the assignment")
  }
}
