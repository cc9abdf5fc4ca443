import HDL
import Netlist

/// What a checker beside the program states of two numbers at its ports: now or some cycles ago the one is at most the
/// other, or it is greater, and never both.
package struct PortRelation: Hashable, Sendable {
  /// A port of the program.
  package struct Port: Hashable, Sendable {
    /// Whether it is an output.
    package var isOutput: Bool
    /// Its number among the ports of its kind and direction.
    package var index: Int
  }

  /// The kind of both numbers: unsigned or signed.
  package var kind: SignalKind
  /// What is compared.
  package var first, second: Port
  /// How many cycles ago the first one is read.
  package var cycles: Int
  /// Whether it is also covered that a bit which the checker chooses freely is 1.
  package var hasChoice: Bool
}

extension CircuitProgram {
  /// The checker of the relations, for simulation; nil without any.
  func checker(reset: ResetStyle) throws(DiagnosticList) -> CheckerCircuit? {
    let stated = statedRelations
    guard !stated.isEmpty else { return nil }
    let checker = Checker<ProgramCircuit>("relations", "What always holds of numbers at the ports.") { io, m in
      for (number, relation) in stated.enumerated() {
        if relation.kind == .unsigned {
          relation.state(number, io.unsigned, io.unsignedOut, in: m) { ($0 .<= $1) ^ ($0 .> $1) }
        } else {
          relation.state(number, io.signed, io.signedOut, in: m) { ($0 .<= $1) ^ ($0 .> $1) }
        }
      }
    }
    return try checker.circuit(for: ProgramCircuit(self), reset: reset)
  }

  /// The relations whose ports are there: a smaller program may have fewer.
  var statedRelations: [PortRelation] {
    relations.filter { relation in
      [relation.first, relation.second].allSatisfy { port in
        let count = port.isOutput ? outputs(of: relation.kind).count : inputs(of: relation.kind).count
        return port.index < count
      }
    }
  }
}

extension PortRelation {
  fileprivate func state<T: VectorSignal & ExpressibleByIntegerLiteral>(
    _ number: Int, _ inputs: [T], _ outputs: [T], in m: Module, _ holds: (T, T) -> Bit
  ) {
    func value(_ port: Port) -> T { (port.isOutput ? outputs : inputs)[port.index] }
    let past = m.delayed("past_\(number)", value(first), by: cycles, reset: 0)
    m.assert(holds(past, value(second)), "holds_\(number)")
    if hasChoice { m.cover(m.anything("any_\(number)"), "chosen_\(number)") }
  }
}

extension ProgramMaker {
  /// Relations of the ports, now and then.
  mutating func addRelations() {
    guard random.chance(3) else { return }
    for _ in 0...random.below(2) {
      let kind: SignalKind = random.flip() ? .unsigned : .signed
      var ports = program.inputs(of: kind).indices.map { PortRelation.Port(isOutput: false, index: $0) }
      ports += program.outputs(of: kind).indices.map { PortRelation.Port(isOutput: true, index: $0) }
      guard !ports.isEmpty else { continue }
      let (first, second) = (ports[random.below(ports.count)], ports[random.below(ports.count)])
      program.relations.append(
        PortRelation(
          kind: kind, first: first, second: second, cycles: random.below(4), hasChoice: random.chance(3)))
    }
  }
}

extension SwiftPrinter {
  /// Prints the checker of the relations.
  mutating func addRelations() {
    let stated = program.statedRelations
    guard !stated.isEmpty else { return }
    line("static let relations = Checker<\(program.name)>(")
    line("  \"relations\", \"What always holds of numbers at the ports.\"")
    nested(") { io, m in") { printer in
      for (number, relation) in stated.enumerated() {
        func value(_ port: PortRelation.Port) -> String {
          "io.\(relation.kind)\(port.isOutput ? "Out" : "")[\(port.index)]"
        }
        let (past, second) = ("past_\(number)", value(relation.second))
        printer.line(
          "let \(past) = m.delayed(\"\(past)\", \(value(relation.first)), by: \(relation.cycles), reset: 0)")
        printer.line("m.assert((\(past) .<= \(second)) ^ (\(past) .> \(second)), \"holds_\(number)\")")
        if relation.hasChoice {
          printer.line("m.cover(m.anything(\"any_\(number)\"), \"chosen_\(number)\")")
        }
      }
    }
    line("}")
  }
}
