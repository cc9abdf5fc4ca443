@testable import Fuzzing
@testable import Netlist

/// The native engine with a planted mistake: it takes one operation for another one.
struct MistakenEngine: CircuitEngine {
  var wrong: Netlist.Operation
  var taken: Netlist.Operation
  var name: String { "mistaken" }
  var version: String { "" }

  func run(_ batch: CircuitBatch) throws -> [Trace] {
    let circuits = try batch.circuits.map { BatchCircuit(try mistaken($0.circuit), like: $0) }
    return NativeCircuitEngine(simplifies: false).run(CircuitBatch(circuits, cycles: batch.cycles))
  }

  private func mistaken(_ circuit: Circuit) throws -> Circuit {
    try Circuit(
      definitions: circuit.definitions.map { definition in
        var changed = definition
        var table = NodeTable()
        var moved: [Int32] = []
        for old in definition.table.nodes {
          var node = old
          func list(_ start: Int32, _ count: Int32) -> Int32 {
            table.internList(definition.table.list(start: start, count: count).map { moved[Int($0)] })
          }
          switch old.operation {
          case .constant:
            let id = table.constant(definition.table.constants[Int(old.a)], isSigned: old.isSigned)
            node = table[id]
          case .signal: break
          case .concatenate: node.a = list(old.a, old.b)
          case .select: (node.a, node.b) = (moved[Int(old.a)], list(old.b, old.c))
          case .not, .slice, .extend, .reduce, .reinterpret: node.a = moved[Int(old.a)]
          case .mux: (node.a, node.b, node.c) = (moved[Int(old.a)], moved[Int(old.b)], moved[Int(old.c)])
          default: (node.a, node.b) = (moved[Int(old.a)], moved[Int(old.b)])
          }
          if node.operation == wrong { node.operation = taken }
          moved.append(table.intern(node).index)
        }
        changed.table = table
        changed.mapRoots { NodeID(moved[Int($0.index)]) }
        return changed
      })
  }
}
