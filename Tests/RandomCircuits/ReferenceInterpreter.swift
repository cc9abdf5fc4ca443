package import Netlist

/// Runs one definition without instances by the meaning of its operations: slow, simple, the judge of the emitter.
package struct ReferenceInterpreter {
  package let definition: Definition
  private var registers: [BitVector]
  private var memory: [[BitVector]]
  private var readData: [[BitVector]]
  package private(set) var values: [BitVector] = []

  package init(_ definition: Definition) {
    self.definition = definition
    registers = definition.registers.map { $0.resetValue ?? .zeros(definition.signals[Int($0.signal)].width) }
    memory = definition.memories.map { Array(repeating: .zeros($0.width), count: $0.depth) }
    readData = definition.memories.map { memory in memory.readPorts.map { _ in .zeros(memory.width) } }
  }

  /// Values of all nodes for these inputs, in the order of the ports.
  package mutating func settle(_ inputs: [BitVector]) {
    values = []
    values.reserveCapacity(definition.table.nodes.count)
    for node in definition.table.nodes {
      if node.operation == .signal {
        switch definition.signals[Int(node.a)].kind {
        case .input(let port): values.append(inputs[Int(port)])
        case .net(let driver): values.append(values[Int(driver.index)])
        case .register(let register): values.append(registers[Int(register)])
        case .memoryRead(let memory, let port): values.append(readData[Int(memory)][Int(port)])
        case .instanceOutput: preconditionFailure("one module only")
        }
      } else {
        values.append(definition.table.evaluate(node) { values[Int($0.index)] })
      }
    }
  }

  package func output(_ port: Port) -> BitVector { values[Int(port.driver!.index)] }

  package mutating func step() {
    func value(_ id: NodeID) -> BitVector { values[Int(id.index)] }
    for (index, register) in definition.registers.enumerated()
    where register.enable.map({ !value($0).isZero }) ?? true {
      registers[index] = value(register.next)
    }
    for (index, memory) in definition.memories.enumerated() {
      for (number, port) in memory.readPorts.enumerated() where port.enable.map({ !value($0).isZero }) ?? true {
        readData[index][number] = self.memory[index][Int(value(port.address).unsigned!)]
      }
      for port in memory.writePorts where !value(port.enable).isZero {
        self.memory[index][Int(value(port.address).unsigned!)] = value(port.data)
      }
    }
  }
}
