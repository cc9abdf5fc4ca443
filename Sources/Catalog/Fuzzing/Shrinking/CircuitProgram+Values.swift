import HDL
import Netlist

extension CircuitProgram {
  /// How much a person has to read: what shrinking makes smaller.
  var weight: Int {
    var sum = 200 * statements.count + 60 * outputs.count + 30 * inputs.count + 150 * streams.count
    sum += statedRelations.reduce(0) { $0 + 60 + 10 * $1.cycles + ($1.hasChoice ? 20 : 0) }
    for line in streams { sum += 40 * line.stages.count + line.width }
    for input in inputs { sum += input.result.type.width + (input.domain == .side ? 20 : 0) }
    for statement in statements { sum += statement.weight }
    for cell in cells { sum += 150 + cell.weight }
    return sum
  }

  /// The domain of every value.
  var domains: [Int: ProgramDomain] {
    var known: [Int: ProgramDomain] = [:]
    for input in inputs { known[input.result.id] = input.domain }
    for statement in statements {
      var domain = statement.ownDomain ?? .main
      if statement.ownDomain == nil {
        for operand in statement.operands {
          if let id = operand.value, known[id] == .side { domain = .side }
        }
      }
      for result in statement.results { known[result.id] = domain }
      if case .memory(let use) = statement {
        for read in use.reads { known[read.result.id] = read.domain }
      }
    }
    return known
  }

  /// The program with every operand replaced.
  func mapped(_ body: (Operand) -> Operand) -> CircuitProgram {
    var result = self
    result.statements = statements.map { $0.mapped(body) }
    for index in outputs.indices { result.outputs[index].operand = body(outputs[index].operand) }
    return result
  }

  /// The program with `operand` in the place of value `id`.
  func replacing(_ id: Int, by operand: Operand) -> CircuitProgram { mapped { $0.value == id ? operand : $0 } }

  /// The program without what no output needs, assertions included.
  func pruned() -> CircuitProgram {
    var needed = Set(outputs.compactMap(\.operand.value))
    var count = -1
    while count != needed.count {
      count = needed.count
      for statement in statements
      where statement.results.contains(where: { needed.contains($0.id) })
        || statement.targets.contains(where: needed.contains)
      {
        needed.formUnion(statement.operands.compactMap(\.value))
      }
    }
    var result = self
    result.statements = statements.compactMap { statement in
      let isRead = statement.results.contains { needed.contains($0.id) }
      guard isRead || statement.targets.contains(where: needed.contains) else { return nil }
      guard case .block(let wires, let actions, let domain) = statement else { return statement }
      let kept = wires.filter { needed.contains($0.result.id) }
      let gone = Set(statement.targets).union(wires.map(\.result.id)).subtracting(needed)
      return .block(wires: kept, actions: actions.compactMap { $0.without(gone, checks: true) }, domain)
    }
    result.inputs = inputs.filter { needed.contains($0.result.id) }
    return result.withoutUnusedCells()
  }

  func withoutUnusedCells() -> CircuitProgram {
    var result = self
    let used = Set(statements.compactMap(\.cell)).sorted()
    guard used.count < cells.count else { return self }
    result.cells = used.map { cells[$0] }
    result.statements = statements.map { statement in
      var statement = statement
      statement.cell = statement.cell.flatMap(used.firstIndex)
      return statement
    }
    return result
  }

  /// The program in which value `id` comes from outside.
  func cutting(_ made: MadeValue, at position: Int) -> CircuitProgram {
    var result = self
    result.inputs.append(.init(result: made, domain: domains[made.id] ?? .main))
    if statements[position].results.count == 1, statements[position].targets.isEmpty {
      result.statements.remove(at: position)
    } else {
      result.statements[position] = statements[position].renaming(made.id, to: nextValue)
    }
    if case .variable = statements[position] {
      result.statements = result.statements.compactMap { $0.withoutAssignments(to: [made.id]) }
    }
    return result
  }
}

