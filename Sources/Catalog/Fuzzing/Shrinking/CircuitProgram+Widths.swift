import HDL
import Netlist

extension CircuitProgram {
  /// The program with every width of one kind made smaller, where the language still allows it.
  var widthReductions: [CircuitProgram] {
    guard cells.isEmpty else { return [] }
    var widths: Set<Int> = []
    for input in inputs { widths.insert(input.result.type.width) }
    for statement in statements { for result in statement.results { widths.insert(result.type.width) } }
    var found: [CircuitProgram] = []
    for width in widths.sorted(by: >) where width > 1 {
      for smaller in Set([1, 2, 3, width / 2, width - 1]).sorted() where smaller >= 1 && smaller < width {
        if let program = retyped({ $0 == width ? smaller : $0 }) { found.append(program) }
      }
    }
    for index in inputs.indices where inputs[index].result.type.width > 1 {
      let width = inputs[index].result.type.width
      for smaller in Set([1, 2, width / 2, width - 1]).sorted() where smaller < width {
        var program = self
        program.inputs[index].result.type.width = smaller
        if let program = program.retyped({ $0 }) { found.append(program) }
      }
    }
    return found
  }

  /// The program with other widths of inputs and state, types carried through; nil where they no longer fit.
  private func retyped(_ width: (Int) -> Int) -> CircuitProgram? {
    var types: [Int: ValueType] = [:]
    var result = self
    var fits = true
    func changed(_ type: ValueType) -> ValueType { ValueType(type.kind, type.kind == .bit ? 1 : width(type.width)) }
    func resized(_ bits: BitVector, _ type: ValueType) -> BitVector {
      type.width < bits.width ? bits.slice(low: 0, width: type.width) : bits.extended(to: type.width, signed: false)
    }
    func operand(_ old: Operand) -> Operand {
      switch old.source {
      case .constant(let bits):
        let type = changed(old.type)
        return Operand(type, .constant(resized(bits, type)))
      case .value(let id):
        guard let type = types[id] else {
          fits = false
          return old
        }
        return Operand(type, old.source)
      }
    }
    for index in result.inputs.indices {
      result.inputs[index].result.type = changed(inputs[index].result.type)
      types[inputs[index].result.id] = result.inputs[index].result.type
    }
    for index in statements.indices {
      for made in statements[index].results { types[made.id] = changed(made.type) }
      let statement = statements[index].mapped(operand)
      switch statement {
      case .compute(let made, let computation, let operands):
        let adapted = computation.adapted(width)
        guard let type = adapted.result(of: operands.map(\.type)) else { return nil }
        types[made.id] = type
        result.statements[index] = .compute(MadeValue(made.id, type), adapted, operands)
      case .name(let made, let operand):
        types[made.id] = operand.type
        result.statements[index] = .name(MadeValue(made.id, operand.type), operand)
      case .pipeline(let made, let next, let enable, let powerUp, let domain):
        types[made.id] = next.type
        let values = PowerUp(
          reset: powerUp.reset.map { resized($0, next.type) }, initial: powerUp.initial.map { resized($0, next.type) })
        result.statements[index] = .pipeline(
          MadeValue(made.id, next.type), next: next, enable: enable, values, domain)
      case .variable(let made, let powerUp, let domain):
        let type = changed(made.type)
        let values = PowerUp(
          reset: powerUp.reset.map { resized($0, type) }, initial: powerUp.initial.map { resized($0, type) })
        result.statements[index] = .variable(MadeValue(made.id, type), values, domain)
      case .crossing(let made, let crossing, let operand, let enable, let domain):
        types[made.id] = operand.type
        result.statements[index] = .crossing(
          MadeValue(made.id, operand.type), crossing, operand, enable: enable, domain)
      case .delay(let made, let operand, let cycles, let reset, let domain):
        types[made.id] = operand.type
        result.statements[index] = .delay(
          MadeValue(made.id, operand.type), operand, cycles: cycles, reset: reset.map { resized($0, operand.type) },
          domain)
      case .block, .memory, .instance, .grid, .component, .bundle, .machine:
        // What these are made of has widths that depend on each other: they keep theirs.
        for (old, new) in zip(statements[index].operands, statement.operands) where old.type != new.type { return nil }
        for made in statement.results { types[made.id] = made.type }
        result.statements[index] = statement
      }
    }
    // An operand of a block may be read before its type is known: nothing here is, for statements are in order.
    for index in outputs.indices { result.outputs[index].operand = operand(outputs[index].operand) }
    return fits ? result : nil
  }
}

extension Computation {
  /// The expression with the widths in it made smaller, too.
  fileprivate func adapted(_ width: (Int) -> Int) -> Computation {
    switch self {
    case .slice(let low, let count): .slice(low: low, width: width(count))
    case .truncate(let count): .truncate(width(count))
    case .extend(let count): .extend(width(count))
    case .saturate(let count): .saturate(width(count))
    default: self
    }
  }
}
