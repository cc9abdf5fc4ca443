import Netlist

/// A design in which every module has fixed clocks of the top: a module that is used with several clocks is there once for
/// each choice of them, so that all instances of it change together.
///
/// Where the reset of an instance is no reset of the top, the copy of the module has a further input for it.
struct ClockedDesign {
  /// Modules, bottom first.
  private(set) var definitions: [Definition] = []
  /// For each module and clock of it, the clock of the top.
  private(set) var topClocks: [[Int]] = []
  /// For each module and clock of it, the node that is 1 while its reset is active; nil for a reset of the top.
  private(set) var derivedResets: [[NodeID?]] = []

  private struct Key: Hashable {
    var definition: Int32
    var clocks: [Clock]
  }

  private struct Clock: Hashable {
    var top: Int
    var hasDerivedReset: Bool
  }

  private var known: [Key: Int32] = [:]
  private let sources: [Definition]

  init(_ circuit: Circuit, hasAssertions: Bool = true) {
    var sources = circuit.definitions
    if !hasAssertions { for index in sources.indices { sources[index].dropAssertions() } }
    for index in sources.indices { sources[index].splitDelayLines() }
    self.sources = sources
    let top = circuit.top
    guard sources.contains(where: { !$0.clockMaps.isEmpty }) else {
      definitions = sources
      topClocks = definitions.map { definition in
        definition.clocks.map { clock in top.clocks.firstIndex { $0.clock == clock.clock } ?? 0 }
      }
      derivedResets = definitions.map { $0.clocks.map { _ in nil } }
      return
    }
    _ = add(
      Key(
        definition: Int32(sources.count - 1),
        clocks: top.clocks.indices.map { Clock(top: $0, hasDerivedReset: false) }))
  }

  private mutating func add(_ key: Key) -> Int32 {
    if let known = known[key] { return known }
    var definition = sources[Int(key.definition)]
    let inputs = addInputs(to: &definition, key)
    let active = zip(inputs, definition.clocks).map { input, clock in
      input.map { clock.resetPolarity == .activeHigh ? $0 : Self.inverted($0, in: &definition) }
    }
    for index in definition.assertions.indices {
      guard let reset = active[Int(definition.assertions[index].clock)] else { continue }
      let isReleased = Self.inverted(reset, in: &definition)
      definition.assertions[index].enable =
        definition.assertions[index].enable.map {
          definition.table.intern(Node(.and, width: 1, isSigned: false, a: $0.index, b: isReleased.index))
        } ?? isReleased
    }
    let drivers = definition.instances.map { definition.drivers(of: $0) }
    definition.connections = []
    for (index, drivers) in drivers.enumerated() { connect(index, drivers, in: &definition, key, inputs) }
    definitions.append(definition)
    topClocks.append(key.clocks.map(\.top))
    derivedResets.append(active)
    let number = Int32(definitions.count - 1)
    known[key] = number
    return number
  }

  /// Inputs for the resets that do not come from the top, at the level of the module.
  private func addInputs(to definition: inout Definition, _ key: Key) -> [NodeID?] {
    key.clocks.enumerated().map { index, clock in
      guard clock.hasDerivedReset, let name = definition.clocks[index].reset else { return nil }
      let port = Int32(definition.ports.count)
      definition.ports.append(
        Port(shape: PortShape(name: name, direction: .input, width: 1), path: name, driver: nil, place: -1))
      definition.signals.append(
        NetlistSignal(name: name, width: 1, isSigned: false, kind: .input(port: port), place: -1))
      let node = definition.table.intern(
        Node(.signal, width: 1, isSigned: false, a: Int32(definition.signals.count - 1)))
      definition.foreign?.inputs.append(node)
      return node
    }
  }

  /// Gives an instance its own copy of its module, and the resets that this needs.
  private mutating func connect(
    _ index: Int, _ drivers: ArraySlice<NodeID>, in definition: inout Definition, _ key: Key, _ inputs: [NodeID?]
  ) {
    let instance = definition.instances[index]
    guard let map = definition.clockMap(of: instance, in: sources) else {
      preconditionFailure("a valid circuit has every clock that an instance needs")
    }
    let shapes = sources[Int(instance.definition)].clocks
    var clocks: [Clock] = []
    let first = Int32(definition.connections.count)
    definition.connections += drivers
    for (position, shape) in shapes.enumerated() {
      let own = Int(map.clocks[position])
      var reset: NodeID?
      if shape.reset != nil {
        if let given = map.resets[position] {
          reset = given
        } else if let input = inputs[own] {
          let isSame = shape.resetPolarity == definition.clocks[own].resetPolarity
          reset = isSame ? input : Self.inverted(input, in: &definition)
        }
      }
      if let reset { definition.connections.append(reset) }
      clocks.append(Clock(top: key.clocks[own].top, hasDerivedReset: reset != nil))
    }
    definition.instances[index].inputs = first..<Int32(definition.connections.count)
    definition.instances[index].definition = add(Key(definition: instance.definition, clocks: clocks))
  }

  private static func inverted(_ node: NodeID, in definition: inout Definition) -> NodeID {
    definition.table.intern(Node(.not, width: 1, isSigned: false, a: node.index))
  }
}