extension Statement {
  /// The domain in which the statement makes its values; nil for that of its operands.
  fileprivate var ownDomain: ProgramDomain? {
    switch self {
    case .pipeline(_, _, _, _, let domain), .variable(_, _, let domain), .block(_, _, let domain),
      .crossing(_, _, _, _, let domain), .delay(_, _, _, _, let domain):
      return domain
    case .instance(let use): return use.domain
    case .grid(let use): return use.domain
    case .machine(let use): return use.domain
    case .component, .bundle: return .main
    case .compute, .name, .memory: return nil
    }
  }

  var weight: Int {
    let constants = operands.reduce(0) { $0 + ($1.value == nil ? 0 : 3) }
    let widths = results.reduce(0) { $0 + $1.type.width }
    switch self {
    case .compute(_, let computation, let operands):
      var extra = 0
      switch computation {
      case .add, .subtract, .and, .or, .xor: extra = 2
      case .wrappingAdd, .wrappingSubtract, .mux, .less, .equal: extra = 3
      default: extra = 5
      }
      return extra + constants + widths + 4 * operands.count
    case .pipeline(_, _, let enable, let powerUp, let domain):
      return 20 + constants + widths + powerUp.weight + (enable == nil ? 0 : 20) + (domain == .side ? 20 : 0)
    case .variable(_, let powerUp, let domain): return 40 + widths + powerUp.weight + (domain == .side ? 20 : 0)
    case .block(let wires, let actions, _):
      return 50 * wires.count + widths + constants + actions.reduce(0) { $0 + $1.weight }
    case .memory(let use):
      let masks = use.writes.reduce(0) { $0 + ($1.mask == nil ? 0 : 20) + ($1.scope == nil ? 0 : 20) }
      return 100 + 60 * (use.writes.count + use.reads.count) + masks + widths + constants + 4 * use.depth
        + (use.contents?.count ?? 0) + 10 * use.lanes + (use.isInFile ? 10 : 0) + (use.style == .automatic ? 0 : 10)
    case .bundle(let use):
      return 60 + constants + widths + (use.holder == .mux ? 0 : 20) + (use.reset == nil ? 0 : 10)
    case .grid(let use):
      let links = use.links.reduce(0) { $0 + ($1.form == .all ? 0 : 20) + 4 * $1.values.count }
      return 100 + 30 * use.rows * use.columns + links + widths + constants
        + use.reads.reduce(0) { $0 + $1.row + $1.column }
    case .delay(_, _, let cycles, let reset, let domain):
      return 20 + 5 * cycles + constants + widths + (reset == nil ? 0 : 10) + (domain == .side ? 20 : 0)
    case .machine(let use): return 100 + 30 * use.transitions.reduce(0) { $0 + $1.count } + constants
    default: return 60 + constants + widths
    }
  }

  /// The statement with another number for one of its values.
  func renaming(_ id: Int, to other: Int) -> Statement {
    func renamed(_ result: MadeValue) -> MadeValue { result.id == id ? MadeValue(other, result.type) : result }
    switch self {
    case .block(var wires, let actions, let domain):
      for index in wires.indices { wires[index].result = renamed(wires[index].result) }
      return .block(wires: wires, actions: actions.map { $0.renaming(id, to: other) }, domain)
    case .memory(var use):
      for index in use.reads.indices { use.reads[index].result = renamed(use.reads[index].result) }
      return .memory(use)
    case .instance(var use):
      use.results = use.results.map(renamed)
      return .instance(use)
    case .grid(var use):
      for index in use.reads.indices { use.reads[index].result = renamed(use.reads[index].result) }
      return .grid(use)
    case .delay(let result, let operand, let cycles, let reset, let domain):
      return .delay(renamed(result), operand, cycles: cycles, reset: reset, domain)
    case .component(let component, let name, let valid, let data, let ready, let results):
      return .component(component, name: name, valid: valid, data: data, ready: ready, results.map(renamed))
    case .compute(let result, let computation, let operands): return .compute(renamed(result), computation, operands)
    case .name(let result, let operand): return .name(renamed(result), operand)
    case .pipeline(let result, let next, let enable, let powerUp, let domain):
      return .pipeline(renamed(result), next: next, enable: enable, powerUp, domain)
    case .variable(let result, let powerUp, let domain): return .variable(renamed(result), powerUp, domain)
    case .bundle(var use):
      use.results = use.results.map(renamed)
      return .bundle(use)
    case .machine(var use):
      use.result = renamed(use.result)
      return .machine(use)
    case .crossing(let result, let crossing, let operand, let enable, let domain):
      return .crossing(renamed(result), crossing, operand, enable: enable, domain)
    }
  }

