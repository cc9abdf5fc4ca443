import Netlist

/// Forms of a module as functions of its state, compared without any history.
///
/// The module is cut at its registers, memories and instances: what these show may be anything, what they take is compared.
/// Combinational instances are not cut but read through. Where two forms never take and show anything different, they do the same
/// for ever, whatever the parts are. The converse does not hold: states count that are never reached.
struct CutModule {
  static let port = "systole_differs"
  private let reference: Definition
  private let definitions: [Definition]
  private let isReadThrough: [Bool]
  /// For an output that counts only while another port is 1, the name of that one.
  private let payloads: [String: String]
  /// What is compared, over inputs for everything that is cut.
  private var table = NodeTable()
  private var signals: [NetlistSignal] = []
  private var ports: [Port] = []
  /// The input for each signal of the module that is cut.
  private var inputs: [Int32: NodeID] = [:]
  private var expected: [NodeID] = []
  private var differences: [NodeID] = []

  /// - Parameter payloads: For an output that counts only while another port is 1, the name of that one.
  init(_ reference: Definition, in definitions: [Definition], payloads: [String: String] = [:]) {
    self.reference = reference
    self.definitions = definitions
    self.payloads = payloads
    isReadThrough = Self.combinational(definitions)
    addInputs()
    expected = effects(of: reference)
  }

  /// Adds a bit that is 1 where `variant` differs; false when it has other state or other instances.
  mutating func add(_ variant: Definition) -> Bool {
    guard Self.areComparable(reference, variant) else { return false }
    let found = effects(of: variant)
    var differs = table.constant(.zeros(1), isSigned: false)
    for (own, other) in zip(expected, found) where own != other {
      let equal = table.intern(Node(.equal, width: 1, isSigned: false, a: own.index, b: other.index))
      let differ = table.intern(Node(.not, width: 1, isSigned: false, a: equal.index))
      differs = table.intern(Node(.or, width: 1, isSigned: false, a: differs.index, b: differ.index))
    }
    differences.append(differs)
    return true
  }

  /// A module without state whose output has a bit for each variant, the first one lowest.
  func circuit() throws(DiagnosticList) -> Circuit {
    var module = Definition(name: reference.name, summary: reference.summary)
    (module.table, module.signals, module.ports) = (table, signals, ports)
    let driver = module.table.joined(differences.reversed())
    module.addProbe(driver, width: differences.count)
    return try Circuit(definitions: [module]).simplified()
  }

  // MARK: What is read through

  /// Nodes of a module that is read through, its own instances included, at most.
  private static let mostNodes = 20_000

  /// Modules without state, memories and black boxes, themselves and in all their instances, that are not too large.
  private static func combinational(_ definitions: [Definition]) -> [Bool] {
    var sizes: [Int?] = []
    for definition in definitions {
      let parts = definition.instances.map { sizes[Int($0.definition)] }
      let isPlain =
        definition.registers.isEmpty && definition.memories.isEmpty && definition.foreign == nil
        && definition.grid == nil && !parts.contains(nil)
      let size = definition.table.nodes.count + parts.reduce(0) { $0 + ($1 ?? 0) }
      sizes.append(isPlain && size <= mostNodes ? size : nil)
    }
    return sizes.map { $0 != nil }
  }

  private static func areComparable(_ left: Definition, _ right: Definition) -> Bool {
    func shape(_ memory: NetlistMemory) -> NetlistMemory {
      var memory = memory
      func shape(_ lanes: [NetlistMemory.Lane]) -> [NetlistMemory.Lane] {
        lanes.map { _ in NetlistMemory.Lane(data: NodeID(0), enable: NodeID(0)) }
      }
      for port in memory.writePorts.indices {
        memory.writePorts[port].address = NodeID(0)
        memory.writePorts[port].lanes = shape(memory.writePorts[port].lanes)
      }
      for port in memory.readPorts.indices {
        (memory.readPorts[port].address, memory.readPorts[port].enable) = (NodeID(0), nil)
        memory.readPorts[port].bypasses = memory.readPorts[port].bypasses.map(shape)
      }
      return memory
    }
    func shape(_ register: NetlistRegister) -> NetlistRegister {
      var register = register
      (register.next, register.enable) = (NodeID(0), nil)
      return register
    }
    return left.registers.map(shape) == right.registers.map(shape)
      && left.memories.map(shape) == right.memories.map(shape) && left.instances == right.instances
      && left.clocks == right.clocks && left.ports.map(\.shape) == right.ports.map(\.shape)
      && left.signals.count == right.signals.count
      && zip(left.signals, right.signals).allSatisfy { left, right in
        if case .net = left.kind, case .net = right.kind { return true }
        return left.kind == right.kind && left.width == right.width && left.isSigned == right.isSigned
      }
  }

