/// A named value of a definition: something that keeps its name through every pass and into the Verilog.
public struct NetlistSignal: Hashable, Sendable {
  /// Where the value comes from.
  public enum Kind: Hashable, Sendable {
    /// An input port; the index counts ``Definition/ports``.
    case input(port: Int32)
    /// A net with its driver.
    case net(driver: NodeID)
    /// A register; the index counts ``Definition/registers``.
    case register(Int32)
    /// An output of an instance; the port counts the ports of the instance's definition.
    case instanceOutput(instance: Int32, port: Int32)
    /// Data of a read port of a memory.
    case memoryRead(memory: Int32, port: Int32)
    /// An output of the foreign module that the definition stands for.
    case foreign(port: Int32)
  }

  /// Verilog identifier, unique in the definition. Empty for an output of an instance, which is called after the
  /// instance and the port where it is written: a large array has no use for tens of thousands of strings before.
  public var name: String
  /// Width in bits.
  public var width: Int
  /// How the value is read.
  public var isSigned: Bool
  /// Where the value comes from.
  public var kind: Kind
  /// Index in ``Definition/places``; -1 when unknown.
  public var place: Int32
  /// Index in ``Definition/enumerations``; -1 when the values have no names.
  public var enumeration: Int32 = -1

  /// A named value.
  public init(name: String, width: Int, isSigned: Bool, kind: Kind, place: Int32) {
    self.name = name
    self.width = width
    self.isSigned = isSigned
    self.kind = kind
    self.place = place
  }
}

/// A port of a definition.
public struct Port: Hashable, Sendable {
  /// Name, direction, width and signedness.
  public var shape: PortShape
  /// Path of the port in Swift, such as `activations.values[3]`.
  public var path: String
  /// Driver of an output; nil for an input.
  public var driver: NodeID?
  /// Place of the driver of an output, or of the port's declaration; -1 when unknown.
  public var place: Int32
  /// Index in ``Definition/clocks``, for a module without clocks 0; or one of ``noClock`` and ``anyTime``.
  public var clock: Int32

  /// A ``clock``: the port belongs to the domain of the surroundings, of which the module has no clock.
  public static let noClock: Int32 = -1
  /// A ``clock``: the port may change at any time.
  public static let anyTime: Int32 = -2

  /// A port of the module.
  public init(shape: PortShape, path: String, driver: NodeID?, place: Int32, clock: Int32 = 0) {
    self.shape = shape
    self.path = path
    self.driver = driver
    self.place = place
    self.clock = clock
  }
}

/// A register: at the edge of its clock `next` is taken when `enable` is 1 or absent.
public struct NetlistRegister: Hashable, Sendable {
  /// Whether a register may take what belongs to another clock.
  public enum Crossing: UInt8, Hashable, Sendable {
    /// It must not.
    case none
    /// A stage of a synchronizer: one bit, or a vector of which one bit changes at a time.
    case synchronizer
    /// A value that its surroundings keep still around every edge at which it is taken.
    case captured
  }

  /// Index of the signal that carries the value.
  public var signal: Int32
  /// Value taken at the clock edge.
  public var next: NodeID
  /// One bit; nil when the register takes a value at every edge.
  public var enable: NodeID?
  /// Value in reset; nil when the register has no reset.
  public var resetValue: BitVector?
  /// Value at power-up (`initial` in Verilog); nil when undefined.
  public var initialValue: BitVector?
  /// Index in ``Definition/clocks``.
  public var clock: Int32
  /// Whether it may take what belongs to another clock.
  public var crossing = Crossing.none

  /// A register that carries `signal`.
  public init(
    signal: Int32, next: NodeID, enable: NodeID?, resetValue: BitVector?, initialValue: BitVector?, clock: Int32
  ) {
    self.signal = signal
    self.next = next
    self.enable = enable
    self.resetValue = resetValue
    self.initialValue = initialValue
    self.clock = clock
  }
}

