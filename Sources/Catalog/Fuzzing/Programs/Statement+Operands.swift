extension Statement {
  /// The values that the statement makes.
  package var results: [MadeValue] {
    switch self {
    case .compute(let result, _, _), .name(let result, _), .pipeline(let result, _, _, _, _),
      .variable(let result, _, _), .crossing(let result, _, _, _, _), .delay(let result, _, _, _, _):
      [result]
    case .block(let wires, _, _): wires.map(\.result)
    case .memory(let memory): memory.reads.map(\.result)
    case .instance(let cell): cell.results
    case .grid(let grid): grid.reads.map(\.result)
    case .component(_, _, _, _, _, let results): results
    case .bundle(let use): use.results
    case .machine(let machine): [machine.result]
    }
  }

  /// The operands, in a fixed order.
  package var operands: [Operand] {
    var found: [Operand] = []
    _ = mapped { operand in
      found.append(operand)
      return operand
    }
    return found
  }

  /// Wires and registers that the statement assigns.
  package var targets: [Int] {
    guard case .block(_, let actions, _) = self else { return [] }
    return actions.flatMap(\.targets)
  }

  /// The statement with other operands.
  package func mapped(_ body: (Operand) -> Operand) -> Statement {
    switch self {
    case .compute(let result, let computation, let operands):
      return .compute(result, computation, operands.map(body))
    case .name(let result, let operand): return .name(result, body(operand))
    case .pipeline(let result, let next, let enable, let powerUp, let domain):
      return .pipeline(result, next: body(next), enable: enable.map(body), powerUp, domain)
    case .variable: return self
    case .block(var wires, let actions, let domain):
      for index in wires.indices { wires[index].fallback = wires[index].fallback.map(body) }
      return .block(wires: wires, actions: actions.map { $0.mapped(body) }, domain)
    case .memory(var memory):
      for index in memory.writes.indices {
        memory.writes[index].address = body(memory.writes[index].address)
        memory.writes[index].data = body(memory.writes[index].data)
        memory.writes[index].enable = body(memory.writes[index].enable)
        memory.writes[index].mask = memory.writes[index].mask.map(body)
        memory.writes[index].scope = memory.writes[index].scope.map(body)
      }
      for index in memory.reads.indices {
        // Both sides of a port of a pair have one address.
        if case .pair = memory.form {
          memory.reads[index].address = memory.writes[index].address
        } else {
          memory.reads[index].address = body(memory.reads[index].address)
        }
        memory.reads[index].enable = memory.reads[index].enable.map(body)
      }
      return .memory(memory)
    case .instance(var cell):
      cell.inputs = cell.inputs.map(body)
      cell.reset = cell.reset.map(body)
      return .instance(cell)
    case .grid(var grid):
      for index in grid.links.indices { grid.links[index].values = grid.links[index].values.map(body) }
      return .grid(grid)
    case .delay(let result, let operand, let cycles, let reset, let domain):
      return .delay(result, body(operand), cycles: cycles, reset: reset, domain)
    case .component(let component, let name, let valid, let data, let ready, let results):
      return .component(
        component, name: name, valid: body(valid), data: body(data), ready: body(ready), results)
    case .bundle(let use): return .bundle(use.mapped(body))
    case .machine(var machine):
      for state in machine.transitions.indices {
        for index in machine.transitions[state].indices {
          machine.transitions[state][index].condition = body(machine.transitions[state][index].condition)
        }
      }
      return .machine(machine)
    case .crossing(let result, let crossing, let operand, let enable, let domain):
      return .crossing(result, crossing, body(operand), enable: enable.map(body), domain)
    }
  }
}

extension Action {
  var targets: [Int] {
    switch self {
    case .assign(let target, _, _): [target]
    case .when(let branches, let otherwise): (branches.flatMap(\.actions) + (otherwise ?? [])).flatMap(\.targets)
    case .choose(_, let branches, let otherwise): (branches.flatMap(\.actions) + (otherwise ?? [])).flatMap(\.targets)
    case .check: []
    }
  }

  func mapped(_ body: (Operand) -> Operand) -> Action {
    func each(_ actions: [Action]) -> [Action] { actions.map { $0.mapped(body) } }
    switch self {
    case .assign(let target, let low, let operand): return .assign(target: target, low: low, body(operand))
    case .when(let branches, let otherwise):
      return .when(
        branches.map { WhenBranch(condition: body($0.condition), actions: each($0.actions)) },
        otherwise: otherwise.map(each))
    case .choose(let subject, let branches, let otherwise):
      return .choose(
        body(subject), branches.map { ChooseBranch(values: $0.values, actions: each($0.actions)) },
        otherwise: otherwise.map(each))
    case .check(let kind, let operand, let label): return .check(kind, body(operand), label: label)
    }
  }
}
