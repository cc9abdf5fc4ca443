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
          body(used.inputs[Int(input)].index)
        }
      case .memoryRead(let memory, let port):
        let read = definition.memories[Int(memory)].readPorts[Int(port)]
        if read.clock == nil { body(read.address.index) }
      case .foreign:
        if let foreign = definition.foreign, foreign.followsInputs { for input in foreign.inputs { body(input.index) } }
      case .input, .register: break
      }
    }

    // Depth first with an explicit stack: a path may pass through tens of thousands of instances.
    func visit(_ root: Int32) -> [Int32]? {
      guard state[Int(root)] == .new else { return nil }
      var path: [(node: Int32, sources: [Int32], next: Int)] = []
      func open(_ id: Int32) {
        state[Int(id)] = .open
        var sources: [Int32] = []
        forEachSource(of: id) { if state[Int($0)] != .done { sources.append($0) } }
        path.append((id, sources, 0))
      }
      open(root)
      while let last = path.last {
        guard last.next < last.sources.count else {
          state[Int(last.node)] = .done
          path.removeLast()
          continue
        }
        path[path.count - 1].next += 1
        let source = last.sources[last.next]
        switch state[Int(source)] {
        case .done: continue
        case .new: open(source)
        case .open:
          let start = path.firstIndex { $0.node == source }!
          return path[start...].map(\.node)
        }
      }
      return nil
    }

    for root in definition.roots {
      guard let nodes = visit(root.index) else { continue }
      loop = nodes.compactMap { table.nodes[Int($0)].operation == .signal ? table.nodes[Int($0)].a : nil }.reversed()
      break
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
