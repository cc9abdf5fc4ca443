import Components
import HDL
import Netlist

/// Runs the statements of a program in the module of its circuit.
final class ProgramBuilder {
  let program: CircuitProgram
  let m: Module
  var values: [Int: Value] = [:]
  var sinks: [Int: AnySink] = [:]

  init(_ program: CircuitProgram, _ m: Module) {
    self.program = program
    self.m = m
  }

  func value(_ operand: Operand) -> Value {
    switch operand.source {
    case .value(let id):
      guard let value = values[id] else { preconditionFailure("value \(id) is read before it is made") }
      return value
    case .constant(let bits): return constant(bits, operand.type.kind)
    }
  }

  func constant(_ bits: BitVector, _ kind: SignalKind) -> Value {
    switch kind {
    case .bit: Value(m.constant(bits, as: Bits.self)[0])
    case .unsigned: Value(m.constant(bits, as: UInt.self))
    case .signed: Value(m.constant(bits, as: SInt.self))
    case .bits: Value(m.constant(bits, as: Bits.self))
    }
  }

  func inside(_ domain: ProgramDomain, _ body: () -> Void) {
    if domain == .main { body() } else { m.domain(program.side, body) }
  }

  func run(_ statement: Statement) {
    switch statement {
    case .compute(let result, let computation, let operands):
      values[result.id] = computed(computation, operands.map(value), type: result.type)
    case .name(let result, let operand): values[result.id] = named(value(operand), "net_\(result.id)")
    case .pipeline(let result, let next, let enable, let powerUp, let domain):
      inside(domain) {
        values[result.id] = pipeline("r_\(result.id)", value(next), enable.map { value($0).bit }, powerUp)
      }
    case .variable(let result, let powerUp, let domain): inside(domain) { variable(result, powerUp) }
    case .block(let wires, let actions, let domain):
      for wire in wires { addWire(wire) }
      inside(domain) { actions.forEach(perform) }
      for wire in wires { values[wire.result.id] = wireValues[wire.result.id] }
    case .memory(let use): addMemory(use)
    case .instance(let use): inside(use.domain) { addInstance(use) }
    case .grid(let use): inside(use.domain) { addGrid(use) }
    case .delay(let result, let operand, let cycles, let reset, let domain):
      inside(domain) { values[result.id] = delayed("d_\(result.id)", value(operand), cycles, reset) }
    case .component(let component, let name, let valid, let data, let ready, let results):
      add(component, name, value(valid).bit, value(data).vector, value(ready).bit, results)
    case .bundle(let use): addBundle(use)
    case .machine(let use): inside(use.domain) { addMachine(use) }
    case .crossing(let result, let crossing, let operand, let enable, let domain):
      inside(domain) { values[result.id] = crossed(crossing, "x_\(result.id)", value(operand), enable) }
    }
  }

  /// Wires are read only after their block, so that no loop can be made.
  private var wireValues: [Int: Value] = [:]

  private func named(_ value: Value, _ name: String) -> Value {
    switch value.kind {
    case .bit: Value(value.bit.named(name))
    case .unsigned: Value(value.unsigned.named(name))
    case .signed: Value(value.signed.named(name))
    case .bits: Value(value.vector.named(name))
    }
  }

  private func delayed(_ name: String, _ value: Value, _ cycles: Int, _ reset: BitVector?) -> Value {
    let reset = reset.map { constant($0, value.kind) }
    switch value.kind {
    case .bit: return Value(m.delayed(name, value.bit, by: cycles, reset: reset?.bit))
    case .unsigned: return Value(m.delayed(name, value.unsigned, by: cycles, reset: reset?.unsigned))
    case .signed: return Value(m.delayed(name, value.signed, by: cycles, reset: reset?.signed))
    case .bits: return Value(m.delayed(name, value.vector, by: cycles, reset: reset?.vector))
    }
  }

  private func pipeline(_ name: String, _ next: Value, _ enable: Bit?, _ powerUp: PowerUp) -> Value {
    let reset = powerUp.reset.map { constant($0, next.kind) }
    let initial = powerUp.initial.map { constant($0, next.kind) }
    switch next.kind {
    case .bit:
      return Value(m.register(name, next.bit, when: enable, reset: reset?.bit, initial: initial?.bit))
    case .unsigned:
      return Value(m.register(name, next.unsigned, when: enable, reset: reset?.unsigned, initial: initial?.unsigned))
    case .signed:
      return Value(m.register(name, next.signed, when: enable, reset: reset?.signed, initial: initial?.signed))
    case .bits:
      return Value(m.register(name, next.vector, when: enable, reset: reset?.vector, initial: initial?.vector))
    }
  }

