import HDL
import Netlist

extension CircuitProgram {
  /// Smaller programs, each one step away. Not all of them are valid.
  var reductions: [CircuitProgram] {
    var found: [CircuitProgram] = []
    func add(_ program: CircuitProgram) { if program.weight < weight { found.append(program) } }
    add(pruned())
    for index in outputs.indices where outputs.count > 1 {
      var single = self
      single.outputs = [outputs[index]]
      add(single)
      add(single.pruned())
      var others = self
      others.outputs.remove(at: index)
      add(others)
    }
    for index in outputs.indices {
      // The output shows what its value is made of.
      guard let id = outputs[index].operand.value,
        let statement = statements.first(where: { $0.results.contains { $0.id == id } })
      else { continue }
      for operand in statement.operands where operand.value != nil {
        var earlier = self
        earlier.outputs[index].operand = operand
        add(earlier.pruned())
      }
    }
    for index in streams.indices {
      var fewer = self
      fewer.streams.remove(at: index)
      add(fewer)
      for stage in streams[index].stages.indices {
        var shorter = self
        shorter.streams[index].stages.remove(at: stage)
        add(shorter)
      }
    }
    for index in relations.indices {
      var fewer = self
      fewer.relations.remove(at: index)
      add(fewer)
      var simpler = self
      (simpler.relations[index].cycles, simpler.relations[index].hasChoice) = (0, false)
      add(simpler)
    }
    if !streams.isEmpty, !outputs.isEmpty {
      var only = self
      (only.inputs, only.statements, only.outputs, only.cells) = ([], [], [], [])
      only.relations = []
      add(only)
    }
    for cell in cells {
      var top = cell
      top.name = name
      (top.sideEdge, top.sideReset) = (sideEdge, sideReset)
      add(top)
    }
    for index in inputs.indices where !isRead(inputs[index].result.id) {
      var fewer = self
      fewer.inputs.remove(at: index)
      add(fewer)
    }
    if domains.values.contains(.side) || streams.isEmpty { add(inOneDomain()) }
    for reduced in innerReductions { add(reduced) }
    for reduced in widthReductions { add(reduced) }
    return found
  }

  private func isRead(_ id: Int) -> Bool {
    outputs.contains { $0.operand.value == id } || statements.contains { $0.operands.contains { $0.value == id } }
  }

  /// Reductions that keep the ports: those that may be made inside a cell, too.
  var innerReductions: [CircuitProgram] {
    var found: [CircuitProgram] = []
    for position in statements.indices.reversed() {
      let statement = statements[position]
      for result in statement.results {
        for operand in statement.operands where operand.type == result.type && operand.value != result.id {
          found.append(replacing(result.id, by: operand).prunedStatements())
        }
        found.append(replacing(result.id, by: .zero(result.type)).prunedStatements())
        if name == "Top" { found.append(cutting(result, at: position).pruned()) }
      }
      for simpler in statement.reductions {
        var program = self
        program.statements[position] = simpler
        found.append(program)
      }
      var fewer = self
      fewer.statements.remove(at: position)
      if statement.results.allSatisfy({ !isRead($0.id) }),
        !statements.contains(where: { $0.targets.contains { id in statement.results.contains { $0.id == id } } })
          || !statement.targets.isEmpty
      {
        found.append(fewer)
      }
    }
    for (index, cell) in cells.enumerated() {
      for reduced in cell.innerReductions {
        var program = self
        program.cells[index] = reduced
        found.append(program)
      }
    }
    return found
  }

  /// Without statements that nothing needs; the ports stay.
  private func prunedStatements() -> CircuitProgram {
    var result = pruned()
    result.inputs = inputs
    return result
  }

  /// Everything with one clock.
  private func inOneDomain() -> CircuitProgram {
    var result = self
    for index in inputs.indices { result.inputs[index].domain = .main }
    for index in outputs.indices { result.outputs[index].domain = .main }
    result.statements = statements.map { statement in
      switch statement {
      case .pipeline(let made, let next, let enable, let powerUp, _):
        return .pipeline(made, next: next, enable: enable, powerUp, .main)
      case .variable(let made, let powerUp, _): return .variable(made, powerUp, .main)
      case .block(let wires, let actions, _): return .block(wires: wires, actions: actions, .main)
      case .crossing(let made, let crossing, let operand, let enable, _):
        return .crossing(made, crossing, operand, enable: enable, .main)
      case .instance(var use):
        use.domain = .main
        return .instance(use)
      case .grid(var use):
        use.domain = .main
        return .grid(use)
      case .delay(let made, let operand, let cycles, let reset, _):
        return .delay(made, operand, cycles: cycles, reset: reset, .main)
      case .machine(var use):
        use.domain = .main
        return .machine(use)
      case .memory(var use):
        for index in use.reads.indices { use.reads[index].domain = .main }
        return .memory(use)
      case .compute, .name, .component, .bundle: return statement
      }
    }
    return result
  }
}