  func withoutAssignments(to targets: Set<Int>) -> Statement? {
    guard case .block(let wires, let actions, let domain) = self else { return self }
    let kept = actions.compactMap { $0.without(targets, checks: false) }
    return kept.isEmpty && wires.isEmpty ? nil : .block(wires: wires, actions: kept, domain)
  }
}

extension PowerUp {
  var weight: Int {
    [reset, initial].reduce(0) { sum, value in sum + (value.map { $0.isZero ? 6 : 8 } ?? 0) }
  }
}

extension Action {
  var weight: Int {
    switch self {
    case .assign(_, let low, _): 20 + (low == nil ? 0 : 5)
    case .check: 25
    case .when(let branches, let otherwise):
      30 * branches.count + (branches.flatMap(\.actions) + (otherwise ?? [])).reduce(0) { $0 + $1.weight }
    case .choose(_, let branches, let otherwise):
      10 + 32 * branches.count + (branches.flatMap(\.actions) + (otherwise ?? [])).reduce(0) { $0 + $1.weight }
    }
  }

  func renaming(_ id: Int, to other: Int) -> Action {
    func each(_ actions: [Action]) -> [Action] { actions.map { $0.renaming(id, to: other) } }
    switch self {
    case .assign(let target, let low, let operand):
      return .assign(target: target == id ? other : target, low: low, operand)
    case .when(let branches, let otherwise):
      return .when(
        branches.map { WhenBranch(condition: $0.condition, actions: each($0.actions)) }, otherwise: otherwise.map(each))
    case .choose(let subject, let branches, let otherwise):
      return .choose(
        subject, branches.map { ChooseBranch(values: $0.values, actions: each($0.actions)) },
        otherwise: otherwise.map(each))
    case .check: return self
    }
  }

  /// The action without assignments to some targets and, when asked, without assertions; nil when nothing is left.
  func without(_ targets: Set<Int>, checks: Bool) -> Action? {
    func each(_ actions: [Action]) -> [Action] { actions.compactMap { $0.without(targets, checks: checks) } }
    switch self {
    case .assign(let target, _, _): return targets.contains(target) ? nil : self
    case .check: return checks ? nil : self
    case .when(let branches, let otherwise):
      let kept = branches.map { WhenBranch(condition: $0.condition, actions: each($0.actions)) }
      let rest = otherwise.map(each)
      let isEmpty = kept.allSatisfy(\.actions.isEmpty) && rest?.isEmpty ?? true
      return isEmpty ? nil : .when(kept, otherwise: rest?.isEmpty ?? true ? nil : rest)
    case .choose(let subject, let branches, let otherwise):
      let kept = branches.map { ChooseBranch(values: $0.values, actions: each($0.actions)) }
      let rest = otherwise.map(each)
      let isEmpty = kept.allSatisfy(\.actions.isEmpty) && rest?.isEmpty ?? true
      return isEmpty ? nil : .choose(subject, kept, otherwise: rest?.isEmpty ?? true ? nil : rest)
    }
  }
}