  private func variable(_ result: MadeValue, _ powerUp: PowerUp) {
    let (name, width) = ("r_\(result.id)", result.type.width)
    let reset = powerUp.reset.map { constant($0, result.type.kind) }
    let initial = powerUp.initial.map { constant($0, result.type.kind) }
    switch result.type.kind {
    case .bit:
      let register = m.register(name, Bit.self, reset: reset?.bit, initial: initial?.bit)
      (values[result.id], sinks[result.id]) = (Value(register), .bit(register.next))
    case .unsigned:
      let register = m.register(
        name, UInt.self, width: width, reset: reset?.unsigned, initial: initial?.unsigned)
      (values[result.id], sinks[result.id]) = (Value(register), .unsigned(register.next))
    case .signed:
      let register = m.register(name, SInt.self, width: width, reset: reset?.signed, initial: initial?.signed)
      (values[result.id], sinks[result.id]) = (Value(register), .signed(register.next))
    case .bits:
      let register = m.register(name, Bits.self, width: width, reset: reset?.vector, initial: initial?.vector)
      (values[result.id], sinks[result.id]) = (Value(register), .bits(register.next))
    }
  }

  private func addWire(_ wire: BlockWire) {
    let (id, name, width) = (wire.result.id, "w_\(wire.result.id)", wire.result.type.width)
    let fallback = wire.fallback.map(value)
    switch wire.result.type.kind {
    case .bit:
      let net = m.wire(name, Bit.self, default: fallback?.bit)
      (wireValues[id], sinks[id]) = (Value(net), .bit(net.driver))
    case .unsigned:
      let net = m.wire(name, UInt.self, width: width, default: fallback?.unsigned)
      (wireValues[id], sinks[id]) = (Value(net), .unsigned(net.driver))
    case .signed:
      let net = m.wire(name, SInt.self, width: width, default: fallback?.signed)
      (wireValues[id], sinks[id]) = (Value(net), .signed(net.driver))
    case .bits:
      let net = m.wire(name, Bits.self, width: width, default: fallback?.vector)
      (wireValues[id], sinks[id]) = (Value(net), .bits(net.driver))
    }
  }

  private func perform(_ action: Action) {
    switch action {
    case .assign(let target, let low, let operand): assign(target, low, value(operand), width: operand.type.width)
    case .when(let branches, let otherwise):
      guard let first = branches.first else { return }
      let chain = m.when(value(first.condition).bit) { first.actions.forEach(perform) }
      for branch in branches.dropFirst() {
        chain.otherwise(when: value(branch.condition).bit) { branch.actions.forEach(perform) }
      }
      if let otherwise { chain.otherwise { otherwise.forEach(perform) } }
    case .choose(let subject, let branches, let otherwise):
      m.switch(value(subject).unsigned) { cases in
        for branch in branches {
          if branch.values.count == 2 {
            cases.case(branch.values[0], branch.values[1]) { branch.actions.forEach(perform) }
          } else {
            cases.case(branch.values[0]) { branch.actions.forEach(perform) }
          }
        }
        if let otherwise { cases.default { otherwise.forEach(perform) } }
      }
    case .check(let kind, let operand, let label):
      switch kind {
      case .assert: m.assert(value(operand).bit, label)
      case .assume: m.assume(value(operand).bit, label)
      case .cover: m.cover(value(operand).bit, label)
      }
    }
  }

  private func assign(_ target: Int, _ low: Int?, _ value: Value, width: Int) {
    guard let sink = sinks[target] else { preconditionFailure("target \(target) is assigned before it is made") }
    switch sink {
    case .bit(let sink): sink <== value.bit
    case .unsigned(let sink):
      if let low { sink[low..<low + width] <== value.vector } else { sink <== value.unsigned }
    case .signed(let sink):
      if let low { sink[low..<low + width] <== value.vector } else { sink <== value.signed }
    case .bits(let sink): if let low { sink[low..<low + width] <== value.vector } else { sink <== value.vector }
    }
  }
}
