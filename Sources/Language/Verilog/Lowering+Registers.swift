import Netlist

extension Lowering {
  mutating func addState() {
    addRegisters(asserted: false)
    for memory in definition.memories { addMemory(memory) }
  }

  /// Writes the registers of the hardware, or those that only assertions read.
  mutating func addRegisters(asserted isAsserted: Bool) {
    for clock in definition.clocks.indices {
      addRegisters(clock: Int32(clock), hasReset: false, asserted: isAsserted)
      addRegisters(clock: Int32(clock), hasReset: true, asserted: isAsserted)
    }
  }

  private mutating func addRegisters(clock index: Int32, hasReset: Bool, asserted isAsserted: Bool) {
    let clock = definition.clocks[Int(index)]
    let chosen = definition.registers.indices.filter {
      definition.registers[$0].clock == index && (definition.registers[$0].resetValue != nil) == hasReset
        && asserted.contains(register: $0) == isAsserted
    }
    guard !chosen.isEmpty else { return }
    let updates = statements(
      chosen.map { RegisterUpdate(signal: definition.registers[$0].signal, next: nextStates[$0]) })
    guard hasReset, let reset = clock.reset else {
      add(.blank)
      add(.clocked(event: clock.event, updates))
      return
    }
    let isHigh = clock.resetPolarity == .activeHigh
    let values = chosen.map { index -> VerilogStatement in
      let register = definition.registers[index]
      return .assign(
        names[Int(register.signal)], fixed(register.resetValue!, ofSignal: register.signal))
    }
    let condition: VerilogExpression = isHigh ? .name(reset) : .unary("!", .name(reset))
    let edge = clock.resetKind == .asynchronous ? " or \(isHigh ? "posedge" : "negedge") \(reset)" : ""
    add(.blank)
    add(.clocked(event: "\(clock.event)\(edge)", [.condition(condition, values, updates)]))
  }

  /// What one register takes, or is about to take below a condition.
  private struct RegisterUpdate {
    let signal: Int32
    let next: NextState
  }

  /// Updates of registers that one condition, or one subject, decides.
  private enum Decision {
    case assignment(RegisterUpdate)
    /// Where the condition holds, and where it does not.
    case condition(NodeID, yes: [RegisterUpdate], no: [RegisterUpdate])
    /// Registers with what each takes in each case.
    case table(NodeID, [RegisterUpdate])
  }

  /// What registers take, with each condition asked once for all registers that it decides.
  ///
  /// Registers do not see one another's new values, so their order means nothing: a decision stands where the first
  /// register that needs it does.
  private mutating func statements(_ updates: [RegisterUpdate]) -> [VerilogStatement] {
    var decisions: [Decision] = []
    var conditions: [Int32: Int] = [:]
    var tables: [Int32: [Int]] = [:]
    for update in updates {
      switch update.next {
      case .hold: break
      case .value, .net: decisions.append(.assignment(update))
      case .choice(let condition, let yes, let no):
        // A condition and its complement decide together.
        let isInverse = table[condition].operation == .not
        let asked = isInverse ? table[condition].a : condition.index
        let (yes, no) = (
          RegisterUpdate(signal: update.signal, next: yes), RegisterUpdate(signal: update.signal, next: no)
        )
        guard let position = conditions[asked] else {
          conditions[asked] = decisions.count
          decisions.append(.condition(condition, yes: [yes], no: [no]))
          continue
        }
        guard case .condition(let first, var before, var after) = decisions[position] else { continue }
        let isSwapped = first != condition
        before.append(isSwapped ? no : yes)
        after.append(isSwapped ? yes : no)
        decisions[position] = .condition(first, yes: before, no: after)
      case .table(let subject, let branches, let otherwise):
        let labels = branches.flatMap(\.labels)
        let fitting = tables[subject.index, default: []].first { position in
          guard case .table(_, let others) = decisions[position] else { return false }
          return others.allSatisfy { Self.mayShare($0.next, labels, otherwise) }
        }
        guard let fitting, case .table(_, let others) = decisions[fitting] else {
          tables[subject.index, default: []].append(decisions.count)
          decisions.append(.table(subject, [update]))
          continue
        }
        decisions[fitting] = .table(subject, others + [update])
      }
    }
    return decisions.flatMap { statements($0) }
  }

  /// Whether two tables of one subject may be one without writing what happens in other cases again and again.
  private static func mayShare(_ table: NextState, _ labels: [NodeID], _ otherwise: NextState) -> Bool {
    guard case .table(_, let branches, let other) = table else { return false }
    if other.isHold, otherwise.isHold { return true }
    return branches.flatMap(\.labels) == labels
  }

  private mutating func statements(_ decision: Decision) -> [VerilogStatement] {
    switch decision {
    case .assignment(let update):
      switch update.next {
      case .value(let node), .net(let node):
        return [.assign(names[Int(update.signal)], assigned(node, to: update.signal))]
      case .hold, .choice, .table: return []
      }
    case .condition(let condition, let yes, let no):
      let taken = statements(yes)
      let other = statements(no)
      if !taken.isEmpty { return [.condition(expression(condition), taken, other)] }
      if other.isEmpty { return [] }
      let node = table[condition]
      let inverse = node.operation == .not ? expression(NodeID(node.a)) : .unary("!", expression(condition))
      return [.condition(inverse, other, [])]
    case .table(let subject, let updates): return cases(of: subject, updates)
    }
  }

  /// One case statement for all registers that `subject` decides.
  private mutating func cases(of subject: NodeID, _ updates: [RegisterUpdate]) -> [VerilogStatement] {
    // The branch of each register that each label takes; labels with the same branches share an entry.
    var order: [NodeID] = []
    var branches: [NodeID: [Int]] = [:]
    for (position, update) in updates.enumerated() {
      guard case .table(_, let cases, _) = update.next else { continue }
      for (branch, entry) in cases.enumerated() {
        for label in entry.labels {
          if branches[label] == nil {
            order.append(label)
            branches[label] = [Int](repeating: -1, count: updates.count)
          }
          branches[label]![position] = branch
        }
      }
    }
    func next(_ position: Int, _ branch: Int) -> RegisterUpdate {
      let update = updates[position]
      guard case .table(_, let cases, let otherwise) = update.next else { return update }
      return RegisterUpdate(signal: update.signal, next: branch < 0 ? otherwise : cases[branch].1)
    }
    let other = statements(updates.indices.map { next($0, -1) })
    var positions: [[Int]: Int] = [:]
    var entries: [(labels: [NodeID], taken: [Int])] = []
    for label in order {
      let taken = branches[label]!
      if let position = positions[taken] {
        entries[position].labels.append(label)
      } else {
        positions[taken] = entries.count
        entries.append(([label], taken))
      }
    }
    var written: [(labels: [VerilogExpression], body: [VerilogStatement])] = []
    for entry in entries {
      let body = statements(entry.taken.enumerated().map { next($0.offset, $0.element) })
      // What keeps the value needs no branch where that is also what happens without one.
      if body.isEmpty, other.isEmpty { continue }
      written.append((entry.labels.map { compared($0, with: subject) }, body))
    }
    guard !written.isEmpty else { return other }
    if written.count == 1, written[0].labels.count == 1, !written[0].body.isEmpty {
      return [.condition(.binary("==", expression(subject), written[0].labels[0]), written[0].body, other)]
    }
    return [.choice(expression(subject), written + [([], other)])]
  }
}
