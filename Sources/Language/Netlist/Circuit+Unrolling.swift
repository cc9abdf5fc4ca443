extension Circuit {
  /// The same design with every grid written out as instances called after row and column, such as `mac_3_5`: the flat
  /// form, for what looks at each cell.
  ///
  /// Nothing is left of the vectors through which a grid is connected where single values go in and out. Linear in the
  /// number of cells.
  public func unrolled() -> Circuit {
    guard definitions.contains(where: { $0.grid != nil }) else { return self }
    let moved = unrolledIndices
    return Circuit(
      valid: definitions.filter { $0.grid == nil }.map { $0.unrolled(in: definitions, moved) })
  }

  /// The same for another form of the module at `index`, with its index in the flat form of the circuit.
  package func unrolled(_ module: Definition, at index: Int) -> (module: Definition, index: Int) {
    let moved = unrolledIndices
    return (module.unrolled(in: definitions, moved), Int(moved[index]))
  }

  /// Where each module stands in the flat form.
  private var unrolledIndices: [Int32] {
    var next: Int32 = 0
    return definitions.map { definition in
      defer { if definition.grid == nil { next += 1 } }
      return next
    }
  }
}

extension Definition {
  /// The same module without grids; `moved` says where each of `definitions` will stand.
  func unrolled(in definitions: [Definition], _ moved: [Int32]) -> Definition {
    guard instances.contains(where: { definitions[Int($0.definition)].grid != nil }) else {
      var result = self
      for index in instances.indices {
        result.instances[index].definition = moved[Int(instances[index].definition)]
      }
      return result
    }
    var unrolling = GridUnrolling(self, definitions)
    return unrolling.run(moved)
  }

  /// A module that holds the cells of a grid as instances, with the ports of the grid.
  func unrolledGrid(_ definitions: [Definition]) -> Definition {
    var shell = Definition(name: name, summary: summary)
    shell.ports = ports
    shell.clocks = clocks
    shell.places = places
    var connections: [NodeID] = []
    for (index, port) in ports.enumerated() where port.shape.direction == .input {
      let signal = Int32(shell.signals.count)
      shell.signals.append(
        NetlistSignal(
          name: port.shape.name, width: port.shape.width, isSigned: port.shape.isSigned,
          kind: .input(port: Int32(index)), place: -1))
      connections.append(
        shell.table.intern(
          Node(.signal, width: Int32(port.shape.width), isSigned: port.shape.isSigned, a: signal)))
    }
    let outputs = ports.enumerated().compactMap { index, port in
      port.shape.direction == .output
        ? NetlistSignal(
          name: "", width: port.shape.width, isSigned: port.shape.isSigned,
          kind: .instanceOutput(instance: 0, port: Int32(index)), place: -1) : nil
    }
    let (_, node) = shell.addInstance(
      name, of: Int32(definitions.count), inputs: connections.count, outputs: outputs,
      undriven: NodeID(-1), at: -1)
    shell.connections = connections
    var next = node.index
    for index in ports.indices where ports[index].shape.direction == .output {
      shell.ports[index].driver = NodeID(next)
      next += 1
    }
    var unrolling = GridUnrolling(shell, definitions + [self])
    return unrolling.run((0...Int32(definitions.count)).map { $0 })
  }
}

/// Writes the grids of one module out.
private struct GridUnrolling {
  private let old: Definition
  private let definitions: [Definition]
  private var result: Definition
  private var table = NodeTable()
  /// The new signal of each old one; nil for an output of a grid.
  private var signalOf: [Int32?] = []
  /// For each old signal that is an output of a grid, the instance and the port.
  private var outputOf: [Int32: (instance: Int, port: Int)] = [:]
  /// For each instance of a grid the first signal of its first cell.
  private var firstSignal: [Int: Int32] = [:]
  /// For each port of a cell, by module, its number among the outputs.
  private var ordinals: [Int32: [Int32]] = [:]
  /// The new node of each old one; -1 for a whole output of a grid that nobody has asked for.
  private var nodeOf: [Int32] = []

  init(_ definition: Definition, _ definitions: [Definition]) {
    old = definition
    self.definitions = definitions
    result = definition
  }

  private func grid(_ instance: Int) -> InstanceGrid? { definitions[Int(old.instances[instance].definition)].grid }