  // MARK: What a form does

  /// What the module shows and what everything that is cut takes, in a fixed order.
  private mutating func effects(of module: Definition) -> [NodeID] {
    var reader = CutReader(module, definitions, isReadThrough)
    var effects: [NodeID] = []
    let inputs = inputs
    func read(_ id: NodeID) -> NodeID { reader.node(id, &table) { inputs[$0]! } }
    func show(_ id: NodeID, while condition: NodeID?) {
      let value = read(id)
      guard let condition else { return effects.append(value) }
      let node = table[value]
      let zero = table.constant(.zeros(Int(node.width)), isSigned: node.isSigned)
      effects.append(table.choice(condition, value, zero))
    }
    func show(_ lanes: [NetlistMemory.Lane]) {
      for lane in lanes {
        let enable = read(lane.enable)
        effects.append(enable)
        show(lane.data, while: enable)
      }
    }
    for register in module.registers {
      let next = read(register.next)
      effects.append(
        register.enable.map { table.choice(read($0), next, inputs[register.signal]!) } ?? next)
    }
    for memory in module.memories {
      for port in memory.writePorts {
        show(port.lanes)
        for lane in port.lanes { show(port.address, while: read(lane.enable)) }
      }
      for port in memory.readPorts {
        let enable = port.enable.map { read($0) } ?? table.constant(BitVector(1, width: 1), isSigned: false)
        effects.append(enable)
        show(port.address, while: enable)
        port.bypasses.forEach { show($0) }
      }
    }
    for instance in module.instances where !isReadThrough[Int(instance.definition)] {
      for driver in module.drivers(of: instance) { effects.append(read(driver)) }
    }
    for map in module.clockMaps { for case let reset? in map.resets { effects.append(read(reset)) } }
    for port in module.ports {
      guard let driver = port.driver else { continue }
      show(driver, while: payloads[port.shape.name].flatMap { value(ofPort: $0, of: module, read) })
    }
    return effects
  }

  private func value(ofPort name: String, of module: Definition, _ read: (NodeID) -> NodeID) -> NodeID? {
    guard let index = module.ports.firstIndex(where: { $0.shape.name == name }) else { return nil }
    if let driver = module.ports[index].driver { return read(driver) }
    let signal = module.signals.firstIndex { $0.kind == .input(port: Int32(index)) }
    return signal.flatMap { inputs[Int32($0)] }
  }

  /// An input for every signal that is cut, the same for all forms.
  private mutating func addInputs() {
    for (index, signal) in reference.signals.enumerated() {
      switch signal.kind {
      case .net: continue
      case .instanceOutput(let number, _):
        if isReadThrough[Int(reference.instances[Int(number)].definition)] { continue }
      default: break
      }
      let name = "systole_input_\(index)"
      let node = Node(.signal, width: Int32(signal.width), isSigned: signal.isSigned, a: Int32(signals.count))
      inputs[Int32(index)] = table.intern(node)
      signals.append(
        NetlistSignal(
          name: name, width: signal.width, isSigned: signal.isSigned, kind: .input(port: Int32(ports.count)), place: -1
        ))
      ports.append(
        Port(
          shape: PortShape(name: name, direction: .input, width: signal.width, isSigned: signal.isSigned), path: name,
          driver: nil, place: -1))
    }
  }
}

