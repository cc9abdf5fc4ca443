extension Circuit {
  /// The design with `checkers` beside it, in a module with the design's ports: `<Design>_checked`.
  ///
  /// - Throws: A clock of the checkers that has another reset than the design's.
  public func checked(by checkers: CheckerSet) throws(DiagnosticList) -> Circuit {
    var linker = CircuitLinker(self)
    let design = Int32(definitions.count - 1)
    let set = linker.add(checkers.circuit)
    var result = Definition(name: linker.unique(top.name + "_checked"), summary: top.summary)
    result.documentation = "The design with its checkers beside it, for simulation."
    result.latency = top.latency
    result.clocks = top.clocks
    result.add(clocks: checkers.circuit.top.clocks)
    result.crossesFreely = true
    var nodes: [String: NodeID] = [:]
    let taken = Set(
      top.ports.map(\.shape.name) + result.clocks.flatMap { [$0.clock] + ($0.reset.map { [$0] } ?? []) })
    func unused(_ name: String) -> String { taken.contains(name) ? name + "_inst" : name }
    for port in top.ports {
      var port = port
      port.driver = nil
      port.place = -1
      if port.shape.direction == .input {
        result.signals.append(
          NetlistSignal(
            name: port.shape.name, width: port.shape.width, isSigned: port.shape.isSigned,
            kind: .input(port: Int32(result.ports.count)), place: -1))
        nodes[port.shape.name] = result.signalNode(Int32(result.signals.count - 1))
      }
      result.ports.append(port)
    }
    let inputs = top.ports.filter { $0.shape.direction == .input }
    let outputs = top.ports.enumerated().filter { $0.element.shape.direction == .output }
    let (connection, first) = result.addInstance(
      unused("dut"), of: design, inputs: inputs.count,
      outputs: outputs.map { index, port in
        NetlistSignal(
          name: "", width: port.shape.width, isSigned: port.shape.isSigned,
          kind: .instanceOutput(instance: -1, port: Int32(index)), place: -1)
      }, undriven: NodeID(0), at: -1)
    for (index, port) in inputs.enumerated() {
      result.connections[Int(connection) + index] = nodes[port.shape.name]!
    }
    for (number, (index, port)) in outputs.enumerated() {
      let node = NodeID(first.index + Int32(number))
      nodes[port.shape.name] = node
      result.ports[index].driver = node
    }
    let read = checkers.circuit.top.ports
    let (start, _) = result.addInstance(
      unused("checks"), of: set, inputs: read.count, outputs: [], undriven: NodeID(0), at: -1)
    for (index, port) in read.enumerated() {
      if let node = nodes[port.shape.name] { result.connections[Int(start) + index] = node }
    }
    return try Circuit(definitions: linker.definitions + [result])
  }

  /// The same circuit whose top has no input that nothing reads.
  public func droppingUnreadInputs() -> Circuit {
    var definitions = definitions
    definitions[definitions.count - 1] = top.droppingUnreadInputs()
    return Circuit(valid: definitions)
  }
}

extension Definition {
  /// The same module without inputs that nothing reads; its node table holds only what is read.
  fileprivate func droppingUnreadInputs() -> Definition {
    var isRead = [Bool](repeating: false, count: signals.count)
    for node in table.nodes where node.operation == .signal { isRead[Int(node.a)] = true }
    var result = self
    result.ports = []
    result.signals = []
    var movedSignals = [Int32](repeating: -1, count: signals.count)
    var movedPorts = [Int32](repeating: -1, count: ports.count)
    for (index, signal) in signals.enumerated() {
      var signal = signal
      if case .input(let port) = signal.kind {
        guard isRead[index] else { continue }
        movedPorts[Int(port)] = Int32(result.ports.count)
        signal.kind = .input(port: Int32(result.ports.count))
        result.ports.append(ports[Int(port)])
      }
      movedSignals[index] = Int32(result.signals.count)
      result.signals.append(signal)
    }
    for index in result.registers.indices {
      result.registers[index].signal = movedSignals[Int(result.registers[index].signal)]
    }
    for memory in result.memories.indices {
      for port in result.memories[memory].readPorts.indices {
        let signal = result.memories[memory].readPorts[port].signal
        result.memories[memory].readPorts[port].signal = movedSignals[Int(signal)]
      }
    }
    for index in result.instances.indices {
      let outputs = result.instances[index].outputs
      let first = outputs.isEmpty ? 0 : movedSignals[Int(outputs.lowerBound)]
      result.instances[index].outputs = first..<first + Int32(outputs.count)
    }
    var copy = NodeTable()
    var moved: [Int32] = []
    for node in table.nodes {
      var node = node
      if node.operation == .signal { node.a = movedSignals[Int(node.a)] }
      moved.append(copy.adopt(node, from: table) { moved[Int($0)] }.index)
    }
    result.table = copy
    result.mapRoots { NodeID(moved[Int($0.index)]) }
    return result
  }
}