  private func cell(_ grid: InstanceGrid) -> Definition { definitions[Int(grid.cell)] }

  mutating func run(_ moved: [Int32]) -> Definition {
    addSignals()
    table.reserveCapacity(of: old.table)
    for (index, node) in old.table.nodes.enumerated() { nodeOf.append(rebuilt(node, Int32(index))) }
    // What reads a whole output of a grid gets the list of all values.
    for root in old.roots { _ = whole(root.index) }
    let nodeOf = nodeOf
    result.mapRoots { NodeID(nodeOf[Int($0.index)]) }
    addInstances(moved)
    result.table = table
    return result
  }

  // MARK: Signals

  private mutating func addSignals() {
    var signals: [NetlistSignal] = []
    for signal in old.signals {
      if case .instanceOutput(let instance, let port) = signal.kind, grid(Int(instance)) != nil {
        outputOf[Int32(signalOf.count)] = (Int(instance), Int(port))
        signalOf.append(nil)
      } else {
        signalOf.append(Int32(signals.count))
        signals.append(signal)
      }
    }
    for instance in old.instances.indices {
      guard let grid = grid(instance) else { continue }
      let ports = cell(grid).ports
      if ordinals[grid.cell] == nil {
        var next: Int32 = 0
        ordinals[grid.cell] = ports.map { port in
          guard port.shape.direction == .output else { return -1 }
          defer { next += 1 }
          return next
        }
      }
      firstSignal[instance] = Int32(signals.count)
      for _ in 0..<grid.count {
        for (position, port) in ports.enumerated() where port.shape.direction == .output {
          signals.append(
            NetlistSignal(
              name: "", width: port.shape.width, isSigned: port.shape.isSigned,
              kind: .instanceOutput(instance: -1, port: Int32(position)), place: old.instances[instance].place))
        }
      }
    }
    result.signals = signals
    func new(_ signal: Int32) -> Int32 {
      guard let new = signalOf[Int(signal)] else { preconditionFailure("a state is no output of a grid") }
      return new
    }
    for index in result.registers.indices { result.registers[index].signal = new(old.registers[index].signal) }
    for index in result.memories.indices {
      for port in result.memories[index].readPorts.indices {
        result.memories[index].readPorts[port].signal = new(old.memories[index].readPorts[port].signal)
      }
    }
  }

  // MARK: Nodes

  /// The value of an output of a cell.
  private mutating func output(_ instance: Int, port: Int, cell number: Int) -> NodeID {
    let grid = grid(instance)!
    let ports = cell(grid).ports
    let outputs = Int32(ports.count { $0.shape.direction == .output })
    let signal = firstSignal[instance]! + Int32(number) * outputs + ordinals[grid.cell]![port]
    let shape = ports[port].shape
    return table.intern(Node(.signal, width: Int32(shape.width), isSigned: shape.isSigned, a: signal))
  }

  private mutating func rebuilt(_ node: Node, _ index: Int32) -> Int32 {
    switch node.operation {
    case .signal:
      guard let signal = signalOf[Int(node.a)] else { return -1 }
      var copy = node
      copy.a = signal
      return table.intern(copy).index
    case .slice:
      let operand = old.table.nodes[Int(node.a)]
      guard operand.operation == .signal, let (instance, port) = outputOf[operand.a] else { break }
      return bits(of: instance, port: port, low: Int(node.b), width: Int(node.width)).index
    case .reinterpret:
      // Taken apart and read as before, the value is what it was.
      guard nodeOf[Int(node.a)] >= 0 else { break }
      return table.read(NodeID(nodeOf[Int(node.a)]), signed: node.isSigned).index
    default: break
    }
    old.table.forEachOperand(of: node) { _ = whole($0.index) }
    return table.adopt(node, from: old.table) { [nodeOf] in nodeOf[Int($0)] }.index
  }

  /// Bits of all values of an output of a grid.
  private mutating func bits(of instance: Int, port: Int, low: Int, width: Int) -> NodeID {
    let size = cell(grid(instance)!).ports[port].shape.width
    var parts: [NodeID] = []
    var next = low
    while next < low + width {
      let end = min((next / size + 1) * size, low + width)
      let value = output(instance, port: port, cell: next / size)
      parts.append(table.part(of: value, low: next % size, width: end - next))
      next = end
    }
    return table.joined(parts.reversed())
  }

