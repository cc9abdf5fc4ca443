extension CircuitProgram {
  /// The program with its values numbered from 0 in the order of the text.
  func renumbered() -> CircuitProgram {
    var numbers: [Int: Int] = [:]
    func note(_ id: Int) { if numbers[id] == nil { numbers[id] = numbers.count } }
    for input in orderedInputs { note(input.result.id) }
    for statement in statements { for result in statement.results { note(result.id) } }
    func operand(_ old: Operand) -> Operand {
      guard let id = old.value, let number = numbers[id] else { return old }
      return Operand(old.type, .value(number))
    }
    var result = mapped(operand)
    for index in inputs.indices { result.inputs[index].result.id = numbers[inputs[index].result.id] ?? 0 }
    // Through numbers that are not in use, so that no two values ever share one.
    let free = max(nextValue, numbers.count)
    result.statements = result.statements.map { statement in
      var statement = statement
      let ids = Set(statement.results.map(\.id) + statement.targets).sorted()
      for id in ids { statement = statement.renaming(id, to: free + id) }
      for id in ids { statement = statement.renaming(free + id, to: numbers[id] ?? id) }
      return statement
    }
    return result
  }
}
