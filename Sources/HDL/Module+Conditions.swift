import Netlist

extension Module {
  /// One bit that is 1 where the statement under way takes effect: the conditions of `when` and `switch` around it. Nil
  /// outside all of them.
  func scopeCondition() -> NodeID? {
    var terms: [NodeID] = []
    var position = scope
    while position != .root {
      let choice = choices[Int(position.choice)]
      // The branch's own condition, and none of those before it.
      if let own = choice.conditions[Int(position.branch)] { terms.append(own) }
      for earlier in choice.conditions[..<Int(position.branch)].reversed() {
        guard let earlier else { continue }
        terms.append(intern(Node(.not, width: 1, isSigned: false, a: earlier.index)))
      }
      position = choice.parent
    }
    guard var result = terms.popLast() else { return nil }
    while let term = terms.popLast() {
      result = intern(Node(.and, width: 1, isSigned: false, a: result.index, b: term.index))
    }
    return result
  }
}
