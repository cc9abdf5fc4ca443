import Netlist

/// A module with an output that says whether a variant of the module would do something else in the present state.
///
/// Both read the same registers, memories and instances, so there is one copy of the state: where the output is never 1,
/// the variant goes through the same states and shows the same outputs. The converse does not hold, for a variant may
/// keep something else in a register that nobody looks at.
struct DifferenceProbe {
  static let port = "systole_differs"
  private let reference: Definition
  private let definitions: [Definition]
  /// For an output that counts only while another port is 1, the name of that one.
  private let payloads: [String: String]
  private var result: Definition
  private var differences: [NodeID] = []

  /// - Parameter payloads: For an output that counts only while another port is 1, the name of that one.
  init(_ reference: Definition, in definitions: [Definition], payloads: [String: String] = [:]) {
    self.reference = reference
    self.definitions = definitions
    self.payloads = payloads
    result = reference
  }

  /// Adds a bit for `variant`, which has the state and the instances of the reference; false when it has not.
  mutating func add(_ variant: Definition) -> Bool {
    guard Self.haveSameState(reference, variant) else { return false }
    var reader = VariantReader(variant, reference)
    var terms: [NodeID] = []
    compareState(variant, &reader, &terms)
    for (own, other) in zip(reference.connections, variant.connections) {
      differ(own, reader.node(other, &result.table), when: nil, &terms)
    }
    for (own, other) in zip(reference.clockMaps, variant.clockMaps) {
      for case (let own?, let other?) in zip(own.resets, other.resets) {
        differ(own, reader.node(other, &result.table), when: nil, &terms)
      }
    }
    for (port, other) in zip(reference.ports, variant.ports) {
      guard let own = port.driver, let other = other.driver else { continue }
      let valid = payloads[port.shape.name].flatMap { result.node(ofPort: $0) }
      differ(own, reader.node(other, &result.table), when: valid, &terms)
    }
    differences.append(result.table.any(terms))
    return true
  }

  /// The module with a bit for each variant, the first one lowest.
  func module() -> Definition {
    var module = result
    let bits = differences.reversed().map(\.index)
    let value: NodeID
    if bits.count == 1 {
      value = NodeID(bits[0])
    } else {
      let list = module.table.internList(bits)
      value = module.table.intern(
        Node(.concatenate, width: Int32(bits.count), isSigned: false, a: list, b: Int32(bits.count)))
    }
    module.addProbe(value, width: bits.count)
    return module
  }

  // MARK: Comparing

  private mutating func compareState(_ variant: Definition, _ reader: inout VariantReader, _ terms: inout [NodeID]) {
    for (own, other) in zip(reference.registers, variant.registers) {
      let next = reader.node(other.next, &result.table)
      let enable = other.enable.map { reader.node($0, &result.table) }
      if own.enable == enable {
        differ(own.next, next, when: enable, &terms)
      } else {
        let signal = reference.signals[Int(own.signal)]
        let value = result.table.intern(
          Node(.signal, width: Int32(signal.width), isSigned: signal.isSigned, a: own.signal))
        differ(
          result.table.mux(own.enable, own.next, value), result.table.mux(enable, next, value), when: nil, &terms)
      }
    }
    for (own, other) in zip(reference.memories, variant.memories) {
      for (own, other) in zip(own.writePorts, other.writePorts) {
        compare(own.lanes, other.lanes, &reader, &terms)
        let address = reader.node(other.address, &result.table)
        for lane in own.lanes { differ(own.address, address, when: lane.enable, &terms) }
      }
      for (own, other) in zip(own.readPorts, other.readPorts) {
        for (own, other) in zip(own.bypasses, other.bypasses) { compare(own, other, &reader, &terms) }
        let enable = other.enable.map { reader.node($0, &result.table) }
        if own.enable != enable {
          let always = result.table.constant(BitVector(1, width: 1), isSigned: false)
          differ(own.enable ?? always, enable ?? always, when: nil, &terms)
        }
        differ(own.address, reader.node(other.address, &result.table), when: own.enable, &terms)
      }
    }
  }

  private mutating func compare(
    _ own: [NetlistMemory.Lane], _ other: [NetlistMemory.Lane], _ reader: inout VariantReader, _ terms: inout [NodeID]
  ) {
    for (own, other) in zip(own, other) {
      differ(own.enable, reader.node(other.enable, &result.table), when: nil, &terms)
      differ(own.data, reader.node(other.data, &result.table), when: own.enable, &terms)
    }
  }

  private mutating func differ(_ own: NodeID, _ other: NodeID, when condition: NodeID?, _ terms: inout [NodeID]) {
    guard own != other else { return }
    let equal = result.table.intern(Node(.equal, width: 1, isSigned: false, a: own.index, b: other.index))
    let differs = result.table.intern(Node(.not, width: 1, isSigned: false, a: equal.index))
    guard let condition else { return terms.append(differs) }
    terms.append(
      result.table.intern(Node(.and, width: 1, isSigned: false, a: condition.index, b: differs.index)))
  }

  private static func haveSameState(_ left: Definition, _ right: Definition) -> Bool {
    func fixed(_ register: NetlistRegister) -> NetlistRegister {
      var register = register
      (register.next, register.enable) = (NodeID(0), nil)
      return register
    }
    return left.registers.map(fixed) == right.registers.map(fixed)
      && left.memories.map(\.contents) == right.memories.map(\.contents)
  }
}

extension Definition {
  /// What a port of the module shows.
  fileprivate mutating func node(ofPort name: String) -> NodeID? {
    guard let index = ports.firstIndex(where: { $0.shape.name == name }) else { return nil }
    if let driver = ports[index].driver { return driver }
    guard let signal = signals.firstIndex(where: { $0.kind == .input(port: Int32(index)) }) else { return nil }
    let shape = signals[signal]
    return table.intern(Node(.signal, width: Int32(shape.width), isSigned: shape.isSigned, a: Int32(signal)))
  }
}

extension NodeTable {
  fileprivate mutating func any(_ terms: [NodeID]) -> NodeID {
    guard var result = terms.first else { return constant(.zeros(1), isSigned: false) }
    for term in terms.dropFirst() {
      result = intern(Node(.or, width: 1, isSigned: false, a: result.index, b: term.index))
    }
    return result
  }

  fileprivate mutating func mux(_ condition: NodeID?, _ then: NodeID, _ otherwise: NodeID) -> NodeID {
    guard let condition else { return then }
    let node = self[then]
    return intern(
      Node(.mux, width: node.width, isSigned: node.isSigned, a: condition.index, b: then.index, c: otherwise.index))
  }
}