extension Statement {
  /// Smaller statements that make the same values.
  var reductions: [Statement] {
    var found: [Statement] = []
    for (position, operand) in operands.enumerated() where operand.value != nil {
      var count = -1
      found.append(
        mapped { other in
          count += 1
          return count == position ? .zero(other.type) : other
        })
    }
    switch self {
    case .pipeline(let result, let next, let enable, let powerUp, let domain):
      if enable != nil { found.append(.pipeline(result, next: next, enable: nil, powerUp, domain)) }
      for simpler in powerUp.reductions { found.append(.pipeline(result, next: next, enable: enable, simpler, domain)) }
    case .variable(let result, let powerUp, let domain):
      for simpler in powerUp.reductions { found.append(.variable(result, simpler, domain)) }
    case .block(let wires, let actions, let domain):
      for simpler in actions.reductions { found.append(.block(wires: wires, actions: simpler, domain)) }
      for index in wires.indices where wires[index].fallback != nil {
        var fewer = wires
        fewer[index].fallback = nil
        found.append(.block(wires: fewer, actions: actions, domain))
      }
    case .memory(let use): found += use.reductions.map { .memory($0) }
    case .instance(var use):
      if use.reset != nil {
        use.reset = nil
        found.append(.instance(use))
      }
    case .bundle(var use):
      if use.reset != nil {
        use.reset = nil
        found.append(.bundle(use))
      }
      if use.holder != .mux {
        if !use.holder.readsSecond { use.items[1] = use.items[1].map { .zero($0.type) } }
        if !use.holder.readsControl { use.control = .zero(.bit) }
        use.holder = .mux
        found.append(.bundle(use))
      }
    case .grid(let use): found += use.reductions.map { .grid($0) }
    case .delay(let result, let operand, let cycles, let reset, let domain):
      for fewer in Set([0, 1, cycles / 2, cycles - 1]).sorted() where fewer >= 0 && fewer < cycles {
        found.append(.delay(result, operand, cycles: fewer, reset: reset, domain))
      }
      if reset != nil { found.append(.delay(result, operand, cycles: cycles, reset: nil, domain)) }
    case .machine(let use):
      for state in use.transitions.indices {
        for index in use.transitions[state].indices {
          var fewer = use
          fewer.transitions[state].remove(at: index)
          found.append(.machine(fewer))
        }
      }
    case .compute(let result, .select, let operands) where operands.count > 2:
      for index in 1..<operands.count {
        var fewer = operands
        fewer.remove(at: index)
        found.append(.compute(result, .select, fewer))
      }
    case .compute, .name, .component, .crossing: break
    }
    return found
  }
}

extension PowerUp {
  fileprivate var reductions: [PowerUp] {
    var found: [PowerUp] = []
    if reset != nil { found.append(PowerUp(reset: nil, initial: initial)) }
    if initial != nil { found.append(PowerUp(reset: reset, initial: nil)) }
    if let reset, !reset.isZero { found.append(PowerUp(reset: .zeros(reset.width), initial: initial)) }
    if let initial, !initial.isZero { found.append(PowerUp(reset: reset, initial: .zeros(initial.width))) }
    return found
  }
}

extension [Action] {
  /// Lists with one action less, or with a simpler one.
  fileprivate var reductions: [[Action]] {
    var found: [[Action]] = []
    for index in indices {
      var fewer = self
      fewer.remove(at: index)
      found.append(fewer)
      for simpler in self[index].reductions {
        var changed = self
        changed.replaceSubrange(index...index, with: simpler)
        found.append(changed)
      }
    }
    return found
  }
}

extension Action {
  /// What may stand in the place of the action.
  fileprivate var reductions: [[Action]] {
    var found: [[Action]] = []
    switch self {
    case .assign, .check: break
    case .when(let branches, let otherwise):
      found += branches.map(\.actions)
      if let otherwise { found += [otherwise, [.when(branches, otherwise: nil)]] }
      for index in branches.indices {
        var changed = branches
        changed.remove(at: index)
        if !changed.isEmpty { found.append([.when(changed, otherwise: otherwise)]) }
        for simpler in branches[index].actions.reductions {
          changed = branches
          changed[index].actions = simpler
          found.append([.when(changed, otherwise: otherwise)])
        }
      }
      for simpler in otherwise?.reductions ?? [] { found.append([.when(branches, otherwise: simpler)]) }
    case .choose(let subject, let branches, let otherwise):
      found += branches.map(\.actions)
      if let otherwise { found += [otherwise, [.choose(subject, branches, otherwise: nil)]] }
      for index in branches.indices {
        var changed = branches
        changed.remove(at: index)
        if !changed.isEmpty { found.append([.choose(subject, changed, otherwise: otherwise)]) }
        for simpler in branches[index].actions.reductions {
          changed = branches
          changed[index].actions = simpler
          found.append([.choose(subject, changed, otherwise: otherwise)])
        }
      }
      for simpler in otherwise?.reductions ?? [] { found.append([.choose(subject, branches, otherwise: simpler)]) }
    }
    return found
  }
}

extension MemoryUse {
  fileprivate var reductions: [MemoryUse] {
    var found: [MemoryUse] = []
    func add(_ change: (inout MemoryUse) -> Void) {
      var use = self
      change(&use)
      if use != self { found.append(use) }
    }
    for index in writes.indices {
      if form == .ports { add { $0.writes.remove(at: index) } }
      add { $0.writes[index].mask = nil }
      add { $0.writes[index].scope = nil }
    }
    for index in reads.indices { add { $0.reads[index].enable = nil } }
    add { $0.contents = nil }
    add { $0.contents = $0.contents.map { [$0[0]] } }
    add { $0.isInFile = false }
    add { $0.style = .automatic }
    if writes.allSatisfy({ $0.mask == nil }) { add { $0.lanes = 1 } }
    return found
  }
}
