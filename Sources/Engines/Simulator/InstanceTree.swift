import Netlist

/// One lane of one value: what an operand is after all names and instance boundaries are looked through.
struct LaneSource: Hashable {
  var value: Int32
  var lane: Int32
}

/// All instances of a design, numbered module by module: lane `k` of a module is its `k`-th instance.
///
/// Values have one numbering for the whole design: the nodes of every module, then registers and read ports of memories,
/// then the inputs of the top.
final class InstanceTree {
  enum Kind: UInt8 {
    case operation, constant, register, input
    /// A read port of a memory with a clock, and one without.
    case read, lookup
    /// An output of a foreign module.
    case foreign

    /// Whether the value is computed out of others within a cycle.
    var isComputed: Bool { self == .operation || self == .lookup || self == .foreign }
  }

  struct Value {
    var kind: Kind
    var isSigned: Bool
    var definition: Int32
    /// Node, register, read port (counted over the memories of the module) or port of the top.
    var index: Int32
    var width: Int32
  }

  private struct Origin {
    enum Kind: UInt8 { case input, net, state, output, foreign }
    var kind: Kind
    var first: Int32
    var second: Int32
  }

  private struct Parent {
    var definition: Int32
    var instance: Int32
    var lane: Int32
  }

  let definitions: [Definition]
  /// Number of instances of each module.
  private(set) var laneCounts: [Int]
  private(set) var values: [Value] = []
  private(set) var nodeBase: [Int32] = []
  private(set) var registerBase: [Int32] = []
  private(set) var readBase: [Int32] = []
  /// For each module, the value of its first port when it is foreign.
  private(set) var foreignBase: [Int32] = []
  private(set) var inputBase: Int32 = 0
  /// For each module, the first read port of each memory.
  private(set) var firstReadPort: [[Int32]] = []

  private var parents: [[Parent]]
  /// For each module, lane × instance → lane of the instance's module.
  private var children: [[Int32]]
  private var origins: [[Origin]] = []
  private var instanceInputs: [[Int32]] = []
  private var firstInput: [[Int32]] = []
  private var instanceDefinitions: [[Int32]] = []
  private var inputOrdinals: [[Int32]] = []
  private var outputDrivers: [[Int32]] = []
  private var nodes: [[Node]]
  let tables: [NodeTable]

  /// For each module and clock of it, the clock of the top.
  let topClocks: [[Int]]
  /// For each module and clock of it, the node that is 1 while a reset that is made inside the design is active.
  let derivedResets: [[NodeID?]]

  init(_ design: ClockedDesign) {
    definitions = design.definitions
    topClocks = design.topClocks
    derivedResets = design.derivedResets
    let count = definitions.count
    laneCounts = Array(repeating: 0, count: count)
    parents = Array(repeating: [], count: count)
    children = Array(repeating: [], count: count)
    tables = definitions.map(\.table)
    nodes = tables.map(\.nodes)
    laneCounts[count - 1] = 1
    for (index, definition) in definitions.enumerated().reversed() {
      children[index].reserveCapacity(laneCounts[index] * definition.instances.count)
      let used = definition.instances.map(\.definition)
      for lane in 0..<laneCounts[index] {
        for (instance, child) in used.enumerated() {
          parents[Int(child)].append(
            Parent(definition: Int32(index), instance: Int32(instance), lane: Int32(lane)))
          children[index].append(Int32(laneCounts[Int(child)]))
          laneCounts[Int(child)] += 1
        }
      }
    }
    for definition in definitions { addLinks(of: definition) }
    numberValues()
  }

  var top: Int { definitions.count - 1 }

  func nodes(of definition: Int) -> [Node] { nodes[definition] }

  /// The names of the instances from the top to lane `lane` of a module, joined by points.
  func path(of definition: Int, lane: Int) -> String {
    var (definition, lane) = (definition, lane)
    var names: [String] = []
    while definition != top {
      let parent = parents[definition][lane]
      names.append(definitions[Int(parent.definition)].instances[Int(parent.instance)].name)
      (definition, lane) = (Int(parent.definition), Int(parent.lane))
    }
    return ([definitions[top].name] + names.reversed()).joined(separator: ".")
  }

  /// The lane of the module of `instance` that stands in lane `lane` of `definition`.
  func child(of definition: Int, lane: Int, instance: Int) -> Int {
    Int(children[definition][lane * instanceDefinitions[definition].count + instance])
  }