/// A use of another definition.
public struct Instance: Hashable, Sendable {
  /// Verilog identifier.
  public var name: String
  /// Index in ``Circuit/definitions``, smaller than that of the user.
  public var definition: Int32
  /// Drivers of the input ports, in the order of the ports: indices in ``Definition/connections``.
  public var inputs: Range<Int32>
  /// Signals of the output ports, in the order of the ports: indices in ``Definition/signals``.
  public var outputs: Range<Int32>
  /// Index in ``Definition/places``; -1 when unknown.
  public var place: Int32
  /// Index in ``Definition/clockMaps``; -1 when its clocks are those of the same names.
  public var clockMap: Int32

  /// A use of `definition`.
  public init(
    name: String, definition: Int32, inputs: Range<Int32>, outputs: Range<Int32>, place: Int32, clockMap: Int32 = -1
  ) {
    self.name = name
    self.definition = definition
    self.inputs = inputs
    self.outputs = outputs
    self.place = place
    self.clockMap = clockMap
  }
}

/// One module as data: tables of nodes, signals, registers, memories and instances.
public struct Definition: Hashable, Sendable {
  /// Verilog module name.
  public var name: String
  /// The generator value, such as `SystolicArray(rows: 16, columns: 16)`; a comment in the emitted file.
  public var summary: String
  /// What a user of the emitted file should know: ports, protocol, latency. Lines are separated by line breaks.
  public var documentation = ""
  /// Clock edges from an input to the output that it decides; nil when that is not fixed.
  public var latency: Int?
  /// Parameters of the generator.
  public var parameters = ModuleParameters()
  /// Data ports in the order of declaration.
  public var ports: [Port] = []
  /// What the ports are to the generator that declares them; nil for a netlist without one.
  public var parts: [InterfacePart]?
  /// Clock domains that enter through ports.
  public var clocks: [ClockShape] = []
  /// Operations.
  public var table = NodeTable()
  /// Named values.
  public var signals: [NetlistSignal] = []
  /// Registers.
  public var registers: [NetlistRegister] = []
  /// Memories.
  public var memories: [NetlistMemory] = []
  /// Names for the values of signals.
  public var enumerations: [Enumeration] = []
  /// Statements that hold at clock edges.
  public var assertions: [Assertion] = []
  /// What the module is when it is written elsewhere; its tables then hold only ports.
  public var foreign: ForeignModule?
  /// What the module is when it is an array of cells; its tables then hold only ports, of which outputs have no driver.
  public var grid: InstanceGrid?
  /// Uses of other modules.
  public var instances: [Instance] = []
  /// Drivers of the input ports of all instances, those of one instance together.
  public var connections: [NodeID] = []
  /// Whether values may go from clock to clock anywhere in the module: for checkers, of which nothing is hardware, and for
  /// circuits that only tools are tested with.
  public var crossesFreely = false
  /// How clocks of instances are connected that are not those of the same names.
  public var clockMaps: [ClockMap] = []
  /// Source places that the tables refer to.
  public var places: [Place] = []

  /// An empty module.
  public init(name: String, summary: String = "") {
    self.name = name
    self.summary = summary
  }

  /// The module as seen from outside.
  public var interface: ModuleInterface {
    var shapes = ports.map(\.shape)
    if clocks.count > 1 {
      for (index, port) in ports.enumerated() where port.clock >= 0 {
        shapes[index].clock = clocks[Int(port.clock)].clock
      }
    }
    let names = Dictionary(shapes.map { ($0.name, $0.clock) }, uniquingKeysWith: { first, _ in first })
    func clocked(_ part: InterfacePart) -> InterfacePart {
      var part = part
      part.clock = (part.valid ?? part.ports?.first).flatMap { names[$0] ?? nil }
      part.parts = part.parts?.map(clocked)
      return part
    }
    return ModuleInterface(name: name, ports: shapes, clocks: clocks, parts: parts?.map(clocked))
  }

