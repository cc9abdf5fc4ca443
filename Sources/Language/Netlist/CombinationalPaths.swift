/// Which outputs of a module follow which of its inputs without a clock edge between, and the loops on the way.
package struct CombinationalPaths {
  /// For each port, the indices of the input ports that it follows; empty for inputs.
  private(set) var dependencies: [[Int32]] = []
  /// A loop; nil when there is none.
  let loop: Loop?

  /// Where a value follows itself without a clock edge between.
  struct Loop {
    /// The signals on the way, in order.
    var signals: [Int32]
    /// Whether only some bits of a value are read on the way: each bit may follow others alone.
    var hasParts: Bool
  }

  /// Analyses `definition`, given the result for every definition that it instantiates.
  ///
  /// `isTop` leaves out the dependencies of ports, which only a user of the module would ask for.
  init(of definition: Definition, instances known: [CombinationalPaths], isTop: Bool) {
    if let grid = definition.grid {
      loop = nil
      dependencies = grid.dependencies(cell: known[Int(grid.cell)].dependencies)
      return
    }
    let sources = CombinationalSources(definition: definition, known: known)
    var search = LoopSearch(nodes: definition.table.nodes.count)
    loop = search.run(sources)
    dependencies = [[Int32]](repeating: [], count: definition.ports.count)
    guard loop == nil, !isTop else { return }
    var inputOrder: [Int32] = []
    var nextInput: Int32 = 0
    for port in definition.ports {
      inputOrder.append(nextInput)
      if port.driver == nil { nextInput += 1 }
    }
    let table = definition.table
    var seen = [Int32](repeating: -1, count: table.nodes.count)
    // Nodes that follow no input are looked at once, however many outputs follow them.
    let isFree = Int32.max
    for (index, port) in definition.ports.enumerated() {
      guard let driver = port.driver else { continue }
      var stack = [driver.index]
      var inputs: Set<Int32> = []
      var visited: [Int32] = []
      while let id = stack.popLast() {
        guard seen[Int(id)] != Int32(index), seen[Int(id)] != isFree else { continue }
        seen[Int(id)] = Int32(index)
        visited.append(id)
        let node = table.nodes[Int(id)]
        if node.operation == .signal, case .input(let port) = definition.signals[Int(node.a)].kind {
          inputs.insert(inputOrder[Int(port)])
        }
        sources.forEach(of: id) { stack.append($0) }
      }
      if inputs.isEmpty { for id in visited { seen[Int(id)] = isFree } }
      dependencies[index] = inputs.sorted()
    }
  }
}

extension CombinationalPaths {
  /// The paths of `definition` when those of its instances are `known`.
  package init(of definition: Definition, instances known: [CombinationalPaths]) {
    self.init(of: definition, instances: known, isTop: false)
  }

  /// Takes out what is known not to be: the paths to `outputs` from `inputs`, which are counted among the inputs.
  package mutating func remove(from inputs: Set<Int32>, to outputs: some Sequence<Int>) {
    for output in outputs { dependencies[output].removeAll(where: inputs.contains) }
  }
}

/// What the value of a node follows without a clock edge between.
struct CombinationalSources {
  let definition: Definition
  let known: [CombinationalPaths]

  /// Calls `body` with every node that the node follows.
  func forEach(of id: Int32, _ body: (Int32) -> Void) {
    let node = definition.table.nodes[Int(id)]
    guard node.operation == .signal else {
      definition.table.forEachOperand(of: node) { body($0.index) }
      return
    }
    switch definition.signals[Int(node.a)].kind {
    case .net(let driver): body(driver.index)
    case .instanceOutput(let instance, let port):
      let used = Int(definition.instances[Int(instance)].definition)
      let inputs = known[used].dependencies[Int(port)]
      guard !inputs.isEmpty else { return }
      let first = definition.instances[Int(instance)].inputs.lowerBound
      for input in inputs { body(definition.connections[Int(first + input)].index) }
    case .memoryRead(let memory, let port):
      let read = definition.memories[Int(memory)].readPorts[Int(port)]
      if read.clock == nil { body(read.address.index) }
    case .foreign:
      if let foreign = definition.foreign, foreign.followsInputs { for input in foreign.inputs { body(input.index) } }
    case .input, .register: break
    }
  }
}

/// Looks for a loop, depth first with a stack of its own: a path may pass through tens of thousands of instances.
private struct LoopSearch {
  private var state: [State]
  /// Nodes to be visited, and complements of nodes to be left again.
  private var stack: [Int32] = []
  /// Nodes that are being visited.
  private var path: [Int32] = []

  private enum State: UInt8 { case new, open, done }

  init(nodes: Int) { state = [State](repeating: .new, count: nodes) }

  /// The first loop found.
  mutating func run(_ sources: CombinationalSources) -> CombinationalPaths.Loop? {
    let table = sources.definition.table
    for root in sources.definition.roots where state[Int(root.index)] == .new {
      guard let nodes = visit(root.index, sources) else { continue }
      return CombinationalPaths.Loop(
        signals: nodes.reversed().compactMap {
          table.nodes[Int($0)].operation == .signal ? table.nodes[Int($0)].a : nil
        }, hasParts: nodes.contains { table.nodes[Int($0)].operation == .slice })
    }
    return nil
  }

  private mutating func visit(_ root: Int32, _ sources: CombinationalSources) -> [Int32]? {
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
        let height = stack.count
        stack.append(~entry)
        sources.forEach(of: entry) { if state[Int($0)] != .done { stack.append($0) } }
        if stack.count == height + 1 {
          // It follows nothing.
          stack.removeLast()
          state[Int(entry)] = .done
        } else {
          state[Int(entry)] = .open
          path.append(entry)
        }
      case .open: return Array(path[path.firstIndex(of: entry)!...])
      }
    }
    return nil
  }
}