  private func addLinks(of definition: Definition) {
    var reads: [Int32] = []
    var next: Int32 = 0
    for memory in definition.memories {
      reads.append(next)
      next += Int32(memory.readPorts.count)
    }
    firstReadPort.append(reads)
    origins.append(
      definition.signals.map { signal in
        switch signal.kind {
        case .input(let port): Origin(kind: .input, first: port, second: 0)
        case .net(let driver): Origin(kind: .net, first: driver.index, second: 0)
        case .register(let register): Origin(kind: .state, first: register, second: 0)
        case .memoryRead(let memory, let port): Origin(kind: .state, first: reads[Int(memory)] + port, second: 1)
        case .instanceOutput(let instance, let port): Origin(kind: .output, first: instance, second: port)
        case .foreign(let port): Origin(kind: .foreign, first: port, second: 0)
        }
      })
    var inputs: [Int32] = []
    var starts: [Int32] = []
    for instance in definition.instances {
      starts.append(Int32(inputs.count))
      for input in definition.drivers(of: instance) { inputs.append(input.index) }
    }
    instanceInputs.append(inputs)
    firstInput.append(starts)
    instanceDefinitions.append(definition.instances.map(\.definition))
    var ordinal: Int32 = 0
    inputOrdinals.append(
      definition.ports.map { port in
        defer { if port.driver == nil { ordinal += 1 } }
        return ordinal
      })
    outputDrivers.append(definition.ports.map { $0.driver?.index ?? -1 })
  }

  private func numberValues() {
    for (index, definition) in definitions.enumerated() {
      nodeBase.append(Int32(values.count))
      for (position, node) in nodes[index].enumerated() {
        values.append(
          Value(
            kind: node.operation == .constant ? .constant : .operation, isSigned: node.isSigned,
            definition: Int32(index), index: Int32(position), width: node.width))
      }
      registerBase.append(Int32(values.count))
      for (position, register) in definition.registers.enumerated() {
        let signal = definition.signals[Int(register.signal)]
        values.append(
          Value(
            kind: .register, isSigned: signal.isSigned, definition: Int32(index), index: Int32(position),
            width: Int32(signal.width)))
      }
      readBase.append(Int32(values.count))
      for memory in definition.memories {
        for port in memory.readPorts {
          values.append(
            Value(
              kind: port.clock == nil ? .lookup : .read, isSigned: memory.isSigned, definition: Int32(index),
              index: Int32(values.count) - readBase[index], width: Int32(memory.width)))
        }
      }
      foreignBase.append(Int32(values.count))
      guard definition.foreign != nil else { continue }
      for (position, port) in definition.ports.enumerated() {
        values.append(
          Value(
            kind: .foreign, isSigned: port.shape.isSigned, definition: Int32(index), index: Int32(position),
            width: Int32(port.shape.width)))
      }
    }
    inputBase = Int32(values.count)
    for (position, port) in definitions[top].ports.enumerated() {
      values.append(
        Value(
          kind: .input, isSigned: port.shape.isSigned, definition: Int32(top), index: Int32(position),
          width: Int32(port.shape.width)))
    }
  }

  /// Asynchronous read ports of modules that have instances.
  var lookups: [Int32] {
    values.indices.filter { values[$0].kind == .lookup && laneCounts[Int(values[$0].definition)] > 0 }.map { Int32($0) }
  }

  /// The memory and the number of the port behind a read port's value.
  func readPort(of value: Value) -> (memory: Int, port: Int) {
    var rest = Int(value.index)
    for (index, memory) in definitions[Int(value.definition)].memories.enumerated() {
      if rest < memory.readPorts.count { return (index, rest) }
      rest -= memory.readPorts.count
    }
    preconditionFailure("a read port belongs to a memory")
  }

  /// Where the value of node `node` of lane `lane` of a module is made. A loop: a path may pass thousands of instances.
  func source(_ definition: Int, _ node: Int32, lane: Int) -> LaneSource {
    var (definition, node, lane) = (definition, Int(node), lane)
    while true {
      guard nodes[definition][node].operation == .signal else {
        return LaneSource(value: nodeBase[definition] + Int32(node), lane: Int32(lane))
      }
      let origin = origins[definition][Int(nodes[definition][node].a)]
      switch origin.kind {
      case .net: node = Int(origin.first)
      case .foreign: return LaneSource(value: foreignBase[definition] + origin.first, lane: Int32(lane))
      case .state:
        let base = origin.second == 0 ? registerBase[definition] : readBase[definition]
        return LaneSource(value: base + origin.first, lane: Int32(lane))
      case .input:
        if definition == top { return LaneSource(value: inputBase + origin.first, lane: 0) }
        let parent = parents[definition][lane]
        let ordinal = inputOrdinals[definition][Int(origin.first)]
        definition = Int(parent.definition)
        node = Int(instanceInputs[definition][Int(firstInput[definition][Int(parent.instance)] + ordinal)])
        lane = Int(parent.lane)
      case .output:
        let instance = Int(origin.first)
        lane = child(of: definition, lane: lane, instance: instance)
        definition = Int(instanceDefinitions[definition][instance])
        node = Int(outputDrivers[definition][Int(origin.second)])
      }
    }
  }
}