  /// The name of the signal with this index; for an output of an instance, instance and port.
  public func name(ofSignal index: Int32, in definitions: [Definition]) -> String {
    let signal = signals[Int(index)]
    guard signal.name.isEmpty, case .instanceOutput(let instance, let port) = signal.kind else { return signal.name }
    let used = instances[Int(instance)]
    return used.name + "_" + definitions[Int(used.definition)].ports[Int(port)].shape.name
  }

  /// Drivers of the input ports of `instance`, in the order of the ports.
  public func drivers(of instance: Instance) -> ArraySlice<NodeID> {
    connections[Int(instance.inputs.lowerBound)..<Int(instance.inputs.upperBound)]
  }

  /// The place with this index; nil when unknown.
  public func place(_ index: Int32) -> Place? { index < 0 ? nil : places[Int(index)] }

  /// Every node that something outside the node table reads, in a fixed order.
  public var roots: [NodeID] {
    var result: [NodeID] = []
    forEachRoot { result.append($0) }
    return result
  }

  /// Adds a use of `definition`, its inputs driven by `undriven` until they are, with a signal and its node for each of
  /// `outputs`; gives the first connection and the first of these nodes.
  public mutating func addInstance(
    _ name: String, of definition: Int32, inputs: Int, outputs: [NetlistSignal], undriven: NodeID, clockMap: Int32 = -1,
    at place: Int32
  ) -> (connection: Int32, node: NodeID) {
    let number = Int32(instances.count)
    let connection = Int32(connections.count)
    let first = Int32(signals.count)
    let node = NodeID(Int32(table.nodes.count))
    connections.append(contentsOf: repeatElement(undriven, count: inputs))
    for var signal in outputs {
      guard case .instanceOutput(_, let port) = signal.kind else { preconditionFailure("an output of an instance") }
      signal.kind = .instanceOutput(instance: number, port: port)
      signal.place = place
      _ = table.intern(
        Node(.signal, width: Int32(signal.width), isSigned: signal.isSigned, a: Int32(signals.count)))
      signals.append(signal)
    }
    instances.append(
      Instance(
        name: name, definition: definition, inputs: connection..<Int32(connections.count),
        outputs: first..<Int32(signals.count), place: place, clockMap: clockMap))
    return (connection, node)
  }

  /// Calls `body` with every node that something outside the node table reads, in a fixed order.
  public func forEachRoot(_ body: (NodeID) -> Void) {
    for signal in signals { if case .net(let driver) = signal.kind { body(driver) } }
    for register in registers {
      body(register.next)
      if let enable = register.enable { body(enable) }
    }
    for memory in memories {
      memory.forEachRoot(body)
    }
    for driver in connections { body(driver) }
    for map in clockMaps { for case let reset? in map.resets { body(reset) } }
    foreign?.inputs.forEach(body)
    for assertion in assertions {
      body(assertion.condition)
      if let enable = assertion.enable { body(enable) }
    }
    for port in ports { if let driver = port.driver { body(driver) } }
  }

  /// Replaces every node that something outside the node table reads, in the order of ``forEachRoot(_:)``.
  public mutating func mapRoots(_ body: (NodeID) -> NodeID) {
    for index in signals.indices {
      if case .net(let driver) = signals[index].kind { signals[index].kind = .net(driver: body(driver)) }
    }
    for index in registers.indices {
      registers[index].next = body(registers[index].next)
      registers[index].enable = registers[index].enable.map(body)
    }
    for index in memories.indices {
      memories[index].mapRoots(body)
    }
    for index in connections.indices { connections[index] = body(connections[index]) }
    for index in clockMaps.indices { clockMaps[index].resets = clockMaps[index].resets.map { $0.map(body) } }
    if let inputs = foreign?.inputs { foreign?.inputs = inputs.map(body) }
    for index in assertions.indices {
      assertions[index].condition = body(assertions[index].condition)
      assertions[index].enable = assertions[index].enable.map(body)
    }
    for index in ports.indices { ports[index].driver = ports[index].driver.map(body) }
  }
}
