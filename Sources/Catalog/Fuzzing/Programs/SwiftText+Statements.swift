import HDL
import Netlist

extension SwiftPrinter {
  /// Prints one statement.
  mutating func add(_ statement: Statement) {
    switch statement {
    case .compute(let result, let computation, let operands):
      line("\(binding(result.id)) = \(expression(computation, operands.map(name)))")
    case .name(let result, let operand):
      line("\(binding(result.id)) = \(name(operand)).named(\"net_\(result.id)\")")
    case .pipeline(let result, let next, let enable, let powerUp, let domain):
      var arguments = ["\"r_\(result.id)\"", name(next)]
      if let enable { arguments.append("when: \(name(enable))") }
      line(
        "\(binding(result.id)) = \(inside(domain, "m.register(\(joined(arguments + values(powerUp, result.type.kind))))"))"
      )
    case .variable(let result, let powerUp, let domain):
      let width = result.type.kind == .bit ? [] : ["width: \(result.type.width)"]
      let arguments =
        ["\"r_\(result.id)\"", "\(result.type.kind.swiftName).self"] + width + values(powerUp, result.type.kind)
      let binding = isRead(result.id) || isAssigned(result.id) ? "let r\(result.id)" : "_"
      line("\(binding) = \(inside(domain, "m.register(\(joined(arguments)))"))")
    case .block(let wires, let actions, let domain): addBlock(wires, actions, domain)
    case .memory(let use): addMemory(use)
    case .instance(let use): addInstance(use)
    case .grid(let use): addGrid(use)
    case .delay(let result, let operand, let cycles, let reset, let domain):
      var arguments = ["\"d_\(result.id)\"", name(operand), "by: \(cycles)"]
      if let reset { arguments.append("reset: \(constant(reset, result.type.kind))") }
      line("\(binding(result.id)) = \(inside(domain, "m.delayed(\(joined(arguments)))"))")
    case .component(let component, let unit, let valid, let data, let ready, let results):
      let type =
        switch component {
        case .pipeStage: "PipeStage(width: \(data.type.width))"
        case .skidBuffer: "SkidBuffer(width: \(data.type.width))"
        case .queue(let depth, let inMemory):
          "StreamFIFO(width: \(data.type.width), depth: \(depth)) { $0.storage = \(inMemory ? ".memory" : ".registers") }"
        }
      line("let \(unit) = m.instance(\(type), \"\(unit)\")")
      line("\(unit).push.valid <== \(name(valid))")
      line("\(unit).push.payload <== \(name(data))")
      line("\(unit).pop.ready <== \(name(ready))")
      let paths = ["push.ready", "pop.valid", "pop.payload.packed"]
      for (result, path) in zip(results, paths) where isRead(result.id) {
        line("let v\(result.id) = \(unit).\(path)")
      }
    case .bundle(let use): addBundle(use)
    case .machine(let use): addMachine(use)
    case .crossing(let result, let crossing, let operand, let enable, let domain):
      let start = "\"x_\(result.id)\", \(name(operand))"
      let call =
        switch crossing {
        case .synchronizer(let stages): "m.synchronizer(\(start), stages: \(stages))"
        case .gray(let stages): "m.graySynchronizer(\(start), stages: \(stages))"
        case .captured: "m.captured(\(start), when: \(enable.map(name) ?? "1"))"
        }
      line("\(binding(result.id)) = \(inside(domain, call))")
    }
  }

  private func joined(_ parts: [String]) -> String { parts.joined(separator: ", ") }

  private func binding(_ id: Int) -> String { isRead(id) ? "let v\(id)" : "_" }

  private func inside(_ domain: ProgramDomain, _ call: String) -> String {
    domain == .main ? call : "m.domain(Self.side) { \(call) }"
  }

  private func values(_ powerUp: PowerUp, _ kind: SignalKind) -> [String] {
    [("reset", powerUp.reset), ("initial", powerUp.initial)].compactMap { label, bits in
      bits.map { "\(label): \(constant($0, kind))" }
    }
  }

