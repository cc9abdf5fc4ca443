import Netlist

/// A sum of a product and a summand, computed as one operation.
struct Accumulation {
  var left: Int32
  var right: Int32
  var summand: Int32

  /// The product that `node`, a sum of `table`, adds; nil when there is none that one instruction can add.
  init?(_ node: Node, in nodes: [Node]) {
    guard node.operation == .add else { return nil }
    for (candidate, other) in [(node.a, node.b), (node.b, node.a)] {
      var product = nodes[Int(candidate)]
      var isExtended = false
      if product.operation == .extend {
        product = nodes[Int(product.a)]
        isExtended = true
      }
      guard product.operation == .multiply, product.isSigned == node.isSigned else { continue }
      let (left, right) = (nodes[Int(product.a)].width, nodes[Int(product.b)].width)
      if isExtended, product.width < left + right { continue }
      let factor = LaneType(width: Int(max(left, right)))
      switch (factor, LaneType(width: Int(node.width))) {
      case (.bits8, .bits16), (.bits8, .bits32), (.bits16, .bits32), (.bits16, .bits64): break
      default: continue
      }
      self.left = product.a
      self.right = product.b
      summand = other
      return
    }
    return nil
  }
}

extension InstanceTree {
  /// Nodes of the module that an operation reads, after fusion; in order.
  func operands(of value: Value) -> [Int32] {
    let definition = Int(value.definition)
    if value.kind == .lookup {
      let (memory, port) = readPort(of: value)
      return [definitions[definition].memories[memory].readPorts[port].address.index]
    }
    if value.kind == .foreign {
      let foreign = definitions[definition].foreign!
      return foreign.followsInputs ? foreign.inputs.map(\.index) : []
    }
    let node = nodes(of: definition)[Int(value.index)]
    if let fused = accumulation(of: value) { return [fused.left, fused.right, fused.summand] }
    var result: [Int32] = []
    tables[definition].forEachOperand(of: node) { result.append($0.index) }
    return result
  }

  /// The fused form of a sum that many lanes compute.
  func accumulation(of value: Value) -> Accumulation? {
    let definition = Int(value.definition)
    guard value.kind == .operation, laneCounts[definition] > 1 else { return nil }
    return Accumulation(nodes(of: definition)[Int(value.index)], in: nodes(of: definition))
  }
}
