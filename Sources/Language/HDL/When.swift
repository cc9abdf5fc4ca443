import Netlist

/// A `when` that can go on with `otherwise`.
public struct WhenChain {
  let module: Module
  let choice: Int32

  /// Assignments that hold while this condition is 1 and no earlier one of the chain is.
  @discardableResult
  public func otherwise(when condition: Bit, _ body: () -> Void) -> WhenChain {
    module.branch(of: choice, when: condition, body)
    return self
  }

  /// Assignments that hold while no condition of the chain is 1.
  public func otherwise(_ body: () -> Void) { module.branch(of: choice, when: nil, body) }
}

/// The branches of a `switch`.
public final class SwitchCases<T: Signal> {
  let module: Module
  let choice: Int32
  let subject: T
  private var seen: Set<Int> = []

  init(module: Module, choice: Int32, subject: T) {
    self.module = module
    self.choice = choice
    self.subject = subject
  }

  /// Whether every value of the subject has a branch.
  var isExhaustive: Bool {
    let width = subject.width
    guard width < 32, seen.count >= 1 << width else { return false }
    let least = T.isSigned ? -(1 << (width - 1)) : 0
    return (least..<least + (1 << width)).allSatisfy(seen.contains)
  }

  /// Assignments that hold while the subject equals one of `values`.
  public func `case`(_ values: Int..., body: () -> Void) {
    guard let first = values.first else { return module.refuseEmptyCase(body) }
    for value in values where !seen.insert(value).inserted { module.choices[Int(choice)].isExclusive = false }
    let condition = values.dropFirst().reduce(subject.isEqual(to: T(handle: .literal(Literal(first))))) {
      $0 | subject.isEqual(to: T(handle: .literal(Literal($1))))
    }
    module.branch(of: choice, when: condition, body)
  }

  /// Assignments that hold while no case does.
  public func `default`(_ body: () -> Void) { module.branch(of: choice, when: nil, body) }
}

extension Module {
  /// Assignments in `body` hold while `condition` is 1; the last assignment to a target wins.
  @discardableResult
  public func when(_ condition: Bit, _ body: () -> Void) -> WhenChain {
    let choice = openChoice()
    branch(of: choice, when: condition, body)
    return WhenChain(module: self, choice: choice)
  }

  /// One branch for each value of `subject`; the first case that fits is taken. With a branch for every value none is
  /// left over.
  public func `switch`<T: VectorSignal>(_ subject: T, _ cases: (SwitchCases<T>) -> Void) { choose(subject, cases) }

  /// One branch for 0 and one for 1.
  public func `switch`(_ subject: Bit, _ cases: (SwitchCases<Bit>) -> Void) { choose(subject, cases) }

  private func choose<T: Signal>(_ subject: T, _ cases: (SwitchCases<T>) -> Void) {
    let branches = SwitchCases(module: self, choice: openChoice(isExclusive: true), subject: subject)
    cases(branches)
    let last = choices[Int(branches.choice)].conditions.lastIndex { $0 != nil }
    if let last, branches.isExhaustive { choices[Int(branches.choice)].conditions[last] = nil }
  }

  /// Reports a case that names nothing, as its values are listed in vain.
  func refuseEmptyCase(_ body: () -> Void) {
    report(.unreachableChoice, "a case without values is never taken", fix: "name at least one value")
    discarding(body)
  }

  func openChoice(isExclusive: Bool = false) -> Int32 {
    choices.append(
      Choice(parent: scope, conditions: [], depth: depth(of: scope) + 1, isExclusive: isExclusive))
    return Int32(choices.count - 1)
  }

  func branch(of choice: Int32, when condition: Bit?, _ body: () -> Void) {
    let index = Int(choice)
    if let last = choices[index].conditions.last, last == nil {
      report(
        .unreachableChoice, "a branch after 'otherwise' or 'default' is never taken",
        fix: "put it before 'otherwise' or 'default'")
      return discarding(body)
    }
    var node: NodeID?
    if let condition {
      guard let known = self.condition(condition, "a condition") else { return discarding(body) }
      node = known
    }
    choices[index].conditions.append(node)
    let outer = scope
    scope = Scope(choice: choice, branch: Int32(choices[index].conditions.count - 1))
    body()
    scope = outer
  }
}
