/// What only assertions read: operations, and registers that remember something for them. None of it is hardware.
public struct AssertionCone: Hashable, Sendable {
  /// For each node whether only assertions read it, through others or not; empty when there is none.
  private var nodes: [Bool] = []
  /// The same for each register.
  private var registers: [Bool] = []

  /// Whether there is no such node or register.
  public var isEmpty: Bool { nodes.isEmpty }

  /// Whether only assertions read `node`.
  public func contains(_ node: NodeID) -> Bool { !nodes.isEmpty && nodes[Int(node.index)] }

  /// Whether only assertions read a register, given by its index in ``Definition/registers``.
  public func contains(register: Int) -> Bool { !registers.isEmpty && registers[register] }

  /// Linear in the size of the module, and nothing for a module without assertions.
  init(_ definition: Definition) {
    guard !definition.assertions.isEmpty else { return }
    var asserted = Reach(definition)
    for assertion in definition.assertions {
      asserted.add(assertion.condition)
      if let enable = assertion.enable { asserted.add(enable) }
    }
    var hardware = Reach(definition)
    definition.forEachHardwareRoot { hardware.add($0) }
    // A register that nothing reads is there because somebody wants it.
    for index in definition.registers.indices where !asserted.registers[index] { hardware.add(register: index) }
    let nodes = zip(asserted.nodes, hardware.nodes).map { $0 && !$1 }
    guard nodes.contains(true) else { return }
    self.nodes = nodes
    registers = zip(asserted.registers, hardware.registers).map { $0 && !$1 }
  }

  /// What is read from some nodes on.
  private struct Reach {
    let definition: Definition
    var nodes: [Bool]
    var registers: [Bool]

    init(_ definition: Definition) {
      self.definition = definition
      nodes = [Bool](repeating: false, count: definition.table.nodes.count)
      registers = [Bool](repeating: false, count: definition.registers.count)
    }

    mutating func add(register: Int) {
      guard !registers[register] else { return }
      registers[register] = true
      add(definition.registers[register].next)
      if let enable = definition.registers[register].enable { add(enable) }
    }

    mutating func add(_ root: NodeID) {
      var open = [root]
      while let id = open.popLast() {
        guard !nodes[Int(id.index)] else { continue }
        nodes[Int(id.index)] = true
        let node = definition.table[id]
        if node.operation == .signal {
          guard case .register(let register) = definition.signals[Int(node.a)].kind, !registers[Int(register)] else {
            continue
          }
          registers[Int(register)] = true
          open.append(definition.registers[Int(register)].next)
          if let enable = definition.registers[Int(register)].enable { open.append(enable) }
        } else {
          definition.table.forEachOperand(of: node) { open.append($0) }
        }
      }
    }
  }
}

extension Definition {
  /// What only the assertions of the module read.
  public var assertionCone: AssertionCone { AssertionCone(self) }

  /// Takes the assertions out. Registers that only they read are still there and keep what they hold, so that nothing is
  /// spent on them.
  public mutating func dropAssertions() {
    let cone = assertionCone
    for index in registers.indices where cone.contains(register: index) {
      let signal = registers[index].signal
      let own = Node(
        .signal, width: Int32(signals[Int(signal)].width), isSigned: signals[Int(signal)].isSigned, a: signal)
      registers[index].next = table.intern(own)
      registers[index].enable = nil
    }
    assertions = []
  }

  /// Every node that hardware reads outside the node table and the registers.
  fileprivate func forEachHardwareRoot(_ body: (NodeID) -> Void) {
    for signal in signals { if case .net(let driver) = signal.kind { body(driver) } }
    for memory in memories { memory.forEachRoot(body) }
    for driver in connections { body(driver) }
    for map in clockMaps { for case let reset? in map.resets { body(reset) } }
    foreign?.inputs.forEach(body)
    for port in ports { if let driver = port.driver { body(driver) } }
  }
}
