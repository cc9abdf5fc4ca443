import Netlist

extension MutantFinder {
  /// The mistakes in one operation; `reader` is the nearest named thing that it decides.
  mutating func findInNode(_ id: NodeID, _ node: Node, near reader: RootSite) {
    if node.operation == .signal { return findInSignal(id, node) }
    let suffix = "in " + reader.target
    let place = nearest.place[Int(id.index)]
    func add(_ operation: MutationOperator, _ rewrite: Rewrite, _ change: String) {
      self.add(operation, .node(id, rewrite), "\(change) \(suffix)", place: place)
    }
    for (rewrite, change) in exchanges(node) { add(.operatorExchanged, rewrite, change) }
    if let symbol = node.operation.symbol {
      if node.operation == .equal { add(.comparisonInverted, .complement, "'==' is '!='") }
      if node.operation == .less {
        add(.comparisonInverted, .complement, "'<' is '>='")
        add(.comparisonNonStrict, .nonStrict, "'<' is '<='")
      }
      if node.a != node.b, node.operation == .less || node.operation == .subtract {
        add(.operandsExchanged, .exchanged(0, 1), "the operands of '\(symbol)' are exchanged")
      }
    }
    let operands = definition.table.operands(of: node)
    switch node.operation {
    case .concatenate where operands.first != operands.last:
      add(.operandsExchanged, .exchanged(0, operands.count - 1), "the first and last part are exchanged")
    case .mux where node.b != node.c: add(.muxInputsExchanged, .exchanged(1, 2), "the inputs of a mux are exchanged")
    case .select where operands.count > 2 && operands[1] != operands[2]:
      add(.muxInputsExchanged, .exchanged(1, 2), "the first two inputs of a selection are exchanged")
    case .add, .subtract, .multiply, .shiftLeft:
      if node.width > 1 {
        add(.widthNarrowed, .narrowed, "the result of '\(node.operation.symbol!)' loses its top bit")
      }
    default: break
    }
    if losesSign(node, operands) {
      add(.signDropped, .unsigned, "\(node.operation.symbol.map { "'\($0)'" } ?? "an extension") takes no sign")
    }
    for (position, operand) in operands.enumerated() {
      guard let value = definition.table.constantValue(operand) else { continue }
      for (other, how) in neighbours(of: value) {
        add(.constantOffByOne, .operand(position, other), "a constant is \(other), \(how) than \(value),")
      }
    }
  }

  private mutating func findInSignal(_ id: NodeID, _ node: Node) {
    let signal = definition.signals[Int(node.a)]
    let what: String
    var read: [Int]?
    switch signal.kind {
    case .input: what = "input '\(signal.name)'"
    case .net: what = "net '\(signal.name)'"
    case .register: what = "register '\(signal.name)'"
    case .memoryRead: what = "read data '\(signal.name)'"
    case .foreign: what = "output '\(signal.name)'"
    case .instanceOutput(let instance, let port):
      let used = definition.instances[Int(instance)]
      what = "output '\(definitions[Int(used.definition)].ports[Int(port)].shape.name)' of instance '\(used.name)'"
      // Of an array of cells most outputs go to neighbours, and few are read outside.
      if definitions[Int(used.definition)].grid != nil { read = bitsRead(of: id) }
    }
    for (rewrite, change) in stuckBits(of: node, what, among: read) {
      add(.bitStuck, .node(id, rewrite), change, place: signal.place >= 0 ? signal.place : nearest.place[Int(id.index)])
    }
  }

  /// The bits of a vector that something reads in parts, in order; nil where it is read as a whole.
  private func bitsRead(of id: NodeID) -> [Int]? {
    var bits: Set<Int> = []
    for node in definition.table.nodes where node.operation == .slice && node.a == id.index {
      bits.formUnion(Int(node.b)..<Int(node.b) + Int(node.width))
    }
    return bits.isEmpty ? nil : bits.sorted()
  }

  /// Other operations on the same operands.
  private func exchanges(_ node: Node) -> [(Rewrite, String)] {
    func to(_ other: Operation) -> [(Rewrite, String)] {
      [(.operation(other), "'\(node.operation.symbol!)' is '\(other.symbol!)'")]
    }
    switch node.operation {
    case .not: return [(.operandAlone, "a complement is left out")]
    case .and: return to(.or)
    case .or: return to(.and)
    case .xor: return to(.or)
    case .add: return to(.subtract)
    case .subtract: return to(.add)
    case .shiftLeft: return to(.shiftRight)
    case .shiftRight: return to(.shiftLeft)
    case .multiply: return [(.sumOfFactors, "'*' is '+'")]
    case .reduce:
      return switch Reduction(rawValue: node.b) {
      case .or: [(.reduction(.and), "'any' is 'all'")]
      case .and: [(.reduction(.or), "'all' is 'any'")]
      default: [(.reduction(.or), "a parity is 'any'")]
      }
    default: return []
    }
  }

  /// Whether the operation gives other bits when it reads its operands as unsigned numbers.
  private func losesSign(_ node: Node, _ operands: [NodeID]) -> Bool {
    func isSigned(_ id: NodeID) -> Bool { definition.table[id].isSigned }
    switch node.operation {
    case .extend, .shiftRight: return node.isSigned
    case .less: return isSigned(operands[0])
    // The low bits of a product are the same for both.
    case .multiply: return node.isSigned && operands.contains { definition.table[$0].width < node.width }
    default: return false
    }
  }
}

extension Operation {
  /// The operation as it is written in Verilog; nil for those without an operator of two operands.
  var symbol: String? {
    switch self {
    case .and: "&"
    case .or: "|"
    case .xor: "^"
    case .add: "+"
    case .subtract: "-"
    case .multiply: "*"
    case .equal: "=="
    case .less: "<"
    case .shiftLeft: "<<"
    case .shiftRight: ">>"
    default: nil
    }
  }
}

/// A value and its neighbours, each with how it compares. One bit has one neighbour.
func neighbours(of value: BitVector) -> [(BitVector, String)] {
  value.width == 1
    ? [(value.complemented, "other")] : [(value.incremented, "one more"), (value.decremented, "one less")]
}

/// The lowest, the middle and the highest bit of `node`, or of those `among` its bits, stuck at either level.
func stuckBits(of node: Node, _ what: String, among read: [Int]? = nil) -> [(Rewrite, String)] {
  let width = Int(node.width)
  let bits = read ?? Array(0..<width)
  return Set([bits.first, bits.dropFirst(bits.count / 2).first, bits.last].compactMap(\.self)).sorted().flatMap { bit in
    [false, true].map { level in
      let place = width == 1 ? what : "bit \(bit) of \(what)"
      return (.stuck(bit: bit, at: level), "\(place) is stuck at \(level ? 1 : 0)")
    }
  }
}
