package import Netlist

/// Runs a design with instances by the meaning of its operations, node by node on demand: the judge of the simulator.
package final class ReferenceModel {
  private let definitions: [Definition]
  private let definition: Definition
  private var registers: [BitVector]
  private var memories: [[BitVector]]
  private var readData: [[BitVector]]
  private var children: [ReferenceModel] = []
  private var values: [BitVector?] = []
  /// The value of an input port.
  private var input: (Int) -> BitVector = { _ in preconditionFailure("no input") }
  /// For each clock, whether its reset is active.
  private var held: [Bool] = []

  /// State that the design does not define starts as zeros.
  package convenience init(_ circuit: Circuit) {
    let definitions = circuit.unrolled().definitions
    self.init(definitions, definitions.count - 1)
  }

  private init(_ definitions: [Definition], _ index: Int) {
    self.definitions = definitions
    let definition = definitions[index]
    self.definition = definition
    registers = definition.registers.map { $0.initialValue ?? .zeros(definition.signals[Int($0.signal)].width) }
    memories = definition.memories.map { $0.contents ?? Array(repeating: .zeros($0.width), count: $0.depth) }
    readData = definition.memories.map { memory in memory.readPorts.map { _ in .zeros(memory.width) } }
    values = Array(repeating: nil, count: definition.table.nodes.count)
    children = definition.instances.map { ReferenceModel(definitions, Int($0.definition)) }
    for (number, instance) in definition.instances.enumerated() {
      let ports = definitions[Int(instance.definition)].ports
      var ordinals: [Int: Int] = [:]
      for (position, port) in ports.enumerated() where port.driver == nil { ordinals[position] = ordinals.count }
      let drivers = definition.drivers(of: instance)
      children[number].input = { [unowned self] port in
        self.value(drivers[drivers.startIndex + ordinals[port]!])
      }
    }
  }

  /// Takes the inputs by port; `held` names the clocks of which the reset is active.
  package func settle(_ inputs: [Int: BitVector], held: Set<String>) {
    input = { inputs[$0]! }
    self.held = definition.clocks.map { held.contains($0.clock) }
    putBack()
  }

  /// Puts back what is held in resets that act at once, until nothing changes: what one puts back may be what another one
  /// is made of. All of them act together, each on what the others leave behind.
  private func putBack() {
    forget()
    while true {
      let changes = returns(held)
      if changes.isEmpty { return }
      for change in changes { change() }
      forget()
    }
  }

  /// What resets that act at once change; `held` tells for each clock whether its reset is active.
  private func returns(_ held: [Bool]) -> [() -> Void] {
    self.held = held
    var changes: [() -> Void] = []
    for (index, register) in definition.registers.enumerated() {
      let clock = Int(register.clock)
      if definition.clocks[clock].resetKind == .asynchronous, held[clock], let value = register.resetValue,
        registers[index] != value
      {
        changes.append { self.registers[index] = value }
      }
    }
    for (child, instance) in zip(children, definition.instances) { changes += child.returns(levels(of: instance)) }
    return changes
  }

  /// Forgets what was computed, in the instances too.
  private func forget() {
    for index in values.indices { values[index] = nil }
    for child in children { child.forget() }
  }

  /// Which resets of an instance are active.
  private func levels(of instance: Instance) -> [Bool] {
    let map = definition.clockMap(of: instance, in: definitions)!
    return definitions[Int(instance.definition)].clocks.enumerated().map { index, clock in
      if let reset = map.resets[index] { return value(reset).isZero == (clock.resetPolarity == .activeLow) }
      return clock.reset != nil && held[Int(map.clocks[index])]
    }
  }

  /// The value of an output port.
  package func output(_ port: Int) -> BitVector { value(definition.ports[port].driver!) }

  private func value(_ id: NodeID) -> BitVector {
    // Operands first, with a stack of its own: a chain of operations may be long.
    var open = [id]
    while let next = open.last {
      let known = open.count
      if values[Int(next.index)] == nil {
        definition.table.forEachOperand(of: definition.table[next]) {
          if values[Int($0.index)] == nil { open.append($0) }
        }
      }
      if open.count == known {
        _ = computed(next)
        open.removeLast()
      }
    }
    return values[Int(id.index)]!
  }

  /// The value of a node of which the operands are known.
  private func computed(_ id: NodeID) -> BitVector {
    if let known = values[Int(id.index)] { return known }
    let node = definition.table[id]
    let result: BitVector
    if node.operation == .signal {
      switch definition.signals[Int(node.a)].kind {
      case .input(let port): result = input(Int(port))
      case .net(let driver): result = value(driver)
      case .register(let register): result = registers[Int(register)]
      case .memoryRead(let memory, let port):
        let read = definition.memories[Int(memory)].readPorts[Int(port)]
        result =
          read.clock == nil
          ? memories[Int(memory)][Int(value(read.address).unsigned!)] : readData[Int(memory)][Int(port)]
      case .foreign: preconditionFailure("no black boxes")
      case .instanceOutput(let instance, let port): result = children[Int(instance)].output(Int(port))
      }
    } else {
      result = definition.table.evaluate(node) { values[Int($0.index)]! }
    }
    values[Int(id.index)] = result
    return result
  }

  /// The edge of the named clocks.
  package func step(_ clocks: Set<String>) {
    for change in changes(definition.clocks.map { clocks.contains($0.clock) }) { change() }
    putBack()
  }

  private func changes(_ rising: [Bool]) -> [() -> Void] {
    func isOn(_ id: NodeID?) -> Bool { id.map { !value($0).isZero } ?? true }
    var changes: [() -> Void] = []
    for (index, register) in definition.registers.enumerated() {
      let clock = Int(register.clock)
      guard rising[clock] else { continue }
      if held[clock], let value = register.resetValue {
        changes.append { self.registers[index] = value }
      } else if isOn(register.enable) {
        let next = value(register.next)
        changes.append { self.registers[index] = next }
      }
    }
    func rises(_ clock: Int32) -> Bool { rising[Int(clock)] }
    for (index, memory) in definition.memories.enumerated() {
      for (number, port) in memory.readPorts.enumerated() {
        guard let clock = port.clock, rises(clock), isOn(port.enable) else { continue }
        var word = memories[index][Int(value(port.address).unsigned!)]
        for lanes in port.bypasses { word = word.replacing(lanes, value) }
        changes.append { self.readData[index][number] = word }
      }
      for port in memory.writePorts where rises(port.clock) {
        let address = Int(value(port.address).unsigned!)
        let lanes = port.lanes.map { (isOn: isOn($0.enable), data: value($0.data)) }
        changes.append {
          for (lane, part) in lanes.enumerated() where part.isOn {
            for bit in 0..<part.data.width {
              self.memories[index][address][lane * part.data.width + bit] = part.data[bit]
            }
          }
        }
      }
    }
    for (child, instance) in zip(children, definition.instances) {
      let map = definition.clockMap(of: instance, in: definitions)!
      changes += child.changes(map.clocks.map { rising[Int($0)] })
    }
    return changes
  }
}
