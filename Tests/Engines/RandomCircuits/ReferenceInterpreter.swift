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
    registers = definition.registers.map { $0.initialValue ?? .zeros(definition.signals[Int($0.signal)].width) }
    memory = definition.memories.map { $0.contents ?? Array(repeating: .zeros($0.width), count: $0.depth) }
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
        case .memoryRead(let number, let port):
          let read = definition.memories[Int(number)].readPorts[Int(port)]
          values.append(
            read.clock == nil
              ? memory[Int(number)][Int(values[Int(read.address.index)].unsigned!)] : readData[Int(number)][Int(port)])
        case .instanceOutput, .foreign: preconditionFailure("one module only")
        }
      } else {
        values.append(definition.table.evaluate(node) { values[Int($0.index)] })
      }
    }
  }

  package func output(_ port: Port) -> BitVector { values[Int(port.driver!.index)] }

  /// A clock edge; `isReset` when the resets are active.
  package mutating func step(isReset: Bool = false) {
    func value(_ id: NodeID) -> BitVector { values[Int(id.index)] }
    for (index, register) in definition.registers.enumerated() {
      if isReset, let reset = register.resetValue {
        registers[index] = reset
      } else if register.enable.map({ !value($0).isZero }) ?? true {
        registers[index] = value(register.next)
      }
    }
    for (index, memory) in definition.memories.enumerated() {
      for (number, port) in memory.readPorts.enumerated() where port.clock != nil {
        guard port.enable.map({ !value($0).isZero }) ?? true else { continue }
        var word = self.memory[index][Int(value(port.address).unsigned!)]
        for lanes in port.bypasses { word = word.replacing(lanes, value) }
        readData[index][number] = word
      }
      for port in memory.writePorts {
        let address = Int(value(port.address).unsigned!)
        self.memory[index][address] = self.memory[index][address].replacing(port.lanes, value)
      }
    }
  }
}

extension BitVector {
  /// The word with the enabled lanes replaced.
  func replacing(_ lanes: [NetlistMemory.Lane], _ value: (NodeID) -> BitVector) -> BitVector {
    var result = self
    for (index, lane) in lanes.enumerated() where !value(lane.enable).isZero {
      let data = value(lane.data)
      for bit in 0..<data.width { result[index * data.width + bit] = data[bit] }
    }
    return result
  }
}