  /// The new node of an old one, also of a whole output of a grid.
  private mutating func whole(_ index: Int32) -> Int32 {
    if nodeOf[Int(index)] >= 0 { return nodeOf[Int(index)] }
    let node = old.table.nodes[Int(index)]
    let (instance, port) = outputOf[node.a]!
    nodeOf[Int(index)] = bits(of: instance, port: port, low: 0, width: Int(node.width)).index
    return nodeOf[Int(index)]
  }

  // MARK: Instances

  private mutating func addInstances(_ moved: [Int32]) {
    let drivers = result.connections
    var names = NameSet(capacity: old.instances.count + 64)
    for name in namesInside { _ = names.insert(name) }
    result.instances = []
    result.connections = []
    for (index, instance) in old.instances.enumerated() {
      let inputs = drivers[Int(instance.inputs.lowerBound)..<Int(instance.inputs.upperBound)]
      guard let grid = grid(index) else {
        add(instance, instance.name, moved[Int(instance.definition)], inputs, first: nil)
        continue
      }
      addCells(of: index, grid, Array(inputs), moved, &names)
    }
  }

  /// Every name but those of the grids, which go.
  private var namesInside: [String] {
    old.ports.map(\.shape.name) + old.signals.map(\.name).filter { !$0.isEmpty } + old.memories.map(\.name)
      + old.assertions.map(\.label) + old.clocks.flatMap { [$0.clock] + [$0.reset].compactMap { $0 } }
      + old.instances.indices.filter { grid($0) == nil }.map { old.instances[$0].name }
  }

  private mutating func add(
    _ instance: Instance, _ name: String, _ definition: Int32, _ inputs: some Collection<NodeID>, first: Int32?
  ) {
    let number = Int32(result.instances.count)
    let connection = Int32(result.connections.count)
    result.connections.append(contentsOf: inputs)
    let start =
      first ?? (instance.outputs.isEmpty ? 0 : signalOf[Int(instance.outputs.lowerBound)]!)
    let count = first == nil ? Int32(instance.outputs.count) : Int32(outputs(of: definition, instance))
    result.instances.append(
      Instance(
        name: name, definition: definition, inputs: connection..<Int32(result.connections.count),
        outputs: start..<start + count, place: instance.place, clockMap: instance.clockMap))
    for signal in start..<start + count {
      guard case .instanceOutput(_, let port) = result.signals[Int(signal)].kind else { continue }
      result.signals[Int(signal)].kind = .instanceOutput(instance: number, port: port)
    }
  }

  private func outputs(of definition: Int32, _ instance: Instance) -> Int {
    definitions[Int(instance.definition)].ports.count { $0.shape.direction == .output }
  }

  private mutating func addCells(
    of index: Int, _ grid: InstanceGrid, _ drivers: [NodeID], _ moved: [Int32], _ names: inout NameSet
  ) {
    let instance = old.instances[index]
    let shapes = cell(grid).ports.map(\.shape).filter { $0.direction == .input }
    let outputCount = Int32(outputs(of: 0, instance))
    // What comes from outside, taken apart once.
    let values = zip(zip(shapes, grid.inputs), drivers).map { pair, driver -> [NodeID] in
      let (shape, input) = pair
      if input.source == .all { return [driver] }
      return table.values(of: driver, width: shape.width, count: grid.values(of: input)).map {
        table.read($0, signed: shape.isSigned)
      }
    }
    for row in 0..<grid.rows {
      for column in 0..<grid.columns {
        var inputs: [NodeID] = []
        for (position, input) in grid.inputs.enumerated() {
          if let chain = input.chain, let next = grid.neighbour(of: input, row: row, column: column) {
            let value = output(index, port: Int(chain.port), cell: next.row * grid.columns + next.column)
            inputs.append(table.read(value, signed: shapes[position].isSigned))
          } else {
            inputs.append(values[position][grid.value(of: input, row: row, column: column)!])
          }
        }
        var name = "\(instance.name)_\(row)_\(column)"
        while !names.insert(name) { name += "_cell" }
        add(
          instance, name, moved[Int(grid.cell)], inputs,
          first: firstSignal[index]! + Int32(row * grid.columns + column) * outputCount)
      }
    }
  }
}