/// Reads nodes of a module into a table of functions of what is cut.
private struct CutReader {
  /// The module, or an instance that is read through.
  private struct Scope {
    let module: Definition
    /// The scope that it is an instance in, and the instance.
    var user: (scope: Int, instance: Instance)?
    var known: [Int32?]
    var inside: [Int32: Int] = [:]
  }

  /// A node of a scope.
  private struct Place {
    let scope: Int
    let node: Int32
  }

  private let definitions: [Definition]
  private let isReadThrough: [Bool]
  private var scopes: [Scope]

  init(_ module: Definition, _ definitions: [Definition], _ isReadThrough: [Bool]) {
    self.definitions = definitions
    self.isReadThrough = isReadThrough
    scopes = [Scope(module: module, user: nil, known: .init(repeating: nil, count: module.table.nodes.count))]
  }

  /// The function that `id` is in the module; `input` gives that of a signal that is cut.
  mutating func node(_ id: NodeID, _ table: inout NodeTable, _ input: (Int32) -> NodeID) -> NodeID {
    // A stack of our own: chains of nets may be long.
    var pending = [Place(scope: 0, node: id.index)]
    while let place = pending.last {
      guard scopes[place.scope].known[Int(place.node)] == nil else {
        pending.removeLast()
        continue
      }
      let node = scopes[place.scope].module.table.nodes[Int(place.node)]
      if node.operation == .signal {
        guard let source = source(of: node.a, in: place.scope) else {
          set(place, input(node.a))
          continue
        }
        if let value = scopes[source.scope].known[Int(source.node)] {
          set(place, NodeID(value))
        } else {
          pending.append(source)
        }
        continue
      }
      var missing: [Place] = []
      scopes[place.scope].module.table.forEachOperand(of: node) {
        if scopes[place.scope].known[Int($0.index)] == nil { missing.append(Place(scope: place.scope, node: $0.index)) }
      }
      guard missing.isEmpty else {
        pending += missing
        continue
      }
      let value = table.adopt(node, from: scopes[place.scope].module.table) {
        scopes[place.scope].known[Int($0)]!
      }
      set(place, value)
    }
    return NodeID(scopes[0].known[Int(id.index)]!)
  }

  private mutating func set(_ place: Place, _ value: NodeID) {
    scopes[place.scope].known[Int(place.node)] = value.index
  }

  /// What a signal is the value of; nil where it is cut.
  private mutating func source(of signal: Int32, in scope: Int) -> Place? {
    let module = scopes[scope].module
    switch module.signals[Int(signal)].kind {
    case .net(let driver): return Place(scope: scope, node: driver.index)
    case .instanceOutput(let number, let port):
      let instance = module.instances[Int(number)]
      guard isReadThrough[Int(instance.definition)] else { return nil }
      let inside = scopes[scope].inside[number] ?? enter(number, of: scope)
      return Place(scope: inside, node: definitions[Int(instance.definition)].ports[Int(port)].driver!.index)
    case .input(let port):
      guard let (user, instance) = scopes[scope].user else { return nil }
      let ordinal = module.ports[..<Int(port)].count { $0.shape.direction == .input }
      let drivers = scopes[user].module.drivers(of: instance)
      return Place(scope: user, node: drivers[drivers.startIndex + ordinal].index)
    default: return nil
    }
  }

  private mutating func enter(_ number: Int32, of scope: Int) -> Int {
    let instance = scopes[scope].module.instances[Int(number)]
    let module = definitions[Int(instance.definition)]
    scopes.append(
      Scope(
        module: module, user: (scope, instance), known: .init(repeating: nil, count: module.table.nodes.count)))
    scopes[scope].inside[number] = scopes.count - 1
    return scopes.count - 1
  }
}

extension NodeTable {
  fileprivate mutating func choice(_ condition: NodeID, _ then: NodeID, _ otherwise: NodeID) -> NodeID {
    if then == otherwise { return then }
    let node = self[then]
    return intern(
      Node(.mux, width: node.width, isSigned: node.isSigned, a: condition.index, b: then.index, c: otherwise.index))
  }
}
