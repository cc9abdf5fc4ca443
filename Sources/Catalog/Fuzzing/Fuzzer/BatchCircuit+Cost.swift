import Netlist
import Verilog

extension BatchCircuit {
  /// The emitted design.
  var verilog: [FuzzFinding.VerilogText] {
    EmittedDesign(circuit.simplified()).files.map { FuzzFinding.VerilogText(name: $0.name, text: $0.text) }
  }
}

extension Circuit {
  /// Roughly how many gates a synthesis without sharing between modules makes: what its time depends on.
  var gateEstimate: Int {
    zip(definitions, occurrences).reduce(0) { $0 + ($1.1 > 0 ? $1.0.gateEstimate : 0) }
  }
}

extension Definition {
  fileprivate var gateEstimate: Int {
    var sum = 0
    for node in table.nodes {
      let width = Int(node.width)
      switch node.operation {
      case .constant, .signal, .concatenate, .slice, .extend, .reinterpret: break
      case .multiply: sum += 8 * Int(table[NodeID(node.a)].width) * Int(table[NodeID(node.b)].width)
      case .add, .subtract: sum += 10 * width
      case .equal, .less, .reduce: sum += 6 * Int(table[NodeID(node.a)].width)
      case .shiftLeft, .shiftRight: sum += 4 * width * min(9, Int(table[NodeID(node.b)].width))
      case .select: sum += 3 * width * Int(node.c)
      case .not, .and, .or, .xor, .mux: sum += 2 * width
      }
    }
    for register in registers { sum += 4 * signals[Int(register.signal)].width }
    for memory in memories {
      sum += memory.depth * memory.width * (6 * memory.writePorts.count + 4 * memory.readPorts.count + 2)
    }
    return sum
  }
}
