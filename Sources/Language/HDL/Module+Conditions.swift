import Netlist

extension Module {
  /// How many branches before one are named one by one.
  private static let fewBranches = 16

  /// One bit that is 1 where the statement under way takes effect: the conditions of `when` and `switch` around it. Nil
  /// outside all of them.
  func scopeCondition() -> NodeID? {
    var terms: [NodeID] = []
    var position = scope
    while position != .root {
      let choice = choices[Int(position.choice)]
      // The branch's own condition, and none of those before it.
      if let own = choice.conditions[Int(position.branch)] { terms.append(own) }
      let branch = Int(position.branch)
      if branch <= Self.fewBranches {
        for earlier in choice.conditions[..<branch].reversed() {
          guard let earlier else { continue }
          terms.append(intern(Node(.not, width: 1, isSigned: false, a: earlier.index)))
        }
      } else if !choice.isExclusive || choice.conditions[branch] == nil {
        let earlier = union(of: position.choice, 0..<branch)
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