  private func expression(_ computation: Computation, _ a: [String]) -> String {
    switch computation {
    case .add: "\(a[0]) + \(a[1])"
    case .subtract: "\(a[0]) - \(a[1])"
    case .multiply: "\(a[0]) * \(a[1])"
    case .wrappingAdd: "\(a[0]) &+ \(a[1])"
    case .wrappingSubtract: "\(a[0]) &- \(a[1])"
    case .wrappingMultiply: "\(a[0]) &* \(a[1])"
    case .negate: "-\(a[0])"
    case .and: "\(a[0]) & \(a[1])"
    case .or: "\(a[0]) | \(a[1])"
    case .xor: "\(a[0]) ^ \(a[1])"
    case .not: "~\(a[0])"
    case .equal: "\(a[0]) .== \(a[1])"
    case .notEqual: "\(a[0]) .!= \(a[1])"
    case .less: "\(a[0]) .< \(a[1])"
    case .greater: "\(a[0]) .> \(a[1])"
    case .lessOrEqual: "\(a[0]) .<= \(a[1])"
    case .greaterOrEqual: "\(a[0]) .>= \(a[1])"
    case .shiftLeft(let count): "\(a[0]) << \(count)"
    case .shiftRight(let count): "\(a[0]) >> \(count)"
    case .shiftLeftBySignal: "\(a[0]) &<< \(a[1])"
    case .shiftRightBySignal: "\(a[0]) >> \(a[1])"
    case .bit(let index): "\(a[0])[\(index)]"
    case .bitBySignal: "\(a[0])[\(a[1])]"
    case .slice(let low, let width): "\(a[0])[\(low)..<\(low + width)]"
    case .truncate(let width): "\(a[0]).truncated(to: \(width))"
    case .extend(let width): "\(a[0]).extended(to: \(width))"
    case .saturate(let width): "\(a[0]).saturated(to: \(width))"
    case .all: "\(a[0]).all"
    case .any: "\(a[0]).any"
    case .parity: "\(a[0]).parity"
    case .isNegative: "\(a[0]).isNegative"
    case .asUnsigned: "\(a[0]).asUnsigned"
    case .asSigned: "\(a[0]).asSigned"
    case .asBits: "\(a[0]).asBits"
    case .mux: "mux(\(joined(a)))"
    case .select: "select(\(a[0]), [\(joined(Array(a.dropFirst())))])"
    case .concatenate: "concatenate(\(joined(a)))"
    case .sum: "sum([\(joined(a))])"
    }
  }

  // MARK: Blocks

  private mutating func addBlock(_ wires: [BlockWire], _ actions: [Action], _ domain: ProgramDomain) {
    for wire in wires {
      let (id, type) = (wire.result.id, wire.result.type)
      var arguments = ["\"w_\(id)\"", "\(type.kind.swiftName).self"]
      if type.kind != .bit { arguments.append("width: \(type.width)") }
      if let fallback = wire.fallback { arguments.append("default: \(name(fallback))") }
      let isUsed = isRead(id) || actions.contains { $0.targets.contains(id) }
      line("\(isUsed ? "let w\(id)" : "_") = m.wire(\(joined(arguments)))")
    }
    let isNested = domain == .side && !actions.isEmpty
    if isNested {
      // A `when` alone gives a value, to which an `otherwise` could be added.
      var isOpen = false
      if actions.count == 1, case .when(_, otherwise: nil) = actions[0] { isOpen = true }
      nested("\(isOpen ? "_ = " : "")m.domain(Self.side) {") { printer in
        for action in actions { printer.add(action) }
      }
      line("}")
    } else {
      for action in actions { add(action) }
    }
    for wire in wires where isRead(wire.result.id) { line("let v\(wire.result.id) = w\(wire.result.id)") }
  }

  private func target(_ id: Int) -> String { isVariable(id) ? "r\(id).next" : "w\(id).driver" }

  private mutating func add(_ action: Action) {
    switch action {
    case .assign(let id, let low, let operand):
      let target = target(id)
      let left = low.map { "\(target)[\($0)..<\($0 + operand.type.width)]" } ?? target
      line("\(left) <== \(name(operand))")
    case .when(let branches, let otherwise):
      for (index, branch) in branches.enumerated() {
        let condition = name(branch.condition)
        let head = index == 0 ? "m.when(\(condition)) {" : "}.otherwise(when: \(condition)) {"
        nested(head) { printer in for action in branch.actions { printer.add(action) } }
      }
      if let otherwise { nested("}.otherwise {") { printer in for action in otherwise { printer.add(action) } } }
      line("}")
    case .choose(let subject, let branches, let otherwise):
      nested("m.switch(\(name(subject))) {") { printer in
        for branch in branches {
          let values = branch.values.map(String.init).joined(separator: ", ")
          printer.nested("$0.case(\(values)) {") { printer in for action in branch.actions { printer.add(action) } }
          printer.line("}")
        }
        if let otherwise {
          printer.nested("$0.default {") { printer in for action in otherwise { printer.add(action) } }
          printer.line("}")
        }
        if branches.isEmpty, otherwise == nil { printer.line("_ = $0") }
      }
      line("}")
    case .check(let kind, let operand, let label): line("m.\(kind.rawValue)(\(name(operand)), \"\(label)\")")
    }
  }
}
