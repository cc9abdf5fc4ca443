/// Which outputs of a module follow which of its inputs without a clock edge between, and the loops on the way.
struct CombinationalPaths {
  /// For each port, the indices of the input ports that it follows; empty for inputs.
  private(set) var dependencies: [[Int32]] = []
  /// The signals on a loop, in order; nil when there is none.
  private(set) var loop: [Int32]?

  private enum State: UInt8 { case new, open, done }

  /// Analyses `definition`, given the result for every definition that it instantiates.
  ///
  /// `isTop` leaves out the dependencies of ports, which only a user of the module would ask for.
  init(of definition: Definition, instances known: [CombinationalPaths], isTop: Bool) {
    let table = definition.table
    var state = [State](repeating: .new, count: table.nodes.count)

    func forEachSource(of id: Int32, _ body: (Int32) -> Void) {
      let node = table.nodes[Int(id)]
      guard node.operation == .signal else {
        table.forEachOperand(of: node) { body($0.index) }
        return
      }
      switch definition.signals[Int(node.a)].kind {
      case .net(let driver): body(driver.index)
      case .instanceOutput(let instance, let port):
        let used = definition.instances[Int(instance)]
        for input in known[Int(used.definition)].dependencies[Int(port)] {
          body(definition.connections[Int(used.inputs.lowerBound + input)].index)
        }
      case .memoryRead(let memory, let port):
        let read = definition.memories[Int(memory)].readPorts[Int(port)]
        if read.clock == nil { body(read.address.index) }
      case .foreign:
        if let foreign = definition.foreign, foreign.followsInputs { for input in foreign.inputs { body(input.index) } }
      case .input, .register: break
      }
    }

    // Depth first with an explicit stack: a path may pass through tens of thousands of instances. A node on the stack
    // is to be visited, its complement to be left again; `path` holds those that are being visited.
    var stack: [Int32] = []
    var path: [Int32] = []
    func visit(_ root: Int32) -> [Int32]? {
      stack.append(root)
      while let entry = stack.popLast() {
        guard entry >= 0 else {
          state[Int(~entry)] = .done
          path.removeLast()
          continue
        }
        switch state[Int(entry)] {
        case .done: continue
        case .new:
          state[Int(entry)] = .open
          path.append(entry)
          stack.append(~entry)
          forEachSource(of: entry) { if state[Int($0)] != .done { stack.append($0) } }
        case .open: return Array(path[path.firstIndex(of: entry)!...])
        }
      }
      return nil
    }

    definition.forEachRoot { root in
      guard loop == nil, let nodes = visit(root.index) else { return }
      loop = nodes.compactMap { table.nodes[Int($0)].operation == .signal ? table.nodes[Int($0)].a : nil }.reversed()
    }

    dependencies = [[Int32]](repeating: [], count: definition.ports.count)
    guard loop == nil, !isTop else { return }
    var inputOrder: [Int32] = []
    var nextInput: Int32 = 0
    for port in definition.ports {
      inputOrder.append(nextInput)
      if port.driver == nil { nextInput += 1 }
    }
    var seen = [Int32](repeating: -1, count: table.nodes.count)
    for (index, port) in definition.ports.enumerated() {
      guard let driver = port.driver else { continue }
      var stack = [driver.index]
      var inputs: Set<Int32> = []
      while let id = stack.popLast() {
        guard seen[Int(id)] != Int32(index) else { continue }
        seen[Int(id)] = Int32(index)
        let node = table.nodes[Int(id)]
        if node.operation == .signal, case .input(let port) = definition.signals[Int(node.a)].kind {
          inputs.insert(inputOrder[Int(port)])
        }
        forEachSource(of: id) { stack.append($0) }
      }
      dependencies[index] = inputs.sorted()
    }
  }
}
