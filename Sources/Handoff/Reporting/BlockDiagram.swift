import Netlist

/// What stands inside a module and how it is connected, as a drawing: its ports at the sides, a box for each instance, one for
/// the module's own registers and memories, and a line wherever values go, in the direction in which they do.
///
/// Instances of one module beyond three become one box. Lines follow the netlist: from a box to each one that reads it, with
/// whatever logic between them.
public struct BlockDiagram: Hashable, Sendable {
  /// A box.
  public struct Box: Hashable, Sendable {
    /// What a box stands for.
    public enum Kind: String, Hashable, Sendable, Codable {
      /// Ports into the module.
      case input
      /// Ports out of it.
      case output
      /// One instance or several of one module.
      case instance
      /// The module's own registers and memories.
      case state
    }

    /// What it stands for.
    public var kind: Kind
    /// The first line: an instance, a group of ports.
    public var title: String
    /// The second line: the module, the number of bits.
    public var detail: String
    /// The column from the left, 0 for inputs.
    public var column = 0
  }

  /// A connection of two boxes.
  public struct Line: Hashable, Sendable {
    /// Indices in ``BlockDiagram/boxes``.
    public var from, to: Int
  }

  /// The boxes.
  public private(set) var boxes: [Box] = []
  /// The connections, each once.
  public private(set) var lines: [Line] = []

  /// How many instances of one module are boxes of their own.
  private static let mostAlike = 3

  /// The diagram of the top of a circuit.
  public init(_ circuit: Circuit) {
    let definition = circuit.top
    var tracer = SourceTracer(definition)
    let (inputs, outputs) = (portBoxes(definition, .input), portBoxes(definition, .output))
    // Instances alike share a box.
    let counts = Dictionary(grouping: definition.instances.indices) { definition.instances[$0].definition }
    var instanceBox: [Int] = []
    var shared: [Int32: Int] = [:]
    for instance in definition.instances {
      let used = circuit.definitions[Int(instance.definition)]
      let alike = counts[instance.definition]?.count ?? 1
      if alike > Self.mostAlike, let box = shared[instance.definition] {
        instanceBox.append(box)
        continue
      }
      if alike > Self.mostAlike { shared[instance.definition] = boxes.count }
      instanceBox.append(boxes.count)
      var detail = used.name
      if let grid = used.grid {
        detail = "\(grid.rows) × \(grid.columns) \(circuit.definitions[Int(grid.cell)].name)"
      }
      boxes.append(
        Box(
          kind: .instance, title: alike > Self.mostAlike ? "\(alike) × \(used.name)" : instance.name,
          detail: alike > Self.mostAlike ? "" : detail))
    }
    let registers = definition.registers.reduce(0) { $0 + definition.signals[Int($1.signal)].width }
    let memories = definition.memories.count
    var state: Int?
    if registers > 0 || memories > 0 {
      state = boxes.count
      let words = [
        registers > 0 ? "\(registers) register bits" : nil,
        memories > 0 ? "\(memories) memor\(memories == 1 ? "y" : "ies")" : nil,
      ].compactMap(\.self)
      boxes.append(Box(kind: .state, title: "own state", detail: words.joined(separator: ", ")))
    }
    func box(of source: SourceTracer.Source) -> Int? {
      switch source {
      case .port(let port): inputs[port]
      case .instance(let instance): instanceBox[instance]
      case .state: state
      }
    }
    var found: Set<Line> = []
    func connect(_ node: NodeID, _ target: Int?) {
      guard let target else { return }
      for source in tracer.sources(of: node) {
        if let from = box(of: source) { found.insert(Line(from: from, to: target)) }
      }
    }
    for (index, instance) in definition.instances.enumerated() {
      for driver in definition.drivers(of: instance) { connect(driver, instanceBox[index]) }
    }
    for register in definition.registers {
      connect(register.next, state)
      if let enable = register.enable { connect(enable, state) }
    }
    for memory in definition.memories {
      for port in memory.writePorts {
        for node in [port.address] + port.lanes.flatMap({ [$0.data, $0.enable] }) { connect(node, state) }
      }
      for port in memory.readPorts {
        connect(port.address, state)
        if let enable = port.enable { connect(enable, state) }
      }
    }
    for (index, port) in definition.ports.enumerated() {
      if let driver = port.driver { connect(driver, outputs[index]) }
    }
    lines = found.filter { $0.from != $0.to || boxes[$0.from].kind == .instance }
      .sorted { ($0.from, $0.to) < ($1.from, $1.to) }
    place()
  }

