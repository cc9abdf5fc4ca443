package import Netlist

/// A random valid definition that uses every operation: widths from 1 to 130 bits, both signs, registers, memories.
package struct RandomCircuit {
  package var definition: Definition
  private var random: SplitMix
  private var pool: [NodeID] = []
  private var memoryAddresses: [NodeID] = []

  /// Modules that may be instantiated, in the order of the circuit.
  private var modules: [Definition] = []
  private var mapsClocks = false

  /// One module without instances.
  package init(seed: UInt64, nodes: Int = 70) {
    self.init(seed: seed, nodes: nodes, name: "RandomCircuit", clocks: [ClockShape(clock: "clock", reset: "reset")])
  }

  /// A module with `instances` instances of random `modules`; a combinational path may lead through any of them.
  ///
  /// With `mapsClocks` the clocks of instances are any of this module, and their resets may be state of it.
  package init(
    seed: UInt64, nodes: Int, name: String, clocks: [ClockShape], modules: [Definition] = [], instances: Int = 0,
    mapsClocks: Bool = false
  ) {
    random = SplitMix(state: seed)
    self.mapsClocks = mapsClocks
    self.modules = modules
    definition = Definition(name: name, summary: "random circuit \(seed)")
    definition.clocks = clocks
    definition.crossesFreely = clocks.count > 1 || mapsClocks
    for index in 0..<6 { addInput(index, width: width(), signed: random.flip()) }
    // A memory with fixed addresses is none: synthesis makes registers of it and says so.
    for index in 6..<8 { addInput(index, width: 3, signed: false) }
    memoryAddresses = Array(pool.suffix(2))
    for index in 0..<4 { addRegister(index) }
    addMemory()
    for index in 0..<max(nodes, instances) {
      if index < nodes { addNode() }
      if index < instances { addInstance(index) }
    }
    for index in 0..<3 { addNet(index) }
    for _ in 0..<nodes / 4 { addNode() }
    closeState()
    for index in 0..<12 { addOutput(index) }
  }

  private mutating func width() -> Int {
    switch random.below(10) {
    case 0: 1
    case 1...5: 1 + random.below(12)
    case 6, 7: 1 + random.below(40)
    case 8: [31, 32, 33, 63, 64, 65, 127, 128, 129][random.below(9)]
    default: 1 + random.below(130)
    }
  }

  private mutating func pick() -> NodeID { pool[random.below(pool.count)] }

  private func node(_ id: NodeID) -> Node { definition.table[id] }

  /// A node of the asked type: a pooled one, or one made from it by narrowing, widening and reinterpreting.
  private mutating func pick(width: Int, signed: Bool) -> NodeID {
    let fitting = pool.filter { Int(node($0).width) == width && node($0).isSigned == signed }
    if !fitting.isEmpty, random.below(3) > 0 { return fitting[random.below(fitting.count)] }
    var id = pick()
    if Int(node(id).width) > width {
      let low = random.below(Int(node(id).width) - width + 1)
      id = intern(Node(.slice, width: Int32(width), isSigned: false, a: id.index, b: Int32(low)))
    } else if Int(node(id).width) < width {
      id = intern(Node(.extend, width: Int32(width), isSigned: node(id).isSigned, a: id.index))
    }
    if node(id).isSigned != signed {
      id = intern(Node(.reinterpret, width: Int32(width), isSigned: signed, a: id.index))
    }
    return id
  }

  private mutating func intern(_ node: Node) -> NodeID { definition.table.intern(node) }

  private mutating func signal(_ name: String, width: Int, signed: Bool, _ kind: NetlistSignal.Kind) -> NodeID {
    definition.signals.append(NetlistSignal(name: name, width: width, isSigned: signed, kind: kind, place: -1))
    return intern(
      Node(.signal, width: Int32(width), isSigned: signed, a: Int32(definition.signals.count - 1)))
  }

  private mutating func addInput(_ index: Int, width: Int, signed: Bool) {
    definition.ports.append(
      Port(
        shape: PortShape(name: "in_\(index)", direction: .input, width: width, isSigned: signed), path: "",
        driver: nil, place: -1))
    pool.append(signal("in_\(index)", width: width, signed: signed, .input(port: Int32(index))))
  }

  private mutating func addRegister(_ index: Int) {
    let (width, signed) = (width(), random.flip())
    let id = signal("state_\(index)", width: width, signed: signed, .register(Int32(index)))
    pool.append(id)
    let reset = BitVector(words: (0..<3).map { _ in random.next() }, width: width)
    definition.registers.append(
      NetlistRegister(
        signal: Int32(definition.signals.count - 1), next: id, enable: nil, resetValue: reset, initialValue: nil,
        clock: Int32(index % definition.clocks.count)))
  }

  /// A memory with a clocked read port and, now and then, an asynchronous one and contents.
  private mutating func addMemory() {
    let (width, signed) = (width(), random.flip())
    var reads: [NetlistMemory.ReadPort] = []
    pool.append(signal("ram_data", width: width, signed: signed, .memoryRead(memory: 0, port: 0)))
    reads.append(NetlistMemory.ReadPort(address: NodeID(0), enable: nil, signal: Int32(definition.signals.count - 1)))
    if random.flip() {
      pool.append(signal("ram_now", width: width, signed: signed, .memoryRead(memory: 0, port: 1)))
      reads.append(
        NetlistMemory.ReadPort(
          address: memoryAddresses[0], enable: nil, signal: Int32(definition.signals.count - 1), clock: nil))
    }
    var contents: [BitVector]?
    if random.flip() {
      contents = (0..<8).map { _ in BitVector(words: (0..<3).map { _ in random.next() }, width: width) }
    }
    definition.memories.append(
      NetlistMemory(
        name: "ram", depth: 8, width: width, isSigned: signed, contents: contents, writePorts: [], readPorts: reads,
        place: -1))
  }

  /// Parts of a word with enables: one, or several where the width allows.
  private mutating func lanes(_ count: Int) -> [NetlistMemory.Lane] {
    let (width, signed) = (definition.memories[0].width, definition.memories[0].isSigned)
    return (0..<count).map { _ in
      NetlistMemory.Lane(
        data: pick(width: width / count, signed: count == 1 && signed), enable: pick(width: 1, signed: false))
    }
  }

  private mutating func addInstance(_ index: Int) {
    let used = random.below(modules.count)
    let ports = modules[used].ports
    let firstInput = Int32(definition.connections.count)
    for port in ports where port.driver == nil {
      definition.connections.append(pick(width: port.shape.width, signed: port.shape.isSigned))
    }
    let firstOutput = Int32(definition.signals.count)
    for (position, port) in ports.enumerated() where port.driver != nil {
      pool.append(
        signal(
          "", width: port.shape.width, signed: port.shape.isSigned,
          .instanceOutput(instance: Int32(index), port: Int32(position))))
    }
    definition.instances.append(
      Instance(
        name: "unit_\(index)", definition: Int32(used), inputs: firstInput..<Int32(definition.connections.count),
        outputs: firstOutput..<Int32(definition.signals.count), place: -1,
        clockMap: mapsClocks ? addClockMap(modules[used].clocks) : -1))
  }

  private mutating func addClockMap(_ clocks: [ClockShape]) -> Int32 {
    var map = ClockMap(clocks: clocks.map { _ in Int32(random.below(definition.clocks.count)) })
    for index in map.resets.indices where random.flip() {
      // State alone: a reset that follows what it resets would have no meaning.
      let register = definition.registers[random.below(definition.registers.count)]
      let signal = definition.signals[Int(register.signal)]
      let state = intern(
        Node(.signal, width: Int32(signal.width), isSigned: signal.isSigned, a: register.signal))
      map.resets[index] = intern(
        Node(.slice, width: 1, isSigned: false, a: state.index, b: Int32(random.below(signal.width))))
    }
    definition.clockMaps.append(map)
    return Int32(definition.clockMaps.count - 1)
  }

  private mutating func closeState() {
    for index in definition.registers.indices {
      let signal = definition.signals[Int(definition.registers[index].signal)]
      definition.registers[index].next = pick(width: signal.width, signed: signal.isSigned)
      if random.flip() { definition.registers[index].enable = pick(width: 1, signed: false) }
    }
    let width = definition.memories[0].width
    let counts = [1, 2, 3, 4].filter { width % $0 == 0 }
    let count = counts[random.below(counts.count)]
    // Two clocks may rise at once: then only the order of writes with one clock is defined.
    let clock = Int32(random.below(definition.clocks.count))
    definition.memories[0].writePorts = (0..<1 + random.below(2)).map { port in
      NetlistMemory.WritePort(address: memoryAddresses[port], lanes: lanes(count), clock: clock)
    }
    definition.memories[0].readPorts[0].address = memoryAddresses[1]
    definition.memories[0].readPorts[0].clock = Int32(random.below(definition.clocks.count))
    if random.flip() { definition.memories[0].readPorts[0].enable = pick(width: 1, signed: false) }
    if random.below(3) == 0 {
      definition.memories[0].readPorts[0].bypasses = (0..<1 + random.below(2)).map { _ in lanes(count) }
    }
  }

  private mutating func addNet(_ index: Int) {
    let driver = pick()
    pool.append(
      signal("net_\(index)", width: Int(node(driver).width), signed: node(driver).isSigned, .net(driver: driver)))
  }

  private mutating func addOutput(_ index: Int) {
    let driver = pool[pool.count - 1 - random.below(pool.count * 2 / 3)]
    definition.ports.append(
      Port(
        shape: PortShape(
          name: "out_\(index)", direction: .output, width: Int(node(driver).width), isSigned: node(driver).isSigned),
        path: "", driver: driver, place: -1))
  }

  private mutating func addNode() {
    let operation = Operation.allCases[random.below(Operation.allCases.count)]
    let (width, signed) = (width(), random.flip())
    func made(_ a: NodeID, _ b: NodeID = NodeID(0), _ c: NodeID = NodeID(0), width: Int, signed: Bool) -> Node {
      Node(operation, width: Int32(width), isSigned: signed, a: a.index, b: b.index, c: c.index)
    }
    let node: Node
    switch operation {
    case .signal: return
    case .constant:
      pool.append(
        definition.table.constant(
          random.flip()
            ? BitVector(signed: random.below(7) - 3, width: width)
            : BitVector(words: (0..<3).map { _ in random.next() }, width: width), isSigned: signed))
      return
    case .not: node = made(pick(width: width, signed: signed), width: width, signed: signed)
    case .and, .or, .xor, .add, .subtract:
      let (a, b) = (pick(width: width, signed: signed), pick(width: width, signed: signed))
      node = made(a, b, width: width, signed: signed)
    case .multiply:
      let (left, right) = (1 + random.below(24), 1 + random.below(24))
      let (a, b) = (pick(width: left, signed: signed), pick(width: right, signed: signed))
      node = made(a, b, width: 1 + random.below(left + right), signed: signed)
    case .equal, .less:
      let (a, b) = (pick(width: width, signed: signed), pick(width: width, signed: signed))
      node = made(a, b, width: 1, signed: false)
    case .shiftLeft, .shiftRight:
      let (a, b) = (pick(width: width, signed: signed), pick(width: 1 + random.below(7), signed: false))
      node = made(a, b, width: width, signed: signed)
    case .mux:
      let condition = pick(width: 1, signed: false)
      let (a, b) = (pick(width: width, signed: signed), pick(width: width, signed: signed))
      node = made(condition, a, b, width: width, signed: signed)
    case .select:
      let index = pick(width: 1 + random.below(4), signed: false)
      let values = (0..<1 + random.below(9)).map { _ in pick(width: width, signed: signed).index }
      let start = definition.table.internList(values)
      node = Node(
        .select, width: Int32(width), isSigned: signed, a: index.index, b: start, c: Int32(values.count))
    case .concatenate:
      let parts = (0..<1 + random.below(3)).map { _ in pick() }
      let total = parts.reduce(0) { $0 + Int(self.node($1).width) }
      guard total <= 200 else { return }
      let start = definition.table.internList(parts.map(\.index))
      node = Node(.concatenate, width: Int32(total), isSigned: false, a: start, b: Int32(parts.count))
    case .slice:
      let a = pick()
      let count = 1 + random.below(Int(self.node(a).width))
      let low = random.below(Int(self.node(a).width) - count + 1)
      node = Node(.slice, width: Int32(count), isSigned: false, a: a.index, b: Int32(low))
    case .extend:
      let a = pick()
      node = made(a, width: Int(self.node(a).width) + 1 + random.below(20), signed: self.node(a).isSigned)
    case .reduce:
      let kinds = Reduction.allCases
      node = Node(.reduce, width: 1, isSigned: false, a: pick().index, b: kinds[random.below(kinds.count)].rawValue)
    case .reinterpret:
      let a = pick()
      node = made(a, width: Int(self.node(a).width), signed: !self.node(a).isSigned)
    }
    pool.append(intern(node))
  }
}

/// SplitMix64: a seed gives the same circuit on every machine.
package struct SplitMix {
  var state: UInt64

  package init(state: UInt64) { self.state = state }

  package mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  package mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }
  package mutating func flip() -> Bool { next() & 1 == 1 }
}
