import Netlist

/// Folds assignments into one value in the order of their statements: the last one wins, conditions become choices.
///
/// The choices around a statement are a stack, as they are in the text of a program: each is entered and left once for
/// every run of statements inside it, so that neither nesting nor the number of branches costs more than the choices do.
struct AssignmentFold {
  let module: Module
  let low: Int
  let width: Int
  /// Whether the target is a register: all that is decided about it is written as statements.
  private let isRegister: Bool
  /// The value outside all choices; nil where nothing is driven.
  private var value: NodeID?
  private var open: [OpenBranch] = []

  /// A branch that is being read, with those of the same choice before it.
  private struct OpenBranch {
    var scope: Scope
    /// The value before the choice.
    let incoming: NodeID?
    var current: NodeID?
    /// Branches that assign, in order, and the value after each.
    var taken: [(branch: Int, value: NodeID?)] = []
  }

  /// A fold over bits `low` up to `low + width` of a target, which have the value `fallback` where nothing is assigned.
  init(module: Module, low: Int, width: Int, isRegister: Bool, fallback: NodeID?) {
    self.module = module
    self.low = low
    self.width = width
    self.isRegister = isRegister
    value = fallback
  }

  /// Takes one assignment, which covers all the bits.
  mutating func add(_ assignment: Assignment) {
    enter(assignment.scope)
    set(module.part(of: assignment.value, low: low - assignment.low, width: width))
  }

  /// The value after all assignments; nil where nothing is driven on some path.
  mutating func finish() -> NodeID? {
    enter(.root)
    return value
  }

  private var current: NodeID? { open.last.map(\.current) ?? value }

  private mutating func set(_ value: NodeID?) {
    if open.isEmpty { self.value = value } else { open[open.count - 1].current = value }
  }

  // MARK: Choices

  /// Leaves choices and enters others until the innermost branch is `scope`.
  private mutating func enter(_ scope: Scope) {
    var path: [Scope] = []
    var position = scope
    while module.depth(of: position) > open.count {
      path.append(position)
      position = module.parent(of: position)
    }
    while open.count > module.depth(of: position) { leave() }
    while let top = open.last, top.scope != position {
      if top.scope.choice == position.choice {
        open[open.count - 1].taken.append((Int(top.scope.branch), top.current))
        open[open.count - 1].scope = position
        open[open.count - 1].current = top.incoming
        break
      }
      leave()
      path.append(position)
      position = module.parent(of: position)
    }
    for scope in path.reversed() {
      open.append(OpenBranch(scope: scope, incoming: current, current: current))
    }
  }

  private mutating func leave() {
    let branch = open.removeLast()
    let taken = branch.taken + [(Int(branch.scope.branch), branch.current)]
    set(chosen(branch.scope.choice, taken, incoming: branch.incoming))
  }

  /// The value after a choice of which the branches `taken` assign; nil where nothing is driven on some path.
  private func chosen(_ choice: Int32, _ taken: [(branch: Int, value: NodeID?)], incoming: NodeID?) -> NodeID? {
    let conditions = module.choices[Int(choice)].conditions
    // What holds when no condition does; branches past the last that assigns change nothing.
    var result = incoming
    let last = taken[taken.count - 1].branch
    // Of conditions that exclude each other only those that assign need to be asked, unless something holds without one.
    let isFree = module.choices[Int(choice)].isExclusive && conditions[last] != nil
    var end = last + 1
    for (branch, value) in taken.reversed() {
      result = skipped(branch + 1..<end, of: choice, isFree: isFree, incoming: incoming, others: result)
      end = branch
      guard let condition = conditions[branch] else {
        result = value
        continue
      }
      guard let yes = value, let no = result else { return nil }
      result = mux(condition, yes, no, of: choice)
    }
    return skipped(0..<end, of: choice, isFree: isFree, incoming: incoming, others: result)
  }

  /// How many branches without an assignment are written one by one.
  private static let fewBranches = 16

  /// The value when one of the branches `range`, none of which assigns, comes before what gives `others`.
  private func skipped(
    _ range: Range<Int>, of choice: Int32, isFree: Bool, incoming: NodeID?, others: NodeID?
  ) -> NodeID? {
    guard !range.isEmpty, incoming != others else { return others }
    guard let incoming, let others else { return nil }
    if range.count > Self.fewBranches {
      return isFree ? others : mux(module.union(of: choice, range), incoming, others, of: choice)
    }
    var result = others
    for branch in range.reversed() {
      guard let condition = module.choices[Int(choice)].conditions[branch] else { continue }
      result = mux(condition, incoming, result, of: choice)
    }
    return result
  }

  private func mux(_ condition: NodeID, _ yes: NodeID, _ no: NodeID, of choice: Int32) -> NodeID {
    guard yes != no else { return no }
    let node = module.definition.table[yes]
    // Of a net, few branches are as clear as gates.
    let isDecision = isRegister || module.choices[Int(choice)].conditions.count >= CaseRuns.fewest
    return module.intern(
      Node(
        .mux, width: node.width, isSigned: node.isSigned, isDecision: isDecision, a: condition.index, b: yes.index,
        c: module.reinterpreted(no, signed: node.isSigned).index))
  }
}

extension Module {
  /// Bits `low` up to `low + width` of `node`.
  func part(of node: NodeID, low: Int, width: Int) -> NodeID {
    width == self.width(node) ? node : slice(node, low: low, width: width)
  }

  /// How many choices there are around a statement in `scope`.
  func depth(of scope: Scope) -> Int { scope == .root ? 0 : choices[Int(scope.choice)].depth }

  /// The scope around the choice of `scope`, which is not the root.
  func parent(of scope: Scope) -> Scope { choices[Int(scope.choice)].parent }

  /// 1 where one of the conditions of the branches `range` is: a tree whose parts many statements share.
  func union(of choice: Int32, _ range: Range<Int>) -> NodeID {
    var (left, right): ([NodeID], [NodeID]) = ([], [])
    var (low, high, level) = (range.lowerBound, range.upperBound, 0)
    while low < high {
      if low % 2 == 1 {
        left.append(union(of: choice, level: level, low))
        low += 1
      }
      if high % 2 == 1 {
        high -= 1
        right.append(union(of: choice, level: level, high))
      }
      (low, high, level) = (low / 2, high / 2, level + 1)
    }
    let parts = left + right.reversed()
    return parts.dropFirst().reduce(parts[0]) { or($0, $1) }
  }

  /// 1 where one of the conditions of the `1 << level` branches from `position << level` on is.
  private func union(of choice: Int32, level: Int, _ position: Int) -> NodeID {
    if level == 0 {
      guard let condition = choices[Int(choice)].conditions[position] else {
        preconditionFailure("the last branch has no condition and stands in no union")
      }
      return condition
    }
    let key = UnionKey(choice: choice, level: Int32(level), position: Int32(position))
    if let known = unions[key] { return known }
    let result = or(
      union(of: choice, level: level - 1, 2 * position), union(of: choice, level: level - 1, 2 * position + 1))
    unions[key] = result
    return result
  }

  private func or(_ a: NodeID, _ b: NodeID) -> NodeID {
    intern(Node(.or, width: 1, isSigned: false, a: a.index, b: b.index))
  }
}

/// Some neighbouring branches of a choice.
struct UnionKey: Hashable {
  var choice: Int32
  var level: Int32
  var position: Int32
}