  /// Adds the boxes of one side; the box of each port by its index.
  private mutating func portBoxes(_ definition: Definition, _ kind: Box.Kind) -> [Int: Int] {
    let wanted: PortDirection = kind == .input ? .input : .output
    var boxOfName: [String: Int] = [:]
    var boxOfPort: [Int: Int] = [:]
    var bits: [Int: Int] = [:]
    // Ports that were declared together stand together; a stream is at the side of its payload.
    var groups: [String: (title: String, side: PortDirection?)] = [:]
    for (part, group) in definition.interface.declared ?? [] {
      for name in part.allPorts {
        groups[name] = (group?.name ?? part.name, group == nil && part.kind == .stream ? part.direction : nil)
      }
    }
    for (index, port) in definition.ports.enumerated() {
      let group = groups[port.shape.name]
      // A ready goes against its stream and is no line of its own.
      guard port.shape.direction == wanted, group?.side == nil || group?.side == wanted else { continue }
      let title = group.map { $0.title.isEmpty ? port.shape.name : $0.title } ?? port.shape.name
      let box = boxOfName[title] ?? boxes.count
      if box == boxes.count {
        boxes.append(Box(kind: kind, title: title, detail: ""))
        boxOfName[title] = box
      }
      boxOfPort[index] = box
      bits[box, default: 0] += port.shape.width
    }
    for (box, count) in bits { boxes[box].detail = "\(count) bit\(count == 1 ? "" : "s")" }
    return boxOfPort
  }

  /// Columns: inputs at the left, each box behind those that it reads as far as no circle forbids, outputs at the right.
  private mutating func place() {
    var targets = [[Int]](repeating: [], count: boxes.count)
    for line in lines { targets[line.from].append(line.to) }
    var (state, order) = ([Int](repeating: 0, count: boxes.count), [Int]())
    var backward: Set<Line> = []
    func visit(_ box: Int) {
      // A walk without recursion: chains of boxes may be long.
      var stack = [(box, 0)]
      state[box] = 1
      while let (top, next) = stack.last {
        guard next < targets[top].count else {
          state[top] = 2
          order.append(top)
          stack.removeLast()
          continue
        }
        stack[stack.count - 1].1 += 1
        let target = targets[top][next]
        if state[target] == 1 { backward.insert(Line(from: top, to: target)) }
        if state[target] == 0 {
          state[target] = 1
          stack.append((target, 0))
        }
      }
    }
    for box in boxes.indices where boxes[box].kind == .input { visit(box) }
    for box in boxes.indices where state[box] == 0 { visit(box) }
    for box in order.reversed() {
      for target in targets[box] where !backward.contains(Line(from: box, to: target)) {
        boxes[target].column = max(boxes[target].column, boxes[box].column + 1)
      }
    }
    let hasInputs = boxes.contains { $0.kind == .input }
    for box in boxes.indices where hasInputs && boxes[box].kind != .input {
      boxes[box].column = max(boxes[box].column, 1)
    }
    let last = boxes.filter { $0.kind != .output }.map(\.column).max() ?? 0
    for box in boxes.indices where boxes[box].kind == .output { boxes[box].column = last + 1 }
  }
}

/// Follows nodes of a module back to where values are kept or come from outside.
private struct SourceTracer {
  enum Source: Hashable {
    case port(Int)
    case instance(Int)
    case state
  }

  private let definition: Definition
  private var known: [Int32: Set<Source>] = [:]

  init(_ definition: Definition) { self.definition = definition }

  mutating func sources(of root: NodeID) -> Set<Source> {
    // A node stands behind its operands, but nets may be read before their drivers: hence the stack.
    var stack = [root]
    var open: Set<Int32> = []
    while let id = stack.last {
      if known[id.index] != nil {
        stack.removeLast()
        continue
      }
      let (found, operands) = parts(of: id)
      let missing = operands.filter { known[$0.index] == nil && !open.contains($0.index) }
      if open.insert(id.index).inserted, !missing.isEmpty {
        stack += missing
        continue
      }
      known[id.index] = operands.reduce(into: found) { $0.formUnion(known[$1.index] ?? []) }
      stack.removeLast()
    }
    return known[root.index] ?? []
  }

  private func parts(of id: NodeID) -> (Set<Source>, [NodeID]) {
    let node = definition.table[id]
    guard node.operation == .signal else {
      var operands: [NodeID] = []
      definition.table.forEachOperand(of: node) { operands.append($0) }
      return ([], operands)
    }
    switch definition.signals[Int(node.a)].kind {
    case .input(let port): return ([.port(Int(port))], [])
    case .net(let driver): return ([], [driver])
    case .register, .memoryRead: return ([.state], [])
    case .instanceOutput(let instance, _): return ([.instance(Int(instance))], [])
    case .foreign: return ([], [])
    }
  }
}
